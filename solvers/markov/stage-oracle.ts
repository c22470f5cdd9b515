import type { LinearSolver } from '../linear/linear-program.js';
import { solveNormalFormWith } from '../normal-form/normal-form.js';
import { advantage, column, dot, expected, extremes } from '../normal-form/payoffs.js';

/** A mixed row to commit to, the column recommended to the follower, and what the leader expects. */
export interface StageCommitment {
  readonly x: Float64Array;
  readonly response: number;
  readonly value: number;
}

interface Candidate {
  readonly x: Float64Array;
  readonly response: number;
}

/** Sets of active constraints looked at to list vertices; with more than this, linear programs are solved. */
const mostBases = 2000;
const tolerance = 1e-9;

/**
 * Stackelberg equilibria of stage games that share the follower's payoffs B: for changing leader payoffs, the best
 * (mixed row x, column j) with j a best response to x. The maximum over {x: x (B_j - B_k) >= 0 for all k} lies at a
 * vertex, and the vertices depend on B alone; in small games they are listed once, in larger ones every call solves
 * multiple linear programs.
 *
 * With `margin` 0 the follower may be indifferent and is then taken to play the recommended column (strong). With a
 * margin in (0, 1) each commitment is mixed by that share with an inner point of its region, so that the response is
 * strict but for columns that pay the follower the same in every row.
 */
export class StageOracle {
  private readonly candidates: readonly Candidate[] | null;

  /** @param follower the follower's payoffs, a row per leader action */
  constructor(
    private readonly follower: readonly ArrayLike<number>[],
    private readonly lp: LinearSolver,
    private readonly margin = 0,
  ) {
    const [rows, columns] = [follower.length, follower[0].length];
    this.candidates = bases(rows, columns) > mostBases ? null : this.list(columns);
  }

  /** @param leader the leader's payoffs, continuation and all, of the same shape */
  solve(leader: readonly ArrayLike<number>[]): StageCommitment {
    if (this.candidates === null) return this.solvePrograms(leader);
    let best: StageCommitment | null = null;
    for (const { x, response } of this.candidates) {
      const value = expected(leader, x, response);
      if (best === null || value > best.value) best = { x, response, value };
    }
    return best!;
  }

  private list(columns: number): Candidate[] {
    return Array.from({ length: columns }, (_, response) => {
      const region = responseRegion(this.follower, response);
      const corners = vertices(this.follower.length, region);
      if (this.margin === 0 || corners.length === 0) return corners.map((x) => ({ x, response }));
      const inner = corners[0].map((_, a) => corners.reduce((sum, x) => sum + x[a], 0) / corners.length);
      if (region.some((row) => row.some((gain) => gain !== 0) && dot(row, inner) <= tolerance)) return [];
      return corners.map((x) => ({ x: mix(x, inner, this.margin), response }));
    }).flat();
  }

  private solvePrograms(leader: readonly ArrayLike<number>[]): StageCommitment {
    const found = solveNormalFormWith(this.lp, leader, this.follower);
    if (this.margin === 0) return { x: found.commitment, response: found.response, value: found.value };
    const x = mix(found.weakCommitment, found.weakInterior, this.margin);
    const response = bestColumn(this.follower, leader, x);
    return { x, response, value: expected(leader, x, response) };
  }
}

/** The follower's best column against x; of those within 1e-9 of the best, the one that the leader likes most. */
function bestColumn(
  follower: readonly ArrayLike<number>[],
  leader: readonly ArrayLike<number>[],
  x: Float64Array,
): number {
  const columns = Array.from({ length: follower[0].length }, (_, j) => j);
  const earned = columns.map((j) => dot(x, column(follower, j)));
  const most = Math.max(...earned);
  const tied = columns.filter((j) => earned[j] >= most - tolerance * Math.max(1, Math.abs(most)));
  return tied.reduce((best, j) => (expected(leader, x, j) > expected(leader, x, best) ? j : best));
}

function mix(x: Float64Array, y: Float64Array, share: number): Float64Array {
  return x.map((p, a) => (1 - share) * p + share * y[a]);
}

/** The rows d with d . x >= 0 where column j is a best response, scaled to the range of the payoffs. */
function responseRegion(follower: readonly ArrayLike<number>[], j: number): Float64Array[] {
  const [low, high] = extremes(follower);
  const scale = high > low ? 1 / (high - low) : 1;
  const others = Array.from({ length: follower[0].length }, (_, k) => k).filter((k) => k !== j);
  return others.map((k) => advantage(follower, j, k).map((gain) => gain * scale));
}

/** Ways to choose the rows - 1 active constraints among rows + columns - 1. */
function bases(rows: number, columns: number): number {
  let ways = 1;
  for (let k = 1; k < rows; k++) ways = (ways * (columns + k)) / k;
  return ways;
}

/** The vertices of {x in the simplex: d . x >= 0 for each d}. */
function vertices(rows: number, inequalities: readonly Float64Array[]): Float64Array[] {
  const signs = Array.from({ length: rows }, (_, a) =>
    Float64Array.from({ length: rows }, (_, k) => Number(k === a)),
  );
  const constraints = [...signs, ...inequalities];
  const found = new Map<string, Float64Array>();
  const choose = (from: number, active: readonly Float64Array[]) => {
    if (active.length === rows - 1) {
      const x = corner(active, rows);
      if (x === null || constraints.some((row) => dot(row, x) < -tolerance)) return;
      const point = onSimplex(x);
      found.set(Array.from(point, (p) => p.toFixed(9)).join(), point);
      return;
    }
    for (let k = from; k < constraints.length; k++) choose(k + 1, [...active, constraints[k]]);
  };
  choose(0, []);
  return [...found.values()];
}

function onSimplex(x: Float64Array): Float64Array {
  const positive = x.map((p) => (p > 1e-12 ? p : 0));
  const sum = positive.reduce((total, p) => total + p, 0);
  return positive.map((p) => p / sum);
}

/** The point where the active rows are 0 and the entries sum to 1, or null if that is not one point. */
function corner(active: readonly Float64Array[], size: number): Float64Array | null {
  const table = [...active.map((row) => [...row, 0]), new Array(size + 1).fill(1)];
  for (let c = 0; c < size; c++) {
    const rest = table.slice(c);
    const pivot = rest.reduce((best, row, r) => (Math.abs(row[c]) > Math.abs(rest[best][c]) ? r : best), 0);
    if (Math.abs(rest[pivot][c]) < 1e-10) return null;
    [table[c], table[c + pivot]] = [table[c + pivot], table[c]];
    table.forEach((row, r) => {
      const factor = r === c ? 0 : row[c] / table[c][c];
      if (factor !== 0) for (let k = c; k <= size; k++) row[k] -= factor * table[c][k];
    });
  }
  return Float64Array.from(table, (row, c) => row[size] / row[c]);
}
