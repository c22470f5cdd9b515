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
import { checkAbove, checkCount, checkNonNegative, checkOneOf } from '../gymnasium/checks.js';
import { checkOptionNames } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { isTypedArray } from '../gymnasium/spaces/space.js';
import { certify } from '../solvers/equilibrium.js';
import { checkInducible, InducedGame, type StrategyProfile } from '../solvers/induced-game.js';

const plays = ['argmax', 'mixed', 'average'] as const;

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
  readonly form?: 'exact' | 'sampled';
  /**
   * What is played then: the heaviest actions (the lowest of equals), the weights as probabilities, or the weights after an
   * update drawn uniformly, the same for all followers. Default `argmax`. Unused with `certify`, which chooses.
   */
  readonly play?: (typeof plays)[number];
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
      learningRate: checkAbove(owner, 'learningRate', learningRate, 0, Number.POSITIVE_INFINITY),
      form: checkOneOf(owner, 'form', form, ['exact', 'sampled'] as const),
      play: checkOneOf(owner, 'play', play, plays),
      certify: options.certify === undefined ? null : checkNonNegative(owner, 'certify', options.certify),
      mostUpdates: checkCount(owner, 'mostUpdates', mostUpdates),
    };
  }

  /** @throws InvalidArgument unless followers move once and have Discrete actions */
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

/** The weights of one follower: a row an observation. */
interface Weights {
  readonly agent: number;
  readonly actions: number;
  readonly firstAction: number;
  readonly firstObservation: number;
  /** Logarithms of the weights, the largest of a row 0: they do not underflow, however long or steep the learning. */
  readonly logs: readonly Float64Array[];
  /** The weights, scaled to sum to 1. */
  readonly rows: readonly Float64Array[];
}

class Learner {
  private readonly followers: readonly Weights[];
  private readonly lane: GameLane;
  private readonly rng: Rng;
  private readonly joints: number;
  /** What the leader answered to each observation, for certificates. */
  private readonly answers = new Map<string, any>();
  private readonly query: { -readonly [K in keyof Query]: Query[K] } = { observation: 0, answer: 'action' };
  private history: Float64Array[][][] = [];

  constructor(
    private readonly context: OracleContext,
    private readonly settings: Settings,
  ) {
    this.lane = context.lane;
    this.rng = context.rng;
    this.followers = this.lane.game.followerIndices.map((agent) => weightsOf(this.lane, agent));
    this.joints = this.followers.reduce((product, { actions }) => product * actions, 1);
    this.reset();
  }

  reset(): void {
    for (const { logs, rows, actions } of this.followers) {
      for (const log of logs) log.fill(0);
      for (const row of rows) row.fill(1 / actions);
    }
  }

  get stateSize(): number {
    return this.followers.reduce((sum, { rows, actions }) => sum + rows.length * actions, 0);
  }

