import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../gymnasium/rng.js';
import { type DoubleOracleProblem, doubleOracle, type Weighted } from '../../solvers/double-oracle.js';
import { solveZeroSum } from '../../solvers/normal-form/zero-sum.js';

const random = (seed: number, rows: number, columns: number) => {
  const rng = new Rng(seed).child('matrix');
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.uniform()));
};

/** A matrix game behind exact oracles, which counts what it is asked. */
function matrixProblem(matrix: readonly number[][]) {
  const asked: string[] = [];
  const best = (n: number, worth: (k: number) => number) => {
    const worths = Array.from({ length: n }, (_, k) => worth(k));
    return worths.indexOf(Math.max(...worths));
  };
  const mean = (mix: readonly Weighted<number>[], of: (k: number) => number) =>
    mix.reduce((sum, { strategy, probability }) => sum + probability * of(strategy), 0);
  const problem: DoubleOracleProblem<number, number> = {
    rows: [0],
    columns: [0],
    payoff: (i, j) => {
      asked.push(`${i},${j}`);
      return matrix[i][j];
    },
    bestRow: (mix) => best(matrix.length, (i) => mean(mix, (j) => matrix[i][j])),
    bestColumn: (mix) => best(matrix[0].length, (j) => -mean(mix, (i) => matrix[i][j])),
  };
  return { problem, asked };
}

describe('doubleOracle', () => {
  test.each([1, 2, 3, 4, 5])('exact oracles reach the value of the whole game (seed %i)', async (seed) => {
    const matrix = random(seed, 30, 25);
    const { problem } = matrixProblem(matrix);
    const { value, converged, rows, columns, history } = await doubleOracle(problem, { iterations: 100 });
    const whole = await solveZeroSum(matrix);
    expect(converged).toBe(true);
    expect(value).toBeCloseTo(whole.value, 9);
    expect(rows.length).toBeLessThan(30);
    expect(new Set(rows.map(({ strategy }) => strategy)).size).toBe(rows.length);
    expect(rows.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    for (const { value, rowGain, columnGain } of history) {
      expect(value + rowGain).toBeGreaterThanOrEqual(whole.value - 1e-9);
      expect(value - columnGain).toBeLessThanOrEqual(whole.value + 1e-9);
    }
    const guaranteed = matrix[0].map((_, j) =>
      rows.reduce((sum, { strategy, probability }) => sum + probability * matrix[strategy][j], 0),
    );
    expect(Math.min(...guaranteed)).toBeCloseTo(whole.value, 8);
    expect(columns.every(({ probability }) => probability >= 0)).toBe(true);
  });

  test('asks for the payoff of each pair once', async () => {
    const { problem, asked } = matrixProblem(random(7, 6, 6));
    const { rows, columns } = await doubleOracle(problem, { iterations: 50 });
    expect(asked.length).toBe(new Set(asked).size);
    expect(asked.length).toBe(rows.length * columns.length);
  });

  test('stops at its budget with the restricted value, and says that it did not converge', async () => {
    const matrix = random(3, 30, 25);
    const { problem } = matrixProblem(matrix);
    const { rows, columns, value, history, converged } = await doubleOracle(problem, { iterations: 3 });
    expect(converged).toBe(false);
    expect(history.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
    const restricted = rows.map((r) => columns.map((c) => matrix[r.strategy][c.strategy]));
    expect(value).toBeCloseTo((await solveZeroSum(restricted)).value, 12);
  });

  test('a response with the payoffs of a strategy in play is not added; null is no gain', async () => {
    const result = await doubleOracle<string, string>(
      {
        rows: ['a'],
        columns: ['x'],
        payoff: async (row, column) => (column === 'x' ? 0 : -1) + (row === 'z' ? 2 : 0),
        bestRow: async (_, iteration) => (iteration === 1 ? 'like a' : null),
        bestColumn: (_, iteration) => (iteration === 1 ? 'y' : null),
      },
      { iterations: 5 },
    );
    expect(result.rows.map(({ strategy }) => strategy)).toEqual(['a']);
    expect(result.columns.map(({ strategy }) => strategy)).toEqual(['x', 'y']);
    expect(result).toMatchObject({ value: -1, converged: true });
    expect(result.history).toEqual([
      { iteration: 1, value: 0, rowGain: 0, columnGain: 1 },
      { iteration: 2, value: -1, rowGain: 0, columnGain: 0 },
    ]);
  });

  test('onIteration sees the mixtures and can end the run', async () => {
    const { problem } = matrixProblem(random(4, 20, 20));
    const seen: number[] = [];
    const { history } = await doubleOracle(problem, {
      iterations: 50,
      onIteration: ({ iteration, rows, columns }) => {
        seen.push(rows.length + columns.length);
        return iteration < 2;
      },
    });
    expect(history.length).toBe(2);
    expect(seen[0]).toBe(2);
    expect(seen[1]).toBeGreaterThan(2);
  });

  test('refuses malformed problems', async () => {
    const { problem } = matrixProblem([[0]]);
    const run = (change: object, options: object = {}) =>
      doubleOracle({ ...problem, ...change }, { iterations: 2, ...options });
    await expect(run({ rows: [] })).rejects.toThrow(
      'doubleOracle: rows: expected at least one start strategy, got none.',
    );
    await expect(run({ payoff: () => Number.NaN })).rejects.toThrow(
      'doubleOracle: payoff: expected a finite number, got NaN.',
    );
    await expect(run({}, { iterations: 0 })).rejects.toThrow(
      'doubleOracle: iterations: expected a positive integer, got 0.',
    );
    await expect(run({}, { tolerance: -1 })).rejects.toThrow(
      'doubleOracle: tolerance: expected a number of at least 0, got -1.',
    );
  });
});
