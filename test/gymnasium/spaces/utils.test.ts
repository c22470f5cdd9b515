import { describe, expect, it } from '@jest/globals';
import {
  Box,
  batchSpace,
  concatenate,
  createEmptyBatch,
  Dict,
  Discrete,
  flatdim,
  flatten,
  flattenSpace,
  InvalidArgument,
  isFlattenable,
  iterate,
  MultiBinary,
  MultiDiscrete,
  OneOf,
  Sequence,
  Text,
  Tuple,
  toBatch,
  unflatten,
} from '../../../gymnasium/index.js';
import { allSpaces, named, samples } from './testing-spaces.js';

const each = named(allSpaces);

describe('flatten', () => {
  it.each(each)('%s comes back from its flat values, which are in flattenSpace', (_name, i) => {
    const space = allSpaces()[i];
    const flatSpace = flattenSpace(space);
    for (const x of samples(space, 30)) {
      const flat = flatten(space, x);
      expect(flatSpace.contains(flat)).toBe(true);
      expect(unflatten(space, flat)).toEqual(x);
    }
  });

  it.each(each)('%s has flatdim entries, also in a dirty out', (_name, i) => {
    const space = allSpaces()[i];
    if (!isFlattenable(space)) {
      expect(() => flatdim(space)).toThrow(InvalidArgument);
      expect(() => flatten(space, space.sample(), new Float64Array(1))).toThrow(/no out/);
      return;
    }
    const x = space.sample();
    const out = new Float64Array(flatdim(space)).fill(77);
    expect(flatten(space, x, out)).toBe(out);
    expect(Array.from(out)).toEqual(Array.from(flatten(space, x) as Float64Array));
    expect(flattenSpace(space).shape).toEqual([flatdim(space)]);
    expect(() => flatten(space, x, new Float64Array(flatdim(space) + 1))).toThrow(/out to have/);
  });

  it('gives the values that Gymnasium gives', () => {
    expect(flatten(new Discrete(4, { start: 1 }), 3)).toEqual(Int32Array.of(0, 0, 1, 0));
    expect(flatten(new MultiDiscrete([2, 3], { start: [0, 5] }), Int32Array.of(1, 5))).toEqual(
      Int32Array.of(0, 1, 1, 0, 0),
    );
    expect(flatten(new Text(4, { charset: 'abc' }), 'cab')).toEqual(Int32Array.of(2, 0, 1, 3));
    const oneOf = new OneOf<any>([new Discrete(3), new Box(-2, 7, { shape: [1] })]);
    expect(flatten(oneOf, [1, Float32Array.of(0.5)])).toEqual(Float64Array.of(1, 0.5, 0.5, 0.5));
    expect(flattenSpace(oneOf).equals(new Box([0, -2, -2, -2], [1, 7, 7, 7], { dtype: 'float64' }))).toBe(
      true,
    );
    const dict = new Dict({ velocity: new Box(0, 1, { shape: [2, 2] }), position: new Discrete(2) });
    expect(String(flattenSpace(dict))).toContain('[6], float64');
  });

  it.each([
    ['int8', 'uint8', 'int16'],
    ['int8', 'int16', 'int16'],
    ['uint16', 'int8', 'int32'],
    ['uint16', 'int32', 'int32'],
    ['uint32', 'int32', 'float64'],
    ['uint8', 'uint32', 'uint32'],
    ['float32', 'uint16', 'float32'],
    ['float32', 'int32', 'float64'],
    ['float32', 'float64', 'float64'],
  ] as const)('joins %s and %s to %s, as NumPy does', (a, b, joined) => {
    const box = (dtype: typeof a | typeof b) => new Box(0, 1, { dtype });
    expect(flattenSpace(new Tuple([box(a), box(b)])).dtype).toBe(joined);
    expect(flattenSpace(new Tuple([box(b), box(a)])).dtype).toBe(joined);
  });

  it('reads one-hot vectors by their first entry that is not zero', () => {
    expect(unflatten(new Discrete(3, { start: 4 }), [0, 0.7, 1])).toBe(5);
    expect(unflatten(new MultiDiscrete([2, 3]), [0, 2, 0, 0.1, 0.9])).toEqual(Int32Array.of(1, 1));
  });

  it('keeps what varies in size nested', () => {
    const space = new Dict({ a: new Discrete(2), list: new Sequence(new Discrete(3)) });
    expect(isFlattenable(space)).toBe(false);
    expect(flatten(space, { a: 1, list: [0, 2] })).toEqual({
      a: Int32Array.of(0, 1),
      list: [Int32Array.of(1, 0, 0), Int32Array.of(0, 0, 1)],
    });
    expect(String(flattenSpace(space))).toMatch(/^Dict\('a': Box\(.*'list': Sequence\(Box\(/);
  });

  it.each([
    [new Discrete(3), 3],
    [new Discrete(3), 'x'],
    [new Box(0, 1, { shape: [2] }), new Float32Array(3)],
    [new Text(2), 'abc'],
    [new Tuple([new Discrete(2)]), [0, 0]],
    [new Dict({ a: new Discrete(2) }), { b: 1 }],
    [new OneOf([new Discrete(2)]), [1, 0]],
    [new Tuple([]), []],
  ])('rejects a value that is not of the form of %s', (space, x) => {
    expect(() => flatten(space, x)).toThrow(InvalidArgument);
  });

  it.each([
    [new Discrete(3), new Int32Array(3), /one-hot vector/],
    [new MultiDiscrete([2, 2]), Int32Array.of(1, 0, 0, 0), /one-hot vector/],
    [new Discrete(3), new Int32Array(4), /array of 3 numbers/],
    [new Discrete(3), null, /array of 3 numbers/],
    [new Text(2, { charset: 'ab' }), Int32Array.of(0, 3), /integers from 0 to 2/],
    [new OneOf([new Discrete(2)]), Int32Array.of(4, 1, 0), /a value of this form/],
    [new Sequence(new Discrete(2)), 5, /a value of this form/],
  ])('unflatten of %s rejects %p', (space, flat, message) => {
    expect(() => unflatten<any>(space, flat)).toThrow(InvalidArgument);
    expect(() => unflatten<any>(space, flat)).toThrow(message);
  });
});

describe('batches', () => {
  it.each(each)('%s comes back from concatenate by iterate', (_name, i) => {
    const space = allSpaces()[i];
    const items = samples(space, 6);
    const batch = concatenate(space, items);
    expect(iterate(space, batch)).toEqual(items);
    const out = createEmptyBatch(space, 6);
    expect(concatenate(space, items, out)).toBe(out);
    expect(out).toEqual(batch);
    expect(() => concatenate(space, items, createEmptyBatch(space, 5))).toThrow(/out to have/);
    expect(iterate(space, createEmptyBatch(space, 0))).toEqual([]);
  });

  it.each(each)('batchSpace of %s holds n values, and its members become batches', (_name, i) => {
    const space = allSpaces()[i];
    const batched = batchSpace(space, 4);
    for (const member of samples(batched, 10)) {
      expect(batched.contains(member)).toBe(true);
      const values = iterate(space, toBatch(space, 4, member));
      expect(values).toHaveLength(4);
      for (const value of values) expect(space.contains(value)).toBe(true);
    }
    expect(() => toBatch(space, 3, batched.sample())).toThrow(InvalidArgument);
  });

  it.each(each)('a batch of %s is a member of its batchSpace unless it is a Dict or a Tuple', (name, i) => {
    const space = allSpaces()[i];
    if (/^(Dict|Tuple)/.test(name)) return;
    expect(batchSpace(space, 5).contains(concatenate(space, samples(space, 5)))).toBe(true);
  });

  it('makes the spaces that Gymnasium makes', () => {
    const same = (a: any, b: any) => expect(a.equals(b)).toBe(true);
    same(batchSpace(new Box([0, 1], [2, 3]), 2), new Box([0, 1, 0, 1], [2, 3, 2, 3], { shape: [2, 2] }));
    same(batchSpace(new Discrete(3, { start: 4 }), 2), new MultiDiscrete([3, 3], { start: [4, 4] }));
    same(
      batchSpace(new MultiDiscrete([2, 3], { start: [1, 0] }), 2),
      new Box([1, 0, 1, 0], [2, 2, 2, 2], { shape: [2, 2], dtype: 'int32' }),
    );
    same(batchSpace(new MultiBinary([2, 3]), 4), new Box(0, 1, { shape: [4, 2, 3], dtype: 'int8' }));
    same(batchSpace(new Text(3), 2), new Tuple([new Text(3), new Text(3)]));
    const pairs = new Dict([
      ['z', new Discrete(2)],
      ['a', new Box(0, 1)],
    ]);
    expect((batchSpace(pairs, 2) as Dict).keys).toEqual(['z', 'a']);
  });

  it('copies spaces, so that seeding the batch leaves the single space alone', () => {
    const text = new Text(9);
    const expected = samples(text, 2);
    text.seed(1);
    text.sample();
    const batched = batchSpace(text, 3);
    batched.seed(5);
    const [a, b, c] = batched.sample();
    expect(new Set([a, b, c]).size).toBe(3);
    expect(text.sample()).toBe(expected[1]);
  });

  it('copies rows out of a batch', () => {
    const space = new Box(0, 1, { shape: [2] });
    const batch = concatenate(space, [Float32Array.of(0, 1), Float32Array.of(1, 0)]);
    (iterate(space, batch)[0] as Float32Array)[0] = 9;
    expect(batch).toEqual(Float32Array.of(0, 1, 1, 0));
  });

  it.each([
    [() => batchSpace(new Discrete(2), 0), /n to be a positive integer, got 0/],
    [() => createEmptyBatch(new Discrete(2), -1), /non-negative integer, got -1/],
    [() => concatenate(new Discrete(2), ['x' as any]), /int32 integer at 0, got "x"/],
    [() => concatenate(new Discrete(2 ** 40), [2 ** 35]), /int32 integer at 0/],
    [() => concatenate(new Box(0, 1), [new Float32Array(2)]), /array of 1 numbers at 0/],
    [() => iterate(new Box(0, 1, { shape: [2] }), new Float32Array(3)), /Float32Array with 2 entries a row/],
    [() => iterate(new Box(0, 1), new Float64Array(2)), /to be a Float32Array/],
    [() => iterate(new Text(2), 'ab' as any), /to be an array, got "ab"/],
  ])('rejects malformed input %#', (call, message) => {
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(message);
  });
});
