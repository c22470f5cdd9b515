import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { compileFunction } from '../core/expressions.js';
import { type Polynomial, parsePolynomial } from './polynomial.js';

/** The time that an edge takes its users, as a function of how many there are: from 0 upwards; below 0 it is read as at 0. */
export interface Latency {
  /** As it was written, in x. */
  readonly text: string;
  value(x: number): number;
  derivative(x: number): number;
  /** From 0 to x. */
  integral(x: number): number;
}

/** Places in [0, demand] at which a latency is checked, less one; also panels of numerical integrals. */
const panels = 256;
/** Roots such as x^0.5 rise infinitely fast at 0; their derivative is taken here instead. */
const nearZero = 1e-9;
const gaussNodes = [0, 0.5384693101056831, 0.906179845938664];
const gaussWeights = [0.5688888888888889, 0.4786286704993665, 0.2369268850561891];

/**
 * A latency given as a number or as an expression in x.
 *
 * What multiplies out to a sum of powers c x^p with p >= 0 is evaluated, differentiated and integrated exactly, without
 * allocation (the derivative of a power with 0 < p < 1 below x = 1e-9 is the one at 1e-9). Other expressions, such as
 * `1 / (2 - x)`, go through `compileFunction`; where they are smooth, derivatives are good to about 1e-9 (relative)
 * and integrals to about 1e-12; at a kink the derivative is smeared over 0.002 of the demand.
 *
 * @param field the place of the latency in the input, for error messages
 * @param demand the largest flow that it will be asked about
 * @throws InvalidArgument for what is no expression in x, or is not finite, negative, decreasing or broken somewhere on
 * [0, demand]
 */
export function parseLatency(field: string, text: string | number, demand = 1): Latency {
  const written = typeof text === 'number' ? String(text) : text.trim();
  const polynomial = parsePolynomial(written);
  const latency =
    polynomial === null ? expressionLatency(field, written, demand) : polynomialLatency(written, polynomial);
  checkLatency(field, latency, demand, polynomial === null);
  return latency;
}

function polynomialLatency(text: string, terms: Polynomial): Latency {
  const coefficients = Float64Array.from(terms, ({ coefficient }) => coefficient);
  const exponents = Float64Array.from(terms, ({ exponent }) => exponent);
  const steep = exponents.some((exponent) => exponent > 0 && exponent < 1);
  const count = terms.length;
  return {
    text,
    value: (x) => {
      const at = x > 0 ? x : 0;
      let sum = 0;
      for (let k = 0; k < count; k++) sum += coefficients[k] * at ** exponents[k];
      return sum;
    },
    derivative: (x) => {
      const at = x > (steep ? nearZero : 0) ? x : steep ? nearZero : 0;
      let sum = 0;
      for (let k = 0; k < count; k++) {
        if (exponents[k] > 0) sum += coefficients[k] * exponents[k] * at ** (exponents[k] - 1);
      }
      return sum;
    },
    integral: (x) => {
      const at = x > 0 ? x : 0;
      let sum = 0;
      for (let k = 0; k < count; k++) {
        sum += (coefficients[k] / (exponents[k] + 1)) * at ** (exponents[k] + 1);
      }
      return sum;
    },
  };
}

function expressionLatency(field: string, text: string, demand: number): Latency {
  const compiled = compileFunction(field, text, 'x');
  const evaluate = (x: number) => compiled(x > 0 ? x : 0);
  const width = demand / panels;
  const upTo = new Float64Array(panels + 1);
  for (let k = 0; k < panels; k++) {
    upTo[k + 1] = upTo[k] + gauss(evaluate, k * width, (k + 1) * width);
  }
  return {
    text,
    value: evaluate,
    derivative: (x) => slope(evaluate, x > 0 ? x : 0, demand),
    integral: (x) => {
      const at = x > 0 ? x : 0;
      const k = Math.min(panels, Math.floor(at / width));
      return upTo[k] + gauss(evaluate, k * width, at);
    },
  };
}

/** Gauss-Legendre quadrature with five nodes. */
function gauss(f: (x: number) => number, from: number, to: number): number {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  let sum = gaussWeights[0] * f(middle);
  for (let k = 1; k < 3; k++) {
    sum += gaussWeights[k] * (f(middle - half * gaussNodes[k]) + f(middle + half * gaussNodes[k]));
  }
  return sum * half;
}

/** A difference of fourth order; from one side near 0 and near `end`, beyond which latencies need not be defined. */
function slope(f: (x: number) => number, x: number, end: number): number {
  const h = 1e-3 * end;
  if (x >= 2 * h && x <= end - 2 * h) {
    return (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h);
  }
  const step = x < 2 * h ? h : -h;
  const sum =
    -25 * f(x) + 48 * f(x + step) - 36 * f(x + 2 * step) + 16 * f(x + 3 * step) - 3 * f(x + 4 * step);
  return sum / (12 * step);
}

function checkLatency(field: string, latency: Latency, demand: number, mayJump: boolean): void {
  const refuse = (expected: string, what: string): never => {
    throw new InvalidArgument(
      `${field}: expected a latency that ${expected} on [0, ${demand}], got ${describe(latency.text)}: ${what}.`,
    );
  };
  const at = (k: number) => (k / panels) * demand;
  const values = Array.from({ length: panels + 1 }, (_, k) => latency.value(at(k)));
  const scale = Math.max(1e-300, ...values.map(Math.abs));
  values.forEach((value, k) => {
    if (!Number.isFinite(value)) refuse('is finite', `it is ${value} at ${at(k)}`);
    if (value < 0) refuse('is never negative', `it is ${value} at ${at(k)}`);
    if (k > 0 && value < values[k - 1] - 1e-12 * scale) {
      refuse('never decreases', `it falls from ${values[k - 1]} at ${at(k - 1)} to ${value} at ${at(k)}`);
    }
    if (mayJump && k > 0 && jumps(latency, at(k - 1), at(k), 1e-6 * scale)) {
      refuse('has no jumps', `it has one between ${at(k - 1)} and ${at(k)}`);
    }
  });
}

/** Whether a rise of more than `least` is left after the interval has been halved around it forty times. */
function jumps({ value }: Latency, from: number, to: number, least: number): boolean {
  let [low, high] = [from, to];
  for (let halving = 0; halving < 40; halving++) {
    if (value(high) - value(low) <= least) return false;
    const middle = (low + high) / 2;
    if (value(middle) - value(low) >= value(high) - value(middle)) high = middle;
    else low = middle;
  }
  return true;
}
