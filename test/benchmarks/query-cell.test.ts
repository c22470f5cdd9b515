import { describe, expect, it } from '@jest/globals';
import type { Cell, CurvePoint } from '../../benchmarks/experiment.js';
import { learningToCommit } from '../../benchmarks/experiments/learning-to-commit.js';
import { isOptimal } from '../../benchmarks/optimal.js';
import { checkQueryCell, clinchBound, runQueryCell } from '../../benchmarks/query-cell.js';

async function run(cell: Cell, seed = 0) {
  const curve: CurvePoint[] = [];
  const context = { metric: (point: CurvePoint) => curve.push(point), picture() {}, progress() {} };
  return { result: await runQueryCell(cell, seed, context), curve };
}

const [matrices, security] = learningToCommit;
const cellOf = (name: string, leader: string) =>
  [...matrices.cells, ...security.cells].find((c) => c.gameName === name && c.leader === leader)!;

describe('runQueryCell', () => {
  it.each([
    ['4 x 4', 'hyperplane-learner'],
    ['10 targets', 'clinch'],
    ['10 targets', 'security-learner'],
    ['5 targets', 'hyperplane-learner'],
  ])('learns the optimum of %s by %s', async (name, leader) => {
    const { result, curve } = await run(cellOf(name, leader));
    expect(Math.abs(result.gap)).toBeLessThan(1e-7);
    expect(result.gap).toBe(result.exact - result.learned);
    expect(result.queries).toBe(result.leaderSteps);
    expect(result.stepsTo95!).toBeLessThanOrEqual(result.stepsToExact!);
    expect(result.stepsToExact!).toBeLessThanOrEqual(result.queries);
    expect(curve[0].steps).toBe(1);
    expect(curve.at(-1)!.steps).toBe(result.queries);
    expect(curve.at(-1)!.value).toBeCloseTo(result.exact, 6);
  });

  it('has a curve that rises in steps and in value', async () => {
    const { curve } = await run(cellOf('3 x 3', 'hyperplane-learner'), 1);
    curve.slice(1).forEach((point, k) => {
      expect(point.steps).toBeGreaterThan(curve[k].steps);
      expect(point.value).toBeGreaterThanOrEqual(curve[k].value - 1e-9);
    });
  });

  it('draws another game for another seed, the same for all learners of a seed', async () => {
    const [clinched, learned, other] = await Promise.all([
      run(cellOf('10 targets', 'clinch'), 3),
      run(cellOf('10 targets', 'security-learner'), 3),
      run(cellOf('10 targets', 'clinch'), 4),
    ]);
    expect(clinched.result.exact).toBe(learned.result.exact);
    expect(clinched.result.exact).not.toBe(other.result.exact);
  });

  it("stays below Clinch's bound, with 100 targets at 1943 or fewer queries", async () => {
    const { result } = await run(cellOf('100 targets', 'clinch'));
    expect(clinchBound(100)).toBeCloseTo(1942.07, 2);
    expect(result.queries).toBeLessThanOrEqual(1943);
    expect(result.extra).toEqual({ bound: clinchBound(100) });
  });

  it('refuses cells that it cannot run, in one line', async () => {
    const cell = cellOf('3 x 3', 'hyperplane-learner');
    await expect(run({ ...cell, leader: 'clinc' })).rejects.toThrow(
      'query-cell: leader: Unknown learner "clinc". Did you mean "clinch"?',
    );
    await expect(run({ ...cell, leader: 'clinch' })).rejects.toThrow(
      'expected SecurityGame-v0, got NormalForm.',
    );
    await expect(run({ ...cell, parameters: { rows: 3 } })).rejects.toThrow(
      'query-cell: parameters.columns: expected a positive integer, got undefined.',
    );
    await expect(run({ ...cell, game: 'GreenSecurity-v0' })).rejects.toThrow('expected NormalForm-v0 or');
    expect(() => checkQueryCell({ ...cell, parameters: { rows: 3, columns: -1 } })).toThrow(
      'query-cell: parameters.columns: expected a positive integer, got -1.',
    );
    expect(() => checkQueryCell({ ...cell, leader: 'clinc' })).toThrow('Unknown learner "clinc"');
  });

  it('counts as the optimum what the report does', async () => {
    for (const name of ['5 targets', '15 targets', '100 targets']) {
      const { result } = await run(cellOf(name, 'clinch'));
      expect(isOptimal(result.learned, result.exact)).toBe(result.stepsToExact !== null);
    }
    expect([5, 5 - 4e-6, 5 - 6e-6].map((value) => isOptimal(value, 5))).toEqual([true, true, false]);
  });
});

describe('the experiments', () => {
  it('have paths in their charts that cells and results have', async () => {
    const at = (from: unknown, path: string) =>
      path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], from);
    for (const { cells, charts } of learningToCommit) {
      const { result } = await run(cells[0]);
      for (const { x, y, bound } of charts!) {
        expect(cells.every((cell) => typeof at(cell, x!) === 'number')).toBe(true);
        for (const path of [y, ...(bound ? [bound] : [])])
          expect(at(result, path)).toEqual(expect.any(Number));
      }
    }
  });
});
