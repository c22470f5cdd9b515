import type { MarkovGame } from '../envs/core/markov-game.js';
import type { LeaderPolicy } from '../envs/core/stackelberg.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { CommitmentTable } from './best-response.js';

/** A policy with actions and, where they are discrete, probabilities: what the learners of `agents/` return. */
export interface ActingPolicy {
  act(observation: any, rng: Rng, options?: { greedy?: boolean }): any;
  readonly probabilities?: (observation: any) => ArrayLike<number>;
}

/**
 * A leader's commitment in any of the forms that people hold one in: an action for each observation, a distribution for
 * each, one distribution (of a leader with a single observation), a policy with probabilities, or a learned policy.
 */
export type Commitment =
  | readonly number[]
  | readonly ArrayLike<number>[]
  | ArrayLike<number>
  | LeaderPolicy
  | ActingPolicy;

/** The leader's Discrete spaces. @throws InvalidArgument if one of them is not Discrete */
export function leaderSpaces(game: MarkovGame): {
  readonly observations: Discrete;
  readonly actions: Discrete;
} {
  const { id, observationSpace, actionSpace } = game.agents[game.leaderIndex];
  if (!(observationSpace instanceof Discrete && actionSpace instanceof Discrete)) {
    throw new InvalidArgument(
      `Expected ${id} to have Discrete observations and actions, got ${observationSpace} and ${actionSpace}.`,
    );
  }
  return { observations: observationSpace, actions: actionSpace };
}

/**
 * The commitment as probabilities, a row for each leader observation by number.
 *
 * @param greedy whether a learned policy is taken at its likeliest actions
 * @throws InvalidArgument if it does not fit the game's spaces or a row is no distribution
 */
export function commitmentTable(game: MarkovGame, commitment: Commitment, greedy: boolean): CommitmentTable {
  const { observations, actions } = leaderSpaces(game);
  const rows = Array.from({ length: observations.n }, (_, i) => observations.start + i);
  if (isList(commitment)) return listTable(commitment, observations.n, actions);
  if (
    typeof commitment !== 'object' ||
    commitment === null ||
    !('act' in commitment || 'probabilities' in commitment)
  ) {
    throw new InvalidArgument(`commitment: expected an array or a policy, got ${describe(commitment)}.`);
  }
  if ('act' in commitment && (greedy || !commitment.probabilities)) {
    const rng = new Rng('greedy');
    return rows.map((o) =>
      pureRow(actions, commitment.act(o, rng, { greedy: true }), `commitment at observation ${o}`),
    );
  }
  const policy = commitment as LeaderPolicy;
  return rows.map((o) => checkRow(policy.probabilities(o), actions.n, `commitment at observation ${o}`));
}

function isList(value: unknown): value is readonly any[] {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function listTable(list: readonly any[], count: number, actions: Discrete): CommitmentTable {
  const distribution = count === 1 && list.length === actions.n && list.every((p) => typeof p === 'number');
  const only = actions.n === 1 && list[0] === actions.start;
  if (distribution && !only) return [checkRow(list, actions.n, 'commitment')];
  if (list.length !== count) {
    throw new InvalidArgument(
      `commitment: expected an entry for each of ${count} observations, got ${list.length}.`,
    );
  }
  return Array.from(list, (entry, o) =>
    typeof entry === 'number'
      ? pureRow(actions, entry, `commitment[${o}]`)
      : checkRow(entry, actions.n, `commitment[${o}]`),
  );
}

function pureRow(actions: Discrete, action: unknown, where: string): Float64Array {
  if (!actions.contains(action))
    throw new InvalidArgument(`${where}: expected an action in ${actions}, got ${describe(action)}.`);
  const row = new Float64Array(actions.n);
  row[action - actions.start] = 1;
  return row;
}

function checkRow(row: ArrayLike<number>, n: number, where: string): Float64Array {
  const copy = Float64Array.from(row);
  const sum = copy.reduce((a, b) => a + b, 0);
  if (copy.length !== n || !copy.every((p) => p >= 0 && p <= 1 + 1e-9) || Math.abs(sum - 1) > 1e-6) {
    throw new InvalidArgument(`${where}: expected ${n} probabilities that sum to 1, got ${describe(row)}.`);
  }
  return copy;
}
