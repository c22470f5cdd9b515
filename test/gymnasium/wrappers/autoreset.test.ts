import { describe, expect, it } from '@jest/globals';
import { Autoreset } from '../../../gymnasium/wrappers/autoreset.js';
import { countingEnv, scriptedEnv } from '../testing-env.js';

describe('Autoreset', () => {
  it('resets at the step after the end, ignoring its action', () => {
    const inner = countingEnv(2);
    const env = new Autoreset(inner);
    env.reset({ seed: 3 });
    env.step(1);
    expect(env.step(1)).toMatchObject({ observation: 2, reward: 2, terminated: true, info: { step: 2 } });
    expect(env.step(0)).toEqual({
      observation: 0,
      reward: 0,
      terminated: false,
      truncated: false,
      info: { step: 0 },
    });
    expect(env.step(1).observation).toBe(1);
    expect(inner.actions).toEqual([1, 1, 1]);
    expect(inner.resets[1]).toBeUndefined();
  });

  it('resets after truncation, and not again after a reset by hand', () => {
    const inner = scriptedEnv(5, [{ observation: 6, truncated: true }]);
    const env = new Autoreset(inner);
    env.reset();
    expect(env.step(0).truncated).toBe(true);
    expect(env.reset().observation).toBe(5);
    expect(env.step(0).observation).toBe(6);
    expect(inner.resets).toHaveLength(2);
  });
});
