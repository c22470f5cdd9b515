import { describe, expect, it } from '@jest/globals';
import '../../envs/index.js';
import { heapPerStep } from '../../benchmarks/speed.js';

describe('heapPerStep', () => {
  it.each(['NormalForm-v0', 'SimpleAllocation-v0'])('measures any game: %s', (id) => {
    const bytes = heapPerStep(id, {}, 16);
    expect(Number.isFinite(bytes)).toBe(true);
    expect(bytes).toBeGreaterThanOrEqual(0);
  });
});
