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

  it('prints a readable summary without --json', async () => {
    const { code, stdout } = await gym(['solve', 'NormalForm-v0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}leader value {5}3\.5$/m);
  });
});
