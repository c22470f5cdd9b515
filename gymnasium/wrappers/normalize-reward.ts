import { type Env, type StepResult, Wrapper } from '../core.js';
import { checkBetween } from './arguments.js';
import { RunningMeanStd } from './running-mean-std.js';

/**
 * Divides rewards by sqrt(variance + epsilon), the running standard deviation of the discounted return
 * R <- gamma R (1 - terminated) + reward, so that returns have a steady scale. The mean is not subtracted. Set
 * `updateRunningMean` to false to freeze the statistics.
 *
 * @param options.gamma discount of the return (default 0.99)
 * @param options.epsilon keeps the divisor above zero (default 1e-8)
 * @throws InvalidBound if gamma is outside [0, 1] or epsilon is negative.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new NormalizeReward(view, { gamma: 0.9 });
 * env.reset({ seed: 0 });
 * const { reward } = env.step(1);
 */
export class NormalizeReward<O = any, A = any> extends Wrapper<O, A, O, A> {
  readonly statistics = new RunningMeanStd(1);
  readonly gamma: number;
  readonly epsilon: number;
  updateRunningMean = true;
  private discountedReturn = 0;

  constructor(env: Env<O, A>, options: { gamma?: number; epsilon?: number } = {}) {
    super(env);
    this.gamma = checkBetween('NormalizeReward', 'gamma', options.gamma ?? 0.99, 0, 1);
    this.epsilon = checkBetween('NormalizeReward', 'epsilon', options.epsilon ?? 1e-8, 0, Infinity);
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    const carried = result.terminated ? 0 : this.discountedReturn * this.gamma;
    this.discountedReturn = carried + result.reward;
    if (this.updateRunningMean) this.statistics.update([this.discountedReturn]);
    return { ...result, reward: result.reward / Math.sqrt(this.statistics.variance[0] + this.epsilon) };
  }
}
