import { ResetNeeded } from '../../../gymnasium/error.js';
import { VectorEnv } from '../../../gymnasium/vector.js';
import { type Base, drawFromRow, type Lanes, laneFaults, parts } from './lane-faults.js';
import { closingOnce, type Mutant, resetMutants } from './mutants.js';

/** Faults of both kinds of vector environment in seeds, masks and autoreset. */
export function laneResetMutants<E extends Lanes>(base: Base<E>): Mutant<E>[] {
  const { changing, stepping, resetting, part } = laneFaults(base);
  return [
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
      build: changing((env, { reset, step }) => {
        let ended = new Uint8Array(3);
        return {
          reset(options: any) {
            ended = new Uint8Array(3);
            return reset(options);
          },
          step(actions: any) {
            const result = step(actions);
            parts(env, result.rewards, (batch) =>
              ended.forEach((end, row) => {
                if (end === 1) batch[row] = 1;
              }),
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
      build: changing((env, { reset, step }) => {
        let started = false;
        return {
          reset(options: any) {
            started = true;
            return reset(options);
          },
          step(actions: any) {
            try {
              return step(actions);
            } catch (error) {
              const disturbed = started && error instanceof ResetNeeded ? [0, 1, 2] : [];
              for (const row of disturbed) drawFromRow(env, row);
              throw error;
            }
          },
        };
      }, 'Disabled'),
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
