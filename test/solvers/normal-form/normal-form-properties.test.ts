import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { type LinearSolver, loadLp } from '../../../solvers/linear/linear-program.js';
import { solveNormalFormWith } from '../../../solvers/normal-form/normal-form.js';
import { twoRowValues } from '../bayesian/games.js';
import { earned, integerMatrix, pessimistic, uniformMatrix } from '../games.js';

type Matrix = number[][];
const negate = (matrix: Matrix) => matrix.map((row) => row.map((value) => -value));
const lp: LinearSolver = await loadLp();
const near = (found: number, value: number, tolerance: number) =>
  expect(Math.abs(found - value)).toBeLessThan(tolerance);
const methods = ['multipleLps', 'singleLp'] as const;

describe('random games', () => {
  test('the single program gives the same value as the multiple ones on 50 games of 20 x 20', () => {
    const rng = new Rng('single = multiple');
    for (let g = 0; g < 50; g++) {
      const [leader, follower] = [uniformMatrix(rng, 20, 20), uniformMatrix(rng, 20, 20)];
      const [multiple, single] = methods.map((method) =>
        solveNormalFormWith(lp, leader, follower, { method }),
      );
      near(multiple.value, single.value, 1e-9);
      expect(multiple.polished && single.polished).toBe(true);
    }
  });

  test('the response is a best one, and pure <= weak <= strong', () => {
    const rng = new Rng('order');
    for (let g = 0; g < 500; g++) {
      const [m, n] = [1 + rng.integer(4), 1 + rng.integer(4)];
      const [leader, follower] = [integerMatrix(rng, m, n, 4), integerMatrix(rng, m, n, 4)];
      const s = solveNormalFormWith(lp, leader, follower);
      const best = Math.max(...leader[0].map((_, j) => earned(follower, s.commitment, j)));
      expect(s.followerValue).toBeGreaterThanOrEqual(best - 1e-12);
      expect(s.value).toBeGreaterThanOrEqual(s.pure.value - 1e-12);
      expect(s.weakValue).toBeLessThanOrEqual(s.value + 1e-12);
      expect(s.weakValue).toBeGreaterThanOrEqual(s.pure.weakValue - 1e-12);
      if (s.weakAttained) near(pessimistic(leader, follower, s.weakCommitment, 1e-7), s.weakValue, 1e-6);
    }
  });

  test.each(methods)('both values of two-row games are those found at the crossings: %s', (method) => {
    const rng = new Rng('crossings');
    for (let g = 0; g < 1000; g++) {
      const n = 1 + rng.integer(5);
      const draw = () => (g % 3 === 0 ? uniformMatrix(rng, 2, n) : integerMatrix(rng, 2, n, 1 + (g % 4)));
      const [leader, follower] = [draw(), draw()];
      const exact = twoRowValues([{ probability: 1, leader, follower }]);
      const solution = solveNormalFormWith(lp, leader, follower, { method });
      near(solution.value, exact.strong, 1e-9);
      near(solution.weakValue, exact.weak, 1e-7);
    }
  });

  test('no Nash equilibrium pays the leader more', () => {
    const rng = new Rng('nash');
    let equilibria = 0;
    for (let g = 0; g < 1200; g++) {
      const [m, n] = [2 + rng.integer(2), 2 + rng.integer(2)];
      const [leader, follower] = [uniformMatrix(rng, m, n), uniformMatrix(rng, m, n)];
      const { value } = solveNormalFormWith(lp, leader, follower);
      const payoffs = nashValues(leader, follower);
      expect(payoffs.length % 2).toBe(1);
      equilibria += payoffs.length;
      for (const payoff of payoffs) expect(value).toBeGreaterThanOrEqual(payoff - 1e-9);
    }
    expect(equilibria).toBeGreaterThan(1300);
  });

  test('in zero-sum games the value is that of the game, under any ties', () => {
    const rng = new Rng('zero-sum');
    for (let g = 0; g < 1500; g++) {
      const [m, n] = [1 + rng.integer(3), 1 + rng.integer(3)];
      const leader = uniformMatrix(rng, m, n);
      const [maximin] = nashValues(leader, negate(leader));
      const solution = solveNormalFormWith(lp, leader, negate(leader));
      near(solution.value, maximin, 1e-9);
      near(solution.weakValue, maximin, 1e-9);
      expect(solution.weakAttained).toBe(true);
    }
  });

  test('in zero-sum games with small integers the value is the maximin, under any ties', () => {
    const rng = new Rng('zero-sum ties');
    for (let g = 0; g < 200; g++) {
      const leader = integerMatrix(rng, 1 + rng.integer(5), 1 + rng.integer(5), 4);
      const solution = solveNormalFormWith(lp, leader, negate(leader));
      near(solution.value, maximin(leader), 1e-9);
      near(solution.weakValue, solution.value, 1e-9);
      expect(solution.weakAttained).toBe(true);
    }
  });

  test('the value does not change under B -> a B + a constant for each row', () => {
    const rng = new Rng('affine');
    for (let g = 0; g < 600; g++) {
      const [m, n] = [2 + rng.integer(3), 2 + rng.integer(3)];
      const [leader, follower] = [uniformMatrix(rng, m, n), uniformMatrix(rng, m, n)];
      const factor = 0.1 + 5 * rng.uniform();
      const shifted = follower.map((row) => {
        const shift = 10 * rng.normal();
        return row.map((value) => factor * value + shift);
      });
      const before = solveNormalFormWith(lp, leader, follower);
      const after = solveNormalFormWith(lp, leader, shifted);
      near(after.value, before.value, 1e-9);
      expect(after.response).toBe(before.response);
    }
  });
});

