import { describe, expect, it } from '@jest/globals';
import { Dict, Discrete, InvalidArgument, spaceFromJSON, Tuple } from '../../../gymnasium/index.js';
import { allSpaces, named, samples } from './testing-spaces.js';

describe('spaceFromJSON', () => {
  it.each(named(allSpaces))('reads %s back from text', (_name, i) => {
    const space = allSpaces()[i];
    const copy = spaceFromJSON(JSON.parse(JSON.stringify(space)));
    expect(copy.equals(space)).toBe(true);
    expect(copy).toBeInstanceOf(space.constructor as any);
    expect(samples(copy, 5)).toEqual(samples(space, 5));
  });

  it.each(named(allSpaces))('rejects %s with any field missing or malformed, naming it', (_name, i) => {
    const json = JSON.parse(JSON.stringify(allSpaces()[i]));
    const optional = ['start', 'dtype', 'minLength', 'charset', 'stack'];
    for (const field of Object.keys(json)) {
      const malformed = [
        { ...json, [field]: null },
        { ...json, [field]: { strange: 1 } },
      ];
      const { [field]: _, ...missing } = json;
      if (!optional.includes(field) && field !== 'shape') malformed.push(missing);
      for (const bad of malformed) {
        if (optional.includes(field) && bad[field] === null) continue;
        if (field === 'shape' && json.type.endsWith('Box') && bad[field] === null) continue;
        expect(() => spaceFromJSON(bad)).toThrow(InvalidArgument);
        expect(() => spaceFromJSON(bad)).toThrow(new RegExp(field === 'shape' ? 'shape|n to be' : field));
      }
    }
  });

  it.each([null, 3, 'Box', [], {}, { type: 5 }])('rejects %j, which has no type', (json) => {
    expect(() => spaceFromJSON(json)).toThrow(InvalidArgument);
    expect(() => spaceFromJSON(json)).toThrow(/object with the field "type"/);
  });

  it('names unknown types and their neighbours', () => {
    expect(() => spaceFromJSON({ type: 'Discreet', n: 3 })).toThrow(/field "type".*Did you mean "Discrete"/);
    expect(() => spaceFromJSON({ type: 'toString' })).toThrow(/Unknown space type "toString"/);
  });

  it('says where a nested space is malformed', () => {
    const json = JSON.parse(JSON.stringify(new Dict({ a: new Tuple([new Discrete(2), new Discrete(3)]) })));
    json.spaces[0][1].spaces[1].n = -1;
    expect(() => spaceFromJSON(json)).toThrow(
      /json\.spaces\[0\]\.spaces\[1\].*n to be a positive integer, got -1/,
    );
  });
});
