import { beckmannPotential, type Network, totalCost } from '../../envs/routing/network.js';
import { StackelbergRouting } from '../../envs/routing/stackelberg-routing.js';
import { checkCount, checkNatural, checkOneOf } from '../../gymnasium/checks.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import type { Seed } from '../../gymnasium/rng.js';
import { type Answer, isRational, type Solver, type Task } from '../solver.js';
import { isSocialOptimum, optimalFlow } from './optimal-flow.js';
import { playedValues, sharesOf } from './response.js';
import {
  type FlowHeuristic,
  flowHeuristics,
  heuristicFlow,
  inducedOutcome,
  type RoutingOutcome,
} from './strategies.js';
import { marginalOutcome, optimalTolls, type TollOutcome } from './tolls.js';
import { marginalCost, marginalTolls, socialOptimum, wardrop } from './wardrop.js';

/** What a leader can do by name. */
export const routingStrategies = ['optimum', ...flowHeuristics, 'tolls'] as const;
export type RoutingStrategy = (typeof routingStrategies)[number];

export interface RoutingOptions {
  /**
   * `optimum`: the best flow or the best tolls, as the game has it. `llf`, `scale`, `aloof`: strategies for a share of the
   * flow (Roughgarden 2004). `tolls`: marginal-cost tolls for the whole demand, whatever the game lets its leader do; in a game
   * with control flow they are no commitment, but in `details.tolls` one of the same network with control tolls. With
   * control tolls they are cut to the game's `maximumToll`: `details.capped` says whether, `details.marginalTolls` from what.
   * Default `optimum`.
   */
  readonly strategy?: RoutingStrategy;
  /** Random flows that a search for the optimum starts from. Default 4. */
  readonly starts?: number;
  /** Of these flows. Default 0. */
  readonly seed?: Seed;
}

/** Places in [0, demand] at which costs are checked for convexity. */
const places = 256;

type Proof = Readonly<Record<string, unknown>> | null;

/** Strategies of the leader of `StackelbergRouting-v0` against users in Wardrop equilibrium; `value` is the total cost. */
export const routing: Solver = {
  name: 'routing',
  summary: 'the best flow or tolls, LLF, SCALE, Aloof and marginal-cost tolls (StackelbergRouting-v0)',
  options: {
    strategy: {
      type: 'string',
      enum: routingStrategies,
      default: 'optimum',
      description:
        'the best flow or tolls, a strategy for a share of the flow (Roughgarden 2004), or marginal-cost tolls',
    },
    starts: {
      type: 'integer',
      default: 4,
      description: 'random flows that a search for the optimum starts from',
    },
    seed: { type: 'integer', default: 0, description: 'of these flows' },
  },
  fits: (game, { commitment, follower }) =>
    game instanceof StackelbergRouting && commitment !== 'stochastic' && isRational(follower),
  solve: async (game: StackelbergRouting, task: Task): Promise<Answer> => {
    const { strategy = 'optimum', starts, seed } = checked(game, task.options);
    checkConvex(game.network);
    if (strategy === 'tolls') return marginalAnswer(game);
    if (game.control === 'tolls') {
      const { outcome, certificate } = optimalTolls(game.network, game.objective, game.maximumToll);
      return tollAnswer(game, outcome, certificate, 'optimum');
    }
    const { network, leaderShare } = game;
    if (strategy !== 'optimum') {
      const flow = heuristicFlow(network, leaderShare, strategy);
      return flowAnswer(game, strategy, inducedOutcome(network, leaderShare, flow), null);
    }
    const { timeLimit } = task;
    const { outcome, certificate } = await optimalFlow(network, leaderShare, { starts, seed, timeLimit });
    return flowAnswer(game, strategy, outcome, certificate);
  },
};

function checked(
  { control }: StackelbergRouting,
  options: Readonly<Record<string, unknown>>,
): RoutingOptions {
  const { strategy, starts, seed } = options;
  if (strategy !== undefined) checkOneOf('routing', 'strategy', strategy, routingStrategies);
  if (starts !== undefined) checkCount('routing', 'starts', starts);
  if (seed !== undefined) checkNatural('routing', 'seed', seed);
  if (control === 'tolls' && flowHeuristics.includes(strategy as FlowHeuristic)) {
    throw new InvalidArgument(
      `routing: strategy: expected optimum or tolls in a game with control "tolls", got "${strategy}".`,
    );
  }
  return options as RoutingOptions;
}

