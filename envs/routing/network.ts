import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { type Latency, parseLatency } from './latency.js';
import { type NetworkName, namedNetworks } from './named-networks.js';
import { reachable, simplePaths } from './paths.js';

/** An edge between two nodes, by their positions in `Network.nodes`. */
export interface NetworkEdge {
  readonly from: number;
  readonly to: number;
  readonly latency: Latency;
}

/** More paths than this are refused: an action has a number a path. */
const maximumPaths = 1000;
/** More are refused before anything is made of them. */
const maximumNodes = 1000;
const maximumEdges = 2000;

/** A directed graph with latencies, and the traffic that crosses it from one node to another. */
export interface Network {
  /** Their names. */
  readonly nodes: readonly string[];
  readonly edges: readonly NetworkEdge[];
  readonly origin: number;
  readonly destination: number;
  /** All traffic, the leader's included. */
  readonly demand: number;
  /** Every path without repeated nodes from the origin to the destination, as positions in `edges`. */
  readonly paths: readonly (readonly number[])[];
}

/** A graph as it is written: nodes by name. */
export interface GraphSpec {
  /** Their names, or how many there are: then they are named 0, 1, ... */
  readonly nodes: readonly string[] | number;
  readonly edges: readonly {
    readonly from: string | number;
    readonly to: string | number;
    readonly latency: string | number;
  }[];
  /** Default: the first node. */
  readonly origin?: string | number;
  /** Default: the last node. */
  readonly destination?: string | number;
}

/** The network of a game, in one of three forms: `links`, `nodes` and `edges`, or `name`. */
export interface NetworkParameters extends Partial<GraphSpec> {
  readonly links?: readonly (string | number)[];
  readonly name?: NetworkName;
  readonly demand?: number;
  /** One named network depends on it. */
  readonly leaderShare?: number;
}

/**
 * The network that parameters describe: of `links`, else of `edges`, else of `name`; Pigou's where they name none.
 * @throws InvalidArgument naming the field, for unknown nodes, graphs that do not hang together, bad latencies, more than
 * 1000 nodes, links or paths, or 2000 edges
 */
export function networkOf(parameters: NetworkParameters): Network {
  const { links, nodes, edges, origin, destination, demand = 1, name, leaderShare = 0.5 } = parameters;
  if (links !== undefined) return parallelLinks(links, demand);
  if (edges !== undefined) return graph({ nodes: nodes ?? [], edges, origin, destination }, demand);
  return networkOf({ ...namedNetworks[name ?? 'pigou'](leaderShare), demand });
}

/** Pigou's network: links with latencies 1 and x^degree. */
export function pigou(degree = 1, demand = 1): Network {
  return parallelLinks([1, degree === 1 ? 'x' : `x^${degree}`], demand);
}

/** Braess's network: s-v and w-t take x, v-t and s-w take 1, the shortcut v-w nothing. */
export function braess(demand = 1): Network {
  return networkOf({ name: 'braess', demand });
}

/** Links side by side from s to t, with these latencies in x. @throws InvalidArgument for a bad latency */
export function parallelLinks(latencies: readonly (string | number)[], demand = 1): Network {
  checkDemand(demand);
  if (latencies.length === 0) throw new InvalidArgument('links: expected at least one latency, got [].');
  checkSize('links', 'latencies', latencies.length, maximumPaths);
  const edges = latencies.map((text, k) => ({
    from: 0,
    to: 1,
    latency: parseLatency(`links[${k}]`, text, demand),
  }));
  return withPaths({ nodes: ['s', 't'], edges, origin: 0, destination: 1, demand });
}

/** A graph given by names. @throws InvalidArgument as `networkOf` does */
export function graph(spec: GraphSpec, demand = 1): Network {
  checkDemand(demand);
  checkSize('nodes', 'nodes', typeof spec.nodes === 'number' ? spec.nodes : spec.nodes.length, maximumNodes);
  checkSize('edges', 'edges', spec.edges.length, maximumEdges);
  const nodes =
    typeof spec.nodes === 'number' ? Array.from({ length: spec.nodes }, (_, k) => String(k)) : spec.nodes;
  const positions = new Map(nodes.map((name, k) => [name, k]));
  const twice = nodes.find((name, k) => positions.get(name) !== k);
  if (twice !== undefined)
    throw new InvalidArgument(`nodes: expected different names, got ${describe(twice)} twice.`);
  const position = (field: string, name: string | number): number => {
    const at = positions.get(String(name));
    if (at === undefined) throw new InvalidArgument(`${field}: ${unknownName('node', String(name), nodes)}`);
    return at;
  };
  const edges = spec.edges.map(({ from, to, latency }, k) => ({
    from: position(`edges[${k}].from`, from),
    to: position(`edges[${k}].to`, to),
    latency: parseLatency(`edges[${k}].latency`, latency, demand),
  }));
  const origin = position('origin', spec.origin ?? nodes[0]);
  const destination = position('destination', spec.destination ?? nodes.at(-1)!);
  checkGraph(nodes, edges, origin, destination);
  return withPaths({ nodes, edges, origin, destination, demand });
}

