import { describe, expect, it } from '@jest/globals';
import { bayesianGames, twoTypes } from '../../../envs/bayesian/classics.js';
import { type BayesianNormalForm, GameParallelEnv, makeGame, modelOf } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { expectWellFormed, textsOf } from '../xml.js';

const id = 'BayesianNormalForm-v0';
const build = (parameters: object = {}) => makeGame(id, parameters) as BayesianNormalForm;
const type = (probability: number, leader: any, follower: any = leader) => ({
  probability,
  leader,
  follower,
});
const uneven = [type(0.25, [[1, 2, 3]], [[4, 5, 6]]), type(0.75, [[7]], [[8]])];

describe('BayesianNormalForm', () => {
  it.each(Object.keys(bayesianGames))('%s has a type an observation and the most columns of any', (name) => {
    const types = bayesianGames[name];
    const [leader, follower] = build({ name }).agents;
    expect(leader.observationSpace).toEqual(new Discrete(1));
    expect(leader.actionSpace).toEqual(new Discrete(types[0].leader.length));
    expect(follower.observationSpace).toEqual(new Discrete(types.length));
    expect(follower.actionSpace).toEqual(new Discrete(Math.max(...types.map((t) => t.leader[0].length))));
    for (const { leader: l, follower: f } of types) {
      expect(l).toHaveLength(types[0].leader.length);
      expect(f.map((row) => row.length)).toEqual(l.map((row) => row.length));
      expect(new Set(l.map((row) => row.length)).size).toBe(1);
    }
    expect(types.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });

  it('pays the matrices of the drawn type, whose last column stands for those it lacks', () => {
    const env = new GameParallelEnv(build({ types: uneven }));
    env.reset({ seed: 1 });
    const seen = new Set<number>();
    for (let episode = 0; episode < 60; episode++) {
      const { observations } = env.reset();
      const t = observations['follower_0'] as number;
      const column = episode % 3;
      const j = t === 0 ? column : 0;
      seen.add(3 * t + column);
      const result = env.step({ leader_0: 0, follower_0: column });
      expect(observations['leader_0']).toBe(0);
      expect(result.rewards).toEqual({
        leader_0: uneven[t].leader[0][j],
        follower_0: uneven[t].follower[0][j],
      });
      expect(result.terminations).toEqual({ leader_0: true, follower_0: true });
      expect(result.observations).toEqual({ leader_0: 0, follower_0: t });
    }
    expect(seen.size).toBe(6);
  });

  it('draws the type afresh in every episode, by its probability', () => {
    const env = new GameParallelEnv(build({ types: uneven }));
    env.reset({ seed: 5 });
    let second = 0;
    for (let episode = 0; episode < 4000; episode++) second += env.reset().observations['follower_0'];
    expect(Math.abs(second / 4000 - 0.75)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 4000));
  });

  it('has a model view with an initial state a type, none of probability 0', () => {
    const probabilities = (game: BayesianNormalForm) =>
      modelOf(game).initial.map(({ state, probability }) => [
        modelOf(game).observation(state, 1),
        probability,
      ]);
    expect(probabilities(build({ name: 'third_party' }))).toEqual([
      [0, 0.5],
      [1, 0.35],
      [2, 0.05],
      [3, 0.1],
    ]);
    expect(probabilities(build({ types: twoTypes(1) }))).toEqual([[0, 1]]);
    expect(probabilities(build({ types: twoTypes(0) }))).toEqual([[1, 1]]);
  });

  it('is bayes2 by default, at even odds', () => {
    expect(build().types).toEqual(twoTypes(0.5));
    expect(build().types[0]).toMatchObject({
      probability: 0.5,
      leader: [
        [2, 4],
        [1, 3],
      ],
      follower: [
        [1, 0],
        [0, 2],
      ],
    });
  });

  it.each<[any, string]>([
    [{ types: [] }, 'types: expected at least one type, got [].'],
    [{ types: 3 }, 'types: expected a list of types, got 3.'],
    [
      { types: [type(0.5, [[1]]), type(0.4, [[1]])] },
      'types: expected probabilities that sum to 1, got 0.9.',
    ],
    [
      { types: [type(1 + 1e-6, [[1]])] },
      'types[0].probability: expected a probability from 0 to 1, got 1.000001.',
    ],
    [{ types: [type(1 - 2e-9, [[1]])] }, 'types: expected probabilities that sum to 1, got 0.999999998.'],
    [
      { types: [type(1.5, [[1]]), type(-0.5, [[1]])] },
      'types[0].probability: expected a probability from 0 to 1, got 1.5.',
    ],
    [
      { types: [type(1, [[1]]), type(-0.5, [[1]])] },
      'types[1].probability: expected a probability from 0 to 1, got -0.5.',
    ],
    [
      { types: [type(Number.NaN, [[1]])] },
      'types[0].probability: expected a probability from 0 to 1, got NaN.',
    ],
    [
      { types: [type(1, [[1, 2], [3]])] },
      "types[0].leader[1]: expected 2 payoffs as in the first row of the type's leader, got 1.",
    ],
    [
      {
        types: [
          type(
            1,
            [
              [1, 2],
              [3, 4],
            ],
            [
              [1, 2],
              [3, 4, 5],
            ],
          ),
        ],
      },
      "types[0].follower[1]: expected 2 payoffs as in the first row of the type's leader, got 3.",
    ],
    [
      { types: [type(1, [[1], [2]], [[1]])] },
      'types[0].follower: expected 2 rows as in types[0].leader, got 1.',
    ],
    [
      { types: [type(0.5, [[1], [2]]), type(0.5, [[1]])] },
      'types[1].leader: expected 2 rows as in types[0].leader, got 1.',
    ],
    [{ types: [type(1, [[Number.NaN]])] }, 'types[0].leader[0][0]: expected a finite payoff, got NaN.'],
    [
      { types: [type(1, [[1]], [[Number.POSITIVE_INFINITY]])] },
      'types[0].follower[0][0]: expected a finite payoff, got Infinity.',
    ],
    [{ types: [type(1, [['x']])] }, 'types[0].leader[0][0]: expected a finite payoff, got "x".'],
    [{ types: [type(1, [])] }, 'types[0].leader: expected at least one row, got [].'],
    [{ types: [type(1, [[]])] }, 'types[0].leader[0]: expected at least one payoff, got [].'],
    [
      { types: [{ probability: 1, leader: [[1]] }] },
      'types[0].follower: expected a payoff matrix, got undefined.',
    ],
    [{ name: 'bayes2', types: uneven }, 'name: expected a name or types, got "bayes2" and types.'],
    [
      { name: 'bayes3' },
      'name: Unknown game "bayes3". Did you mean "bayes2"? Known: bayes2, two_by_two, third_party.',
    ],
  ])('refuses %j', (parameters, message) => {
    const attempt = () => build(parameters);
    expect(attempt).toThrow(InvalidArgument);
    expect(attempt).toThrow(new InvalidArgument(`${id}: ${message}`));
  });
});

