import { describe, expect, it } from '@jest/globals';
import { Dict, Discrete, InvalidArgument, InvalidProbability, OneOf } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('OneOf', () => {
  it('draws each space equally often', () => {
    const drawn = samples(new OneOf([new Discrete(2), new Discrete(3), new Discrete(4)]), 9000);
    for (const index of [0, 1, 2]) {
      expect(withinFourSigma(drawn.filter((x) => x[0] === index).length, 9000, 1 / 3)).toBe(true);
    }
  });

  it('gives the index and each space a stream of their own', () => {
    const make = () => new OneOf([new Discrete(1000), new Discrete(1000)]);
    const drawn = samples(make(), 40);
    const space = make();
    space.seed(1);
    for (let i = 0; i < 7; i++) space.spaces[0].sample();
    const again = Array.from({ length: 40 }, () => space.sample());
    expect(again.map((x) => x[0])).toEqual(drawn.map((x) => x[0]));
    expect(again.filter((x) => x[0] === 1)).toEqual(drawn.filter((x) => x[0] === 1));
    expect(again.filter((x) => x[0] === 0)).not.toEqual(drawn.filter((x) => x[0] === 0));
  });

  it('contains pairs of an index and a member of that space', () => {
    const space = new OneOf([new Discrete(2), new Discrete(5)]);
    expect(space.contains([1, 4])).toBe(true);
    expect(space.contains([0, 4])).toBe(false);
    expect(space.contains([2, 0])).toBe(false);
    expect(space.contains([-1, 0])).toBe(false);
    expect(space.contains(['0', 0])).toBe(false);
    expect(space.contains([0])).toBe(false);
    expect(space.contains([0, 0, 0])).toBe(false);
  });

  it('uses the mask of the space that was drawn', () => {
    const space = new OneOf([new Discrete(2), new Discrete(3)]);
    space.seed(1);
    const mask = [Int8Array.of(0, 1), Int8Array.of(0, 0, 1)];
    for (let i = 0; i < 50; i++) {
      const [index, value] = space.sample({ mask });
      expect(value).toBe(index + 1);
    }
    expect(() => space.sample({ mask: [null] })).toThrow(InvalidProbability);
  });

  it('writes each value as a batch of one', () => {
    const space = new OneOf<any>([new Discrete(3), new Dict({ a: new Discrete(2) })]);
    const json = space.toJSONable([
      [0, 2],
      [1, { a: 1 }],
    ]);
    expect(json).toEqual([
      [0, [2]],
      [1, { a: [1] }],
    ]);
    expect(() => space.fromJSONable([[0, [2, 2]]])).toThrow(/is not a member/);
    expect(() => space.fromJSONable([[2, [0]]])).toThrow(/a pair of an index below 2/);
  });

  it('rejects an empty list and what is no space', () => {
    expect(() => new OneOf([])).toThrow(InvalidArgument);
    expect(() => new OneOf([])).toThrow(/at least one space/);
    expect(() => new OneOf([3 as any])).toThrow(/expected a space at 0, got 3/);
  });
});
