import { describe, expect, it } from '@jest/globals';
import { Box, InvalidArgument, InvalidProbability } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('Box', () => {
  it('takes its shape from numbers, arrays or the option', () => {
    expect(new Box(0, 1).shape).toEqual([1]);
    expect(new Box([0, 0], 1).shape).toEqual([2]);
    expect(new Box(0, 1, { shape: [2, 3] }).size).toBe(6);
    expect(new Box(0, 1, { shape: [] }).size).toBe(1);
  });

  it('contains arrays of its own element type only', () => {
    const space = new Box(0, 1, { shape: [2] });
    expect(space.contains(new Float32Array([0, 1]))).toBe(true);
    expect(space.contains(new Float64Array([0, 1]))).toBe(false);
    expect(space.contains([0, 1])).toBe(false);
    expect(space.contains(new Float32Array(3))).toBe(false);
    expect(space.contains(new Float32Array([0, Number.NaN]))).toBe(false);
    expect(space.contains(new Float32Array([0, 1 + 2 ** -23]))).toBe(false);
    expect(space.contains(new Float32Array([0, -(2 ** -149)]))).toBe(false);
  });

  it('rounds its bounds to the element type, so that they are members', () => {
    const space = new Box(0.1, 0.3, { shape: [2] });
    expect(space.contains(space.low)).toBe(true);
    expect(space.contains(space.high)).toBe(true);
    expect(space.low[0]).toBe(Math.fround(0.1));
  });

  it.each(['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const)(
    'covers the range of %s',
    (dtype) => {
      const bits = Number(dtype.replace(/\D/g, ''));
      const low = dtype.startsWith('u') ? 0 : -(2 ** (bits - 1));
      const high = low + 2 ** bits - 1;
      const space = new Box(low, high, { shape: [2], dtype });
      const drawn = samples(space, 2000).flatMap((x) => Array.from(x));
      expect(drawn.every((x) => x >= low && x <= high && Number.isInteger(x))).toBe(true);
      expect(Math.max(...drawn)).toBeGreaterThan(low + 0.98 * (high - low));
      expect(Math.min(...drawn)).toBeLessThan(low + 0.02 * (high - low));
      expect(() => new Box(low - 1, high, { dtype })).toThrow(/expected low to fit/);
      expect(() => new Box(low, high + 1, { dtype })).toThrow(/expected high to fit/);
    },
  );

  it('draws both bounds of an integer box', () => {
    const drawn = samples(new Box(-1, 1, { dtype: 'int8' }), 9000).map((x) => x[0]);
    for (const value of [-1, 0, 1]) {
      expect(withinFourSigma(drawn.filter((x) => x === value).length, 9000, 1 / 3)).toBe(true);
    }
  });

  it('draws uniform, exponential and normal coordinates as the bounds ask', () => {
    const space = new Box([2, -Infinity, 1, -Infinity], [4, 3, Infinity, Infinity], { dtype: 'float64' });
    const n = 20000;
    const drawn = samples(space, n);
    const mean = (f: (x: number) => number, i: number) => drawn.reduce((sum, x) => sum + f(x[i]), 0) / n;
    const bound = 4 / Math.sqrt(n);
    expect(Math.abs(mean((x) => x, 0) - 3)).toBeLessThan(bound);
    expect(Math.abs(mean((x) => x, 1) - 2)).toBeLessThan(bound);
    expect(Math.abs(mean((x) => x, 2) - 2)).toBeLessThan(bound);
    expect(Math.abs(mean((x) => x, 3))).toBeLessThan(bound);
    expect(Math.abs(mean((x) => x * x, 3) - 1)).toBeLessThan(2 * bound);
  });

  it('draws finite numbers where the width of the bounds overflows', () => {
    const drawn = samples(new Box(-Number.MAX_VALUE, Number.MAX_VALUE, { dtype: 'float64' }), 100);
    expect(drawn.every((x) => Number.isFinite(x[0]))).toBe(true);
    expect(new Set(drawn.map((x) => x[0])).size).toBe(100);
  });

  it('tells bounded boxes from others', () => {
    expect(new Box(0, 1).isBounded).toBe(true);
    expect(new Box(0, Infinity).isBounded).toBe(false);
  });

  it('writes infinite members to JSON', () => {
    const space = new Box(-Infinity, Infinity, { shape: [2] });
    const x = new Float32Array([Infinity, -Infinity]);
    expect(space.fromJSONable(JSON.parse(JSON.stringify(space.toJSONable([x]))))).toEqual([x]);
  });

  it.each([[[0.5]], [['1']], [[null]], [[256]]])('reads no uint8 from %p', (item) => {
    expect(() => new Box(0, 255, { dtype: 'uint8' }).fromJSONable([item])).toThrow(InvalidArgument);
  });

  it.each([
    [[1, 0], {}, /low <= high, got low 1 > high 0/],
    [[Number.NaN, 1], {}, /expected low to fit float32, got NaN/],
    [[0, 'x'], {}, /expected high to be a number or an array, got "x"/],
    [[null, 1], {}, /expected low to be a number or an array, got null/],
    [[[0, 'x'], 1], {}, /expected low to fit float32, got "x" at 1/],
    [
      [
        [0, 0],
        [1, 1, 1],
      ],
      {},
      /expected high to have 2 entries, got 3/,
    ],
    [[0, 1], { dtype: 'int64' }, /expected dtype to be one of int8, .*got "int64"/],
    [[0, 1], { shape: [0] }, /shape to hold positive integers, got \[0\]/],
    [[0, 1], { shape: 3 }, /shape to hold positive integers, got 3/],
    [[0, 0.5], { dtype: 'int8' }, /expected high to fit int8, got 0.5/],
    [[0, Infinity], { dtype: 'uint8' }, /expected high to fit uint8, got Infinity/],
    [[0, 1e39], {}, /expected high to fit float32, got 1e\+39/],
    [[Infinity, Infinity], {}, /low < Infinity/],
    [[-Infinity, -Infinity], {}, /high > -Infinity/],
  ])('rejects the bounds %p with %p', ([low, high], options, message) => {
    expect(() => new Box(low as any, high as any, options as any)).toThrow(InvalidArgument);
    expect(() => new Box(low as any, high as any, options as any)).toThrow(message);
  });

  it('takes neither mask nor probability', () => {
    expect(() => new Box(0, 1).sample({ mask: 1 })).toThrow(InvalidProbability);
  });
});
