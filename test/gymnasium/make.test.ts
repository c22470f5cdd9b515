import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AecEnv } from '../../gymnasium/aec.js';
import type { Env } from '../../gymnasium/core.js';
import { InvalidArgument, ResetNeeded, UnsupportedMode } from '../../gymnasium/error.js';
import { logger } from '../../gymnasium/logger.js';
import { make, makeAec, makeVec } from '../../gymnasium/make.js';
import { ParallelEnv } from '../../gymnasium/parallel.js';
import { type EnvSpec, type Registration, register, registry } from '../../gymnasium/registry.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { SyncVectorEnv } from '../../gymnasium/sync-vector-env.js';
import { OrderEnforcing } from '../../gymnasium/wrappers/order-enforcing.js';
import { TimeLimit } from '../../gymnasium/wrappers/time-limit.js';
import { TransformReward } from '../../gymnasium/wrappers/transform-reward.js';
import { countingEnv, stepResult, TestingEnv } from './testing-env.js';

class TinyGame extends ParallelEnv {
  readonly possibleAgents = ['leader_0'];
  readonly agents = ['leader_0'];
  private readonly space = new Discrete(2);
  observationSpace = () => this.space;
  actionSpace = () => this.space;
  reset = () => ({ observations: {}, infos: {} });
  step = (): any => ({});
}

class TinyAec extends AecEnv {
  readonly possibleAgents = ['leader_0'];
  private readonly space = new Discrete(2);
  observationSpace = () => this.space;
  actionSpace = () => this.space;
  reset = () => {};
  step = () => {};
  observe = () => 0;
}

let saved: [string, EnvSpec][];
let warnings: string[];
const warn = logger.warn;
const add = (registration: Partial<Registration>) =>
  register({ id: 'Maze-v0', entryPoint: (parameters) => new TestingEnv(parameters), ...registration });

beforeEach(() => {
  warnings = [];
  saved = [...registry];
  registry.clear();
  logger.warn = (message) => warnings.push(message);
});

afterEach(() => {
  logger.warn = warn;
  registry.clear();
  for (const [id, entry] of saved) registry.set(id, entry);
});

