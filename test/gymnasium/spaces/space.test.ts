import { describe, expect, it } from '@jest/globals';
import { InvalidArgument, InvalidProbability, Rng } from '../../../gymnasium/index.js';
import { allSpaces, compositeSpaces, named, samples, strangeValues } from './testing-spaces.js';

const each = named(allSpaces);

describe('every space', () => {
  it.each(each)('%s contains its samples', (_name, i) => {
    const space = allSpaces()[i];
    for (const x of samples(space, 200)) expect(space.contains(x)).toBe(true);
  });

  it.each(each)('%s gives the same samples for the same seed, also a bigint', (_name, i) => {
    const [a, b, c] = [allSpaces()[i], allSpaces()[i], allSpaces()[i]];
    expect(samples(a, 30, 7)).toEqual(samples(b, 30, 7));
    c.seed(7n);
    expect(Array.from({ length: 30 }, () => c.sample())).toEqual(samples(a, 30, 7));
  });

  it.each(each)('%s gives other samples for another seed unless it has one member', (name, i) => {
    const space = allSpaces()[i];
    const same = JSON.stringify(samples(space, 40, 1)) === JSON.stringify(samples(space, 40, 2));
    expect(same).toBe(name === 'Discrete(1)' || name.startsWith('Box(0.1'));
  });

  it.each(each)('%s takes its stream from reseed', (_name, i) => {
    const [a, b] = [allSpaces()[i], allSpaces()[i]];
    a.reseed(new Rng('here'));
    b.reseed(new Rng('here'));
    expect(a.sample()).toEqual(b.sample());
    expect(a.rng.state()).toEqual(b.rng.state());
  });

  it.each(each)('%s contains no strange value and never throws', (_name, i) => {
    const space = allSpaces()[i];
    for (const x of strangeValues) expect(space.contains(x)).toBe(false);
  });

  it.each(each)('%s equals its twin and no other space', (_name, i) => {
    const spaces = allSpaces();
    const equal = allSpaces().map((other) => spaces[i].equals(other));
    expect(equal).toEqual(spaces.map((_, j) => j === i));
    expect(spaces[i].equals(null)).toBe(false);
    expect(spaces[i].equals({ ...spaces[i] })).toBe(false);
  });

  it.each(each)('%s reads back the batches that it wrote', (_name, i) => {
    const space = allSpaces()[i];
    const batch = samples(space, 20);
    const text = JSON.stringify(space.toJSONable(batch));
    expect(space.fromJSONable(JSON.parse(text))).toEqual(batch);
  });

  it.each(each)('%s rejects malformed batches', (_name, i) => {
    const space = allSpaces()[i];
    for (const bad of [null, 3, 'x', {}, [[null]], [{}], [undefined], { a: [1] }]) {
      expect(() => space.fromJSONable(bad)).toThrow(InvalidArgument);
    }
  });

  it.each(each)('%s rejects a mask and a probability together, and malformed ones', (_name, i) => {
    const space = allSpaces()[i];
    expect(() => space.sample({ mask: [], probability: [] })).toThrow(InvalidProbability);
    for (const bad of [5, 'x', new Int8Array(99), [1, 2, 3, 4, 5, 6, 7, 8, 9], { x: 1 }]) {
      expect(() => space.sample({ mask: bad })).toThrow(InvalidProbability);
      expect(() => space.sample({ probability: bad })).toThrow(InvalidProbability);
    }
  });
});

describe('composite spaces', () => {
  it.each(named(compositeSpaces))('%s samples on after an empty mask', (_name, i) => {
    const [masked, plain] = [compositeSpaces()[i], compositeSpaces()[i]];
    masked.seed(3);
    plain.seed(3);
    expect(masked.sample({ mask: null, probability: null })).toEqual(plain.sample());
  });
});
