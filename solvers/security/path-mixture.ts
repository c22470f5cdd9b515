import type { SpatioTemporalSecurity } from '../../envs/security/spatio-temporal-security.js';
import type { Weighted } from '../double-oracle.js';

/** The patrollers' joint position at each time, as `SpatioTemporalSecurity.placeOf` codes it. */
export type Patrol = readonly number[];

/** A mixed strategy over whole patrols; the probabilities sum to 1. */
export type PatrolMixture = readonly Weighted<Patrol>[];

/**
 * Break points of the comb closer than this are one: above the rounding of a linear program, below what a value
 * shows.
 */
const sameBreak = 1e-8;
/** Most probabilities in a commitment table. */
const maxTableEntries = 2 ** 22;

/**
 * Splits a flow through space-time into a mixture of patrols that reproduces its mass at every grid point.
 *
 * The patrols are those of a comb: for an offset u in [0, 1), patroller k stands at each time where the mass summed
 * over the cells passes u + k. Consecutive cells with mass m between them thus hold a patroller with probability
 * min(1, m), the most that any mixture with this mass achieves. Whatever flow the mass comes from, no patroller moves
 * farther in a step than the flow does, for on a line the order-preserving transport has the least longest move. The
 * patrol changes with u at most at times * (cells - 1) points, so there are no more patrols than the network has
 * edges.
 *
 * @param marginals mass of each cell at each time; the sum at each time is the number of patrollers
 * @returns patrols in which the patrollers stand in ascending order
 */
export function pathMixture(game: SpatioTemporalSecurity, marginals: readonly Float64Array[]): PatrolMixture {
  const sums = marginals.map((masses) => runningSums(masses, game.patrollers));
  const pieces = intervals(sums.flatMap((row) => Array.from(row.subarray(0, -1), (sum) => sum % 1)));
  const mass = pieces.reduce((total, [from, to]) => total + to - from, 0);
  return pieces.map(([from, to]) => {
    const offset = (from + to) / 2;
    const patrol = sums.map((row) =>
      game.placeOf(
        Array.from({ length: game.patrollers }, (_, k) => row.findIndex((sum) => sum > offset + k)),
      ),
    );
    return { strategy: patrol, probability: (to - from) / mass };
  });
}

/** Sums of the first masses, scaled so that the last is `total`. */
function runningSums(masses: Float64Array, total: number): Float64Array {
  const all = masses.reduce((sum, mass) => sum + mass, 0);
  let sum = 0;
  const sums = masses.map((mass) => {
    sum += (Math.max(0, mass) * total) / all;
    return sum;
  });
  sums[sums.length - 1] = total;
  return sums;
}

/** The intervals that these points cut [0, 1) into, without those that are but rounding. */
function intervals(points: readonly number[]): [number, number][] {
  const cuts = [0, ...[...points].sort((a, b) => a - b), 1];
  const pieces: [number, number][] = [];
  for (let i = 1; i < cuts.length; i++) {
    if (cuts[i] - cuts[i - 1] > sameBreak) pieces.push([cuts[i - 1], cuts[i]]);
  }
  return pieces;
}

/** What each attack brings on average against a mixture, by the attacker's action. */
export function attackValues(game: SpatioTemporalSecurity, mixture: PatrolMixture): Float64Array {
  return new Float64Array(game.paths.length * game.horizon).map((_, attack) =>
    mixture.reduce(
      (sum, { strategy, probability }) =>
        sum + probability * game.loot(attack, strategy[attack % game.horizon]),
      0,
    ),
  );
}

/**
 * The behaviour commitment of a mixture: for each observation of the leader the distribution of where to go next,
 * given the joint position alone. At every time the patrollers' joint position is distributed as in the mixture, and
 * that is all that attacks depend on. Where the mixture never leads, the patrollers stay.
 *
 * @returns a row an observation; null where that would be more than 2^22 probabilities
 */
export function behaviourTable(game: SpatioTemporalSecurity, mixture: PatrolMixture): number[][] | null {
  const { horizon, positions } = game;
  if ((1 + horizon * positions) * positions > maxTableEntries) return null;
  const stay = Array.from({ length: positions }, (_, place) => pure(positions, place));
  const table = [stay[0], ...Array.from({ length: horizon }, () => stay).flat()];
  const visited = new Map<number, number[]>();
  for (const { strategy, probability } of mixture) {
    strategy.forEach((place, time) => {
      const seen = time === 0 ? 0 : game.observationAt(time - 1, strategy[time - 1]);
      if (!visited.has(seen)) visited.set(seen, new Array<number>(positions).fill(0));
      visited.get(seen)![place] += probability;
    });
  }
  for (const [seen, masses] of visited) {
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    if (total > 0) table[seen] = masses.map((mass) => mass / total);
  }
  return table;
}

function pure(actions: number, action: number): number[] {
  return Array.from({ length: actions }, (_, k) => (k === action ? 1 : 0));
}
