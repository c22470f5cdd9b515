import { describe, InvalidArgument } from '../../gymnasium/error.js';

/** Rows are the leader's actions, columns the follower's. */
export type PayoffMatrix = readonly ArrayLike<number>[];

/** A bimatrix game, checked and copied. */
export interface Bimatrix {
  readonly rows: number;
  readonly columns: number;
  readonly leader: readonly Float64Array[];
  readonly follower: readonly Float64Array[];
}

/**
 * Checks two payoff matrices and copies them.
 *
 * @throws InvalidArgument if a matrix is empty, ragged or not finite, or if the shapes differ.
 */
export function bimatrix(leader: PayoffMatrix, follower: PayoffMatrix): Bimatrix {
  const rows = leader.length;
  const columns = rows === 0 ? 0 : leader[0].length;
  if (rows === 0 || columns === 0) {
    throw new InvalidArgument('leader: expected a payoff matrix with at least one row and one column.');
  }
  return {
    rows,
    columns,
    leader: copyMatrix('leader', leader, rows, columns),
    follower: copyMatrix('follower', follower, rows, columns),
  };
}

function copyMatrix(name: string, matrix: PayoffMatrix, rows: number, columns: number): Float64Array[] {
  if (matrix.length !== rows) {
    throw new InvalidArgument(`${name}: expected ${rows} rows, got ${matrix.length}.`);
  }
  return matrix.map((row, i) => {
    if (row.length !== columns) {
      throw new InvalidArgument(`${name}[${i}]: expected ${columns} payoffs, got ${row.length}.`);
    }
    for (let j = 0; j < columns; j++) {
      if (Number.isFinite(row[j])) continue;
      throw new InvalidArgument(`${name}[${i}][${j}]: expected a finite payoff, got ${describe(row[j])}.`);
    }
    return Float64Array.from(row);
  });
}

/** The game with each matrix shifted and scaled to [0, 1]; best responses and commitments are the same. */
export function normalized(game: Bimatrix): Bimatrix {
  return { ...game, leader: unitRange(game.leader), follower: unitRange(game.follower) };
}

/** The matrix shifted and scaled to [0, 1]. */
export function unitRange(matrix: readonly Float64Array[]): Float64Array[] {
  const [low, high] = extremes(matrix);
  const scale = high > low ? 1 / (high - low) : 1;
  return matrix.map((row) => row.map((value) => (value - low) * scale));
}

/** Least and greatest entry. */
export function extremes(matrix: readonly ArrayLike<number>[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const row of matrix) {
    for (let j = 0; j < row.length; j++) {
      low = Math.min(low, row[j]);
      high = Math.max(high, row[j]);
    }
  }
  return [low, high];
}

export function column(matrix: readonly ArrayLike<number>[], j: number): Float64Array {
  return Float64Array.from(matrix, (row) => row[j]);
}

export function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** Expected payoff of mixed row `x` against column `j`. */
export function expected(matrix: readonly ArrayLike<number>[], x: ArrayLike<number>, j: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * matrix[i][j];
  return sum;
}

/** A bimatrix game without columns that are never a response, and the numbers that its columns had. */
export interface ReducedBimatrix extends Bimatrix {
  /** The follower's payoffs are less the greatest of their row, so at most 0; the leader's are as they were. */
  readonly follower: readonly Float64Array[];
  readonly original: readonly number[];
}

/** One column beats another if it pays more by this share: nearer ones may count as tied. */
const near = 1e-9;

/** Drops columns strictly dominated by another one, whose size would drown the rest, and lifts each row to 0. */
export function reduced({ rows, columns, leader, follower }: Bimatrix): ReducedBimatrix {
  const original = undominated(follower, columns);
  const kept = (row: Float64Array) => Float64Array.from(original, (j) => row[j]);
  return {
    rows,
    columns: original.length,
    original,
    leader: leader.map(kept),
    follower: follower.map((row) => {
      const most = Math.max(...original.map((j) => row[j]));
      return kept(row).map((payoff) => payoff - most);
    }),
  };
}

/** The columns than which no other pays the follower clearly more in every row. */
export function undominated(follower: readonly ArrayLike<number>[], columns: number): number[] {
  const all = Array.from({ length: columns }, (_, j) => j);
  const beats = (k: number, j: number) =>
    follower.every((row) => row[k] - row[j] > near * Math.max(1, Math.abs(row[k]), Math.abs(row[j])));
  return all.filter((j) => !all.some((k) => k !== j && beats(k, j)));
}

/** Differences below this share of the payoffs compared are not scaled up to 1: they would be rounding. */
const slight = 1e-3;

/** `column j - column k` scaled to about [-1, 1] whatever the other columns' size. */
export function scaledAdvantage(matrix: readonly ArrayLike<number>[], j: number, k: number): Float64Array {
  const lead = advantage(matrix, j, k);
  const size = matrix.reduce((most, row) => Math.max(most, Math.abs(row[j]), Math.abs(row[k])), 0);
  const most = lead.reduce((m, value) => Math.max(m, Math.abs(value)), slight * size) || 1;
  return lead.map((value) => value / most);
}

/** `column j - column k`. */
export function advantage(matrix: readonly ArrayLike<number>[], j: number, k: number): Float64Array {
  return Float64Array.from(matrix, (row) => row[j] - row[k]);
}
