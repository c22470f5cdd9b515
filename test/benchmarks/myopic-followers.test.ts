import { describe, expect, it } from '@jest/globals';
import type { CurvePoint } from '../../benchmarks/experiment.js';
import { myopicFollowers } from '../../benchmarks/experiments/myopic-followers.js';
import { runCell } from '../../benchmarks/worker.js';

const [experiment] = myopicFollowers;
const optima: Record<string, number> = {
  leader_controls: 6,
  follower_controls: 53 / 6,
  inspection: 14.43272,
};

async function run(index: number, episodes: number, seed = 0) {
  const cell = { ...experiment.cells[index], budget: { episodes } };
  const curve: CurvePoint[] = [];
  const result = await runCell(experiment, cell, seed, {
    metric: (point) => curve.push(point),
    picture: () => {},
    progress: () => {},
  });
  return { cell, curve, result };
}

describe('myopic-followers', () => {
  it.each(experiment.cells.map(({ gameName, leader }, index) => [gameName, leader, index] as const))(
    '%s by %s records value, regret and estimate',
    async (gameName, leader, index) => {
      const { curve, result } = await run(index, 300);
      expect(result.exact).toBeCloseTo(optima[gameName], 9);
      expect(result.gap).toBeCloseTo(result.exact - result.learned, 12);
      expect(result.leaderSteps).toBe(300 * (gameName === 'inspection' ? 6 : 2));
      const steps = curve.map((point) => point.steps);
      expect(new Set(steps).size).toBe(steps.length);
      expect(steps.at(-1)).toBe(result.leaderSteps);
      const last = curve.at(-1)!;
      expect(last.value).toBe(result.learned);
      expect([last['regret'], last['estimate']]).toEqual([
        result.extra!['regret'],
        result.extra!['estimate'],
      ]);
      for (const [k, point] of curve.entries()) {
        expect(point.value).toBeLessThanOrEqual(result.exact + 1e-9);
        expect(point['regret']).toBeGreaterThan(k === 0 ? 0 : curve[k - 1]['regret'] - 1e-9);
        if (leader === 'optimistic-lsvi') expect(point['estimate']).toBeGreaterThan(result.exact);
        else expect(point['estimate']).toBeLessThan(result.exact);
      }
      const early = curve.find((point) => point.steps >= result.leaderSteps / 10)!;
      const slope = Math.log(last['regret'] / early['regret']) / Math.log(last.steps / early.steps);
      if (leader === 'optimistic-lsvi') expect(slope).toBeLessThan(0.9);
      else expect(slope).toBeCloseTo(1, 6);
    },
  );

  it('repeats itself with a seed', async () => {
    const [one, again, other] = [await run(4, 40, 1), await run(4, 40, 1), await run(4, 40, 2)];
    expect(again.curve).toEqual(one.curve);
    expect(other.curve).not.toEqual(one.curve);
  });

  it('draws metrics that the curves have', async () => {
    const { curve } = await run(0, 5);
    for (const { kind, y } of experiment.charts!) {
      expect(kind).toBe('curve');
      expect(curve[0]).toHaveProperty(y);
    }
  });
});
