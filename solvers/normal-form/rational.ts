import type { Fraction } from 'mathjs';
import { type LinearBasis, type LinearSolver, loadLp } from '../linear/linear-program.js';
import { exactMatrix, loadFraction, solveExactly } from './fractions.js';
import { type Bimatrix, bimatrix, normalized, type PayoffMatrix } from './payoffs.js';

/** A value proved in exact arithmetic, or the reason why there is none. */
export type ExactSolution =
  | {
      readonly verified: true;
      /** As a fraction in lowest terms, e.g. `11/3` or `9`. */
      readonly value: string;
      readonly followerValue: string;
      readonly commitment: readonly string[];
      readonly response: number;
    }
  | { readonly verified: false; readonly reason: string };

interface ExactGame {
  readonly leader: readonly Fraction[][];
  readonly follower: readonly Fraction[][];
}

/** The optimum of the dual program of one response, exactly: see `certifyNormalForm`. */
interface ExactDual {
  readonly response: number;
  readonly bound: Fraction;
  /** Rows of the game, by index, with the probability that the basis gives them. */
  readonly weights: readonly Fraction[];
}

/**
 * Proves the strong Stackelberg value of a bimatrix game in rational arithmetic. Each payoff counts as the shortest
 * decimal that prints as it, so 0.1 is 1/10.
 *
 * For each follower column k a number `bound` and prices y >= 0 with `bound + sum_l y_l (B_il - B_ik) >= A_ik` in
 * every row i show that no commitment to which k is a best response earns more than `bound` (weak duality, or
 * Farkas' lemma if k never is one). HiGHS finds a basis for the least such bound, the basis is solved again in
 * fractions, and every inequality is checked exactly (Applegate, Cook, Dash & Espinoza, "Exact solutions to linear
 * programming problems", ORL 2007). The greatest bound is the value once the mixed row of its basis is shown to be
 * a distribution that makes k a best response and earns the bound.
 *
 * @returns `verified: false` with the reason if any check fails; nothing is rounded into place.
 * @throws InvalidArgument if the matrices are malformed; DependencyNotInstalled if mathjs or highs is missing.
 */
export async function certifyNormalForm(
  leader: PayoffMatrix,
  follower: PayoffMatrix,
): Promise<ExactSolution> {
  const game = bimatrix(leader, follower);
  const [lp, make] = await Promise.all([loadLp(), loadFraction()]);
  const exact = { leader: exactMatrix(game.leader, make), follower: exactMatrix(game.follower, make) };
  const zero = make(0n, 1n);
  const unit = normalized(game);
  const duals: ExactDual[] = [];
  for (let k = 0; k < game.columns; k++) {
    const basis = dualBasis(lp, unit, k);
    const dual = typeof basis === 'string' ? basis : exactDual(exact, basis, k, zero);
    if (typeof dual === 'string') return { verified: false, reason: `Response ${k}: ${dual}` };
    duals.push(dual);
  }
  return bestVerified(exact, duals, zero);
}

function bestVerified(game: ExactGame, duals: readonly ExactDual[], zero: Fraction): ExactSolution {
  const top = duals.reduce((best, dual) => (dual.bound.gt(best.bound) ? dual : best));
  const contenders = duals.filter((dual) => dual.bound.equals(top.bound));
  let reason = '';
  for (const dual of contenders) {
    const fault = primalFault(game, dual, zero);
    if (fault === undefined) return exactSolution(game, dual, zero);
    reason ||= `Response ${dual.response}: ${fault}`;
  }
  return { verified: false, reason };
}

function exactSolution(game: ExactGame, dual: ExactDual, zero: Fraction): ExactSolution {
  return {
    verified: true,
    value: dual.bound.toFraction(),
    followerValue: expectation(game.follower, dual.weights, dual.response, zero).toFraction(),
    commitment: dual.weights.map((weight) => weight.toFraction()),
    response: dual.response,
  };
}

/** Why the weights are not a commitment that earns the bound, or undefined if they are. */
function primalFault(game: ExactGame, { response, bound, weights }: ExactDual, zero: Fraction) {
  if (weights.some((weight) => weight.lt(0))) return 'the basis gives a negative probability.';
  const total = weights.reduce((sum, weight) => sum.add(weight), zero);
  if (!total.equals(1)) return `the basis gives probabilities that sum to ${total.toFraction()}, not 1.`;
  const own = expectation(game.follower, weights, response, zero);
  for (let l = 0; l < game.follower[0].length; l++) {
    const other = expectation(game.follower, weights, l, zero);
    if (other.gt(own)) return `column ${l} pays the follower more at the commitment of the basis.`;
  }
  const earned = expectation(game.leader, weights, response, zero);
  return earned.equals(bound) ? undefined : `the commitment earns ${earned.toFraction()}, not the bound.`;
}

