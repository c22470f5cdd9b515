import { describe, InvalidArgument } from '../error.js';
import { readItems, type SampleOptions, Space, type SpaceJSON, sampleIndex } from './space.js';

/**
 * The integers `start, start + 1, ..., start + n - 1`, as JavaScript numbers.
 *
 * `sample({mask})` takes an Int8Array of n zeros and ones (all zero gives `start`), `sample({probability})` a
 * Float64Array of n that sums to 1.
 *
 * @throws InvalidArgument if n is not a positive integer or start is not an integer.
 */
export class Discrete extends Space<number> {
  readonly n: number;
  readonly start: number;

  constructor(n: number, options: { start?: number } = {}) {
    super([], 'int32');
    const start = options.start ?? 0;
    if (!Number.isSafeInteger(n) || n <= 0) {
      throw new InvalidArgument(`Discrete: expected n to be a positive integer, got ${describe(n)}.`);
    }
    if (!Number.isSafeInteger(start)) {
      throw new InvalidArgument(`Discrete: expected start to be an integer, got ${describe(start)}.`);
    }
    this.n = n;
    this.start = start;
  }

  override sample(options?: SampleOptions<Int8Array | Uint8Array, Float64Array>): number {
    return this.start + sampleIndex('Discrete', this.n, this.rng, options);
  }

  override contains(x: unknown): x is number {
    return typeof x === 'number' && Number.isInteger(x) && x >= this.start && x < this.start + this.n;
  }

  override equals(other: unknown): boolean {
    return other instanceof Discrete && other.n === this.n && other.start === this.start;
  }

  override toJSON(): SpaceJSON {
    return { type: 'Discrete', n: this.n, start: this.start };
  }

  override toString(): string {
    return this.start === 0 ? `Discrete(${this.n})` : `Discrete(${this.n}, start=${this.start})`;
  }

  override toJSONable(batch: readonly number[]): unknown[] {
    return [...batch];
  }

  override fromJSONable(items: unknown): number[] {
    return readItems(this, items);
  }
}
