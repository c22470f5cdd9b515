import { ResetNeeded } from '../../../gymnasium/error.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { type AutoresetMode, type ParallelVectorEnv, VectorEnv } from '../../../gymnasium/vector.js';
import { goodParallelVector, goodVector } from './good-envs.js';
import { closingOnce, type Mutant, mutate, resetMutants } from './mutants.js';

type Lanes = VectorEnv | ParallelVectorEnv;
type Change = Parameters<typeof mutate<any>>[1];

/** Applies `change` to every agent's part of a field; a VectorEnv has one part. */
function parts(env: Lanes, field: any, change: (part: any) => any): any {
  if (env instanceof VectorEnv) return change(field);
  return Object.fromEntries(Object.entries(field).map(([agent, part]) => [agent, change(part)]));
}

const fields = ['observations', 'rewards', 'finalObservations'];

/** The faults that both kinds of vector environment can have. */
export function laneMutants<E extends Lanes>(base: (mode: AutoresetMode) => () => E): Mutant<E>[] {
  const changing = (change: Change, mode: AutoresetMode = 'NextStep') => mutate<any>(base(mode), change);
  const stepping = (change: (result: any, env: E) => object, mode?: AutoresetMode) =>
    changing((env, { step }) => ({ step: (actions: any) => change(step(actions), env) }), mode);
  const resetting = (change: (options: any, env: any) => any) =>
    changing((env, { reset }) => ({ reset: (options: any = {}) => reset(change(options, env)) }));
  const part = (field: string, change: (part: any) => any) =>
    stepping((result, env) => ({ ...result, [field]: parts(env, result[field], change) }));
  const single = base('NextStep')() instanceof VectorEnv;
  const spaceMember = (name: string, make: () => unknown) =>
    single
      ? {
          get [name]() {
            return make();
          },
        }
      : { [name]: make };
  return [
    {
      rule: 'numEnvs is a positive integer and autoresetMode a mode',
      says: /Expected numEnvs to be a positive integer, got 0/,
      build: changing(() => ({ numEnvs: 0 })),
    },
    {
      rule: 'numEnvs is a positive integer and autoresetMode a mode',
      says: /Expected autoresetMode among NextStep, SameStep, Disabled, got "Never"/,
      build: changing(() => ({ autoresetMode: 'Never' })),
    },
    {
      rule: 'single spaces contain what they draw',
      says: /Expected singleActionSpace.* to be a Space, got null/,
      build: changing(() => spaceMember('singleActionSpace', () => null)),
    },
    {
      rule: 'single spaces are the same objects at every read',
      says: /Expected spaces to be the same objects at every read, got another Discrete\(3\)/,
      build: changing(() => spaceMember('singleActionSpace', () => new Discrete(3))),
    },
    {
      rule: 'metadata says how the environment renders',
      says: /Expected metadata.renderModes to be an array of strings, got undefined/,
      build: changing(() => ({ metadata: {} })),
    },
    {
      rule: 'batches have the type and length of their space',
      says: /Expected observations.* to be a Float32Array of length 6 at step 1, got Float64Array/,
      build: part('observations', (batch) => Float64Array.from(batch)),
    },
    {
      rule: 'batches have the type and length of their space',
      says: /Expected finalObservations.* to be a Float32Array of length 6 at step 1, got Float32Array/,
      build: part('finalObservations', (batch) => batch.slice(2)),
    },
    {
      rule: 'rewards are a Float64Array with an entry a row',
      says: /Expected rewards.* to be a Float64Array of length 3 at step 1, got Float32Array/,
      build: part('rewards', (batch) => Float32Array.from(batch)),
    },
    {
      rule: 'flags are Uint8Arrays of zeros and ones, one a row',
      says: /Expected terminations to be a Uint8Array of 3 zeros and ones at step 1, got \[false, false, false\]/,
      build: stepping((result) => ({ ...result, terminations: Array.from(result.terminations, Boolean) })),
    },
    {
      rule: 'finalMask marks the rows whose flags are set',
      says: /Expected finalMask\[\d\] to be 1, as its flags say, at step \d, got 0/,
      build: stepping((result) => ({ ...result, finalMask: new Uint8Array(3) })),
    },
    ...fields.map((field) => ({
      rule: 'every step writes into the same arrays',
      says: new RegExp(`Expected ${field}.* to be the same array at every step, got a new one at step 2`),
      build: part(field, (batch) => batch.slice()),
    })),
    {
      rule: 'observations are in their space',
      says: /Expected observations.*, row 0, to be in Box\(.*\) at step 1, got Float32Array\[-1/,
      build: part('observations', (batch) => batch.fill(-1)),
    },
    {
      rule: 'rewards are finite numbers',
      says: /Expected rewards.*\[0\] to be a finite number at step 1, got NaN/,
      build: part('rewards', (batch) => batch.fill(Number.NaN)),
    },
    {
      rule: 'play goes on without an error',
      says: /but after step 1 came RangeError: tired/,
      build: changing((_env, { step }) => {
        let steps = 0;
        return {
          step(actions: any) {
            if (++steps % 2 === 0) throw new RangeError('tired');
            return step(actions);
          },
        };
      }),
    },
    {
      rule: 'step leaves its action unchanged',
      says: /Expected step 1 to leave its action alone, but it changed action/,
      build: changing((env, { step }) => ({
        step(actions: any) {
          const result = step(actions);
          parts(env, actions, (batch) => batch.fill(0));
          return result;
        },
      })),
    },
    {
      rule: 'step before the first reset throws ResetNeeded',
      says: /Expected step before the first reset to throw ResetNeeded, but it returned/,
      build: changing((_env, { reset, step }) => ({
        step(actions: any) {
          try {
            return step(actions);
          } catch (error) {
            if (!(error instanceof ResetNeeded)) throw error;
            reset();
            return step(actions);
          }
        },
      })),
    },
    {
      rule: 'an action outside its space throws InvalidAction naming the row',
      says: /Expected the action -1 in row 2, which is outside Discrete\(3\), to throw InvalidAction, but/,
      build: changing((env, { step }) => ({
        step: (actions: any) =>
          step(parts(env, actions, (batch) => batch.map((a: number) => Math.max(0, a)))),
      })),
    },
    {
      rule: 'an action outside its space throws InvalidAction naming the row',
      says: /Expected the error to name .*row 2, got "no such action"/,
      build: changing((_env, { step }) => ({
        step(actions: any) {
          try {
            return step(actions);
          } catch (error) {
            throw Object.assign(error as Error, { message: 'no such action' });
          }
        },
      })),
    },
    {
      rule: 'a batch of another length throws InvalidAction',
      says: /Expected a batch of 4 actions to throw InvalidAction, but it returned/,
      build: changing((env, { step }) => ({
        step: (actions: any) => step(parts(env, actions, (batch) => batch.subarray(0, 3))),
      })),
    },
    {
      rule: 'a refused action moves no row',
      says: /Expected the refused action -1 to leave all rows alone, but then/,
      build: changing((env, { step }) => ({
        step(actions: any) {
          try {
            return step(actions);
          } catch (error) {
            if (!(error instanceof ResetNeeded)) step(parts(env, actions, () => new Int32Array(3)));
            throw error;
          }
        },
      })),
    },
    {
      rule: 'seeds and masks of another length throw InvalidArgument',
      says: /Expected a reset with 4 seeds to throw InvalidArgument, but it returned/,
      build: resetting(({ seed, ...rest }) => ({
        ...rest,
        seed: Array.isArray(seed) ? seed.slice(0, 3) : seed,
      })),
    },
    {
      rule: 'seeds and masks of another length throw InvalidArgument',
      says: /Expected a reset mask of length 4 to throw InvalidArgument, but it returned/,
      build: resetting((options) => {
        const resetMask = options.options?.resetMask?.slice(0, 3);
        return resetMask ? { ...options, options: { resetMask } } : options;
      }),
    },
    {
      rule: 'the steps after a seeded reset repeat themselves',
      says: /but at step 1 they differ in rows\[0\].rewards/,
      build: (() => {
        let steps = 0;
        return part('rewards', (batch) => batch.fill(steps++));
      })(),
    },
    ...resetMutants<any>(base('NextStep')),
    {
      rule: 'one seed s gives row i the seed s + i',
      says: /Expected one seed to stand for a seed a row, but at the reset they differ in rows\[1\]/,
      build: resetting((options) =>
        options.seed == null || Array.isArray(options.seed)
          ? options
          : { ...options, seed: [0, 1, 2].map((i) => Number(options.seed) + 2 * i) },
      ),
    },
    {
      rule: 'rows do not depend on where they stand',
      says: /when their seeds are handed out in reverse, but at the reset they differ in rows\[0\]/,
      build: resetting((options) => {
        const shifted = (seed: number, row: number) => (seed == null ? null : seed + 10 * row);
        if (options.seed == null) return options;
        const seeds = Array.isArray(options.seed)
          ? options.seed
          : [0, 1, 2].map((row) => Number(options.seed) + row);
        return seeds.length === 3 ? { ...options, seed: seeds.map(shifted) } : options;
      }),
    },
    {
      rule: 'a masked reset restarts the masked rows',
      says: /Expected row 0 to start again with its seed, but it differs from the first time in/,
      build: changing((_env, { reset }) => {
        let last: any = null;
        return {
          reset(options: any = {}) {
            const mask = options.options?.resetMask;
            if (mask?.length !== 3) last = reset(options);
            return last;
          },
        };
      }),
    },
    {
      rule: 'a masked reset restarts the masked rows',
      says: /Expected a reset of row 0 to leave row 1 alone, but it changed/,
      build: resetting((options) =>
        options.options?.resetMask?.length === 3 ? { seed: options.seed } : options,
      ),
    },
    {
      rule: 'a masked reset leaves the other rows alone',
      says: /Expected the other rows to go on after a reset of row 0, but they differ in/,
      build: resetting((options, env) => {
        if (options.options?.resetMask?.length === 3) drawFromRow(env, 1);
        return options;
      }),
    },
    {
      rule: 'NextStep: the ending step returns the last observation',
      says: /Expected row \d to return its last observation at step \d, got another/,
      build: stepping((result, env) => {
        const blank = (batch: any) =>
          [0, 1, 2].forEach((row) => {
            if (result.finalMask[row] === 1) batch.fill(0, 2 * row, 2 * row + 2);
          });
        parts(env, result.observations, blank);
        return result;
      }),
    },
    {
      rule: 'NextStep: the step after the end has reward 0 and no flag',
      says: /Expected row \d, reset by step \d, to have reward 0 and no flag, got others/,
      build: changing((env, { step }) => {
        let ended = new Uint8Array(3);
        return {
          step(actions: any) {
            const result = step(actions);
            parts(env, result.rewards, (batch) =>
              ended.forEach((end, row) => end && batch.fill(1, row, row + 1)),
            );
            ended = result.finalMask.slice();
            return result;
          },
        };
      }),
    },
    {
      rule: "SameStep: the ending step returns the next episode's first observation",
      says: /Expected row \d to return the first observation of its next episode at step \d, got another/,
      build: stepping((result, env) => {
        const from = parts(env, result.finalObservations, (batch) => batch.slice());
        const names = env instanceof VectorEnv ? [null] : Object.keys(from);
        for (const name of names) {
          const [to, last] =
            name === null ? [result.observations, from] : [result.observations[name], from[name]];
          for (let row = 0; row < 3; row++) {
            if (result.finalMask[row] === 1) to.set(last.subarray(2 * row, 2 * row + 2), 2 * row);
          }
        }
        return result;
      }, 'SameStep'),
    },
    {
      rule: 'Disabled: a step with an ended row throws ResetNeeded and moves no row',
      says: /Expected a step with an ended row to throw ResetNeeded, but it returned/,
      build: changing((_env, { reset, step }) => {
        let ended = new Uint8Array(3);
        return {
          reset(options: any) {
            ended = new Uint8Array(3);
            return reset(options);
          },
          step(actions: any) {
            if (ended.includes(1)) reset({ options: { resetMask: ended } });
            const result = step(actions);
            ended = result.finalMask.slice();
            return result;
          },
        };
      }, 'Disabled'),
    },
    {
      rule: 'Disabled: a step with an ended row throws ResetNeeded and moves no row',
      says: /Expected the refused step to leave all rows alone, but afterwards they differ in/,
      build: changing(
        (env, { step }) => ({
          step(actions: any) {
            try {
              return step(actions);
            } catch (error) {
              [0, 1, 2].forEach((row) => drawFromRow(env, row));
              throw error;
            }
          },
        }),
        'Disabled',
      ),
    },
    {
      rule: 'every row plays what its scalar twin plays',
      says: /Expected row 0 to give what its scalar twin gives at step 1, but they differ in rewards/,
      build: part('rewards', (batch) => batch.fill(0)),
    },
    {
      rule: 'close can come before the first reset and twice',
      says: /got Error: closed twice/,
      build: changing(() => closingOnce()),
    },
  ];
}

/** Moves a row's stream on by one number. */
function drawFromRow(env: any, row: number): void {
  const rng = env instanceof VectorEnv ? (env as any).envs[row].rng : env.game.rng(row);
  if (env instanceof VectorEnv || env.game) rng.uniform();
}

export const vectorMutants: readonly Mutant<VectorEnv>[] = [
  {
    rule: 'the environment is a VectorEnv',
    says: /Expected an instance of VectorEnv, got/,
    build: () => ({ close() {} }) as unknown as VectorEnv,
  },
  {
    rule: 'batched spaces are those of numEnvs rows',
    says: /Expected observationSpace to be Box\(.*\[3, 2\].*\), got Box\(0, 100, \[6\], float32\)/,
    build: mutate<VectorEnv>(goodVector('NextStep'), () => ({
      observationSpace: new Box(0, 100, { shape: [6] }),
    })),
  },
  {
    rule: 'infos has an entry a row',
    says: /Expected infos to be an array with an entry a row at the reset, got \{/,
    build: mutate<VectorEnv>(goodVector('NextStep'), (_env, { reset }) => ({
      reset(options: any) {
        const result = reset(options);
        return { ...result, infos: { ...result.infos } };
      },
    })),
  },
  ...[
    {
      rule: 'finalInfos has an entry where finalMask is set, else null',
      says: /Expected finalInfos to have an entry a row, null unless finalMask is set, at step 1, got \[\{\}/,
      change: (result: any) => ({ ...result, finalInfos: [{}, {}, {}] }),
    },
    {
      rule: 'infos are plain objects',
      says: /Expected infos\[0\] to be a plain object at step 1, got 5/,
      change: (result: any) => ({ ...result, infos: [5, {}, {}] }),
    },
    {
      rule: 'action masks fit the action space',
      says: /Expected the actionMask of infos\[0\] to be .* at step 1, got Int8Array\[2, 2, 2\]/,
      change: (result: any) => ({ ...result, infos: [{ actionMask: Int8Array.of(2, 2, 2) }, {}, {}] }),
    },
  ].map(({ rule, says, change }) => ({
    rule,
    says,
    build: mutate<VectorEnv>(goodVector('NextStep'), (_env, { step }) => ({
      step: (actions: any) => change(step(actions)),
    })),
  })),
  ...laneMutants<VectorEnv>(goodVector),
  {
    rule: 'render gives a frame a row',
    says: /Expected render\(\) to give a string or null a row, got "frame"/,
    build: mutate<VectorEnv>(goodVector('NextStep'), () => ({ render: () => 'frame' })),
  },
  {
    rule: 'closed is set by close',
    says: /Expected closed to go from false to true with close, got false and false/,
    build: mutate<VectorEnv>(goodVector('NextStep'), () => ({ close() {} })),
  },
];

export const parallelVectorMutants: readonly Mutant<ParallelVectorEnv>[] = [
  {
    rule: 'the environment is a ParallelVectorEnv',
    says: /Expected an instance of ParallelVectorEnv, got/,
    build: () => ({ close() {} }) as unknown as ParallelVectorEnv,
  },
  {
    rule: 'possibleAgents lists different strings',
    says: /to be an array of different strings, got \[1, 2\]/,
    build: mutate<ParallelVectorEnv>(goodParallelVector('NextStep'), () => ({ possibleAgents: [1, 2] })),
  },
  {
    rule: 'agents have names like leader_0',
    says: /named by a role and an index, as leader_0, got "leader"/,
    build: mutate<ParallelVectorEnv>(goodParallelVector('NextStep'), () => ({ possibleAgents: ['leader'] })),
  },
  ...laneMutants<ParallelVectorEnv>(goodParallelVector),
];
