import { type Env, RewardWrapper } from '../core.js';
import { checkFunction } from './arguments.js';

/**
 * Passes every reward through a function.
 *
 * @throws InvalidArgument if `func` is not a function.
 * @example
 * const env = new TransformReward(new Maze(), (reward) => reward / 10);
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
