import { ResetNeeded } from '../../../gymnasium/error.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { type Base, type Lanes, laneFaults, parts } from './lane-faults.js';
import type { Mutant } from './mutants.js';

const fields = ['observations', 'rewards', 'finalObservations'];

/** Faults of both kinds of vector environment in what they are, return and refuse. */
export function laneShapeMutants<E extends Lanes>(base: Base<E>): Mutant<E>[] {
  const { changing, stepping, resetting, part, spaceMember } = laneFaults(base);
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
  ];
}
