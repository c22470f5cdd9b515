import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame } from '../../envs/index.js';
import { checkParallelEnv } from '../../gymnasium/checkers/index.js';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { ObservedQueriesWrapper } from '../../wrappers/index.js';
import { ContinuousGame, randomRules, TableGame } from '../envs/testing-games.js';

const prisoners = () =>
  new GameParallelEnv(makeGame('IteratedMatrixGame-v0', { horizon: 2, memory: 'small' }));
const leaderFirst = () => new GameParallelEnv(makeGame('NormalForm-v0', { observeAction: true }));
const both = (leader_0: number, follower_0: number) => ({ leader_0, follower_0 });

describe('ObservedQueriesWrapper', () => {
  it('asks the queries first, pays nothing, and shows followers the answers from then on', () => {
    const env = new ObservedQueriesWrapper(prisoners());
    const see = (leader_0: number, observation: number, ...answers: number[]) => ({
      leader_0,
      follower_0: { observation, answers: Int32Array.from(answers) },
    });
    expect(env.reset({ seed: 0 }).observations).toEqual(see(0, 0, 0, 0, 0));
    const asked = [1, 0, 1].map((a) => env.step(both(a, 0)));
    expect(asked.map(({ observations }) => observations)).toEqual([
      see(1, 0, 2, 0, 0),
      see(2, 0, 2, 1, 0),
      see(0, 0, 2, 1, 2),
    ]);
    for (const { rewards, terminations } of asked) {
      expect([rewards, terminations]).toEqual([both(0, 0), { leader_0: false, follower_0: false }]);
    }
    const first = env.step(both(1, 0));
    expect([first.rewards, first.observations]).toEqual([both(4, 1), see(1, 2, 2, 1, 2)]);
    expect(env.step(both(1, 1)).terminations).toEqual({ leader_0: true, follower_0: true });
    expect(() => env.step(both(0, 0))).toThrow(ResetNeeded);
    expect(env.reset().observations).toEqual(see(0, 0, 0, 0, 0));
  });

  it.each<[string, () => GameParallelEnv, object]>([
    ['a simultaneous game', prisoners, {}],
    ['a list of queries', prisoners, { queries: [2] }],
    ['a leader-first game', leaderFirst, {}],
    [
      'a leader-first game with several queries',
      () => new GameParallelEnv(new TableGame(randomRules(new Rng(0), { leaderFirst: true }))),
      {},
    ],
    ['other starts', () => new GameParallelEnv(new TableGame(randomRules(new Rng(0), { start: 3 }))), {}],
    [
      'the follower first in the list',
      () => new GameParallelEnv(new TableGame(randomRules(new Rng(0), { followerFirst: true }))),
      { leader: 'leader_0' },
    ],
  ])('passes checkParallelEnv: %s', (_, build, options) => {
    checkParallelEnv(() => new ObservedQueriesWrapper(build(), options));
  });

  it('counts answers from the start of the action space', () => {
    const env = new ObservedQueriesWrapper(
      new GameParallelEnv(new TableGame(randomRules(new Rng(0), { start: 3 }))),
    );
    env.reset({ seed: 0 });
    env.step(both(4, 3));
    expect(env.step(both(3, 3)).observations['follower_0'].answers).toEqual(Int32Array.of(2, 1));
  });

  it('keeps the order of moves in play', () => {
    const env = new ObservedQueriesWrapper(leaderFirst());
    env.reset({ seed: 0 });
    env.step(both(1, 0));
    expect(env.commit!({ leader_0: 0 })).toEqual({
      follower_0: { observation: 1, answers: Int32Array.of(2) },
    });
    expect(env.step({ follower_0: 1 }).rewards).toEqual(both(4, 0));
  });

  it('refuses bad actions while it asks, and stays where it is', () => {
    const env = new ObservedQueriesWrapper(prisoners());
    expect(() => env.step(both(0, 0))).toThrow(ResetNeeded);
    env.reset({ seed: 0 });
    expect(() => env.step(both(2, 0))).toThrow(InvalidAction);
    expect(() => env.step(both(2, 0))).toThrow('leader_0: expected an action in Discrete(2), got 2.');
    expect(() => env.step({ leader_0: 0 })).toThrow(
      'follower_0: expected an action in Discrete(2), got undefined.',
    );
    expect(env.step(both(1, 0)).observations['leader_0']).toBe(1);
  });

  it.each<[() => any, any, RegExp]>([
    [() => 3, {}, /^ObservedQueriesWrapper: expected a ParallelEnv, got 3\./],
    [prisoners, { leader: 'leader_9' }, /leader: expected one of leader_0, follower_0, got "leader_9"\./],
    [prisoners, { queries: [0, 7] }, /queries: expected observations in Discrete\(3\), got 7\./],
    [prisoners, { queries: [] }, /queries: expected at least one query, got none\./],
    [() => new GameParallelEnv(new ContinuousGame()), {}, /expected a leader with Discrete actions, got Box/],
  ])('refuses malformed arguments: %#', (source, options, message) => {
    const call = () => new ObservedQueriesWrapper(source(), options);
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(message);
  });
});
