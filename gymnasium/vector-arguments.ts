import { describe, InvalidArgument, unknownName } from './error.js';
import { Rng, type Seed } from './rng.js';
import { type AutoresetMode, autoresetModes, type VectorResetOptions } from './vector.js';

/** Checks the name of an autoreset mode. @throws InvalidArgument if there is no such mode. */
export function checkAutoresetMode(label: string, mode: AutoresetMode): AutoresetMode {
  if (autoresetModes.includes(mode)) return mode;
  throw new InvalidArgument(`${label}: ${unknownName('autoresetMode', String(mode), autoresetModes)}`);
}

/**
 * The seed of each row: s + row for one number s, "s/row" for a string, the row's own in an array, null for none.
 *
 * @throws InvalidArgument for a malformed seed or an array of another length.
 */
export function rowSeeds(seed: VectorResetOptions['seed'], count: number): (Seed | null)[] {
  if (seed == null) return new Array(count).fill(null);
  if (typeof seed === 'object' && seed.length !== count) {
    throw new InvalidArgument(`seed: expected ${count} seeds, one a row, got ${seed.length}.`);
  }
  const seeds = Array.from({ length: count }, (_, row) => rowSeed(seed, row));
  for (const each of seeds) if (each !== null) new Rng(each);
  return seeds;
}

function rowSeed(seed: Seed | readonly (Seed | null)[], row: number): Seed | null {
  if (typeof seed === 'object') return seed[row] ?? null;
  if (typeof seed === 'string') return `${seed}/${row}`;
  return typeof seed === 'bigint' ? seed + BigInt(row) : seed + row;
}

/** Checks that a reset mask has a flag a row, at least one of them set. @throws InvalidArgument if not. */
export function checkResetMask(
  mask: Uint8Array | readonly boolean[],
  count: number,
): Uint8Array | readonly boolean[] {
  const typed = mask instanceof Uint8Array && mask.every((value) => value <= 1);
  const valid = typed || (Array.isArray(mask) && mask.every((value) => typeof value === 'boolean'));
  if (!valid || mask.length !== count || !mask.some(Boolean)) {
    throw new InvalidArgument(
      `reset: expected resetMask to be a Uint8Array of 0 and 1 or an array of booleans, ${count} long with at least one set, got ${describe(mask)}.`,
    );
  }
  return mask;
}
