import { describe, expect, it } from '@jest/globals';
import { InvalidArgument, InvalidProbability, MultiBinary } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('MultiBinary', () => {
  it('tosses an independent fair coin a cell', () => {
    const drawn = samples(new MultiBinary(2), 10000);
    expect(withinFourSigma(drawn.filter((x) => x[0] === 1).length, 10000, 0.5)).toBe(true);
    expect(withinFourSigma(drawn.filter((x) => x[0] === x[1]).length, 10000, 0.5)).toBe(true);
  });

  it('contains Int8Arrays of zeros and ones only', () => {
    const space = new MultiBinary([1, 2]);
    expect(space.contains(Int8Array.of(0, 1))).toBe(true);
    expect(space.contains(Int8Array.of(0, 2))).toBe(false);
    expect(space.contains(Int8Array.of(0, -1))).toBe(false);
    expect(space.contains(Uint8Array.of(0, 1))).toBe(false);
    expect(space.contains(Int8Array.of(0))).toBe(false);
    expect(space.contains([0, 1])).toBe(false);
  });

  it('fixes cells by mask and leaves those marked 2 random', () => {
    const space = new MultiBinary(3);
    space.seed(1);
    const drawn = Array.from({ length: 200 }, () => space.sample({ mask: Int8Array.of(0, 1, 2) }));
    expect(drawn.every((x) => x[0] === 0 && x[1] === 1)).toBe(true);
    expect(new Set(drawn.map((x) => x[2]))).toEqual(new Set([0, 1]));
  });

  it('draws ones with the probability of the cell', () => {
    const space = new MultiBinary(3);
    space.seed(1);
    const probability = Float64Array.of(0, 1, 0.3);
    const drawn = Array.from({ length: 10000 }, () => space.sample({ probability }));
    expect(drawn.every((x) => x[0] === 0 && x[1] === 1)).toBe(true);
    expect(withinFourSigma(drawn.filter((x) => x[2] === 1).length, 10000, 0.3)).toBe(true);
  });

  it.each([
    [{ mask: Int8Array.of(0, 3) }, /2 entries 0, 1 or 2, got Int8Array\[0, 3\]/],
    [{ mask: Int8Array.of(0) }, /2 entries 0, 1 or 2/],
    [{ probability: Float64Array.of(0, 1.1) }, /2 numbers in \[0, 1\]/],
    [{ probability: Float64Array.of(0, Number.NaN) }, /2 numbers in \[0, 1\]/],
  ])('rejects the malformed %p', (options, message) => {
    expect(() => new MultiBinary(2).sample(options)).toThrow(InvalidProbability);
    expect(() => new MultiBinary(2).sample(options)).toThrow(message);
  });

  it.each([0, -2, 1.5, Number.NaN, [], [2, 0], '3', null, undefined, {}])('rejects n = %j', (n) => {
    expect(() => new MultiBinary(n as any)).toThrow(InvalidArgument);
    expect(() => new MultiBinary(n as any)).toThrow(/expected n to be a positive integer or/);
  });
});
