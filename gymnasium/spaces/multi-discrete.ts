import { describe, InvalidArgument } from '../error.js';
import {
  decodeNumbers,
  isTypedArray,
  listOfParts,
  readItems,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sameNumbers,
  sampleIndex,
  splitOptions,
} from './space.js';

/** Numbers in an array of any rank: `[2, 3]`, `[[1, 2], [3, 4]]`, or a typed array for rank 1. */
export type NestedNumbers = ArrayLike<number | NestedNumbers>;

/**
 * A product of Discrete spaces. Values are flat row-major Int32Arrays: coordinate i lies in
 * `start[i], ..., start[i] + nvec[i] - 1`. The shape is that of `nvec`, which may have any rank.
 *
 * `sample({mask})` and `sample({probability})` take an array with one entry per coordinate, in row-major order, each
 * as `Discrete` takes it, or null for a uniform draw.
 *
 * @throws InvalidArgument if nvec is empty, ragged or not of positive integers, if start has another shape, or if a
 * value does not fit int32.
 */
export class MultiDiscrete extends Space<Int32Array> {
  /** How many values each coordinate has, flat. */
  readonly nvec: Int32Array;
  /** The smallest value of each coordinate, flat. */
  readonly start: Int32Array;
  readonly size: number;
  declare readonly shape: readonly number[];
  declare readonly dtype: 'int32';

  constructor(nvec: NestedNumbers, options: { start?: NestedNumbers } = {}) {
    const shape = shapeOf('nvec', nvec);
    super(Object.freeze(shape), 'int32');
    this.nvec = flatInt32('nvec', nvec);
    this.size = this.nvec.length;
    this.start = options.start === undefined ? new Int32Array(this.size) : flatInt32('start', options.start);
    if (options.start !== undefined && !sameNumbers(shapeOf('start', options.start), shape)) {
      throw new InvalidArgument(
        `MultiDiscrete: expected start to have the shape ${describe(shape)} of nvec, got ${describe(options.start)}.`,
      );
    }
    for (let i = 0; i < this.size; i++) this.checkAxis(this.nvec[i], this.start[i]);
  }

  private checkAxis(n: number, start: number): void {
    if (n <= 0) {
      throw new InvalidArgument(`MultiDiscrete: expected nvec to hold positive integers, got ${n}.`);
    }
    if (start + n - 1 > 2 ** 31 - 1) {
      throw new InvalidArgument(
        `MultiDiscrete: expected start + nvec - 1 to fit int32, got start ${start} and nvec ${n}.`,
      );
    }
  }

  override sample(
    options?: SampleOptions<readonly (Int8Array | Uint8Array | null)[], readonly (Float64Array | null)[]>,
  ): Int32Array {
    const parts = splitOptions('MultiDiscrete', options, listOfParts('MultiDiscrete', this.size));
    return this.nvec.map((n, i) => this.start[i] + sampleIndex('MultiDiscrete', n, this.rng, parts?.[i]));
  }

  override contains(x: unknown): x is Int32Array {
    if (!(x instanceof Int32Array) || x.length !== this.size) return false;
    return x.every((value, i) => value >= this.start[i] && value < this.start[i] + this.nvec[i]);
  }

  override equals(other: unknown): boolean {
    return (
      other instanceof MultiDiscrete &&
      sameNumbers(other.shape, this.shape) &&
      sameNumbers(other.nvec, this.nvec) &&
      sameNumbers(other.start, this.start)
    );
  }

  override toJSON(): SpaceJSON {
    return { type: 'MultiDiscrete', nvec: nest(this.nvec, this.shape), start: nest(this.start, this.shape) };
  }

  override toString(): string {
    const start = this.start.some((s) => s !== 0)
      ? `, start=${JSON.stringify(nest(this.start, this.shape))}`
      : '';
    return `MultiDiscrete(${JSON.stringify(nest(this.nvec, this.shape))}${start})`;
  }

  override toJSONable(batch: readonly Int32Array[]): unknown[] {
    return batch.map((x) => Array.from(x));
  }

  override fromJSONable(items: unknown): Int32Array[] {
    return readItems(this, items, (item) => (Array.isArray(item) ? decodeNumbers('int32', item) : item));
  }
}

/** The sizes of each axis, read along the first entries; `flatInt32` finds the ragged ones. */
function shapeOf(name: string, nested: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level) || isTypedArray(level); level = level[0]) {
    if (level.length === 0) break;
    shape.push(level.length);
  }
  if (shape.length === 0) {
    throw new InvalidArgument(
      `MultiDiscrete: expected ${name} to be a non-empty array of integers, got ${describe(nested)}.`,
    );
  }
  return shape;
}

function flatInt32(name: string, nested: NestedNumbers): Int32Array {
  const flat = flattenNested(name, nested, shapeOf(name, nested));
  const bad = flat.find((value) => typeof value !== 'number' || (value | 0) !== value);
  if (bad !== undefined) {
    throw new InvalidArgument(
      `MultiDiscrete: expected ${name} to hold int32 integers, got ${describe(bad)}.`,
    );
  }
  return Int32Array.from(flat as number[]);
}

function flattenNested(name: string, level: unknown, shape: readonly number[]): unknown[] {
  if (shape.length === 0) return [level ?? null];
  if (!(Array.isArray(level) || isTypedArray(level)) || level.length !== shape[0]) {
    throw new InvalidArgument(
      `MultiDiscrete: expected ${name} to be rectangular, with ${shape[0]} entries here, got ${describe(level)}.`,
    );
  }
  return Array.from(level as ArrayLike<unknown>, (part) => flattenNested(name, part, shape.slice(1))).flat();
}

function nest(flat: Int32Array, shape: readonly number[]): unknown[] {
  if (shape.length <= 1) return Array.from(flat);
  const side = flat.length / shape[0];
  return Array.from({ length: shape[0] }, (_, i) =>
    nest(flat.subarray(i * side, (i + 1) * side), shape.slice(1)),
  );
}
