import { describe, expect, it } from '@jest/globals';
import type { Cell, CellContext, CellResult, CurvePoint } from '../../benchmarks/experiment.js';
import { bandit } from '../../benchmarks/experiments/bandit.js';
import { numberAt } from '../../benchmarks/report/paths.js';
import { parsePoint, parseResult } from '../../benchmarks/results.js';
import { canonicalJson, cellSlugs } from '../../benchmarks/storage.js';

const [experiment] = bandit;

async function run(cell: Cell, runs: number): Promise<{ result: CellResult; curve: CurvePoint[] }> {
  const curve: CurvePoint[] = [];
  const context = {
    metric: (point) => curve.push(point),
    picture() {},
    progress() {},
  } as CellContext;
  const result = await experiment.run({ ...cell, budget: { runs } }, 0, context);
  return { result: parseResult(result, cell.gameName), curve };
}

describe('the experiment bandit-gap', () => {
  it('is plain data with a folder a cell', () => {
    expect(JSON.parse(canonicalJson(experiment.cells, 'cells'))).toEqual(experiment.cells);
    expect(new Set(cellSlugs(experiment.cells)).size).toBe(4);
  });

  it.each([
    [1, 0.1, 1, 1, 4 * 4615],
    [2, 0.2, 1, 0.5, 4 * 1154],
    [3, 0.4, 0.5, 0.5, 4 * 289],
  ])('cell %d, epsilon %d, ends near value %d', async (index, epsilon, value, slackValue, pulls) => {
    const cell = experiment.cells[index];
    expect(cell.leaderOptions['epsilon']).toBe(epsilon);
    const { result, curve } = await run(cell, 40);
    curve.forEach((point) => {
      parsePoint(point, 'point');
    });
    expect(result).toMatchObject({ exact: 1, leaderSteps: pulls, queries: pulls });
    expect(result.extra).toMatchObject({ runs: 40, slackValue, pullsPerPair: pulls / 4 });
    expect(result.extra!['success']).toBeGreaterThanOrEqual(0.95);
    expect(Math.abs(result.learned - value)).toBeLessThanOrEqual(0.05);
    expect(result.gap).toBeCloseTo(1 - result.learned, 12);
    expect(result.stepsTo95 === null).toBe(value < 0.95);
    expect(curve.at(-1)).toEqual({ steps: pulls, value: result.learned, success: result.extra!['success'] });
    expect(curve[0].steps).toBe(4);
    expect(curve[0]['success']).toBeLessThan(0.95);
  });

  it('has charts whose paths exist', async () => {
    const cell = experiment.cells[3];
    const { result, curve } = await run(cell, 2);
    for (const { path } of experiment.extras!) expect(numberAt(result, path)).toEqual(expect.any(Number));
    const at = (value: unknown, path: string) =>
      path.split('.').reduce<any>((record, key) => record?.[key], value);
    for (const { kind, x, y, bound } of experiment.charts!) {
      if (kind === 'curve') expect(typeof curve[0][y]).toBe('number');
      else expect([at(cell, x!), at(result, y)].every(Number.isFinite)).toBe(true);
      if (bound !== undefined) expect(at(result, bound)).toBe(0.5);
    }
  });
});
