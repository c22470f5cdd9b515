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
 * const env = new FlattenObservation(new Maze()); // Discrete(4) becomes Box(0, 1, [4])
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
