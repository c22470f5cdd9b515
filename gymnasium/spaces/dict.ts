import { describe, InvalidArgument, InvalidProbability, unknownName } from '../error.js';
import type { Rng } from '../rng.js';
import {
  hasExactKeys,
  isRecord,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameSpaces,
  splitOptions,
} from './space.js';

/** The parts of a `Dict`, in an order that is kept. */
export type OrderedSpaces = ReadonlyMap<string, Space<any>> | readonly (readonly [string, Space<any>])[];
type Parts<T> = { readonly [K in keyof T]: Space<T[K]> };

/**
 * Plain objects with a member of one space under each key, and no other keys.
 *
 * The order of the keys decides what `flatten` gives. As in Gymnasium, a plain object of spaces has its keys SORTED (by
 * UTF-16 code units, `Array.prototype.sort`), while a Map or an array of pairs keeps its order. Unlike Gymnasium's, two
 * spaces with the same parts in another order are not equal, since their members flatten differently.
 *
 * `sample({mask})` and `sample({probability})` take an object with exactly the space's keys, each as that part takes it
 * or null. `seed` gives the part under `key` the stream `rng.child(key)`.
 *
 * @throws InvalidArgument if a part is not a space, or a key is not a string or comes twice.
 */
export class Dict<T extends Record<string, any> = Record<string, any>> extends Space<T> {
  readonly keys: readonly string[];
  readonly spaces: ReadonlyMap<string, Space<any>>;

  constructor(spaces: OrderedSpaces);
  constructor(spaces: Parts<T>);
  constructor(spaces: OrderedSpaces | Parts<T>) {
    super(null, null);
    this.spaces = new Map(checkEntries(entriesOf(spaces)));
    this.keys = Object.freeze([...this.spaces.keys()]);
  }

  /** The space under `key`. @throws InvalidArgument if there is none. */
  get<K extends keyof T & string>(key: K): Space<T[K]> {
    const space = this.spaces.get(key);
    if (space === undefined) throw new InvalidArgument(unknownName('key of a Dict space', key, this.keys));
    return space;
  }

  override reseed(rng: Rng): void {
    super.reseed(rng);
    for (const [key, space] of this.spaces) space.reseed(rng.child(key));
  }

  override sample(
    options?: SampleOptions<{ readonly [K in keyof T]: unknown }, { readonly [K in keyof T]: unknown }>,
  ): T {
    const parts = splitOptions('Dict', options, (name, whole) => {
      if (hasExactKeys(whole, this.keys)) return this.keys.map((key) => whole[key]);
      throw new InvalidProbability(
        `Dict.sample: expected ${name} to be an object with the keys ${this.keys.join(', ')}, got ${describe(whole)}.`,
      );
    });
    return this.record((space, _key, i) => space.sample(parts?.[i]));
  }

  /** An object with the space's keys, in its order. */
  private record(value: (space: Space<any>, key: string, i: number) => unknown): T {
    return Object.fromEntries(this.keys.map((key, i) => [key, value(this.get(key), key, i)])) as T;
  }

  override contains(x: unknown): x is T {
    return hasExactKeys(x, this.keys) && this.keys.every((key) => this.get(key).contains(x[key]));
  }

  override equals(other: unknown): boolean {
    return (
      other instanceof Dict &&
      other.keys.length === this.keys.length &&
      this.keys.every((key, i) => key === other.keys[i]) &&
      sameSpaces([...this.spaces.values()], [...other.spaces.values()])
    );
  }

  /** The parts are pairs, so that reading them back keeps the order. */
  override toJSON(): SpaceJSON {
    return { type: 'Dict', spaces: Array.from(this.spaces, ([key, space]) => [key, space.toJSON()]) };
  }

  override toString(): string {
    return `Dict(${Array.from(this.spaces, ([key, space]) => `'${key}': ${space}`).join(', ')})`;
  }

  /** A batch of each part under its key. A Dict without parts loses the size of the batch. */
  override toJSONable(batch: readonly T[]): Record<string, unknown> {
    return this.record((space, key) => space.toJSONable(batch.map((x) => x[key])));
  }

  override fromJSONable(items: unknown): T[] {
    if (!hasExactKeys(items, this.keys)) {
      throw new InvalidArgument(
        `${this}: expected a batch as an object with the keys ${this.keys.join(', ')}, got ${describe(items)}.`,
      );
    }
    const columns = this.keys.map((key) => this.get(key).fromJSONable(items[key]));
    const n = columns[0]?.length ?? 0;
    if (columns.some((column) => column.length !== n)) {
      throw new InvalidArgument(
        `${this}: expected batches of one length, got ${columns.map((column) => column.length).join(', ')}.`,
      );
    }
    return Array.from({ length: n }, (_, row) => this.record((_space, _key, i) => columns[i][row]));
  }
}

function entriesOf(spaces: unknown): unknown[] {
  if (spaces instanceof Map) return [...spaces];
  if (Array.isArray(spaces)) return spaces;
  if (!isRecord(spaces) || spaces instanceof Space) {
    throw new InvalidArgument(
      `Dict: expected an object of spaces, a Map or an array of [key, space] pairs, got ${describe(spaces)}.`,
    );
  }
  return Object.keys(spaces)
    .sort()
    .map((key) => [key, spaces[key]]);
}

function checkEntries(entries: unknown[]): [string, Space<any>][] {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string') {
      throw new InvalidArgument(`Dict: expected [key, space] with a string key, got ${describe(entry)}.`);
    }
    if (!(entry[1] instanceof Space)) {
      throw new InvalidArgument(`Dict: expected a space under "${entry[0]}", got ${describe(entry[1])}.`);
    }
    if (seen.has(entry[0]))
      throw new InvalidArgument(`Dict: expected keys once each, got "${entry[0]}" twice.`);
    seen.add(entry[0]);
  }
  return entries as [string, Space<any>][];
}
