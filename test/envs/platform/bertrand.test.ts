import { describe, expect, it } from '@jest/globals';
import {
  buyersSurplus,
  calvanoGrid,
  demand,
  gainIndex,
  monopolyPrice,
  nashPrice,
  platformGrid,
  profitAt,
} from '../../../envs/platform/bertrand.js';

const economy = { cost: 1, quality: 2, outsideQuality: 0, mu: 0.25 };

describe('the Bertrand economy of Calvano et al.', () => {
  const [nash, monopoly] = [nashPrice(economy), monopolyPrice(economy)];

  it('has the known Nash and monopoly prices, profits and surpluses', () => {
    expect(nash).toBeCloseTo(1.472927, 6);
    expect(monopoly).toBeCloseTo(1.924981, 6);
    expect(profitAt(economy, nash)).toBeCloseTo(0.222927, 6);
    expect(profitAt(economy, monopoly)).toBeCloseTo(0.33749, 6);
    expect(buyersSurplus(economy, [nash, nash])).toBeCloseTo(0.715098, 6);
    expect(buyersSurplus(economy, [monopoly, monopoly])).toBeCloseTo(0.327078, 6);
    expect(gainIndex(economy, profitAt(economy, nash))).toBeCloseTo(0, 12);
    expect(gainIndex(economy, profitAt(economy, monopoly))).toBeCloseTo(1, 12);
  });

  it.each([
    [0, 1.12607, 0.95553],
    [1, 0.91319, 0.7463],
    [2, 0.7053, 0.54647],
    [3, 0.50836, 0.36582],
  ])('at price %i of the platform grid pays buyers %d with both sellers and %d with one', (k, both, one) => {
    const price = platformGrid[k];
    expect(buyersSurplus(economy, [price, price])).toBeCloseTo(both, 5);
    expect(buyersSurplus(economy, [price])).toBeCloseTo(one, 5);
  });

  it('no seller gains by leaving the Nash price, nor both by leaving the monopoly price', () => {
    const other: typeof economy = { cost: 0.4, quality: 1.1, outsideQuality: -0.3, mu: 0.6 };
    for (const e of [economy, other]) {
      const [n, m] = [nashPrice(e), monopolyPrice(e)];
      const own = (price: number) => (price - e.cost) * demand(e, [price, n])[0];
      for (let k = -50; k <= 50; k++) {
        if (k === 0) continue;
        expect(own(n + 0.02 * k)).toBeLessThan(own(n));
        expect(profitAt(e, m + 0.02 * k)).toBeLessThan(profitAt(e, m));
      }
    }
  });

  it('demand is a distribution with the outside option, and surplus its potential', () => {
    const prices = [1.3, 1.6];
    const shares = demand(economy, prices);
    const outside = Math.exp((0 - buyersSurplus(economy, prices)) / economy.mu);
    expect(shares[0] + shares[1] + outside).toBeCloseTo(1, 12);
    const h = 1e-6;
    const slope = (buyersSurplus(economy, [1.3 + h, 1.6]) - buyersSurplus(economy, [1.3 - h, 1.6])) / (2 * h);
    expect(slope).toBeCloseTo(-shares[0], 8);
    expect(demand(economy, [])).toEqual([]);
    expect(buyersSurplus(economy, [])).toBe(0);
  });

  it('stays finite where utilities are far beyond what exponentials hold', () => {
    const extreme = { cost: 1, quality: 1000, outsideQuality: 0, mu: 0.01 };
    expect(nashPrice(extreme)).toBeCloseTo(1 + 2 * 0.01, 9);
    expect(monopolyPrice(extreme)).toBeGreaterThan(900);
    for (const share of demand(extreme, [1, 1])) expect(share).toBeCloseTo(0.5, 9);
  });

  it('spans the grid of Calvano et al. a tenth beyond Nash and monopoly', () => {
    const grid = calvanoGrid(economy);
    expect(grid).toHaveLength(15);
    expect(grid[0]).toBeCloseTo(nash - 0.1 * (monopoly - nash), 12);
    expect(grid[14]).toBeCloseTo(monopoly + 0.1 * (monopoly - nash), 12);
  });
});
