import { expect, test } from '@jest/globals';
import { evaluatePolicy, MlpPolicy, ppo } from '../../agents/index.js';
import { SyncVectorEnv } from '../../gymnasium/sync-vector-env.js';
import { CartPole } from './cart-pole.js';

test.each([1, 2, 3])('PPO balances the pole, seed %i', async (seed) => {
  const env = new SyncVectorEnv(
    Array.from({ length: 8 }, () => () => new CartPole()),
    { autoresetMode: 'SameStep' },
  );
  const { singleObservationSpace, singleActionSpace } = env;
  const policy = await MlpPolicy.create(singleObservationSpace, singleActionSpace, {
    seed,
    hidden: [32, 32],
    engine: 'js',
  });
  await ppo(env, {
    steps: 30_000,
    seed,
    policy,
    learningRate: (spent) => 0.004 * (1 - 0.9 * spent),
    rolloutSteps: 64,
    epochs: 8,
    minibatchSize: 128,
    gamma: 0.98,
    gaeLambda: 0.9,
  });
  const { mean } = evaluatePolicy(new CartPole(), policy, { episodes: 20, seed: 100 + seed, greedy: true });
  expect(mean).toBeGreaterThanOrEqual(195);
});
