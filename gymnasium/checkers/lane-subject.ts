import type { PerAgent } from '../parallel.js';
import type { Seed } from '../rng.js';
import type { Space } from '../spaces/space.js';
import { concatenate, iterate } from '../spaces/utils.js';
import type { AgentId } from '../types.js';
import { type Batch, type ParallelVectorEnv, VectorEnv, type VectorResetOptions } from '../vector.js';
import { rowSeeds } from '../vector-arguments.js';
import { ActionSource, emptyMoment, type Moment, type Offer, Subject } from './subject.js';
import { copyValue } from './values.js';

export type LaneEnv = VectorEnv | ParallelVectorEnv;

/** The agents; a VectorEnv has the one agent ''. */
export function agentsOf(env: LaneEnv): readonly AgentId[] {
  return env instanceof VectorEnv ? [''] : env.possibleAgents;
}

export function observationSpaceOf(env: LaneEnv, agent: AgentId): Space<any> {
  return env instanceof VectorEnv ? env.singleObservationSpace : env.singleObservationSpace(agent);
}

export function actionSpaceOf(env: LaneEnv, agent: AgentId): Space<any> {
  return env instanceof VectorEnv ? env.singleActionSpace : env.singleActionSpace(agent);
}

export function stepLanes(env: LaneEnv, actions: PerAgent<Batch>): any {
  return env instanceof VectorEnv ? env.step(actions['']) : env.step(actions as any);
}

/** An agent's part of a field of a result. */
export function partOf(env: LaneEnv, field: unknown, agent: AgentId): any {
  return env instanceof VectorEnv ? field : (field as PerAgent<unknown> | undefined)?.[agent];
}

/** `observations`, or `observations.leader_0` where there are agents. */
export function partName(field: string, agent: AgentId): string {
  return agent === '' ? field : `${field}.${agent}`;
}

/** What one row of a result says, by agent. */
export interface Row {
  readonly observations: PerAgent<unknown>;
  readonly info: unknown;
  readonly rewards: PerAgent<number> | null;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly final: { readonly observations: PerAgent<unknown>; readonly info: unknown } | null;
}

export type LaneCall = 'reset' | 'step' | 'masked reset';

export interface LaneMoment extends Moment {
  readonly call: LaneCall;
  /** The result itself, whose arrays later calls overwrite. */
  readonly raw: any;
  /** A copy of the result. */
  readonly result: any;
  readonly data: { readonly rows: readonly Row[] };
  /** Each row's action by agent, in a step. */
  readonly actions: PerAgent<unknown[]>;
  /** The rows of a masked reset. */
  readonly mask: Uint8Array;
}

/** A vector environment under check. */
export class LaneSubject extends Subject<LaneEnv, LaneMoment> {
  /** Plays until every row has ended twice, or to the limit. */
  protected override *turns(
    env: LaneEnv,
    reset: VectorResetOptions,
    source: ActionSource,
  ): Generator<LaneMoment, boolean> {
    const labels = this.labels(reset.seed);
    let result: any = env.reset(reset);
    yield moment(env, 'reset', 'the reset', result);
    const ends = new Uint32Array(env.numEnvs);
    for (let t = 1; t <= this.maxSteps && ends.some((count) => count < 2); t++) {
      const actions = drawRows(env, source, labels, result?.infos, t);
      const action = batchOf(env, actions);
      const given = copyValue(action);
      result = stepLanes(env, action);
      yield { ...moment(env, 'step', `step ${t}`, result), action, given, actions };
      const mask = new Uint8Array(env.numEnvs).map((_, i) => Number(isDone(result, i)));
      for (const [i, done] of mask.entries()) ends[i] += done;
      if (env.autoresetMode !== 'Disabled' || !mask.includes(1)) continue;
      result = env.reset({ options: { resetMask: mask } });
      yield { ...moment(env, 'masked reset', `the masked reset after step ${t}`, result), mask };
    }
    return ends.some((count) => count > 0);
  }

  override stepOnce(env: LaneEnv): void {
    stepLanes(env, this.firstActions(env));
  }

  /** Actions of all rows for one step, by the masks in `infos` if there are any. */
  firstActions(env: LaneEnv, infos: unknown = null): PerAgent<Batch> {
    return batchOf(env, drawRows(env, new ActionSource(this.seed), this.labels(), infos, 1));
  }

  /** What each row's actions are drawn by: its place, or where its seed stands in `seeds` if each row has its own. */
  private labels(seed?: VectorResetOptions['seed']): readonly number[] {
    const places = Array.from({ length: this.env.numEnvs }, (_, row) => row);
    return Array.isArray(seed) ? places.map((row) => this.seeds.indexOf(seed[row])) : places;
  }

