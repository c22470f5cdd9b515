import { describe, expect, it } from '@jest/globals';
import { InvalidArgument, ResetNeeded } from '../../../gymnasium/error.js';
import { TimeLimit } from '../../../gymnasium/wrappers/time-limit.js';
import { countingEnv, TestingEnv } from '../testing-env.js';

describe('TimeLimit', () => {
  it('truncates at the limit and starts anew at reset', () => {
    const env = new TimeLimit(new TestingEnv(), 3);
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      expect(env.elapsedSteps).toBe(0);
      expect([1, 2, 3].map(() => env.step(0).truncated)).toEqual([false, false, true]);
      expect(env.elapsedSteps).toBe(3);
    }
  });

  it('lets both flags be true when the episode ends at the limit', () => {
    const env = new TimeLimit(countingEnv(2), 2);
    env.reset();
    env.step(0);
    expect(env.step(0)).toMatchObject({ terminated: true, truncated: true, observation: 2, reward: 2 });
  });

  it('refuses a step before the reset and after the limit', () => {
    const env = new TimeLimit(new TestingEnv(), 1);
    expect(() => env.step(0)).toThrow(ResetNeeded);
    env.reset();
    env.step(0);
    expect(() => env.step(0)).toThrow(/after the limit of 1 steps/);
  });

  it.each([0, -1, 2.5, '3', undefined] as any[])('refuses the limit %p', (limit) => {
    expect(() => new TimeLimit(new TestingEnv(), limit)).toThrow(InvalidArgument);
  });

  it('refuses what is not an Env', () => {
    expect(() => new TimeLimit({} as any, 3)).toThrow(/TimeLimit: expected an Env to wrap, got/);
  });
});
