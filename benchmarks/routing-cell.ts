import type { MarkovGame } from '../envs/index.js';
import { totalCost } from '../envs/routing/network.js';
import { StackelbergRouting } from '../envs/routing/stackelberg-routing.js';
import type { Commitment } from '../solvers/commitment.js';
import { playedValues, wardropPlay } from '../solvers/routing/response.js';
import { flowHeuristics, heuristicFlow, inducedOutcome } from '../solvers/routing/strategies.js';
import { marginalOutcome } from '../solvers/routing/tolls.js';
import { socialOptimum, wardrop } from '../solvers/routing/wardrop.js';
import { drawingEnv } from './drawing-env.js';
import type { Cell, CellContext, CellResult, PlainData } from './experiment.js';
import { runLeaderCell } from './leader-cell.js';

/**
 * Trains a leader of `StackelbergRouting-v0` as {@link runLeaderCell} does, whatever the users were in training graded against their
 * Wardrop equilibrium, and draws the flows under what it learned and without a leader. `extra` holds total costs: of what was learned, without a
 * leader, at the social optimum, and by the strategies of the literature; `optimalCost` is what the exact leader attains.
 */
export async function runRoutingCell(cell: Cell, seed: number, context: CellContext): Promise<CellResult> {
  const result = await runLeaderCell(cell, seed, context, inspect);
  return { ...result, extra: { ...result.extra, optimalCost: -result.exact } };
}

function inspect(cell: Cell, game: MarkovGame, learned: Commitment, context: CellContext): PlainData {
  const routing = game as StackelbergRouting;
  const action = Float64Array.from(learned as ArrayLike<number>);
  const nothing = new Float64Array(action.length);
  const { network, control, objective } = routing;
  const alone = new StackelbergRouting(network, { leaderShare: 0, control, objective });
  context.picture('learned', drawn(cell, routing, action, `learned by ${cell.leader}`));
  context.picture('without-leader', drawn(cell, alone, nothing, 'no leader'));
  return { cost: costOf(routing, action), ...references(routing) };
}

/** Total cost where users respond to an action of the leader: their time, and tolls where the leader counts them. */
function costOf(game: StackelbergRouting, action: Float64Array): number {
  const { weights } = wardropPlay(game, action);
  const [value] = playedValues(game, action, weights);
  return 0 - value;
}

function references({ network, leaderShare, control, objective }: StackelbergRouting): PlainData {
  const nash = totalCost(network, wardrop(network).edgeFlows);
  const { cost: optimum } = socialOptimum(network);
  if (control === 'tolls') {
    return { nash, socialOptimum: optimum, marginalTolls: marginalOutcome(network, objective).cost };
  }
  const costs = flowHeuristics.map((strategy) => {
    const flow = heuristicFlow(network, leaderShare, strategy);
    return [strategy, inducedOutcome(network, leaderShare, flow).cost];
  });
  return { nash, socialOptimum: optimum, ...Object.fromEntries(costs) };
}

/** The flows that an action leads to, as the game draws them. */
function drawn(cell: Cell, game: StackelbergRouting, action: Float64Array, what: string): string {
  const env = drawingEnv(cell, game, `${cell.gameName}, ${what}`);
  env.reset({ seed: 0 });
  env.commit!({ leader_0: action });
  env.step({ follower_0: wardropPlay(game, action).weights });
  return env.render() as string;
}
