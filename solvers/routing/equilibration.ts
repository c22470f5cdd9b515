import { edgeFlows, type Network } from '../../envs/routing/network.js';
import { DenseLu } from '../linear/dense.js';
import { SolveFailed } from '../linear/linear-program.js';

/** Path costs closer than this, as a share of the costs, count as equal. */
const tolerance = 1e-14;
/** A gap up to this share of the costs is rounding where it does not fall any more. */
const acceptable = 1e-11;
/** Sweeps in which a gap that still falls gets smaller by a tenth. */
const patience = 30;
const mostSweeps = 20_000;
/** Newton's method is left out where more paths than this are in use. */
const mostNewton = 60;

/** A flow of users over the paths of a network. */
export interface RoutingFlow {
  /** Of these users, in the order of `network.paths`. */
  readonly pathFlows: Float64Array;
  /** Of these users, without `base`. */
  readonly edgeFlows: Float64Array;
  /** Least cost of a path, tolls included; with no users, what the first would meet. In an optimum, the least marginal cost. */
  readonly pathCost: number;
  /** Cost of the costliest path in use minus `pathCost`: what a user could still gain by another path. */
  readonly gap: number;
}

/** Flow on every edge of a flow over paths. */
export function loadsOf(network: Network, pathFlows: ArrayLike<number>): Float64Array {
  const loads = new Float64Array(network.edges.length);
  edgeFlows(network, pathFlows, 0, loads, 0);
  return loads;
}

/**
 * Path equilibration (Dafermos & Sparrow 1969): flow moves from each path in use to the cheapest until both cost the same,
 * and after every sweep over the paths a step of Newton's method on the paths in use makes up for what sweeps do slowly.
 */
export class Equilibration {
  private readonly flows: Float64Array;
  private readonly loads: Float64Array;
  /** Of every edge at its load. */
  private readonly costs: Float64Array;
  private readonly marks: Int8Array;

  constructor(
    private readonly network: Network,
    private readonly demand: number,
    private readonly cost: (edge: number, load: number) => number,
    private readonly base?: ArrayLike<number>,
  ) {
    this.flows = new Float64Array(network.paths.length);
    this.loads = new Float64Array(network.edges.length);
    this.costs = new Float64Array(network.edges.length);
    this.marks = new Int8Array(network.edges.length);
    this.load();
    if (demand > 0) {
      this.flows[this.cheapest()] = demand;
      this.load();
    }
  }

  run(what: string): RoutingFlow {
    let best = Number.POSITIVE_INFINITY;
    for (let sweep = 0, since = 0; sweep < mostSweeps; sweep++, since++) {
      this.sweep();
      this.load();
      const { gap, scale } = this.gap();
      if (gap < 0.9 * best) [best, since] = [gap, 0];
      const stalled = since >= patience && gap <= acceptable * scale;
      if (gap <= tolerance * scale || stalled) return this.result();
      this.newton(gap);
    }
    throw new SolveFailed(what, 'iterationLimit');
  }

  /** Moves flow from every path in use to what is then the cheapest. */
  private sweep(): void {
    for (let from = 0; from < this.flows.length; from++) {
      if (this.flows[from] === 0) continue;
      const to = this.cheapest();
      if (to !== from) this.equalise(from, to);
    }
  }

  /** Costs of the paths in use are made equal to first order, as far as no flow falls below 0; kept if the gap shrinks. */
  private newton(gap: number): void {
    const { paths } = this.network;
    const used = paths.map((_, p) => p).filter((p) => this.flows[p] > 0);
    if (used.length < 2 || used.length > mostNewton) return;
    const change = newtonStep(
      used.map((p) => paths[p]),
      used.map((p) => this.pathCost(paths[p])),
      this.slopes(),
    );
    if (change === null) return;
    const before = used.map((p) => this.flows[p]);
    const length = used.reduce((t, p, k) => (change[k] < 0 ? Math.min(t, this.flows[p] / -change[k]) : t), 1);
    used.forEach((p, k) => {
      const flow = this.flows[p] + length * change[k];
      this.flows[p] = flow > 1e-16 * this.demand ? flow : 0;
    });
    this.rescale();
    this.load();
    if (this.gap().gap < gap) return;
    used.forEach((p, k) => {
      this.flows[p] = before[k];
    });
    this.load();
  }

  /** Of every edge's cost at its load. */
  private slopes(): Float64Array {
    const h = 1e-6 * this.demand;
    return this.loads.map((load, e) => {
      const below = Math.max(0, load - h);
      return (this.cost(e, load + h) - this.cost(e, below)) / (load + h - below);
    });
  }

  /** Rounding loses no flow. */
  private rescale(): void {
    const sum = this.flows.reduce((total, flow) => total + flow, 0);
    for (let p = 0; p < this.flows.length; p++) this.flows[p] *= this.demand / sum;
  }

