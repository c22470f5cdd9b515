import { describe, InvalidArgument, InvalidProbability } from '../error.js';
import { Rng, type Seed } from '../rng.js';
import { arrayTypes, type DType, type TypedArray } from '../types.js';

/** How to restrict or weight a draw. Giving both is an error, as in Gymnasium. */
export interface SampleOptions<Mask = unknown, Probability = unknown> {
  readonly mask?: Mask | null;
  readonly probability?: Probability | null;
}

/** A space as plain JSON; `spaceFromJSON` reads it back. */
export type SpaceJSON = { readonly type: string } & Readonly<Record<string, unknown>>;

/**
 * The set of valid observations or actions, after `gymnasium.Space`. A space owns its stream of random numbers,
 * apart from the environment's, made from entropy unless `seed` is called.
 */
export abstract class Space<T = unknown> {
  private stream: Rng | null = null;

  /** @param shape sizes of each axis, or null where values are not arrays @param dtype element type, or null */
  constructor(
    readonly shape: readonly number[] | null,
    readonly dtype: DType | null,
  ) {}

  /** Draws a value. @throws InvalidProbability if the mask or probability is malformed or both are given. */
  abstract sample(options?: SampleOptions): T;
  /** Whether `x` is a member, by type, shape and range. Never throws. */
  abstract contains(x: unknown): x is T;
  abstract equals(other: unknown): boolean;
  abstract toJSON(): SpaceJSON;
  /** One line for people, as Gymnasium's `repr`. */
  abstract toString(): string;

  /** Members as JSON values, a batch at a time. Dict and Tuple give a column a part, as in Gymnasium. */
  abstract toJSONable(batch: readonly T[]): unknown;
  /** Reads a batch back. @throws InvalidArgument if it is malformed or an item is not a member. */
  abstract fromJSONable(items: unknown): T[];

  /** Restarts the space's stream. Composite spaces derive one stream per part by its path. */
  seed(seed: Seed): void {
    this.reseed(new Rng(seed).child('space'));
  }

  /** Takes the stream itself; composite spaces hand their children `rng.child(key)`. */
  reseed(rng: Rng): void {
    this.stream = rng;
  }

  get rng(): Rng {
    this.stream ??= Rng.fromEntropy();
    return this.stream;
  }
}

/** Rejects a draw that gives both a mask and a probability, in one wording for all spaces. */
export function checkSampleOptions(space: string, options: SampleOptions | undefined): void {
  if (options?.mask != null && options?.probability != null) {
    throw new InvalidProbability(`${space}.sample: expected a mask or a probability, got both.`);
  }
}

/**
 * Splits the mask or probability of a composite draw into the options of its parts, or gives null if there is none.
 * `split` checks the whole and lists what it holds for each part.
 */
export function splitOptions(
  space: string,
  options: SampleOptions | undefined,
  split: (name: 'mask' | 'probability', whole: unknown) => readonly unknown[],
): SampleOptions[] | null {
  checkSampleOptions(space, options);
  const name = options?.mask != null ? 'mask' : 'probability';
  const whole = options?.[name];
  if (whole == null) return null;
  return Array.from(split(name, whole), (part) => ({ [name]: part }));
}

/** A `split` for `splitOptions` where the whole is an array with an entry for each of `length` parts. */
export function listOfParts(space: string, length: number) {
  return (name: string, whole: unknown): readonly unknown[] => {
    if (Array.isArray(whole) && whole.length === length) return whole;
    throw new InvalidProbability(
      `${space}.sample: expected ${name} to be an array of length ${length}, got ${describe(whole)}.`,
    );
  };
}

/** Checks that `mask` is an Int8Array or Uint8Array of 0 and 1 with the given length. */
export function checkMask(space: string, mask: unknown, length: number): ArrayLike<number> {
  const valid =
    (mask instanceof Int8Array || mask instanceof Uint8Array) &&
    mask.length === length &&
    mask.every((m) => m === 0 || m === 1);
  if (!valid) {
    throw new InvalidProbability(
      `${space}.sample: expected mask to be an Int8Array or Uint8Array of ${length} zeros and ones, got ${describe(mask)}.`,
    );
  }
  return mask as ArrayLike<number>;
}

