import type { GameLane } from '../envs/core/game-lane.js';
import {
  checkResponse,
  drawPolicies,
  type FollowerPolicy,
  type JointResponse,
  type Query,
  type Responder,
  type Response,
} from '../envs/core/stackelberg.js';
import { InvalidArgument, ResetNeeded } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Info } from '../gymnasium/types.js';
import { hasDiscreteLeader } from '../solvers/commitment.js';
import { CommittedAnswers, copyOf } from './committed-answers.js';
import { wholePolicy } from './policy-forms.js';
import type { QueryPolicy, StackelbergOptions } from './stackelberg-options.js';

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
  /** Leader steps over all outer episodes: queries and play, also those that were answered for it. */
  totalSteps = 0;
  readonly info: Info = {};
  private readonly responder: Responder;
  private readonly committed: CommittedAnswers;
  private readonly followers: readonly number[];
  private readonly gameState: Float64Array<ArrayBuffer>;
  private response: Response | null = null;
  private joint: JointResponse | null = null;
  private policies: readonly FollowerPolicy[] = [];
  private episode = 0;
  /** discount^t in the present reward episode, times its probability where episodes are weighted. */
  private weight = 1;
  private simulated = 0;
  /** Whether `begin` or `act` was left by an error, of the oracle's say: only `begin` helps then. */
  private failed = false;

  constructor(
    private readonly lane: GameLane,
    private readonly leader: number,
    private readonly options: Required<StackelbergOptions>,
    private rng: Rng,
    private readonly queryPolicy: () => QueryPolicy,
  ) {
    this.followers = lane.game.followerIndices;
    this.committed = new CommittedAnswers(lane.game, leader, options);
    if (this.committed.mask) this.info['actionMask'] = this.committed.mask;
    this.gameState = new Float64Array(lane.game.stateSize);
    this.responder = this.start();
  }

  /** How many numbers `writeState` writes. */
  get stateSize(): number {
    return 1 + this.lane.game.stateSize + (this.responder.stateSize ?? 0);
  }

  /** Whether the next action is in play (0 or 1), the game's own state, and what the followers have learned. */
  writeState(into: Float64Array, at: number): void {
    const { game, lane } = this.lane;
    into[at] = this.phase === 'play' ? 1 : 0;
    into.set(game.readState(lane, this.gameState), at + 1);
    this.responder.writeState?.(into, at + 1 + game.stateSize);
  }

  private start(): Responder {
    return this.options.oracle.start({
      lane: this.lane,
      leader: this.leader,
      rng: this.rng.child('oracle'),
      distributions: this.options.commitment === 'policy' && hasDiscreteLeader(this.lane.game),
      simulated: (reward) => {
        this.simulated += reward;
      },
    });
  }

  /** Starts an outer episode: up to its first query, or its first step of play where nothing is asked. */
  begin(): void {
    this.failed = true;
    this.done = false;
    this.reward = 0;
    this.queries = 0;
    this.committed.clear();
    this.joint = null;
    delete this.info['response'];
    this.simulated = 0;
    // An outer episode that was left in the middle may have stopped at a fixed type.
    if (this.options.rewardEpisodes === 'type-profiles') this.lane.freezeTypes(null);
    if (this.options.resetFollowers) this.responder.reset();
    this.response = this.responder.respond();
    this.phase = 'query';
    if (this.options.commitment === 'policy') this.observation = 0;
    else if (this.hidesQueries()) this.answerHidden(this.queryPolicy());
    else this.receive(this.response.next());
    this.describe();
    this.failed = false;
  }

  /** One leader action: an answer, a move, or with `policy` commitment the whole policy. */
  act(action: any): void {
    if (this.failed) throw new ResetNeeded('step: expected a reset after the error that ended the episode.');
    this.failed = true;
    this.reward = 0;
    if (this.options.commitment === 'policy') this.runWhole(action);
    else {
      this.take(this.committed.keep(this.observation, action));
      while (!this.done && this.committed.isSkipped(this.observation)) {
        this.take(this.committed.keep(this.observation, undefined));
      }
    }
    this.describe();
    this.failed = false;
  }

  private hidesQueries(): boolean {
    const { hideQueries, responsePhaseProbability: shown } = this.options;
    return hideQueries || (shown < 1 && this.rng.uniform() >= shown);
  }

  /** An answer or a move. */
  private take(action: any): void {
    if (this.phase === 'play') {
      this.play(action);
      return;
    }
    this.countQuery();
    this.receive(this.response!.next(action));
    if (this.options.rewardDuringResponse) this.reward += this.simulated;
    this.simulated = 0;
  }

  /** The leader's observation as the outer MDP shows it, with the phase under `revealPhase`: the caller's to keep. */
  observe(): any {
    if (!this.options.revealPhase) return copyOf(this.observation);
    const { observationSpace } = this.lane.game.agents[this.leader];
    const phase = this.phase === 'play' ? 1 : 0;
    if (observationSpace instanceof Discrete) return this.observation + phase * observationSpace.n;
    return [copyOf(this.observation), phase];
  }

  private countQuery(): void {
    this.queries++;
    this.totalQueries++;
    this.totalSteps++;
  }

  private receive(step: IteratorResult<Query, JointResponse>): void {
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
      const answer = policy(this.observation, this.rng);
      step = this.response!.next(this.committed.keepHidden(this.observation, answer));
    }
    this.startPlay(step.value);
  }

  private startPlay(response: JointResponse): void {
    this.phase = 'play';
    this.joint = checkResponse(this.options.oracle.name, this.lane.game, response);
    this.info['response'] = { notion: response.notion, gap: response.gap };
    this.episode = 0;
    this.startEpisode();
  }

  private startEpisode(): void {
    const { lane, options, followers } = this;
    const weighted = options.rewardEpisodes === 'type-profiles';
    if (weighted) lane.freezeTypes(this.episode);
    this.weight = weighted ? lane.game.typeProfiles![this.episode].probability : 1;
    const policies = drawPolicies(this.joint!.mixture, this.rng);
    this.policies = followers.map((k) => policies[lane.game.agents[k].id]);
    lane.reset();
    for (const policy of this.policies) policy.reset?.();
    this.toLeader();
  }

  /** Lets followers that move first do so, up to the leader's turn. */
  private toLeader(): void {
    if (this.lane.followersFirst) {
      this.follow();
      this.lane.commit();
    }
    this.observation = this.lane.observation(this.leader);
  }

  private follow(): void {
    const { lane, followers, policies } = this;
    for (let k = 0; k < followers.length; k++) {
      lane.act(followers[k], policies[k].act(lane.observation(followers[k]), this.rng));
    }
  }

  private play(action: any): void {
    const { lane, leader } = this;
    this.totalSteps++;
    lane.act(leader, action);
    if (!lane.followersFirst) {
      lane.commit();
      this.follow();
    }
    const ended = lane.step();
    this.reward += this.weight * lane.reward(leader);
    this.weight *= lane.game.discount;
    if (ended) this.endEpisode();
    else this.toLeader();
  }

  private endEpisode(): void {
    const { rewardEpisodes } = this.options;
    const { typeProfiles } = this.lane.game;
    this.episode++;
    this.observation = this.lane.observation(this.leader);
    if (this.episode < (rewardEpisodes === 'type-profiles' ? typeProfiles!.length : rewardEpisodes)) {
      this.startEpisode();
      return;
    }
    if (rewardEpisodes === 'type-profiles') this.lane.freezeTypes(null);
    this.done = true;
  }

  /** The whole outer episode in one step, with the policy that the action is. */
  private runWhole(action: any): void {
    const { game } = this.lane;
    const answer = wholePolicy(game.agents[this.leader], this.options.policyForm, action, this.rng);
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

  private describe(): void {
    this.info['phase'] = this.phase;
    this.info['queries'] = this.queries;
    this.committed.describe(this.info, this.observation, this.done);
  }
}

/** Seeds a lane and opens its outer episodes. */
export function openEpisode(
  lane: GameLane,
  leader: number,
  options: Required<StackelbergOptions>,
  rng: Rng,
  queryPolicy: () => QueryPolicy | null,
): OuterEpisode {
  lane.seed(rng.child('game'));
  return new OuterEpisode(lane, leader, options, rng.child('players'), () => {
    const policy = queryPolicy();
    if (policy !== null) return policy;
    throw new ResetNeeded(
      `${options.hideQueries ? 'hideQueries' : 'responsePhaseProbability'}: expected queryPolicy to be set before reset, so that the queries can be answered.`,
    );
  });
}

/** An info that the next step does not change. */
export function copyInfo(info: Info): Info {
  const mask = info['actionMask'] as Int8Array | undefined;
  return mask === undefined ? { ...info } : { ...info, actionMask: mask.slice() };
}
