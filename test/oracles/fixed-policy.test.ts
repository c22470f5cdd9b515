import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { FixedPolicy, prepareOracle } from '../../oracles/index.js';
import { StackelbergVectorEnv } from '../../wrappers/index.js';
import { CountingGame } from '../envs/testing-games.js';
import { Driver } from './driving.js';

describe('FixedPolicy', () => {
  it('plays functions and policies, and asks nothing', () => {
    const never = () => {
      throw new Error('asked');
    };
    const rule = new Driver(new CountingGame(), new FixedPolicy({ follower_0: (o: number) => o % 2 }));
    expect([4, 5].map((o) => rule.respond(never).follower_0.act(o, new Rng(0)))).toEqual([0, 1]);
    let resets = 0;
    const policy = { reset: () => resets++, act: () => 1 };
    const { follower_0 } = new Driver(new CountingGame(), new FixedPolicy({ follower_0: policy })).respond(
      never,
    );
    follower_0.reset!();
    expect([resets, follower_0.act(0, new Rng(0))]).toEqual([1, 1]);
  });

  it('hands its stream to the rule', () => {
    const random = new FixedPolicy({ follower_0: (_: number, rng: Rng) => rng.integer(1000) });
    const { follower_0 } = new Driver(new CountingGame(), random).respond(() => 0);
    expect(follower_0.act(0, new Rng(3))).toBe(new Rng(3).integer(1000));
  });

  it.each<[any, string]>([
    [{}, 'got [].'],
    [{ follower_1: () => 0 }, 'got ["follower_1"].'],
    [{ follower_0: () => 0, leader_0: () => 0 }, 'got ["follower_0", "leader_0"].'],
  ])('refuses %p', (followers, message) => {
    const call = () => new Driver(new CountingGame(), new FixedPolicy(followers));
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(`FixedPolicy: expected policies for follower_0, ${message}`);
  });
});

it('makes a policy with memory anew for each outer episode lane', () => {
  const game = makeGame('IteratedMatrixGame-v0', { game: 'prisoners_dilemma' });
  const create = () => {
    let seen = 0;
    return {
      reset: () => {
        seen = 0;
      },
      act: () => (seen++ === 0 ? 0 : 1),
    };
  };
  const outer = new StackelbergVectorEnv(game, 3, { oracle: new FixedPolicy({ follower_0: { create } }) });
  outer.reset({ seed: 0 });
  const rewards = () => Array.from(outer.step(Int32Array.of(0, 0, 0)).rewards);
  expect([rewards(), rewards()]).toEqual([
    [3, 3, 3],
    [1, 1, 1],
  ]);
});

it('is known by name, with an action for each follower', async () => {
  const game = makeGame('NormalForm-v0');
  const { oracle } = await prepareOracle('fixed-policy', game, { actions: { follower_0: 1 } }, 0);
  expect(new Driver(game, oracle).respond(() => 0)['follower_0'].act(0, new Rng(0))).toBe(1);
  await expect(prepareOracle('fixed-policy', game, { actions: { follower_0: 2 } }, 0)).rejects.toThrow(
    'fixed-policy: actions.follower_0: expected an action in Discrete(2), got 2.',
  );
});
