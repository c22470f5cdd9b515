import { type ResetResult, type StepResult, Wrapper } from '../core.js';
import type { ResetOptions } from '../types.js';

/**
 * Resets by itself at the step after the end of an episode: that step ignores its action and returns the reset
 * observation and info, reward 0 and both flags false. The single-environment form of the `NextStep` mode.
 *
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new Autoreset(view);
 * env.reset({ seed: 0 });
 * for (let i = 0; i < 100; i++) env.step(env.actionSpace.sample());
 */
export class Autoreset<O = any, A = any> extends Wrapper<O, A, O, A> {
  private ended = false;

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.ended = false;
    return result;
  }

  override step(action: A): StepResult<O> {
    if (this.ended) return { ...this.reset(), reward: 0, terminated: false, truncated: false };
    const result = this.env.step(action);
    this.ended = result.terminated || result.truncated;
    return result;
  }
}
