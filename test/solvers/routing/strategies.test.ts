import { describe, expect, it } from '@jest/globals';
import {
  braess,
  type Network,
  networkOf,
  parallelLinks,
  pigou,
  totalCost,
} from '../../../envs/routing/network.js';
import { Rng } from '../../../gymnasium/rng.js';
import { optimalFlow } from '../../../solvers/routing/optimal-flow.js';
import { type FlowHeuristic, heuristicFlow, inducedOutcome } from '../../../solvers/routing/strategies.js';
import { marginalOutcome, optimalTolls, tolledOutcome } from '../../../solvers/routing/tolls.js';
import { socialOptimum, wardrop } from '../../../solvers/routing/wardrop.js';
import { power, randomLinks, seriesParallel } from './graphs.js';

const cost = (network: Network, share: number, strategy: FlowHeuristic) =>
  inducedOutcome(network, share, heuristicFlow(network, share, strategy)).cost;

describe('LLF, SCALE and Aloof', () => {
  it.each([0, 0.1, 0.25, 0.5, 0.75, 1])('have their closed forms on the links of Pigou, share %d', (a) => {
    const network = pigou();
    expect(cost(network, a, 'llf')).toBeCloseTo(a <= 0.5 ? 1 - a + a * a : 0.75, 9);
    expect(cost(network, a, 'scale')).toBeCloseTo(1 - a / 2 + (a * a) / 4, 9);
    expect(cost(network, a, 'aloof')).toBeCloseTo(a <= 0.5 ? 1 : 1 - (a - 0.5) + (a - 0.5) ** 2, 9);
  });

  it('cost .8125 or .765625 as published on the links of Pigou', () => {
    expect(cost(pigou(), 0.25, 'llf')).toBeCloseTo(0.8125, 9);
    expect(cost(pigou(), 0.5, 'scale')).toBeCloseTo(0.8125, 9);
    expect(cost(pigou(), 0.75, 'scale')).toBeCloseTo(0.765625, 9);
    expect(cost(pigou(), 0.75, 'aloof')).toBeCloseTo(0.8125, 9);
  });

  it.each([0.25, 0.5, 0.8])('LLF reaches its bound 4 / (3 + a) where it is tight, share %d', (a) => {
    const network = parallelLinks(['x', 1 - a]);
    expect(cost(network, a, 'llf')).toBeCloseTo(1 - a, 9);
    expect(socialOptimum(network).cost).toBeCloseTo(((1 - a) * (3 + a)) / 4, 9);
    expect(cost(network, a, 'llf') / socialOptimum(network).cost).toBeCloseTo(4 / (3 + a), 9);
  });

  it.each([0.25, 0.5, 0.75])('SCALE is 2 - a + a^2 / 2 on the graph of Braess, share %d', (a) => {
    expect(cost(braess(), a, 'scale')).toBeCloseTo(2 - a + (a * a) / 2, 9);
  });

  it('LLF keeps 4 / (3 + a) on affine and 1 / a on other parallel links (Roughgarden 2004)', () => {
    const rng = new Rng('links');
    for (let trial = 0; trial < 60; trial++) {
      const a = 0.05 + 0.95 * rng.uniform();
      const affine = randomLinks(rng, 6);
      expect(cost(affine, a, 'llf')).toBeLessThanOrEqual((4 / (3 + a) + 1e-9) * socialOptimum(affine).cost);
      const steep = randomLinks(rng, 6, power);
      expect(cost(steep, a, 'llf')).toBeLessThanOrEqual((1 / a + 1e-9) * socialOptimum(steep).cost);
    }
  });

  it('keep between the social optimum and, for LLF on series-parallel graphs, 1 + 1 / a times it (Swamy 2007)', () => {
    const rng = new Rng('series-parallel');
    for (let trial = 0; trial < 30; trial++) {
      const network = seriesParallel(rng, 8, trial % 2 ? power : undefined);
      const a = 0.1 + 0.9 * rng.uniform();
      const least = socialOptimum(network).cost;
      for (const strategy of ['llf', 'scale', 'aloof'] as const) {
        const flow = heuristicFlow(network, a, strategy);
        expect(flow.reduce((sum, x) => sum + x, 0)).toBeCloseTo(a, 9);
        expect(cost(network, a, strategy)).toBeGreaterThanOrEqual(least - 1e-9);
      }
      expect(cost(network, a, 'llf')).toBeLessThanOrEqual((1 + 1 / a) * least);
    }
  });
});

