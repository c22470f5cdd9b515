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
import { BertrandPlatform } from '../envs/platform/bertrand-platform.js';
import { isBuyBox } from '../envs/platform/display-rules.js';
import type { PricePolicies } from '../envs/platform/greedy-cycle.js';
import { checkAbove, checkCount, checkNonNegative, checkRange } from '../gymnasium/checks.js';
import { checkOptionNames, InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';

export interface QSellersOptions {
  /** alpha, in (0, 1]. Default 0.25. */
  readonly learningRate?: number;
  /** beta: at step t a seller draws its price uniformly with probability exp(-beta t). Default 1e-4. */
  readonly explorationDecay?: number;
  /** delta, the sellers' discount, in [0, 1). Default 0.95. */
  readonly discount?: number;
  /** Steps of learning in an outer episode. Default: as many as it takes for both greedy policies to settle. */
  readonly steps?: number;
  /** Steps without a change of either greedy policy after which they have settled. Default 100,000; not with `steps`. */
  readonly unchanged?: number;
  /** Steps after which learning ends although they have not. Default 10,000,000; not with `steps`. */
  readonly mostSteps?: number;
}

const optionNames = ['learningRate', 'explorationDecay', 'discount', 'steps', 'unchanged', 'mostSteps'];

type Settings = Required<Omit<QSellersOptions, 'steps'>> & { readonly steps: number | null };

/** A response of learning sellers, to look into while it learns and afterwards. */
export interface SellersResponder extends Responder {
  /** Each seller's greedy price index for each pair of last prices. */
  readonly greedy: PricePolicies;
  /** Steps learned since the last `reset`. */
  readonly steps: number;
  /** Steps of the present response since a greedy policy last changed. */
  readonly unchanged: number;
}

/**
 * The sellers of `BertrandPlatform-v0` by tabular Q-learning with one step of memory (Calvano et al., American Economic Review
 * 2020), each on its own, in the endless market that the game's episodes are cut from: every step asks the platform once.
 *
 * Tables start at what a price earns against a uniform competitor for ever; where the rule is a buy box, as if the cheaper seller
 * were shown alone and equal ones shared. The next episode goes on from the prices at which learning ended. Nothing is certified of the greedy policies that are returned.
 */
export class QSellers implements Oracle {
  readonly name = 'q-sellers';
  readonly options: Settings;

  constructor(options: QSellersOptions = {}) {
    const owner = 'QSellers';
    checkOptionNames(owner, options, optionNames);
    const {
      learningRate = 0.25,
      explorationDecay = 1e-4,
      discount = 0.95,
      steps,
      unchanged = 100_000,
      mostSteps = 10_000_000,
    } = options;
    if (steps !== undefined && (options.unchanged !== undefined || options.mostSteps !== undefined)) {
      throw new InvalidArgument(
        'QSellers: steps: expected either a number of steps, or unchanged and mostSteps, got both.',
      );
    }
    checkRange(owner, 'discount', discount, 0, 1);
    if (discount === 1) throw new InvalidArgument('QSellers: discount: expected a number below 1, got 1.');
    this.options = {
      learningRate: checkAbove(owner, 'learningRate', learningRate, 0, 1),
      explorationDecay: checkNonNegative(owner, 'explorationDecay', explorationDecay),
      discount,
      steps: steps === undefined ? null : checkCount(owner, 'steps', steps),
      unchanged: checkCount(owner, 'unchanged', unchanged),
      mostSteps: checkCount(owner, 'mostSteps', mostSteps),
    };
  }

  /** @throws InvalidArgument unless the game is a BertrandPlatform */
  start(context: OracleContext): SellersResponder {
    const { game } = context.lane;
    if (game instanceof BertrandPlatform) return new Sellers(context, game, this.options);
    throw new InvalidArgument(
      `QSellers: expected a game of BertrandPlatform-v0, got ${game.constructor.name}.`,
    );
  }
}

/** Two learning sellers in one lane. */
class Sellers implements SellersResponder {
  steps = 0;
  private readonly first: PriceTable;
  private readonly second: PriceTable;
  private readonly lane: GameLane;
  private readonly rng: Rng;

  constructor(
    private readonly context: OracleContext,
    private readonly game: BertrandPlatform,
    private readonly settings: Settings,
  ) {
    this.lane = context.lane;
    this.rng = context.rng;
    const initial = firstValues(game, settings.discount);
    this.first = new PriceTable(initial, settings);
    this.second = new PriceTable(initial, settings);
  }

  get greedy(): PricePolicies {
    return [this.first.greedy, this.second.greedy];
  }

  get unchanged(): number {
    return Math.min(this.first.unchanged, this.second.unchanged);
  }

  get stateSize(): number {
    return this.first.values.length + this.second.values.length + 1;
  }

  /** Writes both tables, each scaled to at most 1, and the exploration rate. */
  writeState(into: Float64Array, at: number): void {
    const end = this.second.write(into, this.first.write(into, at));
    into[end] = this.exploration;
  }

  /** With which probability a seller now draws its price uniformly. */
  private get exploration(): number {
    return Math.exp(-this.settings.explorationDecay * this.steps);
  }

  reset(): void {
    this.steps = 0;
    this.first.reset();
    this.second.reset();
  }

  *respond(): Response {
    const { context, lane, first, second, rng } = this;
    const { actions, out, lane: row } = lane;
    const [, firstRewards, secondRewards] = out.rewards;
    const query: { -readonly [K in keyof Query]: Query[K] } = { observation: 0, answer: 'action' };
    const end = this.steps + (this.settings.steps ?? this.settings.mostSteps);
    const settled = this.settings.steps === null ? this.settings.unchanged : Number.POSITIVE_INFINITY;
    first.unchanged = 0;
    second.unchanged = 0;
    if (this.steps > 0) this.game.goOn(row);
    lane.reset();
    let last = this.game.lastPrices(row);
    for (; this.steps < end && this.unchanged < settled; this.steps++) {
      const epsilon = this.exploration;
      const a = first.price(last, epsilon, rng);
      const b = second.price(last, epsilon, rng);
      actions[1][row] = a;
      actions[2][row] = b;
      lane.commit();
      query.observation = out.observations[0][row];
      actions[0][row] = yield query;
      const done = lane.step();
      context.simulated(out.rewards[0][row]);
      const next = this.game.lastPrices(row);
      first.learn(last, a, firstRewards[row], next);
      second.learn(last, b, secondRewards[row], next);
      last = next;
      if (!done) continue;
      this.game.goOn(row);
      lane.reset();
    }
    this.game.goOn(row);
    return uncertified({ follower_0: first.policy(), follower_1: second.policy() });
  }
}

/** A seller's values of its prices, a row for each pair of last prices. */
class PriceTable {
  readonly values: Float64Array;
  /** The best price of each row, the lowest of equals. */
  readonly greedy: Int32Array;
  /** Steps since `greedy` changed, or a response began. */
  unchanged = 0;
  private readonly prices: number;

  constructor(
    private readonly initial: Float64Array,
    private readonly settings: Settings,
  ) {
    const m = initial.length;
    this.prices = m;
    this.values = new Float64Array(m * m * m);
    this.greedy = new Int32Array(m * m);
    this.reset();
  }

  reset(): void {
    this.unchanged = 0;
    for (let row = 0; row < this.greedy.length; row++) {
      this.values.set(this.initial, row * this.prices);
      this.greedy[row] = this.best(row);
    }
  }

  price(last: number, epsilon: number, rng: Rng): number {
    return rng.uniform() < epsilon ? rng.integer(this.prices) : this.greedy[last];
  }

  /** Q <- Q + alpha (r + delta max Q' - Q), keeping `greedy` up to date. */
  learn(last: number, price: number, reward: number, next: number): void {
    const { values, greedy, prices } = this;
    const { learningRate, discount } = this.settings;
    const at = last * prices + price;
    const before = values[at];
    const after = before + learningRate * (reward + discount * values[next * prices + greedy[next]] - before);
    values[at] = after;
    const known = greedy[last];
    if (price !== known) {
      const rival = values[last * prices + known];
      if (after > rival || (after === rival && price < known)) greedy[last] = price;
    } else if (after < before) greedy[last] = this.best(last);
    this.unchanged = greedy[last] === known ? this.unchanged + 1 : 0;
  }

  private best(row: number): number {
    const from = row * this.prices;
    let best = 0;
    for (let k = 1; k < this.prices; k++) if (this.values[from + k] > this.values[from + best]) best = k;
    return best;
  }

  /** Writes the table, scaled to at most 1; returns where it ended. */
  write(into: Float64Array, at: number): number {
    const { values } = this;
    let largest = 0;
    for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
    for (let k = 0; k < values.length; k++) into[at + k] = largest > 0 ? values[k] / largest : 0;
    return at + values.length;
  }

  policy(): FollowerPolicy {
    const greedy = this.greedy.slice();
    return { act: (last: number) => greedy[last] };
  }
}

/** By price, what it earns on average over the other's prices, for ever. */
function firstValues(game: BertrandPlatform, discount: number): Float64Array {
  const m = game.prices.length;
  const box = isBuyBox(game.rule);
  return Float64Array.from({ length: m }, (_, own) => {
    let sum = 0;
    for (let other = 0; other < m; other++) {
      if (!box) sum += game.profit(0, 3, own, other);
      else if (own <= other) sum += game.profit(0, 1, own, other) / (own === other ? 2 : 1);
    }
    return sum / m / (1 - discount);
  });
}
