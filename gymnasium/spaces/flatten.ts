import { InvalidArgument } from '../error.js';
import { arrayTypes, type TypedArray } from '../types.js';
import { concatenate } from './batch.js';
import { Box } from './box.js';
import { Discrete } from './discrete.js';
import {
  assemble,
  dtypeOf,
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

/** A flattened value: one typed array where the space allows it, else as nested as it must be. */
export type Flat = TypedArray | unknown[] | Record<string, unknown>;

/**
 * Flattens a value: Box and MultiBinary as they are, Discrete and MultiDiscrete as one-hot vectors, Text as positions in
 * the charset padded with its length, Dict and Tuple part after part, OneOf as its index and the flattened value padded
 * with its first entry. A space that is not flattenable gives a nested value, a member of `flattenSpace(space)`.
 *
 * With `out`, of any element type and length `flatdim(space)`, writes there and returns it.
 *
 * @throws InvalidArgument if `x` does not have the form of a member (ranges of Box are not checked), or `out` the length.
 */
export function flatten<Out extends TypedArray>(space: Space<any>, x: unknown, out: Out): Out;
export function flatten(space: Space<any>, x: unknown): Flat;
export function flatten(space: Space<any>, x: unknown, out?: TypedArray): Flat {
  if (isFlattenable(space)) {
    const dim = flatdim(space);
    const flat = out ?? new arrayTypes[dtypeOf(space)](dim);
    if (flat.length !== dim) {
      throw new InvalidArgument(`flatten: expected out to have ${dim} entries, got ${flat.length}.`);
    }
    write(space, x, flat, 0);
    return flat;
  }
  if (out !== undefined)
    throw new InvalidArgument(`flatten: expected no out for ${space}, whose size varies.`);
  return flattenNested(space, x);
}

function flattenNested(space: Space<any>, x: unknown): Flat {
  if (space instanceof Sequence) {
    const items = space.itemsOf(x as unknown[]).map((item) => flatten(space.featureSpace, item));
    return space.stack ? concatenate<unknown>(flattenSpace(space.featureSpace), items) : items;
  }
  const values = valuesOf(space, x).map((value, i) => flatten((partsOf(space) ?? [])[i], value));
  return assemble(space, values);
}

/** Writes a flattened value at `at` and gives the position after it. */
function write(space: Space<any>, x: unknown, out: TypedArray, at: number): number {
  if (space instanceof Discrete || space instanceof MultiDiscrete) return writeOneHots(space, x, out, at);
  if (space instanceof Box || space instanceof MultiBinary) {
    if (!(isTypedArray(x) || Array.isArray(x)) || x.length !== space.size) throw wrongForm(space, x);
    out.set(x, at);
    return at + space.size;
  }
  if (space instanceof Text) {
    if (!space.contains(x)) throw wrongForm(space, x);
    out.fill(space.charset.length, at, at + space.maxLength);
    Array.from(x).forEach((character, i) => {
      out[at + i] = space.characterIndex(character);
    });
    return at + space.maxLength;
  }
  if (space instanceof OneOf) return writeOneOf(space, x, out, at);
  const parts = partsOf(space) ?? [];
  return valuesOf(space, x).reduce<number>((next, value, i) => write(parts[i], value, out, next), at);
}

function writeOneHots(space: Discrete | MultiDiscrete, x: unknown, out: TypedArray, at: number): number {
  if (!space.contains(x)) throw wrongForm(space, x);
  out.fill(0, at, at + flatdim(space));
  if (typeof x === 'number') {
    out[at + x - (space as Discrete).start] = 1;
    return at + (space as Discrete).n;
  }
  const { nvec, start } = space as MultiDiscrete;
  return nvec.reduce((next, n, i) => {
    out[next + (x as Int32Array)[i] - start[i]] = 1;
    return next + n;
  }, at);
}

function writeOneOf(space: OneOf, x: unknown, out: TypedArray, at: number): number {
  const part = Array.isArray(x) && x.length === 2 ? space.spaces[x[0]] : undefined;
  if (part === undefined) throw wrongForm(space, x);
  const [index, value] = x as [number, unknown];
  out[at] = index;
  const next = write(part, value, out, at + 1);
  const end = at + flatdim(space);
  out.fill(out[at + 1], next, end);
  return end;
}
