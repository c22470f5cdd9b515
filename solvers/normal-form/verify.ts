import { SolveFailed } from '../linear/linear-program.js';
import { expected, type PayoffMatrix } from './payoffs.js';

/** The payoffs differ so much in size that float64 programs do not tell the optimum: nothing found is a value. */
export class PayoffsTooDifferent extends SolveFailed {
  constructor(owner: string) {
    super(owner, 'failed');
    this.message = `${owner}: payoffs of too different size: the commitment found does not earn what the linear program promised.`;
  }
}

/** As in `bestResponse`. */
const tied = 1e-9;
const agreed = 1e-6;
const rounding = 8 * Number.EPSILON;

/**
 * What the leader earns at a commitment by the payoffs themselves, the follower's ties broken for the leader. Payoffs
 * tie within 1e-9 of the best (of 1 if that is less), or within the rounding of their own sums.
 */
export function strongValue(leader: PayoffMatrix, follower: PayoffMatrix, x: ArrayLike<number>): number {
  const columns = Array.from({ length: leader[0].length }, (_, j) => j);
  const earned = columns.map((j) => expected(follower, x, j));
  const best = columns.reduce((a, b) => (earned[b] > earned[a] ? b : a));
  const size = (j: number) => follower.reduce((sum, row, i) => sum + x[i] * Math.abs(row[j]), 0);
  const margin = (j: number) =>
    Math.max(tied * Math.max(1, Math.abs(earned[best])), rounding * (size(j) + size(best)));
  const responses = columns.filter((j) => earned[j] >= earned[best] - margin(j));
  return responses.reduce((most, j) => Math.max(most, expected(leader, x, j)), Number.NEGATIVE_INFINITY);
}

/** Whether `earned` is no less than the value claimed, up to a millionth. */
export function keepsPromise(earned: number, claimed: number): boolean {
  return earned >= claimed - agreed * Math.max(1, Math.abs(claimed));
}

/**
 * Whether errors of `share` of the greatest payoff range are as good as nothing for a value, in units of it or of the
 * `range` of the payoffs that it is made of.
 */
export function isNegligible(share: number, greatest: number, value: number, range: number): boolean {
  return share * greatest <= agreed * Math.max(1, Math.abs(value), range);
}
