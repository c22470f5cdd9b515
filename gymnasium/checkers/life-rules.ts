import { describe, InvalidAction, ResetNeeded } from '../error.js';
import { expectThat, expectThrows, type Rule } from './rule.js';
import type { Subject } from './subject.js';
import { copyValue, firstDifference, outsiders } from './values.js';

const canBuild = ({ build }: Subject) => build !== null;

export const metadataRule: Rule<Subject> = {
  name: 'metadata says how the environment renders',
  check: soundMetadata,
};

export const stepBeforeResetRule: Rule<Subject> = {
  name: 'step before the first reset throws ResetNeeded',
  check: stepBeforeReset,
  applies: canBuild,
};

/** Rules on the calls that must be refused, for every kind with scalar episodes. */
export const refusalRules: readonly Rule<Subject>[] = [
  stepBeforeResetRule,
  { name: 'step after the end throws ResetNeeded', check: stepAfterEnd },
  { name: 'an action outside its space throws InvalidAction', check: badActions },
];

/** Rules on the arguments of `reset`, for every kind. */
export const optionRules: readonly Rule<Subject>[] = [
  { name: 'reset takes options with unknown keys', check: unknownOptions },
  { name: 'reset leaves its argument unchanged', check: untouchedOptions },
];

export const closeRule: Rule<Subject> = {
  name: 'close can come before the first reset and twice',
  check: closes,
  applies: canBuild,
};

export const renderRules: readonly Rule<Subject>[] = [
  { name: 'render gives text with a render mode and null without', check: rendersByMode },
  {
    name: 'every declared render mode renders',
    check: rendersEveryMode,
    applies: (subject) => canBuild(subject) && subject.env.metadata.renderModes.length > 0,
  },
];

function soundMetadata({ env }: Subject): void {
  const { renderModes, renderFps } = env.metadata ?? {};
  expectThat(
    Array.isArray(renderModes) && renderModes.every((mode) => typeof mode === 'string'),
    () => `Expected metadata.renderModes to be an array of strings, got ${describe(renderModes)}.`,
  );
  expectThat(
    renderFps === undefined || renderFps > 0,
    () => `Expected metadata.renderFps to be a positive number, got ${describe(renderFps)}.`,
  );
  const mode = env.renderMode ?? null;
  expectThat(
    mode === null || renderModes.includes(mode),
    () => `Expected renderMode to be null or one of ${renderModes.join(', ')}, got ${describe(mode)}.`,
  );
}

function stepBeforeReset(subject: Subject): void {
  subject.withFresh((env) =>
    expectThrows(ResetNeeded, 'step before the first reset', () => subject.stepOnce(env)),
  );
}

function stepAfterEnd(subject: Subject): void {
  const { finished } = subject.play(subject.env, { seed: subject.seed });
  if (finished) expectThrows(ResetNeeded, 'step after the end', () => subject.stepOnce(subject.env));
}

function badActions(subject: Subject): void {
  for (const { agent, space, step } of subject.offers(subject.env)) {
    for (const action of outsiders(space)) {
      subject.env.reset({ seed: subject.seed });
      const by = agent === '' ? '' : ` by ${agent}`;
      const error = expectThrows(
        InvalidAction,
        `the action ${describe(action)}${by}, which is outside ${space},`,
        () => step(action),
      );
      expectThat(
        error.message.includes(agent),
        () => `Expected the error on an action of ${agent} to name it, got ${describe(error.message)}.`,
      );
    }
  }
}

function unknownOptions(subject: Subject): void {
  const { env, seed } = subject;
  env.reset({ seed: null, options: null });
  const plain = subject.play(env, { seed });
  const unknown = subject.play(env, { seed, options: { options: 1, no_such_option: { nested: [1] } } });
  if (unknown.error !== null) throw unknown.error;
  const difference = firstDifference(plain.moments[0]?.data, unknown.moments[0]?.data);
  expectThat(
    difference === null,
    () => `Expected unknown options to be ignored, but they change ${difference}.`,
  );
}

function untouchedOptions({ env, seed }: Subject): void {
  const given = { seed, options: { no_such_option: [1, 2], other: {} } };
  const before = copyValue(given);
  env.reset(given);
  const difference = firstDifference(before, given);
  expectThat(
    difference === null,
    () => `Expected reset to leave its argument alone, but it changed ${difference}.`,
  );
}

function closes(subject: Subject): void {
  const env = subject.build!();
  env.close();
  env.close();
  subject.withFresh((used) => {
    subject.play(used, { seed: subject.seed });
    used.close();
  });
}

function rendersByMode({ env, seed }: Subject): void {
  env.reset({ seed });
  checkFrame(env.renderMode ?? null, env.render());
}

function rendersEveryMode(subject: Subject): void {
  for (const mode of subject.env.metadata.renderModes) {
    subject.withFresh((env) => {
      expectThat(
        env.renderMode === mode,
        () =>
          `Expected a new environment to take renderMode ${describe(mode)}, got ${describe(env.renderMode)}.`,
      );
      env.reset({ seed: subject.seed });
      checkFrame(mode, env.render());
      subject.stepOnce(env);
      checkFrame(mode, env.render());
    }, mode);
  }
}

function checkFrame(mode: string | null, frame: unknown): void {
  const valid = mode === null ? frame === null : typeof frame === 'string' && frame !== '';
  const expected = mode === null ? 'null' : 'a non-empty string';
  expectThat(
    valid,
    () => `Expected render() to give ${expected} with renderMode ${describe(mode)}, got ${describe(frame)}.`,
  );
}