/** max over x of the least column, by its linear program. */
function maximin(leader: Matrix): number {
  const result = lp.solve({
    sense: 'maximize',
    objective: [...leader.map(() => 0), 1],
    rows: [
      { coefficients: [...leader.map(() => 1), 0], lower: 1, upper: 1 },
      ...leader[0].map((_, j) => ({
        coefficients: [...leader.map((row) => row[j]), -1],
        lower: 0,
        upper: Number.POSITIVE_INFINITY,
      })),
    ],
  });
  return result.status === 'optimal' ? result.value : Number.NaN;
}

/** The leader's payoff in every Nash equilibrium of a generic game of at most 3 x 3, by supports of equal size. */
function nashValues(leader: Matrix, follower: Matrix): number[] {
  const [m, n] = [leader.length, leader[0].length];
  const values: number[] = [];
  for (const rows of supports(m)) {
    for (const columns of supports(n).filter((support) => support.length === rows.length)) {
      const x = indifferent(
        columns.map((j) => rows.map((i) => follower[i][j])),
        rows,
        m,
      );
      const y = indifferent(
        rows.map((i) => columns.map((j) => leader[i][j])),
        columns,
        n,
      );
      if (!x || !y) continue;
      const rowPayoffs = leader.map((row) => row.reduce((sum, value, j) => sum + value * y[j], 0));
      const columnPayoffs = leader[0].map((_, j) => earned(follower, x, j));
      const isBest = (payoffs: number[], support: number[]) =>
        support.every((i) => payoffs[i] >= Math.max(...payoffs) - 1e-9);
      if (isBest(rowPayoffs, rows) && isBest(columnPayoffs, columns)) values.push(Math.max(...rowPayoffs));
    }
  }
  return values;
}

const supports = (n: number) =>
  Array.from({ length: 2 ** n - 1 }, (_, s) => [0, 1, 2].filter((i) => ((s + 1) >> i) & 1));

/** The mixture over `support` that levels all rows of a square matrix of size 1, 2 or 3, by Cramer's rule. */
function indifferent(matrix: number[][], support: number[], n: number): number[] | undefined {
  const rows = [
    support.map(() => 1),
    ...matrix.slice(1).map((row) => row.map((value, i) => value - matrix[0][i])),
  ];
  const whole = determinant(rows);
  const weights = support.map((_, i) => {
    const replaced = rows.map((row, r) => row.map((value, c) => (c === i ? (r === 0 ? 1 : 0) : value)));
    return determinant(replaced) / whole;
  });
  if (!weights.every((weight) => weight > 0)) return undefined;
  const full = new Array(n).fill(0);
  support.forEach((i, s) => {
    full[i] = weights[s];
  });
  return full;
}

function determinant(m: number[][]): number {
  if (m.length === 1) return m[0][0];
  return m[0].reduce((sum, value, c) => {
    const minor = m.slice(1).map((row) => row.filter((_, k) => k !== c));
    return sum + (c % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}
