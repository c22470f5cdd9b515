import { describe, expect, it } from '@jest/globals';
import { Box, Discrete, InvalidArgument, InvalidProbability, Tuple } from '../../../gymnasium/index.js';
import { samples } from './testing-spaces.js';

describe('Tuple', () => {
  it('contains arrays with a member at each position', () => {
    const space = new Tuple([new Discrete(2), new Box(0, 1)]);
    const b = new Float32Array([0.5]);
    expect(space.contains([1, b])).toBe(true);
    expect(space.contains([b, 1])).toBe(false);
    expect(space.contains([1])).toBe(false);
    expect(space.contains([1, b, 0])).toBe(false);
    expect(space.contains({ 0: 1, 1: b, length: 2 })).toBe(false);
    expect(new Tuple([]).contains([])).toBe(true);
  });

  it('gives its parts independent streams by position', () => {
    const drawn = samples(new Tuple([new Discrete(1000), new Discrete(1000)]), 50);
    expect(drawn.some(([a, b]) => a !== b)).toBe(true);
    const [first] = samples(new Tuple([new Discrete(1000)]), 1)[0];
    expect(first).toBe(drawn[0][0]);
    const space = new Tuple([new Discrete(1000), new Discrete(1000)]);
    space.seed(1);
    for (let i = 0; i < 7; i++) space.spaces[0].sample();
    expect(space.sample()[1]).toBe(drawn[0][1]);
  });

  it('keeps its own copy of the list', () => {
    const parts = [new Discrete(2)];
    const space = new Tuple(parts);
    parts.push(new Discrete(3));
    expect(space.spaces).toHaveLength(1);
  });

  it('hands each part its mask', () => {
    const space = new Tuple([new Discrete(3), new Discrete(2)]);
    expect(space.sample({ mask: [Int8Array.of(0, 0, 1), null] })[0]).toBe(2);
    expect(space.sample({ probability: [null, Float64Array.of(0, 1)] })[1]).toBe(1);
    expect(() => space.sample({ mask: [null] })).toThrow(InvalidProbability);
    expect(() => space.sample({ mask: [null] })).toThrow(/mask to be an array of length 2, got \[null\]/);
  });

  it('batches by position in JSON', () => {
    const space = new Tuple([new Discrete(3), new Discrete(2)]);
    expect(
      space.toJSONable([
        [0, 1],
        [2, 0],
        [1, 1],
      ]),
    ).toEqual([
      [0, 2, 1],
      [1, 0, 1],
    ]);
    expect(() => space.fromJSONable([[0, 2], [1]])).toThrow(/batches of one length, got 2, 1/);
    expect(() => space.fromJSONable([[0]])).toThrow(/array of 2 batches/);
  });

  it.each([
    [null, /array of spaces, got null/],
    [new Discrete(2), /array of spaces, got Discrete/],
    [[new Discrete(2), 3], /expected a space at 1, got 3/],
    [new Array(1), /expected a space at 0, got undefined/],
  ])('rejects %p', (spaces, message) => {
    expect(() => new Tuple(spaces as any)).toThrow(InvalidArgument);
    expect(() => new Tuple(spaces as any)).toThrow(message);
  });
});
