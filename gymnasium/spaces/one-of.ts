import { describe, InvalidArgument } from '../error.js';
import type { Rng } from '../rng.js';
import {
  checkSpaces,
  listOfParts,
  readItems,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameSpaces,
  splitOptions,
} from './space.js';

/**
 * A member of one of several spaces, as the pair `[index, value]`.
 *
 * The index is drawn uniformly. `sample({mask})` and `sample({probability})` take an array with one entry per space, of
 * which that of the space drawn is used. `seed` gives space i the stream `rng.child(i)`.
 *
 * @throws InvalidArgument if `spaces` is not a non-empty array of spaces.
 */
export class OneOf<T = any> extends Space<[index: number, value: T]> {
  readonly spaces: readonly Space<T>[];

  constructor(spaces: readonly Space<T>[]) {
    super(null, null);
    this.spaces = checkSpaces('OneOf', spaces);
    if (this.spaces.length === 0) throw new InvalidArgument('OneOf: expected at least one space, got [].');
  }

  override reseed(rng: Rng): void {
    super.reseed(rng);
    for (const [i, space] of this.spaces.entries()) space.reseed(rng.child(i));
  }

  override sample(options?: SampleOptions<readonly unknown[], readonly unknown[]>): [number, T] {
    const parts = splitOptions('OneOf', options, listOfParts('OneOf', this.spaces.length));
    const index = this.rng.integer(this.spaces.length);
    return [index, this.spaces[index].sample(parts?.[index])];
  }

  override contains(x: unknown): x is [number, T] {
    if (!Array.isArray(x) || x.length !== 2 || !Number.isInteger(x[0])) return false;
    return x[0] >= 0 && x[0] < this.spaces.length && this.spaces[x[0]].contains(x[1]);
  }

  override equals(other: unknown): boolean {
    return other instanceof OneOf && sameSpaces(this.spaces, other.spaces);
  }

  override toJSON(): SpaceJSON {
    return { type: 'OneOf', spaces: this.spaces.map((space) => space.toJSON()) };
  }

  override toString(): string {
    return `OneOf(${this.spaces.map(String).join(', ')})`;
  }

  /** Pairs of the index and a batch with the one value: parts such as Dict batch by column and have no single items. */
  override toJSONable(batch: readonly [number, T][]): unknown[] {
    return batch.map(([index, value]) => [index, this.spaces[index].toJSONable([value])]);
  }

  override fromJSONable(items: unknown): [number, T][] {
    return readItems(this, items, (item) => this.decode(item));
  }

  private decode(item: unknown): unknown {
    const space = Array.isArray(item) && item.length === 2 ? this.spaces[item[0]] : undefined;
    if (space === undefined) {
      throw new InvalidArgument(
        `${this}: expected a pair of an index below ${this.spaces.length} and a batch of one, got ${describe(item)}.`,
      );
    }
    const [index, batch] = item as [number, unknown];
    const values = space.fromJSONable(batch);
    return values.length === 1 ? [index, values[0]] : [index];
  }
}
