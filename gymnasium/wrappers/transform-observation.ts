import { type Env, ObservationWrapper } from '../core.js';
import type { Space } from '../spaces/space.js';
import { checkFunction } from './arguments.js';

/**
 * Passes every observation through a function.
 *
 * @param func maps the inner observation to the outer one
 * @param observationSpace of the outer observations; left out, the inner one
 * @throws InvalidArgument if `func` is not a function.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new TransformObservation(view, (joint) => Number(joint > 0), new Discrete(2));
 */
export class TransformObservation<O = any, A = any, InnerO = any> extends ObservationWrapper<O, A, InnerO> {
  private readonly func: (observation: InnerO) => O;

  constructor(env: Env<InnerO, A>, func: (observation: InnerO) => O, observationSpace?: Space<O> | null) {
    super(env, { observationSpace: observationSpace ?? undefined });
    this.func = checkFunction(this.constructor.name, func);
  }

  override observation(observation: InnerO): O {
    return this.func(observation);
  }
}
