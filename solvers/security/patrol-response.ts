import type { SpatioTemporalSecurity } from '../../envs/security/spatio-temporal-security.js';
import type { Weighted } from '../double-oracle.js';
import type { Answer, SolutionStatus } from '../solver.js';
import { attackValues, behaviourTable, type Patrol, type PatrolMixture } from './path-mixture.js';

/** A patrol and what it earns the leader. */
export interface PatrolResponse {
  readonly patrol: Patrol;
  readonly value: number;
}

/**
 * The patrollers' best response to a mixture of attacks, exactly: backward induction over their joint positions. The
 * patrollers are alike, so that positions in ascending order are enough, and the first goes to the first, as crossing
 * ways can be exchanged. Of several best patrols the one with the lowest positions is returned.
 */
export class PatrolPlanner {
  private readonly places: readonly number[];
  /** Positions in `places` that can be reached from each in a step. */
  private readonly reachable: readonly (readonly number[])[];

  constructor(private readonly game: SpatioTemporalSecurity) {
    const every = Array.from({ length: game.positions }, (_, place) => place);
    const ordered = (cells: readonly number[]) => cells.every((cell, k) => k === 0 || cells[k - 1] <= cell);
    this.places = every.filter((place) => ordered(game.cellsOf(place)));
    const cells = this.places.map((place) => game.cellsOf(place));
    const near = (from: readonly number[], to: readonly number[]) =>
      from.every((cell, k) => Math.abs(cell - to[k]) <= game.speed);
    this.reachable = cells.map((from) => cells.flatMap((to, i) => (near(from, to) ? [i] : [])));
  }

  bestPatrol(attacks: readonly Weighted<number>[]): PatrolResponse {
    const { game, places, reachable } = this;
    const steps: Int32Array[] = [];
    let ahead = new Float64Array(places.length);
    for (let time = game.horizon - 1; time >= 0; time--) {
      const now = attacks.filter(({ strategy }) => strategy % game.horizon === time);
      const cost = (place: number) =>
        now.reduce((sum, { strategy, probability }) => sum + probability * game.loot(strategy, place), 0);
      const values = Float64Array.from(places, (place, i) => ahead[i] - cost(place));
      const best = Int32Array.from(reachable, (next) => argmax(values, next));
      steps.unshift(best);
      ahead = time === 0 ? values : Float64Array.from(best, (next) => values[next]);
    }
    return this.follow(ahead, steps);
  }

  /** Reads the patrol off the induction: `steps[t]` says from each place at t - 1 where to be at t. */
  private follow(first: Float64Array, steps: readonly Int32Array[]): PatrolResponse {
    let at = argmax(first, first.keys());
    const value = first[at];
    const patrol = steps.map((next, time) => {
      if (time > 0) at = next[at];
      return this.places[at];
    });
    return { patrol, value };
  }
}

function argmax(values: Float64Array, among: Iterable<number>): number {
  let best = -1;
  for (const i of among) if (best < 0 || values[i] > values[best]) best = i;
  return best;
}

/**
 * A solution from both players' mixtures, each graded by the other's best response.
 *
 * @param details whatever else the solver tells
 */
export function patrolAnswer(
  game: SpatioTemporalSecurity,
  mixture: PatrolMixture,
  attacks: readonly Weighted<number>[],
  status: SolutionStatus,
  details: Readonly<Record<string, unknown>>,
): Answer {
  const value = 0 - Math.max(...attackValues(game, mixture));
  const table = behaviourTable(game, mixture);
  return {
    value,
    followerValues: { follower_0: 0 - value },
    commitment: table,
    kind: 'stochastic',
    status,
    tieBreaking: null,
    certificate: {
      attacks: attacks.map(({ strategy, probability }) => ({ ...attackOf(game, strategy), probability })),
      bound: new PatrolPlanner(game).bestPatrol(attacks).value,
    },
    details: {
      patrols: mixture.map(({ strategy, probability }) => ({
        probability,
        cells: strategy.map((place) => game.cellsOf(place)),
      })),
      ...(table === null && {
        commitment: 'too large for a table: play one of the patrols, drawn at the start',
      }),
      ...details,
    },
  };
}

/** Target and time of an attacker's action. */
function attackOf(game: SpatioTemporalSecurity, attack: number): { target: number; time: number } {
  const time = attack % game.horizon;
  return { target: (attack - time) / game.horizon, time };
}
