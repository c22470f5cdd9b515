import type { Env, StepResult } from '../../../gymnasium/core.js';
import { InvalidAction, ResetNeeded } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../../gymnasium/spaces/multi-discrete.js';
import { goodEnv } from './good-envs.js';
import { lifeMutants, type Mutant, mutate, resetMutants } from './mutants.js';

/** Changes what `step` returns. */
function stepping(change: (result: StepResult<any>) => unknown) {
  return mutate<Env>(goodEnv, (_env, { step }) => ({ step: (action: unknown) => change(step(action)) }));
}

/** Gives each step's result a number that no seed controls. */
function counting() {
  let steps = 0;
  return stepping((result) => ({ ...result, info: { ...result.info, steps: steps++ } }));
}

export const envMutants: readonly Mutant<Env>[] = [
  {
    rule: 'the environment is an Env',
    says: /Expected an instance of Env, got/,
    build: () => ({ close() {} }) as unknown as Env,
  },
  {
    rule: 'both spaces are spaces that contain what they draw',
    says: /Expected observationSpace to be a Space, got \{"n":3\}/,
    build: mutate<Env>(goodEnv, () => ({ observationSpace: { n: 3 } })),
  },
  {
    rule: 'both spaces are spaces that contain what they draw',
    says: /Expected actionSpace to contain what it draws, but Discrete\(3\) drew 7/,
    build: mutate<Env>(goodEnv, () => ({ actionSpace: Object.assign(new Discrete(3), { sample: () => 7 }) })),
  },
  {
    rule: 'spaces are the same objects at every read',
    says: /Expected actionSpace to be the same object at the second read, got another Discrete\(3\)/,
    build: mutate<Env>(goodEnv, () => ({
      get actionSpace() {
        return new Discrete(3);
      },
    })),
  },
  {
    rule: 'reset returns an observation and an info',
    says: /Expected reset to return an object with exactly observation, info, got \[Float32Array/,
    build: mutate<Env>(goodEnv, (_env, { reset }) => ({
      reset: (options: any) => Object.values(reset(options)),
    })),
  },
  {
    rule: 'step returns its five fields',
    says: /Expected step 1 to return an object with exactly observation, reward, terminated, truncated, info/,
    build: stepping(({ truncated: _truncated, ...rest }) => rest),
  },
  {
    rule: 'observations have the element type of their space',
    says: /Expected the observation to be a Float32Array at step 1, got Float64Array/,
    build: stepping((result) => ({ ...result, observation: Float64Array.from(result.observation) })),
  },
  {
    rule: 'observations are in their space',
    says: /Expected the observation to be in Box\(.*\) at step 1, got Float32Array\[101, 101\]/,
    build: stepping((result) => ({ ...result, observation: result.observation.fill(101) })),
  },
  {
    rule: 'rewards are finite numbers',
    says: /Expected reward to be a finite number at step 1, got NaN/,
    build: stepping((result) => ({ ...result, reward: Number.NaN })),
  },
  {
    rule: 'rewards are finite numbers',
    says: /Expected reward to be a finite number at step 1, got "1"/,
    build: stepping((result) => ({ ...result, reward: '1' })),
  },
  {
    rule: 'terminations and truncations are booleans',
    says: /Expected terminated to be a boolean at step 1, got 0/,
    build: stepping((result) => ({ ...result, terminated: Number(result.terminated) })),
  },
  {
    rule: 'infos are plain objects',
    says: /Expected info to be a plain object at step 1, got Map/,
    build: stepping((result) => ({ ...result, info: new Map() })),
  },
  {
    rule: 'action masks fit the action space',
    says: /Expected the actionMask of info to be an Int8Array.* at step 1, got \[1, 1, 1\]/,
    build: stepping((result) => ({ ...result, info: { actionMask: [1, 1, 1] } })),
  },
  {
    rule: 'action masks fit the action space',
    says: /zeros and ones, one of them set, at step 1, got Int8Array\[0, 0, 0\]/,
    build: stepping((result) => ({ ...result, info: { actionMask: new Int8Array(3) } })),
  },
  {
    rule: 'play goes on without an error',
    says: /but after step 1 came RangeError: no step 2/,
    build: stepping((result) => {
      if (result.info.clock === 2) throw new RangeError('no step 2');
      return result;
    }),
  },
  {
    rule: 'step leaves its action unchanged',
    says: /Expected step 1 to leave its action alone, but it changed action\[0\]/,
    build: mutate<Env>(goodEnv, () => ({
      actionSpace: new MultiDiscrete([2, 2], { start: [1, 1] }),
      reset: () => ({ observation: new Float32Array(2), info: {} }),
      step(action: Int32Array) {
        action.fill(0);
        return { observation: new Float32Array(2), reward: 0, terminated: true, truncated: false, info: {} };
      },
    })),
  },
  {
    rule: 'every observation has memory of its own',
    says: /Expected the observation to have memory of its own at step 2, got that of an earlier observation/,
    build: mutate<Env>(goodEnv, (_env, { step }) => {
      const buffer = new Float32Array(2);
      return {
        step(action: unknown) {
          const result = step(action);
          buffer.set(result.observation);
          return { ...result, observation: buffer };
        },
      };
    }),
  },
  {
    rule: 'step before the first reset throws ResetNeeded',
    says: /Expected step before the first reset to throw ResetNeeded, got Error: no clock/,
    build: mutate<Env>(goodEnv, (env, { step }) => ({
      step(action: unknown) {
        if (env.rngSeed === null) throw new Error('no clock');
        return step(action);
      },
    })),
  },
  {
    rule: 'step after the end throws ResetNeeded',
    says: /Expected step after the end to throw ResetNeeded, but it returned/,
    build: mutate<Env>(goodEnv, (_env, { step }) => {
      let last: StepResult<any> | null = null;
      return {
        step(action: unknown) {
          try {
            last = step(action);
          } catch (error) {
            if (last === null || error instanceof InvalidAction) throw error;
          }
          return last;
        },
      };
    }),
  },
  {
    rule: 'an action outside its space throws InvalidAction',
    says: /Expected the action -1, which is outside Discrete\(3\), to throw InvalidAction, but it returned/,
    build: mutate<Env>(goodEnv, (_env, { step }) => ({
      step: (action: any) => step(action === -1 ? 0 : action),
    })),
  },
  {
    rule: 'an action outside its space throws InvalidAction',
    says: /to throw InvalidAction, got ResetNeeded: not that/,
    build: mutate<Env>(goodEnv, (env, { step }) => ({
      step(action: unknown) {
        if (!env.actionSpace.contains(action)) throw new ResetNeeded('not that');
        return step(action);
      },
    })),
  },
  {
    rule: 'a seed starts a new stream of rng',
    says: /Expected another seed to put rng into another state, got the same. Does reset call reseed\?/,
    build: mutate<Env>(goodEnv, (_env, { reset }) => ({
      reset: (options: any) => reset(options?.seed == null ? options : { ...options, seed: 0 }),
    })),
  },
  {
    rule: 'a seed starts a new stream of rng',
    says: /Expected the same seed to put rng into the same state, but they differ in path/,
    build: mutate<Env>(goodEnv, (_env, { reset }) => {
      let calls = 0;
      return { reset: (options: any) => reset(options?.seed == null ? options : { seed: calls++ }) };
    }),
  },
  {
    rule: 'a seeded reset repeats itself',
    says: /two resets with the same seed to give the same, but at the reset they differ in result.info.calls/,
    build: mutate<Env>(goodEnv, (_env, { reset }) => {
      let calls = 0;
      return {
        reset(options: any) {
          const { observation } = reset(options);
          return { observation, info: options?.options ? {} : { calls: calls++ } };
        },
      };
    }),
  },
  {
    rule: 'the steps after a seeded reset repeat themselves',
    says: /the same actions after the same seed to give the same, but at step 1 they differ in result.info.steps/,
    build: counting(),
  },
  {
    rule: 'different seeds give different episodes',
    says: /Expected different seeds to give different episodes, as unseeded resets do, got the same each time/,
    build: mutate<Env>(goodEnv, (_env, { reset, step }) => {
      let noise = new Rng(0);
      return {
        reset(options: any) {
          if (options?.seed != null) noise = new Rng(0);
          reset({ seed: noise.integer(1e9) });
          const result = reset(options);
          return { ...result, observation: Float32Array.of(0, noise.uniform()) };
        },
        step(action: unknown) {
          const result = step(action);
          const observation = Float32Array.of(result.info.clock, noise.uniform());
          const terminated = result.info.clock === 3;
          return { ...result, observation, terminated, reward: noise.uniform() };
        },
      };
    }),
  },
  ...resetMutants<Env>(goodEnv, ['a seeded reset repeats itself', 'different seeds give different episodes']),
  ...lifeMutants<Env>(goodEnv),
];
