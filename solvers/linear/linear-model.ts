import { describe, InvalidArgument } from '../../gymnasium/error.js';

/** One row `lower <= coefficients . x <= upper`; dense coefficients, or index and value lists of equal length. */
export interface LinearRow {
  readonly coefficients: ArrayLike<number> | SparseCoefficients;
  readonly lower: number;
  readonly upper: number;
}

export interface SparseCoefficients {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/**
 * A linear or mixed-integer linear program over `objective.length` variables.
 *
 * Bounds may be infinite; a variable without bounds given is non-negative. Coefficients must be below 1e15 in
 * magnitude, and those of 1e-12 or less count as zero (limits of HiGHS): scale the program to numbers near 1.
 */
export interface LinearProgram {
  readonly sense: 'maximize' | 'minimize';
  readonly objective: ArrayLike<number>;
  readonly rows: readonly LinearRow[];
  readonly lower?: ArrayLike<number>;
  readonly upper?: ArrayLike<number>;
  /** Indices of the variables that must be integers. */
  readonly integer?: readonly number[];
  /** Seconds. */
  readonly timeLimit?: number;
}

const LARGEST_COEFFICIENT = 1e15;

/**
 * Checks a program and packs it into arrays, its matrix compressed by rows.
 *
 * @throws InvalidArgument naming the field that is malformed.
 */
export function packProgram(program: LinearProgram) {
  const columns = program.objective.length;
  if (columns === 0) throw new InvalidArgument('objective: expected at least one variable, got none.');
  checkSense(program.sense);
  checkTimeLimit(program.timeLimit);
  const colLower = bounds('lower', program.lower, columns, 0);
  const colUpper = bounds('upper', program.upper, columns, Number.POSITIVE_INFINITY);
  for (let i = 0; i < columns; i++) checkBounds(`variable ${i}`, colLower[i], colUpper[i]);
  program.rows.forEach((row, i) => {
    checkBounds(`rows[${i}]`, row.lower, row.upper);
  });
  return {
    numCols: columns,
    numRows: program.rows.length,
    colCost: coefficients('objective', program.objective, columns),
    colLower,
    colUpper,
    rowLower: program.rows.map((row) => row.lower),
    rowUpper: program.rows.map((row) => row.upper),
    matrix: sparseMatrix(program.rows, columns),
    integer: integerFlags(program.integer ?? [], columns),
  };
}

function sparseMatrix(rows: readonly LinearRow[], columns: number) {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  rows.forEach((row, r) => {
    const sparse = 'indices' in row.coefficients ? row.coefficients : undefined;
    const size = sparse ? sparse.indices.length : columns;
    const entries = sparse ? sparse.values : (row.coefficients as ArrayLike<number>);
    coefficients(`rows[${r}].coefficients`, entries, size).forEach((value, k) => {
      const column = sparse ? sparse.indices[k] : k;
      checkIndex(`rows[${r}].coefficients`, column, columns);
      if (value === 0) return;
      indices.push(column);
      values.push(value);
    });
    starts.push(indices.length);
  });
  return { format: 'csr' as const, numRows: rows.length, numCols: columns, starts, indices, values };
}

function integerFlags(integer: readonly number[], columns: number): boolean[] {
  const flags = new Array<boolean>(columns).fill(false);
  for (const column of integer) {
    checkIndex('integer', column, columns);
    flags[column] = true;
  }
  return flags;
}

/** The numbers as an array, each below 1e15 in magnitude; NaN fails. */
export function coefficients(name: string, values: ArrayLike<number>, size: number): number[] {
  if (values.length !== size) {
    throw new InvalidArgument(`${name}: expected ${size} numbers, got ${values.length}.`);
  }
  return Array.from(values, (value, i) => {
    if (Math.abs(value) < LARGEST_COEFFICIENT) return value;
    throw new InvalidArgument(
      `${name}[${i}]: expected a number below 1e15 in magnitude, got ${describe(value)}.`,
    );
  });
}

function bounds(name: string, values: ArrayLike<number> | undefined, size: number, fill: number): number[] {
  if (values === undefined) return new Array(size).fill(fill);
  if (values.length === size) return Array.from(values);
  throw new InvalidArgument(`${name}: expected ${size} bounds, got ${values.length}.`);
}

export function checkBounds(name: string, lower: number, upper: number): void {
  if (lower <= upper && lower < Number.POSITIVE_INFINITY && upper > Number.NEGATIVE_INFINITY) return;
  throw new InvalidArgument(
    `${name}: expected lower <= upper, got ${describe(lower)} and ${describe(upper)}.`,
  );
}

export function checkIndex(name: string, index: number, size: number): void {
  if (Number.isInteger(index) && index >= 0 && index < size) return;
  throw new InvalidArgument(`${name}: expected an index from 0 to ${size - 1}, got ${describe(index)}.`);
}

function checkTimeLimit(seconds: number | undefined): void {
  if (seconds === undefined || seconds > 0) return;
  throw new InvalidArgument(`timeLimit: expected a positive number of seconds, got ${describe(seconds)}.`);
}

function checkSense(sense: string): void {
  if (sense === 'maximize' || sense === 'minimize') return;
  throw new InvalidArgument(`sense: expected "maximize" or "minimize", got ${describe(sense)}.`);
}
