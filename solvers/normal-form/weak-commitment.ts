import {
  expectOptimal,
  type LinearProgram,
  type LinearRow,
  type LinearSolver,
} from '../linear/linear-program.js';
import { advantage, type Bimatrix, column, dot, expected, normalized } from './payoffs.js';
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
}

interface RegionOptimum {
  readonly region: Region;
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
  const unit = normalized(game);
  const classes = equivalentColumns(unit);
  const own = classes.find((members) => members.includes(strong.response)) as number[];
  const optima = own.length === 1 ? regionOptima(lp, unit, [own]) : [];
  return firstAttained(lp, unit, game, optima) ?? bestOf(lp, unit, game, regionOptima(lp, unit, classes));
}

function bestOf(lp: LinearSolver, unit: Bimatrix, game: Bimatrix, optima: RegionOptimum[]): WeakCommitment {
  const top = Math.max(...optima.map((optimum) => optimum.value));
  const best = optima.filter((optimum) => optimum.value >= top - FLOOR_SLACK);
  return firstAttained(lp, unit, game, best) ?? describeOptimum(game, best[0], best[0].x, false);
}

function firstAttained(lp: LinearSolver, unit: Bimatrix, game: Bimatrix, optima: readonly RegionOptimum[]) {
  for (const optimum of optima) {
    const commitment = attaining(lp, unit, optimum);
    if (commitment) return describeOptimum(game, optimum, commitment, true);
  }
  return undefined;
}

function describeOptimum(
  game: Bimatrix,
  optimum: RegionOptimum,
  commitment: Float64Array,
  attained: boolean,
) {
  const { members, interior } = optimum.region;
  const value = Math.min(...members.map((k) => expected(game.leader, optimum.x, k)));
  return { value, attained, commitment, interior };
}

function regionOptima(lp: LinearSolver, unit: Bimatrix, classes: readonly number[][]): RegionOptimum[] {
  return classes.flatMap((members) => {
    const region = regionOf(lp, unit, members);
    return region ? [optimize(lp, unit, region)] : [];
  });
}

function equivalentColumns(unit: Bimatrix): number[][] {
  const classes = new Map<string, number[]>();
  for (let j = 0; j < unit.columns; j++) {
    const key = column(unit.follower, j).join();
    classes.set(key, [...(classes.get(key) ?? []), j]);
  }
  return [...classes.values()];
}

function outsiders(unit: Bimatrix, members: readonly number[]): number[] {
  return Array.from({ length: unit.columns }, (_, k) => k).filter((k) => !members.includes(k));
}

/** The region of these columns if some mixed row makes them better than all others by a margin. */
function regionOf(lp: LinearSolver, unit: Bimatrix, members: readonly number[]): Region | undefined {
  const others = outsiders(unit, members);
  const program = simplexProgram(
    unit.rows,
    [...new Array(unit.rows).fill(0), 1],
    [...others.map((k) => atLeastZero([...advantage(unit.follower, members[0], k), -1]))],
  );
  const result = expectOptimal(lp.solve(program), 'weakCommitment');
  return result.value > MARGIN ? { members, interior: result.x.slice(0, unit.rows) } : undefined;
}

/** Maximises over the region the leader's least payoff among its columns. */
function optimize(lp: LinearSolver, unit: Bimatrix, region: Region): RegionOptimum {
  const [first] = region.members;
  const responses = outsiders(unit, region.members).map((k) => advantage(unit.follower, first, k));
  const program = simplexProgram(
    unit.rows,
    [...new Array(unit.rows).fill(0), 1],
    [
      ...responses.map((row) => atLeastZero([...row, 0])),
      ...region.members.map((k) => atLeastZero([...column(unit.leader, k), -1])),
    ],
  );
  const solution = expectOptimal(lp.solve(program), 'weakCommitment').x.subarray(0, unit.rows);
  const payoffs = region.members.map((k) => expected(unit.leader, solution, k));
  const least = region.members[payoffs.indexOf(Math.min(...payoffs))];
  const level = region.members.filter((k) => k !== least).map((k) => advantage(unit.leader, k, least));
  const { x } = polishVertex(solution, [...responses, ...level]);
  return { region, x, value: Math.min(...region.members.map((k) => expected(unit.leader, x, k))) };
}

/**
 * A commitment at which every best response pays the leader the optimum's value, if there is one. The optimal face
 * is cut by "column k pays enough" for each outside column k that ties all over it, until no new one ties all over
 * what is left; a point of its relative interior then ties with no other.
 */
function attaining(lp: LinearSolver, unit: Bimatrix, optimum: RegionOptimum): Float64Array | undefined {
  const enough = new Set<number>(optimum.region.members);
  if (pessimisticValue(unit, optimum.x) >= optimum.value - FLOOR_SLACK) return optimum.x;
  for (;;) {
    const face = relativeInterior(lp, unit, optimum, enough);
    if (!face) return undefined;
    const fresh = face.tied.filter((k) => !enough.has(k));
    if (fresh.length === 0) return face.x;
    for (const k of fresh) enough.add(k);
  }
}

function pessimisticValue(unit: Bimatrix, x: Float64Array): number {
  const payoffs = Array.from({ length: unit.columns }, (_, k) => expected(unit.follower, x, k));
  const best = Math.max(...payoffs);
  const tied = payoffs.flatMap((payoff, k) => (payoff >= best - TIED ? [expected(unit.leader, x, k)] : []));
  return Math.min(...tied);
}

/** A point of the face that ties as little as possible, and the outside columns that tie all over the face. */
function relativeInterior(lp: LinearSolver, unit: Bimatrix, optimum: RegionOptimum, enough: Set<number>) {
  const { members } = optimum.region;
  const floor = optimum.value - FLOOR_SLACK;
  const others = outsiders(unit, members);
  const leads = others.map((k) => advantage(unit.follower, members[0], k));
  const program = simplexProgram(unit.rows, new Array(unit.rows + 1).fill(0), [
    ...leads.map((row) => atLeastZero([...row, 0])),
    ...[...enough].map((k) => ({
      coefficients: [...column(unit.leader, k), 0],
      lower: floor,
      upper: UNBOUNDED,
    })),
  ]);
  return lp.withSession(program, (session) => {
    const start = session.solve();
    if (start.status === 'infeasible') return undefined;
    const points = [expectOptimal(start, 'weakCommitment').x.slice(0, unit.rows)];
    const tied = others.filter((_, n) => {
      if (dot(leads[n], points[0]) > TIED) return false;
      session.setObjective([...leads[n], 0]);
      const farthest = expectOptimal(session.solve(), 'weakCommitment');
      points.push(farthest.x.slice(0, unit.rows));
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
