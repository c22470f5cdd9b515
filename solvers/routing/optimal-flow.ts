import type { Network } from '../../envs/routing/network.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { boundAffine, isBoundable } from './affine-program.js';
import { compassSearch } from './compass.js';
import { flowHeuristics, heuristicFlow, inducedOutcome, type RoutingOutcome } from './strategies.js';
import { type RoutingFlow, socialOptimum } from './wardrop.js';

/** Costs that one search looks at. */
const mostCosts = 2000;

export interface OptimalFlowOptions {
  /** Random flows that the search starts from, besides LLF, SCALE and Aloof. Default 4. */
  readonly starts?: number;
  /** Of the random flows. Default 0. */
  readonly seed?: Seed;
  /** Seconds after which a mixed-integer program gives up, with an error. */
  readonly timeLimit?: number;
}

export interface OptimalFlow {
  readonly outcome: RoutingOutcome;
  /** Why no flow of the leader does better; null where nothing proves it. */
  readonly certificate: Readonly<Record<string, unknown>> | null;
}

/** Whether a cost is the least one of all flows, to 1e-9 of its size. */
export function isSocialOptimum(cost: number, optimum: number): boolean {
  return cost <= optimum + 1e-9 * Math.abs(optimum) + 1e-300;
}

/**
 * The flow of a leader that leads to the least total latency. Proved where it reaches the social optimum; in networks of two paths,
 * where LLF is optimal (the flow on a path grows with the leader's, and the cost is convex in it); and where latencies are
 * affine and paths few, by {@link boundAffine}. Else the best of LLF, SCALE, Aloof and a search from each of them and from
 * random flows: the problem is NP-hard even on parallel links with affine latencies (Roughgarden 2004).
 *
 * @throws SolveFailed where a program was not solved in time
 */
export async function optimalFlow(
  network: Network,
  share: number,
  options: OptimalFlowOptions = {},
): Promise<OptimalFlow> {
  const optimum = socialOptimum(network);
  const first = flowHeuristics
    .map((strategy) => inducedOutcome(network, share, heuristicFlow(network, share, strategy)))
    .reduce((a, b) => (b.cost < a.cost ? b : a));
  const quick = proof(network, share, first, optimum);
  if (quick !== null) return { outcome: first, certificate: quick };
  if (isBoundable(network)) return provedFlow(network, share, first, options.timeLimit);
  const outcome = searchFlow(network, share, first, options);
  return { outcome, certificate: proof(network, share, outcome, optimum) };
}

/** By programs alone; what they find is exact to their accuracy, and then polished. */
async function provedFlow(
  network: Network,
  share: number,
  first: RoutingOutcome,
  timeLimit?: number,
): Promise<OptimalFlow> {
  const { outcome: found, bound, rounds } = await boundAffine(network, share, first, timeLimit);
  const outcome = found === first ? first : search(network, share, found, found.leaderPaths, 1e-3);
  const proved = outcome.cost - bound <= 1e-7 * outcome.cost;
  return {
    outcome,
    certificate: proved ? { proof: 'outer approximation', lowerBound: bound, rounds } : null,
  };
}

function proof(
  { paths, demand }: Network,
  share: number,
  { cost }: RoutingOutcome,
  optimum: RoutingFlow & { readonly cost: number },
): Readonly<Record<string, unknown>> | null {
  if (isSocialOptimum(cost, optimum.cost)) return { proof: 'social optimum', lowerBound: optimum.cost };
  if (share * demand === 0) return { proof: 'no flow to route', lowerBound: cost };
  return paths.length <= 2 ? { proof: 'two paths', lowerBound: cost } : null;
}

/** The best of a flow and of searches from it, from the named strategies and from random flows. */
function searchFlow(
  network: Network,
  share: number,
  first: RoutingOutcome,
  { starts = 4, seed = 0 }: OptimalFlowOptions,
): RoutingOutcome {
  const mass = share * network.demand;
  const rng = new Rng(seed).child('optimal-flow');
  const random = Array.from({ length: starts }, () => {
    const weights = network.paths.map(() => -Math.log(1 - rng.uniform()));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return Float64Array.from(weights, (weight) => (mass * weight) / sum);
  });
  const named = flowHeuristics.map((strategy) => heuristicFlow(network, share, strategy));
  return [...named, ...random].reduce((best, start) => search(network, share, best, start, 0.5), first);
}

/** The better of an outcome and what a search finds; its first step is a share of the leader's flow. */
function search(
  network: Network,
  share: number,
  best: RoutingOutcome,
  start: Float64Array,
  firstStep: number,
): RoutingOutcome {
  const problem = {
    cost: (flow: Float64Array) => inducedOutcome(network, share, flow).cost,
    neighbours: exchanges,
  };
  const { point, cost } = compassSearch(problem, start, firstStep * share * network.demand, mostCosts);
  return cost < best.cost ? inducedOutcome(network, share, point) : best;
}

/** Up to `step` of the flow on one path moved to another. */
function* exchanges(flow: Float64Array, step: number): Generator<Float64Array> {
  for (let from = 0; from < flow.length; from++) {
    const moved = Math.min(step, flow[from]);
    for (let to = 0; moved > 0 && to < flow.length; to++) {
      if (to === from) continue;
      const next = flow.slice();
      next[from] = moved === flow[from] ? 0 : flow[from] - moved;
      next[to] += moved;
      yield next;
    }
  }
}
