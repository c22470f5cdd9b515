import { ActionWrapper, type Env } from '../core.js';
import type { Space } from '../spaces/space.js';
import { checkFunction } from './arguments.js';

/**
 * Passes every action through a function.
 *
 * @param func maps the outer action to the inner one
 * @param actionSpace of the outer actions; left out, the inner one
 * @throws InvalidArgument if `func` is not a function.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new TransformAction(view, (action) => 1 - action);
 */
export class TransformAction<O = any, A = any, InnerA = any> extends ActionWrapper<O, A, InnerA> {
  private readonly func: (action: A) => InnerA;

  constructor(env: Env<O, InnerA>, func: (action: A) => InnerA, actionSpace?: Space<A> | null) {
    super(env, { actionSpace: actionSpace ?? undefined });
    this.func = checkFunction(this.constructor.name, func);
  }

  override action(action: A): InnerA {
    return this.func(action);
  }
}