  private load(): void {
    const { loads, flows, base } = this;
    for (let e = 0; e < loads.length; e++) loads[e] = base === undefined ? 0 : base[e];
    this.network.paths.forEach((path, p) => {
      if (flows[p] > 0) for (const edge of path) loads[edge] += flows[p];
    });
    for (let e = 0; e < loads.length; e++) this.costs[e] = this.cost(e, loads[e]);
  }

  private pathCost(path: readonly number[]): number {
    let sum = 0;
    for (let k = 0; k < path.length; k++) sum += this.costs[path[k]];
    return sum;
  }

  private cheapest(): number {
    const { paths } = this.network;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let p = 0; p < paths.length; p++) {
      const cost = this.pathCost(paths[p]);
      if (cost < least) [best, least] = [p, cost];
    }
    return best;
  }

  /** Moves flow between two paths until they cost the same, or all of it. */
  private equalise(from: number, to: number): void {
    const { marks, flows, loads } = this;
    const [costly, cheap] = [this.network.paths[from], this.network.paths[to]];
    for (const edge of costly) marks[edge]++;
    for (const edge of cheap) marks[edge]--;
    const difference = (shift: number) => {
      let sum = 0;
      for (const e of costly) if (marks[e] > 0) sum += this.cost(e, Math.max(0, loads[e] - shift));
      for (const e of cheap) if (marks[e] < 0) sum -= this.cost(e, loads[e] + shift);
      return sum;
    };
    const shift = rootOf(difference, flows[from]);
    this.shift(costly, -shift);
    this.shift(cheap, shift);
    flows[from] = shift === flows[from] ? 0 : flows[from] - shift;
    flows[to] += shift;
  }

  /** Adds to the loads of the edges of a path that the other path does not have, and forgets the marks. */
  private shift(path: readonly number[], by: number): void {
    const { marks, loads, costs } = this;
    for (const e of path) {
      if (marks[e] === 0) continue;
      loads[e] = Math.max(0, loads[e] + by);
      costs[e] = this.cost(e, loads[e]);
      marks[e] = 0;
    }
  }

  private gap(): { readonly gap: number; readonly scale: number } {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    this.network.paths.forEach((path, p) => {
      const cost = this.pathCost(path);
      least = Math.min(least, cost);
      if (this.flows[p] > 0) most = Math.max(most, cost);
    });
    return { gap: Math.max(0, most - least), scale: Math.max(1e-300, most) };
  }

  private result(): RoutingFlow {
    const pathCost = this.pathCost(this.network.paths[this.cheapest()]);
    const { gap } = this.gap();
    return { pathFlows: this.flows, edgeFlows: loadsOf(this.network, this.flows), pathCost, gap };
  }
}

/**
 * Changes of the flows on paths, 0 in all, after which they cost the same if costs are linear; null if that has no solution. Where
 * paths depend on each other the shortest such change is taken, nearly.
 */
function newtonStep(
  paths: readonly (readonly number[])[],
  costs: readonly number[],
  slopes: Float64Array,
): Float64Array | null {
  const n = paths.length;
  const matrix = new Float64Array((n + 1) ** 2);
  const ridge = 1e-10 * Math.max(1e-300, ...slopes);
  paths.forEach((path, p) => {
    const row = p * (n + 1);
    paths.forEach((other, q) => {
      for (const e of path) if (other.includes(e)) matrix[row + q] += slopes[e];
    });
    matrix[row + p] += ridge;
    matrix[row + n] = -1;
    matrix[n * (n + 1) + p] = 1;
  });
  const lu = new DenseLu(n + 1);
  if (!lu.factorise(matrix)) return null;
  const change = lu.solve(Float64Array.of(...costs.map((cost) => -cost), 0)).subarray(0, n);
  return change.every(Number.isFinite) ? change : null;
}

/** Where a decreasing function on [0, high] is 0: secants within a bracket, the Illinois way; an end if it is 0 nowhere. */
function rootOf(decreasing: (x: number) => number, high: number): number {
  let [a, b] = [0, high];
  let atA = decreasing(a);
  if (!(atA > 0)) return 0;
  let atB = decreasing(b);
  if (!(atB < 0)) return high;
  let side = 0;
  for (let round = 0; round < 200; round++) {
    const secant = (a * atB - b * atA) / (atB - atA);
    const x = secant > a && secant < b && round % 4 !== 3 ? secant : (a + b) / 2;
    if (!(x > a && x < b)) break;
    const atX = decreasing(x);
    if (atX === 0) return x;
    const now = Math.sign(atX);
    if (now > 0) [a, atA] = [x, atX];
    else [b, atB] = [x, atX];
    if (now === side && now > 0) atB /= 2;
    else if (now === side) atA /= 2;
    side = now;
    if (b - a <= 1e-16 * high) break;
  }
  return (a + b) / 2;
}
