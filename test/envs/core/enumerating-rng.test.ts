import { describe, expect, it } from '@jest/globals';
import { EnumeratingRng } from '../../../envs/core/enumerating-rng.js';
import { InvalidArgument } from '../../../gymnasium/error.js';

describe('EnumeratingRng', () => {
  it('runs every combination of draws once, with its probability', () => {
    const rng = new EnumeratingRng();
    const seen: [string, number][] = [];
    rng.enumerate((probability) => {
      const first = rng.categorical([0.25, 0, 0.75]);
      // How many draws follow may depend on the draws before.
      const second = first === 0 ? rng.integer(3) : 0;
      seen.push([`${first}${second}`, probability()]);
    });
    expect(seen.map(([draws]) => draws)).toEqual(['00', '01', '02', '20']);
    seen.forEach(([, p], k) => {
      expect(p).toBeCloseTo([0.25 / 3, 0.25 / 3, 0.25 / 3, 0.75][k], 12);
    });
  });

  it('runs once, with probability 1, where nothing is drawn', () => {
    const probabilities: number[] = [];
    new EnumeratingRng().enumerate((probability) => probabilities.push(probability()));
    expect(probabilities).toEqual([1]);
  });

  it('counts the draws of its children as its own', () => {
    const rng = new EnumeratingRng();
    let total = 0;
    rng.enumerate((probability) => {
      total += rng.child().integer(4) * probability();
    });
    expect(total).toBeCloseTo(1.5, 12);
  });

  it.each<[string, (rng: EnumeratingRng) => unknown]>([
    ['uniform', (rng) => rng.uniform()],
    ['normal', (rng) => rng.normal()],
    ['exponential', (rng) => rng.exponential()],
  ])('refuses %s draws', (_, draw) => {
    const rng = new EnumeratingRng();
    expect(() => rng.enumerate(() => draw(rng))).toThrow(InvalidArgument);
    expect(() => rng.enumerate(() => draw(rng))).toThrow('draws from a continuum');
  });
});
