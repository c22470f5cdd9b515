import { describe, InvalidArgument, InvalidProbability } from '../error.js';
import type { Rng } from '../rng.js';
import { arrayTypes } from '../types.js';
import type { Batch } from '../vector.js';
import { concatenate, iterate, rowLayout } from './batch.js';
import {
  isTypedArray,
  listOfParts,
  readItems,
  type SampleOptions,
  Space,
  type SpaceJSON,
  splitOptions,
} from './space.js';

/** What fixes the length of a sequence: the length, lengths to choose from, or null for a random one. */
export type LengthMask = number | ArrayLike<number> | null;

/**
 * Sequences of any length (also 0) of members of `featureSpace`: plain arrays, or with `stack` a batch as
 * `createEmptyBatch` has it (one flat typed array for array spaces).
 *
 * Lengths are drawn from a geometric distribution with p = 0.25, at least 1. `sample({mask})` and
 * `sample({probability})` take `[length, item]`: a length, a non-empty array of lengths to draw one from, or null; and
 * what `featureSpace` takes, or null. `seed` gives `featureSpace` the stream `rng.child('feature')`.
 *
 * @throws InvalidArgument if `featureSpace` is not a space or `stack` not a boolean.
 */
export class Sequence<T = any> extends Space<Batch> {
  readonly stack: boolean;

  constructor(
    readonly featureSpace: Space<T>,
    options: { stack?: boolean } = {},
  ) {
    super(null, null);
    if (!(featureSpace instanceof Space)) {
      throw new InvalidArgument(
        `Sequence: expected featureSpace to be a space, got ${describe(featureSpace)}.`,
      );
    }
    this.stack = options.stack ?? false;
    if (typeof this.stack !== 'boolean') {
      throw new InvalidArgument(`Sequence: expected stack to be a boolean, got ${describe(this.stack)}.`);
    }
  }

  override reseed(rng: Rng): void {
    super.reseed(rng);
    this.featureSpace.reseed(rng.child('feature'));
  }

  override sample(
    options?: SampleOptions<
      readonly [length: LengthMask, item: unknown],
      readonly [length: LengthMask, item: unknown]
    >,
  ): Batch {
    const parts = splitOptions('Sequence', options, listOfParts('Sequence', 2));
    const length = this.sampleLength(parts?.[0].mask ?? parts?.[0].probability ?? null);
    const items = Array.from({ length }, () => this.featureSpace.sample(parts?.[1]));
    return this.stack ? concatenate(this.featureSpace, items) : items;
  }

  private sampleLength(mask: unknown): number {
    if (mask === null) return 1 + Math.floor(this.rng.exponential() / -Math.log(0.75));
    const lengths = isTypedArray(mask) || Array.isArray(mask) ? Array.from<unknown>(mask) : [mask];
    const valid = lengths.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
    if (!valid || lengths.length === 0) {
      throw new InvalidProbability(
        `Sequence.sample: expected a non-negative integer, a non-empty array of them or null as length, got ${describe(mask)}.`,
      );
    }
    return (lengths.length === 1 ? lengths[0] : lengths[this.rng.integer(lengths.length)]) as number;
  }

  override contains(x: unknown): x is Batch {
    const layout = this.stack ? rowLayout(this.featureSpace) : null;
    if (layout === null)
      return Array.isArray(x) && Array.from(x).every((item) => this.featureSpace.contains(item));
    if (!(x instanceof arrayTypes[layout.dtype]) || x.length % layout.size !== 0) return false;
    return iterate(this.featureSpace, x).every((item) => this.featureSpace.contains(item));
  }

  override equals(other: unknown): boolean {
    return (
      other instanceof Sequence && other.stack === this.stack && other.featureSpace.equals(this.featureSpace)
    );
  }

  override toJSON(): SpaceJSON {
    return { type: 'Sequence', featureSpace: this.featureSpace.toJSON(), stack: this.stack };
  }

  override toString(): string {
    return `Sequence(${this.featureSpace}, stack=${this.stack})`;
  }

  /** Each sequence as a batch of `featureSpace`, stacked or not. */
  override toJSONable(batch: readonly Batch[]): unknown[] {
    return batch.map((x) => this.featureSpace.toJSONable(this.itemsOf(x)));
  }

  override fromJSONable(items: unknown): Batch[] {
    return readItems(this, items, (item) => {
      const values = this.featureSpace.fromJSONable(item);
      return this.stack ? concatenate(this.featureSpace, values) : values;
    });
  }

  /** The features of a sequence one by one, stacked or not. */
  itemsOf(x: Batch): T[] {
    return this.stack ? iterate(this.featureSpace, x) : (x as T[]);
  }
}
