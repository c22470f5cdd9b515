import type { PerAgent } from '../../gymnasium/parallel.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import type { AgentId, RenderFrame, ResetOptions, TypedArray } from '../../gymnasium/types.js';
import type { ParallelTimeLimit } from '../../gymnasium/wrappers/parallel-time-limit.js';
import {
  type FieldShape,
  field,
  type RowReader,
  type RowWriter,
  rowReader,
  rowWriter,
  spaceFields,
  view,
} from '../layout.js';
import { type Description, Endpoint, oneSeed, type ResetRequest } from './endpoint.js';

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

/** One lane of a game: fields by the position of the agents. */
export abstract class AgentsEndpoint extends Endpoint {
  readonly description: Description;
  private readonly present: Uint8Array;
  private readonly readers: readonly RowReader[];
  private readonly writers: readonly RowWriter[];
  private readonly numbers: Readonly<
    Record<'rewards' | 'terminations' | 'truncations' | 'agents', TypedArray>
  >;

  /**
   * @param more fields of the results that only this view has
   * @param own what only this view says of itself
   */
  constructor(
    protected readonly env: ParallelTimeLimit,
    more: readonly FieldShape[] = [],
    own: Description = {},
  ) {
    const agents = env.possibleAgents;
    super(
      [
        field('present', 'uint8', agents.length),
        ...agents.flatMap((id) => spaceFields(`actions/${id}`, env.actionSpace(id))),
      ],
      [
        ...agents.flatMap((id) => spaceFields(`observations/${id}`, env.observationSpace(id))),
        field('rewards', 'float64', agents.length),
        field('terminations', 'uint8', agents.length),
        field('truncations', 'uint8', agents.length),
        field('agents', 'uint8', agents.length),
        ...more,
      ],
    );
    this.present = view(this.actions, 'present');
    this.readers = agents.map((id) => rowReader(`actions/${id}`, env.actionSpace(id), this.actions));
    this.writers = agents.map((id) =>
      rowWriter(`observations/${id}`, env.observationSpace(id), this.results),
    );
    this.numbers = {
      rewards: view(this.results, 'rewards'),
      terminations: view(this.results, 'terminations'),
      truncations: view(this.results, 'truncations'),
      agents: view(this.results, 'agents'),
    };
    this.description = {
      ...describeAgents(env),
      ...own,
      moveOrder: env.moveOrder,
      stateSpace: env.stateSpace ?? null,
      metadata: env.metadata,
      layouts: this.layouts,
    };
  }

  override get limits(): boolean {
    return true;
  }

  /** What the environment is reset with, once nothing of the request is left to refuse and the limit is set. */
  protected resetOptions({ seed, options, maxCycles }: ResetRequest): ResetOptions {
    const wanted = { seed: oneSeed(seed), options };
    if (maxCycles !== undefined) this.env.maxCycles = maxCycles;
    return wanted;
  }

  /** The agent's action, null where none was given. */
  protected action(agent: number): any {
    return this.present[agent] ? this.readers[agent](0) : null;
  }

  /** All actions that were given, by agent. */
  protected givenActions(): PerAgent<any> {
    const given: PerAgent<any> = {};
    this.env.possibleAgents.forEach((id, k) => {
      if (this.present[k]) given[id] = this.readers[k](0);
    });
    return given;
  }

  protected writeObservation(agent: number, observation: any): void {
    this.writers[agent](observation, 0);
  }

  /** Agents of whom nothing is told get zeros. */
  protected writeNumbers(
    agents: readonly AgentId[],
    rewards: PerAgent<number>,
    terminations: PerAgent<boolean>,
    truncations: PerAgent<boolean>,
  ): void {
    const { numbers } = this;
    this.env.possibleAgents.forEach((id, k) => {
      numbers.rewards[k] = rewards[id] ?? 0;
      numbers.terminations[k] = terminations[id] ? 1 : 0;
      numbers.truncations[k] = truncations[id] ? 1 : 0;
      numbers.agents[k] = agents.includes(id) ? 1 : 0;
    });
  }

  override state(): Float64Array {
    return this.env.state ? Float64Array.from(this.env.state() as TypedArray) : super.state();
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }
}
