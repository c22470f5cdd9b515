import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { emptyFolder, gym } from './command.js';

const bimatrix = {
  leader: [
    [2, 4],
    [1, 3],
  ],
  follower: [
    [1, 0],
    [0, 1],
  ],
};

async function solve(id: string, params: unknown, ...options: string[]) {
  const text = typeof params === 'string' ? params : JSON.stringify(params);
  const { code, stdout, stderr } = await gym(['solve', id, '--params', text, '--json', ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('stackelberg-gym solve --json', () => {
  it('prints one document with the documented keys', async () => {
    const document = await solve('NormalForm-v0', bimatrix);
    expect(document).toMatchObject({ game: 'NormalForm-v0', params: bimatrix, tieBreaking: 'leader' });
    expect(document.value).toBeCloseTo(3.5, 9);
    expect(document.followerValues.follower_0).toBeCloseTo(0.5, 9);
    expect(document.commitment).toHaveLength(2);
    expect(document.solver).toBe('multiple-lps');
    expect(document.certificate.exact.value).toBe('7/2');
  });

  it('reads the parameters from a file', async () => {
    const path = join(emptyFolder(), 'game.json');
    writeFileSync(path, JSON.stringify(bimatrix));
    expect((await solve('NormalForm-v0', `@${path}`)).value).toBeCloseTo(3.5, 9);
  });

  it('takes a named game, and payoffs as expressions', async () => {
    expect((await solve('NormalForm-v0', { name: 'conitzer_sandholm' })).value).toBeCloseTo(3.5, 9);
    const leader = [
      ['v - p', 'v + p'],
      [1, 3],
    ];
    const params = { leader, follower: bimatrix.follower, variables: { v: 3, p: 1 } };
    expect((await solve('NormalForm-v0', params)).value).toBeCloseTo(3.5, 9);
  });

  it('solves the iterated games for each commitment and follower', async () => {
    const params = { game: 'prisoners_dilemma', horizon: 10, memory: 'full' };
    const id = 'IteratedMatrixGame-v0';
    expect((await solve(id, params)).value).toBe(31);
    expect((await solve(id, params, '--follower', 'time-aware')).value).toBe(29);
    expect((await solve(id, { ...params, rewardOffset: -2.5 })).value).toBe(6);
    const stochastic = await solve(id, params, '--commitment', 'stochastic');
    expect(stochastic.value).toBeCloseTo(35, 3);
    expect(stochastic.certificate).toMatchObject({ tight: true });
  });

  it.each([
    [1, -1 / 20],
    [2, 0],
  ])('gives the exact welfare regret of a price mechanism with %d messages', async (messages, value) => {
    const document = await solve('MessageSPM-v0', { setting: 'msgspace', types: 5, messages });
    expect(document.value).toBeCloseTo(value, 12);
    expect(document.solver).toBe('message-spm-exact');
    expect(document.status).toBe('optimal');
  });

  it('prints a readable summary without --json', async () => {
    const { code, stdout } = await gym(['solve', 'NormalForm-v0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}leader value {5}3\.5$/m);
  });
});

describe('stackelberg-gym solve --strategy', () => {
  const routing = 'StackelbergRouting-v0';
  const links = { links: ['1', 'x^2'], demand: 1, leaderShare: 0.5 };
  const best = 1 - 2 / (3 * Math.sqrt(3));
  const onSquare = 0.5 + 0.5 / Math.sqrt(3);

  it.each([
    ['optimum', best],
    ['llf', best],
    ['scale', 1 - onSquare + onSquare ** 3],
    ['aloof', 1],
    ['tolls', best],
  ])('gives the total cost of %s on the links 1 and x^2', async (strategy, cost) => {
    const document = await solve(routing, links, '--strategy', strategy);
    expect(document.value).toBeCloseTo(cost, 9);
    expect(document).toMatchObject({ sense: 'cost', details: { strategy } });
    expect(document.details.nash).toBeCloseTo(1, 9);
    expect(document.details.socialOptimum).toBeCloseTo(best, 9);
    const same = await solve(routing, links, '--options', JSON.stringify({ strategy }));
    expect(same).toEqual(document);
  });

  it('takes a graph, of which tolls make the social optimum', async () => {
    const graph = {
      nodes: ['s', 'v', 'w', 't'],
      edges: [
        { from: 's', to: 'v', latency: 'x' },
        { from: 's', to: 'w', latency: '1' },
        { from: 'v', to: 'w', latency: '0' },
        { from: 'v', to: 't', latency: '1' },
        { from: 'w', to: 't', latency: 'x' },
      ],
      origin: 's',
      destination: 't',
    };
    expect((await solve(routing, graph)).value).toBeCloseTo(1.625, 6);
    expect((await solve(routing, graph, '--strategy', 'tolls')).value).toBeCloseTo(1.5, 9);
    const [nash, named] = [
      await solve(routing, { ...graph, leaderShare: 0 }),
      await solve(routing, { name: 'braess' }),
    ];
    expect(nash.value).toBeCloseTo(2, 9);
    expect(named.value).toBeCloseTo(1.625, 6);
  });

  it('calls the value a total cost without --json', async () => {
    const { code, stdout } = await gym(['solve', routing, '--strategy', 'llf']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}total cost {7}0\.75$/m);
  });

  it('does not call tolls the best commitment of a leader who routes', async () => {
    const line = async (...options: string[]) =>
      /^ {2}commitment .*$/m.exec((await gym(['solve', routing, ...options])).stdout)![0];
    const tolls = await line('--strategy', 'tolls');
    expect(tolls).toBe('  commitment       none that can be played: the solver states the value and rules');
    const own = await line('--strategy', 'tolls', '--params', '{"name":"pigou","control":"tolls"}');
    expect(own).toContain('(best deterministic one)');
  });

  it.each([
    [
      'given twice',
      ['--strategy', 'llf', '--options', '{"strategy":"scale"}'],
      /--strategy: expected it once/,
    ],
    [
      'unknown',
      ['--strategy', 'lff'],
      /strategy: expected one of optimum, llf, scale, aloof, tolls, got "lff"/,
    ],
    [
      'of flows where the leader sets tolls',
      ['--strategy', 'llf', '--params', '{"control":"tolls"}'],
      /strategy: expected optimum or tolls in a game with control "tolls", got "llf"/,
    ],
  ])('refuses one %s in one line', async (_, options, message) => {
    const { code, stdout, stderr } = await gym(['solve', routing, ...options]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: .*\n$/);
  });

  it('is refused by solvers without strategies', async () => {
    const { code, stderr } = await gym(['solve', 'NormalForm-v0', '--strategy', 'llf']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*Unknown option "strategy"\..*\n$/);
  });
});
