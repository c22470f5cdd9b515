import { extremes } from '../normal-form/payoffs.js';
import {
  actionTables,
  type CommitmentValue,
  type FollowerKind,
  type IteratedGame,
} from './memory-one-model.js';
import { MemoryOneEvaluator } from './memory-one-response.js';

export type { CommitmentValue, FollowerKind, IteratedGame, Memory, Ties } from './memory-one-model.js';
export { MemoryOneEvaluator } from './memory-one-response.js';

export interface DeterministicCommitment extends CommitmentValue {
  /** The leader's action at each of its observations. */
  readonly commitment: readonly number[];
  /** The leader's value if ties go against it. */
  readonly weakValue: number;
}

export interface DeterministicSolution extends DeterministicCommitment {
  /** The best row of `table` if ties go against the leader. */
  readonly weak: DeterministicCommitment;
  /** Every deterministic commitment, in the order 0...0, 0...01, ..., 1...1. */
  readonly table: readonly DeterministicCommitment[];
}

/** Values closer than this share of the leader's payoff range are equal. */
const SAME = 1e-9;

/**
 * The best deterministic memory-1 commitment, by evaluating all of them (Gerstgrasser & Parkes, "Oracles &
 * Followers", ICML 2023, section 5). Of several with the same value the one that keeps most of it under ties
 * against the leader is returned, then one that always plays the same action, then the first.
 *
 * @throws InvalidArgument if the game or the follower kind is malformed.
 */
export function solveDeterministic(game: IteratedGame, follower: FollowerKind): DeterministicSolution {
  const evaluator = new MemoryOneEvaluator(game, follower);
  const table = actionTables(evaluator.model.observations).map((commitment) => {
    const action0 = commitment.map((action) => 1 - action);
    const { value: weakValue } = evaluator.evaluate(action0, 'against');
    return { commitment, ...evaluator.evaluate(action0), weakValue };
  });
  const [low, high] = extremes([evaluator.model.leader]);
  const scale = high - low;
  const steadiness = ({ commitment }: DeterministicCommitment) =>
    new Set(commitment).size === 1 ? scale : 0;
  const best = firstBest(table, scale, (row) => [row.value, row.weakValue, steadiness(row)]);
  const weak = firstBest(table, scale, (row) => [row.weakValue, row.value, steadiness(row)]);
  return { ...best, weak, table };
}

/** The first item whose list of criteria is lexicographically greatest; `scale` sets what counts as equal. */
function firstBest<T>(items: readonly T[], scale: number, criteria: (item: T) => readonly number[]): T {
  return items.reduce((best, item) => {
    const mine = criteria(item);
    const theirs = criteria(best);
    const differing = mine.findIndex((value, n) => Math.abs(value - theirs[n]) > SAME * scale);
    return differing >= 0 && mine[differing] > theirs[differing] ? item : best;
  });
}