describe('make of an Env', () => {
  it('wraps it, inside out, in checker, order, time limit and the registered wrappers', () => {
    add({ maxEpisodeSteps: 5, additionalWrappers: [(env) => new TransformReward(env, (r) => r)] });
    expect(`${make('Maze-v0')}`).toBe(
      '<TransformReward<TimeLimit<OrderEnforcing<PassiveEnvChecker<TestingEnv<Maze-v0>>>>>>',
    );
    add({ orderEnforce: false, disableEnvChecker: true });
    expect(`${make('Maze-v0')}`).toBe('<TestingEnv<Maze-v0>>');
  });

  it('takes the time limit and the checker switch from its options', () => {
    add({ maxEpisodeSteps: 5 });
    expect(make<Env>('Maze-v0', {}, { maxEpisodeSteps: 2 }).spec?.maxEpisodeSteps).toBe(2);
    expect(make<Env>('Maze-v0', {}, { maxEpisodeSteps: -1 })).toBeInstanceOf(OrderEnforcing);
    expect(`${make('Maze-v0', {}, { disableEnvChecker: true })}`).not.toContain('Checker');
    expect(() => make('Maze-v0', {}, { maxEpisodeSteps: 0 })).toThrow(/positive integer or -1, got 0/);
  });

  it('enforces order through the whole stack', () => {
    add({ maxEpisodeSteps: 2 });
    const env = make<Env>('Maze-v0');
    expect(() => env.step(0)).toThrow(ResetNeeded);
    env.reset({ seed: 1 });
    expect(env.step(0).truncated).toBe(false);
    expect(env.step(0)).toMatchObject({ terminated: false, truncated: true });
    expect(() => env.step(0)).toThrow(ResetNeeded);
  });

  it('gives the constructor the registered parameters under those of the caller, and its own copy', () => {
    const seen: any[] = [];
    const kwargs = { size: 4, colour: 'red' };
    const entryPoint = (parameters: any) => {
      seen.push(parameters);
      return new TestingEnv();
    };
    add({ kwargs, entryPoint });
    const env = make<Env>('Maze-v0', { size: 9 });
    expect(seen).toEqual([{ size: 9, colour: 'red' }]);
    seen[0].size = 0;
    expect(env.spec?.kwargs).toEqual({ size: 9, colour: 'red' });
    make(env.spec!);
    expect(seen[1]).toEqual({ size: 9, colour: 'red' });
  });

  it('sets the spec on the environment and all its wrappers', () => {
    add({ entryPoint: () => new TransformReward(new TestingEnv(), (r) => r) });
    const env = make<Env>('Maze-v0');
    expect(env.spec?.id).toBe('Maze-v0');
    expect(env.unwrapped.spec).toBe(env.spec);
  });

  it('passes renderMode on and refuses a mode that is not offered or not taken up', () => {
    add({});
    expect(make<Env>('Maze-v0', {}, { renderMode: 'ansi' }).renderMode).toBe('ansi');
    expect(() => make('Maze-v0', {}, { renderMode: 'anso' })).toThrow(
      /render mode "anso". Did you mean "ansi"/,
    );
    add({ entryPoint: () => new TestingEnv() });
    expect(() => make('Maze-v0', {}, { renderMode: 'ansi' })).toThrow(UnsupportedMode);
  });

  it('refuses malformed arguments with a hint', () => {
    add({});
    expect(() => make('Maze-v0', 5 as any)).toThrow(/parameters to be an object, got 5/);
    expect(() => make('Maze-v0', {}, { maxEpisodeStep: 5 } as any)).toThrow(/Did you mean "maxEpisodeSteps"/);
    expect(() => make({} as any)).toThrow(/an environment id or an EnvSpec/);
    add({ additionalWrappers: [() => null as any] });
    expect(() => make('Maze-v0')).toThrow(/additionalWrappers to give an Env, got null/);
  });

  it('refuses an environment that has no entry point for it', () => {
    register({ id: 'Aec-v0', aecEntryPoint: () => new TinyAec() });
    expect(() => make('Aec-v0')).toThrow(UnsupportedMode);
  });
});

describe('make of a ParallelEnv', () => {
  it('gives it unwrapped, with its spec', () => {
    add({ entryPoint: () => new TinyGame(), maxEpisodeSteps: 5 });
    const env = make('Maze-v0');
    expect(env).toBeInstanceOf(TinyGame);
    expect(env.spec?.id).toBe('Maze-v0');
  });

  it('refuses what needs an Env', () => {
    add({ entryPoint: () => new TinyGame() });
    expect(() => make('Maze-v0', {}, { maxEpisodeSteps: 5 })).toThrow(/maxEpisodeSteps needs an Env/);
    add({ entryPoint: () => new TinyGame(), additionalWrappers: [(env) => new TimeLimit(env, 2)] });
    expect(() => make('Maze-v0')).toThrow(/additionalWrappers needs an Env/);
  });
});

describe('makeAec', () => {
  it('builds the turn-based form', () => {
    add({ aecEntryPoint: () => new TinyAec() });
    expect(makeAec('Maze-v0').spec?.id).toBe('Maze-v0');
  });

  it('refuses an environment without one, and a result that is none', () => {
    add({});
    expect(() => makeAec('Maze-v0')).toThrow(/expected a registered aecEntryPoint/);
    add({ aecEntryPoint: () => new TestingEnv() as any });
    expect(() => makeAec('Maze-v0')).toThrow(InvalidArgument);
  });
});

