import { MlpPolicy } from '../agents/policy.js';
import { ppo } from '../agents/ppo.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import { checkAbove, checkCount, checkRange } from '../gymnasium/checks.js';
import { Rng } from '../gymnasium/rng.js';
import { SyncVectorEnv } from '../gymnasium/sync-vector-env.js';
import type { ContextOptions } from './context-encoding.js';
import { ContextualFollowerEnv } from './contextual-follower-env.js';
import type { ContextualTrainingOptions, ContextualTrainingReport } from './contextual-training.js';

const rows = 16;
const rolloutSteps = 160;

/**
 * Trains the one follower of a game whose context is no table (several samples a query, distributions): a small
 * network, by PPO on `ContextualFollowerEnv`. It approximates the best response; nothing certifies it.
 *
 * @throws InvalidArgument for malformed options, or a game with several followers
 */
export async function trainContextualNetwork(
  game: MarkovGame,
  options: ContextualTrainingOptions & ContextOptions,
): Promise<{ readonly policy: MlpPolicy; readonly report: ContextualTrainingReport }> {
  const owner = 'ContextualPolicy';
  const steps = checkCount(owner, 'steps', options.steps ?? 1_000_000);
  const learningRate = checkAbove(owner, 'learningRate', options.learningRate ?? 0.002, 0, 10);
  const entropy = checkRange(owner, 'entropyCoefficient', options.entropyCoefficient ?? 0.05, 0, 1e6);
  const rng = new Rng(options.seed);
  const envs = Array.from({ length: rows }, () => new ContextualFollowerEnv(game, options));
  const { encoding, observationSpace, actionSpace } = envs[0];
  const policy = await MlpPolicy.create(observationSpace, actionSpace, {
    seed: rng.child('init').path,
    hidden: [32, 32],
  });
  const vector = new SyncVectorEnv(
    envs.map((env) => () => env),
    { autoresetMode: 'SameStep' },
  );
  const result = await ppo(vector, {
    policy,
    steps,
    seed: rng.child('ppo').path,
    gamma: game.discount,
    rolloutSteps,
    minibatchSize: 512,
    learningRate,
    entropyCoefficient: (fraction) => entropy * (1 - fraction),
    onProgress: (progress) =>
      options.onProgress?.({ steps: progress.steps, fraction: progress.steps / steps, bestResponses: null }),
  });
  const asked = encoding.queries.length * encoding.samplesPerQuery;
  return {
    policy,
    report: { followerSteps: result.steps, leaderQueries: (result.episodes + rows) * asked, exact: null },
  };
}
