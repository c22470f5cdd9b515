import { describe, expect, it } from '@jest/globals';
import {
  beckmannPotential,
  braess,
  edgeFlows,
  graph,
  networkOf,
  parallelLinks,
  pigou,
  splitFlow,
  totalCost,
} from '../../../envs/routing/network.js';
import { layOut } from '../../../envs/routing/network-layout.js';
import { Rng } from '../../../gymnasium/rng.js';

const road = (from: string | number, to: string | number, latency: string | number = 'x') => ({
  from,
  to,
  latency,
});

/** Every node has an edge to every other. */
const complete = (count: number) =>
  Array.from({ length: count * count }, (_, k) => [Math.floor(k / count), k % count])
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => road(from, to));

describe('networks', () => {
  it('list their paths depth first', () => {
    expect(parallelLinks(['1', 'x', 'x^2']).paths).toEqual([[0], [1], [2]]);
    expect(braess().paths).toEqual([
      [0, 1],
      [0, 4, 3],
      [2, 3],
    ]);
  });

  it.each([2, 3, 4, 5, 6])('a complete graph of %i nodes has as many paths as there are orders', (count) => {
    // The sum over k of (count - 2)! / k!, the ordered choices of nodes between.
    const expected = [0, 0, 1, 2, 5, 16, 65][count];
    const { paths, edges, origin, destination } = graph({ nodes: count, edges: complete(count) });
    expect(paths).toHaveLength(expected);
    expect(new Set(paths.map(String)).size).toBe(expected);
    for (const path of paths) {
      expect(edges[path[0]].from).toBe(origin);
      expect(edges[path.at(-1)!].to).toBe(destination);
      path.slice(1).forEach((edge, k) => {
        expect(edges[edge].from).toBe(edges[path[k]].to);
      });
    }
  });

  it('do not wander where nothing leads to the destination', () => {
    const maze = complete(14).map(({ from, to }) => road(Number(from) + 2, Number(to) + 2));
    const { paths } = graph({
      nodes: 16,
      edges: [road(0, 1), road(0, 2), ...maze],
      origin: 0,
      destination: 1,
    });
    expect(paths).toEqual([[0]]);
  });

  it.each([
    ['pigou, all on x', pigou(), [0, 1], 1],
    ['pigou, half', pigou(), [0.5, 0.5], 0.75],
    ['pigou x^2, optimum', pigou(2), [1 - 3 ** -0.5, 3 ** -0.5], 1 - 2 * 3 ** -1.5],
    ['pigou x^4, optimum', pigou(4), [1 - 5 ** -0.25, 5 ** -0.25], 1 - 4 * 5 ** -1.25],
    ['braess, equilibrium', braess(), [0, 1, 0], 2],
    ['braess, outer paths', braess(), [0.5, 0, 0.5], 1.5],
    ['braess, half a leader on them', braess(), [0.25, 0.5, 0.25], 1.625],
    ['llf_tight, leader on x', networkOf({ name: 'llf_tight', leaderShare: 0.4 }), [0.6, 0.4], 0.6],
  ])('cost what the closed form says: %s', (_name, network, pathFlows, cost) => {
    const flows = new Float64Array(network.edges.length + 1);
    edgeFlows(network, [9, ...pathFlows], 1, flows, 1);
    expect(totalCost(network, flows, 1)).toBeCloseTo(cost, 12);
    const split = new Float64Array(network.edges.length);
    splitFlow(
      network,
      pathFlows.map((flow) => flow / 3),
      0,
      1,
      split,
      0,
    );
    expect(totalCost(network, split)).toBeCloseTo(cost, 12);
  });

  it("the potential's derivative along a path is the latency of the path", () => {
    const network = networkOf({ name: 'two_bridges' });
    const rng = new Rng(5);
    const random = () => Float64Array.from(network.edges, () => rng.uniform() / 2);
    for (let round = 0; round < 5; round++) {
      const [leader, followers] = [random(), random()];
      for (const path of network.paths) {
        const at = (more: number) =>
          beckmannPotential(
            network,
            leader,
            0,
            followers.map((z, e) => z + (path.includes(e) ? more : 0)),
            0,
          );
        const latency = path.reduce(
          (sum, e) => sum + network.edges[e].latency.value(leader[e] + followers[e]),
          0,
        );
        expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(latency, 7);
      }
    }
  });

  it('take names or numbers of nodes, and go from the first to the last', () => {
    const edges = [road(0, 2), road(1, 0), road(2, 1)];
    expect(graph({ nodes: 3, edges })).toMatchObject({ origin: 0, destination: 2, paths: [[0]] });
    expect(graph({ nodes: ['2', '1', '0'], edges, origin: '2', destination: 0 }).paths).toEqual([[2, 1]]);
  });

  it.each([
    [{ nodes: ['a', 'b'], edges: [road('a', 'c')] }, 'edges[0].to: Unknown node "c".'],
    [{ nodes: 2, edges: [road(0, 2)] }, 'edges[0].to: Unknown node "2".'],
    [{ nodes: ['a', 'b'], edges: [road('a', 'b')], origin: 'z' }, 'origin: Unknown node "z".'],
    [{ nodes: ['a', 'a'], edges: [road('a', 'a')] }, 'nodes: expected different names, got "a" twice.'],
    [
      { nodes: 3, edges: [road(0, 2)] },
      'expected a connected graph, got one in which nothing joins "1" to "0".',
    ],
    [{ nodes: 2, edges: [road(1, 0)] }, 'edges: expected a path from "0" to "1", got none.'],
    [{ nodes: 2, edges: [road(0, 0), road(0, 1)] }, 'edges[0]: expected an edge between two nodes'],
    [
      { nodes: 2, edges: [road(0, 1)], destination: 0 },
      'destination: expected another node than the origin, got "0".',
    ],
    [
      { nodes: 2, edges: [road(0, 1, 'x - 1')] },
      'edges[0].latency: expected a latency that is never negative',
    ],
    [{ nodes: 9, edges: complete(9) }, 'edges: expected at most 1000 paths from "0" to "8", got more.'],
    [{ links: ['1', '-x'] }, 'links[1]: expected a latency that is never negative'],
    [{ links: ['1'], demand: 0 }, 'demand: expected a positive number, got 0.'],
  ])('refuse %j', (parameters, message) => {
    expect(() => networkOf(parameters)).toThrow(message);
  });

  it('are refused where they are too large', () => {
    const many = Array.from({ length: 2001 }, () => road(0, 1));
    const names = Array.from({ length: 1001 }, (_, k) => `node ${k}`);
    expect(() => graph({ nodes: names, edges: [road(0, 1)] })).toThrow(
      'nodes: expected at most 1000 nodes, got 1001.',
    );
    expect(() => graph({ nodes: 2, edges: many })).toThrow('edges: expected at most 2000 edges, got 2001.');
    expect(() => parallelLinks(names.map(() => 'x'))).toThrow(
      'links: expected at most 1000 latencies, got 1001.',
    );
  });

  it('of the largest size have their paths found in time', () => {
    const chain = Array.from({ length: 999 }, (_, k) => road(k, k + 1, 1));
    const twice = chain.slice(0, 9);
    const { paths } = graph({ nodes: 1000, edges: [...chain, ...twice] });
    expect(paths).toHaveLength(2 ** 9);
    expect(new Set(paths.map(String)).size).toBe(2 ** 9);
  });

  it('are laid out as wide as asked', () => {
    expect(layOut(pigou(), 0, 40).width).toBe(372);
    expect(layOut(pigou(), 0, 40, 620).width).toBe(620);
    expect(layOut(networkOf({ name: 'two_bridges' }), 0, 40, 620).width).toBe(852);
  });

  it('are laid out with every node in a place of its own, from left to right', () => {
    const network = networkOf({ name: 'two_bridges' });
    const { nodes, roads, width, height } = layOut(network, 50, 40);
    expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(6);
    expect(roads).toHaveLength(9);
    for (const { x, y } of nodes) {
      expect(x > 0 && x < width && y > 50 && y < height).toBe(true);
      expect(x).toBeGreaterThanOrEqual(nodes[network.origin].x);
      expect(x).toBeLessThanOrEqual(nodes[network.destination].x);
    }
  });
});
