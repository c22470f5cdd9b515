import { AecEnv } from './aec.js';
import { checkAction, requireAgents } from './agent-arguments.js';
import { describe, InvalidAction, InvalidArgument } from './error.js';
import { ParallelEnv, type ParallelResetResult, type ParallelStepResult, type PerAgent } from './parallel.js';
import { ParallelToAec } from './parallel-to-aec.js';
import { isTypedArray, type Space, sameNumbers } from './spaces/space.js';
import type { AgentId, Info, Metadata, RenderFrame, ResetOptions } from './types.js';

type Turns = readonly (readonly AgentId[])[];
/** A cycle's results while its agents act one by one. */
type Outcome = { -readonly [K in keyof ParallelStepResult]: ParallelStepResult[K] };

/** See `aecToParallel`. */
export class AecToParallel extends ParallelEnv {
  override readonly metadata: Metadata;
  override readonly renderMode: string | null;
  agents: readonly AgentId[] = [];
  private readonly order: Turns;
  private played: PerAgent<any> = {};
  private outcome: Outcome = emptyOutcome();

  /** @throws InvalidArgument if `env` is not an AecEnv or the order does not list every agent once. */
  constructor(
    readonly env: AecEnv,
    options: { order?: Turns } = {},
  ) {
    super();
    if (!(env instanceof AecEnv)) {
      throw new InvalidArgument(`aecToParallel: expected an AecEnv, got ${describe(env)}.`);
    }
    this.metadata = env.metadata;
    this.renderMode = env.renderMode;
    this.spec = env.spec;
    const turns = env instanceof ParallelToAec ? env.env.moveOrder : env.possibleAgents.map((id) => [id]);
    this.order = checkOrder(options.order ?? turns, env.possibleAgents);
    if (env.state) this.state = () => env.state!();
    if (env.stateSpace) this.stateSpace = env.stateSpace;
  }

  override get possibleAgents(): readonly AgentId[] {
    return this.env.possibleAgents;
  }

  override get moveOrder(): Turns {
    return this.order;
  }

  override observationSpace(agent: AgentId): Space<any> {
    return this.env.observationSpace(agent);
  }

  override actionSpace(agent: AgentId): Space<any> {
    return this.env.actionSpace(agent);
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    this.env.reset(options);
    this.startCycle();
    const infos: PerAgent<Info> = Object.fromEntries(this.agents.map((id) => [id, this.env.infos[id]]));
    return { observations: this.observe(this.agents), infos };
  }

  /** @throws ResetNeeded, or InvalidAction for a contradiction or an agent whose turn comes after one left out. */
  override commit(actions: PerAgent<any>): PerAgent<any> {
    requireAgents('commit', this.agents);
    const added = this.readActions(actions);
    const waiting = this.waiting();
    const next = waiting.slice(0, added.size);
    const late = [...added.keys()].find((id) => !next.includes(id));
    if (late !== undefined) {
      throw new InvalidAction(`commit: expected actions for ${waiting[0]} before ${late}, got none.`);
    }
    this.playAll(added);
    return this.observe(this.waiting());
  }

  override step(actions: PerAgent<any>): ParallelStepResult {
    requireAgents('step', this.agents);
    const added = this.readActions(actions);
    const missing = this.waiting().find((id) => !added.has(id));
    if (missing !== undefined) {
      throw new InvalidAction(
        `step: expected an action for ${missing}, got actions for ${describe([...added.keys()])}.`,
      );
    }
    this.playAll(added);
    const result = this.outcome;
    this.startCycle();
    return result;
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }

  private startCycle(): void {
    const { terminations, truncations } = this.env;
    const live = new Set(this.env.agents.filter((id) => !terminations[id] && !truncations[id]));
    this.agents = this.possibleAgents.filter((id) => live.has(id));
    this.played = {};
    this.outcome = emptyOutcome();
  }

  /** What the agents now see; for one that has ended since the cycle began, the last thing it saw. */
  private observe(agents: readonly AgentId[]): PerAgent<any> {
    const present = (id: AgentId) => this.env.agents.includes(id);
    const see = (id: AgentId) => (present(id) ? this.env.observe(id) : this.outcome.observations[id]);
    return Object.fromEntries(agents.map((id) => [id, see(id)]));
  }

  /** The agents that have not moved in this cycle, in turn order. */
  private waiting(): AgentId[] {
    return this.order.flat().filter((id) => this.agents.includes(id) && !(id in this.played));
  }

  private readActions(actions: PerAgent<any>): Map<AgentId, any> {
    const added = new Map<AgentId, any>();
    for (const id of Object.keys(actions)) {
      if (!this.agents.includes(id)) {
        throw new InvalidAction(
          `Expected actions for ${this.agents.join(', ')}, got one for ${describe(id)}.`,
        );
      }
      checkAction(this, id, actions[id]);
      if (id in this.played) checkRepeated(id, this.played[id], actions[id]);
      else added.set(id, actions[id]);
    }
    return added;
  }

  /** Agents that ended before their turn came are passed over. */
  private playAll(actions: ReadonlyMap<AgentId, any>): void {
    const rest = new Set(actions.keys());
    for (;;) {
      this.buryDead();
      for (const id of rest) if (!this.env.agents.includes(id)) rest.delete(id);
      if (rest.size === 0) break;
      const agent = this.env.agentSelection;
      if (!rest.delete(agent)) {
        throw new InvalidArgument(
          `aecToParallel: expected the turn of ${[...rest].join(' or ')} by the order given, got that of ${agent}.`,
        );
      }
      this.env.step(actions.get(agent));
      this.record();
    }
    for (const [id, action] of actions) this.played[id] = isTypedArray(action) ? action.slice() : action;
  }

  private record(): void {
    const { rewards, terminations, truncations, infos } = this.outcome;
    for (const id of this.agents) {
      if (!this.env.agents.includes(id)) continue;
      rewards[id] = (rewards[id] ?? 0) + this.env.rewards[id];
      terminations[id] = this.env.terminations[id];
      truncations[id] = this.env.truncations[id];
      infos[id] = this.env.infos[id];
      this.outcome.observations[id] = this.env.observe(id);
    }
  }

  /** Gives agents that have ended their last step as far as it is their turn. */
  private buryDead(): void {
    const { env } = this;
    while (env.agents.length > 0) {
      const agent = env.agentSelection;
      if (!env.terminations[agent] && !env.truncations[agent]) return;
      env.step(null);
    }
  }
}

function emptyOutcome(): Outcome {
  return { observations: {}, rewards: {}, terminations: {}, truncations: {}, infos: {} };
}

function checkOrder(order: Turns, agents: readonly AgentId[]): Turns {
  const valid = Array.isArray(order) && order.every((group) => Array.isArray(group) && group.length > 0);
  const listed = valid ? order.flat() : [];
  if (listed.length === agents.length && agents.every((id) => listed.includes(id))) return order;
  throw new InvalidArgument(
    `aecToParallel: expected order to list each of ${agents.join(', ')} once, in groups, got ${describe(order)}.`,
  );
}

function checkRepeated(agent: AgentId, committed: unknown, action: unknown): void {
  const same =
    isTypedArray(committed) && isTypedArray(action)
      ? sameNumbers(committed, action)
      : JSON.stringify(committed) === JSON.stringify(action);
  if (same) return;
  throw new InvalidAction(
    `${agent}: expected the action ${describe(committed)} it has committed to, got ${describe(action)}.`,
  );
}
