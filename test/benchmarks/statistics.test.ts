import { describe, expect, it } from '@jest/globals';
import {
  alignCurves,
  carryForward,
  commonGrid,
  incompleteBeta,
  logGamma,
  mean,
  median,
  quantile,
  standardDeviation,
  studentInterval,
  studentTCdf,
  studentTQuantile,
} from '../../benchmarks/statistics.js';

describe('studentTQuantile', () => {
  const table: [number, number, number][] = [
    [0.975, 1, 12.706204736174705],
    [0.975, 2, 4.302652729749464],
    [0.975, 4, 2.7764451051977987],
    [0.975, 9, 2.262157162798205],
    [0.975, 19, 2.09302405440831],
    [0.995, 4, 4.604094871349993],
    [0.95, 30, 1.697260886593948],
    [0.9995, 1, 636.6192487687196],
    [0.975, 1000, 1.9623390808264085],
  ];
  it.each(table)('of %d with %d degrees of freedom is %d', (p, df, t) => {
    expect(Math.abs(studentTQuantile(p, df) / t - 1)).toBeLessThan(1e-10);
    expect(studentTQuantile(1 - p, df)).toBeCloseTo(-t, 6);
    expect(studentTCdf(t, df)).toBeCloseTo(p, 12);
  });

  it('meets the closed forms of one and two degrees of freedom', () => {
    for (const p of [0.6, 0.8, 0.99]) {
      expect(studentTQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 9);
      expect(studentTQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 9);
    }
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });

  it('approaches the normal quantile', () => {
    expect(studentTQuantile(0.975, 1e7)).toBeCloseTo(1.959964, 5);
  });

  it('refuses probabilities and degrees of freedom out of range', () => {
    expect(() => studentTQuantile(1, 4)).toThrow(/A probability must be between .* got 1\./);
    expect(() => studentTQuantile(0.9, 0)).toThrow(
      /Degrees of freedom must be a positive finite number, got 0/,
    );
  });
});

describe('special functions', () => {
  it('logGamma gives factorials and half-integers', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 12);
  });

  it('incompleteBeta gives the binomial tail', () => {
    const tail = [2, 3, 4, 5].map((k) => [10, 10, 5, 1][k - 2] * 0.3 ** k * 0.7 ** (5 - k));
    expect(incompleteBeta(0.3, 2, 4)).toBeCloseTo(
      tail.reduce((a, b) => a + b),
      13,
    );
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
});

describe('summaries', () => {
  it('mean, deviation, median and quantiles of known data', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(median(values)).toBe(4.5);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('a median of more infinities than numbers is infinite', () => {
    expect(median([100, Infinity, Infinity])).toBe(Infinity);
    expect(median([100, 200, Infinity, Infinity])).toBe(Infinity);
    expect(median([100, 200, Infinity])).toBe(200);
    expect(median([Infinity, Infinity])).toBe(Infinity);
  });

  it('interval of five values uses t of four degrees of freedom', () => {
    const { mean: centre, low, high, n } = studentInterval([1, 2, 3, 4, 5]);
    const half = (2.7764451051977987 * Math.sqrt(2.5)) / Math.sqrt(5);
    expect([centre, n]).toEqual([3, 5]);
    expect(low).toBeCloseTo(3 - half, 12);
    expect(high).toBeCloseTo(3 + half, 12);
    expect(studentInterval([7])).toEqual({ mean: 7, low: null, high: null, n: 1 });
  });

  it('refuses empty data', () => {
    expect(() => mean([])).toThrow('mean needs at least 1 value, got none.');
    expect(() => standardDeviation([1])).toThrow('standardDeviation needs at least 2 values, got 1.');
  });
});

describe('curves', () => {
  const a = [0, 10, 30].map((steps) => ({ steps, value: steps }));
  const b = [5, 20].map((steps) => ({ steps, value: 100 + steps }));

  it('carry the last value forward on the union of their steps', () => {
    const grid = commonGrid([a, b]);
    expect(grid).toEqual([5, 10, 20, 30]);
    expect(carryForward(a, grid)).toEqual([0, 10, 10, 30]);
    expect(carryForward(b, grid)).toEqual([105, 105, 120, 120]);
    expect(alignCurves([a, b]).map((point) => point.mean)).toEqual([52.5, 57.5, 65, 75]);
  });

  it('do not speak before they begin', () => {
    expect(() => carryForward(b, [0])).toThrow(/first step of every curve, 5, got 0/);
  });

  it('are thinned evenly in steps or in their logarithm, ends included', () => {
    const long = Array.from({ length: 10001 }, (_, steps) => ({ steps, value: 1 }));
    expect(commonGrid([long], { points: 5 })).toEqual([0, 2500, 5000, 7500, 10000]);
    const log = commonGrid([long], { points: 5, scale: 'log' });
    [1, 10, 100, 1000, 10000].forEach((steps, i) => {
      expect(log[i]).toBeCloseTo(steps, 9);
    });
  });
});
