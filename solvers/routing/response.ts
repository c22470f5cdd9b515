import { actionBuffers, stepBuffers } from '../../envs/core/markov-game.js';
import { splitFlow } from '../../envs/routing/network.js';
import type { StackelbergRouting } from '../../envs/routing/stackelberg-routing.js';
import { Rng } from '../../gymnasium/rng.js';
import { type RoutingFlow, wardrop } from './wardrop.js';

/** Followers in Wardrop equilibrium. */
export interface WardropPlay {
  /** Their action in the game: shares of the paths. */
  readonly weights: Float64Array;
  readonly flow: RoutingFlow;
}

/** Demand of the followers: what the leader does not route. */
export function followerDemand({ network, leaderShare }: StackelbergRouting): number {
  return (1 - leaderShare) * network.demand;
}

/** Flow that the leader's action puts on each edge; none where it sets tolls. */
export function leaderLoads(
  { network, control, leaderShare }: StackelbergRouting,
  action: ArrayLike<number>,
): Float64Array {
  const loads = new Float64Array(network.edges.length);
  if (control === 'flow') splitFlow(network, action, 0, leaderShare * network.demand, loads, 0);
  return loads;
}

/** The equilibrium of the followers that see this action of the leader. @throws SolveFailed as `wardrop` does */
export function wardropPlay(game: StackelbergRouting, action: ArrayLike<number>): WardropPlay {
  const { network, control } = game;
  const demand = followerDemand(game);
  const tolls = control === 'tolls' ? action : undefined;
  const flow = wardrop(network, { demand, base: leaderLoads(game, action), tolls });
  return { weights: sharesOf(flow.pathFlows, demand), flow };
}

/** Flows on the paths as an action of the game. */
export function sharesOf(pathFlows: Float64Array, demand: number): Float64Array {
  return pathFlows.map((flow) => (demand > 0 ? Math.min(1, flow / demand) : 0));
}

/** Returns of the leader and of the followers where both take these actions. */
export function playedValues(
  game: StackelbergRouting,
  leader: ArrayLike<number>,
  followers: ArrayLike<number>,
): readonly [number, number] {
  const twin = game.twin();
  const out = stepBuffers(twin, 1);
  const actions = actionBuffers(twin, 1);
  twin.seedLane(0, new Rng(0));
  twin.resetLane(0, out);
  actions[0].set(leader);
  actions[1].set(followers);
  twin.commit(0, 1, actions, out);
  twin.step(0, 1, actions, out);
  return [out.rewards[0][0], out.rewards[1][0]];
}
