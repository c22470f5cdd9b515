import { type Network, totalCost } from '../../envs/routing/network.js';
import { loadsOf, pathLatency, type RoutingFlow, socialOptimum, wardrop } from './wardrop.js';

/** Strategies of a leader that routes a share of the demand, other than the best one. */
export const flowHeuristics = ['llf', 'scale', 'aloof'] as const;
export type FlowHeuristic = (typeof flowHeuristics)[number];

/** What comes of a leader's flow. */
export interface RoutingOutcome {
  /** Of the leader, in the order of `network.paths`. */
  readonly leaderPaths: Float64Array;
  readonly leaderEdges: Float64Array;
  /** The others, in Wardrop equilibrium on top of the leader. */
  readonly followers: RoutingFlow;
  /** Total latency of all users. */
  readonly cost: number;
}

/**
 * The followers' equilibrium on top of a leader's flow, and the total latency.
 *
 * @param share of the demand that the leader routes, in [0, 1]
 * @param leaderPaths its flow on each path, `share` times the demand in all
 */
export function inducedOutcome(network: Network, share: number, leaderPaths: Float64Array): RoutingOutcome {
  const leaderEdges = loadsOf(network, leaderPaths);
  const followers = wardrop(network, { demand: (1 - share) * network.demand, base: leaderEdges });
  const loads = leaderEdges.map((flow, e) => flow + followers.edgeFlows[e]);
  return { leaderPaths, leaderEdges, followers, cost: totalCost(network, loads) };
}

/**
 * Largest Latency First (Roughgarden 2004): the leader fills paths up to their flow in the social optimum, in decreasing order
 * of their latency there, until its share is used up. On parallel links this is the strategy of the paper; on other graphs it is
 * applied to the paths of one decomposition of the optimum, the one that path equilibration comes to.
 */
export function llf(network: Network, share: number): Float64Array {
  const { pathFlows, edgeFlows } = socialOptimum(network);
  const latency = network.paths.map((path) => pathLatency(network, path, edgeFlows));
  const order = network.paths.map((_, p) => p).sort((p, q) => latency[q] - latency[p] || p - q);
  const leader = new Float64Array(network.paths.length);
  let left = share * network.demand;
  for (const p of order) {
    leader[p] = Math.min(left, pathFlows[p]);
    left -= leader[p];
  }
  return leader;
}

/** SCALE (Roughgarden 2004): the social optimum, scaled down to the leader's share. */
export function scale(network: Network, share: number): Float64Array {
  return socialOptimum(network).pathFlows.map((flow) => share * flow);
}

/** Aloof (Roughgarden 2004): the optimum of the leader's own share, as if there was nobody else. */
export function aloof(network: Network, share: number): Float64Array {
  return socialOptimum(network, share * network.demand).pathFlows;
}

/** The leader's flow on each path by a strategy's name. */
export function heuristicFlow(network: Network, share: number, strategy: FlowHeuristic): Float64Array {
  return { llf, scale, aloof }[strategy](network, share);
}
