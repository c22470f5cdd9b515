import type { GameLane } from '../envs/core/game-lane.js';
import type {
  Answer,
  FollowerPolicy,
  JointFollowerPolicy,
  Oracle,
  Query,
  Responder,
  Response,
} from '../envs/core/stackelberg.js';
import { describe, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../gymnasium/spaces/multi-discrete.js';
import { isTypedArray, type Space } from '../gymnasium/spaces/space.js';
import { Tuple } from '../gymnasium/spaces/tuple.js';
import type { Info } from '../gymnasium/types.js';

export const commitments = ['step', 'episode', 'policy'] as const;
/**
 * What an action of the leader fixes: this step; its answer to this observation until the outer episode ends (Brero et
 * al. 2022); or its whole policy at once, so that an outer episode is one step.
 */
export type CommitmentMode = (typeof commitments)[number];

/** Answers queries that are hidden from the learner: the leader's present policy. */
export type QueryPolicy = (observation: any, rng: Rng) => any;

/** Options of the outer MDP. The defaults satisfy Theorem 1 of Gerstgrasser & Parkes 2023; each other value breaks a condition. */
export interface StackelbergOptions {
  /** How the followers respond. */
  readonly oracle: Oracle;
  /** Default `step`. */
  readonly commitment?: CommitmentMode;
  /**
   * With `policy` commitment: the action is an action for each observation (`deterministic`, a MultiDiscrete), or the
   * logits of a distribution for each (`logits`, a Box in [-10, 10]). Default `logits`.
   */
  readonly policyForm?: 'deterministic' | 'logits';
  /** Episodes played with the followers' response, for which the leader is paid. Default 1. */
  readonly rewardEpisodes?: number;
  /**
   * Breaks condition 2 (the leader cannot tell a query from play): its observation also says which it is. A Discrete(n)
   * observation becomes Discrete(2 n), o + n in play; any other a Tuple with Discrete(2). Default false.
   */
  readonly revealPhase?: boolean;
  /**
   * Breaks condition 1 (queries are steps of the leader's own episode): `queryPolicy` answers them inside `reset`, and the
   * learner never sees them. Default false.
   */
  readonly hideQueries?: boolean;
  /**
   * Breaks condition 3 (reward only after the response): the leader is also paid in the oracle's simulated play.
   * Default false.
   */
  readonly rewardDuringResponse?: boolean;
  /** Breaks condition 4 (a fresh response to every leader) when false: learning followers keep what they learned. Default true. */
  readonly resetFollowers?: boolean;
}

const optionNames = [
  'oracle',
  'commitment',
  'policyForm',
  'rewardEpisodes',
  'revealPhase',
  'hideQueries',
  'rewardDuringResponse',
  'resetFollowers',
];

/** The options with their defaults filled in. @throws InvalidArgument naming the option */
export function checkStackelbergOptions(
  owner: string,
  options: StackelbergOptions,
): Required<StackelbergOptions> {
  for (const key of Object.keys(options ?? {})) {
    if (!optionNames.includes(key))
      throw new InvalidArgument(`${owner}: ${unknownName('option', key, optionNames)}`);
  }
  const filled: Required<StackelbergOptions> = {
    commitment: 'step',
    policyForm: 'logits',
    rewardEpisodes: 1,
    revealPhase: false,
    hideQueries: false,
    rewardDuringResponse: false,
    resetFollowers: true,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  } as Required<StackelbergOptions>;
  const fail = (field: keyof StackelbergOptions, expected: string) => {
    throw new InvalidArgument(`${owner}: ${field}: expected ${expected}, got ${describe(filled[field])}.`);
  };
  if (typeof filled.oracle?.start !== 'function') fail('oracle', 'an oracle such as new TabularQ()');
  if (!commitments.includes(filled.commitment)) fail('commitment', `one of ${commitments.join(', ')}`);
  if (!['deterministic', 'logits'].includes(filled.policyForm)) fail('policyForm', 'deterministic or logits');
  if (!Number.isSafeInteger(filled.rewardEpisodes) || filled.rewardEpisodes < 1)
    fail('rewardEpisodes', 'a positive integer');
  for (const field of ['revealPhase', 'hideQueries', 'rewardDuringResponse', 'resetFollowers'] as const) {
    if (typeof filled[field] !== 'boolean') fail(field, 'true or false');
  }
  if (filled.commitment === 'policy' && filled.revealPhase)
    fail('revealPhase', 'false with commitment "policy", which has one phase');
  return filled;
}

/** The leader's spaces in the outer MDP, from those it has in the game. */
export function outerSpaces(
  lane: GameLane,
  leader: number,
  options: Required<StackelbergOptions>,
): { observation: Space<any>; action: Space<any> } {
  const { observationSpace, actionSpace } = lane.game.agents[leader];
  if (options.commitment === 'policy') {
    return {
      observation: new Discrete(1),
      action: policySpace(observationSpace, actionSpace, options.policyForm),
    };
  }
  if (!options.revealPhase) return { observation: observationSpace, action: actionSpace };
  const revealed =
    observationSpace instanceof Discrete
      ? new Discrete(2 * observationSpace.n, { start: observationSpace.start })
      : new Tuple([observationSpace, new Discrete(2)]);
  return { observation: revealed, action: actionSpace };
}

function policySpace(
  observations: Space<any>,
  actions: Space<any>,
  form: 'deterministic' | 'logits',
): Space<any> {
  if (!(observations instanceof Discrete)) {
    throw new InvalidArgument(
      `commitment "policy": expected Discrete leader observations, got ${observations}.`,
    );
  }
  if (actions instanceof Discrete) {
    if (form === 'deterministic') return new MultiDiscrete(new Array(observations.n).fill(actions.n));
    return new Box(-10, 10, { shape: [observations.n, actions.n], dtype: 'float64' });
  }
  if (observations.n !== 1) {
    throw new InvalidArgument(
      `commitment "policy": expected Discrete leader actions or a single observation, got ${actions}.`,
    );
  }
  return actions;
}

/**
 * One outer episode on one lane of a game: the oracle's queries, then the reward episodes. The scalar and the vector
 * wrapper drive it alike, through `begin` and `act`.
 */
export class OuterEpisode {
  reward = 0;
  done = false;
  /** The leader's present observation, in the game's own space; 0 throughout with `policy` commitment. */
  observation: any = 0;
  phase: 'query' | 'play' = 'query';
  /** Leader steps that were queries, in this outer episode. */
  queries = 0;
  /** The same over all outer episodes. */
  totalQueries = 0;
  readonly info: Info = {};
  private readonly responder: Responder;
  private readonly followers: readonly number[];
  private readonly mask: Int8Array | null;
  private readonly committed = new Map<string, any>();
  private response: Response | null = null;
  private policies: readonly FollowerPolicy[] = [];
  private episodesLeft = 0;
  private simulated = 0;

  constructor(
    private readonly lane: GameLane,
    private readonly leader: number,
    private readonly options: Required<StackelbergOptions>,
    private rng: Rng,
    private readonly queryPolicy: () => QueryPolicy,
  ) {
    this.followers = lane.game.followerIndices;
    const { actionSpace } = lane.game.agents[leader];
    this.mask =
      options.commitment === 'episode' && actionSpace instanceof Discrete
        ? new Int8Array(actionSpace.n)
        : null;
    if (this.mask) this.info['actionMask'] = this.mask;
    this.responder = this.start();
  }

  private start(): Responder {
    return this.options.oracle.start({
      lane: this.lane,
      leader: this.leader,
      rng: this.rng.child('oracle'),
      simulated: (reward) => {
        this.simulated += reward;
      },
    });
  }

  /** Starts an outer episode: up to its first query, or its first step of play where nothing is asked. */
  begin(): void {
    this.done = false;
    this.reward = 0;
    this.queries = 0;
    this.committed.clear();
    this.simulated = 0;
    if (this.options.resetFollowers) this.responder.reset();
    this.response = this.responder.respond();
    this.phase = 'query';
    if (this.options.commitment === 'policy') this.observation = 0;
    else if (this.options.hideQueries) this.answerHidden(this.queryPolicy());
    else this.receive(this.response.next());
    this.describe();
  }

  /** One leader action: an answer, a move, or with `policy` commitment the whole policy. */
  act(action: any): void {
    this.reward = 0;
    if (this.options.commitment === 'policy') this.runWhole(action);
    else {
      const kept = this.keep(action);
      if (this.phase === 'play') this.play(kept);
      else {
        this.countQuery();
        this.receive(this.response!.next(kept));
        if (this.options.rewardDuringResponse) this.reward = this.simulated;
        this.simulated = 0;
      }
    }
    this.describe();
  }

  /** The leader's observation as the outer MDP shows it, with the phase under `revealPhase`: the caller's to keep. */
  observe(): any {
    if (!this.options.revealPhase) return copyOf(this.observation);
    const { observationSpace } = this.lane.game.agents[this.leader];
    const phase = this.phase === 'play' ? 1 : 0;
    if (observationSpace instanceof Discrete) return this.observation + phase * observationSpace.n;
    return [copyOf(this.observation), phase];
  }

  /** With `episode` commitment, the first action given for this observation. */
  private keep(action: any): any {
    if (this.options.commitment !== 'episode') return action;
    const key = String(this.observation);
    if (!this.committed.has(key)) this.committed.set(key, copyOf(action));
    return this.committed.get(key);
  }

  private countQuery(): void {
    this.queries++;
    this.totalQueries++;
  }

  private receive(step: IteratorResult<Query, JointFollowerPolicy>): void {
    if (step.done) this.startPlay(step.value);
    else this.observation = this.visible(step.value);
  }

  private visible(query: Query): any {
    if (query.answer === 'action') return query.observation;
    throw new InvalidArgument(
      `The oracle ${this.options.oracle.name} asks for distributions, which only commitment "policy" with policyForm "logits" can give.`,
    );
  }

  private answerHidden(policy: QueryPolicy): void {
    let step = this.response!.next();
    while (!step.done) {
      this.countQuery();
      this.observation = this.visible(step.value);
      step = this.response!.next(this.keep(policy(this.observation, this.rng)));
    }
    this.startPlay(step.value);
  }

  private startPlay(policies: JointFollowerPolicy): void {
    this.phase = 'play';
    this.policies = this.followers.map((k) => policies[this.lane.game.agents[k].id]);
    this.episodesLeft = this.options.rewardEpisodes;
    this.startEpisode();
  }

  private startEpisode(): void {
    this.lane.reset();
    for (const policy of this.policies) policy.reset?.();
    this.observation = this.lane.observation(this.leader);
  }

  private play(action: any): void {
    const { lane, leader, followers } = this;
    lane.act(leader, action);
    lane.commit();
    for (let k = 0; k < followers.length; k++) {
      lane.act(followers[k], this.policies[k].act(lane.observation(followers[k]), this.rng));
    }
    const ended = lane.step();
    this.reward += lane.reward(leader);
    this.observation = lane.observation(leader);
    if (!ended) return;
    if (--this.episodesLeft > 0) this.startEpisode();
    else this.done = true;
  }

  /** The whole outer episode in one step, with the policy that the action is. */
  private runWhole(action: any): void {
    const answer = this.wholePolicy(action);
    let step = this.response!.next();
    while (!step.done) {
      this.countQuery();
      step = this.response!.next(answer(step.value.observation, step.value.answer));
    }
    if (this.options.rewardDuringResponse) this.reward += this.simulated;
    this.startPlay(step.value);
    while (!this.done) this.play(answer(this.observation, 'action'));
    this.observation = 0;
  }

  private wholePolicy(action: any): (observation: any, answer: Query['answer']) => Answer {
    const { observationSpace, actionSpace } = this.lane.game.agents[this.leader];
    const row = (observation: number) => observation - (observationSpace as Discrete).start;
    if (!(actionSpace instanceof Discrete)) return () => action;
    if (this.options.policyForm === 'deterministic') {
      return (observation, answer) => {
        const choice = action[row(observation)];
        return answer === 'action' ? actionSpace.start + choice : oneHot(actionSpace.n, choice);
      };
    }
    return (observation, answer) => {
      const p = policyRow(action, row(observation), actionSpace.n);
      return answer === 'distribution' ? p : actionSpace.start + this.rng.categorical(p);
    };
  }

  /** Brings `info` up to date: in `episode` commitment, which actions the leader is still free to take. */
  private describe(): void {
    this.info['phase'] = this.phase;
    this.info['queries'] = this.queries;
    if (this.mask === null) return;
    const kept = this.done ? undefined : this.committed.get(String(this.observation));
    this.mask.fill(kept === undefined ? 1 : 0);
    if (kept !== undefined)
      this.mask[kept - (this.lane.game.agents[this.leader].actionSpace as Discrete).start] = 1;
  }
}

/** Learners may write to the arrays that they are given, and reuse those that they hand over. */
function copyOf<T>(value: T): T {
  return isTypedArray(value) ? (value.slice() as T) : value;
}

function oneHot(n: number, index: number): Float64Array {
  const row = new Float64Array(n);
  row[index] = 1;
  return row;
}

/** Row `row` of a whole policy given as logits, as probabilities of its n actions. */
export function policyRow(whole: Float64Array, row: number, n: number): Float64Array {
  const logits = whole.subarray(row * n, (row + 1) * n);
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logits.map((x) => Math.exp(x - highest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}
