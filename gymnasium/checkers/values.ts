import { describe } from '../error.js';
import { Discrete } from '../spaces/discrete.js';
import { isTypedArray, type Space } from '../spaces/space.js';
import type { TypedArray } from '../types.js';

// A look-up of a global is slow where modules run in a context of their own, as under jest, and these run for every number.
const { is } = Object;

/** A deep copy of plain data; functions and instances of other classes stay as they are. */
export function copyValue<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isTypedArray(value)) return value.slice();
  if (Array.isArray(value)) return value.map(copy);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]));
}

/** Whether `x` is an object literal: not an array, not an instance of a class. */
export function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  const prototype = Object.getPrototypeOf(x);
  return prototype === null || prototype === Object.prototype || prototype.constructor?.name === 'Object';
}

/** Where two values first differ, by type or content, as `path: a and b`; null if they are equal. */
export function firstDifference(a: unknown, b: unknown, path = ''): string | null {
  if (is(a, b)) return null;
  const differ = () => `${path === '' ? 'value' : path}: ${describe(a)} and ${describe(b)}`;
  if (!isObject(a) || !isObject(b) || a.constructor !== b.constructor) return differ();
  if (a instanceof Date || a instanceof RegExp) return String(a) === String(b) ? null : differ();
  if (a instanceof Map || a instanceof Set) return firstDifference([...a], [...(b as Set<unknown>)], path);
  const keys = keysOf(a);
  if (keys.length !== keysOf(b).length || keys.some((key) => !(key in b))) return differ();
  for (const key of keys) {
    if (is((a as any)[key], (b as any)[key])) continue;
    const where = typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const difference = firstDifference((a as any)[key], (b as any)[key], where);
    if (difference !== null) return difference;
  }
  return null;
}

function isObject(x: unknown): x is object {
  return typeof x === 'object' && x !== null;
}

function keysOf(x: object): (string | number)[] {
  if (!Array.isArray(x) && !isTypedArray(x)) return Object.keys(x);
  return [...x.keys()];
}

/** Values of many types that are not in the space. */
export function outsiders(space: Space<any>): unknown[] {
  const member = space.sample();
  const near = space instanceof Discrete ? [space.start - 1, space.start + space.n, space.start + 0.5] : [];
  const wrong = isTypedArray(member) ? distortions(member) : [];
  const candidates = [
    ...near,
    ...wrong,
    null,
    undefined,
    Number.NaN,
    'an action',
    [],
    {},
    new Float32Array(0),
  ];
  return candidates.filter((candidate) => !space.contains(candidate));
}

function distortions(member: TypedArray): TypedArray[] {
  const type = member.constructor as new (length: number) => TypedArray;
  const far = (value: number) => member.slice().fill(value);
  return [new type(member.length + 1), far(Number.NaN), far(1e9), far(-1e9), new BadElements(member.length)];
}

/** No space of this package has these elements. */
const BadElements = Uint8ClampedArray as unknown as new (length: number) => TypedArray;

/** Remembers the memory that values live in. */
export class MemoryLog {
  private readonly objects = new Set<object>();
  private readonly ranges = new Map<ArrayBufferLike, [from: number, to: number][]>();

  /** Whether a part of `value` lives where a part of an earlier value did; frozen objects do not count. */
  reuses(value: unknown): boolean {
    if (isTypedArray(value)) return this.overlaps(value);
    if (!isObject(value) || Object.isFrozen(value)) return false;
    const seen = this.objects.has(value);
    this.objects.add(value);
    return (
      Object.values(value)
        .map((part) => this.reuses(part))
        .includes(true) || seen
    );
  }

  private overlaps({ buffer, byteOffset, byteLength }: TypedArray): boolean {
    const ranges = this.ranges.get(buffer) ?? [];
    this.ranges.set(buffer, ranges);
    const end = byteOffset + byteLength;
    const overlaps = ranges.some(([from, to]) => byteOffset < to && from < end);
    ranges.push([byteOffset, end]);
    return overlaps;
  }
}
