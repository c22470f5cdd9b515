import { describe, InvalidAction } from '../error.js';
import { ParallelEnv } from '../parallel.js';
import { agentRules, presenceRules } from './agent-rules.js';
import { commitRules } from './commit-rules.js';
import { closeRule, metadataRule, optionRules, refusalRules, renderRules } from './life-rules.js';
import { isDone, type ParallelMoment, ParallelSubject, sampleJoint } from './parallel-subject.js';
import { freshObservationRule, playRules, stateRule, valueRules } from './play-rules.js';
import { replayRules } from './replay-rules.js';
import {
  type CheckOptions,
  type CheckReport,
  expectThat,
  expectThrows,
  type Rule,
  runRules,
} from './rule.js';
import { labelOf, remake, resolveSource, type Source } from './source.js';
import { isPlainObject } from './values.js';

const resetFields = ['observations', 'infos'];
const stepFields = ['observations', 'rewards', 'terminations', 'truncations', 'infos'];

/** What every ParallelEnv must do; `checkParallelEnv` runs them in this order. */
export const parallelRules: readonly Rule<ParallelSubject>[] = [
  { name: 'the environment is a ParallelEnv', check: isParallelEnv, fatal: true },
  ...agentRules,
  metadataRule,
  { name: 'reset returns observations and infos of exactly the agents', check: resetRecords },
  { name: 'step returns its five records', check: stepRecords },
  { name: 'every record has exactly the agents that acted', check: exactActors },
  ...valueRules,
  { name: 'done agents, and no others, leave agents in the same step', check: doneAgentsLeave },
  ...presenceRules,
  ...playRules,
  stateRule,
  freshObservationRule,
  ...replayRules,
  ...refusalRules,
  { name: 'a missing action throws InvalidAction', check: missingAction },
  ...optionRules,
  ...commitRules,
  ...renderRules,
  closeRule,
];

/**
 * Checks that a ParallelEnv keeps its contract, after `pettingzoo.test.parallel_api_test`, `parallel_seed_test` and
 * `state_test`, and looks into the values, which they do not. Leader-first environments are also held to `commit`.
 *
 * @param source the environment, or better a function that builds one, with a render mode if given one
 * @throws CheckFailed naming the first rule that fails, with what was expected and what came.
 * @example
 * checkParallelEnv(make('IteratedMatrixGame-v0', { horizon: 10 }));
 */
export function checkParallelEnv(source: Source<ParallelEnv>, options: CheckOptions = {}): CheckReport {
  const { env, build, owned } = resolveSource(source, remake);
  const report = runRules(labelOf(env), parallelRules, new ParallelSubject(env, build, options), options);
  if (owned) env.close();
  return report;
}

function isParallelEnv({ env }: ParallelSubject): void {
  expectThat(env instanceof ParallelEnv, () => `Expected an instance of ParallelEnv, got ${describe(env)}.`);
}

function resetRecords({ episodes }: ParallelSubject): void {
  for (const { moments } of episodes) {
    if (!moments[0]) continue;
    checkFields('reset', moments[0], resetFields);
    expectThat(moments[0].after.length > 0, () => 'Expected agents after a reset, got none.');
    for (const field of resetFields) checkKeys(field, moments[0]);
  }
}

function stepRecords({ episodes }: ParallelSubject): void {
  for (const { moments } of episodes) {
    for (const step of moments.slice(1)) checkFields(step.at, step, stepFields);
  }
}

function exactActors({ episodes }: ParallelSubject): void {
  for (const { moments } of episodes) {
    for (const step of moments.slice(1)) for (const field of stepFields) checkKeys(field, step);
  }
}

function checkFields(what: string, { raw }: ParallelMoment, fields: readonly string[]): void {
  const valid =
    isPlainObject(raw) &&
    Object.keys(raw).length === fields.length &&
    fields.every((field) => isPlainObject(raw[field]));
  expectThat(
    valid,
    () => `Expected ${what} to return exactly the records ${fields.join(', ')}, got ${describe(raw)}.`,
  );
}

function checkKeys(field: string, { at, raw, acting }: ParallelMoment): void {
  const keys = Object.keys(raw[field]);
  expectThat(
    keys.length === acting.length && acting.every((id) => keys.includes(id)),
    () => `Expected ${field} of exactly ${acting.join(', ')} at ${at}, got ${describe(keys)}.`,
  );
}

function doneAgentsLeave({ episodes }: ParallelSubject): void {
  for (const { moments } of episodes) {
    for (const { at, acting, raw, after } of moments.slice(1)) {
      const wrong = acting.find((id) => isDone(raw, id) === after.includes(id));
      expectThat(
        wrong === undefined,
        () =>
          `Expected ${wrong} to be ${isDone(raw, wrong!) ? 'out of' : 'among'} agents after ${at} by its flags, got ${describe(after)}.`,
      );
    }
  }
}

function missingAction({ env, seed }: ParallelSubject): void {
  for (const agent of env.possibleAgents) {
    env.reset({ seed });
    const others = env.agents.filter((id) => id !== agent);
    const what = `a step without an action of ${agent}`;
    expectThrows(InvalidAction, what, () => env.step(sampleJoint(env, others)));
  }
}
