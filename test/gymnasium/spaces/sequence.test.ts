import { describe, expect, it } from '@jest/globals';
import { Box, Discrete, InvalidArgument, InvalidProbability, Sequence } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('Sequence', () => {
  it('draws lengths from the geometric distribution with p = 0.25', () => {
    const lengths = samples(new Sequence(new Discrete(2)), 20000).map((x) => x.length);
    expect(Math.min(...lengths)).toBe(1);
    for (const k of [1, 2, 3, 6]) {
      const p = 0.25 * 0.75 ** (k - 1);
      expect(withinFourSigma(lengths.filter((n) => n === k).length, 20000, p)).toBe(true);
    }
  });

  it('fixes or restricts the length, and masks the items', () => {
    const space = new Sequence(new Discrete(3));
    space.seed(1);
    expect(space.sample({ mask: [5, null] })).toHaveLength(5);
    expect(space.sample({ mask: [0, null] })).toEqual([]);
    const draw = () => space.sample({ mask: [Int32Array.of(2, 7), Int8Array.of(0, 1, 0)] });
    const drawn = Array.from({ length: 100 }, draw);
    expect(new Set(drawn.map((x) => x.length))).toEqual(new Set([2, 7]));
    expect(drawn.every((x) => Array.from(x).every((item) => item === 1))).toBe(true);
    expect(space.sample({ probability: [[4], Float64Array.of(0, 0, 1)] })).toEqual([2, 2, 2, 2]);
  });

  it('stacks array features into one typed array', () => {
    const space = new Sequence(new Box(0, 1, { shape: [2] }), { stack: true });
    const x = space.sample({ mask: [3, null] });
    expect(x).toBeInstanceOf(Float32Array);
    expect(x).toHaveLength(6);
    expect(space.itemsOf(x)).toHaveLength(3);
    expect(space.contains(new Float32Array(0))).toBe(true);
    expect(space.contains(new Float32Array(5))).toBe(false);
    expect(space.contains(new Float64Array(4))).toBe(false);
    expect(space.contains(new Float32Array([0, 2]))).toBe(false);
    expect(space.contains([new Float32Array(2)])).toBe(false);
  });

  it('contains arrays of members of any length', () => {
    const space = new Sequence(new Discrete(2));
    expect(space.contains([])).toBe(true);
    expect(space.contains([0, 1, 1])).toBe(true);
    expect(space.contains([0, 2])).toBe(false);
    expect(space.contains(new Array(1))).toBe(false);
    expect(space.contains(Int32Array.of(0))).toBe(false);
  });

  it('draws lengths and items from separate streams', () => {
    const [short, long] = [new Sequence(new Discrete(9)), new Sequence(new Discrete(9))];
    short.seed(1);
    long.seed(1);
    short.sample({ mask: [1, null] });
    long.sample({ mask: [50, null] });
    const lengths = (space: Sequence) => Array.from({ length: 20 }, () => space.sample().length);
    expect(lengths(short)).toEqual(lengths(long));
  });

  it.each([[[-1, null]], [[1.5, null]], [['x', null]], [[[], null]], [[[1, -1], null]]])(
    'rejects the mask %j',
    (mask) => {
      const space = new Sequence(new Discrete(2));
      expect(() => space.sample({ mask: mask as any })).toThrow(InvalidProbability);
      expect(() => space.sample({ mask: mask as any })).toThrow(/non-negative integer, a non-empty array/);
    },
  );

  it('rejects what is no space, and a stack that is no boolean', () => {
    expect(() => new Sequence(3 as any)).toThrow(InvalidArgument);
    expect(() => new Sequence(3 as any)).toThrow(/featureSpace to be a space, got 3/);
    expect(() => new Sequence(new Discrete(2), { stack: 1 as any })).toThrow(/stack to be a boolean, got 1/);
  });
});
