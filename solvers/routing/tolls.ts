import { type Network, totalCost } from '../../envs/routing/network.js';
import type { RoutingObjective } from '../../envs/routing/stackelberg-routing.js';
import { compassSearch } from './compass.js';
import { isSocialOptimum } from './optimal-flow.js';
import { marginalTolls, type RoutingFlow, socialOptimum, wardrop } from './wardrop.js';

/** Costs that one search looks at. */
const mostCosts = 2000;
/** Tolls that gain less than this share of the cost are not worth setting. */
const leastGain = 1e-10;

export interface TollOutcome {
  readonly tolls: Float64Array;
  readonly followers: RoutingFlow;
  /** Total latency, with `disutility` also what is paid. */
  readonly cost: number;
}

/** The users' equilibrium under tolls, and what it costs. */
export function tolledOutcome(
  network: Network,
  tolls: Float64Array,
  objective: RoutingObjective,
): TollOutcome {
  const followers = wardrop(network, { tolls });
  const paid = followers.edgeFlows.reduce((sum, flow, e) => sum + flow * tolls[e], 0);
  const latency = totalCost(network, followers.edgeFlows);
  return { tolls, followers, cost: objective === 'latency' ? latency : latency + paid };
}

/** Marginal-cost tolls of the social optimum, each cut to `maximumToll`. */
export function marginalOutcome(
  network: Network,
  objective: RoutingObjective,
  maximumToll = Number.POSITIVE_INFINITY,
): TollOutcome {
  const tolls = marginalTolls(network, socialOptimum(network).edgeFlows);
  return tolledOutcome(
    network,
    tolls.map((toll) => Math.min(toll, maximumToll)),
    objective,
  );
}

/**
 * Tolls up to `maximumToll` an edge of the least cost. Proved where they reach the social optimum, as marginal-cost tolls do if
 * payments do not count; and where payments count and no two paths share an edge: then tolls only ever raise the least cost of a
 * path. Else the best of no tolls, marginal-cost tolls, edges barred by the largest toll one by one, and a search from these. Where
 * nothing gains on no tolls, none are set.
 */
export function optimalTolls(
  network: Network,
  objective: RoutingObjective,
  maximumToll: number,
): { readonly outcome: TollOutcome; readonly certificate: Readonly<Record<string, unknown>> | null } {
  const least = socialOptimum(network).cost;
  const barring = (edge: number) =>
    tolledOutcome(
      network,
      Float64Array.from(network.edges, (_, e) => (e === edge ? maximumToll : 0)),
      objective,
    );
  const none = barring(-1);
  const marginal = marginalOutcome(network, objective, maximumToll);
  const starts = [none, marginal, ...[...network.edges.keys()].map(barring)];
  let outcome = starts.reduce((a, b) => (gains(b.cost, a.cost) ? b : a));
  if (isSocialOptimum(outcome.cost, least)) {
    return { outcome, certificate: { proof: 'social optimum', lowerBound: least } };
  }
  if (objective === 'disutility' && areDisjoint(network)) {
    return { outcome: none, certificate: { proof: 'disjoint paths', lowerBound: none.cost } };
  }
  const problem = {
    cost: (tolls: Float64Array) => tolledOutcome(network, tolls, objective).cost,
    neighbours: (tolls: Float64Array, step: number) => shifted(tolls, step, maximumToll),
  };
  for (const start of starts.sort((a, b) => a.cost - b.cost).slice(0, 3)) {
    const { point, cost } = compassSearch(problem, start.tolls, maximumToll / 2, mostCosts);
    if (gains(cost, outcome.cost)) outcome = tolledOutcome(network, point, objective);
  }
  const reached = isSocialOptimum(outcome.cost, least);
  return { outcome, certificate: reached ? { proof: 'social optimum', lowerBound: least } : null };
}

function gains(cost: number, than: number): boolean {
  return cost < than - leastGain * Math.abs(than);
}

/** Whether no two paths share an edge. */
function areDisjoint({ paths }: Network): boolean {
  return new Set(paths.flat()).size === paths.flat().length;
}

/** One toll raised or lowered within its bounds. */
function* shifted(tolls: Float64Array, step: number, maximumToll: number): Generator<Float64Array> {
  for (let e = 0; e < tolls.length; e++) {
    for (const toll of [Math.min(maximumToll, tolls[e] + step), Math.max(0, tolls[e] - step)]) {
      if (toll === tolls[e]) continue;
      const next = tolls.slice();
      next[e] = toll;
      yield next;
    }
  }
}
