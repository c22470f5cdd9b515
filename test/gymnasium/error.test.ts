import { expect, describe as group, it } from '@jest/globals';
import { closestMatch, describe, GymError, ResetNeeded, unknownName } from '../../gymnasium/error.js';

group('describe', () => {
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic);
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;

  it.each<[unknown, string]>([
    ['a"b', '"a\\"b"'],
    [12n, '12n'],
    [Number.NaN, 'NaN'],
    [undefined, 'undefined'],
    [() => 0, 'a function'],
    [[1, 'x', [2]], '[1, "x", [2]]'],
    [Float32Array.of(0.5, 1), 'Float32Array[0.5, 1]'],
    [Array.from({ length: 10 }, (_, i) => i), '[0, 1, 2, 3, 4, 5, 6, 7, ...]'],
    [{ a: 1 }, '{"a":1}'],
    [new Map(), 'Map{}'],
    [cyclic, '[1, [1, [1, [...]]]]'],
    [loop, '{...}'],
  ])('shows %# on one line', (value, text) => {
    expect(describe(value)).toBe(text);
  });

  it('cuts long texts', () => {
    expect(describe('x'.repeat(500)).length).toBeLessThan(90);
    expect(describe({ text: 'x'.repeat(500) }).length).toBeLessThan(130);
  });
});

group('closestMatch', () => {
  it('finds a word a few letters away, and nothing far away', () => {
    expect(closestMatch('prisoner_dilema', ['chicken', 'prisoners_dilemma'])).toBe('prisoners_dilemma');
    expect(closestMatch('ChickeN', ['chicken'])).toBe('chicken');
    expect(closestMatch('zzz', ['chicken'])).toBeUndefined();
  });

  it('words an unknown name alike everywhere', () => {
    expect(unknownName('game', 'chiken', ['chicken', 'hero'])).toBe(
      'Unknown game "chiken". Did you mean "chicken"? Known: chicken, hero.',
    );
    expect(unknownName('game', 'x', [])).toBe('Unknown game "x". Known: none.');
  });
});

it('errors carry their class name', () => {
  const error = new ResetNeeded('no');
  expect([error.name, error instanceof GymError, String(error)]).toEqual([
    'ResetNeeded',
    true,
    'ResetNeeded: no',
  ]);
});
