import type { GameLane } from '../envs/core/game-lane.js';
import {
  type FollowerPolicy,
  type Oracle,
  type OracleContext,
  type Query,
  type Responder,
  type Response,
  uncertified,
} from '../envs/core/stackelberg.js';
import { checkAbove, checkCount, checkOneOf, checkRange } from '../gymnasium/checks.js';
import { checkOptionNames, InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';

export interface TabularQOptions {
  /** Inner episodes of learning in each outer episode. Default 80. */
  readonly episodes?: number;
  /** Learning rate, in (0, 1]. Default 0.1. */
  readonly learningRate?: number;
  /** Probability of a uniform action while learning, in [0, 1]. Default 0.1. */
  readonly epsilon?: number;
  /** Discount of the followers' learning, in [0, 1]. Default 0.9. */
  readonly discount?: number;
  /** A fresh table: N(0, 0.01^2) entries, or zeros. Default `normal`. */
  readonly initial?: 'normal' | 'zero';
}

/**
 * Followers that learn by tabular Q-learning inside the leader's episode: every inner step asks the leader for its
 * action, and after `episodes` inner episodes the greedy policies are the response (the Stackelberg POMDP of
 * Brero et al. 2022, as in Gerstgrasser & Parkes 2023, appendix). Several followers learn independently.
 */
export class TabularQ implements Oracle {
  readonly name = 'tabular-q';
  readonly options: Required<TabularQOptions>;

  constructor(options: TabularQOptions = {}) {
    checkOptionNames('TabularQ', options, ['episodes', 'learningRate', 'epsilon', 'discount', 'initial']);
    const { episodes = 80, learningRate = 0.1, epsilon = 0.1, discount = 0.9, initial = 'normal' } = options;
    this.options = {
      episodes: checkCount('TabularQ', 'episodes', episodes),
      learningRate: checkAbove('TabularQ', 'learningRate', learningRate, 0, 1),
      epsilon: checkRange('TabularQ', 'epsilon', epsilon, 0, 1),
      discount: checkRange('TabularQ', 'discount', discount, 0, 1),
      initial: checkOneOf('TabularQ', 'initial', initial, ['normal', 'zero'] as const),
    };
  }

  /** @throws InvalidArgument unless all followers have Discrete actions */
  start(context: OracleContext): Responder {
    const { game } = context.lane;
    const learners = game.followerIndices.map(
      (agent) => new QTable(game.agents[agent].id, agent, context, this.options),
    );
    const { options } = this;
    return {
      respond: () => learn(context, learners, options.episodes),
      reset: () => {
        for (const learner of learners) learner.reset();
      },
      stateSize: learners.reduce((sum, { size }) => sum + size, 0),
      writeState: (into, at) => {
        for (const learner of learners) at = learner.writeState(into, at);
      },
    };
  }
}

function* learn(context: OracleContext, learners: readonly QTable[], episodes: number): Response {
  const { lane, leader } = context;
  for (const learner of learners) learner.begin();
  const query: { -readonly [K in keyof Query]: Query[K] } = { observation: 0, answer: 'action' };
  for (let episode = 0; episode < episodes; episode++) {
    lane.reset();
    let done = false;
    while (!done) {
      if (lane.followersFirst) {
        for (const learner of learners) learner.act(lane);
        lane.commit();
      }
      query.observation = lane.observation(leader);
      lane.act(leader, yield query);
      if (!lane.followersFirst) {
        lane.commit();
        for (const learner of learners) learner.act(lane);
      }
      done = lane.step();
      context.simulated(lane.reward(leader));
      for (const learner of learners) learner.observe(lane, done);
    }
  }
  return uncertified(Object.fromEntries(learners.map((learner) => [learner.id, learner.greedy()])));
}

/**
 * One follower's table, with a row for each observation: all of a Discrete space, else those that it has met. The
 * update of a step waits for the next observation, which a leader-first game shows late.
 */
class QTable {
  private table: Float64Array;
  /** First entry of the row of each observation met, where observations are not Discrete. */
  private readonly met = new Map<string, number>();
  private readonly observations: Discrete | null;
  private readonly actions: number;
  private readonly firstAction: number;
  private readonly rng: Rng;
  private last = -1;
  private reward = 0;

  constructor(
    readonly id: string,
    private readonly agent: number,
    context: OracleContext,
    private readonly options: Required<TabularQOptions>,
  ) {
    const { observationSpace, actionSpace } = context.lane.game.agents[agent];
    if (!(actionSpace instanceof Discrete)) {
      throw new InvalidArgument(`TabularQ: expected Discrete actions for ${id}, got ${actionSpace}.`);
    }
    this.observations = observationSpace instanceof Discrete ? observationSpace : null;
    this.actions = actionSpace.n;
    this.firstAction = actionSpace.start;
    this.rng = context.rng;
    this.table = new Float64Array((this.observations?.n ?? 1) * actionSpace.n);
    this.reset();
  }

  reset(): void {
    this.met.clear();
    if (this.observations) this.start(0, this.table.length);
  }

  /** Entries of a table over Discrete observations; others grow as they are met and are no part of the state. */
  get size(): number {
    return this.observations ? this.table.length : 0;
  }

  /** Writes the table, scaled to at most 1; returns where it ended. */
  writeState(into: Float64Array, at: number): number {
    const { size } = this;
    let largest = 0;
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(this.table[i]));
    for (let i = 0; i < size; i++) into[at + i] = largest > 0 ? this.table[i] / largest : 0;
    return at + size;
  }

  /** First values of the entries `from` (included) to `to` (excluded). */
  private start(from: number, to: number): void {
    if (this.options.initial === 'zero') this.table.fill(0, from, to);
    else for (let i = from; i < to; i++) this.table[i] = 0.01 * this.rng.normal();
  }

  /** First entry of an observation's row; a new one for an observation that was not met before. */
  private row(observation: any): number {
    if (this.observations) return (observation - this.observations.start) * this.actions;
    const key = String(observation);
    const known = this.met.get(key);
    if (known !== undefined) return known;
    const row = this.met.size * this.actions;
    this.met.set(key, row);
    if (row + this.actions > this.table.length) {
      const larger = new Float64Array(2 * this.table.length);
      larger.set(this.table);
      this.table = larger;
    }
    this.start(row, row + this.actions);
    return row;
  }

  /** Forgets a step that an abandoned episode left unfinished. */
  begin(): void {
    this.last = -1;
  }

  /** Chooses epsilon-greedily, after learning from the step before, if there was one. */
  act(lane: GameLane): void {
    const row = this.row(lane.observation(this.agent));
    if (this.last >= 0) this.update(this.reward + this.options.discount * this.table[this.best(row)]);
    const explore = this.options.epsilon > 0 && this.rng.uniform() < this.options.epsilon;
    this.last = explore ? row + this.rng.integer(this.actions) : this.best(row);
    lane.act(this.agent, this.firstAction + this.last - row);
  }

  observe(lane: GameLane, done: boolean): void {
    this.reward = lane.reward(this.agent);
    if (!done) return;
    this.update(this.reward);
    this.last = -1;
  }

  private update(target: number): void {
    this.table[this.last] += this.options.learningRate * (target - this.table[this.last]);
  }

  /** Index of the largest entry of the row that begins at `row`; the lowest action wins ties. */
  private best(row: number): number {
    let best = row;
    for (let i = row + 1; i < row + this.actions; i++) if (this.table[i] > this.table[best]) best = i;
    return best;
  }

  /** The best action of each row; uniform draws for observations that were never met. */
  greedy(): FollowerPolicy {
    const greedy = (row: number) => this.firstAction + this.best(row) - row;
    if (this.observations) {
      const { start, n } = this.observations;
      const actions = Int32Array.from({ length: n }, (_, o) => greedy(o * this.actions));
      return { act: (observation) => actions[observation - start] };
    }
    const actions = new Map(Array.from(this.met, ([key, row]) => [key, greedy(row)]));
    const { firstAction, actions: n } = this;
    const draws = new Float64Array(n).fill(1 / n);
    const certain = (action: number) => draws.map((_, a) => (firstAction + a === action ? 1 : 0));
    return {
      act: (observation, rng) => actions.get(String(observation)) ?? firstAction + rng.integer(n),
      probabilities: (observation) => {
        const known = actions.get(String(observation));
        return known === undefined ? draws : certain(known);
      },
    };
  }
}
