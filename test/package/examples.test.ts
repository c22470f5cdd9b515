import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import type { FollowerInput } from '../../solvers/follower-model.js';
import { solve } from '../../solvers/solve.js';

const log = jest.spyOn(console, 'log').mockImplementation(() => {});
afterEach(() => {
  log.mockClear();
});

describe('the examples', () => {
  it('own-rl-loop finds the exact optimum', async () => {
    await import('../../examples/own-rl-loop.js');
    expect(log.mock.calls).toEqual([['value 31 with answers 1,0,0,1,1']]);
  });

  it('run-benchmark learns the exact optimum against a learned follower', async () => {
    await import('../../examples/run-benchmark.js');
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^value 31 after \d+ steps, optimum 31, gap 0$/)],
    ]);
  });

  it('own-game is known everywhere and solved', async () => {
    await import('../../examples/own-game.js');
    expect(log.mock.calls).toEqual([['value -0.6667 with levels 0.33,0.67,0.00']]);
  });

  it('security-game solves, grades and learns a coverage', async () => {
    await import('../../examples/security-game.js');
    expect(log.mock.calls).toEqual([
      ['origami, optimal: 0.082532'],
      ['against a quantal attacker -1.8904, best known -1.6581'],
      [expect.stringMatching(/^learned 0\.08[1-3], optimum 0\.083$/)],
    ]);
  });

  it('bayesian-follower earns its value on average over the types', async () => {
    await import('../../examples/bayesian-follower.js');
    expect(log.mock.calls).toEqual([
      ['value 3.25 with 0.5,0.5'],
      [expect.stringMatching(/^mean return 3\.2\d at even logits$/)],
    ]);
  });

  it('matrix-design says how far two followers are from an equilibrium', async () => {
    await import('../../examples/matrix-design.js');
    expect(log.mock.calls).toEqual([
      ['promises: 1.6667, Nash, gap 0.0000'],
      ['nothing: 1.0000, Nash, gap 0.1667'],
      ['matrix-design-exact, optimal: 1.6667'],
    ]);
  });

  it('learned-mechanism finds the best use of two messages', async () => {
    await import('../../examples/learned-mechanism.js');
    expect(log.mock.calls).toEqual([['learned 0.667, optimum 0.667']]);
  });

  it('routing compares strategies on a network of its own', async () => {
    await import('../../examples/routing.js');
    expect(log.mock.calls).toEqual([
      ['optimum: total cost 1.8200, optimal'],
      ['llf: total cost 1.8200, heuristic'],
      ['scale: total cost 1.9398, heuristic'],
      ['aloof: total cost 2.0000, heuristic'],
      ['tolls: total cost 1.7898, optimal'],
      ['even split: total cost 1.9711, Nash, gap 0'],
    ]);
  });
});

/** A command of the README, as it stands there or with `…` for the game before, and what it prints. */
type Row = readonly [written: string, prints: string, id: string, parameters: object, options: object];

