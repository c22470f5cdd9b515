import { describe, InvalidArgument } from '../error.js';
import type { Batch } from '../vector.js';
import { iterate } from './batch.js';
import { Box } from './box.js';
import { ConstrainedBox } from './constrained-box.js';
import { Dict } from './dict.js';
import { Discrete } from './discrete.js';
import { spaceFromJSON } from './from-json.js';
import { MultiBinary } from './multi-binary.js';
import { MultiDiscrete } from './multi-discrete.js';
import type { Space } from './space.js';
import { Tuple } from './tuple.js';

/**
 * The space of n values of `space` at once: Box gives Box with the shape [n, ...shape], Discrete gives MultiDiscrete,
 * MultiDiscrete gives Box of int32, MultiBinary gives Box of int8, Dict and Tuple batch each part; Text, Sequence and
 * OneOf give a Tuple of n copies. The streams are fresh, apart from those of `space`: call `seed` on the result.
 *
 * @throws InvalidArgument if n is not a positive integer or `space` is not one of this package.
 */
export function batchSpace(space: Space<any>, n: number): Space<any> {
  if (!Number.isSafeInteger(n) || n <= 0) {
    throw new InvalidArgument(`batchSpace: expected n to be a positive integer, got ${describe(n)}.`);
  }
  if (space instanceof ConstrainedBox) return space.repeated(n);
  if (space instanceof Box) return repeatedBox(space, space.low, space.high, n);
  if (space instanceof Discrete)
    return new MultiDiscrete(repeat([space.n], n), { start: repeat([space.start], n) });
  if (space instanceof MultiDiscrete) {
    return repeatedBox(
      space,
      space.start,
      space.start.map((start, i) => start + space.nvec[i] - 1),
      n,
    );
  }
  if (space instanceof MultiBinary) return new Box(0, 1, { shape: [n, ...space.shape], dtype: 'int8' });
  if (space instanceof Tuple) return new Tuple(space.spaces.map((part: Space<any>) => batchSpace(part, n)));
  if (space instanceof Dict) {
    return new Dict(Array.from(space.spaces, ([key, part]) => [key, batchSpace(part, n)] as const));
  }
  return new Tuple(Array.from({ length: n }, () => spaceFromJSON(space.toJSON())));
}

/**
 * Turns a member of `batchSpace(space, n)` into a batch: they are the same but for Dict and Tuple, whose members hold a
 * batch a part while a batch holds a value a row.
 *
 * @throws InvalidArgument if `member` is not in `batchSpace(space, n)`.
 */
export function toBatch(space: Space<any>, n: number, member: unknown): Batch {
  if (!batchSpace(space, n).contains(member)) {
    throw new InvalidArgument(`toBatch: ${describe(member)} is not a member of ${batchSpace(space, n)}.`);
  }
  return rows(space, n, member);
}

function rows(space: Space<any>, n: number, member: any): Batch {
  if (space instanceof Dict) {
    const columns = space.keys.map((key) => iterate(space.get(key), rows(space.get(key), n, member[key])));
    return Array.from({ length: n }, (_, row) =>
      Object.fromEntries(space.keys.map((key, i) => [key, columns[i][row]])),
    );
  }
  if (space instanceof Tuple) {
    const columns: unknown[][] = space.spaces.map((part: Space<any>, i: number) =>
      iterate(part, rows(part, n, member[i])),
    );
    return Array.from({ length: n }, (_, row) => columns.map((column) => column[row]));
  }
  return member;
}

function repeatedBox(
  space: Box | MultiDiscrete,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  n: number,
): Box {
  const shape = [n, ...space.shape];
  return new Box(repeat(low, n), repeat(high, n), { shape, dtype: space.dtype });
}

function repeat(values: ArrayLike<number>, n: number): number[] {
  return Array.from({ length: n * values.length }, (_, i) => values[i % values.length]);
}
