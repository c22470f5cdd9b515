import type { SpmSetting } from '../../envs/mechanism/spm-settings.js';
import { agentClasses, candidatePrices, type FiniteProblem, type SumObjective } from './spm-worlds.js';

/** Given a world, all buyers' values are drawn independently from one distribution. */
export interface ExchangeableWorld {
  readonly probability: number;
  /** The probability that a buyer accepts a price. */
  accept(price: number): number;
  /** The expected value of a buyer that accepts, times the probability that it does. */
  worth(price: number): number;
}

/** One kind of identical units among buyers that only their values tell apart. */
export interface ExchangeableProblem {
  readonly agents: number;
  readonly units: number;
  readonly worlds: readonly ExchangeableWorld[];
  readonly objective: SumObjective;
  /** The prices to try; where these are null, all prices from 0 to 1. */
  readonly prices: readonly number[] | null;
}

/** A price for each position in the order of visits. */
export interface PriceSequence {
  readonly value: number;
  readonly prices: readonly number[];
}

const gridSteps = 60;
const goldenSteps = 30;
/** Half the width of where a sweep after the first looks for a price, and its steps. */
const nearby = 0.05;
const nearSteps = 12;
const mostSweeps = 300;
/** Coordinate ascent ends when a sweep gains less than this share. */
const idle = 1e-8;
/** Worlds times agents times units, per sweep: what is kept in memory. */
const work = 3_000_000;

/** Values uniform on [low, low + width]. */
function uniformWorld(probability: number, low: number, width: number): ExchangeableWorld {
  const high = low + width;
  if (width === 0) {
    const accept = (price: number) => (price <= low ? 1 : 0);
    return { probability, accept, worth: (price) => accept(price) * low };
  }
  const from = (price: number) => Math.min(high, Math.max(low, price));
  return {
    probability,
    accept: (price) => (high - from(price)) / width,
    worth: (price) => (high * high - from(price) ** 2) / (2 * width),
  };
}

/**
 * One kind of the correlated settings: values delta u + (1 - delta) w with a common u, both uniform. The integral
 * over u is a sum over midpoints.
 *
 * @param points worlds that stand for u; fewer in settings of very many agents and units
 */
export function correlatedProblem(
  { agents, delta = 0 }: Pick<SpmSetting, 'agents' | 'delta'>,
  units: number,
  objective: SumObjective,
  points = 50,
): ExchangeableProblem {
  const bounded = Math.max(16, Math.min(points, Math.floor(work / (agents * units))));
  const count = delta === 0 ? 1 : bounded;
  const worlds = Array.from({ length: count }, (_, j) =>
    uniformWorld(1 / count, (delta * (j + 0.5)) / count, 1 - delta),
  );
  return { agents, units, worlds, objective, prices: null };
}

/**
 * One kind of item and buyers of one class, with finitely many values: the same problem, or null where it is not
 * of that form.
 */
export function finiteExchangeable(problem: FiniteProblem): ExchangeableProblem | null {
  const { units, objective } = problem;
  const classes = agentClasses(problem);
  if (units.length !== 1 || Math.max(...classes) > 0) return null;
  const worlds = problem.worlds.map(({ probability, agents }) => {
    const accepting = (price: number) =>
      agents[0].filter(({ values: [value] }) => value > 0 && value >= price);
    return {
      probability,
      accept: (price: number) => accepting(price).reduce((sum, outcome) => sum + outcome.probability, 0),
      worth: (price: number) =>
        accepting(price).reduce((sum, { probability: p, values: [value] }) => sum + p * value, 0),
    };
  });
  const prices = candidatePrices(problem, [0]).map(([price]) => price);
  return { agents: classes.length, units: units[0], worlds, objective, prices };
}

function gainAt({ objective }: ExchangeableProblem, world: ExchangeableWorld, price: number): number {
  return objective === 'revenue' ? price * world.accept(price) : world.worth(price);
}

/** What a sequence of prices, the first for the first buyer, is worth: exact given the worlds. */
export function sequenceValue(problem: ExchangeableProblem, prices: readonly number[]): number {
  return problem.worlds.reduce((total, world) => {
    const left = new Float64Array(problem.units + 1);
    left[problem.units] = 1;
    let value = 0;
    for (const price of prices) {
      value += (1 - left[0]) * gainAt(problem, world, price);
      sell(left, world.accept(price));
    }
    return total + world.probability * value;
  }, 0);
}

/** One buyer comes, who accepts with a probability: the distribution of the units left, in place. */
function sell(left: Float64Array, chance: number): void {
  for (let n = 0; n < left.length; n++) {
    const more = n + 1 < left.length ? left[n + 1] * chance : 0;
    left[n] = (n > 0 ? left[n] * (1 - chance) : left[n]) + more;
  }
}

/** The best price for all. Found on a grid and refined, or the best of the prices to try. */
export function bestAnonymousPrice(problem: ExchangeableProblem): PriceSequence {
  const sequence = (price: number) => new Array<number>(problem.agents).fill(price);
  const price = bestPrice(problem, (p) => sequenceValue(problem, sequence(p)));
  return { value: sequenceValue(problem, sequence(price)), prices: sequence(price) };
}

/**
 * Personalised static prices by coordinate ascent from prices that fall in a line around the best price for all:
 * each price in turn is the best against the others. No proof that nothing is better.
 */
