import { describe, InvalidArgument } from '../error.js';
import { arrayTypes, type DType, type TypedArray } from '../types.js';
import type { Batch } from '../vector.js';
import { Box } from './box.js';
import { Discrete } from './discrete.js';
import { MultiBinary } from './multi-binary.js';
import { MultiDiscrete } from './multi-discrete.js';
import { isTypedArray, type Space } from './space.js';

/** How many entries a value takes in a typed batch, and of which type. */
interface RowLayout {
  readonly dtype: DType;
  readonly size: number;
}

/** The layout of a row for Box, Discrete, MultiDiscrete and MultiBinary; null for spaces whose batch is a plain array. */
export function rowLayout(space: Space<any>): RowLayout | null {
  if (space instanceof Discrete) return { dtype: 'int32', size: 1 };
  if (space instanceof Box || space instanceof MultiDiscrete || space instanceof MultiBinary) {
    return { dtype: space.dtype, size: space.size };
  }
  return null;
}

/**
 * Room for n values of `space`: a typed array of zeros (n * size entries, row-major) for Box, Discrete, MultiDiscrete
 * and MultiBinary; for other spaces an array of n nulls.
 *
 * @throws InvalidArgument if n is not a non-negative integer.
 */
export function createEmptyBatch(space: Space<any>, n: number): Batch {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new InvalidArgument(
      `createEmptyBatch: expected n to be a non-negative integer, got ${describe(n)}.`,
    );
  }
  const layout = rowLayout(space);
  return layout === null ? new Array(n).fill(null) : new arrayTypes[layout.dtype](n * layout.size);
}

/**
 * Writes values of `space` one after the other into a batch, into `out` if given. Checks the type and length of each
 * value but not its range.
 *
 * @throws InvalidArgument if a value has the wrong type or length, or `out` is no batch of `items.length` values.
 */
export function concatenate<T>(
  space: Space<T>,
  items: readonly T[],
  out: Batch = createEmptyBatch(space, items.length),
): Batch {
  const layout = rowLayout(space);
  checkBatch('concatenate', space, layout, out);
  const size = layout?.size ?? 1;
  if (out.length !== items.length * size) {
    throw new InvalidArgument(
      `concatenate: expected out to have ${items.length * size} entries, got ${out.length}.`,
    );
  }
  for (let i = 0; i < items.length; i++) {
    if (layout === null) out[i] = items[i];
    else writeRow(space, items[i], out as TypedArray, i, size);
  }
  return out;
}

function writeRow(space: Space<any>, item: unknown, out: TypedArray, row: number, size: number): void {
  if (space instanceof Discrete) {
    const value = item as number;
    if ((value | 0) !== value) {
      throw new InvalidArgument(`concatenate: expected an int32 integer at ${row}, got ${describe(item)}.`);
    }
    out[row] = value;
    return;
  }
  if (!(isTypedArray(item) || Array.isArray(item)) || item.length !== size) {
    throw new InvalidArgument(
      `concatenate: expected an array of ${size} numbers at ${row}, got ${describe(item)}.`,
    );
  }
  out.set(item, row * size);
}

/**
 * The values of a batch, the inverse of `concatenate`: numbers for Discrete, copies of the rows for the other array
 * spaces, the entries themselves for the rest. `space` is that of one value.
 *
 * @throws InvalidArgument if `batch` has another type than `createEmptyBatch` gives, or ends within a row.
 */
export function iterate<T>(space: Space<T>, batch: Batch): T[] {
  const layout = rowLayout(space);
  checkBatch('iterate', space, layout, batch);
  if (layout === null || space instanceof Discrete) return Array.from(batch as ArrayLike<T>);
  const { size } = layout;
  return Array.from({ length: batch.length / size }, (_, i) => batch.slice(i * size, (i + 1) * size) as T);
}

function checkBatch(caller: string, space: Space<any>, layout: RowLayout | null, batch: unknown): void {
  if (layout === null) {
    if (Array.isArray(batch)) return;
    throw new InvalidArgument(
      `${caller}: expected a batch of ${space} to be an array, got ${describe(batch)}.`,
    );
  }
  const type = arrayTypes[layout.dtype];
  if (!(batch instanceof type) || batch.length % layout.size !== 0) {
    throw new InvalidArgument(
      `${caller}: expected a batch of ${space} to be a ${type.name} with ${layout.size} entries a row, got ${describe(batch)}.`,
    );
  }
}
