import { describe, InvalidArgument } from '../error.js';
import { arrayTypes } from '../types.js';
import { concatenate, iterate } from './batch.js';
import { Box } from './box.js';
import { Discrete } from './discrete.js';
import {
  assemble,
  flatdim,
  flattenSpace,
  isFlattenable,
  partsOf,
  valuesOf,
  wrongForm,
} from './flatten-space.js';
import { MultiBinary } from './multi-binary.js';
import { MultiDiscrete } from './multi-discrete.js';
import { OneOf } from './one-of.js';
import { Sequence } from './sequence.js';
import { isTypedArray, type Space } from './space.js';
import { Text } from './text.js';

/**
 * The inverse of `flatten`. One-hot vectors are read by their first entry that is not zero. Entries of Box and
 * MultiBinary are converted to the element type and not checked.
 *
 * @throws InvalidArgument if `flat` has the wrong type or length, a one-hot vector is all zero, or an index is malformed.
 */
export function unflatten<T>(space: Space<T>, flat: unknown): T {
  if (!isFlattenable(space)) return unflattenNested(space, flat);
  const dim = flatdim(space);
  if (!(isTypedArray(flat) || Array.isArray(flat)) || flat.length !== dim) {
    throw new InvalidArgument(
      `unflatten: expected an array of ${dim} numbers for ${space}, got ${describe(flat)}.`,
    );
  }
  return read(space, Float64Array.from(flat));
}

function unflattenNested(space: Space<any>, flat: unknown): any {
  if (space instanceof Sequence) {
    const flats = space.stack ? iterate(flattenSpace(space.featureSpace), flat as unknown[]) : flat;
    if (!Array.isArray(flats)) throw wrongForm(space, flat);
    const items = flats.map((item) => unflatten(space.featureSpace, item));
    return space.stack ? concatenate(space.featureSpace, items) : items;
  }
  const values = valuesOf(space, flat).map((value, i) => unflatten((partsOf(space) ?? [])[i], value));
  return assemble(space, values);
}

function read(space: Space<any>, flat: Float64Array): any {
  if (space instanceof Box || space instanceof MultiBinary) return arrayTypes[space.dtype].from(flat);
  if (space instanceof Discrete) return space.start + hotIndex(space, flat);
  if (space instanceof MultiDiscrete) {
    return splitFlat(flat, [...space.nvec]).reduce(
      (x, hot, i) => x.fill(space.start[i] + hotIndex(space, hot), i, i + 1),
      new Int32Array(space.size),
    );
  }
  if (space instanceof Text) return readText(space, flat);
  const parts = partsOf(space) ?? [];
  if (space instanceof OneOf) {
    const part = parts[flat[0]];
    if (part === undefined) throw wrongForm(space, flat);
    return [flat[0], read(part, flat.subarray(1, 1 + flatdim(part)))];
  }
  return assemble(
    space,
    splitFlat(flat, parts.map(flatdim)).map((part, i) => read(parts[i], part)),
  );
}

function hotIndex(space: Space<any>, flat: Float64Array): number {
  const index = flat.findIndex((entry) => entry !== 0);
  if (index >= 0) return index;
  throw new InvalidArgument(
    `unflatten: expected a one-hot vector with an entry that is not zero for ${space}, got ${describe(flat)}.`,
  );
}

function readText(space: Text, flat: Float64Array): string {
  const { charset } = space;
  const bad = flat.find((entry) => !Number.isInteger(entry) || entry < 0 || entry > charset.length);
  if (bad !== undefined) {
    throw new InvalidArgument(
      `unflatten: expected integers from 0 to ${charset.length} for ${space}, got ${bad}.`,
    );
  }
  return Array.from(flat, (entry) => charset[entry] ?? '').join('');
}

function splitFlat(flat: Float64Array, sizes: readonly number[]): Float64Array[] {
  let from = 0;
  return sizes.map((size) => {
    from += size;
    return flat.subarray(from - size, from);
  });
}
