import { describe, InvalidAction, InvalidArgument } from '../error.js';
import type { PerAgent } from '../parallel.js';
import { concatenate, createEmptyBatch, iterate } from '../spaces/utils.js';
import type { AgentId } from '../types.js';
import { autoresetModes, type Batch } from '../vector.js';
import {
  actionSpaceOf,
  agentsOf,
  type LaneMoment,
  type LaneSubject,
  observationSpaceOf,
  partName,
  partOf,
  rowsOf,
  stepLanes,
} from './lane-subject.js';
import { checkSpace } from './play-rules.js';
import { expectThat, expectThrows, type Rule } from './rule.js';
import { firstDifference, outsiders } from './values.js';

/** Rules on what a vector environment is, before any play. */
export const laneSetupRules: readonly Rule<LaneSubject>[] = [
  { name: 'numEnvs is a positive integer and autoresetMode a mode', check: soundSetup, fatal: true },
  { name: 'single spaces contain what they draw', check: validSpaces, fatal: true },
  { name: 'single spaces are the same objects at every read', check: stableSpaces },
];

/** Rules on the arrays that come back. */
export const laneShapeRules: readonly Rule<LaneSubject>[] = [
  { name: 'batches have the type and length of their space', check: batchShapes },
  { name: 'rewards are a Float64Array with an entry a row', check: rewardArrays },
  { name: 'flags are Uint8Arrays of zeros and ones, one a row', check: flagArrays },
  { name: 'finalMask marks the rows whose flags are set', check: finalMarks },
  { name: 'every step writes into the same arrays', check: sameArrays },
];

/** Rules on the arguments that must be refused. */
export const laneRefusalRules: readonly Rule<LaneSubject>[] = [
  { name: 'an action outside its space throws InvalidAction naming the row', check: badRows },
  { name: 'a batch of another length throws InvalidAction', check: badLength },
  { name: 'a refused action moves no row', check: refusedActionMovesNothing },
  { name: 'seeds and masks of another length throw InvalidArgument', check: badResetArrays },
];

function soundSetup({ env }: LaneSubject): void {
  expectThat(
    Number.isSafeInteger(env.numEnvs) && env.numEnvs > 0,
    () => `Expected numEnvs to be a positive integer, got ${describe(env.numEnvs)}.`,
  );
  expectThat(
    autoresetModes.includes(env.autoresetMode),
    () => `Expected autoresetMode among ${autoresetModes.join(', ')}, got ${describe(env.autoresetMode)}.`,
  );
}

function validSpaces({ env }: LaneSubject): void {
  for (const agent of agentsOf(env)) {
    checkSpace(partName('singleObservationSpace', agent), observationSpaceOf(env, agent));
    checkSpace(partName('singleActionSpace', agent), actionSpaceOf(env, agent));
  }
}

function stableSpaces(subject: LaneSubject): void {
  const { env } = subject;
  const read = () =>
    agentsOf(env).flatMap((agent) => [observationSpaceOf(env, agent), actionSpaceOf(env, agent)]);
  const first = read();
  subject.play(env);
  const second = read();
  const changed = first.findIndex((space, i) => space !== second[i]);
  expectThat(
    changed < 0,
    () => `Expected spaces to be the same objects at every read, got another ${second[changed]}.`,
  );
}

function batchShapes({ env, moments }: LaneSubject): void {
  for (const { at, call, result } of moments) {
    const fields = call === 'step' ? ['observations', 'finalObservations'] : ['observations'];
    for (const agent of agentsOf(env)) {
      const expected = createEmptyBatch(observationSpaceOf(env, agent), env.numEnvs);
      for (const field of fields) {
        const batch = partOf(env, result?.[field], agent);
        expectThat(
          batch?.constructor === expected.constructor && batch.length === expected.length,
          () =>
            `Expected ${partName(field, agent)} to be ${kindOf(expected)} at ${at}, got ${describe(batch)}.`,
        );
      }
    }
  }
}

function kindOf(batch: Batch): string {
  return `${Array.isArray(batch) ? 'an Array' : `a ${batch.constructor.name}`} of length ${batch.length}`;
}

function steps({ moments }: LaneSubject): LaneMoment[] {
  return moments.filter(({ call }) => call === 'step');
}

function rewardArrays(subject: LaneSubject): void {
  const { env } = subject;
  for (const { at, result } of steps(subject)) {
    for (const agent of agentsOf(env)) {
      const rewards = partOf(env, result?.rewards, agent);
      expectThat(
        rewards instanceof Float64Array && rewards.length === env.numEnvs,
        () =>
          `Expected ${partName('rewards', agent)} to be a Float64Array of length ${env.numEnvs} at ${at}, got ${describe(rewards)}.`,
      );
    }
  }
}

