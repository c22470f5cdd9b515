import type { SpmObjective } from '../../envs/mechanism/spm-parameters.js';
import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import type { StaticMechanism } from './spm-plan.js';

/** A mean over draws, in raw values. */
export interface Sampled {
  readonly value: number;
  readonly standardError: number;
}

export interface StaticSearchOptions {
  /** Draws that the search optimises on; others are then drawn to say what was found. Default 300. */
  readonly samples?: number;
  /** Mechanisms to try. Default 4000. */
  readonly trials?: number;
  /** Default 0. */
  readonly seed?: Seed;
}

/** Draws for the value that is told, and visits that a search may simulate. */
const freshDraws = 20_000;
const work = 30_000_000;
/** Prices that a search tries, in steps of the largest value. */
const priceSteps = 20;

/** What an agent-by-agent table of prices brings on draws of the setting. */
class Simulator {
  private readonly left: Int32Array;
  private readonly size: number;

  constructor(
    readonly setting: SpmSetting,
    readonly objective: SpmObjective,
  ) {
    this.left = new Int32Array(setting.units.length);
    this.size = setting.agents * setting.units.length;
  }

  draws(rng: Rng, count: number): Float64Array {
    const values = new Float64Array(count * this.size);
    for (let s = 0; s < count; s++) this.setting.draw(rng, values, s * this.size);
    return values;
  }

  mean(draws: Float64Array, order: readonly number[], prices: Float64Array): number {
    let total = 0;
    for (let at = 0; at < draws.length; at += this.size) total += this.play(draws, at, order, prices);
    return (total * this.size) / draws.length;
  }

  /** One episode: raw prices by agent and kind. */
  play(values: Float64Array, at: number, order: readonly number[], prices: Float64Array): number {
    const { setting, objective, left } = this;
    const kinds = left.length;
    for (let k = 0; k < kinds; k++) left[k] = setting.units[k];
    let total = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let position = 0; position < setting.agents; position++) {
      const own = order[position] * kinds;
      const held =
        setting.demand === 'unit'
          ? this.serveOne(values, at + own, prices, own)
          : this.serveEach(values, at + own, prices, own);
      total += held;
      least = Math.min(least, held);
    }
    return objective === 'max-min' ? least : total;
  }

  /** The kind of largest utility is sold: its value, or its price where revenue is what counts. */
  private serveOne(values: Float64Array, at: number, prices: Float64Array, own: number): number {
    let best = -1;
    for (let k = 0; k < this.left.length; k++) {
      const gain = values[at + k] - prices[own + k];
      if (this.left[k] === 0 || values[at + k] <= 0 || gain < 0) continue;
      if (best < 0 || gain > values[at + best] - prices[own + best]) best = k;
    }
    if (best < 0) return 0;
    this.left[best]--;
    return this.objective === 'revenue' ? prices[own + best] : values[at + best];
  }

  private serveEach(values: Float64Array, at: number, prices: Float64Array, own: number): number {
    let held = 0;
    for (let k = 0; k < this.left.length; k++) {
      if (this.left[k] === 0 || values[at + k] <= 0 || values[at + k] < prices[own + k]) continue;
      this.left[k]--;
      held += this.objective === 'revenue' ? prices[own + k] : values[at + k];
    }
    return held;
  }
}

function summary(count: number, sample: () => number): Sampled {
  let [sum, squares] = [0, 0];
  for (let s = 0; s < count; s++) {
    const value = sample();
    sum += value;
    squares += value * value;
  }
  const value = sum / count;
  return { value, standardError: Math.sqrt(Math.max(0, squares / count - value * value) / count) };
}

/** Random order and prices of 0, on fresh draws. */
export function sampledSerialDictatorship(
  setting: SpmSetting,
  objective: SpmObjective,
  seed: Seed = 0,
): Sampled {
  const simulator = new Simulator(setting, objective);
  const rng = new Rng(seed).child('random-serial-dictatorship');
  const order = Array.from({ length: setting.agents }, (_, i) => i);
  const prices = new Float64Array(setting.agents * setting.units.length);
  return summary(freshDraws, () => simulator.play(simulator.draws(rng, 1), 0, rng.shuffle(order), prices));
}

/** Any number of a draw of values, averaged over fresh draws. */
export function sampledMean(
  setting: SpmSetting,
  of: (values: Float64Array) => number,
  seed: Seed = 0,
): Sampled {
  const rng = new Rng(seed).child('first-best');
  const values = new Float64Array(setting.agents * setting.units.length);
  return summary(freshDraws, () => {
    setting.draw(rng, values, 0);
    return of(values);
  });
}

/**
 * Static mechanisms by random local search on a fixed set of draws: swaps in the order, moves of an agent to
 * another place, and new prices for an agent (or for all, if not `personalised`) are kept where they lose nothing.
 * The value is the mean over fresh draws, so that it is not flattered by the search. Proves nothing.
 */
export function searchStatic(
  setting: SpmSetting,
  objective: SpmObjective,
  personalised: boolean,
  { samples = 300, trials = 4000, seed = 0 }: StaticSearchOptions = {},
): Sampled & { readonly mechanism: StaticMechanism } {
  const { agents, units, largestValue } = setting;
  const simulator = new Simulator(setting, objective);
  const rng = new Rng(seed).child('static-search');
  const draws = simulator.draws(rng, samples);
  let order = rng.shuffle(Array.from({ length: agents }, (_, i) => i));
  let prices = new Float64Array(agents * units.length);
  let best = simulator.mean(draws, order, prices);
  const most = Math.min(trials, Math.ceil(work / (samples * agents)));
  for (let trial = 0; trial < most; trial++) {
    const nextOrder = rng.uniform() < 0.5 ? moved(order, rng) : order;
    const nextPrices =
      nextOrder === order ? repriced(prices, units.length, largestValue, personalised, rng) : prices;
    const value = simulator.mean(draws, nextOrder, nextPrices);
    if (value < best) continue;
    [best, order, prices] = [value, nextOrder, nextPrices];
  }
  const fresh = new Rng(seed).child('static-value');
  const told = summary(freshDraws, () => simulator.play(simulator.draws(fresh, 1), 0, order, prices));
  const row = (agent: number) =>
    Array.from(prices.subarray(agent * units.length, (agent + 1) * units.length));
  return { ...told, mechanism: { order, prices: order.map(row) } };
}

/** One agent goes to another place. */
function moved(order: readonly number[], rng: Rng): number[] {
  const next = [...order];
  const [agent] = next.splice(rng.integer(next.length), 1);
  next.splice(rng.integer(order.length), 0, agent);
  return next;
}

/** A new price of one kind, for one agent or for all. */
function repriced(
  prices: Float64Array,
  kinds: number,
  largest: number,
  personalised: boolean,
  rng: Rng,
): Float64Array<ArrayBuffer> {
  const next = prices.slice() as Float64Array<ArrayBuffer>;
  const price = (rng.integer(priceSteps + 1) * largest) / priceSteps;
  const kind = rng.integer(kinds);
  const agent = rng.integer(prices.length / kinds);
  for (let i = 0; i < prices.length / kinds; i++) {
    if (!personalised || i === agent) next[i * kinds + kind] = price;
  }
  return next;
}
