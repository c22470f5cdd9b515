import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkAecEnv,
  checkEnv,
  checkParallelEnv,
  checkParallelVectorEnv,
  checkVectorEnv,
  seedTest,
} from '../../../gymnasium/checkers/index.js';
import { aecToParallel, ParallelToAec } from '../../../gymnasium/conversions.js';
import { CheckFailed } from '../../../gymnasium/error.js';
import { make, makeAec, makeVec } from '../../../gymnasium/make.js';
import type { ParallelEnv } from '../../../gymnasium/parallel.js';
import { register, registry } from '../../../gymnasium/registry.js';
import { SyncVectorEnv } from '../../../gymnasium/sync-vector-env.js';
import { TransformReward } from '../../../gymnasium/wrappers/transform-reward.js';
import {
  GoodEnv,
  GoodParallel,
  goodAec,
  goodEnv,
  goodParallel,
  goodParallelVector,
  goodVector,
  noisyTwin,
} from './good-envs.js';

const perInstance = /first reset|another instance|declared render mode|closed is set/;

beforeAll(() => {
  register({ id: 'CheckedEnv-v0', entryPoint: ({ renderMode }) => new GoodEnv(renderMode ?? null) });
  register({
    id: 'CheckedGame-v0',
    entryPoint: ({ renderMode }) => new GoodParallel(renderMode ?? null),
    aecEntryPoint: ({ renderMode }) => new ParallelToAec(new GoodParallel(renderMode ?? null)),
  });
  register({
    id: 'CheckedGameVec-v0',
    vectorEntryPoint: (_n, _parameters, { autoresetMode }) =>
      goodParallelVector(autoresetMode ?? 'NextStep')(),
  });
});

afterAll(() => {
  for (const id of ['CheckedEnv-v0', 'CheckedGame-v0', 'CheckedGameVec-v0']) registry.delete(id);
});

describe('what a checker is given', () => {
  it('builds more environments from the spec of a registered one', () => {
    expect(checkEnv(make<GoodEnv>('CheckedEnv-v0')).skipped).toEqual([]);
    expect(checkParallelEnv(make('CheckedGame-v0')).skipped).toEqual([]);
    expect(checkAecEnv(makeAec('CheckedGame-v0')).skipped).toEqual([]);
    const vector = checkVectorEnv(makeVec('CheckedEnv-v0', 2), { twin: goodEnv() });
    expect(vector.skipped.filter((rule) => perInstance.test(rule))).toEqual([]);
    const parallelVector = checkParallelVectorEnv(makeVec('CheckedGameVec-v0', 3), { twin: noisyTwin() });
    expect(parallelVector.skipped.filter((rule) => perInstance.test(rule))).toEqual([]);
  });

  it('skips rules on other instances for one without a spec, or wrapped after it was made', () => {
    const wrapped = new TransformReward(make<GoodEnv>('CheckedEnv-v0'), (reward) => 2 * reward);
    for (const env of [new GoodEnv(), wrapped]) {
      const { passed, skipped } = checkEnv(env);
      expect(skipped.length).toBeGreaterThan(0);
      expect(skipped.every((rule) => perInstance.test(rule))).toBe(true);
      expect(passed.some((rule) => perInstance.test(rule))).toBe(false);
    }
  });

  it('skips the twin rules of a vector environment without a twin', () => {
    const { skipped } = checkVectorEnv(goodVector('SameStep'));
    expect(skipped).toContain('every row plays what its scalar twin plays');
    expect(() => checkVectorEnv(goodVector('SameStep'), { twin: 5 as any })).toThrow(
      /Expected options.twin to be an Env or a ParallelEnv, or to build one, got 5/,
    );
  });

  it('checks a vector environment of one row', () => {
    const one = () => new SyncVectorEnv([() => new GoodEnv()]);
    expect(checkVectorEnv(one, { twin: () => new GoodEnv() }).failures).toEqual([]);
  });

  it('finds that rows differ from another twin', () => {
    const twin = () => {
      const env = noisyTwin();
      const { step } = env;
      env.step = (actions) => {
        const result = step.call(env, actions);
        return { ...result, rewards: { ...result.rewards, leader_0: 7 } };
      };
      return env;
    };
    expect(() => checkParallelVectorEnv(goodParallelVector('Disabled'), { twin })).toThrow(
      /row 0 to give what its scalar twin gives at step 1, but they differ in rewards.leader_0: 7 and 0\./,
    );
  });

  it('checks the conversions of a good environment', () => {
    const order = [['leader_0'], ['follower_0', 'follower_1']];
    const there = (mode?: string): ParallelEnv => aecToParallel(goodAec(mode), { order });
    expect(checkParallelEnv(there).failures).toEqual([]);
    expect(checkAecEnv((mode) => new ParallelToAec(there(mode))).failures).toEqual([]);
  });
});

describe('collect', () => {
  it('goes on after a failure, but not where nothing else could be checked', () => {
    const broken = () => Object.assign(goodEnv(), { metadata: {}, render: () => 5 });
    const { failures, passed } = checkEnv(broken as any, { collect: true });
    const rules = failures.map(({ rule }) => rule);
    expect(rules).toContain('metadata says how the environment renders');
    expect(rules).toContain('render gives text with a render mode and null without');
    expect(passed.length).toBeGreaterThan(15);
    const nothing = checkEnv(null as any, { collect: true });
    expect(nothing.failures.map(({ error }) => error.message)).toEqual([
      'null: not so: "the environment is an Env". Expected an instance of Env, got null.',
    ]);
    expect(nothing.passed).toEqual([]);
  });
});

describe('seedTest', () => {
  it.each<[string, () => any]>([
    ['Env', goodEnv],
    ['ParallelEnv', goodParallel],
    ['AecEnv', goodAec],
    ['VectorEnv', goodVector('NextStep')],
    ['ParallelVectorEnv', goodParallelVector('SameStep')],
  ])('passes a good %s and fails one with a stream of its own', (_kind, build) => {
    seedTest(build, { seed: 7 });
    let instance = 0;
    const broken = () => {
      const env = build();
      const { reset } = env;
      const own = `instance ${instance++}`;
      return Object.assign(env, {
        reset: (options: any) => reset.call(env, options?.seed == null ? options : { seed: own }),
      });
    };
    expect(() => seedTest(broken)).toThrow(
      /Expected two instances of \w+ to give the same after the same seed, but at the reset/,
    );
  });

  it('refuses what is no environment', () => {
    expect(() => seedTest((() => 5) as any)).toThrow(CheckFailed);
  });
});
