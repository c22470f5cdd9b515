import { expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { dobss } from '../../solvers/bayesian/dobss.js';
import { harsanyi } from '../../solvers/bayesian/harsanyi.js';
import { enumeration } from '../../solvers/enumeration.js';
import { multipleLps, singleLp } from '../../solvers/normal-form/solvers.js';
import { solve } from '../../solvers/solve.js';
import { FollowersGame } from '../envs/followers-game.js';

const rules = { leaderActions: 2, actions: [2], rewards: (a: number, [b]: readonly number[]) => [a * b, b] };

it.each([enumeration, harsanyi, dobss, multipleLps, singleLp])(
  '$name does not fit games in which the leader answers its followers',
  ({ fits, name }) => {
    for (const game of [
      makeGame('SimpleAllocation-v0'),
      new FollowersGame({ ...rules, followersFirst: true }),
    ]) {
      for (const commitment of [undefined, 'deterministic', 'stochastic'] as const) {
        expect(fits(game, { commitment, follower: 'stationary', certify: false, options: {} })).toBe(false);
      }
    }
    const before = new FollowersGame(rules);
    const task = { follower: 'stationary', certify: false, options: {} } as const;
    if (name !== 'multiple-lps' && name !== 'single-lp') expect(fits(before, task)).toBe(true);
  },
);

it('and solve says that none does', async () => {
  const game = new FollowersGame({ ...rules, followersFirst: true });
  await expect(solve(game)).rejects.toThrow(/^solve: [^\n]*FollowersGame[^\n]*\.$/);
  expect((await solve(new FollowersGame(rules))).value).toBe(1);
});
