import { describe, InvalidArgument, InvalidProbability } from '../error.js';
import { arrayTypes, type DType, type TypedArray } from '../types.js';
import {
  decodeNumbers,
  encodeNumbers,
  isInteger,
  isTypedArray,
  readItems,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameNumbers,
} from './space.js';

type Bound = number | ArrayLike<number>;

/**
 * A box in R^n: typed arrays of the given shape (row-major) between `low` and `high`, both included.
 *
 * Bounds are one number for all coordinates or a flat array; without `shape` an array's length is the shape and
 * two numbers give shape [1]. Coordinates with two finite bounds are drawn uniformly, with one by a shifted
 * exponential, with none by a standard normal. Bounds are rounded to the element type, so that members can reach them.
 *
 * @throws InvalidArgument for NaN, low > high, low = Infinity, high = -Infinity, a wrong length, or a bound that the
 * element type cannot hold.
 */
export class Box extends Space<TypedArray> {
  readonly low: TypedArray;
  readonly high: TypedArray;
  readonly size: number;
  declare readonly shape: readonly number[];
  declare readonly dtype: DType;

  constructor(low: Bound, high: Bound, options: { shape?: readonly number[]; dtype?: DType } = {}) {
    const dtype = options.dtype ?? 'float32';
    if (!(dtype in arrayTypes)) {
      throw new InvalidArgument(
        `Box: expected dtype to be one of ${Object.keys(arrayTypes).join(', ')}, got ${describe(dtype)}.`,
      );
    }
    const shape = options.shape ?? [boundLength(low) ?? boundLength(high) ?? 1];
    if (!Array.isArray(shape) || !shape.every((side) => Number.isSafeInteger(side) && side > 0)) {
      throw new InvalidArgument(`Box: expected shape to hold positive integers, got ${describe(shape)}.`);
    }
    super(Object.freeze([...shape]), dtype);
    this.size = shape.reduce((product, side) => product * side, 1);
    this.low = boundArray('low', low, this.size, dtype);
    this.high = boundArray('high', high, this.size, dtype);
    for (let i = 0; i < this.size; i++) {
      if (this.low[i] > this.high[i]) {
        throw new InvalidArgument(
          `Box: expected low <= high, got low ${this.low[i]} > high ${this.high[i]} at ${i}.`,
        );
      }
      if (this.low[i] === Infinity || this.high[i] === -Infinity) {
        throw new InvalidArgument(
          `Box: expected low < Infinity and high > -Infinity, got ${this.low[i]} and ${this.high[i]} at ${i}.`,
        );
      }
    }
  }

  /** @throws InvalidProbability if a mask or probability is given: a box takes neither. */
  override sample(options?: SampleOptions): TypedArray {
    if (options?.mask != null || options?.probability != null) {
      throw new InvalidProbability('Box.sample: expected no mask and no probability, got one.');
    }
    const out = new arrayTypes[this.dtype](this.size);
    const integer = isInteger(this.dtype);
    for (let i = 0; i < this.size; i++) out[i] = this.draw(this.low[i], this.high[i], integer);
    return out;
  }

  private draw(low: number, high: number, integer: boolean): number {
    if (integer) return low + this.rng.integer(high - low + 1);
    if (Number.isFinite(low) && Number.isFinite(high)) {
      const u = this.rng.uniform();
      return Math.min(high, Math.max(low, low * (1 - u) + high * u));
    }
    if (Number.isFinite(low)) return low + this.rng.exponential();
    if (Number.isFinite(high)) return high - this.rng.exponential();
    return this.rng.normal();
  }

  override contains(x: unknown): x is TypedArray {
    if (!(x instanceof arrayTypes[this.dtype]) || x.length !== this.size) return false;
    for (let i = 0; i < x.length; i++) if (!(x[i] >= this.low[i] && x[i] <= this.high[i])) return false;
    return true;
  }

  /** Why a point within the bounds is no member, for error messages: empty for a plain box. */
  explain(_x: ArrayLike<number>): string {
    return '';
  }

  /** Whether every coordinate is bounded below and above. */
  get isBounded(): boolean {
    return this.low.every(Number.isFinite) && this.high.every(Number.isFinite);
  }

  override equals(other: unknown): boolean {
    return (
      other instanceof Box &&
      other.dtype === this.dtype &&
      sameNumbers(other.shape, this.shape) &&
      sameNumbers(other.low, this.low) &&
      sameNumbers(other.high, this.high)
    );
  }

  override toJSON(): SpaceJSON {
    return {
      type: 'Box',
      low: encodeNumbers(this.low),
      high: encodeNumbers(this.high),
      shape: this.shape,
      dtype: this.dtype,
    };
  }

  override toString(): string {
    const side = (bound: TypedArray) =>
      bound.every((x) => x === bound[0]) ? `${bound[0]}` : describe(bound);
    return `Box(${side(this.low)}, ${side(this.high)}, [${this.shape.join(', ')}], ${this.dtype})`;
  }

  override toJSONable(batch: readonly TypedArray[]): unknown[] {
    return batch.map(encodeNumbers);
  }

  override fromJSONable(items: unknown): TypedArray[] {
    return readItems(this, items, (item) => (Array.isArray(item) ? decodeNumbers(this.dtype, item) : item));
  }
}

function boundLength(bound: Bound): number | undefined {
  return isTypedArray(bound) || Array.isArray(bound) ? bound.length : undefined;
}

function boundArray(name: string, bound: Bound, size: number, dtype: DType): TypedArray {
  if (typeof bound !== 'number' && !isTypedArray(bound) && !Array.isArray(bound)) {
    throw new InvalidArgument(`Box: expected ${name} to be a number or an array, got ${describe(bound)}.`);
  }
  if (typeof bound !== 'number' && bound.length !== size) {
    throw new InvalidArgument(`Box: expected ${name} to have ${size} entries, got ${bound.length}.`);
  }
  const out = new arrayTypes[dtype](size);
  for (let i = 0; i < size; i++) {
    const value = typeof bound === 'number' ? bound : bound[i];
    out[i] = value;
    const fits = isInteger(dtype)
      ? out[i] === value
      : !Number.isNaN(value) && Number.isFinite(out[i]) === Number.isFinite(value);
    if (typeof value !== 'number' || !fits) {
      throw new InvalidArgument(`Box: expected ${name} to fit ${dtype}, got ${describe(value)} at ${i}.`);
    }
  }
  return out;
}
