import { z } from 'zod';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { networkNames } from './named-networks.js';
import { beckmannPotential, type Network, networkOf, splitFlow } from './network.js';
import { routingRenderer } from './stackelberg-routing-rendering.js';

const controls = ['flow', 'tolls'] as const;
export type RoutingControl = (typeof controls)[number];
const objectives = ['latency', 'disutility'] as const;
export type RoutingObjective = (typeof objectives)[number];

const latency = z.union([z.string(), z.number()], 'expected a number or an expression in x');
const node = z.union([z.string(), z.int()], 'expected the name of a node');

const parameters = z
  .strictObject({
    links: z
      .array(latency)
      .min(1, 'expected at least one latency')
      .optional()
      .describe('Latencies of parallel roads, in x'),
    nodes: z
      .union(
        [z.int().min(2), z.array(z.string()).min(2)],
        'expected at least two names of nodes, or how many there are',
      )
      .optional()
      .describe('Their names, or how many there are (at most 1000): then they are called 0, 1, ...'),
    edges: z
      .array(
        z.strictObject({
          from: node.describe('Where the road begins'),
          to: node.describe('Where it ends'),
          latency: latency.describe('Time to pass it, in its load x'),
        }),
      )
      .min(1, 'expected at least one edge')
      .optional()
      .describe('One-way roads between nodes (at most 2000), with latencies in x'),
    origin: node.optional().describe('With edges: where the traffic starts (the first node)'),
    destination: node.optional().describe('With edges: where it goes (the last node)'),
    name: z.enum(networkNames).optional().describe('A named network (pigou)'),
    demand: z
      .number('expected a positive number')
      .positive('expected a positive number')
      .default(1)
      .describe('All traffic'),
    leaderShare: z
      .number('expected a number from 0 to 1')
      .min(0, 'expected a number from 0 to 1')
      .max(1, 'expected a number from 0 to 1')
      .optional()
      .describe('With control flow: share of the demand that the leader routes (0.5)'),
    control: z.enum(controls).default('flow').describe('Whether the leader routes traffic or sets tolls'),
    objective: z
      .enum(objectives)
      .default('latency')
      .describe('With control tolls: whether the leader counts the time of the users, or tolls as well'),
    maximumToll: z
      .number('expected a positive number')
      .positive('expected a positive number')
      .optional()
      .describe('With control tolls (the largest marginal cost of an edge under all traffic)'),
  })
  .superRefine((given, context) => {
    for (const [path, message] of conflicts(given))
      context.addIssue({ code: 'custom', path: [path], message });
  });

/** Parameters that do not go together, and what was expected of them. */
function conflicts(given: Readonly<Record<string, unknown>>): [field: string, expected: string][] {
  const found: [string, string][] = [];
  const refuse = (fields: readonly string[], expected: string) => {
    for (const field of fields) if (given[field] !== undefined) found.push([field, expected]);
  };
  const form = ['links', 'edges', 'name'].find((field) => given[field] !== undefined) ?? 'name';
  if (form === 'edges' && given['nodes'] === undefined) found.push(['nodes', 'expected the nodes of edges']);
  if (form !== 'edges' && given['links'] === undefined && given['name'] === undefined) {
    refuse(['nodes', 'origin', 'destination'], 'expected edges beside it');
  }
  if (form === 'links')
    refuse(['nodes', 'edges', 'origin', 'destination', 'name'], 'expected no value beside links');
  if (form === 'edges') refuse(['name'], 'expected no value beside edges');
  if (form === 'name' && given['name'] !== undefined) {
    refuse(['nodes', 'origin', 'destination'], 'expected no value beside name');
  }
  if (given['control'] === 'tolls' && given['leaderShare'] !== 0) {
    refuse(['leaderShare'], 'expected no value with control tolls, where the leader routes nothing');
  }
  if (given['control'] === 'flow') {
    refuse(['maximumToll'], 'expected no value with control flow');
    if (given['objective'] === 'disutility') found.push(['objective', 'expected latency with control flow']);
  }
  return found;
}

