import { describe, expect, it } from '@jest/globals';
import { type MultiFollower, makeGame } from '../../../envs/index.js';
import type { CyberSetting } from '../../../envs/multi-follower/cyber.js';
import { excessAt, objectiveAt } from '../../../envs/multi-follower/setting.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { DampedBestResponse } from '../../../oracles/damped-best-response.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { equilibriumOptions, followerSystem } from '../../../solvers/multi-follower/equilibrium.js';
import { feasible } from '../../../solvers/multi-follower/feasible.js';
import { kktGradient } from '../../../solvers/multi-follower/kkt-gradient.js';
import { kktGradientSolver } from '../../../solvers/multi-follower/solvers.js';

const game = (parameters: object) => makeGame('MultiFollower-v0', parameters) as MultiFollower;
const task = { follower: 'stationary', certify: false, options: {} } as const;

/** The leader's reward when the design is played against the followers' oracle. */
async function replayed(instance: MultiFollower, design: ArrayLike<number>): Promise<number> {
  const options = { oracle: new DampedBestResponse(), optimum: null, episodes: 1 };
  return (await evaluateCommitment(instance, Array.from(design), options)).value;
}

describe('qre', () => {
  it('gains at least 0.7 with budget 1, within the budget at the equilibrium', async () => {
    let gain = 0;
    for (let seed = 0; seed < 3; seed++) {
      const instance = game({ setting: 'qre', seed, budget: 1 });
      const found = kktGradient(instance, { steps: 150 });
      expect([found.violation, found.converged, found.origin]).toEqual([0, true, 'gradient']);
      expect(found.bestResponseGap).toBeLessThan(1e-9);
      expect(await replayed(instance, found.design)).toBeCloseTo(found.objective, 8);
      gain += (found.objective - found.base) / 3;
    }
    expect(gain).toBeGreaterThan(0.7);
  }, 30_000);

  it('finds no worse than 300 random designs in a small game', () => {
    const instance = game({ setting: 'qre', followers: 2, actions: 2, seed: 5, budget: 2 });
    const system = followerSystem(instance);
    const found = kktGradient(instance, { steps: 1000, starts: 3, learningRate: 0.02 });
    const rng = new Rng('designs');
    const options = equilibriumOptions('test', { tolerance: 1e-8 });
    for (let trial = 0; trial < 300; trial++) {
      const design = Float64Array.from({ length: 8 }, () => Math.max(0, 8 * rng.uniform() - 4));
      const { outcome } = feasible(system, design, options);
      expect(outcome[excessAt]).toBeLessThanOrEqual(0);
      expect(outcome[objectiveAt]).toBeLessThanOrEqual(found.objective + 1e-3);
    }
    expect(found.objective).toBeGreaterThan(found.base + 0.3);
  }, 30_000);
});

describe('ssg', () => {
  it('lessens the loss within the budget', async () => {
    const instance = game({ setting: 'ssg', followers: 3, targets: 20, resources: 2, budget: 1 });
    const found = kktGradient(instance, { steps: 200 });
    expect([found.violation, found.converged]).toEqual([0, true]);
    expect(found.objective).toBeGreaterThan(found.base + 0.005);
    expect(found.objective).toBeLessThan(0);
    expect(await replayed(instance, found.design)).toBeCloseTo(found.objective, 8);
  }, 30_000);
});

describe('cyber', () => {
  it.each([0, 1, 2, 3])('is above full insurance and below the bound, seed %d', async (seed) => {
    const instance = game({ setting: 'cyber', seed, risk: 0.1 });
    const setting = instance.setting as CyberSetting;
    const found = kktGradient(instance, { steps: 100, starts: 1 });
    expect(found.fullInsurance).toBeCloseTo(setting.fullInsuranceValue(), 9);
    expect(found.objective).toBeGreaterThan(found.fullInsurance! + 0.1);
    expect(found.objective).toBeLessThanOrEqual(setting.profitBound());
    expect([found.violation, found.base, found.origin]).toEqual([0, 0, 'coverage search']);
    expect(await replayed(instance, found.design)).toBeCloseTo(found.objective, 8);
  });

  it('earns by gradient alone, if less', () => {
    const found = kktGradient(game({ setting: 'cyber', seed: 1, risk: 0.1 }), { steps: 500, starts: 1 });
    expect(found.byGradient).toBeGreaterThan(10);
    expect(found.byGradient).toBeLessThanOrEqual(found.objective);
  });

  it('earns nothing from customers who do not mind risk', () => {
    const found = kktGradient(game({ setting: 'cyber', risk: 0 }), { steps: 200 });
    expect(Math.abs(found.objective)).toBeLessThan(1e-9);
  });
});

describe('the solver', () => {
  it('answers with a commitment that the game pays the value for', async () => {
    const instance = game({ setting: 'cyber', followers: 3, seed: 7 });
    expect(kktGradientSolver.fits(instance, task)).toBe(true);
    const options = { steps: 100, starts: 1, seed: 'a' };
    const answer = await kktGradientSolver.solve(instance, { ...task, options });
    expect([answer.status, answer.kind, answer.tieBreaking]).toEqual(['best-known', 'deterministic', null]);
    expect(await replayed(instance, answer.commitment as number[])).toBeCloseTo(answer.value, 8);
    expect(Object.keys(answer.followerValues)).toEqual(['follower_0', 'follower_1', 'follower_2']);
    expect(JSON.parse(JSON.stringify(answer.details))).toEqual(answer.details);
    expect(answer.details).toMatchObject({ setting: 'cyber', violation: 0, base: 0, gain: answer.value });
    const again = await kktGradientSolver.solve(instance, { ...task, options });
    expect(again).toEqual(answer);
  });

  it('fits no other game, and no mixture of designs', () => {
    expect(kktGradientSolver.fits(makeGame('NormalForm-v0'), task)).toBe(false);
    expect(kktGradientSolver.fits(game({}), { ...task, commitment: 'stochastic' })).toBe(false);
  });

  it.each<[object, string]>([
    [{ steps: 0 }, 'kkt-gradient: steps: expected a positive integer, got 0.'],
    [{ starts: 1.5 }, 'kkt-gradient: starts: expected a positive integer, got 1.5.'],
    [{ learningRate: -1 }, 'kkt-gradient: learningRate: expected a positive number, got -1.'],
    [{ mu: '3' }, 'kkt-gradient: mu: expected a positive number, got "3".'],
    [{ seed: -1 }, 'seed: expected a non-negative integer'],
    [{ step: 5 }, 'Did you mean "steps"?'],
  ])('refuses %j', (options, message) => {
    const call = () => kktGradient(game({}), options);
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(message);
  });
});
