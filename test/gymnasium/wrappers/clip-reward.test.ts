import { describe, expect, it } from '@jest/globals';
import { InvalidBound } from '../../../gymnasium/error.js';
import { ClipReward } from '../../../gymnasium/wrappers/clip-reward.js';
import { scriptedEnv, TestingEnv } from '../testing-env.js';

const rewards = [-5, -0.5, 0, 0.5, 5];

describe('ClipReward', () => {
  it.each<[number | null | undefined, number | null | undefined, number[]]>([
    [-1, 1, [-1, -0.5, 0, 0.5, 1]],
    [0, null, [0, 0, 0, 0.5, 5]],
    [null, 0.25, [-5, -0.5, 0, 0.25, 0.25]],
    [2, 2, [2, 2, 2, 2, 2]],
  ])('clips to [%p, %p]', (min, max, expected) => {
    const inner = scriptedEnv(
      0,
      rewards.map((reward) => ({ reward })),
    );
    const env = new ClipReward(inner, min, max);
    env.reset();
    expect(rewards.map(() => env.step(0).reward)).toEqual(expected);
  });

  it.each<[any, any]>([
    [null, null],
    [1, -1],
    [Number.NaN, 1],
    ['a', 1],
  ])('refuses the bounds %p, %p', (min, max) => {
    expect(() => new ClipReward(new TestingEnv(), min, max)).toThrow(InvalidBound);
  });
});