/** What a game plays on its network. */
export interface RoutingRules {
  /** Share of the demand that the leader routes, in [0, 1]; 0 where it sets tolls. */
  readonly leaderShare: number;
  readonly control: RoutingControl;
  readonly objective: RoutingObjective;
  /** Default: the largest marginal cost of an edge that carries all traffic. */
  readonly maximumToll?: number;
}

/**
 * ## Description
 * A crowd of users crosses a road network, each by a path that is quickest for itself, while a leader routes a share
 * of the traffic or sets tolls to keep the total time low (Roughgarden 2004; Swamy 2012). The time that an edge takes grows
 * with the flow on it, so selfish users crowd the same roads: on Braess's network they would gain from a road being closed.
 *
 * The followers are one agent that is rewarded by minus Beckmann's potential, and not by minus the crowd's travel time. The derivative
 * of the potential along a path is what the path costs a user, so at its minimum no used path costs more than
 * another: the agent's best response is exactly the equilibrium of infinitely many selfish users (Wardrop 1952), each too small to matter.
 *
 * ## Action Space
 * `leader_0`: with `control` `flow` a `Box` in [0, 1], float64, a weight for each path from origin to destination: its traffic,
 * leaderShare * demand, is split in proportion (evenly where all are 0). With `tolls` a `Box` in [0, `maximumToll`], float64, a toll for
 * each edge. `follower_0`: weights of the paths, as the leader's, for the rest of the demand (all of it with `tolls`).
 * Paths are numbered depth first in the order of the edges: see `Network.paths`.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. `follower_0`: the leader's action space: its action, which the users see
 * before they move (the game is leader-first: see `ParallelEnv.commit`), or 0 before it is made.
 *
 * ## Rewards
 * With y_e and z_e the leader's and the followers' flow on an edge, x_e = y_e + z_e, latency l_e and toll t_e (0 with
 * `flow`): `leader_0`: minus the sum of x_e l_e(x_e), the time that all spend; with `objective` `disutility`, minus the tolls paid as well,
 * the sum of z_e t_e, which are else transfers. `follower_0`: minus the potential, the sum of the integral of l_e from y_e to x_e, plus z_e t_e.
 *
 * ## Starting State
 * Nobody is on the road: the state, the flows of leader and followers on each edge, is all zeros.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('StackelbergRouting-v0', { links: ['1', 'x^2'], leaderShare: 0.25 })`. The network, in one of three forms: `links`,
 * latencies of roads side by side; `nodes` and `edges`, a list of { from, to, latency }, with `origin` (the first node)
 * and `destination` (the last); or `name` (`pigou`; `pigou_quadratic`, `braess`, `llf_tight`, `two_bridges`). Latencies are numbers or expressions in x
 * that are continuous, not negative and not decreasing on [0, demand]: see `parseLatency`. `demand` (1), `control` (`flow`), `leaderShare`
 * (0.5, `flow` only), `objective` (`latency`; `disutility` with tolls only), `maximumToll` (the largest l_e(demand) + demand l_e'(demand);
 * tolls only).
 *
 * ## References
 * J. G. Wardrop. Some theoretical aspects of road traffic research. Proceedings of the Institution of Civil Engineers 1, 1952.
 * M. Beckmann, C. B. McGuire, C. B. Winsten. Studies in the economics of transportation. Yale University Press, 1956.
 * T. Roughgarden. Stackelberg scheduling strategies. SIAM Journal on Computing 33, 2004.
 * C. Swamy. The effectiveness of Stackelberg strategies and tolls for network congestion games. ACM Transactions on
 * Algorithms 8, 2012.
 *
 * ## Version History
 * - v0: first release.
 */
