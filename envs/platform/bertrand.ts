import { logSumExp, rootOf } from './numerics.js';

/**
 * Price competition between two sellers of differentiated goods under logit demand (Calvano, Calzolari, Denicolò & Pastorello,
 * "Artificial intelligence, algorithmic pricing, and collusion", American Economic Review 2020).
 */
export interface Economy {
  /** What a unit costs a seller. */
  readonly cost: number;
  /** Quality of either good, in units of price. */
  readonly quality: number;
  /** Quality of buying nothing. */
  readonly outsideQuality: number;
  /** How much goods differ in buyers' eyes, above 0: the smaller, the more a lower price draws. */
  readonly mu: number;
}

/** The share of buyers, in [0, 1], that each of the shown goods gets. */
export function demand(economy: Economy, shownPrices: readonly number[]): number[] {
  const { quality, mu } = economy;
  const total = buyersSurplus(economy, shownPrices);
  return shownPrices.map((price) => Math.exp((quality - price - total) / mu));
}

/** What buyers expect of the shown goods, in units of price: mu log(sum exp((quality - p) / mu) + exp(outsideQuality / mu)). */
export function buyersSurplus(
  { quality, outsideQuality, mu }: Economy,
  shownPrices: readonly number[],
): number {
  return mu * logSumExp([...shownPrices.map((price) => (quality - price) / mu), outsideQuality / mu]);
}

/** What two sellers ask. */
export type PricePair = readonly [number, number];

/** The prices of the sellers that are shown, which are given as bits: 1 for seller 0 and 2 for seller 1. */
export function pricesShown(shown: number, pair: PricePair): number[] {
  return pair.filter((_, seller) => (shown & (seller + 1)) !== 0);
}

/** Profit of seller 0 or 1 where these sellers are shown, as bits. */
export function sellerProfit(economy: Economy, seller: 0 | 1, shown: number, pair: PricePair): number {
  if ((shown & (seller + 1)) === 0) return 0;
  const seen = pricesShown(shown, pair);
  const ownFirst = seller === 0 ? seen : seen.reverse();
  return (pair[seller] - economy.cost) * demand(economy, ownFirst)[0];
}

/** Profit of each of two sellers that are both shown and ask the same price. */
export function profitAt(economy: Economy, price: number): number {
  return (price - economy.cost) * demand(economy, [price, price])[0];
}

/** The price of the only Nash equilibrium of two sellers: p - cost = mu / (1 - D(p)). */
export function nashPrice(economy: Economy): number {
  const { cost, mu } = economy;
  return rootOf((price) => (price - cost) * (1 - demand(economy, [price, price])[0]) - mu, cost, mu);
}

/** The price of both that maximises their joint profit: p - cost = mu / (1 - 2 D(p)). */
export function monopolyPrice(economy: Economy): number {
  const { cost, quality, outsideQuality, mu } = economy;
  const nobody = (price: number) =>
    Math.exp(
      (outsideQuality - mu * logSumExp([Math.log(2) + (quality - price) / mu, outsideQuality / mu])) / mu,
    );
  return rootOf((price) => (price - cost) * nobody(price) - mu, cost, mu);
}

/** Where a mean profit stands between competition (0) and collusion (1): Delta of Calvano et al. */
export function gainIndex(economy: Economy, profit: number): number {
  const competitive = profitAt(economy, nashPrice(economy));
  return (profit - competitive) / (profitAt(economy, monopolyPrice(economy)) - competitive);
}

/** Four evenly spaced prices from 1.05 to 1.7, of the platform experiments of Brero et al. */
export const platformGrid: readonly number[] = evenly(1.05, 1.7, 4);

/** The grid of Calvano et al.: 15 prices that reach a tenth of the way from Nash to monopoly beyond either. */
export function calvanoGrid(economy: Economy): readonly number[] {
  const [low, high] = [nashPrice(economy), monopolyPrice(economy)];
  const margin = 0.1 * (high - low);
  return evenly(low - margin, high + margin, 15);
}

function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));
}