/** Checks that `probability` is a Float64Array of the given length, non-negative, summing to 1. */
export function checkProbability(space: string, probability: unknown, length: number): Float64Array {
  const valid =
    probability instanceof Float64Array &&
    probability.length === length &&
    probability.every((p) => p >= 0 && p <= 1) &&
    Math.abs(probability.reduce((sum, p) => sum + p, 0) - 1) < 1e-6;
  if (!valid) {
    throw new InvalidProbability(
      `${space}.sample: expected probability to be a Float64Array of ${length} non-negative numbers that sum to 1, got ${describe(probability)}.`,
    );
  }
  return probability as Float64Array;
}

/** An index drawn among those that the mask allows, or with the given probability, or uniformly. */
export function sampleIndex(space: string, n: number, rng: Rng, options: SampleOptions | undefined): number {
  checkSampleOptions(space, options);
  if (options?.probability != null) {
    return rng.categorical(checkProbability(space, options.probability, n));
  }
  if (options?.mask == null) return rng.integer(n);
  const mask = checkMask(space, options.mask, n);
  let allowed = 0;
  for (let i = 0; i < n; i++) allowed += mask[i];
  if (allowed === 0) return 0;
  let skip = rng.integer(allowed);
  for (let i = 0; ; i++) {
    if (mask[i] === 1 && skip-- === 0) return i;
  }
}

/** Whether two arrays hold the same numbers in the same order. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Whether `x` is a typed array (not a DataView, not a bigint array). */
export function isTypedArray(x: unknown): x is TypedArray {
  return ArrayBuffer.isView(x) && !(x instanceof DataView) && typeof (x as TypedArray)[0] !== 'bigint';
}

export function isInteger(dtype: DType): boolean {
  return dtype !== 'float32' && dtype !== 'float64';
}

/** Whether `x` is an object with named members, not an array of any kind. */
export function isRecord(x: unknown): x is Record<string, unknown> {
  return typeof x === 'object' && x !== null && !Array.isArray(x) && !ArrayBuffer.isView(x);
}

/** Whether `x` is an object with exactly these own keys. */
export function hasExactKeys(x: unknown, keys: readonly string[]): x is Record<string, unknown> {
  return isRecord(x) && Object.keys(x).length === keys.length && keys.every((key) => Object.hasOwn(x, key));
}

/** Checks that `parts` is an array of spaces and gives a frozen copy. */
export function checkSpaces(name: string, parts: unknown): readonly Space<any>[] {
  if (!Array.isArray(parts)) {
    throw new InvalidArgument(`${name}: expected an array of spaces, got ${describe(parts)}.`);
  }
  for (const [i, part] of parts.entries()) {
    if (!(part instanceof Space)) {
      throw new InvalidArgument(`${name}: expected a space at ${i}, got ${describe(part)}.`);
    }
  }
  return Object.freeze([...parts]);
}

/** Whether two lists hold equal spaces in the same order. */
export function sameSpaces(a: readonly Space<any>[], b: readonly Space<any>[]): boolean {
  return a.length === b.length && a.every((space, i) => space.equals(b[i]));
}

/** Reads a JSON batch item by item: what `decode` makes of each must be a member. */
export function readItems<T>(
  space: Space<T>,
  items: unknown,
  decode: (item: unknown) => unknown = (item) => item,
): T[] {
  if (!Array.isArray(items)) {
    throw new InvalidArgument(`${space}: expected a batch as an array of items, got ${describe(items)}.`);
  }
  return Array.from(items, (item) => {
    const value = decode(item);
    if (!space.contains(value)) throw new InvalidArgument(`${space}: ${describe(item)} is not a member.`);
    return value;
  });
}

/** Numbers as JSON: the infinite ones become the strings "Infinity" and "-Infinity". */
export function encodeNumbers(values: ArrayLike<number>): (number | string)[] {
  return Array.from(values, (x) => (Number.isFinite(x) ? x : String(x)));
}

/** Reads what `encodeNumbers` wrote, or gives null if an entry is no number or `dtype` cannot hold it. */
export function decodeNumbers(dtype: DType, item: unknown): TypedArray | null {
  if (!Array.isArray(item)) return null;
  const out = new arrayTypes[dtype](item.length);
  for (let i = 0; i < item.length; i++) {
    const value = item[i] === 'Infinity' ? Infinity : item[i] === '-Infinity' ? -Infinity : item[i];
    if (typeof value !== 'number') return null;
    out[i] = value;
    if (isInteger(dtype) && out[i] !== value) return null;
  }
  return out;
}
