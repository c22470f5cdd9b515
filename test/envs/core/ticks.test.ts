import { describe, expect, it } from '@jest/globals';
import { roundTicks } from '../../../envs/core/ticks.js';

describe('roundTicks', () => {
  it.each([
    [0, 1, 5, [0, 0.5, 1]],
    [0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 37, 9, [0, 5, 10, 15, 20, 25, 30, 35]],
    [961, 1000, 9, [965, 970, 975, 980, 985, 990, 995, 1000]],
    [3, 3, 5, [3]],
  ])('from %d to %d, at most %d', (from, to, most, ticks) => {
    const found = roundTicks(from, to, most);
    expect(found).toHaveLength(ticks.length);
    ticks.forEach((tick, k) => {
      expect(found[k]).toBeCloseTo(tick, 12);
    });
  });

  it('stays within the range and the number at every size', () => {
    for (let k = -12; k <= 12; k++) {
      const to = 3.7 * 10 ** k;
      const ticks = roundTicks(0, to, 7);
      expect(ticks.length).toBeGreaterThan(2);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks.at(-1)).toBeLessThanOrEqual(to * (1 + 1e-9));
    }
  });
});
