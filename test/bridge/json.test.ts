import { expect, it } from '@jest/globals';
import { decodeJson, encodeJson } from '../../bridge/json.js';

const read = (text: string) => decodeJson(Buffer.from(text));

it('carries numbers that JSON lacks, wherever they are', () => {
  const value = { a: [1, Infinity, { b: -Infinity }], c: Number.NaN };
  const text = Buffer.from(encodeJson(value)).toString();
  expect(text).toBe('{"a":[1,{"$number":"Infinity"},{"b":{"$number":"-Infinity"}}],"c":{"$number":"NaN"}}');
  expect(read(text)).toEqual(value);
});

it('writes typed arrays as lists and large integers as texts', () => {
  const value = { rows: Float64Array.of(1, Infinity), seed: 2n ** 64n, map: new Map([['x', 1]]) };
  expect(Buffer.from(encodeJson(value)).toString()).toBe(
    '{"rows":[1,{"$number":"Infinity"}],"seed":"18446744073709551616","map":{"x":1}}',
  );
});

it.each([
  ['{"$number":"1"}', /expected Infinity, -Infinity or NaN, got "1"/],
  ['{"$number":null}', /got null/],
  ['{"a":{"__proto__":{"b":1}}}', /no key "__proto__"/],
  [`${'['.repeat(65)}${']'.repeat(65)}`, /at most 64 levels/],
  ['{"a":1', /expected JSON in UTF-8, got 6 bytes/],
  ['', /got 0 bytes/],
  ['NaN', /expected JSON/],
])('refuses %s', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

it('takes 63 levels', () => {
  expect(() => read(`${'['.repeat(63)}0${']'.repeat(63)}`)).not.toThrow();
});
