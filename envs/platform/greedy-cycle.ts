import type { BertrandPlatform } from './bertrand-platform.js';
import { displayed, incumbentAfter } from './display-rules.js';

/** A step of two sellers: their price indices, who was shown (bits), and what all earned. */
export interface MarketStep {
  readonly prices: readonly [number, number];
  readonly shown: number;
  readonly surplus: number;
  readonly profits: readonly [number, number];
}

/** Where a market stands: the last prices as a + m b, and the seller that was last shown alone. */
export interface MarketState {
  readonly last: number;
  readonly incumbent: number;
}

/** The sellers' price index for each pair of last prices. */
export type PricePolicies = readonly [ArrayLike<number>, ArrayLike<number>];

/** What deterministic play comes to. */
export interface GreedyCycle {
  /** The steps before the cycle begins. */
  readonly path: readonly MarketStep[];
  /** The steps of one round. */
  readonly cycle: readonly MarketStep[];
  /** Means over the cycle. */
  readonly surplus: number;
  readonly profit: number;
  readonly price: number;
}

/**
 * Plays two deterministic sellers from a state on until a state comes back, and takes means over the cycle.
 *
 * @param leader the platform's action, given what it sees; a deterministic one
 */
export function greedyCycle(
  game: BertrandPlatform,
  policies: PricePolicies,
  start: MarketState,
  leader: (observation: number) => number = () => 0,
): GreedyCycle {
  const met = new Map<string, number>();
  const steps: MarketStep[] = [];
  for (let state = start; ; ) {
    const key = `${state.last}/${state.incumbent}`;
    const since = met.get(key);
    if (since !== undefined) return summary(game, steps, since);
    met.set(key, steps.length);
    const step = marketStep(game, policies, state, leader);
    steps.push(step);
    const [a, b] = step.prices;
    state = { last: a + game.prices.length * b, incumbent: incumbentAfter(step.shown, state.incumbent) };
  }
}

function marketStep(
  game: BertrandPlatform,
  policies: PricePolicies,
  { last, incumbent }: MarketState,
  leader: (observation: number) => number,
): MarketStep {
  const m = game.prices.length;
  const [a, b] = [policies[0][last], policies[1][last]];
  const action = leader(game.leaderSees === 'prices' ? a + m * b : 0);
  const shown = displayed(game, a, b, last % m, Math.floor(last / m), incumbent, action);
  return {
    prices: [a, b],
    shown,
    surplus: game.surplus(shown, a, b),
    profits: [game.profit(0, shown, a, b), game.profit(1, shown, a, b)],
  };
}

function summary({ prices }: BertrandPlatform, steps: readonly MarketStep[], since: number): GreedyCycle {
  const cycle = steps.slice(since);
  const mean = (of: (step: MarketStep) => number) =>
    cycle.reduce((sum, step) => sum + of(step), 0) / cycle.length;
  return {
    path: steps.slice(0, since),
    cycle,
    surplus: mean(({ surplus }) => surplus),
    profit: mean(({ profits: [a, b] }) => (a + b) / 2),
    price: mean(({ prices: [a, b] }) => (prices[a] + prices[b]) / 2),
  };
}
