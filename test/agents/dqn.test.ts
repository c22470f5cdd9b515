import { describe, expect, test } from '@jest/globals';
import { dqn, evaluatePolicy, MlpPolicy, type Progress, TabularSoftmax } from '../../agents/index.js';
import { learner } from '../../agents/names.js';
import { Discrete } from '../../gymnasium/spaces/index.js';
import type { AutoresetMode } from '../../gymnasium/vector.js';
import { CartPole } from './cart-pole.js';
import { Bandit, Clock, Crossroads, Detour, Locks, params, rows, Stairs, Target } from './games.js';

const short = { learningStarts: 50, targetUpdates: 50 };

describe.each([
  ['single', { double: false }],
  ['double', {}],
  ['dueling', { dueling: true }],
])('%s', (_, kind) => {
  test.each<AutoresetMode>(['SameStep', 'NextStep'])('solves the stairs, %s', async (mode) => {
    const { policy } = await dqn(
      rows(4, () => new Stairs(), mode),
      { steps: 6000, seed: 2, ...short, ...kind },
    );
    expect(policy).toBeInstanceOf(TabularSoftmax);
    expect(evaluatePolicy(new Stairs(), policy, { episodes: 50, seed: 1, greedy: true }).mean).toBe(1);
  });

  test('is reproducible bit for bit with a network, and another run for another seed', async () => {
    const run = async (seed: number) => {
      const env = new Stairs();
      const made = { seed: 1, hidden: [4] };
      const policy = await MlpPolicy.create(env.observationSpace, env.actionSpace, made);
      const result = await dqn(env, { steps: 300, seed, policy, ...short, ...kind });
      return [params(result.policy), Array.from(result.returns)];
    };
    expect(await run(5)).toEqual(await run(5));
    expect(await run(5)).not.toEqual(await run(6));
  });
});

test('learns the action values of a known problem, where the step may fail', async () => {
  const gamma = 0.9;
  const { policy } = await dqn(new Stairs(), {
    steps: 30_000,
    seed: 1,
    gamma,
    epsilon: 0.5,
    capacity: 30_000,
    learningRate: (spent) => 0.02 * (1 - spent) + 1e-5,
    errorLimit: Infinity,
    ...short,
  });
  // The value v_i of going on from stair i: v = 0.9 (r + gamma v_next) + 0.1 gamma v.
  const on = (next: number) => (0.9 * next) / (1 - 0.1 * gamma);
  const [third, second, first] = [on(1), on(gamma * on(1)), on(gamma * on(gamma * on(1)))];
  const exact = [first, second, third].flatMap((value) => [0.2, value]);
  params(policy).forEach((value, k) => {
    expect(Math.abs(value - exact[k])).toBeLessThan(0.03);
  });
});

test('truncation goes on with the value of the last observation, termination does not', async () => {
  const learned = async (gamma: number) =>
    (await dqn(new Crossroads(), { steps: 6000, seed: 1, gamma, ...short })).policy;
  const greedy = { greedy: true } as const;
  expect((await learned(0.9)).act(0, undefined as never, greedy)).toBe(0);
  expect((await learned(0.2)).act(0, undefined as never, greedy)).toBe(1);
});

test('never plays a masked action, and values the best allowed one', async () => {
  const masked = rows(3, () => new Bandit([9, 1, 0], 0.1, Int8Array.of(0, 1, 1)), 'NextStep');
  const { policy } = await dqn(masked, { steps: 2000, seed: 1, ...short });
  const best = policy.act(0, undefined as never, { greedy: true, mask: Int8Array.of(0, 1, 1) });
  expect(best).toBe(1);
  const detour = await dqn(new Detour(), { steps: 6000, seed: 1, gamma: 0.9, ...short });
  expect(detour.policy.act(0, undefined as never, { greedy: true })).toBe(0);
});

