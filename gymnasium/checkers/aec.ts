import { AecEnv } from '../aec.js';
import { describe, InvalidAction } from '../error.js';
import { type AecMoment, AecSubject, aecRecords } from './aec-subject.js';
import { agentRules, presenceRules } from './agent-rules.js';
import { closeRule, metadataRule, optionRules, refusalRules, renderRules } from './life-rules.js';
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
import { labelOf, remakeAec, resolveSource, type Source } from './source.js';
import { firstDifference } from './values.js';

/** What every AecEnv must do; `checkAecEnv` runs them in this order. */
export const aecRules: readonly Rule<AecSubject>[] = [
  { name: 'the environment is an AecEnv', check: isAecEnv, fatal: true },
  ...agentRules,
  metadataRule,
  { name: 'reset and step return nothing', check: returnNothing },
  { name: 'reset makes agents with no reward and no flag', check: cleanStart },
  { name: 'every record has exactly the agents', check: exactAgents },
  { name: 'agentSelection is among the agents', check: selectsAgent },
  ...valueRules,
  { name: 'an agent leaves by its step with null alone', check: leavesByDeadStep },
  { name: 'an agent that has ended gets its last step', check: everyoneFinishes },
  ...presenceRules,
  { name: 'cumulative rewards are the exact sums since the last turn', check: exactSums },
  { name: 'last tells what the records tell', check: lastAgrees },
  { name: 'last without observing gives null', check: lastUnobserved },
  ...playRules,
  stateRule,
  freshObservationRule,
  ...replayRules,
  ...refusalRules,
  { name: 'an agent that has ended takes null alone', check: deadTakeNull },
  ...optionRules,
  ...renderRules,
  closeRule,
];

/**
 * Checks that an AecEnv keeps its contract, after `pettingzoo.test.api_test`, `seed_test` and `state_test`.
 *
 * @param source the environment, or better a function that builds one, with a render mode if given one
 * @throws CheckFailed naming the first rule that fails, with what was expected and what came.
 * @example
 * checkAecEnv(() => parallelToAec(make('IteratedMatrixGame-v0', { horizon: 10 })));
 */
export function checkAecEnv(source: Source<AecEnv>, options: CheckOptions = {}): CheckReport {
  const { env, build, owned } = resolveSource(source, remakeAec);
  const report = runRules(labelOf(env), aecRules, new AecSubject(env, build, options), options);
  if (owned) env.close();
  return report;
}

function isAecEnv({ env }: AecSubject): void {
  expectThat(env instanceof AecEnv, () => `Expected an instance of AecEnv, got ${describe(env)}.`);
}

function returnNothing({ moments }: AecSubject): void {
  for (const { at, returned } of moments) {
    expectThat(returned === undefined, () => `Expected nothing from ${at}, got ${describe(returned)}.`);
  }
}

function cleanStart({ episodes }: AecSubject): void {
  for (const { moments } of episodes) {
    if (!moments[0]) continue;
    const { agents, rewards, cumulativeRewards, terminations, truncations } = moments[0].data;
    expectThat(agents.length > 0, () => 'Expected agents after a reset, got none.');
    for (const id of agents) {
      const clean = [rewards, cumulativeRewards].every((record) => record[id] === 0);
      const live = [terminations, truncations].every((record) => record[id] === false);
      expectThat(
        clean && live,
        () =>
          `Expected ${id} to have rewards 0 and flags false after a reset, got ${describe(moments[0].data)}.`,
      );
    }
  }
}

function exactAgents({ moments }: AecSubject): void {
  for (const { at, data } of moments) {
    for (const field of aecRecords) {
      const keys = Object.keys(data[field] ?? {});
      expectThat(
        keys.length === data.agents.length && data.agents.every((id) => keys.includes(id)),
        () => `Expected ${field} of exactly ${describe(data.agents)} after ${at}, got ${describe(keys)}.`,
      );
    }
  }
}

