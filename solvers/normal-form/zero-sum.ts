import { expectOptimal, type LinearProgram, type LinearSolver, loadLp } from '../linear/linear-program.js';
import { bimatrix, dot, expected, normalized, type PayoffMatrix } from './payoffs.js';

/** Maximin strategies of both players of a zero-sum matrix game. */
export interface ZeroSumSolution {
  /** What `rows` earns at least, whatever the column player does. */
  readonly value: number;
  /** Probability of each row. */
  readonly rows: Float64Array;
  /** Probability of each column. */
  readonly columns: Float64Array;
  /** What the best row earns against `columns`, less `value`: 0 but for rounding, which proves both optimal. */
  readonly gap: number;
}

/**
 * Solves a zero-sum matrix game by one linear program (von Neumann): the rows' probabilities are its solution, the
 * columns' its duals. Payoffs are scaled to [0, 1] for the program and not for the result.
 *
 * @param payoffs to the row player, who maximises; the column player minimises
 * @throws InvalidArgument if the matrix is empty, ragged or not finite; SolveFailed if the program had no proved optimum
 */
export async function solveZeroSum(payoffs: PayoffMatrix): Promise<ZeroSumSolution> {
  return solveZeroSumWith(await loadLp(), payoffs);
}

/** `solveZeroSum` with a solver already loaded, synchronously. */
export function solveZeroSumWith(lp: LinearSolver, payoffs: PayoffMatrix): ZeroSumSolution {
  const game = bimatrix(payoffs, payoffs);
  const program = maximinProgram(normalized(game).leader, game.columns);
  const { x, duals } = expectOptimal(lp.solve(program), 'zero-sum game');
  const rows = distribution(x.subarray(0, game.rows));
  const columns = distribution(duals.subarray(1).map((dual) => -dual));
  const value = columns.reduce((least, _, j) => Math.min(least, expected(game.leader, rows, j)), Infinity);
  const conceded = game.leader.reduce((most, row) => Math.max(most, dot(row, columns)), -Infinity);
  return { value, rows, columns, gap: conceded - value };
}

/** Variables: the mixed row x and the value v. Row 0: x sums to 1; row j + 1: x earns at least v against column j. */
function maximinProgram(unit: readonly Float64Array[], columns: number): LinearProgram {
  const indices = Array.from({ length: unit.length + 1 }, (_, i) => i);
  const against = Array.from({ length: columns }, (_, j) => ({
    coefficients: { indices, values: [...unit.map((row) => row[j]), -1] },
    lower: 0,
    upper: Infinity,
  }));
  const ones = unit.map(() => 1);
  return {
    sense: 'maximize',
    objective: [...ones.map(() => 0), 1],
    rows: [{ coefficients: [...ones, 0], lower: 1, upper: 1 }, ...against],
    lower: [...ones.map(() => 0), -1],
    upper: [...ones, 2],
  };
}

/** Removes the rounding below 0 and makes the rest sum to 1. */
function distribution(weights: Float64Array): Float64Array {
  const positive = weights.map((weight) => Math.max(weight, 0));
  const total = positive.reduce((sum, weight) => sum + weight, 0);
  return positive.map((weight) => weight / total);
}