  /** Every row, scaled so that its largest weight is 1. */
  writeState(into: Float64Array, at: number): void {
    let next = at;
    for (const { rows } of this.followers) {
      for (const row of rows) {
        const largest = Math.max(...row);
        for (const weight of row) into[next++] = weight / largest;
      }
    }
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
      if (play === 'average' || target !== null) this.history.push(this.strategies());
    }
  }

  /** One update from every joint action. */
  private *sweep(): Generator<Query, void, Answer> {
    const { followers, lane } = this;
    lane.reset();
    const start = lane.save();
    const seen = followers.map((follower) => rowIndex(follower, lane.observation(follower.agent)));
    const rows = followers.map((follower, i) => follower.rows[seen[i]]);
    const utilities = followers.map(({ actions }) => new Float64Array(actions));
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
    const { followers, lane, rng } = this;
    lane.reset();
    const start = lane.save();
    const seen = followers.map((follower) => rowIndex(follower, lane.observation(follower.agent)));
    const drawn = Int32Array.from(followers, ({ rows }, i) => rng.categorical(rows[seen[i]]));
    const utilities = followers.map(({ actions }) => new Float64Array(actions));
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
    this.followers.forEach(({ logs, rows }, i) => {
      const log = logs[seen[i]];
      for (let a = 0; a < log.length; a++) log[a] += rate * utilities[i][a];
      scaleWeights(log, rows[seen[i]]);
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
      if (this.settings.certify !== null) this.note(query.observation, action);
      lane.act(leader, action);
      done = lane.step();
      this.context.simulated(lane.reward(leader));
      for (let i = 0; i < choice.length; i++) returns[i] += weight * lane.reward(followers[i].agent);
    }
    return returns;
  }

  /** Leaders may reuse the arrays that they answer with. */
  private note(observation: any, action: any): void {
    this.answers.set(String(observation), isTypedArray(action) ? action.slice() : action);
  }

  private strategies(): Float64Array[][] {
    return this.followers.map(({ rows }) => rows.map((row) => row.slice()));
  }

  private heaviest(): Float64Array[][] {
    return this.followers.map(({ rows }) =>
      rows.map((row) => {
        const best = row.indexOf(Math.max(...row));
        return row.map((_, a) => (a === best ? 1 : 0));
      }),
    );
  }

  private profiles(play: (typeof plays)[number]): readonly Float64Array[][][] {
    if (play === 'average') return this.history;
    return [play === 'mixed' ? this.strategies() : this.heaviest()];
  }

  private mixture(play: (typeof plays)[number]): JointResponse['mixture'] {
    return this.profiles(play).map((strategies) =>
      Object.fromEntries(
        this.followers.map((follower, i) => {
          const { agent, firstAction } = follower;
          const probabilities = (seen: any) => strategies[i][rowIndex(follower, seen)];
          const act = (seen: any, rng: Rng) => {
            const row = probabilities(seen);
            const certain = row.indexOf(1);
            return firstAction + (certain >= 0 ? certain : rng.categorical(row));
          };
          return [this.lane.game.agents[agent].id, { act, probabilities }];
        }),
      ),
    );
  }

  /** The first of mixed, argmax and average play that is close enough to an equilibrium, else the closest. */
  private *certified(target: number): Response {
    const game = yield* this.induced();
    let best: JointResponse | null = null;
    for (const play of ['mixed', 'argmax', 'average'] as const) {
      const mixture = this.mixture(play);
      const profiles: StrategyProfile[] = mixture.map((policies) => game.strategies(policies));
      const certificate = certify(game, profiles);
      if (best === null || certificate.gap! < best.gap!) best = { mixture, ...certificate };
      if (certificate.gap! <= target) break;
    }
    return best!;
  }

  /** The followers' game under the leader's answers; asks for those that learning did not come to. */
  private *induced(): Generator<Query, InducedGame, Answer> {
    for (;;) {
      const missing: any[] = [];
      const act = (observation: any) => {
        const known = this.answers.get(String(observation));
        if (known !== undefined) return known;
        missing.push(observation);
        throw new Unanswered();
      };
      try {
        return new InducedGame(this.lane.game, { act });
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        this.query.observation = missing[0];
        this.note(missing[0], yield this.query);
      }
    }
  }
}

/** The leader was not yet asked. */
class Unanswered extends Error {}

function weightsOf({ game }: GameLane, agent: number): Weights {
  const { observationSpace, actionSpace } = game.agents[agent];
  const { n, start } = actionSpace as Discrete;
  const observations = observationSpace instanceof Discrete ? observationSpace : null;
  return {
    agent,
    actions: n,
    firstAction: start,
    firstObservation: observations?.start ?? 0,
    logs: Array.from({ length: observations?.n ?? 1 }, () => new Float64Array(n)),
    rows: Array.from({ length: observations?.n ?? 1 }, () => new Float64Array(n)),
  };
}

/** Shifts logarithms so that the largest is 0, and writes what they are the logarithms of, scaled to sum to 1. */
function scaleWeights(log: Float64Array, row: Float64Array): void {
  const largest = Math.max(...log);
  let sum = 0;
  for (let a = 0; a < row.length; a++) {
    log[a] -= largest;
    row[a] = Math.exp(log[a]);
    sum += row[a];
  }
  for (let a = 0; a < row.length; a++) row[a] /= sum;
}

function rowIndex({ rows, firstObservation }: Weights, seen: any): number {
  return rows.length === 1 ? 0 : seen - firstObservation;
}