const learningToCommit: readonly Row[] = [
  [`solve SecurityGame-v0 --params '{"resources":2}'`, '0.082532', 'SecurityGame-v0', { resources: 2 }, {}],
  ['… --solver eraser', '0.082532', 'SecurityGame-v0', { resources: 2 }, { solver: 'eraser' }],
  ['1 and 3 resources', '−1.329934', 'SecurityGame-v0', { resources: 1 }, {}],
  ['1 and 3 resources', '1.152775', 'SecurityGame-v0', { resources: 3 }, {}],
  ['… --follower quantal', '−1.65805', 'SecurityGame-v0', { resources: 2 }, { follower: 'quantal' }],
  [
    '… --follower subjective-quantal',
    '−1.43028',
    'SecurityGame-v0',
    { resources: 2 },
    { follower: 'subjective-quantal' },
  ],
  ['solve StaticPatrol-v0', '0.062444', 'StaticPatrol-v0', {}, {}],
  [
    `solve BayesianNormalForm-v0 --params '{"name":"third_party"}' --solver dobss`,
    '0.912143',
    'BayesianNormalForm-v0',
    { name: 'third_party' },
    { solver: 'dobss' },
  ],
  [
    `solve NormalForm-v0 --params '{"name":"paruchuri"}' --solver hyperplane-learner`,
    '3.666667',
    'NormalForm-v0',
    { name: 'paruchuri' },
    { solver: 'hyperplane-learner' },
  ],
  ['solve SpatioTemporalSecurity-v0', '−1.5', 'SpatioTemporalSecurity-v0', {}, {}],
  [
    `solve StructuredHierarchicalGame-v0 --params '{"setting":"chain"}'`,
    '−0.310345',
    'StructuredHierarchicalGame-v0',
    { setting: 'chain' },
    {},
  ],
  ['… --solver dbi', '−0.3125', 'StructuredHierarchicalGame-v0', { setting: 'chain' }, { solver: 'dbi' }],
  [
    `solve MultiFollower-v0 --params '{"setting":"qre"}'`,
    '17.1105',
    'MultiFollower-v0',
    { setting: 'qre' },
    {},
  ],
  [`'{"setting":"cyber"}'`, '35.6846', 'MultiFollower-v0', { setting: 'cyber' }, {}],
  [
    'solve BanditGame-v0 --solver bandit-stackelberg',
    '1',
    'BanditGame-v0',
    {},
    { solver: 'bandit-stackelberg' },
  ],
  [
    `… --options '{"epsilon":0.4}'`,
    '0.5',
    'BanditGame-v0',
    {},
    { solver: 'bandit-stackelberg', options: { epsilon: 0.4 } },
  ],
  [
    `solve FiniteMarkovGame-v0 --params '{"game":"follower_controls"}' --follower myopic`,
    '8.833333',
    'FiniteMarkovGame-v0',
    { game: 'follower_controls' },
    { follower: 'myopic' as FollowerInput },
  ],
  [
    '… --solver feedback-backward-induction',
    '5.666667',
    'FiniteMarkovGame-v0',
    { game: 'follower_controls' },
    { solver: 'feedback-backward-induction' },
  ],
];

const matrix = `solve NormalForm-v0 --params '{"name":"maintain"}'`;
const prices = 'SequentialPriceMechanism-v0';
const scheduling = 'UnrelatedScheduling-v0';
const roads = 'StackelbergRouting-v0';
const msgspace = (types: number) => ({ setting: 'msgspace', types, messages: 1 });
const strategy = (name: string) => ({ options: { strategy: name } });

