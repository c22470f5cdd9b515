import { expect, it } from '@jest/globals';
import {
  checkAbove,
  checkCount,
  checkNonNegative,
  checkOneOf,
  checkPositive,
  checkRange,
} from '../../gymnasium/checks.js';

it('returns what fits, bounds included where they count', () => {
  expect(checkCount('x', 'f', 1)).toBe(1);
  expect(checkPositive('x', 'f', 1e-300)).toBe(1e-300);
  expect(checkNonNegative('x', 'f', 0)).toBe(0);
  expect([checkRange('x', 'f', 0, 0, 1), checkRange('x', 'f', 1, 0, 1)]).toEqual([0, 1]);
  expect(checkAbove('x', 'f', 1, 0, 1)).toBe(1);
  expect(checkOneOf('x', 'f', 'b', ['a', 'b'])).toBe('b');
});

it.each([
  [() => checkCount('x', 'f', 0), 'x: f: expected a positive integer, got 0.'],
  [() => checkCount('x', 'f', 1.5), 'x: f: expected a positive integer, got 1.5.'],
  [() => checkCount('x', 'f', '3'), 'x: f: expected a positive integer, got "3".'],
  [() => checkPositive('x', 'f', 0), 'x: f: expected a positive number, got 0.'],
  [() => checkPositive('x', 'f', Number.NaN), 'x: f: expected a positive number, got NaN.'],
  [() => checkNonNegative('x', 'f', -1), 'x: f: expected a number of at least 0, got -1.'],
  [() => checkNonNegative('x', 'f', Infinity), 'x: f: expected a number of at least 0, got Infinity.'],
  [() => checkRange('x', 'f', 2, 0, 1), 'x: f: expected a number in [0, 1], got 2.'],
  [() => checkRange('x', 'f', Number.NaN, 0, 1), 'x: f: expected a number in [0, 1], got NaN.'],
  [() => checkAbove('x', 'f', 0, 0, 1), 'x: f: expected a number above 0 and at most 1, got 0.'],
  [() => checkOneOf('x', 'f', 'c', ['a', 'b']), 'x: f: expected one of a, b, got "c".'],
])('refuses in one sentence (%#)', (check, message) => {
  expect(check).toThrow(message);
});
