import {
  expectOptimal,
  type LinearProgram,
  type LinearRow,
  type LinearSolver,
} from '../linear/linear-program.js';
import {
  advantage,
  type Bimatrix,
  column,
  dot,
  expected,
  extremes,
  type ReducedBimatrix,
  reduced,
  scaledAdvantage,
} from './payoffs.js';
import { PayoffsTooDifferent } from './verify.js';
import { polishVertex } from './vertex.js';

/** A pessimistic commitment: ties of the follower go against the leader. */
export interface WeakCommitment {
  /** Supremum over mixed rows of the least leader payoff among the follower's best responses. */
  readonly value: number;
  readonly attained: boolean;
  /** Earns `value` if attained, else the limit of commitments that approach it. */
  readonly commitment: Float64Array;
  /** A point where the same response is strictly best: any share of it mixed into `commitment` breaks the ties. */
  readonly interior: Float64Array;
}

/** Follower columns with equal payoffs in every row, and where they are the strict best response. */
interface Region {
  readonly members: readonly number[];
  readonly interior: Float64Array;
  /** Range of the leader's payoffs in these columns, and the least of them: their units in programs. */
  readonly scale: number;
  readonly low: number;
}

interface RegionOptimum {
  readonly region: Region;
  /** In the game's own payoffs. */
  readonly value: number;
  readonly x: Float64Array;
}

const MARGIN = 1e-8;
const TIED = 1e-7;
const FLOOR_SLACK = 1e-9;
const UNBOUNDED = Number.POSITIVE_INFINITY;

/**
 * The weak (pessimistic) Stackelberg value of a bimatrix game (von Stengel & Zamir, "Leadership games with convex
 * strategy sets", GEB 2010, section 3). Follower columns that pay the same in every row count as one, worth the
 * leader's minimum over them. The best-response regions with an interior cover the simplex, and inside one nothing
 * else ties, so the supremum is the best optimum over those regions; smaller regions are only ever ties.
 *
 * @param strong the strong commitment. If its response alone fills a region, the supremum is the strong value, and
 * if it is attained there, no other region needs a look.
 */
export function weakCommitment(
  lp: LinearSolver,
  game: Bimatrix,
  strong: { readonly response: number },
): WeakCommitment {
  const small = reduced(game);
  const classes = equivalentColumns(small);
  const response = small.original.indexOf(strong.response);
  const own = classes.find((members) => members.includes(response)) as number[];
  const optima = own.length === 1 ? regionOptima(lp, small, [own]) : [];
  return firstAttained(lp, small, optima) ?? bestOf(lp, small, regionOptima(lp, small, classes));
}

function bestOf(lp: LinearSolver, game: ReducedBimatrix, optima: RegionOptimum[]): WeakCommitment {
  if (optima.length === 0) throw new PayoffsTooDifferent('weakCommitment');
  const top = Math.max(...optima.map(({ value }) => value));
  const best = optima.filter(({ value, region }) => value >= top - FLOOR_SLACK * region.scale);
  return firstAttained(lp, game, best) ?? describeOptimum(best[0], best[0].x, false);
}

function firstAttained(lp: LinearSolver, game: ReducedBimatrix, optima: readonly RegionOptimum[]) {
  for (const optimum of optima) {
    const commitment = attaining(lp, game, optimum);
    if (commitment) return describeOptimum(optimum, commitment, true);
  }
  return undefined;
}

function describeOptimum({ region, value }: RegionOptimum, commitment: Float64Array, attained: boolean) {
  return { value, attained, commitment, interior: region.interior };
}

function regionOptima(
  lp: LinearSolver,
  game: ReducedBimatrix,
  classes: readonly number[][],
): RegionOptimum[] {
  return classes.flatMap((members) => {
    const region = regionOf(lp, game, members);
    return region ? [optimize(lp, game, region)] : [];
  });
}

function equivalentColumns(game: Bimatrix): number[][] {
  const classes = new Map<string, number[]>();
  for (let j = 0; j < game.columns; j++) {
    const key = column(game.follower, j).join();
    classes.set(key, [...(classes.get(key) ?? []), j]);
  }
  return [...classes.values()];
}

function outsiders(game: Bimatrix, members: readonly number[]): number[] {
  return Array.from({ length: game.columns }, (_, k) => k).filter((k) => !members.includes(k));
}

/** The region of these columns if some mixed row makes them better than all others by a margin. */
function regionOf(lp: LinearSolver, game: Bimatrix, members: readonly number[]): Region | undefined {
  const program = simplexProgram(
    game.rows,
    [...new Array(game.rows).fill(0), 1],
    leadsOf(game, members).map((lead) => atLeastZero([...lead, -1])),
  );
  const result = expectOptimal(lp.solve(program), 'weakCommitment');
  if (result.value <= MARGIN) return undefined;
  const [low, high] = extremes(members.map((k) => column(game.leader, k)));
  return { members, interior: result.x.slice(0, game.rows), low, scale: high - low || 1 };
}

