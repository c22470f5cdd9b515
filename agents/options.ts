import { describe, InvalidArgument, unknownName } from '../gymnasium/error.js';

/** A number that falls or grows geometrically over the budget, as plain data. */
export interface GeometricSchedule {
  readonly from: number;
  readonly to: number;
}

/** A number, a geometric change over the budget, or a function of the fraction of the budget that is spent, from 0 to 1. */
export type Schedule = number | GeometricSchedule | ((fraction: number) => number);

/** What a value must be, in words, and whether it is. */
export interface Rule {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

export const integer = (low: number): Rule => ({
  expected: `an integer of at least ${low}`,
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= low,
});

/** A finite number from `low` to `high`, the ends included unless `open` says that `low` is not. */
export const real = (low: number, high = Infinity, open = false): Rule => ({
  expected: `a finite number ${open ? 'above' : 'of at least'} ${low}${high < Infinity ? ` and at most ${high}` : ''}`,
  holds: (value) =>
    Number.isFinite(value) &&
    (open ? (value as number) > low : (value as number) >= low) &&
    (value as number) <= high,
});

export const positive: Rule = real(0, Infinity, true);
export const fraction: Rule = real(0, 1);

export const maxNorm: Rule = {
  expected: 'a number above 0',
  holds: (value) => typeof value === 'number' && value > 0,
};

export const oneOf = (...words: readonly string[]): Rule => ({
  expected: `one of ${words.join(', ')}`,
  holds: (value) => words.includes(value as string),
});

export const flag: Rule = { expected: 'a boolean', holds: (value) => typeof value === 'boolean' };
export const callback: Rule = { expected: 'a function', holds: (value) => typeof value === 'function' };

export const schedule = (rule: Rule): Rule => ({
  expected: `${rule.expected}, { from, to } of two of the same sign, or a function from the fraction spent to one`,
  holds: (value) => typeof value === 'function' || rule.holds(value) || isGeometric(value, rule),
});

function isGeometric(value: unknown, rule: Rule): value is GeometricSchedule {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0 || !rule.holds(from) || !rule.holds(to)) return false;
  return (from as number) * (to as number) > 0;
}

export const anything: Rule = { expected: 'anything', holds: () => true };

/** Throws unless `value` obeys `rule`: `ppo: expected clip to be ..., got ....` */
export function check(owner: string, name: string, value: unknown, rule: Rule): void {
  if (!rule.holds(value)) {
    throw new InvalidArgument(`${owner}: expected ${name} to be ${rule.expected}, got ${describe(value)}.`);
  }
}

/**
 * The given options over the defaults, each checked. An option left out or undefined takes its default.
 *
 * @throws InvalidArgument for an unknown name, a missing value or one that breaks its rule.
 */
export function readOptions<T extends object, K extends keyof T>(
  owner: string,
  rules: Readonly<Record<keyof T, Rule>>,
  defaults: Required<Pick<T, K>>,
  given: T,
): T & Required<Pick<T, K>> {
  if (given === null || typeof given !== 'object') {
    throw new InvalidArgument(`${owner}: expected options to be an object, got ${describe(given)}.`);
  }
  const options: Record<string, unknown> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    if (!(name in rules)) throw new InvalidArgument(unknownName(`${owner} option`, name, Object.keys(rules)));
    if (value !== undefined) options[name] = value;
  }
  for (const [name, rule] of Object.entries<Rule>(rules)) {
    if (name in options || name === 'steps' || name === 'seed') check(owner, name, options[name], rule);
  }
  return options as T & Required<Pick<T, K>>;
}

/** The value of a schedule. @throws InvalidArgument if its function returns something that breaks `rule`. */
export function scheduled(owner: string, name: string, value: Schedule, spent: number, rule: Rule): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'object') return value.from * (value.to / value.from) ** spent;
  const now = value(spent);
  check(owner, `${name}(${spent})`, now, rule);
  return now;
}
