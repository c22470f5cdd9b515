import type { Env } from '../core.js';
import { Box } from '../spaces/box.js';
import type { TypedArray } from '../types.js';
import { checkBetween, checkBox } from './arguments.js';
import { RunningMeanStd } from './running-mean-std.js';
import { TransformObservation } from './transform-observation.js';

/**
 * Centres and scales each coordinate of a Box observation by the running mean and variance of all observations so far:
 * (x - mean) / sqrt(variance + epsilon), as float32. Set `updateRunningMean` to false to freeze the statistics.
 *
 * @param epsilon keeps the divisor above zero (default 1e-8)
 * @throws InvalidArgument if the observation space is not a Box. @throws InvalidBound if epsilon is negative.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new NormalizeObservation(new OneHotObservation(view));
 * env.reset({ seed: 0 });
 * env.updateRunningMean = false;
 */
export class NormalizeObservation<A = any> extends TransformObservation<TypedArray, A, TypedArray> {
  readonly statistics: RunningMeanStd;
  readonly epsilon: number;
  updateRunningMean = true;

  constructor(env: Env<TypedArray, A>, epsilon = 1e-8) {
    const { shape, size } = checkBox('NormalizeObservation', env, 'observationSpace');
    super(env, (observation) => this.normalize(observation), new Box(-Infinity, Infinity, { shape }));
    this.statistics = new RunningMeanStd(size);
    this.epsilon = checkBetween('NormalizeObservation', 'epsilon', epsilon, 0, Infinity);
  }

  private normalize(observation: TypedArray): Float32Array {
    const { mean, variance } = this.statistics;
    if (this.updateRunningMean) this.statistics.update(observation);
    return Float32Array.from(mean, (m, i) => (observation[i] - m) / Math.sqrt(variance[i] + this.epsilon));
  }
}
