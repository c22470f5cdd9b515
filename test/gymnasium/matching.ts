import { AecEnv } from '../../gymnasium/aec.js';
import { InvalidAction, ResetNeeded } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { AgentId } from '../../gymnasium/types.js';

export const rounds = 5;

/**
 * Written as an AecEnv: the follower sees 1 + the leader's action, 0 before the first, and earns 1 for matching it.
 * With four actions, the leader's action 3 ends the game at once.
 */
export class Matching extends AecEnv {
  readonly possibleAgents = ['leader_0', 'follower_0'];
  override readonly metadata = { name: 'matching', renderModes: [] };
  private readonly spaces: { readonly action: Discrete; readonly observation: Discrete };
  private round = 0;
  private seen = 0;

  constructor(actions: 3 | 4 = 3) {
    super();
    this.spaces = { action: new Discrete(actions), observation: new Discrete(1 + actions) };
  }

  override observationSpace(): Discrete {
    return this.spaces.observation;
  }

  override actionSpace(): Discrete {
    return this.spaces.action;
  }

  override reset(): void {
    this.agents = [...this.possibleAgents];
    this.agentSelection = 'leader_0';
    this.round = this.seen = 0;
    this.rewards = { leader_0: 0, follower_0: 0 };
    this.cumulativeRewards = { ...this.rewards };
    this.terminations = { leader_0: false, follower_0: false };
    this.truncations = { ...this.terminations };
    this.infos = { leader_0: {}, follower_0: {} };
  }

  override observe(agent: AgentId): number {
    return agent === 'leader_0' ? 0 : this.seen;
  }

  override step(action: number | null): void {
    if (this.agents.length === 0) throw new ResetNeeded('step: reset first.');
    const agent = this.agentSelection;
    if (this.terminations[agent]) this.bury(agent, action);
    else this.move(agent, action);
  }

  private move(agent: AgentId, action: number | null): void {
    if (!this.spaces.action.contains(action)) throw new InvalidAction(`${agent}: ${action}`);
    this.cumulativeRewards[agent] = 0;
    this.rewards = { leader_0: 0, follower_0: 0 };
    if (agent === 'leader_0') this.seen = 1 + action;
    else this.rewards.follower_0 = Number(this.seen === 1 + action);
    if (agent === 'follower_0') this.round++;
    const over = this.seen === 4 || this.round === rounds;
    this.terminations = { leader_0: over, follower_0: over };
    this.agentSelection = agent === 'leader_0' ? 'follower_0' : 'leader_0';
    for (const id of this.agents) this.cumulativeRewards[id] += this.rewards[id];
  }

  private bury(agent: AgentId, action: number | null): void {
    if (action !== null) throw new InvalidAction(`${agent}: expected null`);
    this.agents = this.agents.filter((id) => id !== agent);
    for (const record of [this.rewards, this.cumulativeRewards, this.terminations, this.truncations]) {
      delete record[agent];
    }
    delete this.infos[agent];
    for (const id of this.agents) this.rewards[id] = 0;
    this.agentSelection = this.agents[0] ?? '';
  }
}
