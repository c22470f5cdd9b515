import { describe, expect, it } from '@jest/globals';
import {
  Box,
  Dict,
  Discrete,
  flatten,
  InvalidArgument,
  InvalidProbability,
  spaceFromJSON,
} from '../../../gymnasium/index.js';
import { samples } from './testing-spaces.js';

const abc = () => ({ c: new Discrete(2), a: new Discrete(3), b: new Discrete(4) });

describe('Dict', () => {
  it('sorts the keys of an object and keeps those of a Map or of pairs', () => {
    expect(new Dict(abc()).keys).toEqual(['a', 'b', 'c']);
    expect(new Dict(new Map(Object.entries(abc()))).keys).toEqual(['c', 'a', 'b']);
    expect(new Dict(Object.entries(abc())).keys).toEqual(['c', 'a', 'b']);
    expect(new Dict({ a10: new Discrete(1), a9: new Discrete(1), B: new Discrete(1) }).keys).toEqual([
      'B',
      'a10',
      'a9',
    ]);
  });

  it('keeps the order of keys that look like numbers', () => {
    const space = new Dict([
      ['10', new Discrete(2)],
      ['9', new Discrete(3)],
    ]);
    expect(space.keys).toEqual(['10', '9']);
    expect(flatten(space, { 9: 0, 10: 1 })).toEqual(Int32Array.of(0, 1, 1, 0, 0));
    expect(space.equals(spaceFromJSON(JSON.parse(JSON.stringify(space))))).toBe(true);
    expect((spaceFromJSON(JSON.parse(JSON.stringify(space))) as Dict).keys).toEqual(['10', '9']);
  });

  it('tells the same parts in another order apart', () => {
    expect(new Dict(abc()).equals(new Dict(Object.entries(abc())))).toBe(false);
    expect(new Dict(abc()).equals(new Dict(Object.entries(abc()).sort()))).toBe(true);
    expect(new Dict(abc()).equals(new Dict({ ...abc(), a: new Discrete(9) }))).toBe(false);
  });

  it('contains objects with exactly its keys', () => {
    const space = new Dict({ a: new Discrete(2), b: new Box(0, 1) });
    const b = new Float32Array([0.5]);
    expect(space.contains({ b, a: 1 })).toBe(true);
    expect(space.contains({ a: 1 })).toBe(false);
    expect(space.contains({ a: 1, b, c: 0 })).toBe(false);
    expect(space.contains({ a: 2, b })).toBe(false);
    expect(space.contains(Object.create({ a: 1, b }))).toBe(false);
    expect(space.contains([1, b])).toBe(false);
  });

  it('takes __proto__ as a key like any other', () => {
    const space = new Dict([['__proto__', new Discrete(2)]]);
    const x = space.sample();
    expect(Object.keys(x)).toEqual(['__proto__']);
    expect(space.contains(x)).toBe(true);
    expect(space.contains({})).toBe(false);
  });

  it('gives its parts independent streams by key', () => {
    const two = () => ({ a: new Discrete(1000), b: new Discrete(1000) });
    const drawn = samples(new Dict(two()), 50);
    expect(drawn.some((x) => x.a !== x.b)).toBe(true);
    const fewer = samples(new Dict({ b: new Discrete(1000) }), 50);
    expect(fewer.map((x) => x.b)).toEqual(drawn.map((x) => x.b));
    const space = new Dict(two());
    space.seed(1);
    for (let i = 0; i < 7; i++) space.get('a').sample();
    expect(space.sample().b).toBe(drawn[0].b);
  });

  it('hands each part its mask or probability', () => {
    const space = new Dict({ a: new Discrete(3), b: new Discrete(2) });
    const mask = { a: Int8Array.of(0, 0, 1), b: null };
    expect(Array.from({ length: 50 }, () => space.sample({ mask }).a)).toEqual(new Array(50).fill(2));
    expect(space.sample({ probability: { a: null, b: Float64Array.of(0, 1) } }).b).toBe(1);
    expect(() => space.sample({ mask: { a: null } as any })).toThrow(InvalidProbability);
    expect(() => space.sample({ mask: { a: null } as any })).toThrow(
      /mask to be an object with the keys a, b/,
    );
  });

  it('batches by key in JSON', () => {
    const space = new Dict({ a: new Discrete(3), b: new Box(0, 1, { shape: [2] }) });
    const batch = [
      { a: 1, b: Float32Array.of(0, 1) },
      { a: 2, b: Float32Array.of(0.5, 0.25) },
    ];
    const json = space.toJSONable(batch);
    expect(json).toEqual({
      a: [1, 2],
      b: [
        [0, 1],
        [0.5, 0.25],
      ],
    });
    expect(() => space.fromJSONable({ ...json, a: [1] })).toThrow(/batches of one length, got 1, 2/);
    expect(() => space.fromJSONable({ a: [1] })).toThrow(/an object with the keys a, b/);
  });

  it('shows its parts in order and finds them by key', () => {
    expect(String(new Dict(abc()))).toBe("Dict('a': Discrete(3), 'b': Discrete(4), 'c': Discrete(2))");
    expect(new Dict(abc()).get('b').equals(new Discrete(4))).toBe(true);
    expect(() => new Dict(abc()).get('d' as any)).toThrow(/Unknown key of a Dict space "d".* Known: a, b, c/);
  });

  it.each([
    [null, /object of spaces, a Map or an array/],
    [3, /object of spaces, a Map or an array/],
    [new Discrete(3), /object of spaces, a Map or an array/],
    [{ a: 3 }, /expected a space under "a", got 3/],
    [[['a']], /expected \[key, space\] with a string key, got \["a"\]/],
    [new Map([[1, new Discrete(2)]]), /with a string key/],
    [
      [
        ['a', new Discrete(2)],
        ['a', new Discrete(2)],
      ],
      /keys once each, got "a" twice/,
    ],
  ])('rejects %p', (spaces, message) => {
    expect(() => new Dict(spaces as any)).toThrow(InvalidArgument);
    expect(() => new Dict(spaces as any)).toThrow(message);
  });
});
