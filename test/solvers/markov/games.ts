import { FiniteMarkovGame, type MarkovGame, makeGame } from '../../../envs/index.js';
import { type MarkovInput, resolveMarkovGame } from '../../../envs/markov/stages.js';
import type { Rng } from '../../../gymnasium/rng.js';
import type { Answer, Solver, Task } from '../../../solvers/solver.js';
import { uniformMatrix } from '../games.js';

export const named = (game: string, rest: object = {}) =>
  makeGame('FiniteMarkovGame-v0', { game, ...rest }) as FiniteMarkovGame;

export async function solved(solver: Solver, game: MarkovGame, task: Partial<Task> = {}): Promise<Answer> {
  return solver.solve(game, { follower: 'myopic', certify: false, options: {}, ...task });
}

/** Uniform payoffs and transitions to any state or the end. */
export function randomGame(
  rng: Rng,
  [states, rows, columns]: readonly [number, number, number],
  rest: Partial<MarkovInput> = { horizon: 2 },
): FiniteMarkovGame {
  const chances = () => {
    const weights = Array.from({ length: states + 1 }, () => rng.exponential());
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((w) => w / sum);
  };
  const input = {
    states: Array.from({ length: states }, () => ({
      leader: uniformMatrix(rng, rows, columns),
      follower: uniformMatrix(rng, rows, columns),
      next: Array.from({ length: rows }, () => Array.from({ length: columns }, chances)),
    })),
    ...rest,
  };
  return new FiniteMarkovGame(resolveMarkovGame('random', input));
}

/** A random row of probabilities for each observation. */
export function randomRows(rng: Rng, observations: number, actions: number): number[][] {
  return Array.from({ length: observations }, () => {
    const raw = Array.from({ length: actions }, () => rng.exponential());
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((x) => x / sum);
  });
}
