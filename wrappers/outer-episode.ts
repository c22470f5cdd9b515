import type { GameLane } from '../envs/core/game-lane.js';
import type {
  Answer,
  FollowerPolicy,
  JointFollowerPolicy,
  Query,
  Responder,
  Response,
} from '../envs/core/stackelberg.js';
import { InvalidArgument, ResetNeeded } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { isTypedArray } from '../gymnasium/spaces/space.js';
import type { Info } from '../gymnasium/types.js';
import { boxAction, policyRow, takesLogits } from './policy-forms.js';
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
  readonly info: Info = {};
  private readonly responder: Responder;
  private readonly followers: readonly number[];
  private readonly mask: Int8Array | null;
  private readonly committed = new Map<string, any>();
  private response: Response | null = null;
  private policies: readonly FollowerPolicy[] = [];
  private episodesLeft = 0;
  /** discount^t in the present reward episode. */
  private weight = 1;
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
    this.weight = 1;
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
    this.reward += this.weight * lane.reward(leader);
    this.weight *= lane.game.discount;
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
    if (!(actionSpace instanceof Discrete)) {
      const logits = this.options.policyForm === 'logits' && takesLogits(actionSpace);
      const vector = logits ? boxAction(actionSpace, action) : action;
      return () => vector;
    }
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
      'hideQueries: expected queryPolicy to be set before reset, so that the queries can be answered.',
    );
  });
}

/** An info that the next step does not change. */
export function copyInfo(info: Info): Info {
  const mask = info['actionMask'] as Int8Array | undefined;
  return mask === undefined ? { ...info } : { ...info, actionMask: mask.slice() };
}
