import { column, extremes, undominated } from '../normal-form/payoffs.js';
import type { FollowerType, OneShotForm } from './one-shot-form.js';

/** A type of positive probability, scaled, without the columns that it never plays in a strong equilibrium. */
export interface UnitType {
  /** Position in `OneShotForm.types`. */
  readonly index: number;
  /** Original numbers of the columns that are left. */
  readonly columns: readonly number[];
  /** By left column, then row: the leader's payoff, least 0, times the type's probability, in units of `scale`. */
  readonly leader: readonly Float64Array[];
  /** By left column, then row: the type's payoff less the least of the row, from 0 to 1. */
  readonly follower: readonly Float64Array[];
}

/** A Bayesian game scaled for linear programs: the same best responses, and the same best commitments. */
export interface UnitForm {
  readonly rows: number;
  readonly types: readonly UnitType[];
  /** The widest range of a type's payoffs to the leader, in the columns that are left. */
  readonly scale: number;
}

/**
 * Scales the payoffs and drops columns that are strictly dominated by another, or pay the type what another does in
 * every row and the leader no more. Types of probability 0 are left out.
 */
export function unitForm({ rows, types }: OneShotForm): UnitForm {
  const likely = types.flatMap((type, index) => (type.probability > 0 ? [{ ...type, index }] : []));
  const useful = likely.map(usefulColumns);
  const ranges = likely.map(({ leader }, t) => extremes(useful[t].map((j) => column(leader, j))));
  const scale = Math.max(...ranges.map(([low, high]) => high - low)) || 1;
  return {
    rows,
    scale,
    types: likely.map((type, t) => {
      const weigh = (payoff: number) => (type.probability * (payoff - ranges[t][0])) / scale;
      return {
        index: type.index,
        columns: useful[t],
        leader: useful[t].map((j) => column(type.leader, j).map(weigh)),
        follower: unitFollower(type, useful[t]),
      };
    }),
  };
}

function unitFollower({ follower }: FollowerType, columns: readonly number[]): Float64Array[] {
  const least = follower.map((row) => Math.min(...columns.map((j) => row[j])));
  const lifted = columns.map((j) => column(follower, j).map((payoff, i) => payoff - least[i]));
  const scale = extremes(lifted)[1] || 1;
  return lifted.map((payoffs) => payoffs.map((payoff) => payoff / scale));
}

function usefulColumns({ leader, follower }: FollowerType): number[] {
  const columns = undominated(follower, leader[0].length);
  const every = (holds: (row: number) => boolean) => leader.every((_, i) => holds(i));
  const beats = (k: number, j: number) => {
    if (!every((i) => follower[i][k] === follower[i][j] && leader[i][k] >= leader[i][j])) return false;
    return k < j || !every((i) => leader[i][k] === leader[i][j]);
  };
  return columns.filter((j) => !columns.some((k) => k !== j && beats(k, j)));
}
