import { describe, InvalidArgument } from '../error.js';
import type { Rng } from '../rng.js';
import {
  checkSpaces,
  listOfParts,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameSpaces,
  splitOptions,
} from './space.js';

/**
 * Plain arrays with a member of `spaces[i]` at each position i.
 *
 * `sample({mask})` and `sample({probability})` take an array with one entry per part, each as that part takes it or
 * null. `seed` gives part i the stream `rng.child(i)`.
 *
 * @throws InvalidArgument if `spaces` is not an array of spaces.
 */
export class Tuple<T extends readonly unknown[] = any[]> extends Space<T> {
  readonly spaces: { readonly [K in keyof T]: Space<T[K]> } & readonly Space<any>[];

  constructor(spaces: readonly [...{ [K in keyof T]: Space<T[K]> }]) {
    super(null, null);
    this.spaces = checkSpaces('Tuple', spaces) as this['spaces'];
  }

  override reseed(rng: Rng): void {
    super.reseed(rng);
    for (const [i, space] of this.spaces.entries()) space.reseed(rng.child(i));
  }

  override sample(options?: SampleOptions<readonly unknown[], readonly unknown[]>): T {
    const parts = splitOptions('Tuple', options, listOfParts('Tuple', this.spaces.length));
    return this.spaces.map((space: Space, i: number) => space.sample(parts?.[i])) as unknown as T;
  }

  override contains(x: unknown): x is T {
    if (!Array.isArray(x) || x.length !== this.spaces.length) return false;
    return this.spaces.every((space: Space, i: number) => space.contains(x[i]));
  }

  override equals(other: unknown): boolean {
    return other instanceof Tuple && sameSpaces(this.spaces, other.spaces);
  }

  override toJSON(): SpaceJSON {
    return { type: 'Tuple', spaces: this.spaces.map((space: Space) => space.toJSON()) };
  }

  override toString(): string {
    return `Tuple(${this.spaces.map(String).join(', ')})`;
  }

  /** A batch of each part at its position. A Tuple without parts loses the size of the batch. */
  override toJSONable(batch: readonly T[]): unknown[] {
    return this.spaces.map((space: Space, i: number) => space.toJSONable(batch.map((x) => x[i])));
  }

  override fromJSONable(items: unknown): T[] {
    if (!Array.isArray(items) || items.length !== this.spaces.length) {
      throw new InvalidArgument(
        `${this}: expected a batch as an array of ${this.spaces.length} batches, got ${describe(items)}.`,
      );
    }
    const columns: unknown[][] = this.spaces.map((space: Space, i: number) => space.fromJSONable(items[i]));
    const n = columns[0]?.length ?? 0;
    if (columns.some((column) => column.length !== n)) {
      throw new InvalidArgument(
        `${this}: expected batches of one length, got ${columns.map((column) => column.length).join(', ')}.`,
      );
    }
    return Array.from({ length: n }, (_, row) => columns.map((column) => column[row]) as unknown as T);
  }
}
