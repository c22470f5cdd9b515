import { describe, expect, it } from '@jest/globals';
import { AecToParallel } from '../../gymnasium/aec-to-parallel.js';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import { ParallelToAec } from '../../gymnasium/parallel-to-aec.js';
import { GoodParallel } from './checkers/good-envs.js';
import { Matching } from './matching.js';

describe('AecToParallel', () => {
  const start = () => {
    const env = new AecToParallel(new ParallelToAec(new GoodParallel()));
    env.reset({ seed: 1 });
    return env;
  };

  it('takes its groups from the option, from a converted ParallelEnv, or one agent a turn', () => {
    expect(new AecToParallel(new Matching()).moveOrder).toEqual([['leader_0'], ['follower_0']]);
    const order = [['leader_0', 'follower_0']];
    expect(new AecToParallel(new Matching(), { order }).moveOrder).toEqual(order);
    expect(start().moveOrder).toEqual([['leader_0'], ['follower_0', 'follower_1']]);
  });

  it.each<[string, any]>([
    ['misses an agent', [['leader_0']]],
    ['repeats an agent', [['leader_0'], ['leader_0', 'follower_0']]],
    ['is not grouped', ['leader_0', 'follower_0']],
  ])('refuses an order that %s', (_what, order) => {
    expect(() => new AecToParallel(new Matching(), { order })).toThrow(InvalidArgument);
    expect(() => new AecToParallel(new Matching(), { order })).toThrow(
      /expected order to list each of leader_0, follower_0 once, in groups, got/,
    );
  });

  it('finds out when the environment does not keep to the order', () => {
    const order = [['follower_0'], ['leader_0']];
    const env = new AecToParallel(new Matching(), { order });
    env.reset();
    expect(() => env.commit({ follower_0: 0 })).toThrow(
      'aecToParallel: expected the turn of follower_0 by the order given, got that of leader_0.',
    );
  });

  it('takes commitments turn by turn, repeated or left out later', () => {
    const env = start();
    const others = env.commit({ leader_0: 1 });
    expect(Object.keys(others)).toEqual(['follower_0', 'follower_1']);
    expect(Object.keys(env.commit({ leader_0: 1, follower_0: 2 }))).toEqual(['follower_1']);
    const { rewards } = env.step({ follower_1: new Float32Array(2), follower_0: 2 });
    expect(Object.keys(rewards)).toEqual(['leader_0', 'follower_0', 'follower_1']);
  });

  it('refuses actions out of turn, contradictory, missing, or of strangers', () => {
    const env = start();
    expect(() => env.commit({ follower_0: 1 })).toThrow(
      'commit: expected actions for leader_0 before follower_0, got none.',
    );
    env.commit({ leader_0: 1 });
    expect(() => env.commit({ leader_0: 2 })).toThrow(
      'leader_0: expected the action 1 it has committed to, got 2.',
    );
    expect(() => env.step({ follower_0: 0 })).toThrow(
      'step: expected an action for follower_1, got actions for ["follower_0"].',
    );
    expect(() => env.step({ boss_0: 0 })).toThrow(
      'Expected actions for leader_0, follower_0, follower_1, got one for "boss_0".',
    );
    const both = new Float32Array(2);
    env.commit({ follower_0: 0, follower_1: both });
    both.fill(1);
    expect(() => env.step({ follower_1: both })).toThrow(InvalidAction);
    expect(env.step({}).terminations).toEqual({ leader_0: false, follower_0: false, follower_1: false });
  });

  it('passes over an agent whose episode ends before its turn comes', () => {
    const env = new AecToParallel(new Matching(4));
    env.reset();
    expect(env.step({ leader_0: 3, follower_0: 1 })).toEqual({
      observations: { leader_0: 0, follower_0: 4 },
      rewards: { leader_0: 0, follower_0: 0 },
      terminations: { leader_0: true, follower_0: true },
      truncations: { leader_0: false, follower_0: false },
      infos: { leader_0: {}, follower_0: {} },
    });
    expect(env.agents).toEqual([]);
    expect(() => env.step({})).toThrow(ResetNeeded);
  });

  it('refuses what is no AecEnv, and passes on metadata, state and closing', () => {
    expect(() => new AecToParallel(new GoodParallel() as any)).toThrow(/expected an AecEnv, got/);
    const env = new AecToParallel(new ParallelToAec(new GoodParallel('ansi')));
    env.reset({ seed: 0 });
    expect([env.renderMode, env.render(), env.state!(), `${env}`]).toEqual([
      'ansi',
      'step 0',
      Float64Array.of(0),
      'good',
    ]);
    env.close();
  });
});