/** What the members earn the follower more than each other column, every pair scaled for itself. */
function leadsOf(game: Bimatrix, members: readonly number[]): Float64Array[] {
  return outsiders(game, members).map((k) => scaledAdvantage(game.follower, members[0], k));
}

/** What column k pays the leader, in the units of the region. */
function inUnits(game: Bimatrix, { low, scale }: Region, k: number): Float64Array {
  return column(game.leader, k).map((payoff) => (payoff - low) / scale);
}

/** Maximises over the region the leader's least payoff among its columns. */
function optimize(lp: LinearSolver, game: Bimatrix, region: Region): RegionOptimum {
  const { members, scale } = region;
  const responses = leadsOf(game, members);
  const program = simplexProgram(
    game.rows,
    [...new Array(game.rows).fill(0), 1],
    [
      ...responses.map((row) => atLeastZero([...row, 0])),
      ...members.map((k) => atLeastZero([...inUnits(game, region, k), -1])),
    ],
  );
  const solution = expectOptimal(lp.solve(program), 'weakCommitment').x.subarray(0, game.rows);
  const payoffs = members.map((k) => expected(game.leader, solution, k));
  const least = members[payoffs.indexOf(Math.min(...payoffs))];
  const level = members
    .filter((k) => k !== least)
    .map((k) => advantage(game.leader, k, least).map((more) => more / scale));
  const { x } = polishVertex(solution, [...responses, ...level]);
  return { region, x, value: Math.min(...members.map((k) => expected(game.leader, x, k))) };
}

/**
 * A commitment at which every best response pays the leader the optimum's value, if there is one. The optimal face
 * is cut by "column k pays enough" for each outside column k that ties all over it, until no new one ties all over
 * what is left; a point of its relative interior then ties with no other.
 */
function attaining(lp: LinearSolver, game: Bimatrix, optimum: RegionOptimum): Float64Array | undefined {
  const { region, value, x } = optimum;
  const enough = new Set<number>(region.members);
  if (pessimisticValue(game, region, x) >= value - FLOOR_SLACK * region.scale) return x;
  for (;;) {
    const face = relativeInterior(lp, game, optimum, enough);
    if (!face) return undefined;
    const fresh = face.tied.filter((k) => !enough.has(k));
    if (fresh.length === 0) return face.x;
    for (const k of fresh) enough.add(k);
  }
}

/** What the leader earns at a point of the region, ties against it. */
function pessimisticValue(game: Bimatrix, { members }: Region, x: Float64Array): number {
  const tied = outsiders(game, members).filter(
    (k) => dot(scaledAdvantage(game.follower, members[0], k), x) <= TIED,
  );
  return Math.min(...[...members, ...tied].map((k) => expected(game.leader, x, k)));
}

/** A point of the face that ties as little as possible, and the outside columns that tie all over the face. */
function relativeInterior(lp: LinearSolver, game: Bimatrix, optimum: RegionOptimum, enough: Set<number>) {
  const { region, value } = optimum;
  const floor = (value - region.low) / region.scale - FLOOR_SLACK;
  const others = outsiders(game, region.members);
  const leads = leadsOf(game, region.members);
  const program = simplexProgram(game.rows, new Array(game.rows + 1).fill(0), [
    ...leads.map((row) => atLeastZero([...row, 0])),
    ...[...enough].map((k) => {
      const above = inUnits(game, region, k).map((payoff) => payoff - floor);
      const size = Math.max(1, ...above.map(Math.abs));
      return atLeastZero([...above.map((payoff) => payoff / size), 0]);
    }),
  ]);
  return lp.withSession(program, (session) => {
    const start = session.solve();
    if (start.status === 'infeasible') return undefined;
    const points = [expectOptimal(start, 'weakCommitment').x.slice(0, game.rows)];
    const tied = others.filter((_, n) => {
      if (dot(leads[n], points[0]) > TIED) return false;
      session.setObjective([...leads[n], 0]);
      const farthest = expectOptimal(session.solve(), 'weakCommitment');
      points.push(farthest.x.slice(0, game.rows));
      return farthest.value <= TIED;
    });
    const x = points[0].map((_, i) => points.reduce((sum, point) => sum + point[i], 0) / points.length);
    return { x, tied };
  });
}

/** Maximises over a mixed row and one more variable (between -2 and 2, for payoffs scaled to [0, 1]). */
function simplexProgram(rows: number, objective: readonly number[], others: LinearRow[]): LinearProgram {
  const ones = new Array(rows).fill(1);
  return {
    sense: 'maximize',
    objective,
    rows: [{ coefficients: [...ones, 0], lower: 1, upper: 1 }, ...others],
    lower: [...ones.map(() => 0), -2],
    upper: [...ones, 2],
  };
}

function atLeastZero(coefficients: readonly number[]): LinearRow {
  return { coefficients, lower: 0, upper: UNBOUNDED };
}
