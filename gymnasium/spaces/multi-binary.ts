import { describe, InvalidArgument, InvalidProbability } from '../error.js';
import {
  checkSampleOptions,
  decodeNumbers,
  readItems,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameNumbers,
} from './space.js';

/**
 * Flat row-major Int8Arrays of zeros and ones, of the given shape: `MultiBinary(3)` or `MultiBinary([2, 3])`.
 *
 * Cells are fair coins. `sample({mask})` takes an Int8Array or Uint8Array with an entry per cell, where 0 and 1 fix the
 * cell and 2 leaves it random; `sample({probability})` a Float64Array with the probability of a 1 per cell.
 *
 * @throws InvalidArgument if n is not a positive integer or a non-empty array of them.
 */
export class MultiBinary extends Space<Int8Array> {
  readonly size: number;
  declare readonly shape: readonly number[];
  declare readonly dtype: 'int8';

  constructor(n: number | readonly number[]) {
    const shape = typeof n === 'number' ? [n] : n;
    const valid =
      Array.isArray(shape) &&
      shape.length > 0 &&
      shape.every((side) => Number.isSafeInteger(side) && side > 0);
    if (!valid) {
      throw new InvalidArgument(
        `MultiBinary: expected n to be a positive integer or a non-empty array of them, got ${describe(n)}.`,
      );
    }
    super(Object.freeze([...shape]), 'int8');
    this.size = shape.reduce((product, side) => product * side, 1);
  }

  override sample(options?: SampleOptions<Int8Array | Uint8Array, Float64Array>): Int8Array {
    checkSampleOptions('MultiBinary', options);
    const mask = options?.mask == null ? null : this.checkCellMask(options.mask);
    const probability = options?.probability == null ? null : this.checkCellProbability(options.probability);
    return new Int8Array(this.size).map((_, i) => {
      if (mask !== null && mask[i] !== 2) return mask[i];
      return this.rng.uniform() < (probability === null ? 0.5 : probability[i]) ? 1 : 0;
    });
  }

  private checkCellMask(mask: unknown): ArrayLike<number> {
    const typed = mask instanceof Int8Array || mask instanceof Uint8Array;
    if (typed && mask.length === this.size && mask.every((m) => m === 0 || m === 1 || m === 2)) return mask;
    throw new InvalidProbability(
      `MultiBinary.sample: expected mask to be an Int8Array or Uint8Array of ${this.size} entries 0, 1 or 2, got ${describe(mask)}.`,
    );
  }

  private checkCellProbability(probability: unknown): Float64Array {
    const typed = probability instanceof Float64Array && probability.length === this.size;
    if (typed && probability.every((p) => p >= 0 && p <= 1)) return probability;
    throw new InvalidProbability(
      `MultiBinary.sample: expected probability to be a Float64Array of ${this.size} numbers in [0, 1], got ${describe(probability)}.`,
    );
  }

  override contains(x: unknown): x is Int8Array {
    return x instanceof Int8Array && x.length === this.size && x.every((cell) => cell === 0 || cell === 1);
  }

  override equals(other: unknown): boolean {
    return other instanceof MultiBinary && sameNumbers(other.shape, this.shape);
  }

  override toJSON(): SpaceJSON {
    return { type: 'MultiBinary', shape: this.shape };
  }

  override toString(): string {
    return `MultiBinary(${this.shape.length === 1 ? this.shape[0] : `[${this.shape.join(', ')}]`})`;
  }

  override toJSONable(batch: readonly Int8Array[]): unknown[] {
    return batch.map((x) => Array.from(x));
  }

  override fromJSONable(items: unknown): Int8Array[] {
    return readItems(this, items, (item) => (Array.isArray(item) ? decodeNumbers('int8', item) : item));
  }
}
