import { checkPositive } from '../../gymnasium/checks.js';
import { checkOptionNames } from '../../gymnasium/error.js';
import type { Queries } from './best-response-queries.js';

/**
 * A defender with homogeneous resources: query access and nothing else. A commitment is a coverage, at most 1 a
 * target.
 */
export interface CoverageProblem {
  /** The coverage of all targets sums to at most this. */
  readonly resources: number;
  readonly queries: Queries;
}

export interface ClinchOptions {
  /** The search ends when less than this much coverage is left to place. Default 1e-8. */
  readonly precision?: number;
}

export interface ClinchedCoverage {
  /** What each target has at least in every coverage that leaves the attacker the least. */
  readonly lower: Float64Array;
  /** `lower`, with what is left spread over the targets. */
  readonly coverage: Float64Array;
  /** The attacked target. */
  readonly attacked: number;
  /** Whether that one is covered fully, so that coverage is left over. */
  readonly saturated: boolean;
  readonly queries: number;
}

/**
 * Clinch (Haghtalab, Lykouris, Nietert & Wei, "Learning in Stackelberg games with non-myopic agents", EC 2022): finds
 * the coverage that leaves the attacker the least, with about `n ln(resources / precision)` queries. The attacker's
 * utility at a target may be any function that falls with its coverage. What is not yet placed is spread over all
 * targets; the one that is attacked all the same needs at least the coverage it has, which is clinched. Every query
 * but the last places at least one n-th of what is left.
 *
 * @throws InvalidArgument for malformed options or resources; QueryBudgetSpent
 */
export function clinch(problem: CoverageProblem, options: ClinchOptions = {}): ClinchedCoverage {
  checkOptionNames('clinch', options, ['precision']);
  const { resources, queries } = problem;
  const { precision = 1e-8 } = options;
  checkPositive('clinch', 'resources', resources);
  checkPositive('clinch', 'precision', precision);
  const before = queries.count;
  const lower = new Float64Array(queries.size);
  for (let left = resources; ; ) {
    const coverage = spread(lower, left);
    const attacked = queries.query(coverage);
    const saturated = coverage[attacked] === 1;
    left -= coverage[attacked] - lower[attacked];
    lower[attacked] = coverage[attacked];
    if (saturated || left < precision) {
      return { lower, coverage, attacked, saturated, queries: queries.count - before };
    }
  }
}

/** Adds to each target the same share of `left`, but no more than full coverage; the rest is shared again. */
function spread(lower: Float64Array, left: number): Float64Array {
  const room = Array.from(lower, (value) => 1 - value).sort((a, b) => a - b);
  let share = 0;
  for (let k = 0; k < room.length; k++) {
    const level = (left - sum(room.slice(0, k))) / (room.length - k);
    share = Math.min(level, room[k]);
    if (level <= room[k]) break;
  }
  return lower.map((value) => (1 - value <= share ? 1 : value + share));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export interface ShavedCoverage {
  /** The least that keeps the attacked target as good as any: what every optimal coverage has in common. */
  readonly coverage: Float64Array;
  /** For each target, the most coverage at which it was attacked instead; null if it is not even when uncovered. */
  readonly attackedAt: readonly (number | null)[];
  readonly queries: number;
}

/**
 * Takes back by bisection what does not hold the attacker down: the coverage of each target but the attacked one is
 * lowered to where the attacker would just not turn to it ("conserve mass" in Clinch). About `log2(1 / precision)`
 * queries a covered target.
 *
 * @param coverage of a game whose attacker attacks `attacked` under it
 * @param options.precision of each coverage. Default 1e-12.
 * @throws InvalidArgument for a malformed precision; QueryBudgetSpent
 */
export function shave(
  { queries }: CoverageProblem,
  coverage: ArrayLike<number>,
  attacked: number,
  options: { readonly precision?: number } = {},
): ShavedCoverage {
  checkOptionNames('shave', options, ['precision']);
  const { precision = 1e-12 } = options;
  checkPositive('shave', 'precision', precision);
  const before = queries.count;
  const shaved = Float64Array.from(coverage);
  const attackedAt = Array.from(shaved, (own, target) => {
    if (target === attacked) return own;
    const draws = (level: number) => {
      shaved[target] = level;
      return queries.query(shaved) === target;
    };
    if (!draws(0)) return null;
    let [low, high] = [0, own];
    while (high - low > precision) {
      const middle = (low + high) / 2;
      if (draws(middle)) low = middle;
      else high = middle;
    }
    shaved[target] = high;
    return low;
  });
  return { coverage: shaved, attackedAt, queries: queries.count - before };
}
