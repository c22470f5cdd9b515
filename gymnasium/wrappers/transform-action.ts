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
 * const env = new TransformAction(new Maze(), (turn) => 3 - turn);
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