function flagArrays(subject: LaneSubject): void {
  const { env } = subject;
  for (const { at, result } of steps(subject)) {
    for (const field of ['terminations', 'truncations', 'finalMask']) {
      const flags: unknown = result?.[field];
      expectThat(
        flags instanceof Uint8Array && flags.length === env.numEnvs && flags.every((flag) => flag <= 1),
        () =>
          `Expected ${field} to be a Uint8Array of ${env.numEnvs} zeros and ones at ${at}, got ${describe(flags)}.`,
      );
    }
  }
}

function finalMarks(subject: LaneSubject): void {
  for (const { at, result } of steps(subject)) {
    const { terminations, truncations, finalMask } = result;
    for (let row = 0; row < subject.env.numEnvs; row++) {
      const ended = terminations[row] | truncations[row];
      expectThat(
        finalMask[row] === ended,
        () => `Expected finalMask[${row}] to be ${ended}, as its flags say, at ${at}, got ${finalMask[row]}.`,
      );
    }
  }
}

function sameArrays(subject: LaneSubject): void {
  const { env } = subject;
  const arrays = ({ raw }: LaneMoment) =>
    agentsOf(env).flatMap((agent) =>
      ['observations', 'rewards', 'finalObservations'].map((field) => ({
        name: partName(field, agent),
        array: partOf(env, raw[field], agent),
      })),
    );
  const all = (moment: LaneMoment) => [
    ...arrays(moment),
    ...['terminations', 'truncations', 'finalMask'].map((field) => ({
      name: field,
      array: moment.raw[field],
    })),
  ];
  const [first, ...rest] = steps(subject);
  for (const step of rest) {
    for (const [i, { name, array }] of all(step).entries()) {
      const same = array === all(first)[i].array;
      expectThat(
        same,
        () => `Expected ${name} to be the same array at every step, got a new one at ${step.at}.`,
      );
    }
  }
}

/** The batch in which the last row's action of one agent is outside its space, for each way there is to do that. */
function* badBatches(
  subject: LaneSubject,
): Generator<{ agent: AgentId; bad: unknown; actions: PerAgent<Batch> }> {
  const { env } = subject;
  for (const agent of agentsOf(env)) {
    const space = actionSpaceOf(env, agent);
    for (const bad of outsiders(space)) {
      const actions = subject.start(env);
      const rows: unknown[] = iterate(space, actions[agent]);
      rows[env.numEnvs - 1] = bad;
      const batch = tryBatch(() => concatenate(space, rows));
      if (batch === null || firstDifference(iterate(space, batch).at(-1), bad) !== null) continue;
      yield { agent, bad, actions: { ...actions, [agent]: batch } };
    }
  }
}

/** Most things cannot be written into a typed batch at all. */
function tryBatch(write: () => Batch): Batch | null {
  try {
    return write();
  } catch {
    return null;
  }
}

function badRows(subject: LaneSubject): void {
  const { env } = subject;
  const row = env.numEnvs - 1;
  for (const { agent, bad, actions } of badBatches(subject)) {
    const space = actionSpaceOf(env, agent);
    const what = `the action ${describe(bad)} in row ${row}, which is outside ${space},`;
    const { message } = expectThrows(InvalidAction, what, () => stepLanes(env, actions));
    expectThat(
      message.includes(agent) && new RegExp(`\\brow ${row}\\b`, 'i').test(message),
      () => `Expected the error to name ${agent} row ${row}, got ${describe(message)}.`,
    );
  }
}

function badLength(subject: LaneSubject): void {
  const { env } = subject;
  for (const agent of agentsOf(env)) {
    const actions = subject.start(env);
    const longer = createEmptyBatch(actionSpaceOf(env, agent), env.numEnvs + 1);
    const what = `a batch of ${env.numEnvs + 1} actions`;
    expectThrows(InvalidAction, what, () => stepLanes(env, { ...actions, [agent]: longer }));
  }
}

function refusedActionMovesNothing(subject: LaneSubject): void {
  const { env } = subject;
  const play = (bad: PerAgent<Batch> | null) => {
    const actions = subject.start(env);
    if (bad !== null) expectThrows(InvalidAction, 'a bad action', () => stepLanes(env, bad));
    return rowsOf(env, 'step', stepLanes(env, actions));
  };
  for (const { bad, actions } of badBatches(subject)) {
    const difference = firstDifference(play(null), play(actions));
    expectThat(
      difference === null,
      () => `Expected the refused action ${describe(bad)} to leave all rows alone, but then ${difference}.`,
    );
  }
}

function badResetArrays({ env, seed }: LaneSubject): void {
  env.reset({ seed });
  const long = env.numEnvs + 1;
  expectThrows(InvalidArgument, `a reset with ${long} seeds`, () =>
    env.reset({ seed: new Array(long).fill(seed) }),
  );
  const resetMask = new Uint8Array(long).fill(1);
  expectThrows(InvalidArgument, `a reset mask of length ${long}`, () =>
    env.reset({ options: { resetMask } }),
  );
}