test('NextStep rows that only reset are no transitions', async () => {
  const run = async (mode: AutoresetMode) => {
    const env = rows(3, () => new Clock(4, true), mode);
    return dqn(env, { steps: 240, seed: 3, learningStarts: 240, stepsPerUpdate: 1 });
  };
  const [same, next] = [await run('SameStep'), await run('NextStep')];
  expect([next.steps, next.episodes]).toEqual([same.steps, same.episodes]);
  expect(Array.from(next.returns)).toEqual(Array.from(same.returns));
});

test('a buffer keeps the last transitions only', async () => {
  const { policy } = await dqn(new Bandit([0, 1]), { steps: 300, seed: 1, capacity: 8, ...short });
  expect(policy.act(0, undefined as never, { greedy: true })).toBe(1);
});

test('counts updates, reports them and stops when told', async () => {
  const seen: Progress[] = [];
  const { updates, steps } = await dqn(new Clock(4), {
    steps: 100_000,
    seed: 1,
    learningStarts: 10,
    stepsPerUpdate: 4,
    onProgress: async (progress) => void seen.push(progress),
    stop: (progress) => progress.updates === 3,
  });
  expect([updates, steps]).toEqual([3, 18]);
  expect(seen.map((progress) => progress.steps)).toEqual([10, 14, 18]);
});

test.each([1, 2])(
  'keeps the pole up five times longer than random play (22 steps), seed %i',
  async (seed) => {
    const env = new CartPole();
    const made = { seed, hidden: [32, 32], engine: 'js' };
    const policy = await MlpPolicy.create(env.observationSpace, env.actionSpace, made);
    await dqn(env, {
      steps: 20_000,
      seed,
      policy,
      dueling: seed === 2,
      learningRate: (spent) => 0.002 * (1 - 0.95 * spent),
      capacity: 20_000,
      stepsPerUpdate: 2,
      targetUpdates: 100,
      gamma: 0.98,
      epsilon: (spent) => Math.max(0.04, 1 - 6 * spent),
    });
    const { mean } = evaluatePolicy(new CartPole(), policy, { episodes: 20, seed: 100 + seed, greedy: true });
    expect(mean).toBeGreaterThanOrEqual(110);
  },
  60_000,
);

test('is named', () => {
  expect(learner('dqn').train).toBe(dqn);
});

test.each<[object, string]>([
  [{ batchSize: 0 }, 'dqn: expected batchSize to be an integer of at least 1, got 0.'],
  [{ capacity: 0.5 }, 'dqn: expected capacity to be an integer of at least 1, got 0.5.'],
  [{ epsilon: 2 }, 'dqn: expected epsilon to be a finite number of at least 0 and at most 1, '],
  [
    { epsilon: () => -1 },
    'dqn: expected epsilon(0) to be a finite number of at least 0 and at most 1, got -1.',
  ],
  [{ gamma: 2 }, 'dqn: expected gamma to be a finite number of at least 0 and at most 1, got 2.'],
  [{ dueling: 1 }, 'dqn: expected dueling to be a boolean, got 1.'],
  [{ errorLimit: 0 }, 'dqn: expected errorLimit to be a number above 0, got 0.'],
  [{ targetUpdates: '9' }, 'dqn: expected targetUpdates to be an integer of at least 1, got "9".'],
  [{ batchsize: 3 }, 'batchsize'],
])('names the option that is wrong: %p', async (wrong, message) => {
  await expect(dqn(new Stairs(), { steps: 500, seed: 1, ...wrong })).rejects.toThrow(message);
});

test('refuses actions that are not Discrete', async () => {
  const message = 'dqn: expected a Discrete action space, got ';
  await expect(dqn(new Locks(), { steps: 10, seed: 1 })).rejects.toThrow(message);
  await expect(dqn(new Target(), { steps: 10, seed: 1 })).rejects.toThrow(message);
  expect(new Locks().observationSpace).toBeInstanceOf(Discrete);
});
