import type { Env } from '../gymnasium/core.js';
import { InvalidArgument } from '../gymnasium/error.js';
import { Rng, type Seed } from '../gymnasium/rng.js';
import type { VectorEnv } from '../gymnasium/vector.js';
import { anything, callback, integer, type Rule } from './options.js';
import { DifferentiablePolicy, defaultPolicy, TabularSoftmax } from './policy.js';
import { asVector, Runner } from './rollout.js';

/** What a learner has done so far. */
export interface Progress {
  /** Environment steps, resets of `NextStep` rows left out. */
  readonly steps: number;
  /** Finished episodes. */
  readonly episodes: number;
  readonly updates: number;
  /** Mean undiscounted return of the last 100 finished episodes; NaN before the first. */
  readonly meanReturn: number;
}

/** Options of every learner. */
export interface LearnerOptions {
  /** Environment steps to learn from, over all rows. */
  readonly steps: number;
  readonly seed: Seed;
  /** Trained in place. Default: a table where observations and actions are discrete, else an MlpPolicy. */
  readonly policy?: DifferentiablePolicy;
  /** Called after every update. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
  /** Called after every update; true ends the learning. */
  readonly stop?: (progress: Progress) => boolean;
}

export interface LearnerResult extends Progress {
  readonly policy: DifferentiablePolicy;
  /** The undiscounted return of every finished episode, in order. */
  readonly returns: Float64Array;
}

export const learnerRules: Readonly<Record<keyof LearnerOptions, Rule>> = {
  steps: integer(1),
  seed: anything,
  policy: {
    expected: 'a DifferentiablePolicy such as TabularSoftmax or MlpPolicy',
    holds: (value) => value instanceof DifferentiablePolicy,
  },
  onProgress: callback,
  stop: callback,
};

/** What every learner starts from: the streams of its seed, the environment as rows, the policy and its runner. */
export interface Session {
  readonly rng: Rng;
  readonly env: VectorEnv;
  readonly policy: DifferentiablePolicy;
  readonly runner: Runner;
}

/** @throws InvalidArgument if the environment resets no rows or the policy is made for other spaces. */
export async function startSession(
  owner: string,
  env: Env | VectorEnv,
  options: LearnerOptions,
): Promise<Session> {
  const rng = new Rng(options.seed);
  const vector = asVector(owner, env);
  const { singleObservationSpace: observations, singleActionSpace: actions } = vector;
  const policy = options.policy ?? (await defaultPolicy(observations, actions, rng.child('init').path));
  const same = policy.observationSpace.equals(observations) && policy.actionSpace.equals(actions);
  if (!same) {
    throw new InvalidArgument(
      `${owner}: expected policy to map ${observations} to ${actions}, got one from ${policy.observationSpace} to ${policy.actionSpace}.`,
    );
  }
  return { rng, env: vector, policy, runner: new Runner(vector, policy, rng) };
}

/** A default that depends on the policy's make: a table's logits need larger steps than a network's weights. */
export function byMake(policy: DifferentiablePolicy, table: number, network: number): number {
  return policy instanceof TabularSoftmax ? table : network;
}

/** Tells the caller how far the learning is; true if it is to end. */
export async function report(options: LearnerOptions, runner: Runner, updates: number): Promise<boolean> {
  if (options.onProgress === undefined && options.stop === undefined) return false;
  const progress = progressOf(runner, updates);
  await options.onProgress?.(progress);
  return options.stop?.(progress) ?? false;
}

export function resultOf({ runner, policy }: Session, updates: number): LearnerResult {
  return { ...progressOf(runner, updates), policy, returns: Float64Array.from(runner.returns) };
}

function progressOf({ steps, returns }: Runner, updates: number): Progress {
  const from = Math.max(0, returns.length - 100);
  let sum = 0;
  for (let i = from; i < returns.length; i++) sum += returns[i];
  return { steps, episodes: returns.length, updates, meanReturn: sum / (returns.length - from) };
}