function selectsAgent({ moments }: AecSubject): void {
  for (const { at, data } of moments) {
    expectThat(
      data.agents.length === 0 || data.agents.includes(data.agentSelection),
      () =>
        `Expected agentSelection among ${describe(data.agents)} after ${at}, got ${describe(data.agentSelection)}.`,
    );
  }
}

/** Pairs of a moment and the one before it, within an episode. */
function* pairs({ episodes }: AecSubject): Generator<[before: AecMoment, now: AecMoment]> {
  for (const { moments } of episodes) {
    for (let t = 1; t < moments.length; t++) yield [moments[t - 1], moments[t]];
  }
}

function leavesByDeadStep(subject: AecSubject): void {
  for (const [before, { at, data, actor }] of pairs(subject)) {
    const left = before.data.agents.filter((id) => !data.agents.includes(id));
    const due = actor?.dead ? [actor.id] : [];
    expectThat(
      firstDifference(left, due) === null,
      () =>
        `Expected ${describe(due)} to leave agents at ${at}, since its episode had ended, but ${describe(left)} left.`,
    );
  }
}

/** Whoever is skipped for longer than a whole round is never going to finish. */
function everyoneFinishes({ env, episodes }: AecSubject): void {
  const round = env.possibleAgents.length;
  for (const { moments } of episodes) {
    for (const [t, { at, data }] of moments.entries()) {
      const since = moments[Math.max(0, t - round)].data;
      const ended = (id: string) => since.terminations[id] || since.truncations[id];
      const stuck = data.agents.find((id) => t >= round && ended(id));
      expectThat(
        stuck === undefined,
        () =>
          `Expected ${stuck} to be selected for its step with null within ${round} turns of its end, but ${at} has passed.`,
      );
    }
  }
}

/** Sums in the order of the steps, as floating-point sums depend on it. */
function exactSums(subject: AecSubject): void {
  for (const [before, { at, data, actor }] of pairs(subject)) {
    for (const id of data.agents) {
      const earlier = id === actor?.id ? 0 : before.data.cumulativeRewards[id];
      const expected = earlier + data.rewards[id];
      expectThat(
        data.cumulativeRewards[id] === expected,
        () =>
          `Expected cumulativeRewards.${id} to be ${expected} after ${at}, got ${data.cumulativeRewards[id]}.`,
      );
    }
  }
}

function lastAgrees(subject: AecSubject): void {
  const { env, seed } = subject;
  for (const { at, data, last } of subject.moments) {
    if (last === null) continue;
    const id = data.agentSelection;
    const { info: _info, observation, ...rest } = last;
    const expected = {
      reward: data.cumulativeRewards[id],
      terminated: data.terminations[id],
      truncated: data.truncations[id],
    };
    const difference =
      firstDifference(expected, rest) ?? firstDifference(data.observations[id], observation, 'observation');
    expectThat(
      difference === null,
      () => `Expected last() to tell what the records tell after ${at}, but they differ in ${difference}.`,
    );
  }
  env.reset({ seed });
  expectThat(
    env.last().info === env.infos[env.agentSelection],
    () => `Expected last().info to be the object infos.${env.agentSelection}, got another.`,
  );
}

function lastUnobserved({ env, seed }: AecSubject): void {
  env.reset({ seed });
  const { observation } = env.last(false);
  expectThat(
    observation === null,
    () => `Expected last(false).observation to be null, got ${describe(observation)}.`,
  );
}

function deadTakeNull(subject: AecSubject): void {
  const { env, seed } = subject;
  const { finished, moments } = subject.play(env, { seed });
  const turn = moments.findIndex(({ actor }) => actor?.dead);
  if (!finished || turn < 0) return;
  env.reset({ seed });
  for (const { action } of moments.slice(1, turn)) env.step(action);
  const id = env.agentSelection;
  const action = env.actionSpace(id).sample();
  expectThrows(InvalidAction, `the action ${describe(action)} of ${id}, whose episode has ended,`, () =>
    env.step(action),
  );
}