export class StackelbergRouting extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  readonly leaderShare: number;
  readonly control: RoutingControl;
  readonly objective: RoutingObjective;
  readonly maximumToll: number;
  private leaderFlow!: Float64Array;
  private followerFlow!: Float64Array;

  constructor(
    readonly network: Network,
    rules: RoutingRules,
  ) {
    super();
    this.control = rules.control;
    this.objective = rules.objective;
    this.leaderShare = rules.control === 'tolls' ? 0 : rules.leaderShare;
    this.maximumToll = rules.maximumToll ?? largestMarginalCost(network);
    const split = () => new Box(0, 1, { shape: [network.paths.length], dtype: 'float64' });
    const tolls = () => new Box(0, this.maximumToll, { shape: [network.edges.length], dtype: 'float64' });
    const leaderActions = rules.control === 'tolls' ? tolls : split;
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(1),
        actionSpace: leaderActions(),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: leaderActions(),
        actionSpace: split(),
      },
    ];
  }

  /** Numbers in the leader's action: paths or edges. */
  private get width(): number {
    const { paths, edges } = this.network;
    return this.control === 'tolls' ? edges.length : paths.length;
  }

  protected override allocateState(): void {
    this.leaderFlow = this.array(Float64Array, this.network.edges.length);
    this.followerFlow = this.array(Float64Array, this.network.edges.length);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { width } = this;
    const count = this.network.edges.length;
    this.leaderFlow.fill(0, lane * count, (lane + 1) * count);
    this.followerFlow.fill(0, lane * count, (lane + 1) * count);
    out.observations[0][lane] = 0;
    out.observations[1].fill(0, lane * width, (lane + 1) * width);
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { width } = this;
    const chosen = actions[0];
    const seen = out.observations[1];
    for (let k = from * width; k < to * width; k++) seen[k] = chosen[k];
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { network, leaderShare, leaderFlow, followerFlow, control } = this;
    const paths = network.paths.length;
    const edges = network.edges.length;
    const routed = leaderShare * network.demand;
    for (let i = from; i < to; i++) {
      const at = i * edges;
      if (control === 'flow') splitFlow(network, actions[0], i * paths, routed, leaderFlow, at);
      splitFlow(network, actions[1], i * paths, network.demand - routed, followerFlow, at);
      const potential = beckmannPotential(network, leaderFlow, at, followerFlow, at);
      const tolls = control === 'tolls' ? this.tollsPaid(actions[0], at) : 0;
      out.rewards[0][i] = 0 - this.timeSpent(at) - (this.objective === 'disutility' ? tolls : 0);
      out.rewards[1][i] = 0 - potential - tolls;
    }
    out.terminated.fill(1, from, to);
    this.commit(from, to, actions, out);
  }

  private timeSpent(at: number): number {
    const { edges } = this.network;
    let time = 0;
    for (let e = 0; e < edges.length; e++) {
      const flow = this.leaderFlow[at + e] + this.followerFlow[at + e];
      time += flow * edges[e].latency.value(flow);
    }
    return time;
  }

  private tollsPaid(tolls: TypedArray, at: number): number {
    let paid = 0;
    for (let e = 0; e < this.network.edges.length; e++) paid += this.followerFlow[at + e] * tolls[at + e];
    return paid;
  }
}

function largestMarginalCost({ edges, demand }: Network): number {
  return Math.max(...edges.map(({ latency }) => latency.value(demand) + demand * latency.derivative(demand)));
}

export const stackelbergRouting = defineGame({
  id: 'StackelbergRouting-v0',
  summary: 'A leader routes a share of the traffic or sets tolls; selfish users take the quickest paths',
  parameters,
  create: ({ control, objective, maximumToll, leaderShare = control === 'tolls' ? 0 : 0.5, ...network }) =>
    new StackelbergRouting(networkOf({ ...network, leaderShare }), {
      leaderShare,
      control,
      objective,
      maximumToll,
    }),
  presets: {
    pigou: { name: 'pigou' },
    pigou_quadratic: { name: 'pigou_quadratic' },
    braess: { name: 'braess' },
    llf_tight: { name: 'llf_tight' },
    pigou_tolls: { name: 'pigou', control: 'tolls' },
    braess_tolls: { name: 'braess', control: 'tolls' },
    two_bridges: { name: 'two_bridges' },
  },
  oracle: { name: 'wardrop-response' },
  renderer: routingRenderer,
});
