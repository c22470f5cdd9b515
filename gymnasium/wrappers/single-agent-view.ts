import { Env, type ResetResult, type StepResult } from '../core.js';
import { describe, InvalidAction, InvalidArgument, ResetNeeded, unknownName } from '../error.js';
import { ParallelEnv, type ParallelStepResult, type PerAgent } from '../parallel.js';
import type { Rng } from '../rng.js';
import type { Space } from '../spaces/space.js';
import type { AgentId, Metadata, RenderFrame, ResetOptions } from '../types.js';

/** How another agent acts: from its observation, with a stream of its own for chance. */
export type FixedPolicy = (observation: any, rng: Rng) => any;

/**
 * One agent's view of a ParallelEnv in which all others follow fixed policies: an Env for that agent alone.
 *
 * In a leader-first environment (one with `commit`) the order of moves is kept. Agents that move before the viewed one
 * act first, and its observation is the one after their commitment; agents that move after it act on what they
 * observe after its commitment. The view's episode ends when its agent's does.
 *
 * The seed goes to the environment; each policy's stream is derived from it and the agent's id.
 *
 * @param parallelEnv the game @param agent the viewed agent @param policies one for each other possible agent
 * @throws InvalidArgument for an unknown agent, or a policy that is missing, superfluous or not a function.
 * @throws ResetNeeded from `step` before the first reset or after the end. @throws InvalidAction outside `actionSpace`.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const env = new SingleAgentView(game, 'leader_0', { follower_0: (_observation, rng) => rng.integer(2) });
 * env.reset({ seed: 0 });
 * const { reward } = env.step(1);
 */
export class SingleAgentView extends Env {
  declare readonly observationSpace: Space<any>;
  declare readonly actionSpace: Space<any>;
  declare readonly metadata: Metadata;
  declare readonly renderMode: string | null;
  private readonly turn: number;
  private streams: PerAgent<Rng> = {};
  private observations: PerAgent<any> = {};
  private actions: PerAgent<any> = {};
  private running = false;

  constructor(
    readonly parallelEnv: ParallelEnv,
    readonly agent: AgentId,
    readonly policies: Readonly<PerAgent<FixedPolicy>>,
  ) {
    super();
    checkArguments(parallelEnv, agent, policies);
    this.observationSpace = parallelEnv.observationSpace(agent);
    this.actionSpace = parallelEnv.actionSpace(agent);
    this.metadata = parallelEnv.metadata;
    this.renderMode = parallelEnv.renderMode;
    this.spec = parallelEnv.spec;
    this.turn = this.turns.findIndex((group) => group.includes(agent));
  }

  override reset(options?: ResetOptions): ResetResult<any> {
    this.reseed(options);
    if (options?.seed != null || Object.keys(this.streams).length === 0) this.startStreams();
    const { observations, infos } = this.parallelEnv.reset(options);
    this.running = true;
    this.openStage(observations);
    return { observation: this.observations[this.agent], info: infos[this.agent] };
  }

  override step(action: any): StepResult<any> {
    if (!this.running) {
      throw new ResetNeeded('SingleAgentView.step: expected a reset before this step, got none.');
    }
    if (!this.actionSpace.contains(action)) {
      throw new InvalidAction(
        `SingleAgentView.step: expected an action of ${this.agent} in ${this.actionSpace}, got ${describe(action)}.`,
      );
    }
    this.actions[this.agent] = action;
    for (let turn = this.turn; turn < this.turns.length; turn++) this.moveTurn(turn);
    return this.closeStage(this.parallelEnv.step(this.actions));
  }

  override render(): RenderFrame {
    return this.parallelEnv.render();
  }

  override close(): void {
    this.parallelEnv.close();
  }

  override toString(): string {
    return `<${this.constructor.name}<${this.agent} of ${this.parallelEnv}>>`;
  }

  /** Without `commit` nobody sees another's move, so all move in one turn. */
  private get turns(): readonly (readonly AgentId[])[] {
    return this.parallelEnv.commit ? this.parallelEnv.moveOrder : [this.parallelEnv.possibleAgents];
  }

  private startStreams(): void {
    const others = Object.keys(this.policies);
    this.streams = Object.fromEntries(others.map((id) => [id, this.rng.child('policy', id)]));
  }

  /** Starts a stage: those who move before the viewed agent act. */
  private openStage(observations: PerAgent<any>): void {
    this.observations = { ...observations };
    this.actions = {};
    for (let turn = 0; turn < this.turn; turn++) this.moveTurn(turn);
  }

  /** The live agents of one turn act; if others come after them, they are shown the commitment. */
  private moveTurn(turn: number): void {
    const live = new Set(this.parallelEnv.agents);
    const movers = this.turns[turn].filter((id) => live.has(id));
    for (const id of movers) {
      if (id !== this.agent) this.actions[id] = this.policies[id](this.observations[id], this.streams[id]);
    }
    if (turn === this.turns.length - 1 || movers.length === 0) return;
    const commitment = Object.fromEntries(movers.map((id) => [id, this.actions[id]]));
    Object.assign(this.observations, this.parallelEnv.commit!(commitment));
  }

  private closeStage(result: ParallelStepResult): StepResult<any> {
    const terminated = result.terminations[this.agent];
    const truncated = result.truncations[this.agent];
    this.running = !terminated && !truncated;
    if (this.running) this.openStage(result.observations);
    const observation = this.running ? this.observations[this.agent] : result.observations[this.agent];
    const reward = result.rewards[this.agent];
    return { observation, reward, terminated, truncated, info: result.infos[this.agent] };
  }
}

function checkArguments(env: ParallelEnv, agent: AgentId, policies: Readonly<PerAgent<FixedPolicy>>): void {
  if (!(env instanceof ParallelEnv)) {
    throw new InvalidArgument(`SingleAgentView: expected a ParallelEnv, got ${describe(env)}.`);
  }
  if (!env.possibleAgents.includes(agent)) {
    throw new InvalidArgument(`SingleAgentView: ${unknownName('agent', agent, env.possibleAgents)}`);
  }
  if (typeof policies !== 'object' || policies === null) {
    throw new InvalidArgument(`SingleAgentView: expected a record of policies, got ${describe(policies)}.`);
  }
  const others = env.possibleAgents.filter((id) => id !== agent);
  const extra = Object.keys(policies).find((id) => !others.includes(id));
  if (extra !== undefined) {
    throw new InvalidArgument(`SingleAgentView: ${unknownName('agent with a policy', extra, others)}`);
  }
  const missing = others.find((id) => typeof policies[id] !== 'function');
  if (missing !== undefined) {
    throw new InvalidArgument(
      `SingleAgentView: expected a policy for ${missing} as a function, got ${describe(policies[missing])}.`,
    );
  }
}
