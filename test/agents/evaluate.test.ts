import { expect, test } from '@jest/globals';
import { evaluatePolicy, TabularSoftmax } from '../../agents/index.js';
import { Bandit, Clock, Stairs } from './games.js';

test('evaluatePolicy plays whole episodes and reports mean, deviation and returns', () => {
  const env = new Stairs();
  const policy = new TabularSoftmax(env.observationSpace, env.actionSpace);
  const first = evaluatePolicy(env, policy, { episodes: 200, seed: 3 });
  expect(first.returns).toHaveLength(200);
  expect(new Set(first.returns)).toEqual(new Set([0.2, 1]));
  const share = first.returns.filter((value) => value === 1).length / 200;
  expect(first.mean).toBeCloseTo(0.2 + 0.8 * share, 12);
  expect(first.std).toBeCloseTo(0.8 * Math.sqrt((share * (1 - share) * 200) / 199), 12);
  expect(evaluatePolicy(new Stairs(), policy, { episodes: 200, seed: 3 })).toEqual(first);
  expect(evaluatePolicy(env, policy, { episodes: 200, seed: 4 }).returns).not.toEqual(first.returns);
});

test('evaluatePolicy takes the likeliest allowed action if greedy', () => {
  const bandit = new Bandit([3, 1, 2], 0, Int8Array.of(0, 1, 1));
  const policy = new TabularSoftmax(bandit.observationSpace, bandit.actionSpace, [9, 1, 2]);
  expect(evaluatePolicy(bandit, policy, { episodes: 5, seed: 1, greedy: true })).toEqual({
    mean: 2,
    std: 0,
    returns: new Float64Array(5).fill(2),
  });
});

test('evaluatePolicy names what is wrong', () => {
  const env = new Clock(3);
  const policy = new TabularSoftmax(env.observationSpace, env.actionSpace);
  expect(() => evaluatePolicy(env, policy, { episodes: 0, seed: 1 })).toThrow(
    'evaluatePolicy: expected episodes to be an integer of at least 1, got 0.',
  );
  expect(() => evaluatePolicy({} as never, policy, { seed: 1 })).toThrow(
    'expected env to be an Env, got {}.',
  );
});
