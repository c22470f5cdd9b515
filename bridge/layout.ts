import { InvalidArgument } from '../gymnasium/error.js';
import { Dict } from '../gymnasium/spaces/dict.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { Tuple } from '../gymnasium/spaces/tuple.js';
import { arrayTypes, type DType, type TypedArray } from '../gymnasium/types.js';

/** An array within a payload. */
export interface Field {
  /** A path, such as `observations/leader_0`, or `observations/leader_0/1` for a part of a Tuple or Dict. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** In bytes from the start of the layout, a multiple of 8. */
  readonly offset: number;
}

/** What a binary payload holds: arrays one after the other, little endian, each at a multiple of 8 bytes. */
export interface Layout {
  readonly size: number;
  readonly fields: readonly Field[];
}

export type FieldShape = Omit<Field, 'offset'>;

/** The arrays one after the other, each at the next multiple of 8 bytes. */
export function layoutOf(shapes: readonly FieldShape[]): Layout {
  let size = 0;
  const fields = shapes.map((shape) => {
    const offset = size;
    size += 8 * Math.ceil((sizeOf(shape.shape) * arrayTypes[shape.dtype].BYTES_PER_ELEMENT) / 8);
    return { ...shape, offset };
  });
  return { size, fields };
}

/** An array before it has a place in a layout. */
export function field(name: string, dtype: DType, ...shape: number[]): FieldShape {
  return { name, dtype, shape };
}

/** The arrays of a layout in a buffer, by name. */
export type Views = ReadonlyMap<string, TypedArray>;

/** The arrays of `layout` in a buffer that holds it from `at` on; they share its memory. */
export function viewsOf(layout: Layout, buffer: ArrayBuffer, at: number): Views {
  return new Map(
    layout.fields.map(({ name, dtype, shape, offset }) => [
      name,
      new arrayTypes[dtype](buffer, at + offset, sizeOf(shape)),
    ]),
  );
}

/** The array of that name, which must be a field of the layout. */
export function view<T extends TypedArray = TypedArray>(views: Views, name: string): T {
  return views.get(name) as T;
}

/**
 * The arrays that hold members of a space: one for an array space, those of the parts for a Tuple or a Dict.
 *
 * @param rows how many members; null for one, without a leading axis
 * @throws InvalidArgument for a space without a fixed number of numbers (Text, Sequence, OneOf)
 */
export function spaceFields(name: string, space: Space<any>, rows: number | null = null): FieldShape[] {
  const parts = partsOf(space);
  if (parts !== null) return parts.flatMap(([key, part]) => spaceFields(`${name}/${key}`, part, rows));
  if (space.shape === null || space.dtype === null) {
    throw new InvalidArgument(
      `${name}: expected a space of arrays, or a Tuple or Dict of them, for the bridge, got ${space}.`,
    );
  }
  return [field(name, space.dtype, ...(rows === null ? [] : [rows]), ...space.shape)];
}

function partsOf(space: Space<any>): [string | number, Space<any>][] | null {
  if (space instanceof Dict) return [...space.spaces];
  if (space instanceof Tuple) return space.spaces.map((part, i) => [i, part]);
  return null;
}

/** Writes members of a space into row after row of its fields. */
export type RowWriter = (value: any, row: number) => void;

/** Writes into the arrays that `spaceFields` gave a space. */
export function rowWriter(name: string, space: Space<any>, views: Views): RowWriter {
  const parts = partsOf(space);
  if (parts !== null) {
    const writers = parts.map(
      ([key, part]) => [key, rowWriter(`${name}/${key}`, part, views)] as [string | number, RowWriter],
    );
    return (value, row) => {
      for (const [key, write] of writers) write(value[key], row);
    };
  }
  const into = view(views, name);
  const width = sizeOf(space.shape!);
  if (space.shape!.length === 0) {
    return (value, row) => {
      into[row] = value;
    };
  }
  return (value, row) => into.set(value, row * width);
}

/** Reads a member of a space from a row of its fields, as a copy. */
export type RowReader = (row: number) => any;

/** Reads from the arrays that `spaceFields` gave a space. */
export function rowReader(name: string, space: Space<any>, views: Views): RowReader {
  const parts = partsOf(space);
  if (parts !== null) {
    const readers = parts.map(
      ([key, part]) => [key, rowReader(`${name}/${key}`, part, views)] as [string | number, RowReader],
    );
    if (space instanceof Tuple) return (row) => readers.map(([, read]) => read(row));
    return (row) => Object.fromEntries(readers.map(([key, read]) => [key, read(row)]));
  }
  const from = view(views, name);
  const width = sizeOf(space.shape!);
  if (space.shape!.length === 0) return (row) => from[row];
  return (row) => from.slice(row * width, (row + 1) * width);
}

/** How many numbers an array of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
