import { describe, expect, it } from '@jest/globals';
import { InvalidArgument, InvalidProbability, MultiDiscrete } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('MultiDiscrete', () => {
  it('takes nested and typed arrays', () => {
    const nested = new MultiDiscrete([[[1, 2]], [[3, 4]]]);
    expect(nested.shape).toEqual([2, 1, 2]);
    expect(nested.nvec).toEqual(Int32Array.of(1, 2, 3, 4));
    expect(new MultiDiscrete(Int32Array.of(2, 3)).equals(new MultiDiscrete([2, 3]))).toBe(true);
    expect(new MultiDiscrete([[2, 3]]).equals(new MultiDiscrete([2, 3]))).toBe(false);
    expect(String(nested)).toBe('MultiDiscrete([[[1,2]],[[3,4]]])');
    expect(String(new MultiDiscrete([2], { start: [-1] }))).toBe('MultiDiscrete([2], start=[-1])');
  });

  it('keeps each coordinate in its own range', () => {
    const space = new MultiDiscrete([2, 3], { start: [10, -1] });
    expect(space.contains(Int32Array.of(10, -1))).toBe(true);
    expect(space.contains(Int32Array.of(11, 1))).toBe(true);
    expect(space.contains(Int32Array.of(12, 0))).toBe(false);
    expect(space.contains(Int32Array.of(9, 0))).toBe(false);
    expect(space.contains(Int32Array.of(10, 2))).toBe(false);
    expect(space.contains(Int8Array.of(10, 0))).toBe(false);
    expect(space.contains([10, 0])).toBe(false);
    expect(space.contains(Int32Array.of(10))).toBe(false);
  });

  it('draws every value equally often', () => {
    const drawn = samples(new MultiDiscrete([2, 3], { start: [5, 0] }), 12000);
    expect(withinFourSigma(drawn.filter((x) => x[0] === 5).length, 12000, 1 / 2)).toBe(true);
    expect(withinFourSigma(drawn.filter((x) => x[1] === 2).length, 12000, 1 / 3)).toBe(true);
    expect(withinFourSigma(drawn.filter((x) => x[0] === 5 && x[1] === 2).length, 12000, 1 / 6)).toBe(true);
  });

  it('masks each coordinate, null leaving it free', () => {
    const space = new MultiDiscrete([2, 3, 4], { start: [0, 10, 0] });
    space.seed(1);
    const mask = [new Int8Array([0, 1]), new Int8Array(3), null];
    const drawn = Array.from({ length: 300 }, () => space.sample({ mask }));
    expect(drawn.every((x) => x[0] === 1 && x[1] === 10)).toBe(true);
    expect(new Set(drawn.map((x) => x[2])).size).toBe(4);
  });

  it('draws each coordinate with its probability', () => {
    const space = new MultiDiscrete([2, 2]);
    space.seed(1);
    const probability = [new Float64Array([0.9, 0.1]), new Float64Array([0, 1])];
    const drawn = Array.from({ length: 10000 }, () => space.sample({ probability }));
    expect(withinFourSigma(drawn.filter((x) => x[0] === 1).length, 10000, 0.1)).toBe(true);
    expect(drawn.every((x) => x[1] === 1)).toBe(true);
  });

  it('rejects masks of another number of coordinates', () => {
    const mask = [new Int8Array([1, 1])];
    expect(() => new MultiDiscrete([2, 2]).sample({ mask })).toThrow(InvalidProbability);
    expect(() => new MultiDiscrete([2, 2]).sample({ mask })).toThrow(/mask to be an array of length 2/);
  });

  it.each([
    [[], undefined, /non-empty array of integers, got \[\]/],
    [[[]], undefined, /positive integers|int32 integers|rectangular/],
    [5, undefined, /non-empty array of integers, got 5/],
    [null, undefined, /non-empty array of integers, got null/],
    [[2, 0], undefined, /positive integers, got 0/],
    [[2, -1], undefined, /positive integers, got -1/],
    [[2, 1.5], undefined, /int32 integers, got 1.5/],
    [[2, '3'], undefined, /int32 integers, got "3"/],
    [[2, [3]], undefined, /int32 integers, got \[3\]/],
    [[[2, 3], [4]], undefined, /rectangular, with 2 entries here, got \[4\]/],
    [[[2], 3], undefined, /rectangular, with 1 entries here, got 3/],
    [[2, 2], [1], /expected start to have the shape \[2\] of nvec, got \[1\]/],
    [[2, 2], [[1, 1]], /expected start to have the shape/],
    [[2], ['x'], /expected start to hold int32 integers, got "x"/],
    [[2], [2 ** 31 - 1], /start \+ nvec - 1 to fit int32/],
  ])('rejects nvec %j with start %j', (nvec, start, message) => {
    const make = () => new MultiDiscrete(nvec as any, { start: start as any });
    expect(make).toThrow(InvalidArgument);
    expect(make).toThrow(message);
  });

  it('reaches the largest int32', () => {
    const space = new MultiDiscrete([1], { start: [2 ** 31 - 1] });
    expect(space.sample()).toEqual(Int32Array.of(2 ** 31 - 1));
    expect(space.contains(Int32Array.of(2 ** 31 - 1))).toBe(true);
  });
});
