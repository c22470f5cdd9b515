import { expect, test } from '@jest/globals';
import { ppo, Table, TabularSoftmax } from '../../agents/index.js';
import { estimate } from '../../agents/ppo.js';
import { going, terminated, truncated } from '../../agents/rollout.js';
import { StepBuffer } from '../../agents/step-buffer.js';
import { Discrete } from '../../gymnasium/spaces/index.js';
import type { AutoresetMode } from '../../gymnasium/vector.js';
import { Bandit, Clock, Crossroads, Detour, params, rows, Stairs } from './games.js';

test.each([false, true])(
  'NextStep rows that only reset leave the gradient as it is, masks: %p',
  async (masked) => {
    const run = async (mode: AutoresetMode, rolloutSteps: number) => {
      const env = rows(3, () => new Clock(4, masked), mode);
      const result = await ppo(env, { steps: 24, seed: 3, rolloutSteps, minibatchSize: 7 });
      expect([result.steps, result.episodes, result.updates]).toEqual([24, 6, 1]);
      return params(result.policy);
    };
    const expected = await run('SameStep', 8);
    expect(expected.some((logit) => logit !== 0)).toBe(true);
    expect(await run('NextStep', 9)).toEqual(expected);
  },
);

test('leaves the logits of determined actions alone', async () => {
  const env = new Bandit([9, 1, 0], 1, Int8Array.of(0, 1, 0));
  const { policy, updates } = await ppo(env, { steps: 500, seed: 1, entropyCoefficient: 0.1 });
  expect(updates).toBe(4);
  expect(params(policy)).toEqual([0, 0, 0]);
});

test('truncation goes on with the value of the last observation, termination does not', async () => {
  const { policy } = await ppo(new Crossroads(), { steps: 20_000, seed: 1, gamma: 0.9 });
  expect(policy.probabilities!(0)[0]).toBeGreaterThan(0.9);
  const myopic = await ppo(new Crossroads(), { steps: 20_000, seed: 1, gamma: 0.2 });
  expect(myopic.policy.probabilities!(0)[1]).toBeGreaterThan(0.9);
});

test('advantages are the discounted sums of temporal differences, each row and episode by itself', () => {
  const value = [1, 2, 4, 8, 16];
  const critic = new Table(5, 1);
  critic.setParams(value);
  const buffer = new StepBuffer(new TabularSoftmax(new Discrete(5), new Discrete(2)), 2);
  const steps = [
    { row: 0, state: 0, reward: 1, end: going },
    { row: 1, state: 1, reward: 2, end: truncated },
    { row: 0, state: 2, reward: 3, end: going },
    { row: 1, state: 3, reward: 5, end: going },
    { row: 0, state: 4, reward: 7, end: terminated },
    { row: 0, state: 1, reward: 11, end: going },
  ];
  steps.forEach(({ row, state, reward, end }, at) => {
    buffer.rows[at] = row;
    buffer.observations[at] = state;
    buffer.rewards[at] = reward;
    buffer.ended[at] = end;
  });
  buffer.size = steps.length;
  buffer.finals[0] = 3;
  buffer.cut = 1;
  const runner = { critic: Float64Array.of(0, 2), count: 2 };
  const { advantages, returns } = estimate(runner, buffer, critic, { gamma: 0.5, gaeLambda: 0.25 });
  const last = 7 - 16;
  const middle = 3 + 0.5 * 16 - 4 + 0.125 * last;
  const expected = [
    1 + 0.5 * 4 - 1 + 0.125 * middle,
    2 + 0.5 * 8 - 2,
    middle,
    5 + 0.5 * 4 - 8,
    last,
    11 + 0.5 - 2,
  ];
  expect(Array.from(advantages)).toEqual(expected);
  expect(Array.from(returns)).toEqual(expected.map((advantage, at) => advantage + value[steps[at].state]));
});

test('targetKl ends the passes over a rollout', async () => {
  const run = async (options: object) =>
    params((await ppo(new Bandit([0, 1]), { steps: 64, seed: 1, rolloutSteps: 64, ...options })).policy);
  const once = await run({ epochs: 1 });
  expect(await run({ epochs: 5, targetKl: 1e-12 })).toEqual(once);
  expect(await run({ epochs: 5 })).not.toEqual(once);
});

test('the clip holds the policy near the old one however often it passes over a rollout', async () => {
  const run = async (clip: number) => {
    const slowly = { rolloutSteps: 64, epochs: 1000, learningRate: 0.002, maxGradNorm: Infinity };
    const { policy } = await ppo(new Bandit([0, 1]), { steps: 64, seed: 1, clip, ...slowly });
    return policy.probabilities!(0)[1];
  };
  expect(await run(0.1)).toBeCloseTo(0.55, 1);
  expect(await run(100)).toBeGreaterThan(0.9);
});

test.each<[object, string]>([
  [{ rolloutSteps: 0 }, 'ppo: expected rolloutSteps to be an integer of at least 1, got 0.'],
  [{ epochs: 0 }, 'ppo: expected epochs to be an integer of at least 1, got 0.'],
  [{ minibatchSize: '8' }, 'ppo: expected minibatchSize to be an integer of at least 1, got "8".'],
  [{ gamma: -0.1 }, 'ppo: expected gamma to be a finite number of at least 0 and at most 1, got -0.1.'],
  [{ gaeLambda: 2 }, 'ppo: expected gaeLambda to be a finite number of at least 0 and at most 1, got 2.'],
  [{ clip: 0 }, 'ppo: expected clip to be a finite number above 0, got 0.'],
  [
    { entropyCoefficient: Infinity },
    'ppo: expected entropyCoefficient to be a finite number of at least 0, { from, to } of two of the same sign, or a',
  ],
  [
    { valueCoefficient: null },
    'ppo: expected valueCoefficient to be a finite number of at least 0, got null.',
  ],
  [{ maxGradNorm: -1 }, 'ppo: expected maxGradNorm to be a number above 0, got -1.'],
  [{ normalizeAdvantages: 'yes' }, 'ppo: expected normalizeAdvantages to be a boolean, got "yes".'],
  [{ targetKl: 0 }, 'ppo: expected targetKl to be a finite number above 0, got 0.'],
])('names the option that is wrong: %p', async (wrong, message) => {
  await expect(ppo(new Stairs(), { steps: 500, seed: 1, ...wrong })).rejects.toThrow(message);
});

test('the critic also learns states where the mask leaves one action', async () => {
  const exploring = { entropyCoefficient: (fraction: number) => 2 * (1 - fraction) };
  const { policy } = await ppo(new Detour(), {
    steps: 40_000,
    seed: 1,
    gamma: 0.9,
    gaeLambda: 0,
    ...exploring,
  });
  expect(policy.probabilities!(0)[0]).toBeGreaterThan(0.9);
});
