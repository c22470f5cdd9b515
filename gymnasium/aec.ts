import type { PerAgent } from './parallel.js';
import type { Space } from './spaces/space.js';
import type { AgentId, Info, Metadata, RenderFrame, ResetOptions } from './types.js';

/** What `last()` returns for the agent whose turn it is. */
export interface AecLast {
  readonly observation: any;
  /** Reward gathered since this agent's previous turn. */
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

/**
 * A multi-agent environment in which agents act one after another, after `pettingzoo.AECEnv`. In a leader-first
 * game this is the ground truth: the leader's action is applied before the followers observe.
 *
 * An agent whose episode has ended is stepped once more, with `null`, and then leaves `agents`.
 */
export abstract class AecEnv {
  abstract readonly possibleAgents: readonly AgentId[];
  agents: AgentId[] = [];
  agentSelection: AgentId = '';
  rewards: PerAgent<number> = {};
  cumulativeRewards: PerAgent<number> = {};
  terminations: PerAgent<boolean> = {};
  truncations: PerAgent<boolean> = {};
  infos: PerAgent<Info> = {};
  readonly metadata: Metadata = { renderModes: [] };
  readonly renderMode: string | null = null;
  spec: import('./registry.js').EnvSpec | null = null;

  /** The same object at every call. */
  abstract observationSpace(agent: AgentId): Space<any>;
  /** The same object at every call. */
  abstract actionSpace(agent: AgentId): Space<any>;
  abstract reset(options?: ResetOptions): void;
  /** Acts for `agentSelection`; `null` for an agent that has ended. */
  abstract step(action: any): void;
  abstract observe(agent: AgentId): any;

  state?(): unknown;
  stateSpace?: Space<any>;

  /** Observation (null if `observe` is false), gathered reward, flags and info of the agent to move. */
  last(observe = true): AecLast {
    const agent = this.agentSelection;
    return {
      observation: observe ? this.observe(agent) : null,
      reward: this.cumulativeRewards[agent],
      terminated: this.terminations[agent],
      truncated: this.truncations[agent],
      info: this.infos[agent],
    };
  }

  /** Yields `agentSelection` while agents remain, at most `maxIterations` times. */
  *agentIter(maxIterations = 2 ** 53): Generator<AgentId, void, void> {
    for (let i = 0; i < maxIterations && this.agents.length > 0; i++) yield this.agentSelection;
  }

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

  get unwrapped(): AecEnv {
    return this;
  }

  toString(): string {
    return this.metadata.name ?? this.constructor.name;
  }
}
