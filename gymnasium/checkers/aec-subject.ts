import type { AecEnv, AecLast } from '../aec.js';
import type { AgentId } from '../types.js';
import type { AgentsMoment } from './agent-rules.js';
import { type ActionSource, emptyMoment, type Offer, Subject } from './subject.js';
import { copyValue, isPlainObject } from './values.js';

export const aecRecords = ['rewards', 'cumulativeRewards', 'terminations', 'truncations', 'infos'] as const;

/** What an AecEnv shows between two calls, copied. */
export interface AecBoard {
  readonly agents: AgentId[];
  readonly agentSelection: AgentId;
  readonly rewards: any;
  readonly cumulativeRewards: any;
  readonly terminations: any;
  readonly truncations: any;
  readonly infos: any;
  readonly observations: any;
  readonly state: unknown;
}

export interface AecMoment extends AgentsMoment {
  readonly data: AecBoard;
  /** Who acted to get here, and whether its episode had ended; null after a reset. */
  readonly actor: { readonly id: AgentId; readonly dead: boolean } | null;
  /** A copy of `last()` for the agent to move, null if nobody is left. */
  readonly last: AecLast | null;
  readonly returned: unknown;
}

/** An AecEnv under check. */
export class AecSubject extends Subject<AecEnv, AecMoment> {
  protected override *turns(
    env: AecEnv,
    reset: object,
    actions: ActionSource,
  ): Generator<AecMoment, boolean> {
    const returned: unknown = env.reset(reset);
    yield moment(env, 'the reset', { actor: null, returned });
    // A cycle of n agents takes n turns, and at the end everyone has one more.
    const maxTurns = (this.maxSteps + 1) * env.possibleAgents.length;
    for (let t = 1; t <= maxTurns && env.agents.length > 0; t++) {
      const id = env.agentSelection;
      const dead = Boolean(env.terminations[id] || env.truncations[id]);
      const action = dead ? null : actions.draw(env.actionSpace(id), env.infos[id], t);
      const given = copyValue(action);
      const returned: unknown = env.step(action);
      yield { ...moment(env, `turn ${t} (${id})`, { actor: { id, dead }, returned }), action, given };
    }
    return env.agents.length === 0;
  }

  override stepOnce(env: AecEnv): void {
    env.step(env.actionSpace(env.agentSelection || env.possibleAgents[0]).sample());
  }

  /** The first agent alone: the others' turns go through the same code. */
  override offers(env: AecEnv): readonly Offer[] {
    env.reset({ seed: this.seed });
    const agent = env.agentSelection;
    return [{ agent, space: env.actionSpace(agent), step: (action) => env.step(action) }];
  }
}

function moment(env: AecEnv, at: string, rest: Pick<AecMoment, 'actor' | 'returned'>): AecMoment {
  const data = board(env);
  const last = data.agents.includes(data.agentSelection) ? env.last() : null;
  const read = (field: (typeof aecRecords)[number]) => {
    const record = isPlainObject(data[field]) ? data[field] : {};
    const known = Object.keys(record).filter((id) => env.possibleAgents.includes(id));
    return known.map((id) => ({ id, name: `${field}.${id}`, value: record[id] }));
  };
  const seen = Object.keys(data.observations).map((id) => ({
    name: `the observation of ${id}`,
    value: data.observations[id],
    space: env.observationSpace(id),
    // An agent keeps its observation while others move, so only at its own turn must it be a new one.
    raw: id === data.agentSelection ? last?.observation : null,
  }));
  return {
    ...emptyMoment(at),
    ...rest,
    data,
    last: copyValue(last),
    after: data.agents,
    observations: seen,
    rewards: [...read('rewards'), ...read('cumulativeRewards')],
    flags: [...read('terminations'), ...read('truncations')],
    infos: read('infos').map(({ id, ...info }) => ({ ...info, actionSpace: env.actionSpace(id) })),
  };
}

function board(env: AecEnv): AecBoard {
  const known = env.agents.filter((id) => env.possibleAgents.includes(id));
  const records = Object.fromEntries(aecRecords.map((field) => [field, copyValue(env[field])]));
  return {
    agents: [...env.agents],
    agentSelection: env.agentSelection,
    ...(records as Pick<AecBoard, (typeof aecRecords)[number]>),
    observations: Object.fromEntries(known.map((id) => [id, copyValue(env.observe(id))])),
    state: copyValue(env.state?.()),
  };
}
