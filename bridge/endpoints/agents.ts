import type { Space } from '../../gymnasium/spaces/space.js';
import type { AgentId } from '../../gymnasium/types.js';
import {
  type FieldShape,
  field,
  type RowReader,
  type RowWriter,
  rowReader,
  rowWriter,
  spaceFields,
  type Views,
  view,
} from '../layout.js';
import type { Description } from './endpoint.js';

/** What the views of a multi-agent environment share. */
export interface Agents {
  readonly possibleAgents: readonly AgentId[];
  observationSpace(agent: AgentId): Space<any>;
  actionSpace(agent: AgentId): Space<any>;
}

export function describeAgents(env: Agents): Description {
  return {
    agents: env.possibleAgents,
    observationSpaces: Object.fromEntries(env.possibleAgents.map((id) => [id, env.observationSpace(id)])),
    actionSpaces: Object.fromEntries(env.possibleAgents.map((id) => [id, env.actionSpace(id)])),
  };
}

/** `present` says whose actions were given; the others' fields hold nothing. */
export function actionFields(env: Agents): FieldShape[] {
  return [
    field('present', 'uint8', env.possibleAgents.length),
    ...env.possibleAgents.flatMap((id) => spaceFields(`actions/${id}`, env.actionSpace(id))),
  ];
}

export function observationFields(env: Agents): FieldShape[] {
  return env.possibleAgents.flatMap((id) => spaceFields(`observations/${id}`, env.observationSpace(id)));
}

/** Reads one agent's action, null where none was given. */
export class ActionReader {
  private readonly present: Uint8Array;
  private readonly readers: readonly RowReader[];

  constructor(
    private readonly env: Agents,
    views: Views,
  ) {
    this.present = view(views, 'present');
    this.readers = env.possibleAgents.map((id) => rowReader(`actions/${id}`, env.actionSpace(id), views));
  }

  action(agent: number): any {
    return this.present[agent] ? this.readers[agent](0) : null;
  }

  /** All that were given, by agent. */
  all(): Record<AgentId, any> {
    const given: Record<AgentId, any> = {};
    this.env.possibleAgents.forEach((id, k) => {
      if (this.present[k]) given[id] = this.readers[k](0);
    });
    return given;
  }
}

export function observationWriters(env: Agents, views: Views): readonly RowWriter[] {
  return env.possibleAgents.map((id) => rowWriter(`observations/${id}`, env.observationSpace(id), views));
}
