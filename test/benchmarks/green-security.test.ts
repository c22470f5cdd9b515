import { describe, expect, it } from '@jest/globals';
import type { CellContext, CurvePoint, Experiment } from '../../benchmarks/experiment.js';
import { greenSecurity } from '../../benchmarks/experiments/green-security.js';
import { MixtureEnv, simulate } from '../../benchmarks/mixture-env.js';
import { numberAt } from '../../benchmarks/report/paths.js';
import { makeGame, type StaticPatrol } from '../../envs/index.js';
import { Rng } from '../../gymnasium/rng.js';
import { expectWellFormed } from '../envs/xml.js';

const always = (action: number) => ({ name: `always ${action}`, create: () => ({ act: () => action }) });

describe('a player against a mixture', () => {
  const game = makeGame('StaticPatrol-v0') as StaticPatrol;

  it('meets each strategy as often as it should, one an episode', () => {
    const against = [
      { strategy: always(4), probability: 0.25 },
      { strategy: always(0), probability: 0.75 },
    ];
    const env = new MixtureEnv(game, 0, against);
    env.reset({ seed: 1 });
    let found = 0;
    for (let k = 0; k < 4000; k++) {
      env.reset();
      if (env.step(0).reward === 2) found++;
    }
    expect(Math.abs(found / 4000 - 0.25)).toBeLessThan(0.03);
  });

  it('is paid for a whole episode at once where its first action alone matters', () => {
    const env = new MixtureEnv(game, 1, [{ strategy: always(0), probability: 1 }], 1);
    env.reset({ seed: 1 });
    let total = 0;
    for (let k = 0; k < 4000; k++) {
      env.reset();
      const { reward, terminated } = env.step(8);
      expect(terminated).toBe(true);
      total -= reward;
    }
    expect(Math.abs(total / 4000 - game.walkValue([4, 4, 4, 4], 8))).toBeLessThan(0.06);
  });

  it('estimates a payoff within its standard error', () => {
    const mixture = (action: number) => [{ strategy: always(action), probability: 1 }];
    const { mean, standardError } = simulate(game, mixture(0), mixture(6), 4000, new Rng(3));
    expect(Math.abs(mean - game.walkValue([4, 4, 4, 4], 6))).toBeLessThan(4 * standardError);
    expect(standardError).toBeGreaterThan(0.005);
    expect(standardError).toBeLessThan(0.03);
    expect(simulate(game, mixture(0), mixture(4), 10, new Rng(3))).toEqual({ mean: 2, standardError: 0 });
  });
});

async function runShortly({ cells: [cell], run }: Experiment, budget: object) {
  const points: CurvePoint[] = [];
  const pictures: string[] = [];
  const fractions: number[] = [];
  const context: CellContext = {
    metric: (point) => void points.push(point),
    picture: (_, svg) => void pictures.push(svg),
    progress: (fraction) => void fractions.push(fraction),
  };
  const result = await run({ ...cell, budget: { ...cell.budget, ...budget } }, 3, context);
  return { result: { ...result, wallTimeSeconds: 0 }, points, pictures, fractions };
}

const [still, full] = greenSecurity;
const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);

it('the static double oracle improves, never beats the optimum and is reproducible', async () => {
  const budget = { iterations: 8, patrollerSteps: 3000, poacherSteps: 1500, episodes: 500 };
  const one = await runShortly(still, budget);
  const { result, points } = one;
  expect(result.exact).toBeCloseTo(0.062444, 5);
  expect(result.learned).toBeLessThanOrEqual(result.exact);
  expect(result.learned).toBeGreaterThan(-1.1);
  expect(points[0].value).toBeCloseTo(-1.1808, 9);
  for (const { value, exploitability } of points) {
    expect(value).toBeLessThanOrEqual(result.exact + 1e-9);
    expect(exploitability).toBeGreaterThanOrEqual(result.exact - value - 1e-9);
  }
  expect(points.at(-1)!.steps).toBe(result.leaderSteps);
  expect(result.extra!['payoffSteps']).toBeGreaterThan(0);
  const steps = points.map((point) => point.steps);
  expect(steps).toEqual(ascending(steps));
  expect(Math.max(...one.fractions)).toBeLessThanOrEqual(1);
  expect(await runShortly(still, budget)).toEqual(one);
}, 60_000);

it('the double oracle reports its comparison, its curve and a film', async () => {
  const budget = {
    iterations: 2,
    patrollerSteps: 700,
    poacherSteps: 700,
    episodes: 60,
    evaluationEpisodes: 200,
  };
  const { result, points, pictures } = await runShortly(full, budget);
  const { mixture, randomSweeping, gain } = result.extra as any;
  for (const { path } of full.extras!)
    expect([path, numberAt(result, path)]).toEqual([path, expect.any(Number)]);
  expect(result.learned).toBe(mixture.mean);
  expect(gain).toBeCloseTo(mixture.mean - randomSweeping.mean, 12);
  expect(mixture.standardError).toBeGreaterThan(0);
  expect(points.map(({ iteration }) => iteration)).toEqual(points.map((_, k) => k + 1));
  expect(points.length).toBeGreaterThan(0);
  for (const { exploitability } of points) expect(exploitability).toBeGreaterThanOrEqual(0);
  expect(pictures).toHaveLength(1);
  expectWellFormed(pictures[0]);
  expect(pictures[0]).toContain('<animate');
}, 60_000);

it('the cells are plain data', () => {
  for (const { cells } of greenSecurity) expect(JSON.parse(JSON.stringify(cells))).toEqual(cells);
});
