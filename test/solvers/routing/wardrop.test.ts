import { describe, expect, it } from '@jest/globals';
import {
  beckmannPotential,
  braess,
  type Network,
  parallelLinks,
  pigou,
  totalCost,
} from '../../../envs/routing/network.js';
import { Rng } from '../../../gymnasium/rng.js';
import { loadsOf, marginalTolls, socialOptimum, wardrop } from '../../../solvers/routing/wardrop.js';
import { grid, power, randomLinks, seriesParallel } from './graphs.js';

const nash = (network: Network) => totalCost(network, wardrop(network).edgeFlows);

describe('wardrop', () => {
  it('is 1 on the links of Pigou and 2 on the graph of Braess', () => {
    expect(nash(pigou())).toBeCloseTo(1, 12);
    const { pathFlows, pathCost, gap } = wardrop(braess());
    expect(pathCost).toBeCloseTo(2, 12);
    expect(gap).toBeLessThan(1e-12);
    expect(nash(braess())).toBeCloseTo(2, 12);
    expect(Math.max(...pathFlows)).toBeCloseTo(1, 12);
  });

  it.each([2, 4, 10])('leaves all users on x^%d', (p) => {
    const { edgeFlows, pathCost } = wardrop(pigou(p));
    expect(pathCost).toBeCloseTo(1, 12);
    expect(edgeFlows[1]).toBeCloseTo(1, 9);
  });

  it('takes flow that is there before into account', () => {
    const { edgeFlows, pathCost } = wardrop(parallelLinks(['x', '2x']), {
      demand: 0.5,
      base: [0, 0.5],
    });
    expect(Array.from(edgeFlows)).toEqual([0.5, 0]);
    expect(pathCost).toBeCloseTo(0.5, 12);
    const { edgeFlows: none } = wardrop(pigou(), { demand: 0 });
    expect(Array.from(none)).toEqual([0, 0]);
  });

  it.each([
    ['links', (rng: Rng) => randomLinks(rng, 8, power)],
    ['series-parallel graphs', (rng: Rng) => seriesParallel(rng, 14, power)],
    ['grids', (rng: Rng) => grid(rng, 4, power)],
  ])('equalises the latencies of used paths and minimises the potential on random %s', (name, make) => {
    const rng = new Rng(name);
    for (let trial = 0; trial < 15; trial++) {
      const network = make(rng);
      const flow = wardrop(network);
      expect(flow.gap).toBeLessThan(1e-12 * (1 + flow.pathCost));
      const sum = flow.pathFlows.reduce((total, x) => total + x, 0);
      expect(sum).toBeCloseTo(1, 12);
      const none = new Float64Array(network.edges.length);
      const potential = (edges: Float64Array) => beckmannPotential(network, none, 0, edges, 0);
      const least = potential(flow.edgeFlows);
      for (let other = 0; other < 20; other++) {
        const weights = network.paths.map(() => rng.uniform() ** 4);
        const total = weights.reduce((a, b) => a + b, 0);
        const moved = flow.pathFlows.map((x, p) => 0.9 * x + (0.1 * weights[p]) / total);
        expect(potential(loadsOf(network, moved))).toBeGreaterThanOrEqual(least - 1e-12);
      }
    }
  });

  it('costs at most 4/3 of the optimum where latencies are affine (Roughgarden & Tardos 2002)', () => {
    const rng = new Rng('price of anarchy');
    for (let trial = 0; trial < 30; trial++) {
      const network = seriesParallel(rng, 10);
      expect(nash(network)).toBeLessThanOrEqual((4 / 3 + 1e-12) * socialOptimum(network).cost);
    }
  });
});

describe('socialOptimum', () => {
  it.each([
    [1, 0.75, 4 / 3],
    [2, 0.6151, 1.625752],
    [4, 0.465008, 2.150502],
    [10, 0.284733, 3.512059],
  ])('on 1 and x^%d costs %d, and the price of anarchy is %d', (p, cost, anarchy) => {
    const network = pigou(p);
    const optimum = socialOptimum(network);
    expect(Math.abs(optimum.cost - cost)).toBeLessThan(1e-6);
    expect(optimum.cost).toBeCloseTo(1 - p * (p + 1) ** (-(p + 1) / p), 10);
    expect(Math.abs(nash(network) / optimum.cost - anarchy)).toBeLessThan(1e-6);
  });

  it('is 1.5 on the graph of Braess', () => {
    expect(socialOptimum(braess()).cost).toBeCloseTo(1.5, 12);
  });

  it('takes latencies that are no polynomials', () => {
    const network = parallelLinks(['1 / (2 - x)', '0.2 + sqrt(x)', 'exp(x) - 0.7', '0.4 + max(0, x - 0.3)']);
    const { edgeFlows, gap, pathCost } = socialOptimum(network);
    expect(gap).toBeLessThan(1e-9);
    expect(2 / (2 - edgeFlows[0]) ** 2).toBeCloseTo(pathCost, 7);
    expect(0.2 + 1.5 * Math.sqrt(edgeFlows[1])).toBeCloseTo(pathCost, 7);
    const users = wardrop(network);
    expect(users.gap).toBeLessThan(1e-12);
    expect(users.edgeFlows[1]).toBeCloseTo((users.pathCost - 0.2) ** 2, 9);
  });

  it('is an equilibrium under marginal-cost tolls', () => {
    const rng = new Rng('tolls');
    for (let trial = 0; trial < 20; trial++) {
      const network = seriesParallel(rng, 10, power);
      const { cost, edgeFlows } = socialOptimum(network);
      const { edgeFlows: tolled } = wardrop(network, { tolls: marginalTolls(network, edgeFlows) });
      expect(totalCost(network, tolled)).toBeCloseTo(cost, 9);
      expect(cost).toBeLessThanOrEqual(nash(network) + 1e-12);
    }
  });

  it('charges half on the second link of Pigou and on the edges x of Braess', () => {
    const tolls = (network: Network) => Array.from(marginalTolls(network, socialOptimum(network).edgeFlows));
    expect(tolls(pigou())).toEqual([0, expect.closeTo(0.5, 9)]);
    expect(tolls(braess())).toEqual([expect.closeTo(0.5, 9), 0, 0, expect.closeTo(0.5, 9), 0]);
  });
});
