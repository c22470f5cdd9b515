import { describe, expect, it } from '@jest/globals';
import type { Cell, CellResult, CurvePoint } from '../../benchmarks/experiment.js';
import { platform } from '../../benchmarks/experiments/platform.js';
import { numberAt } from '../../benchmarks/report/paths.js';
import { parsePoint, parseResult } from '../../benchmarks/results.js';
import { canonicalJson, cellSlugs } from '../../benchmarks/storage.js';
import { expectWellFormed } from '../envs/xml.js';

const [fixed, learned] = platform;

async function run({ run }: (typeof platform)[number], cell: Cell, seed = 0) {
  const curve: CurvePoint[] = [];
  const pictures = new Map<string, string>();
  const result = await run(cell, seed, {
    metric: (point) => curve.push(point),
    picture: (name, svg) => pictures.set(name, svg),
    progress() {},
  });
  return { result: parseResult(result, cell.gameName), curve, pictures };
}

function expectPaths(
  { extras, charts }: (typeof platform)[number],
  result: CellResult,
  curve: CurvePoint[],
): void {
  for (const { path } of extras!) expect(numberAt(result, path)).toEqual(expect.any(Number));
  for (const { y } of charts!) expect(typeof curve[0][y]).toBe('number');
}

describe('the experiments on platforms', () => {
  it('are plain data with a folder a cell, and refuse what cannot run', () => {
    for (const { cells, check } of platform) {
      expect(JSON.parse(canonicalJson(cells, 'cells'))).toEqual(cells);
      expect(new Set(cellSlugs(cells)).size).toBe(cells.length);
      for (const cell of cells) check!(cell);
    }
    const [cell] = fixed.cells;
    expect(() => fixed.check!({ ...cell, parameters: { rule: 'dp' } })).toThrow('rule: expected one of');
    expect(() => fixed.check!({ ...cell, oracleOptions: { alpha: 1 } })).toThrow('alpha');
  });

  it('a fixed rule: the bound is reached by the strictest threshold alone', async () => {
    const values: number[] = [];
    for (const index of [3, 4, 5]) {
      const cell = { ...fixed.cells[index], oracleOptions: { unchanged: 10_000 } };
      const { result, curve, pictures } = await run(fixed, cell);
      values.push(result.learned);
      curve.forEach((point) => {
        parsePoint(point, 'point');
      });
      expect(curve.at(-1)).toMatchObject({ steps: result.leaderSteps, value: result.learned });
      expect(result).toMatchObject({ queries: result.leaderSteps, preTrainingSteps: 0 });
      expect(result.exact).toBeCloseTo(1.12607, 5);
      expect(result.gap).toBeCloseTo(result.exact - result.learned, 12);
      expect(result.stepsToExact === null).toBe(index !== 5);
      expect(result.extra).toMatchObject({ settled: 1, cycle: 1 });
      expectWellFormed(pictures.get('prices')!);
      expectPaths(fixed, result, curve);
    }
    [0.7053, 0.9132, 1.1261].forEach((known, k) => {
      expect(values[k]).toBeCloseTo(known, 4);
    });
  }, 20_000);

  it('a fixed rule repeats itself, and its picture shows the cycle', async () => {
    const cell = { ...fixed.cells[1], oracleOptions: { steps: 20_000 } };
    const [one, two] = [await run(fixed, cell), await run(fixed, cell)];
    expect(two.result.learned).toBe(one.result.learned);
    expect(two.pictures).toEqual(one.pictures);
    const svg = one.pictures.get('prices')!;
    const cycle = one.result.extra!['cycle'] as number;
    expect(svg).toContain(cycle === 1 ? 'repeats' : `cycle of ${cycle}`);
    expect(svg).toContain('monopoly price 1.925');
  }, 20_000);

  it('a learned rule, shortened: graded by fresh sellers, all steps counted', async () => {
    const [cell] = learned.cells;
    const short = {
      ...cell,
      leaderOptions: { ...cell.leaderOptions, rows: 4 },
      oracleOptions: { steps: 3000 },
      budget: { episodes: 8, sellers: 2 },
    };
    const { result, curve, pictures } = await run(learned, short);
    expect(result.queries).toBeGreaterThanOrEqual(8 * 3000);
    expect(result.leaderSteps - result.queries).toBeGreaterThanOrEqual(8 * 30);
    expect(result.learned).toBeLessThanOrEqual(result.exact + 1e-9);
    expect(result.extra!['thresholds']).toHaveLength(16);
    expectPaths(learned, result, curve);
    for (const name of ['prices', 'thresholds']) expectWellFormed(pictures.get(name)!);
  }, 30_000);
});