describe('makeVec', () => {
  const rows = (n: number, autoresetMode: any) =>
    new SyncVectorEnv(
      Array.from({ length: n }, () => () => countingEnv(3)),
      { autoresetMode },
    );

  it('builds copies of a registered environment, wrapped as by make and then by its own wrappers', () => {
    add({ maxEpisodeSteps: 5 });
    const wrappers = [(env: Env) => new TransformReward(env, (r) => r + 1)];
    const envs = makeVec('Maze-v0', 3, { wrappers, autoresetMode: 'SameStep' }) as SyncVectorEnv;
    expect(envs.numEnvs).toBe(3);
    expect(envs.autoresetMode).toBe('SameStep');
    expect(envs.spec?.id).toBe('Maze-v0');
    expect(`${envs.envs[1]}`).toBe('<TransformReward<TimeLimit<OrderEnforcing<TestingEnv<Maze-v0>>>>>');
    envs.reset({ seed: 0 });
    expect(envs.step(new Int32Array(3)).rewards).toEqual(Float64Array.of(1, 1, 1));
  });

  it('checks the first copy only', () => {
    add({ entryPoint: () => new TestingEnv({ step: () => stepResult({ reward: Number.NaN }) }) });
    const envs = makeVec('Maze-v0', 4);
    envs.reset();
    envs.step(new Int32Array(4));
    expect(warnings).toHaveLength(1);
  });

  it('takes a function that gives an Env', () => {
    const envs = makeVec(() => countingEnv(3), 2, { wrappers: [(env) => new TimeLimit(env, 1)] });
    envs.reset();
    expect(envs.step(new Int32Array(2)).truncations).toEqual(Uint8Array.of(1, 1));
    const one = new TestingEnv();
    expect(() => makeVec(() => one, 2)).toThrow(/an environment of its own/);
    expect(() => makeVec(() => countingEnv(3), 2, { parameters: {} })).toThrow(/no parameters/);
  });

  it('uses the vector entry point by default, with parameters, mode and time limit', () => {
    const seen: any[] = [];
    add({
      maxEpisodeSteps: 7,
      kwargs: { size: 4 },
      vectorEntryPoint: (n, parameters, options) => {
        seen.push([n, parameters, options]);
        return rows(n, options.autoresetMode);
      },
    });
    const envs = makeVec('Maze-v0', 2, { parameters: { colour: 'red' } });
    expect(seen).toEqual([
      [2, { size: 4, colour: 'red' }, { autoresetMode: 'NextStep', maxEpisodeSteps: 7 }],
    ]);
    expect(envs.spec?.kwargs).toEqual({ size: 4, colour: 'red' });
    makeVec('Maze-v0', 2, { vectorizationMode: 'sync' });
    expect(seen).toHaveLength(1);
  });

  it('refuses wrappers with a vector entry point, and one that does not do as asked', () => {
    add({ vectorEntryPoint: (n) => rows(n, 'NextStep') });
    expect(() => makeVec('Maze-v0', 2, { wrappers: [(env) => env] })).toThrow(/no wrappers/);
    expect(() => makeVec('Maze-v0', 2, { autoresetMode: 'Disabled' })).toThrow(UnsupportedMode);
    add({ vectorEntryPoint: () => rows(1, 'NextStep') });
    expect(() => makeVec('Maze-v0', 2)).toThrow(/a vector environment of 2/);
    add({});
    expect(() => makeVec('Maze-v0', 2, { vectorizationMode: 'vectorEntryPoint' })).toThrow(UnsupportedMode);
    expect(() => makeVec(() => new TestingEnv(), 2, { vectorizationMode: 'vectorEntryPoint' })).toThrow(
      UnsupportedMode,
    );
  });

  it('refuses a ParallelEnv, and malformed arguments', () => {
    add({ entryPoint: () => new TinyGame() });
    expect(() => makeVec('Maze-v0', 2)).toThrow(/expected the entry point to give an Env .* ParallelEnv/);
    add({});
    for (const n of [0, 1.5, '2'] as any[]) expect(() => makeVec('Maze-v0', n)).toThrow(/numEnvs/);
    expect(() => makeVec('Maze-v0', 2, { vectorizationMode: 'async' as any })).toThrow(/Known: sync/);
    expect(() => makeVec('Maze-v0', 2, { autoreset: 1 } as any)).toThrow(/Did you mean "autoresetMode"/);
  });
});
