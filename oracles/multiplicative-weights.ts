import type { GameLane, LaneSnapshot } from '../envs/core/game-lane.js';
import type {
  Answer,
  JointResponse,
  Oracle,
  OracleContext,
  Query,
  Responder,
  Response,
} from '../envs/core/stackelberg.js';
import { checkCount, checkNonNegative, checkOneOf, checkPositive } from '../gymnasium/checks.js';
import { checkOptionNames, InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { certify } from '../solvers/equilibrium.js';
import { checkInducible, rowPolicy, type StrategyProfile } from '../solvers/induced-game.js';
import { FollowerWeights, heaviestStrategies, weightStrategies } from './follower-weights.js';
import { NotedAnswers } from './noted-answers.js';

/** In exact form every update plays all of them. */
const maxJointActions = 2 ** 20;

const forms = ['exact', 'sampled'] as const;
const plays = ['argmax', 'mixed', 'average'] as const;
type Play = (typeof plays)[number];
/** In the order in which they are tried for a certificate. */
const certifiable: readonly Play[] = ['mixed', 'argmax', 'average'];

export interface MultiplicativeWeightsOptions {
  /** Updates of the weights in an outer episode. Default 33. */
  readonly updates?: number;
  /** epsilon: an action whose utility is U gets (1 + epsilon)^U times its weight. Default 0.1. */
  readonly learningRate?: number;
  /**
   * How utilities are found at an update. `exact`: every joint action is played, n_0 n_1 ... episodes for followers with n_i
   * actions, and each follower's utilities are integrated over the others' weights. `sampled`: one joint action is drawn, and each
   * follower tries each of its actions against it, n_0 + n_1 + ... episodes. Default `exact`.
   */
  readonly form?: (typeof forms)[number];
  /**
   * What is played then: the heaviest actions (the lowest of equals), the weights as probabilities, or the weights after an
   * update drawn uniformly, the same for all followers. Default `argmax`. Unused with `certify`, which chooses.
   */
  readonly play?: Play;
  /**
   * Largest gap, in units of the followers' returns, at which mixed, argmax or average play (looked at in this order) is taken
   * for an equilibrium: learning goes on, a tenth at a time, until one of them is, or `mostUpdates` are spent and the closest of
   * them is played. Default: nothing is certified.
   */
  readonly certify?: number;
  /** Default 10,000. */
  readonly mostUpdates?: number;
}

const optionNames = ['updates', 'learningRate', 'form', 'play', 'certify', 'mostUpdates'];

type Settings = Required<Omit<MultiplicativeWeightsOptions, 'certify'>> & { readonly certify: number | null };

/**
 * Followers without regret, by multiplicative weights over their actions for each of their types (Brero et al. 2022,
 * "Stackelberg POMDP: A reinforcement learning approach for economic design", arXiv 2210.03852): every update plays the
 * game from one start, with the types held fixed, and each of its steps asks the leader.
 *
 * For followers that move once and have Discrete actions. A follower with Discrete observations has weights for each, any
 * other the same for all. A certificate is that of a leader which keeps to its answers.
 */
export class MultiplicativeWeights implements Oracle {
  readonly name = 'multiplicative-weights';
  readonly options: Settings;

  constructor(options: MultiplicativeWeightsOptions = {}) {
    const owner = 'MultiplicativeWeights';
    checkOptionNames(owner, options, optionNames);
    const {
      updates = 33,
      learningRate = 0.1,
      form = 'exact',
      play = 'argmax',
      mostUpdates = 10_000,
    } = options;
    this.options = {
      updates: checkCount(owner, 'updates', updates),
      learningRate: checkPositive(owner, 'learningRate', learningRate),
      form: checkOneOf(owner, 'form', form, forms),
      play: checkOneOf(owner, 'play', play, plays),
      certify: options.certify === undefined ? null : checkNonNegative(owner, 'certify', options.certify),
      mostUpdates: checkCount(owner, 'mostUpdates', mostUpdates),
    };
  }

  /** @throws InvalidArgument unless followers move once and have Discrete actions; in exact form, more than 2^20 joint ones */
  start(context: OracleContext): Responder {
    checkInducible('MultiplicativeWeights', context.lane.game);
    const learner = new Learner(context, this.options);
    return {
      respond: () => learner.respond(),
      reset: () => learner.reset(),
      stateSize: learner.stateSize,
      writeState: (into, at) => learner.writeState(into, at),
    };
  }
}

class Learner {
  private readonly followers: readonly FollowerWeights[];
  private readonly lane: GameLane;
  private readonly rng: Rng;
  private readonly joints: number;
  /** What the leader answered to each observation, for certificates. */
  private readonly answers = new NotedAnswers();
  private readonly query: { -readonly [K in keyof Query]: Query[K] } = { observation: 0, answer: 'action' };
  private history: StrategyProfile[] = [];

  constructor(
    private readonly context: OracleContext,
    private readonly settings: Settings,
  ) {
    this.lane = context.lane;
    this.rng = context.rng;
    const { game } = this.lane;
    this.followers = game.followerIndices.map((agent) => new FollowerWeights(game, agent));
    this.joints = this.followers.reduce((product, { actions }) => product * actions, 1);
    if (settings.form === 'exact' && this.joints > maxJointActions) {
      throw new InvalidArgument(
        `MultiplicativeWeights: form: expected sampled for more than ${maxJointActions} joint actions, got exact for ${this.joints}.`,
      );
    }
  }

  reset(): void {
    for (const weights of this.followers) weights.reset();
  }

  get stateSize(): number {
    return this.followers.reduce((sum, { size }) => sum + size, 0);
  }

  writeState(into: Float64Array, at: number): void {
    this.followers.reduce((next, weights) => weights.write(into, next), at);
  }

  *respond(): Response {
    const { updates, certify: target, mostUpdates, play } = this.settings;
    this.history = [];
    this.answers.clear();
    yield* this.learn(updates);
    if (target === null) return { mixture: this.mixture(play), notion: 'none', gap: null };
    for (let done = updates; ; ) {
      const certified = yield* this.certified(target);
      const more = Math.min(Math.ceil(done / 10), mostUpdates - done);
      if (certified.gap! <= target || more <= 0) return certified;
      yield* this.learn(more);
      done += more;
    }
  }

  private *learn(updates: number): Generator<Query, void, Answer> {
    const { form, play, certify: target } = this.settings;
    for (let k = 0; k < updates; k++) {
      if (form === 'exact') yield* this.sweep();
      else yield* this.trials();
      if (play === 'average' || target !== null) this.history.push(weightStrategies(this.followers));
    }
  }

  /** A fresh start for an update: each follower's row there, and room for the utilities of its actions. */
  private open() {
    const { followers, lane } = this;
    lane.reset();
    const seen = followers.map((weights) => weights.rowOf(lane.observation(weights.agent)));
    return {
      start: lane.save(),
      seen,
      rows: followers.map((weights, i) => weights.rows[seen[i]]),
      utilities: followers.map(({ actions }) => new Float64Array(actions)),
    };
  }

  /** One update from every joint action. */
  private *sweep(): Generator<Query, void, Answer> {
    const { followers } = this;
    const { start, seen, rows, utilities } = this.open();
    const choice = new Int32Array(followers.length);
    for (let joint = 0; joint < this.joints; joint++) {
      let rest = joint;
      for (let i = 0; i < choice.length; i++) {
        choice[i] = rest % followers[i].actions;
        rest = Math.floor(rest / followers[i].actions);
      }
      const returns = yield* this.play(start, choice);
      for (let i = 0; i < choice.length; i++) {
        let others = 1;
        for (let k = 0; k < choice.length; k++) if (k !== i) others *= rows[k][choice[k]];
        utilities[i][choice[i]] += others * returns[i];
      }
    }
    this.update(seen, utilities);
  }

  /** One update from what each follower's actions would have earned against one draw of the others'. */
  private *trials(): Generator<Query, void, Answer> {
    const { followers } = this;
    const { start, seen, rows, utilities } = this.open();
    const drawn = Int32Array.from(rows, (row) => this.rng.categorical(row));
    for (let i = 0; i < followers.length; i++) {
      const choice = drawn.slice();
      for (let action = 0; action < followers[i].actions; action++) {
        choice[i] = action;
        utilities[i][action] = (yield* this.play(start, choice))[i];
      }
    }
    this.update(seen, utilities);
  }

  private update(seen: readonly number[], utilities: readonly Float64Array[]): void {
    const rate = Math.log1p(this.settings.learningRate);
    this.followers.forEach((weights, i) => {
      weights.learn(seen[i], utilities[i], rate);
    });
  }

  /** An episode from a start with these actions: each follower's discounted return. */
  private *play(start: LaneSnapshot, choice: Int32Array): Generator<Query, Float64Array, Answer> {
    const { followers, lane, query } = this;
    const { leader } = this.context;
    const returns = new Float64Array(followers.length);
    lane.restore(start);
    for (let i = 0; i < choice.length; i++) {
      lane.act(followers[i].agent, followers[i].firstAction + choice[i]);
    }
    for (let done = false, weight = 1; !done; weight *= lane.game.discount) {
      if (lane.followersFirst) lane.commit();
      query.observation = lane.observation(leader);
      const action = yield query;
      if (this.settings.certify !== null) this.answers.note(query.observation, action);
      lane.act(leader, action);
      done = lane.step();
      this.context.simulated(lane.reward(leader));
      for (let i = 0; i < choice.length; i++) returns[i] += weight * lane.reward(followers[i].agent);
    }
    return returns;
  }

  private profiles(play: Play): readonly StrategyProfile[] {
    if (play === 'average') return this.history;
    return [play === 'mixed' ? weightStrategies(this.followers) : heaviestStrategies(this.followers)];
  }

  private mixture(play: Play): JointResponse['mixture'] {
    const { agents } = this.lane.game;
    return this.profiles(play).map((strategies) =>
      Object.fromEntries(
        this.followers.map((weights, i) => [
          agents[weights.agent].id,
          rowPolicy((seen) => strategies[i][weights.rowOf(seen)], weights.firstAction),
        ]),
      ),
    );
  }

  /** The first of mixed, argmax and average play that is close enough to an equilibrium, else the closest. */
  private *certified(target: number): Response {
    const game = yield* this.answers.induced(this.lane.game);
    let best: JointResponse | null = null;
    for (const play of certifiable) {
      const mixture = this.mixture(play);
      const certificate = certify(
        game,
        mixture.map((policies) => game.strategies(policies)),
      );
      if (best === null || certificate.gap! < best.gap!) best = { mixture, ...certificate };
      if (certificate.gap! <= target) break;
    }
    return best!;
  }
}
