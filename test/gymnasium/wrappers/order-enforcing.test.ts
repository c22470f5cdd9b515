import { describe, expect, it } from '@jest/globals';
import { ResetNeeded } from '../../../gymnasium/error.js';
import { OrderEnforcing } from '../../../gymnasium/wrappers/order-enforcing.js';
import { countingEnv, stepResult, TestingEnv } from '../testing-env.js';

describe('OrderEnforcing', () => {
  it('refuses step and render before the first reset', () => {
    const env = new OrderEnforcing(new TestingEnv({ render: () => 'frame' }));
    expect(env.hasReset).toBe(false);
    expect(() => env.step(0)).toThrow(/expected a reset before the first step/);
    expect(() => env.render()).toThrow(ResetNeeded);
    env.reset();
    expect(env.hasReset).toBe(true);
    expect(env.render()).toBe('frame');
  });

  it('refuses a step after the end, by either flag, until the reset', () => {
    const truncating = new TestingEnv({ step: () => stepResult({ truncated: true }) });
    for (const inner of [countingEnv(1), truncating]) {
      const env = new OrderEnforcing(inner);
      env.reset();
      env.step(0);
      expect(() => env.step(0)).toThrow(/after the end of the episode/);
      env.reset();
      expect(() => env.step(0)).not.toThrow();
    }
  });

  it('lets render through where told to', () => {
    const inner = new TestingEnv({ render: () => 'frame' });
    expect(new OrderEnforcing(inner, { disableRenderOrderEnforcing: true }).render()).toBe('frame');
  });
});
