import type { GameLane } from '../../envs/core/game-lane.js';
import { singleLane } from '../../envs/core/views.js';
import type { FiniteMarkovGame } from '../../envs/markov/finite-markov-game.js';
import { checkCount, checkNonNegative, checkPositive } from '../../gymnasium/checks.js';
import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import type { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { LinearSolver } from '../linear/linear-program.js';
import { dot, extremes } from '../normal-form/payoffs.js';
import type { OptionNotes } from '../solver.js';
import {
  featureVectors,
  type LeastSquares,
  LinearLeastSquares,
  TabularLeastSquares,
} from './least-squares.js';
import { StageOracle } from './stage-oracle.js';

export interface ValueIterationOptions {
  /** Episodes played or, offline, in the data set. Default 2000. */
  readonly episodes?: number;
  /** Size of the bonus or penalty: beta * H * (largest reward) * width of the regression. Default 0.2. */
  readonly beta?: number;
  /**
   * Ridge of the regression, above 0. Default 0.04: with the default beta an unseen cell then counts as worth the most
   * (or, offline, the least) possible.
   */
  readonly ridge?: number;
  /**
   * Share of an inner point mixed into commitments so that the follower's response is strict, in [0, 1). Default 0:
   * ties are broken for the leader.
   */
  readonly margin?: number;
  /** `features[observation][a][b]`, vectors of one length. Default: one-hot. */
  readonly features?: readonly (readonly (readonly (readonly number[])[])[])[];
  /** Default 0. */
  readonly seed?: Seed;
}

export const valueIterationNotes: OptionNotes = {
  episodes: { type: 'integer', default: 2000, description: 'episodes played or, offline, in the data set' },
  beta: {
    type: 'number',
    default: 0.2,
    description: 'size of the bonus or penalty: beta * H * (largest reward) * width of the regression',
  },
  ridge: { type: 'number', default: 0.04, description: 'ridge of the regression, above 0' },
  margin: {
    type: 'number',
    default: 0,
    description: 'share of an inner point mixed into commitments so that the response is strict, in [0, 1)',
  },
  features: {
    type: 'array',
    description: 'features[observation][a][b], vectors of one length; without it one-hot',
  },
  seed: { type: 'integer', default: 0, description: 'of play' },
};

export type CheckedOptions = Required<Omit<ValueIterationOptions, 'features'>> &
  Pick<ValueIterationOptions, 'features'>;

/** @throws InvalidArgument naming the option that is unknown or malformed */
export function checkValueIteration(owner: string, given: Readonly<Record<string, unknown>>): CheckedOptions {
  checkOptionNames(owner, given, Object.keys(valueIterationNotes));
  const options = given as ValueIterationOptions;
  const { episodes = 2000, beta = 0.2, ridge = 0.04, margin = 0, seed = 0, features } = options;
  checkCount(owner, 'episodes', episodes);
  checkNonNegative(owner, 'beta', beta);
  checkPositive(owner, 'ridge', ridge);
  if (!(typeof margin === 'number' && margin >= 0 && margin < 1)) {
    throw new InvalidArgument(`${owner}: margin: expected a number in [0, 1), got ${describe(margin)}.`);
  }
  return { episodes, beta, ridge, margin, seed, features };
}

/** By observation: the mixed action committed to, and the response recommended where the follower is indifferent. */
export interface StagePolicy {
  readonly commitment: readonly Float64Array[];
  readonly responses: Int32Array;
}

/** How often each observation came; -1 is the end. */
type Counts = Map<number, number>;

/** How near to its best column the follower counts as indifferent. */
const indifference = 1e-9;

/**
 * Least-squares value iteration for the leader against a myopic follower (Zhong et al., JMLR 2023, with one follower):
 * the Q-values are ridge regressions of reward + V(next) on the data, plus (optimistic) or minus (pessimistic) a bonus,
 * and V is the value of the Stackelberg equilibrium of the stage game (Q, follower's payoffs).
 *
 * The learner plays steps of the game. It is told the spaces, the most steps H of an episode, the range of its own
 * rewards and, as its assumption, the follower's payoffs; it is not told its own rewards nor the transitions. A
 * follower that is indifferent plays what the leader recommends. Where a state can come again the observation contains
 * the step, so the data of all steps are pooled, and the H backward steps are H sweeps over all observations.
 */
export class ValueIterationLearner {
  /** Episodes and steps played so far. */
  episodes = 0;
  steps = 0;
  private readonly lane: GameLane;
  private readonly oracles: readonly StageOracle[];
  private readonly regression: LeastSquares;
  private readonly cells: Counts[];
  private readonly rewards: Float64Array;
  private readonly starts: Counts = new Map();
  private readonly shape: readonly [number, number, number];
  private readonly payoffs: readonly (readonly Float64Array[])[];
  private readonly range: readonly [number, number];
  private values: Float64Array;
  private current: StagePolicy | null = null;

  /** @param sign 1 adds the bonus, -1 takes it away */
  constructor(
    owner: string,
    private readonly game: FiniteMarkovGame,
    lp: LinearSolver,
    private readonly sign: 1 | -1,
    private readonly options: CheckedOptions,
    private readonly rng = new Rng(options.seed),
  ) {
    const spaces = game.agents.map(({ actionSpace }) => (actionSpace as Discrete).n);
    const { n } = game.agents[0].observationSpace as Discrete;
    this.shape = [n, spaces[0], spaces[1]];
    const size = n * spaces[0] * spaces[1];
    this.payoffs = Array.from({ length: n }, (_, o) => followerPayoffs(game, o));
    this.oracles = this.payoffs.map((payoffs) => new StageOracle(payoffs, lp, options.margin));
    const [low, high] = extremes(game.rules.stages.flatMap(({ leader }) => leader));
    this.range = [Math.min(0, low), Math.max(0, high)];
    const { features, ridge } = options;
    this.regression =
      features === undefined
        ? new TabularLeastSquares(size, ridge)
        : new LinearLeastSquares(featureVectors(owner, features, this.shape), ridge);
    this.cells = Array.from({ length: size }, () => new Map());
    this.rewards = new Float64Array(size);
    this.values = new Float64Array(n);
    this.lane = singleLane(game);
    this.lane.seed(rng.child('game'));
  }

  /** The policy for the data so far. */
  get policy(): StagePolicy {
    this.current ??= this.plan();
    return this.current;
  }

  /** What the leader believes to earn in an episode: biased upwards or downwards, by `sign`. */
  get estimate(): number {
    this.current ??= this.plan();
    let sum = 0;
    for (const [o, times] of this.starts) sum += (times / this.episodes) * this.values[o];
    return sum;
  }

  /** Plays an episode of the present policy; the follower maximises its present reward. */
  playEpisode(): void {
    const { commitment, responses } = this.policy;
    this.episode((o) => [
      this.rng.categorical(commitment[o]),
      myopicResponse(this.payoffs[o], commitment[o], responses[o]),
    ]);
  }

  /** Plays an episode in which both players draw their actions uniformly: what the offline data are made of. */
  exploreEpisode(): void {
    const [, rows, columns] = this.shape;
    this.episode(() => [this.rng.integer(rows), this.rng.integer(columns)]);
  }

  private episode(choose: (observation: number) => readonly [number, number]): void {
    const { lane } = this;
    lane.reset();
    let observation: number = lane.observation(0);
    count(this.starts, observation);
    for (let done = false; !done; ) {
      const [a, b] = choose(observation);
      lane.act(0, a);
      lane.act(1, b);
      done = lane.step();
      const next = done ? -1 : lane.observation(0);
      this.record(observation, a, b, lane.reward(0), next);
      observation = next;
    }
    this.episodes++;
    this.current = null;
  }

  private record(observation: number, a: number, b: number, reward: number, next: number): void {
    const [, rows, columns] = this.shape;
    const cell = (observation * rows + a) * columns + b;
    this.regression.add(cell);
    this.rewards[cell] += reward;
    count(this.cells[cell], next);
    this.steps++;
  }

  private plan(): StagePolicy {
    const [n, rows, columns] = this.shape;
    const { maxSteps, discount } = this.game;
    const [low, high] = this.range;
    const bonus = this.sign * this.options.beta * maxSteps * Math.max(-low, high);
    const offsets = Float64Array.from(this.rewards, (_, cell) => bonus * this.regression.width(cell));
    const commitment: Float64Array[] = [];
    const responses = new Int32Array(n);
    const q = new Float64Array(this.rewards.length);
    const totals = new Float64Array(q.length);
    let values = new Float64Array(n);
    for (let toGo = 1; toGo <= maxSteps; toGo++) {
      this.sumTargets(values, discount, totals);
      this.regression.predict(totals, q);
      for (let cell = 0; cell < q.length; cell++) {
        q[cell] = Math.min(toGo * high, Math.max(toGo * low, q[cell] + offsets[cell]));
      }
      values = new Float64Array(n);
      for (let o = 0; o < n; o++) {
        const stage = Array.from({ length: rows }, (_, a) =>
          q.subarray((o * rows + a) * columns, (o * rows + a + 1) * columns),
        );
        const { x, response, value } = this.oracles[o].solve(stage);
        commitment[o] = x;
        responses[o] = response;
        values[o] = value;
      }
    }
    this.values = values;
    return { commitment, responses };
  }

  /** For each cell the sum over its samples of reward + discount * V(next). */
  private sumTargets(values: Float64Array, discount: number, totals: Float64Array): void {
    for (let cell = 0; cell < totals.length; cell++) {
      let sum = this.rewards[cell];
      for (const [next, times] of this.cells[cell]) if (next >= 0) sum += discount * times * values[next];
      totals[cell] = sum;
    }
  }
}

function count(counts: Counts, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The follower's payoffs at an observation for all actions of the spaces: what the leader knows of it. */
function followerPayoffs(game: FiniteMarkovGame, observation: number): Float64Array[] {
  const [rows, columns] = game.agents.map(({ actionSpace }) => (actionSpace as Discrete).n);
  const { follower } = game.stageAt(observation);
  return Array.from({ length: rows }, (_, a) =>
    Float64Array.from(
      { length: columns },
      (_, b) => follower[Math.min(a, follower.length - 1)][Math.min(b, follower[0].length - 1)],
    ),
  );
}

/** The column that pays the follower most against x; the recommended one where it is indifferent. */
export function myopicResponse(
  payoffs: readonly Float64Array[],
  x: Float64Array,
  recommended: number,
): number {
  let best = 0;
  let most = -Infinity;
  const earned = Float64Array.from(payoffs[0], (_, b) =>
    dot(
      x,
      payoffs.map((row) => row[b]),
    ),
  );
  for (let b = 0; b < earned.length; b++) {
    if (earned[b] > most) [best, most] = [b, earned[b]];
  }
  return earned[recommended] >= most - indifference * Math.max(1, Math.abs(most)) ? recommended : best;
}
