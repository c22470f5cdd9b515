import type { Latency } from '../../envs/routing/latency.js';
import { type Network, totalCost } from '../../envs/routing/network.js';
import { Equilibration, type RoutingFlow } from './equilibration.js';

export { loadsOf, type RoutingFlow } from './equilibration.js';

export interface WardropOptions {
  /** How much of the demand these users are. Default: the network's demand. */
  readonly demand?: number;
  /** Flow on every edge that is there before them, such as the leader's. Default: none. */
  readonly base?: ArrayLike<number>;
  /** What they pay on every edge, in units of latency. Default: nothing. */
  readonly tolls?: ArrayLike<number>;
}

/**
 * Users in Wardrop equilibrium: every path in use is a cheapest one, given `base` and `tolls`. It minimises the convex
 * potential of Beckmann, McGuire & Winsten (1956) and is found by path equilibration: flow moves from each costlier path to the
 * cheapest until both cost the same (Dafermos & Sparrow 1969).
 *
 * @throws SolveFailed if the gap is not closed to rounding (1e-11 of the costs) within 20,000 sweeps over the paths
 */
export function wardrop(network: Network, options: WardropOptions = {}): RoutingFlow {
  const { demand = network.demand, base, tolls } = options;
  const { edges } = network;
  const cost =
    tolls === undefined
      ? (edge: number, load: number) => edges[edge].latency.value(load)
      : (edge: number, load: number) => edges[edge].latency.value(load) + tolls[edge];
  return new Equilibration(network, demand, cost, base).run('Wardrop equilibrium');
}

/**
 * The flow of least total latency: an equilibrium under marginal costs l(x) + x l'(x), which needs x l(x) to be convex on
 * every edge.
 *
 * @param demand how much is routed; the network's demand by default
 * @throws SolveFailed as {@link wardrop} does
 */
export function socialOptimum(
  network: Network,
  demand = network.demand,
): RoutingFlow & { readonly cost: number } {
  const { edges } = network;
  const marginal = (edge: number, load: number) => marginalCost(edges[edge].latency, load);
  const flow = new Equilibration(network, demand, marginal).run('Optimal flow');
  return { ...flow, cost: totalCost(network, flow.edgeFlows) };
}

/** What one more user adds to the total latency of an edge: l(x) + x l'(x). */
export function marginalCost(latency: Latency, load: number): number {
  return latency.value(load) + load * latency.derivative(load);
}

/** Marginal-cost tolls x l'(x) at the optimal flow x: they make it a Wardrop equilibrium (Pigou 1920; Beckmann et al. 1956). */
export function marginalTolls({ edges }: Network, optimalEdgeFlows: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    edges,
    ({ latency }, e) => optimalEdgeFlows[e] * latency.derivative(optimalEdgeFlows[e]),
  );
}

/** Latency of a path at given flows on the edges. */
export function pathLatency({ edges }: Network, path: readonly number[], loads: ArrayLike<number>): number {
  return path.reduce((sum, edge) => sum + edges[edge].latency.value(loads[edge]), 0);
}
