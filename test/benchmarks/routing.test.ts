import { describe, expect, it } from '@jest/globals';
import type { Cell, CellResult } from '../../benchmarks/experiment.js';
import { routing } from '../../benchmarks/experiments/routing.js';
import { numberAt } from '../../benchmarks/report/paths.js';
import { parsePoint, parseResult } from '../../benchmarks/results.js';
import { canonicalJson, cellSlugs } from '../../benchmarks/storage.js';
import { expectWellFormed } from '../envs/xml.js';

const [main, ...overShares] = routing;

async function run(cell: Cell, steps: number): Promise<{ result: CellResult; pictures: string[] }> {
  const pictures: string[] = [];
  const result = await main.run({ ...cell, budget: { steps } }, 0, {
    metric: (point) => parsePoint(point, 'point'),
    picture: (name, svg) => {
      expectWellFormed(svg);
      pictures.push(name);
    },
    progress: () => {},
  });
  return { result: parseResult(result, cell.gameName), pictures };
}

const cellOf = (gameName: string, oracle: string) =>
  main.cells.find((cell) => cell.gameName === gameName && cell.leader === 'ma-es' && cell.oracle === oracle)!;

describe('the routing experiments', () => {
  it('are plain data with a folder a cell', () => {
    for (const { cells } of routing) {
      expect(JSON.parse(canonicalJson(cells, 'cells'))).toEqual(cells);
      expect(new Set(cellSlugs(cells)).size).toBe(cells.length);
    }
  });

  it.each([
    ['Pigou, half the flow', 'wardrop-response', -0.75],
    ['Braess, half the flow', 'wardrop-response', -1.625],
    ['Pigou, tolls', 'replicator', -0.75],
    ['Braess, tolls count', 'wardrop-response', -1.5],
  ])('%s against %s: the leader comes within 1 %% of %d', async (gameName, oracle, exact) => {
    const { result, pictures } = await run(cellOf(gameName, oracle), 2000);
    expect(result.exact).toBeCloseTo(exact, 6);
    expect(result.gap).toBeLessThan(0.01 * Math.abs(exact));
    expect(result.gap).toBeGreaterThan(-1e-6);
    expect(pictures).toEqual(['learned', 'without-leader']);
    expect(result.extra!['cost']).toBeCloseTo(-result.learned, 9);
    for (const { path } of main.extras!) expect(numberAt(result, path)).toEqual(expect.any(Number));
  });

  it('chart the cost of every strategy over the share of the leader', async () => {
    for (const { cells, charts } of overShares) {
      const cell = cells[2];
      const { result } = await run(cell, 500);
      const [{ x, y, further }] = charts!;
      expect(numberAt(cell as never, x!)).toBeCloseTo(0.3, 12);
      for (const path of [y, ...further!.map((line) => line.y)]) {
        const cost = numberAt(result, path)!;
        expect(cost).toBeGreaterThanOrEqual(result.extra!['socialOptimum'] as number);
        expect(cost).toBeLessThanOrEqual((result.extra!['nash'] as number) + 1e-9);
      }
      expect(result.extra!['cost']).toBeCloseTo(-result.learned, 9);
    }
  });
});
