import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { bimatrix, type PayoffMatrix } from '../normal-form/payoffs.js';

/**
 * What the players see of the last joint action. `none`: nothing (one observation, 0). `small`: the leader sees
 * 1 + the follower's last action, the follower 1 + the leader's. `full`: both see 1 + leader's + 2 x follower's.
 * With `small` and `full` the first observation is 0.
 */
export type Memory = 'none' | 'small' | 'full';

/**
 * How the follower answers a commitment it knows. `time-aware`: exact best response with perfect recall.
 * `stationary`: the best of the deterministic maps from its observation to an action.
 */
export type FollowerKind = 'time-aware' | 'stationary';

/** In whose favour the follower breaks ties. */
export type Ties = 'leader' | 'against';

/** A 2 x 2 game played `horizon` times. Payoff rows are the leader's actions. */
export interface IteratedGame {
  readonly leader: PayoffMatrix;
  readonly follower: PayoffMatrix;
  readonly horizon: number;
  /** In (0, 1]; the payoffs of step t count `discount ** t`. Default 1. */
  readonly discount?: number;
  /** Default `full`. */
  readonly memory?: Memory;
}

/** What a commitment earns against the follower's best response. */
export interface CommitmentValue {
  readonly value: number;
  readonly followerValue: number;
}

/** States: 0 before the first step, then 1 + leader's last action + 2 x follower's last action. */
export const STATES = 5;
/** The observation of each state, for the leader and for the follower. */
export const OBSERVATIONS: Record<Memory, { leader: readonly number[]; follower: readonly number[] }> = {
  none: { leader: [0, 0, 0, 0, 0], follower: [0, 0, 0, 0, 0] },
  small: { leader: [0, 1, 1, 2, 2], follower: [0, 1, 2, 1, 2] },
  full: { leader: [0, 1, 2, 3, 4], follower: [0, 1, 2, 3, 4] },
};

/** An `IteratedGame`, checked and flattened: payoffs are indexed by leader's action + 2 x follower's action. */
export interface MemoryOneModel {
  readonly horizon: number;
  readonly discount: number;
  readonly memory: Memory;
  readonly leader: Float64Array;
  readonly follower: Float64Array;
  /** Number of the leader's observations. */
  readonly observations: number;
}

/**
 * Checks an iterated game.
 *
 * @throws InvalidArgument naming the field: payoffs not 2 x 2 or not finite, horizon not a positive integer,
 * discount outside (0, 1], unknown memory.
 */
export function memoryOneModel(game: IteratedGame): MemoryOneModel {
  const { rows, columns, leader, follower } = bimatrix(game.leader, game.follower);
  const { horizon, discount = 1, memory = 'full' } = game;
  if (rows !== 2 || columns !== 2) {
    throw new InvalidArgument(`leader: expected a 2 x 2 payoff matrix, got ${rows} x ${columns}.`);
  }
  if (!Number.isSafeInteger(horizon) || horizon < 1) {
    throw new InvalidArgument(`horizon: expected a positive integer, got ${describe(horizon)}.`);
  }
  if (!(discount > 0 && discount <= 1)) {
    throw new InvalidArgument(
      `discount: expected a number above 0 and at most 1, got ${describe(discount)}.`,
    );
  }
  if (!Object.hasOwn(OBSERVATIONS, memory)) {
    throw new InvalidArgument(`memory: expected "none", "small" or "full", got ${describe(memory)}.`);
  }
  const flat = (matrix: readonly Float64Array[]) =>
    Float64Array.of(matrix[0][0], matrix[1][0], matrix[0][1], matrix[1][1]);
  const observations = new Set(OBSERVATIONS[memory].leader).size;
  return { horizon, discount, memory, leader: flat(leader), follower: flat(follower), observations };
}

/** Sum of `discount ** t` over the horizon. */
export function totalWeight(model: MemoryOneModel): number {
  let sum = 0;
  for (let t = 0; t < model.horizon; t++) sum += model.discount ** t;
  return sum;
}

/** All maps from `size` observations to {0, 1}, in the order 0...0, 0...01, ..., 1...1. */
export function actionTables(size: number): number[][] {
  return Array.from({ length: 2 ** size }, (_, n) =>
    Array.from({ length: size }, (_, o) => (n >> (size - 1 - o)) & 1),
  );
}
