import { ResetNeeded } from '../error.js';
import type { Seed } from '../rng.js';
import type { AutoresetMode } from '../vector.js';
import { isDone, type LaneMoment, type LaneSubject, type Row, rowsOf, stepLanes } from './lane-subject.js';
import { expectSame } from './replay-rules.js';
import { expectThat, expectThrows, type Rule } from './rule.js';
import { type TwinSubject, twinRows } from './twin.js';
import { firstDifference } from './values.js';

const inMode = (mode: AutoresetMode) => (subject: LaneSubject) => subject.env.autoresetMode === mode;
const severalRows = ({ env }: LaneSubject) => env.numEnvs > 1;

/** Rules on seeds, masks and what happens to rows that have ended. */
export const laneResetRules: readonly Rule<TwinSubject>[] = [
  { name: 'one seed s gives row i the seed s + i', check: seedsByRow },
  { name: 'rows do not depend on where they stand', check: mirrored, applies: severalRows },
  { name: 'a masked reset restarts the masked rows', check: maskRestarts },
  { name: 'a masked reset leaves the other rows alone', check: maskSpares, applies: severalRows },
  {
    name: 'NextStep: the ending step returns the last observation',
    check: endShowsLast,
    applies: inMode('NextStep'),
  },
  {
    name: 'NextStep: the step after the end has reward 0 and no flag',
    check: stepAfterEndIsEmpty,
    applies: inMode('NextStep'),
  },
  {
    name: "SameStep: the ending step returns the next episode's first observation",
    check: endShowsFirst,
    applies: (subject) => inMode('SameStep')(subject) && subject.twin !== null,
  },
  {
    name: 'Disabled: a step with an ended row throws ResetNeeded and moves no row',
    check: endedRowsWait,
    applies: inMode('Disabled'),
  },
  {
    name: 'every row plays what its scalar twin plays',
    check: rowsEqualTwin,
    applies: (subject) => subject.twin !== null,
  },
];

function seedsByRow(subject: LaneSubject): void {
  const { env, seed, seeds } = subject;
  const one = subject.play(env, { seed });
  expectSame('one seed to stand for a seed a row', one, subject.play(env, { seed: seeds }));
}

function mirrored(subject: LaneSubject): void {
  const { env, seeds } = subject;
  const reverse = (moments: readonly LaneMoment[]) =>
    moments.map((moment) => ({ ...moment, data: { rows: [...moment.data.rows].reverse() } }));
  const there = subject.play(env, { seed: seeds });
  const back = subject.play(env, { seed: [...seeds].reverse() });
  const what = 'rows to give the same when their seeds are handed out in reverse';
  expectSame(what, there, { ...back, moments: reverse(back.moments) });
}

function maskRestarts(subject: LaneSubject): void {
  const { env, seed, seeds } = subject;
  const start: any = env.reset({ seed });
  const first = rowsOf(env, 'reset', start)?.[0];
  const before = rowsOf(env, 'step', stepLanes(env, subject.firstActions(env, start.infos))) ?? [];
  const resetMask = firstRow(env.numEnvs);
  const after = rowsOf(env, 'masked reset', env.reset({ seed: seeds, options: { resetMask } })) ?? [];
  const difference = firstDifference(first, after[0]);
  expectThat(
    difference === null,
    () => `Expected row 0 to start again with its seed, but it differs from the first time in ${difference}.`,
  );
  for (let row = 1; row < env.numEnvs; row++) {
    const moved = firstDifference(before[row].observations, after[row].observations);
    expectThat(
      moved === null,
      () => `Expected a reset of row 0 to leave row ${row} alone, but it changed ${moved}.`,
    );
  }
}

function firstRow(numEnvs: number): Uint8Array {
  return new Uint8Array(numEnvs).map((_, row) => Number(row === 0));
}

function maskSpares(subject: LaneSubject): void {
  const { env } = subject;
  const play = (masked: boolean) => {
    const actions = subject.start(env);
    if (masked) env.reset({ options: { resetMask: firstRow(env.numEnvs) } });
    return rowsOf(env, 'step', stepLanes(env, actions))?.slice(1);
  };
  const difference = firstDifference(play(false), play(true));
  expectThat(
    difference === null,
    () => `Expected the other rows to go on after a reset of row 0, but they differ in ${difference}.`,
  );
}

function endShowsLast({ moments }: LaneSubject): void {
  for (const { at, data } of moments) {
    for (const [i, { observations, final }] of data.rows.entries()) {
      const difference = final === null ? null : firstDifference(final.observations, observations);
      expectThat(
        difference === null,
        () => `Expected row ${i} to return its last observation at ${at}, got another: ${difference}.`,
      );
    }
  }
}

function stepAfterEndIsEmpty({ episodes }: LaneSubject): void {
  for (const { moments } of episodes) {
    for (let t = 1; t < moments.length; t++) {
      for (const [i, row] of moments[t].data.rows.entries()) {
        if (moments[t - 1].data.rows[i]?.final == null) continue;
        const rewarded = Object.values(row.rewards ?? {}).some((reward) => reward !== 0);
        expectThat(
          !rewarded && !row.terminated && !row.truncated,
          () => `Expected row ${i}, reset by ${moments[t].at}, to have reward 0 and no flag, got others.`,
        );
      }
    }
  }
}

/** Each row in turn gets each seed, as a row that ends may stand before or after those that go on. */
function endedRowsWait(subject: TwinSubject): void {
  const { seeds } = subject;
  for (const shift of seeds.keys()) {
    const rotated = [...seeds.slice(shift), ...seeds.slice(0, shift)];
    const [plain, refused] = [false, true].map((refuse) => afterRefusal(subject, rotated, refuse));
    const difference = firstDifference(plain, refused);
    expectThat(
      difference === null,
      () => `Expected the refused step to leave all rows alone, but afterwards they differ in ${difference}.`,
    );
  }
}

/** Plays to the first end of a row, steps where it must not, restarts the row and returns the step after that. */
function afterRefusal(subject: LaneSubject, seed: Seed[], refuse: boolean): Row[] | null {
  const { env } = subject;
  const start: any = env.reset({ seed });
  let actions = subject.firstActions(env, start.infos);
  for (let t = 0; t < subject.maxSteps; t++) {
    const result = stepLanes(env, actions);
    actions = subject.firstActions(env, result.infos);
    const resetMask = new Uint8Array(env.numEnvs).map((_, row) => Number(isDone(result, row)));
    if (!resetMask.includes(1)) continue;
    if (refuse) expectThrows(ResetNeeded, 'a step with an ended row', () => stepLanes(env, actions));
    env.reset({ options: { resetMask } });
    return rowsOf(env, 'step', stepLanes(env, actions));
  }
  return null;
}

function endShowsFirst(subject: TwinSubject): void {
  for (const { at, row, expected, got } of twinRows(subject)) {
    if (expected.final === null) continue;
    const difference = firstDifference(expected.observations, got.observations);
    expectThat(
      difference === null,
      () =>
        `Expected row ${row} to return the first observation of its next episode at ${at}, got another: ${difference}.`,
    );
  }
}

function rowsEqualTwin(subject: TwinSubject): void {
  for (const { at, row, expected, got } of twinRows(subject)) {
    const difference = firstDifference(expected, got);
    expectThat(
      difference === null,
      () =>
        `Expected row ${row} to give what its scalar twin gives at ${at}, but they differ in ${difference}.`,
    );
  }
}
