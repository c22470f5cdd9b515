import type { Env } from '../core.js';
import { InvalidArgument } from '../error.js';
import { Box } from '../spaces/box.js';
import { flatten, flattenSpace } from '../spaces/utils.js';
import type { TypedArray } from '../types.js';
import { TransformObservation } from './transform-observation.js';

/**
 * Lays every observation out in one flat array: Discrete parts one-hot, the parts of Dict and Tuple one after another.
 *
 * @throws InvalidArgument if the observation space has no flat Box (Sequence, Graph and their like).
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new FlattenObservation(view); // Discrete(5) becomes Box(0, 1, [5])
 * env.reset({ seed: 0 }).observation; // [1, 0, 0, 0, 0]
 */
export class FlattenObservation<A = any> extends TransformObservation<TypedArray, A> {
  constructor(env: Env<any, A>) {
    const space = env?.observationSpace;
    super(env, (observation) => flatten(space, observation) as TypedArray, flatBox(space));
  }
}

function flatBox(space: Env['observationSpace'] | undefined): Box | null {
  if (space === undefined) return null;
  const flat = flattenSpace(space);
  if (flat instanceof Box) return flat;
  throw new InvalidArgument(
    `FlattenObservation: expected an observation space that flattens to a Box, got ${space}.`,
  );
}
