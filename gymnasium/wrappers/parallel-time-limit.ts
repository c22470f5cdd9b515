import { describe, InvalidArgument, ResetNeeded } from '../error.js';
import {
  ParallelEnv,
  type ParallelResetResult,
  type ParallelStepResult,
  ParallelWrapper,
  type PerAgent,
} from '../parallel.js';
import type { AgentId, ResetOptions } from '../types.js';

/**
 * Cuts an episode after `maxCycles` steps: that step has `truncations` of true for all agents that acted, whatever its
 * `terminations` are, and leaves `agents` empty.
 *
 * @throws InvalidArgument if `env` is not a ParallelEnv, or `maxCycles` neither a positive integer nor null.
 * @throws ResetNeeded from `step` and `commit` before the first reset, and after the limit.
 * @example
 * const env = new ParallelTimeLimit(make('IteratedMatrixGame-v0', { horizon: 10 }), 1);
 * env.reset({ seed: 0 });
 * env.step({ leader_0: 0, follower_0: 1 }).truncations; // { leader_0: true, follower_0: true }
 */
export class ParallelTimeLimit extends ParallelWrapper {
  private limit: number | null;
  /** Steps left in this episode; Infinity without a limit, 0 while there is no episode to go on with. */
  private left = 0;

  /** @param maxCycles the most steps in an episode; null for no limit */
  constructor(env: ParallelEnv, maxCycles: number | null) {
    if (!(env instanceof ParallelEnv)) {
      throw new InvalidArgument(`ParallelTimeLimit: expected a ParallelEnv, got ${describe(env)}.`);
    }
    super(env);
    this.limit = checkMaxCycles(maxCycles);
    if (env.commit) this.commit = (actions) => this.commitWithin(actions);
  }

  /** The most steps in an episode, or null for no limit. A new value holds from the next `reset`. */
  get maxCycles(): number | null {
    return this.limit;
  }

  set maxCycles(maxCycles: number | null) {
    this.limit = checkMaxCycles(maxCycles);
  }

  override get agents(): readonly AgentId[] {
    return this.left > 0 ? this.env.agents : [];
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    const result = this.env.reset(options);
    this.left = this.limit ?? Infinity;
    return result;
  }

  override step(actions: PerAgent<any>): ParallelStepResult {
    this.requireRunning('step');
    const result = this.env.step(actions);
    this.left--;
    if (this.left > 0) return result;
    const truncations = Object.fromEntries(Object.keys(result.truncations).map((id) => [id, true]));
    return { ...result, truncations };
  }

  private commitWithin(actions: PerAgent<any>): PerAgent<any> {
    this.requireRunning('commit');
    return this.env.commit!(actions);
  }

  private requireRunning(method: string): void {
    if (this.left > 0) return;
    throw new ResetNeeded(
      `ParallelTimeLimit.${method}: expected a running episode, but it was never reset or came to its limit. Call reset.`,
    );
  }
}

function checkMaxCycles(maxCycles: number | null): number | null {
  if (maxCycles === null || (Number.isSafeInteger(maxCycles) && maxCycles > 0)) return maxCycles;
  throw new InvalidArgument(
    `ParallelTimeLimit: expected maxCycles to be a positive integer or null, got ${describe(maxCycles)}.`,
  );
}
