import type { TieBreaking } from '../../envs/core/stackelberg.js';
import { describe, InvalidArgument } from '../../gymnasium/error.js';

/** How a follower that is indifferent between answers may choose here. */
export type BanditTies = Exclude<TieBreaking, 'lowest'>;
export const banditTies: readonly BanditTies[] = ['leader', 'against'];

/** @throws InvalidArgument unless `low <= value <= high`, or `low < value` with `open` */
export function checkNumber(
  owner: string,
  name: string,
  value: unknown,
  [low, high]: readonly [number, number],
  open = false,
): number {
  const inside = typeof value === 'number' && value <= high && (open ? value > low : value >= low);
  if (inside) return value;
  const least = open ? `above ${low}` : `of at least ${low}`;
  const most = high === Infinity ? '' : ` and at most ${high}`;
  throw new InvalidArgument(`${owner}: ${name}: expected a number ${least}${most}, got ${describe(value)}.`);
}

/** @throws InvalidArgument unless the value is one of the words */
export function checkWord<T extends string>(
  owner: string,
  name: string,
  value: unknown,
  words: readonly T[],
): T {
  if (words.includes(value as T)) return value as T;
  throw new InvalidArgument(
    `${owner}: ${name}: expected one of ${words.join(', ')}, got ${describe(value)}.`,
  );
}
