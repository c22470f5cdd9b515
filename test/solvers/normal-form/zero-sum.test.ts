import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import { solveNormalForm } from '../../../solvers/normal-form/normal-form.js';
import { solveZeroSum, solveZeroSumWith } from '../../../solvers/normal-form/zero-sum.js';

const randomMatrix = (rng: Rng, rows: number, columns: number, scale: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * (rng.uniform() - 0.3)));

describe('solveZeroSum', () => {
  test('knows the textbook games', async () => {
    const pennies = await solveZeroSum([
      [1, -1],
      [-1, 1],
    ]);
    expect(pennies.value).toBeCloseTo(0, 12);
    expect(Array.from(pennies.rows)).toEqual([0.5, 0.5]);
    expect(Array.from(pennies.columns)).toEqual([0.5, 0.5]);
    // [[3, -1], [-2, 4]]: the row player equalises with x = (0.6, 0.4), the column player with y = (0.5, 0.5); value 1.
    const { value, rows, columns } = await solveZeroSum([
      [3, -1],
      [-2, 4],
    ]);
    expect(value).toBeCloseTo(1, 12);
    expect(rows[0]).toBeCloseTo(0.6, 12);
    expect(columns[0]).toBeCloseTo(0.5, 12);
  });

  test('finds a saddle point in pure strategies', async () => {
    const { value, rows, columns } = await solveZeroSum([
      [4, 2, 5],
      [1, 0, 9],
    ]);
    expect(value).toBe(2);
    expect(Array.from(rows)).toEqual([1, 0]);
    expect(Array.from(columns)).toEqual([0, 1, 0]);
  });

  test('both strategies prove the value, whatever the shape and the scale', async () => {
    const lp = await loadLp();
    const rng = new Rng(5).child('matrices');
    for (const [rows, columns, scale] of [
      [1, 1, 1],
      [1, 4, 1],
      [5, 1, 1],
      [3, 7, 1e-4],
      [12, 9, 1e5],
      [40, 40, 1],
    ]) {
      const matrix = randomMatrix(rng, rows, columns, scale);
      const { value, gap, ...solution } = solveZeroSumWith(lp, matrix);
      expect(Math.abs(gap)).toBeLessThan(1e-9 * scale);
      for (const side of [solution.rows, solution.columns]) {
        expect(side.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(Math.min(...side)).toBeGreaterThanOrEqual(0);
      }
      const strong = await solveNormalForm(
        matrix,
        matrix.map((row) => row.map((x) => -x)),
      );
      expect(Math.abs(value - strong.value)).toBeLessThan(1e-9 * scale);
    }
  });

  test('a constant matrix is worth its constant', async () => {
    const { value, rows } = await solveZeroSum([
      [7, 7],
      [7, 7],
    ]);
    expect(value).toBe(7);
    expect(rows.reduce((a, b) => a + b)).toBe(1);
  });

  test('refuses matrices that are none', async () => {
    await expect(solveZeroSum([])).rejects.toThrow('expected a payoff matrix with at least one row');
    await expect(solveZeroSum([[1, 2], [3]])).rejects.toThrow('leader[1]: expected 2 payoffs, got 1.');
    await expect(solveZeroSum([[Number.NaN]])).rejects.toThrow(
      'leader[0][0]: expected a finite payoff, got NaN.',
    );
  });
});
