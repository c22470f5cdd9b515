import type { ParallelEnv, PerAgent } from '../parallel.js';
import type { AgentId } from '../types.js';
import type { AgentsMoment } from './agent-rules.js';
import { type ActionSource, emptyMoment, type Offer, Subject } from './subject.js';
import { copyValue, isPlainObject } from './values.js';

export interface ParallelMoment extends AgentsMoment {
  /** The agents whose entries the records must have: those that acted, or all after a reset. */
  readonly acting: readonly AgentId[];
  readonly raw: any;
}

/** A ParallelEnv under check. */
export class ParallelSubject extends Subject<ParallelEnv, ParallelMoment> {
  protected override *turns(
    env: ParallelEnv,
    reset: object,
    actions: ActionSource,
  ): Generator<ParallelMoment, boolean> {
    let result: any = env.reset(reset);
    yield moment(env, 'the reset', env.agents, result);
    for (let t = 1; t <= this.maxSteps; t++) {
      const acting = [...env.agents];
      const action = drawJoint(env, actions, result?.infos, t);
      const given = copyValue(action);
      result = env.step(action);
      yield { ...moment(env, `step ${t}`, acting, result), action, given };
      if (env.agents.length === 0 || acting.every((id) => isDone(result, id))) return true;
    }
    return false;
  }

  override stepOnce(env: ParallelEnv): void {
    env.step(sampleJoint(env, env.possibleAgents));
  }

  override offers(env: ParallelEnv): readonly Offer[] {
    return env.possibleAgents.map((agent) => ({
      agent,
      space: env.actionSpace(agent),
      step: (action) => env.step({ ...sampleJoint(env, env.agents), [agent]: action }),
    }));
  }
}

/** Actions of all live agents at step `t`. */
export function drawJoint(env: ParallelEnv, actions: ActionSource, infos: any, t: number): PerAgent<any> {
  return Object.fromEntries(
    env.agents.map((id) => [id, actions.draw(env.actionSpace(id), infos?.[id], id, t)]),
  );
}

/** Any actions of these agents. */
export function sampleJoint(env: ParallelEnv, agents: readonly AgentId[]): PerAgent<any> {
  return Object.fromEntries(agents.map((id) => [id, env.actionSpace(id).sample()]));
}

/** Whether the flags in a step's result say that the agent's episode has ended. */
export function isDone(result: any, id: AgentId): boolean {
  return Boolean(result?.terminations?.[id] || result?.truncations?.[id]);
}

function moment(env: ParallelEnv, at: string, acting: readonly AgentId[], raw: any): ParallelMoment {
  const value: any = copyValue(raw);
  const read = (field: string) => {
    const record = isPlainObject(value?.[field]) ? value[field] : {};
    const known = Object.keys(record).filter((id) => env.possibleAgents.includes(id));
    return known.map((id) => ({ id, name: `${field}.${id}`, value: record[id] }));
  };
  return {
    ...emptyMoment(at),
    data: { result: value, agents: [...env.agents], state: copyValue(env.state?.()) },
    raw,
    acting: [...acting],
    after: [...env.agents],
    observations: read('observations').map(({ id, ...seen }) => ({
      ...seen,
      space: env.observationSpace(id),
      raw: raw.observations[id],
    })),
    rewards: read('rewards'),
    flags: [...read('terminations'), ...read('truncations')],
    infos: read('infos').map(({ id, ...info }) => ({ ...info, actionSpace: env.actionSpace(id) })),
  };
}
