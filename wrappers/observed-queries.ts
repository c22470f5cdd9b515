import { describe, InvalidAction, InvalidArgument, ResetNeeded } from '../gymnasium/error.js';
import {
  ParallelEnv,
  type ParallelResetResult,
  type ParallelStepResult,
  ParallelWrapper,
  type PerAgent,
} from '../gymnasium/parallel.js';
import { Dict } from '../gymnasium/spaces/dict.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../gymnasium/spaces/multi-discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { AgentId, ResetOptions } from '../gymnasium/types.js';

export interface ObservedQueriesOptions {
  /** The leader's id. Default: the first agent to move. */
  readonly leader?: AgentId;
  /** The leader observations to ask about. Default: all of a Discrete space. */
  readonly queries?: readonly any[];
}

/**
 * Shows followers the leader's answers to a fixed list of queries, for users who bring their own multi-agent learner
 * (Gerstgrasser & Parkes 2023, section 4). An episode begins with a step a query: the leader sees the query and answers
 * it, the followers' actions are ignored, nobody is paid. Then the game is played.
 *
 * A follower observes `{ observation, answers }`: its own observation, and an Int32Array with an entry a query that is 0
 * until answered and then 1 + the leader's action (counted from the start of its space).
 *
 * @throws InvalidArgument unless the leader's actions are Discrete and the queries are members of its observation space
 */
export class ObservedQueriesWrapper extends ParallelWrapper {
  readonly leader: AgentId;
  readonly queries: readonly any[];
  private readonly leaderActions: Discrete;
  private readonly spaces = new Map<AgentId, Space<any>>();
  private readonly answers: Int32Array;
  private asked = 0;
  private waiting: PerAgent<any> | null = null;
  /** What agents have committed to in answering the present query. */
  private committed: PerAgent<any> = {};

  constructor(env: ParallelEnv, options: ObservedQueriesOptions = {}) {
    if (!(env instanceof ParallelEnv)) {
      throw new InvalidArgument(`ObservedQueriesWrapper: expected a ParallelEnv, got ${describe(env)}.`);
    }
    super(env);
    this.leader = options.leader ?? env.moveOrder[0][0];
    if (!env.possibleAgents.includes(this.leader)) {
      throw new InvalidArgument(
        `ObservedQueriesWrapper: leader: expected one of ${env.possibleAgents.join(', ')}, got ${describe(this.leader)}.`,
      );
    }
    this.leaderActions = discrete('actions', env.actionSpace(this.leader));
    this.queries = options.queries ?? everything(discrete('observations', env.observationSpace(this.leader)));
    for (const query of this.queries) {
      if (env.observationSpace(this.leader).contains(query)) continue;
      throw new InvalidArgument(
        `ObservedQueriesWrapper: queries: expected observations in ${env.observationSpace(this.leader)}, got ${describe(query)}.`,
      );
    }
    if (this.queries.length === 0) {
      throw new InvalidArgument('ObservedQueriesWrapper: queries: expected at least one query, got none.');
    }
    this.answers = new Int32Array(this.queries.length);
    const answers = new MultiDiscrete(this.queries.map(() => this.leaderActions.n + 1));
    for (const agent of env.possibleAgents) {
      const own = env.observationSpace(agent);
      this.spaces.set(agent, agent === this.leader ? own : new Dict({ observation: own, answers }));
    }
    if (env.commit) this.commit = (actions) => this.commitAround(actions);
  }

  override observationSpace(agent: AgentId): Space<any> {
    return this.spaces.get(agent) ?? this.env.observationSpace(agent);
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    const { observations, infos } = this.env.reset(options);
    this.answers.fill(0);
    this.asked = 0;
    this.committed = {};
    this.waiting = observations;
    return { observations: this.shown(observations), infos };
  }

  override step(actions: PerAgent<any>): ParallelStepResult {
    if (this.waiting === null) throw new ResetNeeded('step: expected reset to be called first.');
    if (this.asked < this.queries.length) return this.answer(actions);
    const result = this.env.step(actions);
    return { ...result, observations: this.shown(result.observations) };
  }

  private answer(actions: PerAgent<any>): ParallelStepResult {
    const joint = this.withCommitted(actions);
    for (const agent of this.agents) this.checkAction(agent, joint[agent]);
    this.committed = {};
    this.answers[this.asked++] = 1 + joint[this.leader] - this.leaderActions.start;
    const each = <T>(value: () => T) => Object.fromEntries(this.agents.map((agent) => [agent, value()]));
    return {
      observations: this.shown(this.waiting!),
      rewards: each(() => 0),
      terminations: each(() => false),
      truncations: each(() => false),
      infos: each(() => ({})),
    };
  }

  private commitAround(actions: PerAgent<any>): PerAgent<any> {
    if (this.waiting === null) throw new ResetNeeded('commit: expected reset to be called first.');
    if (this.asked === this.queries.length) return this.shown(this.env.commit!(actions));
    const joint = this.withCommitted(actions);
    for (const agent of Object.keys(joint)) this.checkAction(agent, joint[agent]);
    this.committed = joint;
    const others = Object.entries(this.waiting).filter(([agent]) => !(agent in joint));
    return this.shown(Object.fromEntries(others));
  }

  /** The actions together with those committed to before. @throws InvalidAction for one that differs from its commitment */
  private withCommitted(actions: PerAgent<any>): PerAgent<any> {
    for (const [agent, committed] of Object.entries(this.committed)) {
      if (!(agent in actions) || String(actions[agent]) === String(committed)) continue;
      throw new InvalidAction(
        `${agent} committed to ${describe(committed)} but now plays ${describe(actions[agent])}.`,
      );
    }
    return { ...this.committed, ...actions };
  }

  private checkAction(agent: AgentId, action: unknown): void {
    const space = this.actionSpace(agent);
    if (space.contains(action)) return;
    throw new InvalidAction(`${agent}: expected an action in ${space}, got ${describe(action)}.`);
  }

  /** Observations as this wrapper shows them: the query for the leader, the answers beside everyone else's own. */
  private shown(observations: PerAgent<any>): PerAgent<any> {
    const show = (agent: AgentId, own: any) => {
      if (agent !== this.leader) return { observation: own, answers: this.answers.slice() };
      return this.asked < this.queries.length ? this.queries[this.asked] : own;
    };
    return Object.fromEntries(Object.entries(observations).map(([agent, own]) => [agent, show(agent, own)]));
  }
}

function discrete(what: string, space: Space<any>): Discrete {
  if (space instanceof Discrete) return space;
  throw new InvalidArgument(`ObservedQueriesWrapper: expected a leader with Discrete ${what}, got ${space}.`);
}

function everything({ n, start }: Discrete): number[] {
  return Array.from({ length: n }, (_, i) => start + i);
}
