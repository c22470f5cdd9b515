import { describe } from '../error.js';
import { Discrete } from '../spaces/discrete.js';
import { isTypedArray, Space } from '../spaces/space.js';
import { arrayTypes } from '../types.js';
import { describeError, expectThat, fail, type Rule } from './rule.js';
import { isMask, type Subject } from './subject.js';
import { firstDifference, isPlainObject, MemoryLog } from './values.js';

/** Rules on the values that come back from `reset` and `step`, for every kind of environment. */
export const membershipRule: Rule<Subject> = { name: 'observations are in their space', check: membership };
export const rewardRule: Rule<Subject> = { name: 'rewards are finite numbers', check: finiteRewards };
export const infoRule: Rule<Subject> = { name: 'infos are plain objects', check: plainInfos };
export const maskRule: Rule<Subject> = { name: 'action masks fit the action space', check: fittingMasks };

/** All of them, and those that only scalar environments can break. */
export const valueRules: readonly Rule<Subject>[] = [
  { name: 'observations have the element type of their space', check: elementTypes },
  membershipRule,
  rewardRule,
  { name: 'terminations and truncations are booleans', check: booleanFlags },
  infoRule,
  maskRule,
];

/** Rules on recorded play, which hold where the ones before do. */
export const playRules: readonly Rule<Subject>[] = [
  { name: 'play goes on without an error', check: noErrors },
  { name: 'step leaves its action unchanged', check: untouchedActions },
];

export const stateRule: Rule<Subject> = {
  name: 'state is in the state space',
  check: stateMembership,
  applies: hasState,
};

export const freshObservationRule: Rule<Subject> = {
  name: 'every observation has memory of its own',
  check: freshObservations,
};

function elementTypes(subject: Subject): void {
  for (const { at, observations } of subject.moments) {
    for (const { name, space, value } of observations) {
      if (space.dtype === null || !isTypedArray(value)) continue;
      const type = arrayTypes[space.dtype];
      expectThat(
        value instanceof type,
        () => `Expected ${name} to be a ${type.name} at ${at}, got ${describe(value)}.`,
      );
    }
  }
}

function membership(subject: Subject): void {
  for (const { at, observations } of subject.moments) {
    for (const { name, space, value } of observations) {
      expectThat(
        space.contains(value),
        () => `Expected ${name} to be in ${space} at ${at}, got ${describe(value)}.`,
      );
    }
  }
}

function finiteRewards(subject: Subject): void {
  for (const { at, rewards } of subject.moments) {
    for (const { name, value } of rewards) {
      expectThat(
        Number.isFinite(value),
        () => `Expected ${name} to be a finite number at ${at}, got ${describe(value)}.`,
      );
    }
  }
}

function booleanFlags(subject: Subject): void {
  for (const { at, flags } of subject.moments) {
    for (const { name, value } of flags) {
      expectThat(
        typeof value === 'boolean',
        () => `Expected ${name} to be a boolean at ${at}, got ${describe(value)}.`,
      );
    }
  }
}

function plainInfos(subject: Subject): void {
  for (const { at, infos } of subject.moments) {
    for (const { name, value } of infos) {
      expectThat(
        isPlainObject(value),
        () => `Expected ${name} to be a plain object at ${at}, got ${describe(value)}.`,
      );
    }
  }
}

function fittingMasks(subject: Subject): void {
  for (const { at, infos } of subject.moments) {
    for (const { name, value, actionSpace } of infos) {
      const mask = (value as { actionMask?: unknown } | null)?.actionMask;
      if (mask === undefined || actionSpace === undefined) continue;
      const length = actionSpace instanceof Discrete ? actionSpace.n : -1;
      expectThat(
        isMask(mask, length) && mask.includes(1),
        () =>
          `Expected the actionMask of ${name} to be an Int8Array or Uint8Array over ${actionSpace} of zeros and ones, one of them set, at ${at}, got ${describe(mask)}.`,
      );
    }
  }
}

/** Whoever keeps an observation must find it unchanged after later steps, so no two may share memory. */
function freshObservations(subject: Subject): void {
  const log = new MemoryLog();
  for (const { at, observations } of subject.moments) {
    for (const { name, raw } of observations) {
      expectThat(
        !log.reuses(raw),
        () => `Expected ${name} to have memory of its own at ${at}, got that of an earlier observation.`,
      );
    }
  }
}

function noErrors(subject: Subject): void {
  for (const { error, moments } of subject.episodes) {
    if (error === null) continue;
    const last = moments.at(-1)?.at ?? 'the start';
    fail(`Expected valid actions to raise no error, but after ${last} came ${describeError(error)}`);
  }
}

function untouchedActions(subject: Subject): void {
  for (const { at, action, given } of subject.moments) {
    const difference = firstDifference(given, action, 'action');
    expectThat(
      difference === null,
      () => `Expected ${at} to leave its action alone, but it changed ${difference}.`,
    );
  }
}

function hasState({ env }: Subject): boolean {
  return env.state !== undefined || env.stateSpace !== undefined;
}

function stateMembership(subject: Subject): void {
  const { env } = subject;
  expectThat(
    typeof env.state === 'function' && env.stateSpace instanceof Space,
    () => 'Expected state and stateSpace to come together, got one without the other.',
  );
  for (const { at, data } of subject.moments) {
    const { state } = data as { state: unknown };
    expectThat(
      env.stateSpace.contains(state),
      () => `Expected state() to be in ${env.stateSpace} at ${at}, got ${describe(state)}.`,
    );
  }
}

/** Checks that a space is one, and that what it draws is in it. */
export function checkSpace(name: string, space: unknown): void {
  expectThat(space instanceof Space, () => `Expected ${name} to be a Space, got ${describe(space)}.`);
  const valid = space as Space<any>;
  valid.seed(0);
  for (let draw = 0; draw < 3; draw++) {
    const sample = valid.sample();
    expectThat(
      valid.contains(sample),
      () => `Expected ${name} to contain what it draws, but ${valid} drew ${describe(sample)}.`,
    );
  }
}
