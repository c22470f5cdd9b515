import { describe, expect, it } from '@jest/globals';
import { alphanumeric, InvalidArgument, InvalidProbability, Text } from '../../../gymnasium/index.js';
import { samples, withinFourSigma } from './testing-spaces.js';

describe('Text', () => {
  it('draws lengths and characters uniformly', () => {
    const drawn = samples(new Text(3, { minLength: 0, charset: 'ab' }), 12000);
    for (const length of [0, 1, 2, 3]) {
      expect(withinFourSigma(drawn.filter((x) => x.length === length).length, 12000, 0.25)).toBe(true);
    }
    const all = drawn.join('');
    expect(withinFourSigma(all.split('a').length - 1, all.length, 0.5)).toBe(true);
  });

  it('has the alphanumeric characters and a length of at least 1 unless told', () => {
    const space = new Text(2);
    expect(space.charset.join('')).toBe(alphanumeric);
    expect(['', 'a', 'Z9', 'abc', '-', 5].map((x) => space.contains(x))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('counts code points, not code units', () => {
    const space = new Text(2, { charset: '🙂é' });
    expect(space.charset).toEqual(['🙂', 'é']);
    expect(space.contains('🙂🙂')).toBe(true);
    expect(space.contains('🙂'.slice(0, 1))).toBe(false);
  });

  it('keeps the order of a string without duplicates and sorts a Set', () => {
    expect(new Text(1, { charset: 'cabac' }).charset).toEqual(['c', 'a', 'b']);
    expect(new Text(1, { charset: new Set(['c', 'a', '🙂', '\uffff']) }).charset).toEqual([
      'a',
      'c',
      '\uffff',
      '🙂',
    ]);
    expect(new Text(1, { charset: 'ab' }).equals(new Text(1, { charset: 'ba' }))).toBe(false);
    expect(new Text(1, { charset: 'ab' }).characterIndex('b')).toBe(1);
    expect(new Text(1, { charset: 'ab' }).characterIndex('c')).toBe(-1);
  });

  it('fixes the length and masks characters', () => {
    const space = new Text(5, { charset: 'abc' });
    space.seed(1);
    const drawn = Array.from({ length: 100 }, () => space.sample({ mask: [4, new Int8Array([1, 0, 1])] }));
    expect(drawn.every((x) => /^[ac]{4}$/.test(x))).toBe(true);
    expect(space.sample({ mask: [2, null] })).toHaveLength(2);
    expect(space.sample({ mask: [null, new Int8Array([0, 1, 0])] })).toMatch(/^b{1,5}$/);
  });

  it('draws characters with the probability given', () => {
    const space = new Text(10, { charset: 'ab' });
    space.seed(1);
    const draw = () => space.sample({ probability: [10, new Float64Array([0.3, 0.7])] });
    const all = Array.from({ length: 1000 }, draw).join('');
    expect(withinFourSigma(all.split('a').length - 1, 10000, 0.3)).toBe(true);
  });

  it('gives the empty string for an all-zero mask where it is a member, else throws', () => {
    const mask = [null, new Int8Array(2)] as const;
    expect(new Text(3, { minLength: 0, charset: 'ab' }).sample({ mask })).toBe('');
    expect(() => new Text(3, { charset: 'ab' }).sample({ mask })).toThrow(/minLength is 1, got all zeros/);
  });

  it.each([
    [[9, null], /integer from 1 to 3, got 9/],
    [[0, null], /integer from 1 to 3, got 0/],
    [[1.5, null], /integer from 1 to 3, got 1.5/],
    [[1, new Int8Array(5)], /62 zeros and ones/],
    [[1], /mask to be an array of length 2, got \[1\]/],
  ])('rejects the mask %p', (mask, message) => {
    expect(() => new Text(3).sample({ mask: mask as any })).toThrow(InvalidProbability);
    expect(() => new Text(3).sample({ mask: mask as any })).toThrow(message);
  });

  it.each([
    [0, {}, /maxLength to be a positive integer, got 0/],
    ['3', {}, /maxLength to be a positive integer, got "3"/],
    [3, { minLength: 4 }, /minLength to be an integer from 0 to 3, got 4/],
    [3, { minLength: -1 }, /minLength to be an integer from 0 to 3, got -1/],
    [3, { charset: '' }, /one or more single characters, got \[\]/],
    [3, { charset: new Set(['ab']) }, /single characters, got \["ab"\]/],
    [3, { charset: new Set([undefined]) }, /single characters/],
    [3, { charset: ['a'] }, /charset to be a string or a Set, got \["a"\]/],
  ])('rejects maxLength %p with %p', (maxLength, options, message) => {
    expect(() => new Text(maxLength as any, options as any)).toThrow(InvalidArgument);
    expect(() => new Text(maxLength as any, options as any)).toThrow(message);
  });
});
