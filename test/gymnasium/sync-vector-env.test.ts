import { describe, expect, it } from '@jest/globals';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Dict } from '../../gymnasium/spaces/dict.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { SyncVectorEnv } from '../../gymnasium/sync-vector-env.js';
import { OrderEnforcing } from '../../gymnasium/wrappers/order-enforcing.js';
import { describeAutoreset } from './autoreset-table.js';
import { countingEnv, stepResult, TestingEnv, type TestingEnvOptions, thrownBy } from './testing-env.js';

const counting = (n: number) => Array.from({ length: n }, (_, row) => () => countingEnv(3 + row));
const seedsOf = (envs: SyncVectorEnv) => envs.envs.map((env) => (env as TestingEnv).resets.at(-1)?.seed);

describeAutoreset('SyncVectorEnv', (n, autoresetMode) => new SyncVectorEnv(counting(n), { autoresetMode }));

describe('SyncVectorEnv construction', () => {
  it('takes NextStep by default and batches the spaces of row 0', () => {
    const envs = new SyncVectorEnv(counting(3));
    expect(envs.autoresetMode).toBe('NextStep');
    expect(envs.numEnvs).toBe(3);
    expect(`${envs.actionSpace}`).toContain('MultiDiscrete');
    expect(envs.singleObservationSpace).toBe(envs.envs[0].observationSpace);
  });

  it.each<[string, any, RegExp]>([
    ['no factories', [], /non-empty array of functions/],
    ['not an array', () => new TestingEnv(), /non-empty array of functions/],
    ['an Env in place of a function', [new TestingEnv()], /row 0: expected a function/],
    ['a function that gives no Env', [() => 5], /row 0: expected an Env, got 5/],
  ])('refuses %s', (_name, factories, message) => {
    expect(() => new SyncVectorEnv(factories)).toThrow(InvalidArgument);
    expect(() => new SyncVectorEnv(factories)).toThrow(message);
  });

  it('refuses rows that share an environment, also under wrappers', () => {
    const shared = new TestingEnv();
    expect(() => new SyncVectorEnv([() => shared, () => shared])).toThrow(/row 1: .* of row 0/);
    expect(() => new SyncVectorEnv([() => new OrderEnforcing(shared), () => shared])).toThrow(
      InvalidArgument,
    );
  });

  it('refuses rows whose spaces differ, and closes those already built', () => {
    const first = new TestingEnv();
    const build = (parts: TestingEnvOptions) => new SyncVectorEnv([() => first, () => new TestingEnv(parts)]);
    expect(() => build({ observationSpace: new Discrete(3) })).toThrow(
      /row 1: expected the observationSpace Discrete\(100\) of row 0, got Discrete\(3\)/,
    );
    expect(() => build({ actionSpace: new Box(0, 1) })).toThrow(/row 1: expected the actionSpace/);
    expect(first.closeCount).toBe(2);
  });

  it('refuses an unknown autoreset mode', () => {
    expect(() => new SyncVectorEnv(counting(1), { autoresetMode: 'next_step' as any })).toThrow(/NextStep/);
  });
});

describe('SyncVectorEnv.reset', () => {
  it.each<[any, any[]]>([
    [5, [5, 6, 7]],
    [5n, [5n, 6n, 7n]],
    ['run', ['run/0', 'run/1', 'run/2']],
    [
      [9, null, 'x'],
      [9, null, 'x'],
    ],
    [null, [null, null, null]],
  ])('gives seed %p to the rows as %p', (seed, expected) => {
    const envs = new SyncVectorEnv(counting(3));
    envs.reset({ seed });
    expect(seedsOf(envs)).toEqual(expected);
  });

  it('refuses a malformed seed before any row is reset', () => {
    const envs = new SyncVectorEnv(counting(2));
    for (const seed of [[1, 2, 3], [1, -2], 0.5, {}] as any[]) {
      expect(() => envs.reset({ seed })).toThrow(InvalidArgument);
    }
    expect(envs.envs.every((env) => (env as TestingEnv).resets.length === 0)).toBe(true);
  });

  it('passes options on without resetMask', () => {
    const envs = new SyncVectorEnv(counting(2));
    envs.reset({ seed: 1, options: { level: 3 } });
    const options = Object.freeze({ resetMask: [false, true], level: 4 });
    envs.reset({ options });
    const resets = envs.envs.map((env) => (env as TestingEnv).resets.map((reset) => reset?.options));
    expect(resets).toEqual([[{ level: 3 }], [{ level: 3 }, { level: 4 }]]);
  });

  it('gives autoresets neither seed nor options', () => {
    const envs = new SyncVectorEnv([() => countingEnv(1)], { autoresetMode: 'SameStep' });
    envs.reset({ seed: 1, options: { level: 3 } });
    envs.step(Int32Array.of(0));
    expect((envs.envs[0] as TestingEnv).resets[1]).toEqual({ seed: null, options: null });
  });

  it('refuses resetMask before the first full reset', () => {
    const envs = new SyncVectorEnv(counting(2));
    expect(() => envs.reset({ options: { resetMask: [true, false] } })).toThrow(ResetNeeded);
  });
});

