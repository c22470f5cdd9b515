import { dot } from './payoffs.js';

/** A point of the simplex, and whether it is an exact solution of its active constraints. */
export interface Vertex {
  readonly x: Float64Array;
  readonly polished: boolean;
}

const ACTIVE_TOLERANCES = [1e-7, 1e-9, 1e-11];
const RESIDUAL = 1e-12;
const FARTHEST_MOVE = 1e-6;

/**
 * Sharpens a solver's point of `{x in simplex, inequality . x >= 0}` to float64 accuracy: zero entries and tight
 * inequalities are read off the point and solved again as equations, by elimination with full pivoting. The
 * inequalities should have entries of order 1. Where the equations leave freedom the point is kept as it is.
 *
 * If no reading of the active set gives a feasible point near the old one, the result is the old one made a
 * distribution, and `polished` is false.
 */
export function polishVertex(point: ArrayLike<number>, inequalities: readonly Float64Array[]): Vertex {
  for (const tolerance of ACTIVE_TOLERANCES) {
    const x = solveActive(point, inequalities, tolerance);
    if (x && isFeasible(x, inequalities) && distance(x, point) <= FARTHEST_MOVE) return { x, polished: true };
  }
  const positive = Float64Array.from(point, (value) => Math.max(value, 0));
  const mass = positive.reduce((sum, value) => sum + value, 0);
  return { x: positive.map((value) => value / mass), polished: false };
}

function solveActive(point: ArrayLike<number>, inequalities: readonly Float64Array[], tolerance: number) {
  const support = Array.from(point, (_, i) => i).filter((i) => point[i] > tolerance);
  const tight = inequalities.filter((row) => dot(row, point) <= tolerance);
  const rows = [support.map(() => 1), ...tight.map((row) => support.map((i) => row[i]))];
  const rhs = rows.map((_, r) => (r === 0 ? 1 : 0));
  const guess = support.map((i) => point[i]);
  const solution = solveNear(rows, rhs, guess);
  if (!solution) return undefined;
  const x = new Float64Array(point.length);
  support.forEach((i, s) => {
    x[i] = solution[s];
  });
  return x;
}

function isFeasible(x: Float64Array, inequalities: readonly Float64Array[]): boolean {
  return x.every((value) => value >= 0) && inequalities.every((row) => dot(row, x) >= -RESIDUAL);
}

function distance(x: Float64Array, y: ArrayLike<number>): number {
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
}

/**
 * The solution of `rows . x = rhs` whose undetermined entries equal those of `guess`, or undefined if the rows
 * contradict each other. Rows that follow from others are allowed.
 */
function solveNear(rows: number[][], rhs: number[], guess: readonly number[]): Float64Array | undefined {
  const tableau = rows.map((row, r) => [...row, rhs[r]]);
  const size = guess.length;
  const pivotColumns: number[] = [];
  for (let step = 0; step < Math.min(tableau.length, size); step++) {
    const pivot = largestEntry(tableau, step, pivotColumns, size);
    if (!pivot) break;
    [tableau[step], tableau[pivot.row]] = [tableau[pivot.row], tableau[step]];
    eliminate(tableau, step, pivot.column);
    pivotColumns.push(pivot.column);
  }
  if (tableau.slice(pivotColumns.length).some((row) => Math.abs(row[size]) > RESIDUAL)) return undefined;
  return backSubstitute(tableau, pivotColumns, guess);
}

function largestEntry(tableau: number[][], from: number, used: readonly number[], size: number) {
  let best: { row: number; column: number } | undefined;
  let largest = RESIDUAL;
  for (let row = from; row < tableau.length; row++) {
    for (let column = 0; column < size; column++) {
      const entry = Math.abs(tableau[row][column]);
      if (entry <= largest || used.includes(column)) continue;
      largest = entry;
      best = { row, column };
    }
  }
  return best;
}

function eliminate(tableau: number[][], step: number, column: number): void {
  const pivotRow = tableau[step];
  for (let row = 0; row < tableau.length; row++) {
    const factor = tableau[row][column] / pivotRow[column];
    if (row === step || factor === 0) continue;
    for (let c = 0; c < pivotRow.length; c++) tableau[row][c] -= factor * pivotRow[c];
    tableau[row][column] = 0;
  }
}

function backSubstitute(tableau: number[][], pivotColumns: readonly number[], guess: readonly number[]) {
  const x = Float64Array.from(guess);
  pivotColumns.forEach((pivot, step) => {
    let rest = tableau[step][guess.length];
    for (let c = 0; c < guess.length; c++) {
      if (!pivotColumns.includes(c)) rest -= tableau[step][c] * guess[c];
    }
    x[pivot] = rest / tableau[step][pivot];
  });
  return x;
}
