import type { Env } from '../core.js';
import { describe, InvalidArgument } from '../error.js';
import { Box } from '../spaces/box.js';
import { Discrete } from '../spaces/discrete.js';
import { MultiDiscrete } from '../spaces/multi-discrete.js';
import type { TypedArray } from '../types.js';
import { TransformObservation } from './transform-observation.js';

/**
 * Turns Discrete and MultiDiscrete observations into float32 one-hot vectors, the axes of MultiDiscrete one after
 * another.
 *
 * @throws InvalidArgument if the observation space is neither.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new OneHotObservation(view); // Discrete(5) becomes Box(0, 1, [5])
 * env.reset({ seed: 0 }).observation; // [1, 0, 0, 0, 0]
 */
export class OneHotObservation<A = any> extends TransformObservation<Float32Array, A> {
  constructor(env: Env<any, A>) {
    const { sizes, starts } = axes(env);
    const space = new Box(0, 1, { shape: [sizes.reduce((sum, n) => sum + n, 0)] });
    super(env, (observation) => oneHot(observation, sizes, starts), space as any);
  }
}

function axes(env: Env): { sizes: number[]; starts: number[] } {
  const space = env?.observationSpace;
  if (space instanceof Discrete) return { sizes: [space.n], starts: [space.start] };
  if (space instanceof MultiDiscrete) return { sizes: [...space.nvec], starts: [...space.start] };
  throw new InvalidArgument(
    `OneHotObservation: expected observationSpace to be Discrete or MultiDiscrete, got ${space ?? describe(env)}.`,
  );
}

function oneHot(observation: number | TypedArray, sizes: number[], starts: number[]): Float32Array {
  const values = typeof observation === 'number' ? [observation] : observation;
  const out = new Float32Array(sizes.reduce((sum, n) => sum + n, 0));
  let offset = 0;
  for (let axis = 0; axis < sizes.length; axis++) {
    out[offset + values[axis] - starts[axis]] = 1;
    offset += sizes[axis];
  }
  return out;
}
