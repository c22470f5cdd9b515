import { type Env, RewardWrapper } from '../core.js';
import { checkFunction } from './arguments.js';

/**
 * Passes every reward through a function.
 *
 * @throws InvalidArgument if `func` is not a function.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new TransformReward(view, (reward) => reward / 10);
 */
export class TransformReward<O = any, A = any> extends RewardWrapper<O, A> {
  private readonly func: (reward: number) => number;

  constructor(env: Env<O, A>, func: (reward: number) => number) {
    super(env);
    this.func = checkFunction(this.constructor.name, func);
  }

  override reward(reward: number): number {
    return this.func(reward);
  }
}
