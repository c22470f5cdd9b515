import type { Space } from './spaces/space.js';
import type { AgentId, Info, Metadata, RenderFrame, ResetOptions } from './types.js';

export type PerAgent<T> = Record<AgentId, T>;

export interface ParallelResetResult {
  readonly observations: PerAgent<any>;
  readonly infos: PerAgent<Info>;
}

/** Every record has exactly the agents that acted, also those whose episode ended with this step. */
export interface ParallelStepResult {
  readonly observations: PerAgent<any>;
  readonly rewards: PerAgent<number>;
  readonly terminations: PerAgent<boolean>;
  readonly truncations: PerAgent<boolean>;
  readonly infos: PerAgent<Info>;
}

/**
 * A multi-agent environment in which all agents act in every step, after `pettingzoo.ParallelEnv`.
 *
 * An environment with turns within a step also has `commit`, which keeps the order that a joint `step` would lose: it
 * takes the actions of those who move first (the leaders of a Stackelberg game, or followers who send messages) and
 * returns what the others observe before they move.
 */
export abstract class ParallelEnv {
  abstract readonly possibleAgents: readonly AgentId[];
  /** The agents still in the episode; empty once it has ended. */
  abstract readonly agents: readonly AgentId[];
  readonly metadata: Metadata = { renderModes: [] };
  readonly renderMode: string | null = null;
  spec: import('./registry.js').EnvSpec | null = null;

  /** The same object at every call. */
  abstract observationSpace(agent: AgentId): Space<any>;
  /** The same object at every call. */
  abstract actionSpace(agent: AgentId): Space<any>;
  abstract reset(options?: ResetOptions): ParallelResetResult;
  /** @throws ResetNeeded before the first reset or after the end. @throws InvalidAction naming the agent. */
  abstract step(actions: PerAgent<any>): ParallelStepResult;

  /**
   * Environments with turns within a step only: fixes the given agents' actions for the coming step and returns the observations
   * that the remaining agents then have. The `step` that follows must repeat these actions or leave them out.
   */
  commit?(actions: PerAgent<any>): PerAgent<any>;
  /** Agents in the order of their moves within a step, a group per turn; one group where all move at once. */
  get moveOrder(): readonly (readonly AgentId[])[] {
    return [this.possibleAgents];
  }

  /** The global state, for critics of centralised training. */
  state?(): unknown;
  stateSpace?: Space<any>;

  render(): RenderFrame {
    return null;
  }

  close(): void {}

  get numAgents(): number {
    return this.agents.length;
  }

  get maxNumAgents(): number {
    return this.possibleAgents.length;
  }

  get unwrapped(): ParallelEnv {
    return this;
  }

  toString(): string {
    return this.metadata.name ?? this.constructor.name;
  }
}

/** Wraps a ParallelEnv, passing everything on. */
export abstract class ParallelWrapper extends ParallelEnv {
  declare readonly metadata: Metadata;
  declare readonly renderMode: string | null;

  constructor(readonly env: ParallelEnv) {
    super();
    this.metadata = env.metadata;
    this.renderMode = env.renderMode;
    this.spec = env.spec;
    if (env.commit) this.commit = (actions) => env.commit!(actions);
    if (env.state) this.state = () => env.state!();
    if (env.stateSpace) this.stateSpace = env.stateSpace;
  }

  override get possibleAgents(): readonly AgentId[] {
    return this.env.possibleAgents;
  }

  override get agents(): readonly AgentId[] {
    return this.env.agents;
  }

  override get moveOrder(): readonly (readonly AgentId[])[] {
    return this.env.moveOrder;
  }

  override observationSpace(agent: AgentId): Space<any> {
    return this.env.observationSpace(agent);
  }

  override actionSpace(agent: AgentId): Space<any> {
    return this.env.actionSpace(agent);
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    return this.env.reset(options);
  }

  override step(actions: PerAgent<any>): ParallelStepResult {
    return this.env.step(actions);
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }

  override get unwrapped(): ParallelEnv {
    return this.env.unwrapped;
  }
}
