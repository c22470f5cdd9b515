import type { Env } from '../core.js';
import { describe, InvalidArgument, InvalidBound } from '../error.js';
import { Box } from '../spaces/box.js';

/** Checks a wrapper's function argument. */
export function checkFunction<F>(wrapper: string, func: F): F {
  if (typeof func === 'function') return func;
  throw new InvalidArgument(`${wrapper}: expected func to be a function, got ${describe(func)}.`);
}

/** Checks that one of an environment's spaces is a Box. */
export function checkBox(wrapper: string, env: Env, name: 'observationSpace' | 'actionSpace'): Box {
  const space = env?.[name];
  if (space instanceof Box) return space;
  throw new InvalidArgument(`${wrapper}: expected ${name} to be a Box, got ${space ?? describe(env)}.`);
}

/** Checks a number that must lie in [low, high]. */
export function checkBetween(
  wrapper: string,
  name: string,
  value: number,
  low: number,
  high: number,
): number {
  if (typeof value === 'number' && value >= low && value <= high) return value;
  const range = high === Infinity ? `at least ${low}` : `in [${low}, ${high}]`;
  throw new InvalidBound(`${wrapper}: expected ${name} to be a number ${range}, got ${describe(value)}.`);
}