  /** Resets with the seed of the check and returns actions for the first step. */
  start(env: LaneEnv): PerAgent<Batch> {
    const result: any = env.reset({ seed: this.seed });
    return this.firstActions(env, result?.infos);
  }

  /** Vector environments have rules of their own for bad actions. */
  override offers(): readonly Offer[] {
    return [];
  }

  /** The seed of each row after a reset with the seed of the check. */
  get seeds(): readonly Seed[] {
    return rowSeeds(this.seed, this.env.numEnvs) as Seed[];
  }
}

/** The rows of a result; null where its batches are malformed. */
export function rowsOf(env: LaneEnv, call: LaneCall, result: any): Row[] | null {
  try {
    const observations = columns(env, result.observations);
    const finals = call === 'step' ? columns(env, result.finalObservations) : null;
    return Array.from({ length: env.numEnvs }, (_, i) => ({
      observations: at(observations, i),
      info: copyValue(result.infos?.[i]),
      rewards: finals && rewardsOf(env, result, i),
      terminated: finals !== null && result.terminations[i] === 1,
      truncated: finals !== null && result.truncations[i] === 1,
      final:
        finals !== null && result.finalMask[i] === 1
          ? { observations: at(finals, i), info: copyValue(result.finalInfos?.[i]) }
          : null,
    }));
  } catch {
    return null;
  }
}

function columns(env: LaneEnv, batches: unknown): PerAgent<unknown[]> {
  const read = (agent: AgentId) => iterate(observationSpaceOf(env, agent), partOf(env, batches, agent));
  return Object.fromEntries(agentsOf(env).map((agent) => [agent, read(agent)]));
}

function at(columns: PerAgent<unknown[]>, row: number): PerAgent<unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([agent, column]) => [agent, copyValue(column[row])]),
  );
}

function rewardsOf(env: LaneEnv, result: any, row: number): PerAgent<number> {
  return Object.fromEntries(agentsOf(env).map((agent) => [agent, partOf(env, result.rewards, agent)[row]]));
}

export function isDone(result: any, row: number): boolean {
  return Boolean(result?.terminations?.[row] || result?.truncations?.[row]);
}

function drawRows(
  env: LaneEnv,
  source: ActionSource,
  labels: readonly number[],
  infos: any,
  t: number,
): PerAgent<unknown[]> {
  const draw = (agent: AgentId) =>
    labels.map((label, row) => source.draw(actionSpaceOf(env, agent), infos?.[row], label, agent, t));
  return Object.fromEntries(agentsOf(env).map((agent) => [agent, draw(agent)]));
}

function batchOf(env: LaneEnv, actions: PerAgent<unknown[]>): PerAgent<Batch> {
  const batch = (agent: AgentId) => concatenate(actionSpaceOf(env, agent), actions[agent]);
  return Object.fromEntries(agentsOf(env).map((agent) => [agent, batch(agent)]));
}

function moment(env: LaneEnv, call: LaneCall, when: string, raw: any): LaneMoment {
  const result = copyValue(raw);
  const rows = rowsOf(env, call, result) ?? [];
  return {
    ...emptyMoment(when),
    call,
    // The arrays themselves, under the record that may be written anew.
    raw: { ...raw, observations: shallow(raw?.observations), rewards: shallow(raw?.rewards) },
    result,
    data: { rows },
    actions: {},
    mask: new Uint8Array(env.numEnvs),
    observations: rows.flatMap((row, i) => seenIn(env, row, i)),
    rewards: rows.flatMap(({ rewards }, i) =>
      Object.entries(rewards ?? {}).map(([agent, value]) => ({
        name: `${partName('rewards', agent)}[${i}]`,
        value,
      })),
    ),
    infos: env instanceof VectorEnv ? infosIn(env, rows) : [],
  };
}

function shallow(field: unknown): unknown {
  return ArrayBuffer.isView(field) || Array.isArray(field) ? field : { ...(field as object) };
}

function seenIn(env: LaneEnv, row: Row, i: number): LaneMoment['observations'][number][] {
  return agentsOf(env).flatMap((agent) => {
    const space = observationSpaceOf(env, agent);
    const see = (field: string, value: unknown) => ({
      name: `${partName(field, agent)}, row ${i},`,
      value,
      space,
      raw: value,
    });
    const last = row.final === null ? [] : [see('finalObservations', row.final.observations[agent])];
    return [see('observations', row.observations[agent]), ...last];
  });
}

function infosIn(env: VectorEnv, rows: readonly Row[]): LaneMoment['infos'][number][] {
  const actionSpace = env.singleActionSpace;
  return rows.flatMap(({ info, final }, i) => [
    { name: `infos[${i}]`, value: info, actionSpace },
    ...(final === null ? [] : [{ name: `finalInfos[${i}]`, value: final.info }]),
  ]);
}
