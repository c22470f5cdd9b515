import { Env } from '../core.js';
import type { ParallelEnv, PerAgent } from '../parallel.js';
import type { Seed } from '../rng.js';
import { rowSeeds } from '../vector-arguments.js';
import { type LaneEnv, type LaneMoment, LaneSubject, type Row } from './lane-subject.js';
import type { CheckOptions } from './rule.js';
import type { Build } from './subject.js';
import { copyValue } from './values.js';

/** The scalar environment that every row of a vector environment is a copy of. */
export type TwinEnv = Env | ParallelEnv;

/** A vector environment under check beside its scalar twin, if there is one. */
export class TwinSubject extends LaneSubject {
  constructor(
    env: LaneEnv,
    build: Build<LaneEnv> | null,
    options: CheckOptions,
    readonly twin: TwinEnv | null,
  ) {
    super(env, build, options);
  }
}

export interface TwinRow {
  readonly at: string;
  readonly row: number;
  readonly expected: Row;
  readonly got: Row;
}

/** Every row of a recorded episode beside what the scalar environment gives for the same seed and actions. */
export function* twinRows(subject: TwinSubject): Generator<TwinRow> {
  const { env, seed } = subject;
  const twin = subject.twin!;
  const { moments, error } = subject.play(env, { seed });
  if (error !== null) throw error;
  for (const [row, own] of rowSeeds(seed, env.numEnvs).entries()) {
    let expected = resetTwin(twin, own);
    for (const moment of moments) {
      if (moment.call !== 'reset') expected = follow(twin, env, moment, row, expected);
      yield { at: moment.at, row, expected, got: moment.data.rows[row] };
    }
  }
}

function follow(twin: TwinEnv, env: LaneEnv, moment: LaneMoment, row: number, before: Row): Row {
  if (moment.call === 'masked reset') {
    const quiet = { rewards: null, terminated: false, truncated: false, final: null };
    return moment.mask[row] === 1 ? resetTwin(twin) : { ...before, ...quiet };
  }
  if (env.autoresetMode === 'NextStep' && before.final !== null) {
    const start = resetTwin(twin);
    return { ...start, rewards: mapValues(start.observations, () => 0) };
  }
  const result = stepTwin(
    twin,
    mapValues(moment.actions, (actions) => actions[row]),
  );
  if (!result.terminated && !result.truncated) return result;
  const ended = { ...result, final: { observations: result.observations, info: result.info } };
  if (env.autoresetMode !== 'SameStep') return ended;
  const { observations, info } = resetTwin(twin);
  return { ...ended, observations, info };
}

function mapValues<T, R>(record: PerAgent<T>, value: (entry: T) => R): PerAgent<R> {
  return Object.fromEntries(Object.entries(record).map(([key, entry]) => [key, value(entry)]));
}

function resetTwin(twin: TwinEnv, seed: Seed | null = null): Row {
  const none = { rewards: null, terminated: false, truncated: false, final: null };
  if (!(twin instanceof Env)) {
    return { ...none, observations: copyValue(twin.reset({ seed }).observations), info: undefined };
  }
  const { observation, info } = copyValue(twin.reset({ seed }));
  return { ...none, observations: { '': observation }, info };
}

function stepTwin(twin: TwinEnv, actions: PerAgent<unknown>): Row {
  if (twin instanceof Env) {
    const { observation, reward, info, ...flags } = copyValue(twin.step(actions['']));
    return { ...flags, observations: { '': observation }, rewards: { '': reward }, info, final: null };
  }
  const { observations, rewards, terminations, truncations } = copyValue(twin.step(actions));
  const [first] = twin.possibleAgents;
  return {
    observations,
    rewards,
    terminated: terminations[first],
    truncated: truncations[first],
    info: undefined,
    final: null,
  };
}
