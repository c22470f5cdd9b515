import { InvalidArgument } from '../../gymnasium/error.js';
import type { StaticMechanism } from './spm-plan.js';
import { agentClasses, candidatePrices, type FiniteProblem, type Split, split } from './spm-worlds.js';

/** A static mechanism and what it is worth, in raw values. */
export interface StaticSolution {
  readonly value: number;
  readonly mechanism: StaticMechanism;
}

/** Mechanisms that are all looked at. */
export const mostMechanisms = 2 ** 21;

/**
 * The best static mechanism of unit-demand buyers with finitely many values, over all orders and all prices:
 * personalised prices (PSP), or one price a kind for all (ASP). Exact: orders of agents that nobody can tell apart
 * are one, and prices that split values alike are one.
 *
 * @throws InvalidArgument if there are more than 2097152 mechanisms
 */
export function bestStatic(problem: FiniteProblem, personalised: boolean): StaticSolution {
  return new StaticSearch(problem, personalised).best();
}

/** How many mechanisms `bestStatic` would look at. */
export function staticCount(problem: FiniteProblem, personalised: boolean): number {
  return new StaticSearch(problem, personalised).count;
}

/** The value of serving all agents in a random order at prices of 0. */
export function randomSerialDictatorship(problem: FiniteProblem): number {
  const free = problem.units.map(() => 0);
  const search = new StaticSearch(problem, false, [free]);
  if (search.orders > mostMechanisms) throw tooMany(search.orders);
  return search.average();
}

function tooMany(count: number): InvalidArgument {
  return new InvalidArgument(
    `spm: setting: expected at most ${mostMechanisms} static mechanisms to look at, got ${count}.`,
  );
}

class StaticSearch {
  /** Orders of the agents, those within a class being the same. */
  readonly orders: number;
  readonly count: number;
  private readonly classes: readonly number[];
  private readonly counts: number[];
  /** By class: the prices to try. */
  private readonly prices: readonly (readonly (readonly number[])[])[];
  /** By class, prices, set of kinds with units left, and world. */
  private readonly splits: readonly Split[][][][];
  /** States are the units left in mixed radix; the stride of each kind. */
  private readonly strides: readonly number[];
  private readonly states: number;
  private readonly masks: Int32Array;
  private readonly path: [agentClass: number, prices: readonly number[]][] = [];
  /** One for each depth of the search. */
  private readonly dists: Float64Array[] = [];
  private found: { value: number; path: [number, readonly number[]][] } = { value: -1, path: [] };

  constructor(
    private readonly problem: FiniteProblem,
    private readonly personalised: boolean,
    prices?: readonly (readonly number[])[],
  ) {
    this.classes = agentClasses(problem);
    this.counts = Array.from({ length: 1 + Math.max(...this.classes) }, (_, c) => this.members(c).length);
    const everyone = this.classes.map((_, i) => i);
    this.prices = this.counts.map(
      (_, c) => prices ?? candidatePrices(problem, personalised ? this.members(c) : everyone),
    );
    const { units } = problem;
    this.strides = units.map((_, k) => units.slice(0, k).reduce((product, n) => product * (n + 1), 1));
    this.states = units.reduce((product, n) => product * (n + 1), 1);
    this.masks = Int32Array.from({ length: this.states }, (_, state) => this.maskOf(state));
    this.splits = this.prices.map((of, c) => of.map((p) => this.splitsOf(this.classes.indexOf(c), p)));
    let left = this.classes.length;
    this.orders = this.counts.reduce((product, n) => {
      for (let j = 1; j <= n; j++) product *= left-- / j;
      return product;
    }, 1);
    const pricings = this.personalised
      ? this.counts.reduce((product, n, c) => product * this.prices[c].length ** n, 1)
      : this.prices[0].length;
    this.count = Math.round(this.orders * pricings);
  }

  best(): StaticSolution {
    if (this.count > mostMechanisms) throw tooMany(this.count);
    if (this.personalised) this.extend(this.start(), 0, -1);
    else for (let p = 0; p < this.prices[0].length; p++) this.extend(this.start(), 0, p);
    const { value, path } = this.found;
    const queues = this.counts.map((_, c) => this.members(c));
    const order = path.map(([agentClass]) => queues[agentClass].shift()!);
    return { value, mechanism: { order, prices: path.map(([, prices]) => prices) } };
  }

  /** The mean over orders, all agents being as likely next. */
  average(dist: Float64Array = this.start()): number {
    const left = this.counts.reduce((a, b) => a + b, 0);
    let mean = 0;
    for (let c = 0; c < this.counts.length; c++) {
      if (this.counts[c] === 0) continue;
      const chance = this.counts[c] / left;
      const next = new Float64Array(dist.length);
      const gain = this.visit(dist, next, this.splits[c][0]);
      this.counts[c]--;
      mean += chance * (gain + this.average(next));
      this.counts[c]++;
    }
    return mean;
  }

  private members(agentClass: number): number[] {
    return this.classes.flatMap((c, agent) => (c === agentClass ? [agent] : []));
  }

  private maskOf(state: number): number {
    return this.strides.reduce(
      (mask, stride, k) => mask | (Math.floor(state / stride) % (this.problem.units[k] + 1) > 0 ? 1 << k : 0),
      0,
    );
  }

  private splitsOf(agent: number, prices: readonly number[]): Split[][] {
    const { worlds, units, objective } = this.problem;
    return Array.from({ length: 1 << units.length }, (_, mask) => {
      const left = units.map((_, k) => (mask >> k) & 1);
      return worlds.map(({ agents }) => split(agents[agent], prices, left, objective));
    });
  }

  /** The probabilities of (world, units left) before anyone came. */
  private start(): Float64Array {
    const dist = new Float64Array(this.problem.worlds.length * this.states);
    this.problem.worlds.forEach(({ probability }, w) => {
      dist[w * this.states + this.states - 1] = probability;
    });
    return dist;
  }

  /** Tries all continuations: with prices number `only`, or all of them if that is -1. */
  private extend(dist: Float64Array, value: number, only: number): void {
    if (this.path.length === this.classes.length) {
      if (value > this.found.value + 1e-12) this.found = { value, path: [...this.path] };
      return;
    }
    this.dists[this.path.length] ??= new Float64Array(dist.length);
    const next = this.dists[this.path.length];
    for (let c = 0; c < this.counts.length; c++) {
      if (this.counts[c] === 0) continue;
      this.counts[c]--;
      for (let p = only < 0 ? 0 : only; p < (only < 0 ? this.prices[c].length : only + 1); p++) {
        const gain = this.visit(dist, next, this.splits[c][p]);
        this.path.push([c, this.prices[c][p]]);
        this.extend(next, value + gain, only);
        this.path.pop();
      }
      this.counts[c]++;
    }
  }

  /** Moves the distribution past one visit, and returns what is gained. */
  private visit(dist: Float64Array, next: Float64Array, splits: readonly Split[][]): number {
    next.fill(0);
    let total = 0;
    for (let at = 0; at < dist.length; at++) {
      const mass = dist[at];
      if (mass === 0) continue;
      const { probability, gain } = splits[this.masks[at % this.states]][Math.floor(at / this.states)];
      for (let k = 0; k < this.strides.length; k++) {
        total += mass * gain[k];
        if (probability[k] > 0) next[at - this.strides[k]] += mass * probability[k];
      }
      next[at] += mass * probability[this.strides.length];
    }
    return total;
  }
}
