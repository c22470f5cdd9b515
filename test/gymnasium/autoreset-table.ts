import { afterEach, describe, expect, it } from '@jest/globals';
import { ClosedEnvironmentError, InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import type { AutoresetMode, Batch, VectorEnv } from '../../gymnasium/vector.js';

/** One step of two rows with episodes of length 3 and 4: what each mode must return. */
interface Row {
  observations: number[];
  rewards: number[];
  terminations: number[];
  /** The final observation of each row whose episode ended, else null. */
  finals: (number | null)[];
}

const opening: Row[] = [
  { observations: [1, 1], rewards: [1, 1], terminations: [0, 0], finals: [null, null] },
  { observations: [2, 2], rewards: [2, 2], terminations: [0, 0], finals: [null, null] },
];

const table: Record<AutoresetMode, Row[]> = {
  NextStep: [
    ...opening,
    { observations: [3, 3], rewards: [3, 3], terminations: [1, 0], finals: [3, null] },
    { observations: [0, 4], rewards: [0, 4], terminations: [0, 1], finals: [null, 4] },
    { observations: [1, 0], rewards: [1, 0], terminations: [0, 0], finals: [null, null] },
    { observations: [2, 1], rewards: [2, 1], terminations: [0, 0], finals: [null, null] },
    { observations: [3, 2], rewards: [3, 2], terminations: [1, 0], finals: [3, null] },
  ],
  SameStep: [
    ...opening,
    { observations: [0, 3], rewards: [3, 3], terminations: [1, 0], finals: [3, null] },
    { observations: [1, 0], rewards: [1, 4], terminations: [0, 1], finals: [null, 4] },
    { observations: [2, 1], rewards: [2, 1], terminations: [0, 0], finals: [null, null] },
    { observations: [0, 2], rewards: [3, 2], terminations: [1, 0], finals: [3, null] },
  ],
  Disabled: [...opening, { observations: [3, 3], rewards: [3, 3], terminations: [1, 0], finals: [3, null] }],
};

/**
 * The behaviour of every VectorEnv, mode by mode. `makeVectorEnv(n, mode)` must give n rows, where row i is an episode
 * of length 3 + i that ends by termination, with the step count (0 after a reset) as observation in Discrete(100), and
 * as reward; any action goes.
 */
export function describeAutoreset(
  name: string,
  makeVectorEnv: (n: number, mode: AutoresetMode) => VectorEnv,
) {
  let env: VectorEnv;
  const start = (n: number, mode: AutoresetMode) => {
    env = makeVectorEnv(n, mode);
    expect(env.autoresetMode).toBe(mode);
    return env.reset({ seed: 0 });
  };
  const step = () => env.step(env.actionSpace.sample() as Batch);
  const numbers = (batch: Batch) => Array.from(batch as ArrayLike<number>);

  describe(`${name}: autoreset`, () => {
    afterEach(() => env.close());

    for (const [mode, rows] of Object.entries(table) as [AutoresetMode, Row[]][]) {
      it(`${mode} follows the table`, () => {
        expect(numbers(start(2, mode).observations)).toEqual([0, 0]);
        for (const expected of rows) expect(read(step())).toEqual(expected);
      });

      it(`${mode} resets the rows of resetMask alone and leaves its options as they were`, () => {
        start(3, mode);
        step();
        const options = Object.freeze({ resetMask: Uint8Array.of(0, 1, 0) });
        expect(numbers(env.reset({ options }).observations)).toEqual([1, 0, 1]);
        expect(options.resetMask).toEqual(Uint8Array.of(0, 1, 0));
        expect(numbers(step().observations)).toEqual([2, 1, 2]);
        expect(numbers(env.reset({ options: { resetMask: [true, false, false] } }).observations)).toEqual([
          0, 1, 2,
        ]);
      });

      it(`${mode} starts all rows afresh at a full reset in mid-episode and after an end`, () => {
        start(2, mode);
        for (let i = 0; i < 3; i++) step();
        expect(numbers(env.reset().observations)).toEqual([0, 0]);
        expect(read(step())).toEqual(opening[0]);
      });

      it(`${mode} does not reset a row twice when it was reset by hand after its end`, () => {
        start(2, mode);
        for (let i = 0; i < 3; i++) step();
        env.reset({ options: { resetMask: Uint8Array.of(1, 0) } });
        expect(numbers(step().observations)).toEqual([1, mode === 'SameStep' ? 0 : 4]);
      });
    }

    it('Disabled refuses a step until the ended rows are reset', () => {
      start(2, 'Disabled');
      for (let i = 0; i < 3; i++) step();
      expect(step).toThrow(ResetNeeded);
      env.reset({ options: { resetMask: [false, true] } });
      expect(step).toThrow(ResetNeeded);
      env.reset({ options: { resetMask: [true, false] } });
      expect(numbers(step().observations)).toEqual([1, 1]);
    });

    it('refuses a step before the first reset', () => {
      env = makeVectorEnv(2, 'NextStep');
      expect(step).toThrow(ResetNeeded);
    });

    it('refuses a malformed resetMask', () => {
      start(2, 'NextStep');
      const bad: any[] = [[true], [false, false], [1, 0], Uint8Array.of(2, 0), Int8Array.of(1, 0), 'yes'];
      for (const resetMask of bad) {
        expect(() => env.reset({ options: { resetMask } })).toThrow(InvalidArgument);
      }
    });

    it('takes one seed or a seed a row, and refuses another number of seeds', () => {
      start(2, 'NextStep');
      for (const seed of [7, 7n, 'seven', [7, null]]) env.reset({ seed });
      expect(() => env.reset({ seed: [7] })).toThrow(InvalidArgument);
      expect(() => env.reset({ seed: -1 })).toThrow(InvalidArgument);
    });

    it('refuses calls after close, which can be repeated', () => {
      start(2, 'NextStep');
      env.close();
      env.close();
      expect(env.closed).toBe(true);
      expect(step).toThrow(ClosedEnvironmentError);
      expect(() => env.reset()).toThrow(ClosedEnvironmentError);
    });
  });
}

function read(result: ReturnType<VectorEnv['step']>): Row {
  const finals = Array.from(result.finalObservations as ArrayLike<number>);
  expect(Array.from(result.finalInfos, (info) => Number(info !== null))).toEqual(
    Array.from(result.finalMask),
  );
  expect(Array.from(result.truncations)).toEqual([0, 0]);
  expect(result.infos).toHaveLength(2);
  return {
    observations: Array.from(result.observations as ArrayLike<number>),
    rewards: Array.from(result.rewards),
    terminations: Array.from(result.terminations),
    finals: finals.map((value, row) => (result.finalMask[row] ? value : null)),
  };
}
