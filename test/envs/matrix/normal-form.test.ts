import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame, namedGames, textbookGames } from '../../../envs/index.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';

const start = (parameters: object = {}) => {
  const env = new GameParallelEnv(makeGame('NormalForm-v0', parameters));
  env.reset({ seed: 0 });
  return env;
};

describe('NormalForm', () => {
  it.each(Object.entries(namedGames))('%s pays its matrices and ends after a step', (name, payoffs) => {
    const env = start({ name });
    payoffs.leader.forEach((row, a) => {
      row.forEach((payoff, b) => {
        expect(env.reset().observations).toEqual({ leader_0: 0, follower_0: 0 });
        const result = env.step({ leader_0: a, follower_0: b });
        expect(result.rewards).toEqual({ leader_0: payoff, follower_0: payoffs.follower[a][b] });
        expect(result.terminations).toEqual({ leader_0: true, follower_0: true });
        expect(result.observations).toEqual({ leader_0: 0, follower_0: 0 });
      });
    });
  });

  it('shows the follower the row with observeAction, and nothing without', () => {
    const env = start({ observeAction: true });
    expect(env.observationSpace('follower_0')).toEqual(new Discrete(3));
    for (const row of [0, 1]) {
      expect(env.reset().observations).toEqual({ leader_0: 0, follower_0: 0 });
      expect(env.commit!({ leader_0: row })).toEqual({ follower_0: 1 + row });
      expect(env.step({ follower_0: 0 }).observations).toEqual({ leader_0: 0, follower_0: 1 + row });
    }
    env.reset();
    expect(env.step({ leader_0: 1, follower_0: 0 }).observations).toEqual({ leader_0: 0, follower_0: 2 });
    expect(start().commit).toBeUndefined();
    expect(start().observationSpace('follower_0')).toEqual(new Discrete(1));
  });

  it('is Conitzer and Sandholm by default', () => {
    expect((makeGame('NormalForm-v0') as any).payoffs).toEqual(textbookGames['conitzer_sandholm']);
  });

  it.each(Object.entries(namedGames))('%s is of one shape on both sides', (_, { leader, follower }) => {
    expect(follower.map((row) => row.length)).toEqual(leader.map((row) => row.length));
    expect(new Set(leader.map((row) => row.length)).size).toBe(1);
  });
});
