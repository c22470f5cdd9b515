import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { gameDefinition, gameDefinitions, makeGame, parseParameters } from '../../../envs/index.js';
import { InvalidArgument, NameNotFound } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import { thrownBy } from '../../gymnasium/testing-env.js';

const iterated = 'IteratedMatrixGame-v0';
const normal = 'NormalForm-v0';
const square = [
  [1, 2],
  [3, 4],
];

describe('bad parameters give one line with field, expectation and value', () => {
  it.each<[string, string, any, string]>([
    ['negative horizon', iterated, { horizon: -1 }, 'horizon: expected a positive integer, got -1.'],
    ['zero horizon', iterated, { horizon: 0 }, 'horizon: expected a positive integer, got 0.'],
    ['fractional horizon', iterated, { horizon: 2.5 }, 'horizon: expected a positive integer, got 2.5.'],
    ['horizon as text', iterated, { horizon: '10' }, 'horizon: expected a positive integer, got "10".'],
    [
      'endless horizon',
      iterated,
      { horizon: Infinity },
      'horizon: expected a positive integer, got Infinity.',
    ],
    ['huge horizon', iterated, { horizon: 1e300 }, 'horizon: expected a positive integer, got 1e+300.'],
    ['null horizon', iterated, { horizon: null }, 'horizon: expected a positive integer, got null.'],
    [
      'unknown memory',
      iterated,
      { memory: 'ful' },
      'memory: expected one of "none"|"small"|"full", got "ful".',
    ],
    ['zero discount', iterated, { discount: 0 }, 'discount: expected a number in (0, 1], got 0.'],
    ['discount above 1', iterated, { discount: 1.1 }, 'discount: expected a number in (0, 1], got 1.1.'],
    [
      'offset that is no number',
      iterated,
      { rewardOffset: Number.NaN },
      'rewardOffset: expected number, got NaN.',
    ],
    ['game that is no name', iterated, { game: 3 }, 'game: expected string, got 3.'],
    ['flag that is none', normal, { observeAction: 'yes' }, 'observeAction: expected boolean, got "yes".'],
    ['parameters that are none', normal, 7, 'parameters: expected object, got 7.'],
    ['null parameters', normal, null, 'parameters: expected object, got null.'],
    ['a list of parameters', normal, [1], 'parameters: expected object, got [1].'],
    [
      'ragged leader',
      normal,
      { leader: [[1, 2], [3]], follower: square },
      'leader[1]: expected 2 payoffs as in the first row of leader, got 1.',
    ],
    [
      'ragged follower',
      normal,
      {
        leader: square,
        follower: [
          [1, 2],
          [3, 4, 5],
        ],
      },
      'follower[1]: expected 2 payoffs as in the first row of leader, got 3.',
    ],
    [
      'follower with other rows',
      normal,
      { leader: square, follower: [[1, 2]] },
      'follower: expected 2 rows, got 1.',
    ],
    [
      'NaN payoff',
      normal,
      { leader: [[1, Number.NaN]], follower: [[1, 2]] },
      'leader[0][1]: expected a finite number or an expression, got NaN.',
    ],
    [
      'infinite payoff',
      iterated,
      { leader: [[1]], follower: [[-Infinity]] },
      'follower[0][0]: expected a finite number or an expression, got -Infinity.',
    ],
    [
      'null payoff',
      normal,
      { leader: [[1, null]], follower: [[1, 2]] },
      'leader[0][1]: expected a finite number or an expression, got null.',
    ],
    [
      'infinite expression',
      normal,
      { leader: [['1 / 0']], follower: [[1]] },
      'leader[0][0]: expected a finite payoff, got "1 / 0" = Infinity.',
    ],
    [
      'unknown name in an expression',
      normal,
      { leader: [['v - p']], follower: [[1]], variables: { v: 1 } },
      'leader[0][0]: expected an arithmetic expression, got "v - p": unknown name p.',
    ],
    ['no rows', normal, { leader: [], follower: [] }, 'leader: expected at least one row, got [].'],
    [
      'no columns',
      normal,
      { leader: [[]], follower: [[]] },
      'leader[0]: expected at least one payoff, got [].',
    ],
    ['no matrix', normal, { leader: 3, follower: square }, 'leader: expected array, got 3.'],
    ['a flat matrix', normal, { leader: [1], follower: [1] }, 'leader[0]: expected a row of payoffs, got 1.'],
    [
      'a missing follower',
      normal,
      { leader: square },
      "follower: expected a payoff matrix beside the other player's, got undefined.",
    ],
    [
      'a missing leader',
      iterated,
      { follower: square },
      "leader: expected a payoff matrix beside the other player's, got undefined.",
    ],
    [
      'a name and matrices',
      normal,
      { name: 'paruchuri', leader: square, follower: square },
      'name: expected a name or two matrices, got "paruchuri" and a matrix.',
    ],
    [
      'a name and one matrix',
      iterated,
      { game: 'chicken', follower: square },
      'game: expected a name or two matrices, got "chicken" and a matrix.',
    ],
    [
      'a variable that is no number',
      normal,
      { leader: [['v']], follower: [[1]], variables: { v: 'x' } },
      'variables.v: expected number, got "x".',
    ],
  ])('%s', (_, id, parameters, message) => {
    const error = thrownBy(() => makeGame(id, parameters));
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).toBe(`${id}: ${message}`);
  });

  it.each<[string, any, RegExp]>([
    [
      iterated,
      { gane: 'chicken' },
      /^IteratedMatrixGame-v0: unknown parameter "gane"\. Did you mean "game"\? Known: game, leader,/,
    ],
    [iterated, { Horizon: 3 }, /Did you mean "horizon"\?/],
    [normal, { zzzzzzzz: 3 }, /^NormalForm-v0: unknown parameter "zzzzzzzz"\. Known: name, leader/],
    [
      'StackelbergRouting-v0',
      { nodes: 2, edges: [{ from: '0', to: '1', latency: 'x', toll: 1 }] },
      /^StackelbergRouting-v0: edges\[0\]: unknown parameter "toll"\. .*Known: from, to, latency\.$/,
    ],
    [
      iterated,
      { game: 'prisoner_dilemma' },
      /^IteratedMatrixGame-v0: game: Unknown game "prisoner_dilemma"\. Did you mean "prisoners_dilemma"\? Known: /,
    ],
    [
      normal,
      { name: 'paruchury' },
      /^NormalForm-v0: name: Unknown game "paruchury"\. Did you mean "paruchuri"\?/,
    ],
    [normal, { name: 'toString' }, /^NormalForm-v0: name: Unknown game "toString"\./],
    [normal, { name: '__proto__' }, /^NormalForm-v0: name: Unknown game "__proto__"\./],
    [normal, { name: '' }, /^NormalForm-v0: name: Unknown game ""\./],
  ])('%s %p names the closest match', (id, parameters, message) => {
    const error = thrownBy(() => makeGame(id, parameters));
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  it('also through make, which names the call', () => {
    expect(() => make(iterated, { horizon: -1 })).toThrow(
      `make('${iterated}'): ${iterated}: horizon: expected a positive integer, got -1.`,
    );
  });

  it('an unknown game id names the closest one', () => {
    for (const call of [() => makeGame('NormalFrom-v0'), () => gameDefinition('NormalFrom-v0')]) {
      expect(call).toThrow(NameNotFound);
      expect(call).toThrow(/^Unknown game "NormalFrom-v0"\. Did you mean "NormalForm-v0"\? Known: /);
    }
  });
});

describe('parseParameters', () => {
  const schema = z.strictObject({
    inner: z.strictObject({ list: z.array(z.union([z.number(), z.array(z.number())])) }),
  });

  it('returns what the schema makes of the input', () => {
    const withDefault = z.strictObject({ a: z.number().default(3) });
    expect(parseParameters('owner', withDefault, {})).toEqual({ a: 3 });
  });

  it('writes paths as they are written in code, and looks into the alternative that was meant', () => {
    expect(() => parseParameters('owner', schema, { inner: { list: [1, [2, 'x']] } })).toThrow(
      'owner: inner.list[1][1]: expected number, got "x".',
    );
    expect(() => parseParameters('owner', schema, {})).toThrow(
      'owner: inner: expected object, got undefined.',
    );
  });
});

describe('every game', () => {
  it.each([...gameDefinitions().values()].map((game) => [game.id, game] as const))(
    '%s is complete: presets, defaults, one line of summary, a parameter table',
    (id, definition) => {
      expect(id).toMatch(/^[A-Z]\w*-v\d+$/);
      expect(definition.summary).toMatch(/^\S.{10,}\S$/);
      expect(Object.keys(definition.presets).length).toBeGreaterThan(0);
      const { agents } = makeGame(id);
      expect(agents.filter(({ role }) => role === 'leader').length).toBeGreaterThan(0);
      // Truthful buyers are part of the price mechanism.
      if (id !== 'SequentialPriceMechanism-v0') expect(agents.length).toBeGreaterThan(1);
      for (const preset of Object.keys(definition.presets)) expect(preset).toMatch(/^\w+$/);
      const shape = (definition.parameters as any).shape as Record<string, { description?: string }>;
      for (const [name, field] of Object.entries(shape))
        expect([name, field.description]).toEqual([name, expect.stringMatching(/\S/)]);
    },
  );
});
