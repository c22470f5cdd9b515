import { AecEnv } from './aec.js';
import { checkAction, requireAgents } from './agent-arguments.js';
import { describe, InvalidAction, InvalidArgument } from './error.js';
import { ParallelEnv, type PerAgent } from './parallel.js';
import { isTypedArray, type Space } from './spaces/space.js';
import type { AgentId, Metadata, RenderFrame, ResetOptions } from './types.js';

/** See `parallelToAec`. */
export class ParallelToAec extends AecEnv {
  override readonly metadata: Metadata;
  override readonly renderMode: string | null;
  private observations: PerAgent<any> = {};
  private actions: PerAgent<any> = {};
  /** The live agents that have still to move in this cycle, a group per turn. */
  private groups: AgentId[][] = [];

  /** @throws InvalidArgument if `env` is not a ParallelEnv. */
  constructor(readonly env: ParallelEnv) {
    super();
    if (!(env instanceof ParallelEnv)) {
      throw new InvalidArgument(`parallelToAec: expected a ParallelEnv, got ${describe(env)}.`);
    }
    this.metadata = env.metadata;
    this.renderMode = env.renderMode;
    this.spec = env.spec;
    if (env.state) this.state = () => env.state!();
    if (env.stateSpace) this.stateSpace = env.stateSpace;
  }

  override get possibleAgents(): readonly AgentId[] {
    return this.env.possibleAgents;
  }

  override observationSpace(agent: AgentId): Space<any> {
    return this.env.observationSpace(agent);
  }

  override actionSpace(agent: AgentId): Space<any> {
    return this.env.actionSpace(agent);
  }

  override reset(options?: ResetOptions): void {
    const { observations, infos } = this.env.reset(options);
    this.agents = [...this.env.agents];
    this.observations = { ...observations };
    this.infos = this.each((id) => infos[id]);
    this.rewards = this.each(() => 0);
    this.cumulativeRewards = this.each(() => 0);
    this.terminations = this.each(() => false);
    this.truncations = this.each(() => false);
    this.startCycle();
  }

  override step(action: any): void {
    requireAgents('step', this.agents);
    const agent = this.agentSelection;
    if (this.isDead(agent)) this.stepDead(agent, action);
    else this.stepLive(agent, action);
  }

  override observe(agent: AgentId): any {
    requireAgents('observe', this.agents);
    if (agent in this.observations) return this.observations[agent];
    throw new InvalidArgument(
      `observe: expected an agent among ${this.agents.join(', ')}, got ${describe(agent)}.`,
    );
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }

  private stepLive(agent: AgentId, action: any): void {
    checkAction(this, agent, action);
    this.cumulativeRewards[agent] = 0;
    // A caller may reuse its buffer for the next agent's action.
    this.actions[agent] = isTypedArray(action) ? action.slice() : action;
    this.groups[0].shift();
    if (this.groups[0].length === 0) this.finishGroup();
    else this.pass();
  }

  private finishGroup(): void {
    this.groups.shift();
    if (this.groups.length === 0) {
      this.finishCycle();
      return;
    }
    if (this.env.commit) Object.assign(this.observations, this.env.commit({ ...this.actions }));
    this.pass();
  }

  private pass(): void {
    this.rewards = this.each(() => 0);
    this.agentSelection = this.groups[0][0];
  }

  private finishCycle(): void {
    const { observations, rewards, terminations, truncations, infos } = this.env.step(this.actions);
    this.observations = { ...observations };
    this.rewards = { ...rewards };
    this.terminations = { ...terminations };
    this.truncations = { ...truncations };
    this.infos = { ...infos };
    for (const id of this.agents) this.cumulativeRewards[id] += this.rewards[id];
    this.startCycle();
  }

  private startCycle(): void {
    this.actions = {};
    const live = new Set(this.env.agents);
    this.groups = this.env.moveOrder.map((group) => group.filter((id) => live.has(id)));
    this.groups = this.groups.filter((group) => group.length > 0);
    this.select();
  }

  /** Agents whose episode has ended come first, for their last step. */
  private select(): void {
    const dead = this.env.moveOrder.flat().find((id) => this.agents.includes(id) && this.isDead(id));
    this.agentSelection = dead ?? this.groups[0]?.[0] ?? '';
  }

  private stepDead(agent: AgentId, action: unknown): void {
    if (action !== null) {
      throw new InvalidAction(
        `${agent}: expected null, since its episode has ended, got ${describe(action)}.`,
      );
    }
    const { observations, cumulativeRewards, terminations, truncations, infos } = this;
    for (const record of [observations, cumulativeRewards, terminations, truncations, infos]) {
      delete record[agent];
    }
    this.agents = this.agents.filter((id) => id !== agent);
    this.rewards = this.each(() => 0);
    this.select();
  }

  private isDead(agent: AgentId): boolean {
    return this.terminations[agent] || this.truncations[agent];
  }

  private each<T>(value: (agent: AgentId) => T): PerAgent<T> {
    return Object.fromEntries(this.agents.map((id) => [id, value(id)]));
  }
}
