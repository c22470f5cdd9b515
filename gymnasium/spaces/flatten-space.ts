import { describe, InvalidArgument } from '../error.js';
import type { DType } from '../types.js';
import { Box } from './box.js';
import { Dict } from './dict.js';
import { Discrete } from './discrete.js';
import { MultiBinary } from './multi-binary.js';
import { MultiDiscrete } from './multi-discrete.js';
import { OneOf } from './one-of.js';
import { Sequence } from './sequence.js';
import { hasExactKeys, isInteger, type Space } from './space.js';
import { Text } from './text.js';
import { Tuple } from './tuple.js';

/** Whether values flatten to a typed array of fixed length: all spaces but Sequence and what holds one. */
export function isFlattenable(space: Space<any>): boolean {
  if (space instanceof Sequence) return false;
  return (partsOf(space) ?? []).every(isFlattenable);
}

/** The length of a flattened value. @throws InvalidArgument if the space is not flattenable or not of this package. */
export function flatdim(space: Space<any>): number {
  if (space instanceof Box || space instanceof MultiBinary) return space.size;
  if (space instanceof Discrete) return space.n;
  if (space instanceof MultiDiscrete) return space.nvec.reduce((sum, n) => sum + n, 0);
  if (space instanceof Text) return space.maxLength;
  const parts = partsOf(space);
  if (parts === null || parts.length === 0) {
    throw new InvalidArgument(`flatdim: expected a space of fixed length with parts, got ${space}.`);
  }
  const dims = parts.map(flatdim);
  return space instanceof OneOf ? 1 + Math.max(...dims) : dims.reduce((sum, dim) => sum + dim, 0);
}

/**
 * The space of flattened values. A flattenable space gives a Box of shape [flatdim], whose element type holds those of
 * all parts (by NumPy's rules; int32 with float32 gives float64). Else Dict and Tuple flatten each part, and Sequence
 * its feature space.
 *
 * @throws InvalidArgument if the space has no parts or is not of this package.
 */
export function flattenSpace(space: Space<any>): Box | Dict | Tuple | Sequence {
  if (isFlattenable(space)) {
    const shape = [flatdim(space)];
    const { low, high } = boundsOf(space);
    return new Box(low, high, { shape, dtype: dtypeOf(space) });
  }
  if (space instanceof Sequence)
    return new Sequence(flattenSpace(space.featureSpace), { stack: space.stack });
  if (space instanceof Dict) {
    return new Dict(Array.from(space.spaces, ([key, part]) => [key, flattenSpace(part)] as const));
  }
  if (space instanceof Tuple) return new Tuple(space.spaces.map(flattenSpace));
  throw new InvalidArgument(`flattenSpace: expected parts of fixed length, got ${space}.`);
}

/** The element type of flattened values of a flattenable space. */
export function dtypeOf(space: Space<any>): DType {
  const parts = partsOf(space);
  return parts === null ? (space.dtype ?? 'int32') : parts.map(dtypeOf).reduce(promote);
}

/** The smallest element type that holds both, by NumPy's rules; float64 for int32 or uint32 with another kind. */
function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  const bits = (dtype: DType) => Number(dtype.replace(/\D/g, ''));
  if (!isInteger(a) || !isInteger(b)) {
    const widest = (dtype: DType) => (isInteger(dtype) ? 2 : 1) * bits(dtype);
    return Math.max(widest(a), widest(b)) > 32 ? 'float64' : 'float32';
  }
  const [narrow, wide] = bits(a) <= bits(b) ? [a, b] : [b, a];
  if (a.startsWith('u') === b.startsWith('u')) return wide;
  if (!wide.startsWith('u') && bits(wide) > bits(narrow)) return wide;
  return (['int16', 'int32', 'float64'] as const)[Math.log2(bits(wide)) - 3];
}

function boundsOf(space: Space<any>): { low: number[]; high: number[] } {
  if (space instanceof Box) return { low: Array.from(space.low), high: Array.from(space.high) };
  const parts = partsOf(space);
  if (parts === null) {
    const dim = flatdim(space);
    const top = space instanceof Text ? space.charset.length : 1;
    return { low: new Array(dim).fill(0), high: new Array(dim).fill(top) };
  }
  const bounds = parts.map(boundsOf);
  const low = bounds.flatMap((part) => part.low);
  const high = bounds.flatMap((part) => part.high);
  if (!(space instanceof OneOf)) return { low, high };
  const pad = new Array(flatdim(space) - 1);
  const least = low.reduce((a, b) => Math.min(a, b));
  const greatest = high.reduce((a, b) => Math.max(a, b));
  return { low: [0, ...pad.fill(least)], high: [parts.length - 1, ...pad.fill(greatest)] };
}

/** The parts of a Dict, Tuple or OneOf in their order, or null for another space. */
export function partsOf(space: Space<any>): readonly Space<any>[] | null {
  if (space instanceof Dict) return [...space.spaces.values()];
  if (space instanceof Tuple || space instanceof OneOf) return space.spaces;
  return null;
}

/** What a value of a Dict or Tuple, flat or not, holds for each part. @throws InvalidArgument for another form. */
export function valuesOf(space: Space<any>, x: unknown): unknown[] {
  if (space instanceof Dict && hasExactKeys(x, space.keys)) return space.keys.map((key) => x[key]);
  if (space instanceof Tuple && Array.isArray(x) && x.length === space.spaces.length) return Array.from(x);
  throw wrongForm(space, x);
}

/** Puts a value for each part together, the inverse of `valuesOf`. */
export function assemble(space: Space<any>, values: unknown[]): any {
  if (!(space instanceof Dict)) return values;
  return Object.fromEntries(space.keys.map((key, i) => [key, values[i]]));
}

/** The error for a value that does not have the form of a member. */
export function wrongForm(space: Space<any>, x: unknown): InvalidArgument {
  return new InvalidArgument(`${space}: expected a value of this form, got ${describe(x)}.`);
}
