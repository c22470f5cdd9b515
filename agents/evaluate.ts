import { Env } from '../gymnasium/core.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { Rng, type Seed } from '../gymnasium/rng.js';
import { anything, flag, integer, readOptions } from './options.js';
import type { ActionMask, Policy } from './policy.js';
import { mean } from './statistics.js';

export interface EvaluationOptions {
  readonly seed: Seed;
  /** Default 20. */
  readonly episodes?: number;
  /** Whether to take the likeliest actions instead of drawing them. Default false. */
  readonly greedy?: boolean;
}

export interface Evaluation {
  /** Mean undiscounted return. */
  readonly mean: number;
  /** Standard deviation of the returns with divisor episodes - 1; 0 for one episode. */
  readonly std: number;
  readonly returns: Float64Array;
}

const rules = { seed: anything, episodes: integer(1), greedy: flag };

/**
 * Plays whole episodes of a single-agent environment with a fixed policy.
 *
 * @throws InvalidArgument if `env` is no Env or an option is out of range.
 */
export function evaluatePolicy(env: Env, policy: Policy, options: EvaluationOptions): Evaluation {
  if (!(env instanceof Env)) {
    throw new InvalidArgument(`evaluatePolicy: expected env to be an Env, got ${describe(env)}.`);
  }
  const { seed, episodes, greedy } = readOptions(
    'evaluatePolicy',
    rules,
    { episodes: 20, greedy: false },
    options,
  );
  const rng = new Rng(seed);
  const actions = rng.child('actions');
  const returns = Float64Array.from({ length: episodes }, (_, i) =>
    playEpisode(env, policy, actions, greedy, i === 0 ? rng.child('env').path : null),
  );
  const middle = mean(returns);
  const square = returns.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean: middle, std: Math.sqrt(square / Math.max(1, episodes - 1)), returns };
}

function playEpisode(env: Env, policy: Policy, rng: Rng, greedy: boolean, seed: Seed | null): number {
  let { observation, info } = env.reset({ seed });
  for (let total = 0; ; ) {
    const mask = (info.actionMask ?? null) as ActionMask | null;
    const result = env.step(policy.act(observation, rng, { greedy, mask }));
    total += result.reward;
    if (result.terminated || result.truncated) return total;
    ({ observation, info } = result);
  }
}
