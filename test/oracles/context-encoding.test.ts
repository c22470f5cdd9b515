import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import type { Discrete } from '../../gymnasium/spaces/discrete.js';
import { ContextEncoding, type ContextOptions } from '../../oracles/index.js';
import { ContinuousGame, randomRules, TableGame } from '../envs/testing-games.js';

const prisoners = makeGame('IteratedMatrixGame-v0');
const wide = makeGame('IteratedMatrixGame-v0', {
  leader: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  follower: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  memory: 'small',
});
const shifted = new TableGame(randomRules(new Rng(0), { start: 6, states: 3, followerSees: [0, 1, 2] }));

/** What `ask` makes of a leader's answers, and the queries it asked. */
function ask(encoding: ContextEncoding, leader: (observation: any) => any) {
  const asked: any[] = [];
  const asking = encoding.ask();
  let step = asking.next();
  while (!step.done) {
    asked.push(step.value);
    step = asking.next(leader(step.value.observation));
  }
  return { context: step.value, asked };
}

const tables: [string, any, ContextOptions, number][] = [
  ['five queries of two actions', prisoners, {}, 32],
  ['three queries of three actions', wide, {}, 27],
  ['a list of queries', prisoners, { queries: [4, 0] }, 4],
  ['other starts', shifted, {}, 4],
];

describe.each(tables)('a table with %s', (_, game, options, contexts) => {
  const encoding = new ContextEncoding(game, options);
  const leader = game.agents[0];
  const follower = game.agents[1];
  const [first, n] = [leader.actionSpace.start, leader.actionSpace.n];

  it('has a context for each list of answers, which answersOf gives back', () => {
    expect(encoding.contexts).toBe(contexts);
    const seen = new Set<number>();
    for (let code = 0; code < contexts; code++) {
      const answers = encoding.queries.map((__, q) => Math.floor(code / n ** q) % n);
      const { context } = ask(encoding, (o) => first + answers[encoding.queries.indexOf(o)]);
      expect(encoding.answersOf(context as number)).toEqual(answers);
      seen.add(context as number);
    }
    expect(seen.size).toBe(contexts);
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([0, contexts - 1]);
  });

  it('asks each query once, for an action', () => {
    const { asked } = ask(encoding, () => first);
    expect(asked.map(({ observation }) => observation).sort()).toEqual([...encoding.queries].sort());
    expect(asked.every(({ answer }) => answer === 'action')).toBe(true);
  });

  it('encodes every pair of observation and context as another member of its space', () => {
    const space = encoding.space(1) as Discrete;
    expect(space.n).toBe(follower.observationSpace.n * contexts);
    const codes = new Set<number>();
    for (let context = 0; context < contexts; context++) {
      for (let o = 0; o < follower.observationSpace.n; o++) {
        const code = encoding.encode(1, follower.observationSpace.start + o, context);
        expect(space.contains(code)).toBe(true);
        codes.add(code);
      }
    }
    expect(codes.size).toBe(space.n);
  });
});

describe('frequencies', () => {
  it('of several samples a query', () => {
    const encoding = new ContextEncoding(prisoners, { samplesPerQuery: 4, queries: [0, 3] });
    expect(encoding.contexts).toBeNull();
    let k = 0;
    const { context, asked } = ask(encoding, (o) => (o === 3 ? Number(k++ > 0) : 0));
    expect(asked.map(({ observation }) => observation)).toEqual([3, 3, 3, 3, 0, 0, 0, 0]);
    expect(context).toEqual(Float64Array.of(1, 0, 0.25, 0.75));
  });

  it('are the distributions where those are asked for, each once', () => {
    const encoding = new ContextEncoding(prisoners, { answers: 'distribution', samplesPerQuery: 9 });
    const { context, asked } = ask(encoding, (o) => [o / 10, 1 - o / 10]);
    expect(asked).toHaveLength(5);
    expect(asked.every(({ answer }) => answer === 'distribution')).toBe(true);
    expect(context).toEqual(Float64Array.of(0, 1, 0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6));
  });

  it('follow the flattened observation, as a member of the space', () => {
    const encoding = new ContextEncoding(prisoners, { samplesPerQuery: 2 });
    const space = encoding.space(1);
    expect(space).toEqual(new Box(-Infinity, Infinity, { shape: [5 + 10] }));
    const code = encoding.encode(
      1,
      2,
      Float64Array.from({ length: 10 }, (_, i) => i / 10),
    );
    expect(space.contains(code)).toBe(true);
    expect(Array.from(code as Float32Array, (x) => Math.round(10 * x))).toEqual([
      0, 0, 10, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('stand in for tables that would be too large', () => {
    const large = makeGame('IteratedMatrixGame-v0', {
      leader: [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      follower: [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
    });
    expect(new ContextEncoding(large).contexts).toBeNull();
  });
});

describe('errors', () => {
  it.each<[any, any, RegExp]>([
    [prisoners, { queries: [] }, /^ContextualPolicy: queries: expected at least one query, got none\./],
    [
      prisoners,
      { queries: [0, 5] },
      /^ContextualPolicy: queries\[1\]: expected an observation in Discrete\(5\), got 5\./,
    ],
    [
      prisoners,
      { samplesPerQuery: -1 },
      /^ContextualPolicy: samplesPerQuery: expected a positive integer, got -1\./,
    ],
    [
      prisoners,
      { answers: 'both' },
      /^ContextualPolicy: answers: expected one of action, distribution, got "both"\./,
    ],
    [new ContinuousGame(), {}, /^ContextualPolicy: expected a leader with Discrete actions, got Box/],
  ])('%#', (game, options, message) => {
    expect(() => new ContextEncoding(game, options)).toThrow(InvalidArgument);
    expect(() => new ContextEncoding(game, options)).toThrow(message);
  });
});