describe('optimalFlow', () => {
  it.each([
    [0.5, 0.75, 'social optimum'],
    [0.25, 0.8125, 'two paths'],
    [0, 1, 'no flow to route'],
    [1, 0.75, 'social optimum'],
  ])('on the links of Pigou with share %d costs %d: %s', async (share, value, proof) => {
    const { outcome, certificate } = await optimalFlow(pigou(), share);
    expect(outcome.cost).toBeCloseTo(value, 9);
    expect(certificate).toMatchObject({ proof });
  });

  it.each([0.1, 0.25, 0.5, 0.9])('on the graph of Braess is proved to be SCALE, share %d', async (share) => {
    const { outcome, certificate } = await optimalFlow(braess(), share);
    expect(outcome.cost).toBeCloseTo(2 - share + share ** 2 / 2, 8);
    expect(certificate).toMatchObject({ proof: 'outer approximation' });
    expect(outcome.cost - (certificate!['lowerBound'] as number)).toBeLessThan(1e-6);
  });

  it('is no worse than any of a thousand flows, and its bound is below all of them', async () => {
    const rng = new Rng('optimum');
    for (let trial = 0; trial < 4; trial++) {
      const network = trial < 2 ? randomLinks(rng, 4) : seriesParallel(rng, 5);
      const share = 0.1 + 0.4 * rng.uniform();
      const { outcome, certificate } = await optimalFlow(network, share);
      const bound = certificate!['lowerBound'] as number;
      expect(bound).toBeGreaterThanOrEqual(socialOptimum(network).cost - 1e-9);
      for (let k = 0; k < 1000; k++) {
        const weights = network.paths.map(() => rng.uniform() ** 6);
        const total = weights.reduce((a, b) => a + b, 0);
        const flow = Float64Array.from(weights, (w) => (share * w) / total);
        expect(inducedOutcome(network, share, flow).cost).toBeGreaterThanOrEqual(outcome.cost - 1e-7);
      }
    }
  });

  it('is a search alone where latencies are steep and links many, and says so', async () => {
    const network = parallelLinks(['0.5 + x^4', '0.1 + x^3', '0.3 + 2*x^2', '0.9']);
    const { outcome, certificate } = await optimalFlow(network, 0.05);
    expect(certificate).toBeNull();
    expect(outcome.cost).toBeGreaterThan(socialOptimum(network).cost);
    expect(outcome.cost).toBeLessThanOrEqual(cost(network, 0.05, 'llf') + 1e-12);
  });
});

describe('tolls', () => {
  it('bring Pigou to .75 and Braess to 1.5', () => {
    expect(marginalOutcome(pigou(), 'latency').cost).toBeCloseTo(0.75, 9);
    expect(marginalOutcome(braess(), 'latency').cost).toBeCloseTo(1.5, 9);
    expect(optimalTolls(braess(), 'latency', 2).certificate).toMatchObject({ proof: 'social optimum' });
  });

  it('count as costs where the objective is disutility', () => {
    expect(marginalOutcome(pigou(), 'disutility').cost).toBeCloseTo(1, 9);
    expect(marginalOutcome(braess(), 'disutility').cost).toBeCloseTo(2, 9);
    const links = optimalTolls(pigou(), 'disutility', 2);
    expect(links.outcome.cost).toBeCloseTo(1, 9);
    expect(links.certificate).toMatchObject({ proof: 'disjoint paths' });
    const barred = optimalTolls(braess(), 'disutility', 2);
    expect(barred.outcome.cost).toBeCloseTo(1.5, 9);
    expect(barred.outcome.tolls[4]).toBe(2);
  });

  it.each([
    ['pigou', 1],
    ['braess', 2],
  ] as const)('are none on %s where nothing that the leader may set gains', (name, least) => {
    const { outcome } = optimalTolls(networkOf({ name }), 'disutility', 1e-12);
    expect(outcome.cost).toBeCloseTo(least, 9);
    expect(Array.from(outcome.tolls).every((toll) => toll === 0)).toBe(true);
  });

  it('are none where the users are at the optimum without', () => {
    for (const objective of ['latency', 'disutility'] as const) {
      const { outcome, certificate } = optimalTolls(parallelLinks(['x', 'x']), objective, 2);
      expect(Array.from(outcome.tolls)).toEqual([0, 0]);
      expect(certificate).toMatchObject({ proof: 'social optimum' });
    }
  });

  it('are searched below a cap', () => {
    const { outcome, certificate } = optimalTolls(pigou(), 'latency', 0.2);
    expect(certificate).toBeNull();
    expect(outcome.cost).toBeCloseTo(0.2 + 0.8 ** 2, 9);
    const { followers, cost: again } = tolledOutcome(pigou(), Float64Array.of(0, 0.2), 'latency');
    expect(again).toBeCloseTo(0.84, 9);
    expect(followers.pathCost).toBeCloseTo(1, 12);
  });

  it('leave random networks at their optimum, and never below', () => {
    const rng = new Rng('marginal');
    for (let trial = 0; trial < 10; trial++) {
      const network = seriesParallel(rng, 8, power);
      const least = socialOptimum(network).cost;
      expect(marginalOutcome(network, 'latency').cost).toBeCloseTo(least, 9);
      expect(totalCost(network, wardrop(network).edgeFlows)).toBeGreaterThanOrEqual(least - 1e-12);
    }
  });
});
