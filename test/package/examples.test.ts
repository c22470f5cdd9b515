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
});

/** Commands of the README's table of prior systems, as they stand there or with `…` for the game before, and what they print. */
const rows: readonly [written: string, prints: string, id: string, parameters: object, options: object][] = [
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

describe('the README', () => {
  const [, section] = readFileSync('README.md', 'utf8').split('## Security games and learning to commit\n');

  it.each(rows)('%s prints %s', async (written, prints, id, parameters, options) => {
    const line = section.split('\n').find((text) => text.includes(written) && text.includes(prints));
    expect(line).toBeDefined();
    const { value } = await solve(makeGame(id, parameters), options);
    const digits = prints.split('.')[1]?.length ?? 0;
    expect(value.toFixed(digits)).toBe(Number(prints.replace('−', '-')).toFixed(digits));
  });
});