describe('rendering', () => {
  const frames = (renderMode: string) => {
    const env = make(id, { types: uneven } as any, { renderMode });
    env.reset({ seed: 1 });
    while (env.reset().observations['follower_0'] !== 0);
    const before = env.render()!;
    env.step({ leader_0: 0, follower_0: 1 });
    return [before, env.render()!] as string[];
  };

  it('shows a table a type, the drawn type and the played cell: ansi', () => {
    const [before, after] = frames('ansi');
    expect(before.split('\n')).toEqual([
      `${id}  not played`,
      '> type 0, probability 0.25 (drawn)',
      '    |  0     1     2',
      '  0 |  1,4   2,5   3,6',
      '  type 1, probability 0.75',
      '    |  0',
      '  0 |  7,8',
      '',
    ]);
    expect(after.split('\n').slice(0, 4)).toEqual([
      `${id}  row 0, column 1: leader 2, follower 5`,
      '> type 0, probability 0.25 (drawn)',
      '    |  0     1     2',
      '  0 |  1,4  [2,5]  3,6',
    ]);
  });

  it('shows the same in SVG', () => {
    const [before, after] = frames('svg');
    for (const document of [before, after]) expectWellFormed(document);
    expect(textsOf(after)).toEqual(
      expect.arrayContaining([
        'row 0, column 1: leader 2, follower 5',
        'type 0, probability 0.25 (drawn)',
        '8',
      ]),
    );
    expect(before.match(/#ffe9a8/g)).toBeNull();
    expect(after.match(/#ffe9a8/g)).toHaveLength(1);
    expect(after.match(/#d9a400/g)).toHaveLength(1);
  });

  it('marks the last column where a type lacks the one that was played', () => {
    const env = make(id, { types: uneven } as any, { renderMode: 'ansi' });
    env.reset({ seed: 1 });
    while (env.reset().observations['follower_0'] !== 1);
    env.step({ leader_0: 0, follower_0: 2 });
    expect(env.render()).toMatch(/row 0, column 2: leader 7, follower 8/);
    expect(env.render()).toMatch(/0 \| \[7,8\]\n$/);
  });
});
