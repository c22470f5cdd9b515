import { expect, test } from '@jest/globals';
import { centredRanks, es } from '../../agents/es.js';
import { MlpPolicy, ppo, reinforce } from '../../agents/index.js';
import type { AutoresetMode } from '../../gymnasium/vector.js';
import { Bandit, Clock, params, rows, Stairs, Target } from './games.js';

test('centred ranks run from -0.5 to 0.5 and equal values share theirs', () => {
  expect(Array.from(centredRanks(Float64Array.of(10, -3, 5)))).toEqual([0.5, -0.5, 0]);
  expect(Array.from(centredRanks(Float64Array.of(1, 2, 2, 9, 1)))).toEqual([
    -0.375, 0.125, 0.125, 0.5, -0.375,
  ]);
  expect(Array.from(centredRanks(Float64Array.of(4, 4, 4)))).toEqual([0, 0, 0]);
});

test('moves nowhere where all policies do equally well, but for the decay', async () => {
  const bandit = new Bandit([1, 1]);
  expect(params((await es(bandit, { steps: 320, seed: 1 })).policy)).toEqual([0, 0]);
});

test('NextStep and SameStep rows give the same policy', async () => {
  const run = async (mode: AutoresetMode) => {
    const result = await es(
      rows(2, () => new Clock(4), mode),
      { steps: 320, seed: 3, population: 4 },
    );
    expect(result.updates).toBe(20);
    return params(result.policy);
  };
  const expected = await run('SameStep');
  expect(expected.some((logit) => logit !== 0)).toBe(true);
  expect(await run('NextStep')).toEqual(expected);
});

test('plays a whole generation also with more rows than episodes', async () => {
  const { policy } = await es(
    rows(7, () => new Bandit([0, 1]), 'NextStep'),
    { steps: 2000, seed: 1, population: 4 },
  );
  expect(policy.probabilities!(0)[1]).toBeGreaterThan(0.8);
});

test('greedy individuals find a deterministic continuous action', async () => {
  const target = new Target();
  const policy = await MlpPolicy.create(target.observationSpace, target.actionSpace, { seed: 1, hidden: [] });
  const { meanReturn } = await es(target, { steps: 8000, seed: 1, policy, greedy: true, sigma: 0.02 });
  expect(meanReturn).toBeGreaterThan(-0.01);
});

test.each<[object, string]>([
  [{ population: 5 }, 'es: expected population to be an even integer of at least 2, got 5.'],
  [
    { sigma: 0 },
    'es: expected sigma to be a finite number above 0, { from, to } of two of the same sign, or a function',
  ],
  [{ episodesPerIndividual: 0 }, 'es: expected episodesPerIndividual to be an integer of at least 1, got 0.'],
  [{ weightDecay: -1 }, 'es: expected weightDecay to be a finite number of at least 0, got -1.'],
  [{ greedy: 1 }, 'es: expected greedy to be a boolean, got 1.'],
])('names the option that is wrong: %p', async (wrong, message) => {
  await expect(es(new Stairs(), { steps: 500, seed: 1, ...wrong })).rejects.toThrow(message);
});

test.each([
  ['es', es],
  ['reinforce', reinforce],
  ['ppo', ppo],
] as const)('%s refuses a reward that is no number, naming row and step', async (_, learn) => {
  const env = new Bandit([0, Number.NaN]);
  await expect(learn(env, { steps: 500, seed: 1 })).rejects.toThrow(
    /env: expected a finite reward, got NaN in row 0 after \d+ steps\./,
  );
});
