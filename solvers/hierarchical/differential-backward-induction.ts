import type { StructuredHierarchicalGame } from '../../envs/hierarchical/structured-hierarchical-game.js';
import type { Tree } from '../../envs/hierarchical/tree.js';
import { checkCount, checkNonNegative, checkOneOf, checkPositive } from '../../gymnasium/checks.js';
import { checkOptionNames, describe, GymError, InvalidArgument } from '../../gymnasium/error.js';
import type { Solver } from '../solver.js';
import { type Derivatives, derivativesOf } from './derivatives.js';
import { fitsHierarchy, hierarchicalAnswer } from './play.js';

const methods = ['dbi', 'simultaneous'] as const;

export interface DescentOptions {
  /** `simultaneous` leaves out how the leaves respond: every player follows its own partial derivative. Default `dbi`. */
  readonly method?: (typeof methods)[number];
  /** Length of a step. Default 0.1. */
  readonly learningRate?: number;
  /** Every action at the start. Default 0.5. */
  readonly start?: number;
  /** Most steps. Default 10001. */
  readonly iterations?: number;
  /** The descent stops when no action moves by more than this. Default 1e-12. */
  readonly tolerance?: number;
}

const defaults: Required<DescentOptions> = {
  method: 'dbi',
  learningRate: 0.1,
  start: 0.5,
  iterations: 10_001,
  tolerance: 1e-12,
};

/** A joint action that a descent ended in. */
export interface Descent {
  /** A number a player. */
  readonly actions: Float64Array;
  /** Each player's total derivative there, as the method has it: away from 0 only where a bound holds the action. */
  readonly gradients: Float64Array;
  readonly iterations: number;
  /** The last step's largest move over the learning rate: the largest gradient that the bounds leave. */
  readonly residual: number;
  /** Whether it stopped before the iterations ran out. */
  readonly converged: boolean;
}

/** The options with their defaults filled in. @throws InvalidArgument naming the option */
export function descentOptions(
  owner: string,
  given: Readonly<Record<string, unknown>>,
): Required<DescentOptions> {
  checkOptionNames(owner, given, Object.keys(defaults));
  const options = { ...defaults, ...given } as Required<DescentOptions>;
  checkOneOf(owner, 'method', options.method, methods);
  checkPositive(owner, 'learningRate', options.learningRate);
  checkCount(owner, 'iterations', options.iterations);
  checkNonNegative(owner, 'tolerance', options.tolerance);
  if (!Number.isFinite(options.start)) {
    throw new InvalidArgument(`${owner}: start: expected a finite number, got ${describe(options.start)}.`);
  }
  return options;
}

/**
 * Differential backward induction (Li et al. 2022, as the authors coded it): all players step at once down their total
 * derivatives, in which a child responds to its parent by -mixed / curvature of its own cost with all others held fixed.
 * With two levels whose leaves do not interact a fixed point is a stationary point of backward induction; with three the
 * response of the middle leaves out how its own leaves respond, so that in general it is not.
 *
 * @param root an action that the root keeps, while the lower levels descend
 * @throws InvalidArgument for malformed options; GymError where a player's cost has no curvature to respond by
 */
export function descend(
  { costs }: StructuredHierarchicalGame,
  options: DescentOptions = {},
  root?: number,
): Descent {
  const { method, learningRate, start, iterations, tolerance } = descentOptions('dbi', { ...options });
  const { tree, low, high } = costs;
  const derivatives = derivativesOf(costs);
  const x = new Float64Array(tree.parents.length).fill(clip(start, low, high));
  if (root !== undefined) x[0] = root;
  const gradients = new Float64Array(x.length);
  const differentiate = () => {
    ownGradients(derivatives, x, gradients);
    if (method === 'dbi') addResponses(derivatives, tree, x, gradients);
  };
  let [move, steps] = [Infinity, 0];
  for (; steps < iterations && move > tolerance; steps++) {
    differentiate();
    move = 0;
    for (let player = root === undefined ? 0 : 1; player < x.length; player++) {
      const next = clip(x[player] - learningRate * gradients[player], low, high);
      move = Math.max(move, Math.abs(next - x[player]));
      x[player] = next;
    }
  }
  differentiate();
  const [residual, converged] = [move / learningRate, move <= tolerance];
  return { actions: x, gradients, iterations: steps, residual, converged };
}

const clip = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

function ownGradients(derivatives: Derivatives, x: Float64Array, gradients: Float64Array): void {
  for (let player = 0; player < x.length; player++) gradients[player] = derivatives.own(player, x);
}

/** Adds what each player's action does to its cost through the leaves below it, by the chain of responses. */
function addResponses(
  derivatives: Derivatives,
  { leaves, parents }: Tree,
  x: Float64Array,
  gradients: Float64Array,
): void {
  for (const leaf of leaves[0]) {
    let response = 1;
    for (let below = leaf; below !== 0; below = parents[below]) {
      response *= responseToParent(derivatives, below, x);
      const player = parents[below];
      gradients[player] += response * derivatives.byLeaf(player, leaf, x);
    }
  }
}

function responseToParent(derivatives: Derivatives, player: number, x: Float64Array): number {
  const response = -derivatives.mixed(player, x) / derivatives.curvature(player, x);
  if (Number.isFinite(response)) return response;
  throw new GymError(
    `dbi: expected player ${player} to have a cost of non-zero curvature, got ${derivatives.curvature(player, x)}.`,
  );
}

export const dbi: Solver = {
  name: 'dbi',
  summary: 'differential backward induction in a structured hierarchical game (Li et al. 2022)',
  options: {
    method: {
      type: 'string',
      enum: methods,
      default: defaults.method,
      description:
        'simultaneous leaves out how the leaves respond: every player follows its own partial derivative',
    },
    learningRate: { type: 'number', default: defaults.learningRate, description: 'length of a step' },
    start: { type: 'number', default: defaults.start, description: 'every action at the start' },
    iterations: { type: 'integer', default: defaults.iterations, description: 'most steps' },
    tolerance: {
      type: 'number',
      default: defaults.tolerance,
      description: 'the descent stops when no action moves by more than this',
    },
  },
  fits: fitsHierarchy,
  solve: (game: StructuredHierarchicalGame, { options }) => {
    const { method } = descentOptions('dbi', options);
    const { actions, gradients, ...found } = descend(game, options);
    if (!found.converged) {
      throw new GymError(
        `dbi: expected the descent to settle, but after ${found.iterations} iterations the residual was ${Number(found.residual.toPrecision(3))}: lower learningRate or raise iterations.`,
      );
    }
    const details = { method, ...found, gradients: Array.from(gradients) };
    return hierarchicalAnswer(game, actions, 'heuristic', details);
  },
};
