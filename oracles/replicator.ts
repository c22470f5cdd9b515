import type { GameLane } from '../envs/core/game-lane.js';
import type { Answer, Oracle, OracleContext, Query, Responder, Response } from '../envs/core/stackelberg.js';
import type { StackelbergRouting } from '../envs/routing/stackelberg-routing.js';
import { checkCount, checkNonNegative, checkPositive } from '../gymnasium/checks.js';
import { checkOptionNames } from '../gymnasium/error.js';
import { followerDemand, leaderLoads } from '../solvers/routing/response.js';
import { routingGame } from './wardrop-response.js';

export interface ReplicatorOptions {
  /** Most rounds of a response, each with a query. Default 200. */
  readonly rounds?: number;
  /**
   * How fast shares move: a path's share is multiplied by exp(-rate * its cost / the dearest cost that a path can have). Above
   * about 8 the shares may swing for ever. Default 4.
   */
  readonly rate?: number;
  /** Gap, in units of a user's cost, at which learning stops. Default 1e-3. */
  readonly tolerance?: number;
  /** Paths with a smaller share of the users than this are given up at the end of a response. Default 1e-3. */
  readonly extinction?: number;
}

/**
 * The users of `StackelbergRouting-v0` as a population that learns: in every round the leader is asked for its flow or tolls, the
 * population travels, and shares of paths grow the more the cheaper they were (replicator dynamics in the form of multiplicative
 * weights; Fischer, Raecke & Voecking 2006). A path never dies out by itself, so the least used ones are given up in the end. What is
 * left is played whatever the leader does then; the response certifies a Nash equilibrium of infinitely small users with the
 * measured gap, between the dearest path in use and the cheapest one. Learning keeps its shares until `reset`.
 */
export class ReplicatorResponse implements Oracle {
  readonly name = 'replicator';
  readonly options: Required<ReplicatorOptions>;

  /** @throws InvalidArgument for malformed options */
  constructor(options: ReplicatorOptions = {}) {
    const owner = 'ReplicatorResponse';
    checkOptionNames(owner, options, ['rounds', 'rate', 'tolerance', 'extinction']);
    const { rounds = 200, rate = 4, tolerance = 1e-3, extinction = 1e-3 } = options;
    this.options = {
      rounds: checkCount(owner, 'rounds', rounds),
      rate: checkPositive(owner, 'rate', rate),
      tolerance: checkNonNegative(owner, 'tolerance', tolerance),
      extinction: checkNonNegative(owner, 'extinction', extinction),
    };
  }

  /** @throws InvalidArgument for a game of another class */
  start(context: OracleContext): Responder {
    const game = routingGame('ReplicatorResponse', context.lane.game);
    const population = new Population(game, this.options);
    return {
      respond: () => respond(context, population),
      reset: () => population.reset(),
      stateSize: population.shares.length,
      writeState: (into, at) => into.set(population.shares, at),
    };
  }
}

function* respond({ lane, leader, simulated }: OracleContext, population: Population): Response {
  const { rounds, tolerance } = population.options;
  let action = yield* travel(lane, leader, population);
  simulated(lane.reward(leader));
  for (let round = 1; round < rounds && population.settled(action).gap > tolerance; round++) {
    population.learn(action);
    action = yield* travel(lane, leader, population);
    simulated(lane.reward(leader));
  }
  const { shares, gap } = population.settled(action);
  const policy = { act: () => shares.slice() };
  return { mixture: [{ follower_0: policy }], notion: 'Nash', gap };
}

/** One journey of the population under the leader's answer, which it returns. */
function* travel(
  lane: GameLane,
  leader: number,
  { shares }: Population,
): Generator<Query, Float64Array, Answer> {
  lane.reset();
  const action = Float64Array.from(yield { observation: lane.observation(leader), answer: 'action' });
  const [follower] = lane.game.followerIndices;
  lane.act(leader, action);
  lane.commit();
  lane.act(follower, shares);
  lane.step();
  return action;
}

class Population {
  readonly shares: Float64Array;
  private readonly costs: Float64Array;
  /** Latency of every path where all users are on it. */
  private readonly crowded: readonly number[];

  constructor(
    private readonly game: StackelbergRouting,
    readonly options: Required<ReplicatorOptions>,
  ) {
    const { edges, paths, demand } = game.network;
    this.shares = new Float64Array(paths.length);
    this.costs = new Float64Array(paths.length);
    this.crowded = paths.map((path) => path.reduce((sum, e) => sum + edges[e].latency.value(demand), 0));
    this.reset();
  }

  reset(): void {
    this.shares.fill(1 / this.shares.length);
  }

  learn(action: Float64Array): void {
    const { shares } = this;
    const { rate } = this.options;
    const unit = this.dearest(action);
    const costs = this.costsOf(shares, action);
    const least = Math.min(...costs);
    let sum = 0;
    for (let p = 0; p < shares.length; p++) sum += shares[p] *= Math.exp((-rate * (costs[p] - least)) / unit);
    for (let p = 0; p < shares.length; p++) shares[p] /= sum;
  }

  /** The shares without the least used paths, and what a user would then still gain by another path. */
  settled(action: Float64Array): { readonly shares: Float64Array; readonly gap: number } {
    const most = Math.max(...this.shares);
    const shares = this.shares.map((share) => (share < Math.min(most, this.options.extinction) ? 0 : share));
    const sum = shares.reduce((total, share) => total + share, 0);
    for (let p = 0; p < shares.length; p++) shares[p] /= sum;
    const costs = this.costsOf(shares, action);
    const used = costs.filter((_, p) => shares[p] > 0);
    const gap = followerDemand(this.game) > 0 ? Math.max(...used) - Math.min(...costs) : 0;
    return { shares, gap };
  }

  private dearest(action: Float64Array): number {
    const { network, control } = this.game;
    let most = 1e-300;
    network.paths.forEach((path, p) => {
      const toll = control === 'tolls' ? path.reduce((sum, e) => sum + action[e], 0) : 0;
      most = Math.max(most, this.crowded[p] + toll);
    });
    return most;
  }

  /** What each path costs a user where the population has these shares. */
  private costsOf(shares: Float64Array, action: Float64Array): Float64Array {
    const { game, costs } = this;
    const { network, control } = game;
    const loads = leaderLoads(game, action);
    const mass = followerDemand(game);
    network.paths.forEach((path, p) => {
      for (const e of path) loads[e] += mass * shares[p];
    });
    network.paths.forEach((path, p) => {
      costs[p] = 0;
      for (const e of path) {
        costs[p] += network.edges[e].latency.value(loads[e]) + (control === 'tolls' ? action[e] : 0);
      }
    });
    return costs;
  }
}