function checkDemand(demand: number): void {
  if (!(Number.isFinite(demand) && demand > 0))
    throw new InvalidArgument(`demand: expected a positive number, got ${describe(demand)}.`);
}

function checkSize(field: string, what: string, count: number, most: number): void {
  if (count > most)
    throw new InvalidArgument(`${field}: expected at most ${most} ${what}, got ${describe(count)}.`);
}

function checkGraph(
  nodes: readonly string[],
  edges: readonly NetworkEdge[],
  origin: number,
  destination: number,
): void {
  if (origin === destination) {
    throw new InvalidArgument(
      `destination: expected another node than the origin, got ${describe(nodes[destination])}.`,
    );
  }
  const loop = edges.findIndex(({ from, to }) => from === to);
  if (loop >= 0) {
    throw new InvalidArgument(
      `edges[${loop}]: expected an edge between two nodes, got one from ${describe(nodes[edges[loop].from])} to itself.`,
    );
  }
  const bothWays = edges.flatMap(({ from, to }) => [
    { from, to },
    { from: to, to: from },
  ]);
  const joined = reachable(bothWays, origin, nodes.length);
  const lone = nodes.findIndex((_, node) => !joined[node]);
  if (lone >= 0) {
    throw new InvalidArgument(
      `edges: expected a connected graph, got one in which nothing joins ${describe(nodes[lone])} to ${describe(nodes[origin])}.`,
    );
  }
}

function withPaths(network: Omit<Network, 'paths'>): Network {
  const { nodes, edges, origin, destination } = network;
  const ends = `from ${describe(nodes[origin])} to ${describe(nodes[destination])}`;
  if (!reachable(edges, origin, nodes.length)[destination]) {
    throw new InvalidArgument(`edges: expected a path ${ends}, got none.`);
  }
  const paths = simplePaths(edges, origin, destination, nodes.length, maximumPaths);
  if (paths === null) {
    throw new InvalidArgument(`edges: expected at most ${maximumPaths} paths ${ends}, got more.`);
  }
  return { ...network, paths };
}

/** Adds up path flows, from `pathFlows[at]` on, to edge flows, which are written from `into[intoAt]` on. */
export function edgeFlows(
  { paths, edges }: Network,
  pathFlows: ArrayLike<number>,
  at: number,
  into: Float64Array,
  intoAt: number,
): void {
  into.fill(0, intoAt, intoAt + edges.length);
  for (let p = 0; p < paths.length; p++) {
    const path = paths[p];
    for (let k = 0; k < path.length; k++) into[intoAt + path[k]] += pathFlows[at + p];
  }
}

/**
 * Splits `mass` of traffic over the paths in proportion to weights, from `weights[at]` on (evenly where all are 0), and
 * writes the edge flows from `into[intoAt]` on.
 */
export function splitFlow(
  network: Network,
  weights: ArrayLike<number>,
  at: number,
  mass: number,
  into: Float64Array,
  intoAt: number,
): void {
  const { paths, edges } = network;
  let sum = 0;
  for (let p = 0; p < paths.length; p++) sum += weights[at + p];
  into.fill(0, intoAt, intoAt + edges.length);
  for (let p = 0; p < paths.length; p++) {
    const path = paths[p];
    const flow = mass * (sum > 0 ? weights[at + p] / sum : 1 / paths.length);
    for (let k = 0; k < path.length; k++) into[intoAt + path[k]] += flow;
  }
}

/** Sum over the edges of x_e l_e(x_e): the time that all users spend, with edge flows x from `flows[at]` on. */
export function totalCost({ edges }: Network, flows: ArrayLike<number>, at = 0): number {
  let cost = 0;
  for (let e = 0; e < edges.length; e++) {
    const x = flows[at + e];
    if (x > 0) cost += x * edges[e].latency.value(x);
  }
  return cost;
}

/**
 * What the followers minimise: the sum over the edges of the integral of l_e from the leader's flow y_e to y_e + z_e, with
 * the followers' flow z. Its derivative along a path is the latency of the path (Beckmann, McGuire & Winsten 1956).
 */
export function beckmannPotential(
  { edges }: Network,
  leader: ArrayLike<number>,
  leaderAt: number,
  followers: ArrayLike<number>,
  followersAt: number,
): number {
  let potential = 0;
  for (let e = 0; e < edges.length; e++) {
    const { latency } = edges[e];
    const y = leader[leaderAt + e];
    potential += latency.integral(y + followers[followersAt + e]) - latency.integral(y);
  }
  return potential;
}
