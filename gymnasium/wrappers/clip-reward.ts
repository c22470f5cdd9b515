import type { Env } from '../core.js';
import { describe, InvalidBound } from '../error.js';
import { TransformReward } from './transform-reward.js';

/**
 * Clips rewards to [min, max]; a bound left out or null does not clip.
 *
 * @throws InvalidBound if neither bound is given, one is not a number, or min > max.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new ClipReward(view, 0, 3);
 */
export class ClipReward<O = any, A = any> extends TransformReward<O, A> {
  constructor(env: Env<O, A>, min: number | null = null, max: number | null = null) {
    checkBounds(min, max);
    const low = min ?? -Infinity;
    const high = max ?? Infinity;
    super(env, (reward) => Math.min(high, Math.max(low, reward)));
  }
}

function checkBounds(min: number | null, max: number | null): void {
  if (min === null && max === null) {
    throw new InvalidBound('ClipReward: expected a minimum or a maximum, got neither.');
  }
  const bad = [min, max].find(
    (bound) => bound !== null && (typeof bound !== 'number' || Number.isNaN(bound)),
  );
  if (bad !== undefined)
    throw new InvalidBound(`ClipReward: expected bounds to be numbers, got ${describe(bad)}.`);
  if (min !== null && max !== null && min > max) {
    throw new InvalidBound(`ClipReward: expected min <= max, got min ${min} > max ${max}.`);
  }
}
