import { AecEnv } from '../aec.js';
import { Env } from '../core.js';
import { CheckFailed, describe } from '../error.js';
import { ParallelEnv } from '../parallel.js';
import type { Seed } from '../rng.js';
import { ParallelVectorEnv, VectorEnv } from '../vector.js';
import { AecSubject } from './aec-subject.js';
import { EnvSubject } from './env.js';
import { LaneSubject } from './lane-subject.js';
import { ParallelSubject } from './parallel-subject.js';
import { expectSame } from './replay-rules.js';
import type { CheckOptions } from './rule.js';
import { labelOf } from './source.js';
import type { Subject } from './subject.js';

export type AnyEnv = Env | ParallelEnv | AecEnv | VectorEnv | ParallelVectorEnv;

/**
 * Checks that two environments built in the same way, given the same seed and actions, tell the same story to the
 * end of the second episode, after `pettingzoo.test.seed_test`. Takes every kind of environment.
 *
 * @throws CheckFailed saying where they part.
 * @example
 * seedTest(() => make('IteratedMatrixGame-v0'), { seed: 7 });
 */
export function seedTest(build: () => AnyEnv, options: { seed?: Seed; maxSteps?: number } = {}): void {
  const [first, second] = [subjectOf(build(), options), subjectOf(build(), options)];
  const what = `two instances of ${labelOf(first.env)} to give the same after the same seed`;
  for (const reset of [{ seed: first.seed }, {}]) {
    expectSame(what, first.play(first.env, reset), second.play(second.env, reset));
  }
  first.env.close();
  second.env.close();
}

function subjectOf(env: AnyEnv, options: CheckOptions): Subject {
  if (env instanceof Env) return new EnvSubject(env, null, options);
  if (env instanceof ParallelEnv) return new ParallelSubject(env, null, options);
  if (env instanceof AecEnv) return new AecSubject(env, null, options);
  if (env instanceof VectorEnv || env instanceof ParallelVectorEnv) {
    return new LaneSubject(env, null, options);
  }
  throw new CheckFailed(
    `seedTest: expected a function that builds an environment, got ${describe(env)} from it.`,
  );
}
