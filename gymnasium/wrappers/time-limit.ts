import { type Env, type ResetResult, type StepResult, Wrapper } from '../core.js';
import { describe, InvalidArgument, ResetNeeded } from '../error.js';
import type { ResetOptions } from '../types.js';

/**
 * Truncates an episode after `maxEpisodeSteps` steps: that step has `truncated: true`, whatever `terminated` is.
 *
 * @throws InvalidArgument if `maxEpisodeSteps` is not a positive integer.
 * @throws ResetNeeded from `step` before the first reset, and after the limit.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new TimeLimit(view, 1);
 * env.reset({ seed: 0 });
 * env.step(0).truncated; // true
 */
export class TimeLimit<O = any, A = any> extends Wrapper<O, A, O, A> {
  private steps: number | null = null;

  constructor(
    env: Env<O, A>,
    readonly maxEpisodeSteps: number,
  ) {
    super(env);
    if (!Number.isSafeInteger(maxEpisodeSteps) || maxEpisodeSteps <= 0) {
      throw new InvalidArgument(
        `TimeLimit: expected maxEpisodeSteps to be a positive integer, got ${describe(maxEpisodeSteps)}.`,
      );
    }
    this.spec = env.spec && Object.freeze({ ...env.spec, maxEpisodeSteps });
  }

  /** Steps taken in this episode; 0 before the first reset. */
  get elapsedSteps(): number {
    return this.steps ?? 0;
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.steps = 0;
    return result;
  }

  override step(action: A): StepResult<O> {
    if (this.steps === null)
      throw new ResetNeeded('TimeLimit.step: expected a reset before the first step, got none.');
    if (this.steps >= this.maxEpisodeSteps) {
      throw new ResetNeeded(
        `TimeLimit.step: expected a reset after the limit of ${this.maxEpisodeSteps} steps, got another step.`,
      );
    }
    const result = this.env.step(action);
    this.steps++;
    return this.steps < this.maxEpisodeSteps ? result : { ...result, truncated: true };
  }
}
