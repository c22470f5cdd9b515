import { describe, expect, it } from '@jest/globals';
import { firstBest, largestMinimum } from '../../../envs/mechanism/spm-first-best.js';
import { Rng } from '../../../gymnasium/rng.js';

/** What agents can get at most, by trying every kind and nothing for each. */
function tried(
  units: readonly number[],
  values: readonly number[],
  join: (a: number, b: number) => number,
  none: number,
): number {
  const kinds = units.length;
  const go = (agent: number, left: readonly number[]): number => {
    if (agent === values.length / kinds) return none;
    const options = [join(0, go(agent + 1, left))];
    left.forEach((n, k) => {
      if (n === 0) return;
      const rest = left.map((m, l) => m - (l === k ? 1 : 0));
      options.push(join(values[agent * kinds + k], go(agent + 1, rest)));
    });
    return Math.max(...options);
  };
  return go(0, units);
}

describe('the first best', () => {
  it('sells identical units to the highest values', () => {
    const shape = { agents: 4, units: [2], demand: 'unit' as const };
    expect(firstBest(shape, [0.2, 0.9, 0.1, 0.5])).toBeCloseTo(1.4, 12);
    expect(firstBest({ ...shape, units: [9] }, [0.2, 0.9, 0.1, 0.5])).toBeCloseTo(1.7, 12);
    expect(firstBest(shape, [7, 0.2, 0.9, 0.1, 0.5], 1)).toBeCloseTo(1.4, 12);
  });

  it('adds up the kinds under additive demand', () => {
    const shape = { agents: 3, units: [1, 2], demand: 'one-of-each-kind' as const };
    expect(firstBest(shape, [1, 10, 2, 20, 3, 30])).toBeCloseTo(3 + 50, 12);
  });

  it.each([1, 2, 3, 4])('is what trying everything finds, with %i kinds', (kinds) => {
    const rng = new Rng(kinds);
    for (let round = 0; round < 150; round++) {
      const agents = 1 + rng.integer(6);
      const units = Array.from({ length: kinds }, () => rng.integer(3));
      const coarse = round % 2 === 0;
      const values = Array.from({ length: agents * kinds }, () =>
        coarse ? rng.integer(4) : rng.uniform() * 50 ** rng.integer(2),
      );
      const shape = { agents, units, demand: 'unit' as const };
      const all = tried(units, values, (a, b) => a + b, 0);
      expect(firstBest(shape, values)).toBeCloseTo(all, 9);
      expect(largestMinimum(shape, values)).toBeCloseTo(tried(units, values, Math.min, 99), 12);
    }
  });
});
