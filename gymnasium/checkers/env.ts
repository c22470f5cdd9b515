import { Env } from '../core.js';
import { describe } from '../error.js';
import { closeRule, metadataRule, optionRules, refusalRules, renderRules } from './life-rules.js';
import { checkSpace, freshObservationRule, playRules, valueRules } from './play-rules.js';
import { replayRules } from './replay-rules.js';
import { type CheckOptions, type CheckReport, expectThat, type Rule, runRules } from './rule.js';
import { labelOf, remake, resolveSource, type Source } from './source.js';
import { type ActionSource, emptyMoment, type Moment, type Offer, Subject } from './subject.js';
import { copyValue, firstDifference, isPlainObject } from './values.js';

const resetFields = ['observation', 'info'];
const stepFields = ['observation', 'reward', 'terminated', 'truncated', 'info'];

interface EnvMoment extends Moment {
  readonly raw: unknown;
}

/** A single-agent environment under check. */
export class EnvSubject extends Subject<Env, EnvMoment> {
  protected override *turns(env: Env, reset: object, actions: ActionSource): Generator<EnvMoment, boolean> {
    let result: any = env.reset(reset);
    yield moment(env, 'the reset', result);
    for (let t = 1; t <= this.maxSteps; t++) {
      const action = actions.draw(env.actionSpace, result?.info, t);
      const given = copyValue(action);
      result = env.step(action);
      yield { ...moment(env, `step ${t}`, result), action, given };
      if (result?.terminated || result?.truncated) return true;
    }
    return false;
  }

  override stepOnce(env: Env): void {
    env.step(env.actionSpace.sample());
  }

  override offers(env: Env): readonly Offer[] {
    return [{ agent: '', space: env.actionSpace, step: (action) => env.step(action) }];
  }
}

function moment(env: Env, at: string, raw: any): EnvMoment {
  const value: any = copyValue(raw);
  if (!isPlainObject(value)) return { ...emptyMoment(at), data: { result: value }, raw };
  const space = env.observationSpace;
  const isStep = 'reward' in value || 'terminated' in value || 'truncated' in value;
  const named = (names: string[]) => names.map((name) => ({ name, value: value[name] }));
  return {
    ...emptyMoment(at),
    data: { result: value },
    raw,
    observations: [{ name: 'the observation', value: value.observation, space, raw: raw.observation }],
    rewards: isStep ? named(['reward']) : [],
    flags: isStep ? named(['terminated', 'truncated']) : [],
    infos: [{ name: 'info', value: value.info, actionSpace: env.actionSpace }],
  };
}

/** What every Env must do; `checkEnv` runs them in this order. */
export const envRules: readonly Rule<EnvSubject>[] = [
  { name: 'the environment is an Env', check: isEnv, fatal: true },
  { name: 'both spaces are spaces that contain what they draw', check: validSpaces, fatal: true },
  { name: 'spaces are the same objects at every read', check: stableSpaces },
  metadataRule,
  { name: 'reset returns an observation and an info', check: resetResult },
  { name: 'step returns its five fields', check: stepResult },
  ...valueRules,
  ...playRules,
  freshObservationRule,
  { name: 'a seed starts a new stream of rng', check: seedsStream },
  ...replayRules,
  ...refusalRules,
  ...optionRules,
  ...renderRules,
  closeRule,
];

/**
 * Checks that an Env keeps the contract of `Env`, after `gymnasium.utils.env_checker.check_env`. It is reset and played
 * many times over; the caller closes it.
 *
 * @param source the environment, or better a function that builds one, with a render mode if given one
 * @returns the names of the rules that hold, do not apply, or fail (with `collect`)
 * @throws CheckFailed naming the first rule that fails, with what was expected and what came.
 * @example
 * const { passed } = checkEnv((renderMode) => new Maze({ renderMode }));
 * console.log(`${passed.length} rules passed`);
 */
export function checkEnv(source: Source<Env>, options: CheckOptions = {}): CheckReport {
  const { env, build, owned } = resolveSource(source, remake);
  const report = runRules(labelOf(env), envRules, new EnvSubject(env, build, options), options);
  if (owned) env.close();
  return report;
}

function isEnv({ env }: EnvSubject): void {
  expectThat(env instanceof Env, () => `Expected an instance of Env, got ${describe(env)}.`);
}

function validSpaces({ env }: EnvSubject): void {
  checkSpace('observationSpace', env.observationSpace);
  checkSpace('actionSpace', env.actionSpace);
}

function stableSpaces(subject: EnvSubject): void {
  const { env } = subject;
  const { observationSpace, actionSpace } = env;
  const check = (when: string) => {
    for (const [name, first] of Object.entries({ observationSpace, actionSpace })) {
      const now = env[name as 'actionSpace'];
      expectThat(now === first, () => `Expected ${name} to be the same object ${when}, got another ${now}.`);
    }
  };
  check('at the second read');
  subject.play(env);
  check('after an episode');
}

function resetResult({ episodes }: EnvSubject): void {
  for (const { moments } of episodes) if (moments[0]) checkFields('reset', moments[0], resetFields);
}

function stepResult({ episodes }: EnvSubject): void {
  for (const { moments } of episodes) {
    for (const step of moments.slice(1)) checkFields(step.at, step, stepFields);
  }
}

function checkFields(what: string, { raw }: EnvMoment, fields: string[]): void {
  const got = isPlainObject(raw) ? Object.keys(raw) : [];
  const exact = got.length === fields.length && fields.every((field) => got.includes(field));
  expectThat(
    exact,
    () => `Expected ${what} to return an object with exactly ${fields.join(', ')}, got ${describe(raw)}.`,
  );
}

function seedsStream({ env, seed }: EnvSubject): void {
  const stateAfter = (given: unknown) => {
    env.reset({ seed: given as string });
    return env.rng.state();
  };
  env.reset({ seed });
  const [first, again, other] = [stateAfter(seed), stateAfter(seed), stateAfter('another seed')];
  const difference = firstDifference(first, again);
  expectThat(
    difference === null,
    () => `Expected the same seed to put rng into the same state, but they differ in ${difference}.`,
  );
  expectThat(
    firstDifference(first, other) !== null,
    () => 'Expected another seed to put rng into another state, got the same. Does reset call reseed?',
  );
}
