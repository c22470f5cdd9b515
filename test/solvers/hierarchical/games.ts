import { createGame } from '../../../envs/core/definition.js';
import {
  type StructuredHierarchicalGame,
  structuredHierarchicalGame,
} from '../../../envs/hierarchical/structured-hierarchical-game.js';
import type { Answer, Solver, Task } from '../../../solvers/solver.js';

export const hierarchy = (parameters: object = {}) =>
  createGame(structuredHierarchicalGame, parameters) as StructuredHierarchicalGame;

export const task = (options: object = {}, rest: Partial<Task> = {}): Task => ({
  follower: 'stationary',
  certify: false,
  options: options as Task['options'],
  ...rest,
});

export const solveBy = async (solver: Solver, parameters: object, options: object = {}): Promise<Answer> =>
  solver.solve(hierarchy(parameters), task(options));

/** Every player's action in a solver's answer. */
export const actionsOf = ({ details }: Answer) => details!['actions'] as readonly number[];

export function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  const worst = Math.max(...expected.map((value, i) => Math.abs(found[i] - value)));
  if (found.length !== expected.length || !(worst <= tolerance)) {
    throw new Error(`Expected ${expected} within ${tolerance}, got ${found}.`);
  }
}
