import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { CurvePoint } from './experiment.js';

/** A mean with its confidence interval; `low` and `high` are null where one value leaves the spread unknown. */
export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  requireValues(values, 'mean');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, with n - 1 in the denominator. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2)
    throw new InvalidArgument(`standardDeviation needs at least 2 values, got ${values.length}.`);
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan); infinities allowed. */
export function quantile(values: readonly number[], p: number): number {
  requireValues(values, 'quantile');
  requireProbability(p, 0, 1);
  const sorted = [...values].sort((a, b) => a - b);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const weight = position - below;
  if (weight === 0 || sorted[below] === sorted[below + 1]) return sorted[below];
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Mean with its Student-t confidence interval. */
export function studentInterval(values: readonly number[], level = 0.95): Interval {
  requireProbability(level, 0, 1);
  const centre = mean(values);
  const n = values.length;
  if (n < 2) return { mean: centre, low: null, high: null, n };
  const half = (studentTQuantile(0.5 + level / 2, n - 1) * standardDeviation(values)) / Math.sqrt(n);
  return { mean: centre, low: centre - half, high: centre + half, n };
}

/** Distribution function of Student's t with `df` degrees of freedom. */
export function studentTCdf(t: number, df: number): number {
  requireDegrees(df);
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** Quantile of Student's t: the t with `studentTCdf(t, df) = p`, by bisection on the upper tail. */
export function studentTQuantile(p: number, df: number): number {
  requireDegrees(df);
  requireProbability(p, Number.MIN_VALUE, 1 - Number.EPSILON / 2);
  if (p === 0.5) return 0;
  if (p < 0.5) return -upperTailQuantile(p, df);
  return upperTailQuantile(1 - p, df);
}

function upperTailQuantile(tail: number, df: number): number {
  const beyond = (t: number) => 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  let low = 0;
  let high = 1;
  while (beyond(high) > tail) high *= 2;
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (beyond(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x > (a + 1) / (a + b + 2)) return 1 - (front * betaFraction(1 - x, b, a)) / b;
  return (front * betaFraction(x, a, b)) / a;
}

function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      change = d * c;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Logarithm of the gamma function for positive arguments (Lanczos, 15 digits). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  const series = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (z + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

/** One learning curve with its band: the mean and interval over seeds at `steps`. */
export interface BandPoint extends Interval {
  readonly steps: number;
}

/** How steps are spread over a grid of at most `points` values. */
export interface GridOptions {
  readonly scale?: 'linear' | 'log';
  readonly points?: number;
}

/** A common grid of steps: from where all curves have begun to where the last one ends. */
export function commonGrid(curves: readonly (readonly CurvePoint[])[], options: GridOptions = {}): number[] {
  const { scale = 'linear', points = 160 } = options;
  const usable = (steps: number) => scale === 'linear' || steps > 0;
  const steps = curves.map((curve) => curve.map((point) => point.steps).filter(usable));
  if (steps.length === 0 || steps.some((own) => own.length === 0)) return [];
  const first = Math.max(...steps.map((own) => own[0]));
  const union = [...new Set(steps.flat())].filter((s) => s >= first).sort((a, b) => a - b);
  return union.length <= points ? union : spread(first, union.at(-1)!, points, scale);
}

function spread(first: number, last: number, points: number, scale: 'linear' | 'log'): number[] {
  const at = (i: number) => i / (points - 1);
  const inner = (i: number) =>
    scale === 'log' ? first * (last / first) ** at(i) : first + (last - first) * at(i);
  return Array.from({ length: points }, (_, i) => (i === 0 ? first : i === points - 1 ? last : inner(i)));
}

/** The value of a curve at each step of the grid: that of its last point at or before it. */
export function carryForward(curve: readonly CurvePoint[], grid: readonly number[]): number[] {
  let at = 0;
  return grid.map((steps) => {
    if (curve.length === 0 || curve[0].steps > steps)
      throw new InvalidArgument(
        `The grid must begin at or after the first step of every curve, ${describe(curve[0]?.steps)}, got ${steps}.`,
      );
    while (at + 1 < curve.length && curve[at + 1].steps <= steps) at++;
    return curve[at].value;
  });
}

/** Curves of several seeds on a common grid, as mean and interval. */
export function alignCurves(
  curves: readonly (readonly CurvePoint[])[],
  options: GridOptions = {},
): BandPoint[] {
  const grid = commonGrid(curves, options);
  const carried = curves.map((curve) => carryForward(curve, grid));
  return grid.map((steps, i) => ({ steps, ...studentInterval(carried.map((values) => values[i])) }));
}

function requireValues(values: readonly number[], what: string): void {
  if (values.length === 0) throw new InvalidArgument(`${what} needs at least 1 value, got none.`);
}

function requireProbability(p: number, low: number, high: number): void {
  if (!(p >= low && p <= high))
    throw new InvalidArgument(`A probability must be between ${low} and ${high}, got ${describe(p)}.`);
}

function requireDegrees(df: number): void {
  if (!(df > 0 && Number.isFinite(df)))
    throw new InvalidArgument(`Degrees of freedom must be a positive finite number, got ${describe(df)}.`);
}
