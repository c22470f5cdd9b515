import { describe, expect, it } from '@jest/globals';
import { Discrete, InvalidArgument, InvalidProbability } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('Discrete', () => {
  it('draws each value equally often', () => {
    const drawn = samples(new Discrete(4, { start: -2 }), 20000);
    for (const value of [-2, -1, 0, 1]) {
      expect(withinFourSigma(drawn.filter((x) => x === value).length, 20000, 0.25)).toBe(true);
    }
  });

  it('contains integers in range only', () => {
    const space = new Discrete(3, { start: 5 });
    expect([4, 5, 7, 8, 5.5, '5', 5n, true].map((x) => space.contains(x))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('never draws what the mask forbids and gives start for an all-zero mask', () => {
    const space = new Discrete(4, { start: 10 });
    space.seed(0);
    const mask = new Int8Array([0, 1, 0, 1]);
    const drawn = Array.from({ length: 500 }, () => space.sample({ mask }));
    expect(new Set(drawn)).toEqual(new Set([11, 13]));
    expect(space.sample({ mask: new Int8Array(4) })).toBe(10);
    expect(mask).toEqual(new Int8Array([0, 1, 0, 1]));
  });

  it('draws with the probability given', () => {
    const space = new Discrete(3);
    space.seed(0);
    const probability = new Float64Array([0.2, 0, 0.8]);
    const drawn = Array.from({ length: 20000 }, () => space.sample({ probability }));
    expect(withinFourSigma(drawn.filter((x) => x === 0).length, 20000, 0.2)).toBe(true);
    expect(drawn.includes(1)).toBe(false);
  });

  it.each([
    [{ mask: new Int8Array([0, 2, 0]) }, /zeros and ones, got Int8Array\[0, 2, 0\]/],
    [{ mask: new Int8Array(2) }, /3 zeros and ones/],
    [{ probability: new Float64Array([0.5, 0.4, 0]) }, /sum to 1/],
    [{ probability: new Float64Array([1.5, -0.5, 0]) }, /non-negative/],
    [{ probability: new Float64Array([Number.NaN, 0.5, 0.5]) }, /non-negative/],
    [{ probability: new Float32Array([0.5, 0.5, 0]) }, /Float64Array/],
  ])('rejects the malformed %p', (options, message) => {
    expect(() => new Discrete(3).sample(options as any)).toThrow(InvalidProbability);
    expect(() => new Discrete(3).sample(options as any)).toThrow(message);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity, '3', null, undefined])('rejects n = %p', (n) => {
    expect(() => new Discrete(n as any)).toThrow(InvalidArgument);
    expect(() => new Discrete(n as any)).toThrow(/expected n to be a positive integer, got/);
  });

  it('rejects a start that is no integer', () => {
    expect(() => new Discrete(2, { start: 0.5 })).toThrow(/start to be an integer, got 0.5/);
  });
});
