import { describe, expect, test } from '@jest/globals';
import { pg, reinforce, TabularSoftmax } from '../../agents/index.js';
import type { AutoresetMode } from '../../gymnasium/vector.js';
import { Bandit, Clock, Crossroads, params, rows, Stairs } from './games.js';

test('one step of plain ascent is the return times the gradient of the log probability', async () => {
  const bandit = new Bandit([3, 3]);
  const policy = new TabularSoftmax(bandit.observationSpace, bandit.actionSpace, [0, Math.log(3)]);
  await reinforce(bandit, {
    steps: 1,
    seed: 1,
    policy,
    batchEpisodes: 1,
    optimizer: 'sgd',
    learningRate: 0.1,
  });
  const second = policy.logits[1] > Math.log(3);
  const step = 0.1 * 3 * (second ? 1 / 4 : 3 / 4);
  expect(policy.logits[1]).toBeCloseTo(Math.log(3) + (second ? step : -step), 12);
  expect(policy.logits[0]).toBeCloseTo(second ? -step : step, 12);
});

test('returns-to-go are discounted and the gradient is the mean over steps', async () => {
  const played: number[] = [];
  class Watched extends Clock {
    override step(action: number) {
      played.push(action);
      return super.step(action);
    }
  }
  const clock = new Watched(2);
  const policy = new TabularSoftmax(clock.observationSpace, clock.actionSpace);
  const plain = { batchEpisodes: 1, optimizer: 'sgd', learningRate: 1, gamma: 0.5 } as const;
  await reinforce(clock, { steps: 2, seed: 1, policy, ...plain });
  const [first, second] = played;
  expect(policy.logits[first]).toBeCloseTo(((first + 1 + 0.5 * second) * (2 / 3)) / 2, 12);
  expect(policy.logits[3 + second]).toBeCloseTo((second * (2 / 3)) / 2, 12);
});

test.each([false, true])(
  'NextStep rows that only reset leave the gradient as it is, masks: %p',
  async (masked) => {
    const run = async (mode: AutoresetMode) => {
      const env = rows(3, () => new Clock(4, masked), mode);
      const result = await reinforce(env, { steps: 480, seed: 3, batchEpisodes: 6, baseline: 'value' });
      expect([result.steps, result.episodes, result.updates]).toEqual([480, 120, 20]);
      return params(result.policy);
    };
    const expected = await run('SameStep');
    expect(expected.slice(0, 12).every((logit) => logit !== 0)).toBe(!masked);
    expect(await run('NextStep')).toEqual(expected);
  },
);

test('every row plays its share of the episodes, however long its own are', async () => {
  const made = [1, 7].map((length) => () => new Clock(7).limit(length));
  const env = rows(2, () => made.shift()!(), 'SameStep');
  const ended: number[] = [];
  const { episodes } = await reinforce(env, {
    steps: 60,
    seed: 1,
    batchEpisodes: 4,
    onProgress: ({ steps }) => void ended.push(steps),
  });
  expect(ended).toEqual([28, 56]);
  expect(episodes).toBeGreaterThan(8);
});

test('leaves the logits of determined actions alone', async () => {
  const env = new Bandit([9, 1, 0], 1, Int8Array.of(0, 1, 0));
  const { policy, updates } = await reinforce(env, { steps: 500, seed: 1, entropyCoefficient: 0.1 });
  expect(updates).toBe(50);
  expect(params(policy)).toEqual([0, 0, 0]);
});

test('a large entropy bonus keeps the policy even, and its schedule sees the fraction spent', async () => {
  const seen: number[] = [];
  const entropyCoefficient = (spent: number) => {
    seen.push(spent);
    return 20;
  };
  const { policy } = await reinforce(new Bandit([0, 1]), { steps: 4000, seed: 1, entropyCoefficient });
  expect(policy.probabilities!(0)[1]).toBeCloseTo(0.5, 1);
  expect(seen[0]).toBe(10 / 4000);
  expect(seen[seen.length - 1]).toBe(1);
});

test('normalized advantages do not depend on the scale and shift of rewards', async () => {
  const run = async (means: number[]) =>
    params((await reinforce(new Bandit(means), { steps: 50, seed: 1, normalizeAdvantages: true })).policy);
  const first = await run([0, 1, 3]);
  expect(await run([100, 110, 130])).toEqual(first.map((logit) => expect.closeTo(logit, 6)));
});

describe('at a truncation', () => {
  const common = { steps: 20_000, seed: 1, gamma: 0.9 };

  test('a learned value goes on', async () => {
    const { policy } = await reinforce(new Crossroads(), { ...common, baseline: 'value' });
    expect(policy.probabilities!(0)[0]).toBeGreaterThan(0.9);
  });

  test('without one the return ends', async () => {
    const { policy } = await reinforce(new Crossroads(), { ...common, baseline: 'mean' });
    expect(policy.probabilities!(0)[1]).toBeGreaterThan(0.9);
  });
});

test.each<[object, string]>([
  [{ optimizer: 'rmsprop' }, 'reinforce: expected optimizer to be one of adam, sgd, got "rmsprop".'],
  [{ batchEpisodes: 1.5 }, 'reinforce: expected batchEpisodes to be an integer of at least 1, got 1.5.'],
  [{ gamma: 1.1 }, 'reinforce: expected gamma to be a finite number of at least 0 and at most 1, got 1.1.'],
  [{ baseline: 'median' }, 'reinforce: expected baseline to be one of none, mean, value, got "median".'],
  [{ normalizeAdvantages: 1 }, 'reinforce: expected normalizeAdvantages to be a boolean, got 1.'],
  [
    { entropyCoefficient: -1 },
    'reinforce: expected entropyCoefficient to be a finite number of at least 0, { from, to } of two of the same sign, or a',
  ],
  [{ entropyCoefficient: () => -1 }, 'reinforce: expected entropyCoefficient('],
  [{ maxGradNorm: 0 }, 'reinforce: expected maxGradNorm to be a number above 0, got 0.'],
])('names the option that is wrong: %p', async (wrong, message) => {
  await expect(reinforce(new Stairs(), { steps: 500, seed: 1, ...wrong })).rejects.toThrow(message);
});

test('pg is another name for reinforce', () => expect(pg).toBe(reinforce));
