import type { Env } from '../core.js';
import { describe, InvalidAction, InvalidArgument, InvalidBound } from '../error.js';
import { Box } from '../spaces/box.js';
import { arrayTypes, type TypedArray } from '../types.js';
import { checkBox } from './arguments.js';
import { TransformAction } from './transform-action.js';

/**
 * Offers actions in [minAction, maxAction] and maps them affinely onto the environment's bounded Box.
 *
 * @param minAction number or array of the action's size (default -1)
 * @param maxAction number or array of the action's size (default 1)
 * @throws InvalidArgument if the action space is not a Box of floats with finite bounds.
 * @throws InvalidBound if a bound is not finite or minAction is not below maxAction.
 * @throws InvalidAction from `step` for an action outside [minAction, maxAction].
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const warm = new TransformAction(view, ([heat]) => Number(heat > 20), new Box(10, 30));
 * const env = new RescaleAction(warm, -1, 1);
 * env.reset({ seed: 0 });
 * env.step(Float32Array.of(0.5)); // heat 25
 */
export class RescaleAction<O = any> extends TransformAction<O, TypedArray, TypedArray> {
  constructor(
    env: Env<O, TypedArray>,
    minAction: number | ArrayLike<number> = -1,
    maxAction: number | ArrayLike<number> = 1,
  ) {
    const inner = checkBox('RescaleAction', env, 'actionSpace');
    if (!inner.isBounded || !inner.dtype.startsWith('float')) {
      throw new InvalidArgument(`RescaleAction: expected a Box of floats with finite bounds, got ${inner}.`);
    }
    const outer = new Box(minAction, maxAction, { shape: inner.shape, dtype: inner.dtype });
    checkOuter(outer);
    super(env, (action) => rescale(action, outer, inner), outer);
  }
}

function checkOuter(outer: Box): void {
  for (let i = 0; i < outer.size; i++) {
    const [low, high] = [outer.low[i], outer.high[i]];
    if (Number.isFinite(low) && Number.isFinite(high) && low < high) continue;
    throw new InvalidBound(
      `RescaleAction: expected finite minAction < maxAction, got ${low} and ${high} at ${i}.`,
    );
  }
}

function rescale(action: TypedArray, from: Box, to: Box): TypedArray {
  if (!from.contains(action)) {
    throw new InvalidAction(`RescaleAction: expected an action in ${from}, got ${describe(action)}.`);
  }
  const out = new arrayTypes[to.dtype](to.size);
  for (let i = 0; i < out.length; i++) {
    const fraction = (action[i] - from.low[i]) / (from.high[i] - from.low[i]);
    const value = to.low[i] + fraction * (to.high[i] - to.low[i]);
    out[i] = Math.min(to.high[i], Math.max(to.low[i], value));
  }
  return out;
}
