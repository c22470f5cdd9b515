import { expect, it } from '@jest/globals';
import { multiFollower } from '../../benchmarks/experiments/multi-follower.js';
import { numberAt } from '../../benchmarks/report/paths.js';
import { canonicalJson } from '../../benchmarks/storage.js';
import { expectWellFormed } from '../envs/xml.js';

it.each(multiFollower.map((experiment) => [experiment.id, experiment] as const))(
  '%s runs a cell, shortened, and keeps its design',
  async (_, { cells, run, reference, charts, extras }) => {
    const curve: { steps: number; value: number }[] = [];
    const pictures: string[] = [];
    const cell = { ...cells[0], budget: { steps: 100, starts: 1 } };
    const result = await run(cell, 0, {
      metric: (point) => curve.push(point),
      picture: (_name, svg) => pictures.push(svg),
      progress: () => {},
    });
    expect(result.learned).toBeLessThan(result.exact);
    expect(result.gap).toBeCloseTo(result.exact - result.learned, 12);
    expect(result.extra).toMatchObject({ violation: 0, converged: true });
    expect(result.extra!['gain']).toBeGreaterThan(0.7);
    expect(reference).toBe('upper bound');
    const paths = [
      ...extras!.map(({ path }) => path),
      ...charts!.flatMap(({ y, further = [] }) => [y, ...further.map((line) => line.y)]),
    ];
    for (const path of paths) expect([path, numberAt(result, path)]).toEqual([path, expect.any(Number)]);
    expect(curve.map(({ steps }) => steps)).toEqual([100]);
    expect(curve[0].value).toBeCloseTo(result.learned, 4);
    expectWellFormed(pictures[0]);
    expect(() => canonicalJson(cells)).not.toThrow();
  },
  20_000,
);