/** The social optimum is found by marginal costs, which then may not fall. */
function checkConvex({ edges, demand }: Network): void {
  edges.forEach(({ latency }, e) => {
    const marginal = Array.from({ length: places + 1 }, (_, k) =>
      marginalCost(latency, (k / places) * demand),
    );
    const slack = 1e-6 * Math.max(...marginal.map(Math.abs));
    const falls = marginal.findIndex((cost, k) => k > 0 && cost < marginal[k - 1] - slack);
    if (falls < 0) return;
    throw new InvalidArgument(
      `routing: edges[${e}].latency: expected x l(x) to be convex on [0, ${demand}], got "${latency.text}".`,
    );
  });
}

function flowAnswer(
  game: StackelbergRouting,
  strategy: RoutingStrategy,
  { leaderPaths, leaderEdges, followers, cost }: RoutingOutcome,
  certificate: Proof,
): Answer {
  const { network, leaderShare } = game;
  const commitment = sharesOf(leaderPaths, leaderShare * network.demand);
  const users = sharesOf(followers.pathFlows, (1 - leaderShare) * network.demand);
  const [, potential] = playedValues(game, commitment, users);
  const reference = references(network);
  return {
    value: cost,
    sense: 'cost',
    followerValues: { follower_0: potential },
    commitment: Array.from(commitment),
    kind: 'deterministic',
    tieBreaking: null,
    ...standing(strategy, cost, reference.socialOptimum, certificate),
    details: {
      strategy,
      ...reference,
      leaderFlow: Array.from(leaderEdges),
      followerFlow: Array.from(followers.edgeFlows),
      followerLatency: followers.pathCost,
      gap: followers.gap,
    },
  };
}

/** Marginal-cost tolls, and what they were before the leader's limit cut them. */
function marginalAnswer(game: StackelbergRouting): Answer {
  const { network, control, objective, maximumToll } = game;
  const whole = marginalTolls(network, socialOptimum(network).edgeFlows);
  const capped = control === 'tolls' && whole.some((toll) => toll > maximumToll);
  const answer = tollAnswer(game, marginalOutcome(network, objective, capped ? maximumToll : undefined));
  const details = { ...answer.details, capped, ...(capped ? { marginalTolls: Array.from(whole) } : {}) };
  return { ...answer, details };
}

function tollAnswer(
  game: StackelbergRouting,
  { tolls, followers, cost }: TollOutcome,
  certificate: Proof = null,
  strategy: RoutingStrategy = 'tolls',
): Answer {
  const { network } = game;
  const reference = references(network);
  const nobody = new Float64Array(network.edges.length);
  const paid = followers.edgeFlows.reduce((sum, flow, e) => sum + flow * tolls[e], 0);
  const potential = beckmannPotential(network, nobody, 0, followers.edgeFlows, 0) + paid;
  return {
    value: cost,
    sense: 'cost',
    followerValues: { follower_0: 0 - potential },
    commitment: game.control === 'tolls' ? Array.from(tolls) : null,
    kind: 'deterministic',
    tieBreaking: null,
    ...standing(strategy, cost, reference.socialOptimum, certificate),
    details: {
      strategy,
      ...reference,
      tolls: Array.from(tolls),
      followerFlow: Array.from(followers.edgeFlows),
      followerCost: followers.pathCost,
      paid,
      gap: followers.gap,
    },
  };
}

/** What the cost is to be compared with. The price of anarchy is null where the optimum costs nothing. */
function references(network: Network) {
  const nash = totalCost(network, wardrop(network).edgeFlows);
  const { cost } = socialOptimum(network);
  return { nash, socialOptimum: cost, priceOfAnarchy: cost > 0 ? nash / cost : null };
}

/** Nothing costs less than the social optimum, whoever reaches it. */
function standing(
  strategy: RoutingStrategy,
  cost: number,
  least: number,
  certificate: Proof,
): Pick<Answer, 'status' | 'certificate'> {
  if (certificate !== null) return { status: 'optimal', certificate };
  if (isSocialOptimum(cost, least)) {
    return { status: 'optimal', certificate: { proof: 'social optimum', lowerBound: least } };
  }
  return { status: strategy === 'optimum' ? 'best-known' : 'heuristic' };
}