const mechanismDesign: readonly Row[] = [
  [matrix, '27.5', 'NormalForm-v0', { name: 'maintain' }, {}],
  [
    '… --commitment deterministic',
    '20',
    'NormalForm-v0',
    { name: 'maintain' },
    { commitment: 'deterministic' },
  ],
  ['`escape`', '30', 'NormalForm-v0', { name: 'escape' }, {}],
  ['`game_3`', '2.5', 'NormalForm-v0', { name: 'game_3' }, {}],
  ['`game_4`', '1', 'NormalForm-v0', { name: 'game_4' }, {}],
  ['solve MatrixDesign-v0', '1.666667', 'MatrixDesign-v0', {}, {}],
  [
    `solve SimpleAllocation-v0 --params '{"messages":2}'`,
    '0.666667',
    'SimpleAllocation-v0',
    { messages: 2 },
    {},
  ],
  ['1 and 3 messages', '0.333333', 'SimpleAllocation-v0', { messages: 1 }, {}],
  ['1 and 3 messages', '1', 'SimpleAllocation-v0', { messages: 3 }, {}],
  [`solve MessageSPM-v0 --params '{"setting":"pi"}'`, '0', 'MessageSPM-v0', { setting: 'pi' }, {}],
  [`'{"setting":"pi","messages":1}'`, '−0.06', 'MessageSPM-v0', { setting: 'pi', messages: 1 }, {}],
  [
    `solve MessageSPM-v0 --params '{"setting":"msgspace","types":5}'`,
    '0',
    'MessageSPM-v0',
    { setting: 'msgspace', types: 5 },
    {},
  ],
  [`'{"setting":"msgspace","types":5,"messages":1}'`, '−0.05', 'MessageSPM-v0', msgspace(5), {}],
  ['3, 4 and 6 types', '−0.055556', 'MessageSPM-v0', msgspace(3), {}],
  ['3, 4 and 6 types', '−0.041667', 'MessageSPM-v0', msgspace(4), {}],
  ['3, 4 and 6 types', '−0.044444', 'MessageSPM-v0', msgspace(6), {}],
  ['solve SequentialPriceMechanism-v0', '9.559507', prices, {}, {}],
  ['… --strategy psp', '9.354912', prices, {}, strategy('psp')],
  ['… --strategy asp', '9.119015', prices, {}, strategy('asp')],
  ['… --strategy rsd', '7.5', prices, {}, strategy('rsd')],
  [
    `solve SequentialPriceMechanism-v0 --params '{"setting":"two-worlds"}'`,
    '0.69219',
    prices,
    { setting: 'two-worlds' },
    {},
  ],
  [`'{"setting":"kitchen-sink"}'`, '0.26192', prices, { setting: 'kitchen-sink' }, {}],
  [`'{"setting":"id"}'`, '1.549219', prices, { setting: 'id' }, {}],
  [
    `solve BertrandPlatform-v0 --params '{"rule":"threshold","horizon":1}'`,
    '1.126068',
    'BertrandPlatform-v0',
    { rule: 'threshold', horizon: 1 },
    {},
  ],
  [
    `solve UnrelatedScheduling-v0 --params '{"times":[[1,3,2],[2,1,4]]}'`,
    '−1',
    scheduling,
    { times: [[1, 3, 2], [2, 1, 4]] }, // biome-ignore format: a matrix
    {},
  ],
  [
    `'{"times":[[0.99,0.99,0.99],[1,1,1],[1,1,1]]}'`,
    '−2.97',
    scheduling,
    { times: [[0.99, 0.99, 0.99], [1, 1, 1], [1, 1, 1]] }, // biome-ignore format: a matrix
    {},
  ],
  ['drawn times: `solve UnrelatedScheduling-v0`', '−1.17', scheduling, {}, {}],
  ['solve StackelbergRouting-v0 --strategy llf', '0.75', roads, {}, strategy('llf')],
  ['… --strategy scale', '0.8125', roads, {}, strategy('scale')],
  ['… --strategy aloof', '1', roads, {}, strategy('aloof')],
  ['… --strategy tolls', '0.75', roads, {}, strategy('tolls')],
  [`solve StackelbergRouting-v0 --params '{"name":"braess"}'`, '1.625', roads, { name: 'braess' }, {}],
  [`'{"name":"braess","control":"tolls"}'`, '1.5', roads, { name: 'braess', control: 'tolls' }, {}],
  [`… '{"links":["1","x^2"]}'`, '0.6151', roads, { links: ['1', 'x^2'] }, {}],
];

const sections = readFileSync('README.md', 'utf8').split(/^## /m);

describe.each([
  ['Security games and learning to commit', learningToCommit],
  ['Mechanism design and routing', mechanismDesign],
] as const)('the README, section %s', (title, rows) => {
  const section = sections.find((text) => text.startsWith(title))!;

  it.each(rows)('%s prints %s', async (written, prints, id, parameters, options) => {
    const line = section.split('\n').find((text) => text.includes(written) && text.includes(prints));
    expect(line).toBeDefined();
    const { value } = await solve(makeGame(id, parameters), options);
    const digits = prints.split('.')[1]?.length ?? 0;
    expect(value.toFixed(digits)).toBe(Number(prints.replace('−', '-')).toFixed(digits));
  });
});
