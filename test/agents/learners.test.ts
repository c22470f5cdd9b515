import { describe, expect, test } from '@jest/globals';
import {
  es,
  evaluatePolicy,
  type LearnerOptions,
  type LearnerResult,
  MlpPolicy,
  type Progress,
  ppo,
  reinforce,
  TabularSoftmax,
} from '../../agents/index.js';
import type { Env } from '../../gymnasium/core.js';
import { Discrete } from '../../gymnasium/spaces/index.js';
import type { AutoresetMode, VectorEnv } from '../../gymnasium/vector.js';
import { Bandit, Clock, Locks, params, rows, Stairs, Target } from './games.js';

type Learner = (env: Env | VectorEnv, options: any) => Promise<LearnerResult>;
const learners: [string, Learner, object][] = [
  ['reinforce', reinforce, { baseline: 'mean' }],
  ['ppo', ppo, { rolloutSteps: 16, minibatchSize: 32 }],
  ['es', es, { population: 8, episodesPerIndividual: 2 }],
];

describe.each(learners)('%s', (_, learn, options) => {
  test('finds the best arm of a noisy bandit', async () => {
    const { policy } = await learn(new Bandit([0, 1, 0.3], 0.3), { steps: 6000, seed: 1, ...options });
    expect(policy.probabilities!(0)[1]).toBeGreaterThan(0.9);
  });

  test.each<AutoresetMode>(['SameStep', 'NextStep'])('solves the stairs, %s', async (mode) => {
    const steps = 25_000;
    const { policy } = await learn(
      rows(4, () => new Stairs(), mode),
      { steps, seed: 2, ...options },
    );
    expect(policy).toBeInstanceOf(TabularSoftmax);
    expect(evaluatePolicy(new Stairs(), policy, { episodes: 50, seed: 1, greedy: true }).mean).toBe(1);
    expect(evaluatePolicy(new Stairs(), policy, { episodes: 200, seed: 1 }).mean).toBeGreaterThan(0.9);
  });

  test('is reproducible bit for bit, and another run for another seed', async () => {
    const run = (seed: number) =>
      learn(
        rows(2, () => new Stairs(), 'NextStep'),
        { steps: 600, seed, ...options },
      );
    const [first, second, third] = [await run(5), await run(5), await run(6)];
    expect(params(first.policy)).toEqual(params(second.policy));
    expect(first.returns).toEqual(second.returns);
    expect(params(first.policy)).not.toEqual(params(third.policy));
  });

  test('is reproducible with a network', async () => {
    const run = async () => {
      const env = new Stairs();
      const made = { seed: 1, hidden: [4] };
      const policy = await MlpPolicy.create(env.observationSpace, env.actionSpace, made);
      return params((await learn(env, { steps: 200, seed: 5, policy, ...options })).policy);
    };
    expect(await run()).toEqual(await run());
  });

  test('never plays a masked action', async () => {
    const env = rows(3, () => new Bandit([9, 1, 0], 0.1, Int8Array.of(0, 1, 1)), 'NextStep');
    const { policy } = await learn(env, { steps: 2000, seed: 1, ...options });
    expect(policy.probabilities!(0, Int8Array.of(0, 1, 1))[1]).toBeGreaterThan(0.8);
  });

  test('learns MultiDiscrete and Box actions', async () => {
    const locks = await learn(new Locks(), { steps: 4000, seed: 1, ...options });
    expect(evaluatePolicy(new Locks(), locks.policy, { seed: 1, greedy: true }).mean).toBe(2);
    const target = new Target();
    const policy = await MlpPolicy.create(target.observationSpace, target.actionSpace, {
      seed: 1,
      hidden: [],
      logStd: -1,
    });
    await learn(target, { steps: 5000, seed: 1, policy, learningRate: 0.02, ...options });
    expect(evaluatePolicy(target, policy, { seed: 1, greedy: true }).mean).toBeGreaterThan(-0.05);
  });

  test('reports progress and stops when told', async () => {
    const seen: Progress[] = [];
    const result = await learn(
      rows(2, () => new Clock(4), 'SameStep'),
      {
        ...options,
        steps: 100_000,
        seed: 1,
        onProgress: async (progress: Progress) => void seen.push(progress),
        stop: ({ updates }: Progress) => updates === 3,
      },
    );
    const { policy, returns, ...last } = result;
    expect(seen).toHaveLength(3);
    expect(seen[2]).toEqual(last);
    expect(seen[1].steps).toBe(2 * seen[0].steps);
    expect(last.episodes).toBe(returns.length);
    expect(last.steps).toBe(4 * last.episodes);
    const recent = returns.slice(-100);
    expect(last.meanReturn).toBeCloseTo(recent.reduce((sum, value) => sum + value, 0) / recent.length, 12);
    expect(policy.observationSpace).toBeInstanceOf(Discrete);
  });

  test('keeps to the budget of steps', async () => {
    const { steps, updates } = await learn(
      rows(2, () => new Clock(4), 'SameStep'),
      { ...options, steps: 320, seed: 1 },
    );
    expect(steps).toBe(320);
    expect(updates).toBeGreaterThan(0);
  });

  test.each<[object, string]>([
    [{ steps: 0 }, 'expected steps to be an integer of at least 1, got 0.'],
    [{ steps: undefined }, 'expected steps to be an integer of at least 1, got undefined.'],
    [{ seed: -1 }, 'seed: expected a non-negative integer'],
    [
      { learningRate: 0 },
      'expected learningRate to be a finite number above 0, { from, to } of two of the same sign, or a function',
    ],
    [{ learningRate: () => Number.NaN }, 'expected learningRate(0'],
    [
      { policy: {} },
      'expected policy to be a DifferentiablePolicy such as TabularSoftmax or MlpPolicy, got {}.',
    ],
    [{ onProgress: 1 }, 'expected onProgress to be a function, got 1.'],
    [{ lerningRate: 1 }, 'option "lerningRate". Did you mean "learningRate"?'],
  ])('names the option that is wrong: %p', async (wrong, message) => {
    const given: LearnerOptions = { ...options, steps: 500, seed: 1, ...wrong };
    await expect(learn(new Stairs(), given)).rejects.toThrow(message);
  });

  test('refuses other environments and policies for other spaces', async () => {
    await expect(learn({} as never, { steps: 1, seed: 1 })).rejects.toThrow(
      'expected env to be an Env or a VectorEnv',
    );
    await expect(
      learn(
        rows(1, () => new Stairs(), 'Disabled'),
        { steps: 1, seed: 1 },
      ),
    ).rejects.toThrow('expected env.autoresetMode to be NextStep or SameStep, got Disabled.');
    const policy = new TabularSoftmax(new Discrete(3), new Discrete(2));
    await expect(learn(new Stairs(), { steps: 1, seed: 1, policy })).rejects.toThrow(
      'expected policy to map Discrete(',
    );
  });
});