export function bestPriceSequence(problem: ExchangeableProblem): PriceSequence {
  const { agents } = problem;
  const level = bestAnonymousPrice(problem);
  const falling = level.prices.map((price, i) => nearest(problem, price * (1.2 - (0.4 * i) / agents)));
  const climbed = ascend(problem, falling);
  return climbed.value >= level.value ? climbed : level;
}

function nearest({ prices }: ExchangeableProblem, price: number): number {
  if (prices === null) return Math.min(1, price);
  return prices.reduce((a, b) => (Math.abs(b - price) < Math.abs(a - price) ? b : a));
}

function ascend(problem: ExchangeableProblem, start: readonly number[]): PriceSequence {
  const prices = [...start];
  let value = sequenceValue(problem, prices);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    improve(problem, prices, sweep === 0);
    const reached = sequenceValue(problem, prices);
    const gained = reached - value;
    value = reached;
    if (gained <= idle * Math.abs(value)) break;
  }
  return { value, prices };
}

/** One sweep: every price, the first first, becomes the best against the others. */
function improve(problem: ExchangeableProblem, prices: number[], anywhere: boolean): void {
  const { worlds, units, agents } = problem;
  const after = worlds.map((world) => valuesToGo(problem, world, prices));
  const left = worlds.map(() => Float64Array.from({ length: units + 1 }, (_, n) => (n === units ? 1 : 0)));
  for (let i = 0; i < agents; i++) {
    // Beyond a constant, world w is worth gain * open + accept * change.
    const open = left.map((dist) => 1 - dist[0]);
    const change = left.map((dist, w) => {
      let sum = 0;
      for (let n = 1; n <= units; n++) sum += dist[n] * (after[w][i + 1][n - 1] - after[w][i + 1][n]);
      return sum;
    });
    const value = (price: number) =>
      worlds.reduce(
        (sum, world, w) =>
          sum +
          world.probability * (gainAt(problem, world, price) * open[w] + world.accept(price) * change[w]),
        0,
      );
    const price = bestPrice(problem, value, anywhere ? null : prices[i]);
    if (value(price) > value(prices[i])) prices[i] = price;
    for (let w = 0; w < worlds.length; w++) sell(left[w], worlds[w].accept(prices[i]));
  }
}

/** `[i][n]`: what buyers i and on bring when n units are left. */
function valuesToGo(
  problem: ExchangeableProblem,
  world: ExchangeableWorld,
  prices: readonly number[],
): Float64Array[] {
  const { units, agents } = problem;
  const rows = Array.from({ length: agents + 1 }, () => new Float64Array(units + 1));
  for (let i = agents - 1; i >= 0; i--) {
    const chance = world.accept(prices[i]);
    const gain = gainAt(problem, world, prices[i]);
    for (let n = 1; n <= units; n++) {
      rows[i][n] = gain + chance * rows[i + 1][n - 1] + (1 - chance) * rows[i + 1][n];
    }
  }
  return rows;
}

/** The best of the prices to try; else by golden section near a price, or in the best cell of a grid. */
function bestPrice(
  { prices }: ExchangeableProblem,
  value: (price: number) => number,
  near: number | null = null,
): number {
  if (prices !== null) return bestOf(prices, value);
  if (near !== null) return golden(value, near, nearby, nearSteps);
  const cells = Array.from({ length: gridSteps + 1 }, (_, j) => j / gridSteps);
  return golden(value, bestOf(cells, value), 1 / gridSteps, goldenSteps);
}

function bestOf(candidates: readonly number[], value: (price: number) => number): number {
  const values = candidates.map(value);
  return candidates[values.indexOf(Math.max(...values))];
}

/** The best price found within `reach` of a price, itself and the ends included. */
function golden(value: (price: number) => number, middle: number, reach: number, steps: number): number {
  const [from, to] = [Math.max(0, middle - reach), Math.min(1, middle + reach)];
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atA, atB] = [value(a), value(b)];
  for (let step = 0; step < steps; step++) {
    if (atA >= atB) {
      [high, b, atB] = [b, a, atA];
      a = high - ratio * (high - low);
      atA = value(a);
    } else {
      [low, a, atA] = [a, b, atB];
      b = low + ratio * (high - low);
      atB = value(b);
    }
  }
  return bestOf([middle, from, to, (low + high) / 2], value);
}

/**
 * The optimum where values are independent and uniform on [0, 1] (delta 0): the price that leaves the designer
 * indifferent between selling now and keeping the unit, or for revenue the monopoly price above that. Exact, by
 * backward induction over (buyers, units) left.
 *
 * @returns `prices[n][m]`, the price with n buyers and m units left, and `values[n][m]`
 */
export function independentUniform(agents: number, units: number, objective: SumObjective) {
  const values = [new Float64Array(units + 1)];
  const prices = [new Float64Array(units + 1)];
  for (let n = 1; n <= agents; n++) {
    const before = values[n - 1];
    values.push(new Float64Array(units + 1));
    prices.push(new Float64Array(units + 1));
    for (let m = 1; m <= units; m++) {
      const kept = before[m] - before[m - 1];
      const price = objective === 'revenue' ? (1 + kept) / 2 : kept;
      const paid = objective === 'revenue' ? price : (1 + price) / 2;
      prices[n][m] = price;
      values[n][m] = before[m] + (1 - price) * (paid - kept);
    }
  }
  return { value: values[agents][units], prices, values };
}
