import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, type IteratedMatrixGame, type Memory, makeGame } from '../../../envs/index.js';
import { make } from '../../../gymnasium/make.js';
import { CELLS, cells } from '../../solvers/games.js';

const wide = {
  leader: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  follower: [
    [6, 5, 4],
    [3, 2, 1],
  ],
};
const start = (parameters: object) => {
  const env = new GameParallelEnv(makeGame('IteratedMatrixGame-v0', parameters));
  env.reset({ seed: 0 });
  return env;
};

describe('payoffs', () => {
  it.each(Object.keys(CELLS))('of %s are those of the paper', (game) => {
    const { leader, follower } = cells(CELLS[game]);
    const env = start({ game, horizon: 4 });
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 2; b++) {
        const { rewards } = env.step({ leader_0: a, follower_0: b });
        expect(rewards).toEqual({ leader_0: leader[a][b], follower_0: follower[a][b] });
      }
    }
  });

  it('are rows by leader and columns by follower, in any shape', () => {
    const env = start({ ...wide, horizon: 6 });
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 3; b++) {
        const { rewards } = env.step({ leader_0: a, follower_0: b });
        expect(rewards).toEqual({ leader_0: wide.leader[a][b], follower_0: wide.follower[a][b] });
      }
    }
  });

  it('may be expressions', () => {
    const game = makeGame('IteratedMatrixGame-v0', {
      leader: [['v - p', 0]],
      follower: [['p', '2 * v']],
      variables: { v: 5, p: 2 },
    }) as IteratedMatrixGame;
    expect(game.payoffs).toEqual({ leader: [[3, 0]], follower: [[2, 10]] });
  });

  it('get the offset, both players alike', () => {
    const env = start({ game: 'prisoners_dilemma', rewardOffset: -2.5 });
    expect(env.step({ leader_0: 1, follower_0: 0 }).rewards).toEqual({ leader_0: 1.5, follower_0: -1.5 });
  });

  it('are the prisoners dilemma by default', () => {
    expect((makeGame('IteratedMatrixGame-v0') as IteratedMatrixGame).payoffs).toEqual(
      cells(CELLS['prisoners_dilemma']),
    );
  });
});

describe('observations', () => {
  /** What leader and follower see after (row a, column b). */
  const sights: Record<Memory, (a: number, b: number) => [number, number]> = {
    none: () => [0, 0],
    small: (a, b) => [1 + b, 1 + a],
    full: (a, b) => [1 + a + 2 * b, 1 + a + 2 * b],
  };
  const sizes: Record<Memory, [number, number]> = { none: [1, 1], small: [4, 3], full: [7, 7] };

  it.each(Object.keys(sights) as Memory[])('with memory %s in a 2x3 game', (memory) => {
    const env = start({ ...wide, memory, horizon: 7 });
    const spaces = ['leader_0', 'follower_0'].map((id) => (env.observationSpace(id) as any).n);
    expect(spaces).toEqual(sizes[memory]);
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 3; b++) {
        const { observations } = env.step({ leader_0: a, follower_0: b });
        expect(Object.values(observations)).toEqual(sights[memory](a, b));
      }
    }
    env.step({ leader_0: 1, follower_0: 2 });
    expect(env.reset().observations).toEqual({ leader_0: 0, follower_0: 0 });
  });
});

describe('the horizon', () => {
  it.each([1, 3, 10])('of %d ends the episode by termination after as many steps', (horizon) => {
    const env = start({ horizon });
    for (let episode = 0; episode < 2; episode++) {
      env.reset();
      for (let t = 1; t <= horizon; t++) {
        const { terminations, truncations } = env.step({ leader_0: 0, follower_0: 0 });
        expect([terminations.leader_0, terminations.follower_0]).toEqual([t === horizon, t === horizon]);
        expect(truncations.leader_0).toBe(false);
      }
    }
  });

  it('is 10 by default, without discount', () => {
    const game = makeGame('IteratedMatrixGame-v0') as IteratedMatrixGame;
    expect([game.horizon, game.discount, game.memory, game.rewardOffset]).toEqual([10, 1, 'full', 0]);
    const discounted = makeGame('IteratedMatrixGame-v0', { discount: 0.9 });
    expect(discounted.discount).toBe(0.9);
  });
});

it('is what make gives', () => {
  const env = make('IteratedMatrixGame-v0', { game: 'chicken', horizon: 1 });
  env.reset({ seed: 42 });
  expect(env.step({ leader_0: 1, follower_0: 0 }).rewards).toEqual({ leader_0: 4, follower_0: 2 });
});
