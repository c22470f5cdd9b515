import { describe, expect, it } from '@jest/globals';
import { parseLatency } from '../../../envs/routing/latency.js';
import { parsePolynomial, polynomialText } from '../../../envs/routing/polynomial.js';
import { InvalidArgument } from '../../../gymnasium/error.js';

describe('polynomialText', () => {
  it.each([
    ['0.4 * (1 + 0.15 * (x / 0.5)^4)', '0.4 + 0.96x^4'],
    ['(1 + x)^2 / 3', '0.3333 + 0.6667x + 0.3333x^2'],
    ['3 - x + x^1.5', '3 - x + x^1.5'],
    ['x - x', '0'],
    ['1', '1'],
  ])('writes %s as %s', (text, simple) => {
    expect(polynomialText(parsePolynomial(text)!)).toBe(simple);
  });
});

describe('parsePolynomial', () => {
  it.each([
    ['1', [[1, 0]]],
    ['0', []],
    ['2x', [[2, 1]]],
    [
      '1e-2 x^2 + .5',
      [
        [0.5, 0],
        [0.01, 2],
      ],
    ],
    [
      '-x + 3 - -2x',
      [
        [3, 0],
        [1, 1],
      ],
    ],
    ['2 * (x / 4)^4', [[2 / 256, 4]]],
    [
      '10 * (1 + 0.15 * (x / 2)^4)',
      [
        [10, 0],
        [1.5 / 16, 4],
      ],
    ],
    [
      '(1 + x)^2 / 2',
      [
        [0.5, 0],
        [1, 1],
        [0.5, 2],
      ],
    ],
    ['2^-1 * x^1.5', [[0.5, 1.5]]],
    [
      '-2^2 + 5 + x^2^3',
      [
        [1, 0],
        [1, 8],
      ],
    ],
  ])('reads %s', (text, terms) => {
    expect(parsePolynomial(text)?.map(({ coefficient, exponent }) => [coefficient, exponent])).toEqual(terms);
  });

  it.each(['1 / x', 'sqrt(x)', 'x +', '(x', 'y', '1 / 2x', 'x^x', '(1 + x)^0.5', '1 / 0', 'x x', ''])(
    'leaves %j to others',
    (text) => expect(parsePolynomial(text)).toBeNull(),
  );
});

describe('parseLatency', () => {
  it('is exact for powers', () => {
    const { value, derivative, integral, text } = parseLatency('l', '1 + 0.15 * (x / 2)^4', 3);
    expect(text).toBe('1 + 0.15 * (x / 2)^4');
    for (const x of [0, 0.5, 2, 3]) {
      expect(value(x)).toBeCloseTo(1 + 0.15 * (x / 2) ** 4, 14);
      expect(derivative(x)).toBeCloseTo((0.6 / 2) * (x / 2) ** 3, 14);
      expect(integral(x)).toBeCloseTo(x + (0.3 / 5) * (x / 2) ** 5, 14);
    }
    expect(parseLatency('l', 2)).toMatchObject({ text: '2' });
    expect(parseLatency('l', 'x^0.5').derivative(0)).toBeCloseTo(0.5 * 1e-9 ** -0.5, 6);
  });

  it.each([
    [
      '1 / (2 - x)',
      (x: number) => 1 / (2 - x),
      (x: number) => 1 / (2 - x) ** 2,
      (x: number) => -Math.log(1 - x / 2),
    ],
    ['exp(x) - 1', (x: number) => Math.exp(x) - 1, Math.exp, (x: number) => Math.exp(x) - 1 - x],
    ['log(1 + x)', Math.log1p, (x: number) => 1 / (1 + x), (x: number) => (1 + x) * Math.log1p(x) - x],
  ])('is numerical for %s, as exactly as it says', (text, value, derivative, integral) => {
    const latency = parseLatency('l', text);
    for (const x of [0, 1e-4, 0.0015, 0.3, 0.7, 0.9995, 1]) {
      expect(latency.value(x)).toBeCloseTo(value(x), 14);
      expect(Math.abs(latency.derivative(x) - derivative(x))).toBeLessThan(1e-9 * Math.max(1, derivative(x)));
      expect(latency.integral(x)).toBeCloseTo(integral(x), 12);
    }
  });

  it('reads what is below 0 as 0, and bends where it is told to', () => {
    const root = parseLatency('l', 'x^1.5');
    expect([root.value(-1e-17), root.derivative(-1e-17), root.integral(-1e-17)]).toEqual([0, 0, 0]);
    const bent = parseLatency('l', 'max(1, 2 * x)');
    expect([bent.value(0.4), bent.value(0.75)]).toEqual([1, 1.5]);
    expect(bent.integral(1)).toBeCloseTo(0.5 + 0.75, 6);
  });

  it.each([
    ['x - 1', 'l: expected a latency that is never negative on [0, 1], got "x - 1": it is -1 at 0.'],
    ['1 - x', 'l: expected a latency that never decreases on [0, 1], got "1 - x": it falls from 1 at 0 to'],
    ['1 / (1 - x)', 'expected a latency that is finite on [0, 1], got "1 / (1 - x)": it is Infinity at 1.'],
    [
      'floor(2 * x)',
      'expected a latency that has no jumps on [0, 1], got "floor(2 * x)": it has one between',
    ],
    ['1 + y', 'l: expected an arithmetic expression, got "1 + y": unknown name y.'],
    ['1 +', 'l: expected an arithmetic expression, got "1 +":'],
    [-1, 'l: expected a latency that is never negative on [0, 1], got "-1": it is -1 at 0.'],
  ])('refuses %j', (text, message) => {
    expect(() => parseLatency('l', text)).toThrow(InvalidArgument);
    expect(() => parseLatency('l', text)).toThrow(message);
  });
});