function expectation(
  matrix: readonly Fraction[][],
  x: readonly Fraction[],
  j: number,
  zero: Fraction,
): Fraction {
  return x.reduce((sum, weight, i) => sum.add(weight.mul(matrix[i][j])), zero);
}

/**
 * A basis of the least bound for response k. Variables: how far the bound lies above `floorOf` (in units of the
 * payoff range), then a price for each column; row i is the leader's row i. The floor lies below every payoff, so
 * it is reached only if k is never a best response.
 */
function dualBasis(lp: LinearSolver, unit: Bimatrix, k: number): LinearBasis | string {
  const rows = unit.leader.map((payoffs, i) => ({
    coefficients: [1, ...unit.follower[i].map((payoff) => payoff - unit.follower[i][k])],
    lower: payoffs[k] + 1,
    upper: Number.POSITIVE_INFINITY,
  }));
  const objective = [1, ...new Array(unit.columns).fill(0)];
  const result = lp.solve({ sense: 'minimize', objective, rows });
  if (result.status !== 'optimal') return `the linear program ended with status ${result.status}.`;
  return result.basis ?? 'the linear program has no basis.';
}

function floorOf(leader: readonly Fraction[][], one: Fraction): Fraction {
  const payoffs = leader.flat();
  const low = payoffs.reduce((least, value) => (value.lt(least) ? value : least));
  const high = payoffs.reduce((most, value) => (value.gt(most) ? value : most));
  return low.sub(low.equals(high) ? one : high.sub(low));
}

/** Solves the basis again in fractions and checks the dual inequalities, or says which one fails. */
function exactDual(game: ExactGame, basis: LinearBasis, k: number, zero: Fraction): ExactDual | string {
  const basic = indicesOf(basis.columns, (status) => status === 1);
  const tight = indicesOf(basis.rows, (status) => status !== 1);
  const one = zero.add(1);
  const floor = floorOf(game.leader, one);
  const matrix = tight.map((i) => basic.map((c) => dualEntry(game, k, i, c, one)));
  const transposed = basic.map((_, n) => matrix.map((row) => row[n]));
  const above = tight.map((i) => game.leader[i][k].sub(floor));
  const costs = basic.map((c) => (c === 0 ? one : zero));
  const prices = solveExactly(matrix, above, zero);
  const weights = solveExactly(transposed, costs, zero);
  if (!prices || !weights) return 'the basis is singular in exact arithmetic.';
  const solution = spread(prices, basic, game.follower[0].length + 1, zero);
  const fault = dualFault(game, k, solution, floor);
  if (fault !== undefined) return fault;
  return {
    response: k,
    bound: solution[0].add(floor),
    weights: spread(weights, tight, game.leader.length, zero),
  };
}

/** The coefficient in row i of the bound (c = 0) or of the price of column c - 1. */
function dualEntry(game: ExactGame, k: number, i: number, c: number, one: Fraction): Fraction {
  return c === 0 ? one : game.follower[i][c - 1].sub(game.follower[i][k]);
}

/** Why the bound (first) and the prices are not dual feasible, or undefined if they are. */
function dualFault(game: ExactGame, k: number, solution: readonly Fraction[], floor: Fraction) {
  if (solution.some((value) => value.lt(0))) return 'the basis gives a negative price.';
  const [bound, ...prices] = solution;
  const uncovered = game.leader.findIndex((payoffs, i) => {
    const row = game.follower[i];
    const covered = prices.reduce(
      (sum, price, l) => sum.add(price.mul(row[l].sub(row[k]))),
      bound.add(floor),
    );
    return covered.lt(payoffs[k]);
  });
  return uncovered < 0 ? undefined : `the prices of the basis do not cover row ${uncovered}.`;
}

function indicesOf(codes: Int32Array, test: (code: number) => boolean): number[] {
  return Array.from(codes.keys()).filter((i) => test(codes[i]));
}

function spread(
  values: readonly Fraction[],
  at: readonly number[],
  size: number,
  zero: Fraction,
): Fraction[] {
  const full = new Array<Fraction>(size).fill(zero);
  at.forEach((index, n) => {
    full[index] = values[n];
  });
  return full;
}
