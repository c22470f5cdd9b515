import { describe, InvalidArgument } from './error.js';

/** Options of solvers and oracles are checked by these, so that they are refused in one wording. */
function refuse(owner: string, field: string, expected: string, value: unknown): never {
  throw new InvalidArgument(`${owner}: ${field}: expected ${expected}, got ${describe(value)}.`);
}

/** The value if it is a positive integer. @throws InvalidArgument */
export function checkCount(owner: string, field: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  return refuse(owner, field, 'a positive integer', value);
}

/** The value if it is a non-negative integer, such as a seed. @throws InvalidArgument */
export function checkNatural(owner: string, field: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  return refuse(owner, field, 'a non-negative integer', value);
}

/** The value if it is finite and above 0. @throws InvalidArgument */
export function checkPositive(owner: string, field: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  return refuse(owner, field, 'a positive number', value);
}

/** The value if it is finite and at least 0. @throws InvalidArgument */
export function checkNonNegative(owner: string, field: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  return refuse(owner, field, 'a number of at least 0', value);
}

/** The value if it is in [low, high]. @throws InvalidArgument */
export function checkRange(owner: string, field: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  return refuse(owner, field, `a number in [${low}, ${high}]`, value);
}

/** The value if it is in (low, high]. @throws InvalidArgument */
export function checkAbove(owner: string, field: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value > low && value <= high) return value;
  return refuse(owner, field, `a number above ${low} and at most ${high}`, value);
}

/** The value if it is one of a few words. @throws InvalidArgument */
export function checkOneOf<T>(owner: string, field: string, value: unknown, words: readonly T[]): T {
  if (words.includes(value as T)) return value as T;
  return refuse(owner, field, `one of ${words.join(', ')}`, value);
}