describe('SyncVectorEnv.step', () => {
  it('names the row of an invalid action and moves no row', () => {
    const envs = new SyncVectorEnv(counting(3));
    envs.reset();
    expect(() => envs.step(Int32Array.of(0, 1, 2))).toThrow(
      new InvalidAction('row 2: expected an action in Discrete(2), got 2.'),
    );
    expect(envs.envs.every((env) => (env as TestingEnv).actions.length === 0)).toBe(true);
    expect(envs.step(Int32Array.of(0, 1, 1)).observations).toEqual(Int32Array.of(1, 1, 1));
  });

  it.each<[string, any]>([
    ['too short', Int32Array.of(0)],
    ['too long', Int32Array.of(0, 0, 0)],
    ['of another type', Float32Array.of(0, 0)],
    ['a number', 0],
  ])('refuses a batch that is %s', (_name, actions) => {
    const envs = new SyncVectorEnv(counting(2));
    envs.reset();
    expect(() => envs.step(actions)).toThrow(InvalidAction);
  });

  it('ignores even an invalid action of a row that NextStep resets', () => {
    const envs = new SyncVectorEnv([() => countingEnv(1), () => countingEnv(9)]);
    envs.reset();
    envs.step(Int32Array.of(0, 0));
    expect(envs.step(Int32Array.of(77, 0)).observations).toEqual(Int32Array.of(0, 2));
    expect(() => envs.step(Int32Array.of(77, 0))).toThrow(/row 0/);
  });

  it('names the row whose environment throws, keeps the class, and then needs a reset', () => {
    const illegal = () =>
      new TestingEnv({
        step: () => {
          throw new InvalidAction('masked.');
        },
      });
    const envs = new SyncVectorEnv([() => countingEnv(9), illegal]);
    envs.reset();
    const error = thrownBy(() => envs.step(Int32Array.of(0, 0)));
    expect(error).toBeInstanceOf(InvalidAction);
    expect(error.message).toBe('row 1: masked.');
    expect(() => envs.step(Int32Array.of(0, 0))).toThrow(ResetNeeded);
  });

  it('gives truncation apart from termination, and both', () => {
    const ending = (terminated: boolean, truncated: boolean) => () =>
      new TestingEnv({ step: () => stepResult({ terminated, truncated }) });
    const envs = new SyncVectorEnv([ending(false, true), ending(true, true), ending(true, false)]);
    envs.reset();
    const { terminations, truncations, finalMask } = envs.step(new Int32Array(3));
    expect(terminations).toEqual(Uint8Array.of(0, 1, 1));
    expect(truncations).toEqual(Uint8Array.of(1, 1, 0));
    expect(finalMask).toEqual(Uint8Array.of(1, 1, 1));
  });

  it('reuses its buffers and never changes its inputs', () => {
    const envs = new SyncVectorEnv(counting(2));
    const { observations, infos } = envs.reset();
    const actions = Int32Array.of(1, 0);
    const first = envs.step(actions);
    const { rewards, finalInfos } = first;
    const second = envs.step(actions);
    expect(second).toBe(first);
    expect(second.observations).toBe(observations);
    expect(second.infos).toBe(infos);
    expect(second.rewards).toBe(rewards);
    expect(second.finalInfos).toBe(finalInfos);
    expect(actions).toEqual(Int32Array.of(1, 0));
  });

  it('keeps the last observation and info when the environment reuses its own', () => {
    const buffer = new Float32Array(1);
    const info: Record<string, unknown> = {};
    const write = (value: number) => {
      buffer[0] = value;
      info.value = value;
    };
    const env = new TestingEnv({
      observationSpace: new Box(0, 9),
      reset: () => {
        write(0);
        return { observation: buffer, info };
      },
      step: () => {
        write(7);
        return stepResult({ observation: buffer, terminated: true, info });
      },
    });
    const envs = new SyncVectorEnv([() => env], { autoresetMode: 'SameStep' });
    envs.reset();
    const result = envs.step(Int32Array.of(0));
    expect(result.observations).toEqual(Float32Array.of(0));
    expect(result.finalObservations).toEqual(Float32Array.of(7));
    expect(result.infos).toEqual([{ value: 0 }]);
    expect(result.finalInfos).toEqual([{ value: 7 }]);
  });

  it('batches Dict observations as an array of values', () => {
    const space = new Dict({ cell: new Discrete(4) });
    const env = (cell: number) => () =>
      new TestingEnv({
        observationSpace: space,
        reset: () => ({ observation: { cell }, info: {} }),
        step: () => stepResult({ observation: { cell: 3 }, terminated: cell === 1 }),
      });
    const envs = new SyncVectorEnv([env(1), env(2)], { autoresetMode: 'SameStep' });
    expect(envs.reset().observations).toEqual([{ cell: 1 }, { cell: 2 }]);
    const { observations, finalObservations } = envs.step(Int32Array.of(0, 0));
    expect(observations).toEqual([{ cell: 1 }, { cell: 3 }]);
    expect((finalObservations as unknown[])[0]).toEqual({ cell: 3 });
  });

  it('closes every row once and renders a frame a row', () => {
    const envs = new SyncVectorEnv([0, 1].map((row) => () => new TestingEnv({ render: () => `row ${row}` })));
    expect(envs.render()).toEqual(['row 0', 'row 1']);
    envs.close();
    envs.close();
    expect(envs.envs.map((env) => (env as TestingEnv).closeCount)).toEqual([1, 1]);
    expect(() => envs.render()).toThrow(/closed/);
  });
});
