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

function unitRange(matrix: readonly Float64Array[]): Float64Array[] {
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

/** `column j - column k`. */
export function advantage(matrix: readonly ArrayLike<number>[], j: number, k: number): Float64Array {
  return Float64Array.from(matrix, (row) => row[j] - row[k]);
}
