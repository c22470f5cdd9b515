import type { Network } from '../../envs/routing/network.js';
import { parsePolynomial } from '../../envs/routing/polynomial.js';
import { expectOptimal, type LinearRow, loadLp } from '../linear/linear-program.js';
import { inducedOutcome, type RoutingOutcome } from './strategies.js';
import { socialOptimum } from './wardrop.js';

/** Programs beyond this are left to the search: each path adds a binary variable. */
const mostPaths = 12;
const mostRounds = 100;
/** Distance of the proved bounds at which the outcome counts as optimal, as a share of the cost. */
const accuracy = 1e-7;

/** Constant and slope of every latency; null unless all of them are affine. */
function affineLatencies({ edges }: Network): { readonly constant: number; readonly slope: number }[] | null {
  const affine = edges.map(({ latency }) => {
    const terms = parsePolynomial(latency.text);
    if (terms === null || terms.some(({ exponent }) => exponent !== 0 && exponent !== 1)) return null;
    const of = (power: number) => terms.find(({ exponent }) => exponent === power)?.coefficient ?? 0;
    return { constant: of(0), slope: of(1) };
  });
  return affine.every((latency) => latency !== null) ? affine : null;
}

/** Whether {@link boundAffine} can prove the optimum of a network: affine latencies and at most 12 paths. */
export function isBoundable(network: Network): boolean {
  return network.paths.length <= mostPaths && affineLatencies(network) !== null;
}

/**
 * Bounds the cost of every commitment in a network of affine latencies from below, and improves on `best` until both meet to
 * 1e-7 of the cost. Leader and followers' flows are continuous variables of a mixed-integer program with a binary variable a path
 * that says whether followers may use it; then it has the least latency, which is linear. The cost x l(x) of every edge is convex
 * and stands above its tangents, of which every round adds those at the flows just found (outer approximation).
 *
 * @returns the best outcome and the proved bound; they are further apart only after 100 rounds
 * @throws SolveFailed where a program was not solved within `timeLimit` seconds
 */
export async function boundAffine(
  network: Network,
  share: number,
  best: RoutingOutcome,
  timeLimit?: number,
): Promise<{ readonly outcome: RoutingOutcome; readonly bound: number; readonly rounds: number }> {
  const { paths, demand } = network;
  const lp = await loadLp();
  const optimum = socialOptimum(network);
  const program = new AffineProgram(network, share, optimum.cost / demand);
  const followed = best.followers.edgeFlows.map((flow, e) => flow + best.leaderEdges[e]);
  for (const loads of [optimum.edgeFlows, followed]) program.addTangents(loads.map((x) => x / demand));
  let outcome = best;
  for (let rounds = 1; ; rounds++) {
    const { x, value } = expectOptimal(lp.solve({ ...program.rows(), timeLimit }), 'Optimal routing');
    const found = x.slice(0, paths.length).map((flow) => Math.max(0, flow));
    const total = found.reduce((sum, flow) => sum + flow, 0);
    const leader = found.map((flow) => (total > 0 ? (flow / total) * share * demand : 0));
    const reached = inducedOutcome(network, share, leader);
    if (reached.cost < outcome.cost) outcome = reached;
    const bound = Math.min(outcome.cost, value * optimum.cost);
    if (outcome.cost - bound <= accuracy * outcome.cost || rounds === mostRounds) {
      return { outcome, bound, rounds };
    }
    program.addTangents(program.loads(x));
  }
}

/**
 * In units of the demand and of the optimum's mean latency. Columns: the leader's flow on each path, the followers', whether they
 * may use it, the cost of each edge, the followers' latency.
 */
class AffineProgram {
  private readonly edges: readonly { readonly constant: number; readonly slope: number }[];
  private readonly tangents: LinearRow[] = [];
  private readonly fixed: LinearRow[];
  private readonly latency: number;

  constructor(
    private readonly network: Network,
    private readonly share: number,
    unit: number,
  ) {
    this.edges = affineLatencies(network)!.map(({ constant, slope }) => ({
      constant: constant / unit,
      slope: (slope * network.demand) / unit,
    }));
    this.latency = 3 * network.paths.length + network.edges.length;
    this.fixed = [
      this.total(0, share),
      this.total(network.paths.length, 1 - share),
      ...network.paths.flatMap((path, p) => this.response(path, p)),
    ];
    for (const load of [0, 1]) this.addTangents(new Float64Array(network.edges.length).fill(load));
  }

  rows() {
    const { paths } = this.network;
    const objective = new Float64Array(this.latency + 1);
    objective.fill(1, 3 * paths.length, this.latency);
    const upper = new Float64Array(this.latency + 1).fill(Number.POSITIVE_INFINITY);
    upper.fill(1, 0, 3 * paths.length);
    return {
      sense: 'minimize' as const,
      objective,
      upper,
      rows: [...this.fixed, ...this.tangents],
      integer: paths.map((_, p) => 2 * paths.length + p),
    };
  }

  /** Flow on every edge at a point of the program. */
  loads(x: Float64Array): Float64Array {
    const { paths, edges } = this.network;
    const loads = new Float64Array(edges.length);
    paths.forEach((path, p) => {
      for (const e of path) loads[e] += x[p] + x[paths.length + p];
    });
    return loads;
  }

  /** cost_e >= constant x_e + slope (2 load x_e - load^2): the tangent of the edge's cost at a load. */
  addTangents(loads: ArrayLike<number>): void {
    this.edges.forEach(({ constant, slope }, e) => {
      const rise = constant + 2 * slope * loads[e];
      const { indices, values } = this.flowOn((edge) => (edge === e ? -rise : 0));
      this.tangents.push({
        coefficients: { indices: [...indices, 3 * this.network.paths.length + e], values: [...values, 1] },
        lower: -slope * loads[e] * loads[e],
        upper: Number.POSITIVE_INFINITY,
      });
    });
  }

  private total(first: number, mass: number): LinearRow {
    const indices = this.network.paths.map((_, p) => first + p);
    return { coefficients: { indices, values: indices.map(() => 1) }, lower: mass, upper: mass };
  }

  /** A path that followers may use has the least latency, others carry none of them. */
  private response(path: readonly number[], p: number): LinearRow[] {
    const { paths } = this.network;
    const [flow, used] = [paths.length + p, 2 * paths.length + p];
    const at = (route: readonly number[], load: number) =>
      route.reduce((sum, e) => sum + this.edges[e].constant + this.edges[e].slope * load, 0);
    const excess = at(path, 1) - Math.min(...paths.map((other) => at(other, 0)));
    const constant = at(path, 0);
    const { indices, values } = this.flowOn((e) => (path.includes(e) ? this.edges[e].slope : 0));
    const above = { indices: [...indices, this.latency], values: [...values, -1] };
    const within = { indices: [...above.indices, used], values: [...above.values, excess] };
    return [
      { coefficients: above, lower: -constant, upper: Number.POSITIVE_INFINITY },
      { coefficients: within, lower: Number.NEGATIVE_INFINITY, upper: excess - constant },
      {
        coefficients: { indices: [flow, used], values: [1, -(1 - this.share)] },
        lower: Number.NEGATIVE_INFINITY,
        upper: 0,
      },
    ];
  }

  /** Coefficients of all path flows where each edge's flow has the given weight. */
  private flowOn(weight: (edge: number) => number): { indices: number[]; values: number[] } {
    const { paths } = this.network;
    const values = paths.map((path) => path.reduce((sum, e) => sum + weight(e), 0));
    const indices = [...paths, ...paths].map((_, k) => k);
    return { indices, values: [...values, ...values] };
  }
}
