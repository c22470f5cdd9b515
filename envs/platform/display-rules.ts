/** How a platform chooses the sellers that buyers see. */
export const displayRules = ['none', 'pdp', 'dpdp', 'block-equal', 'threshold', 'binary'] as const;
export type DisplayRule = (typeof displayRules)[number];

/** Nobody sold alone before. */
export const noIncumbent = -1;

/** The display rule with what it needs to know. */
export interface Display {
  readonly rule: DisplayRule;
  /** The price grid, ascending. */
  readonly prices: readonly number[];
  /** `dpdp`: the incumbent stays while it is dearer by less than this. */
  readonly advantage: number;
}

/** Whether the rule gives all buyers to one seller, the buy box. */
export function isBuyBox(rule: DisplayRule): boolean {
  return rule === 'pdp' || rule === 'dpdp';
}

/** How many actions the rule leaves the leader, for a grid of `prices` prices. */
export function leaderChoices(rule: DisplayRule, prices: number): number {
  if (rule === 'threshold') return prices;
  return rule === 'binary' ? 2 : 1;
}

/**
 * The sellers that are shown, as bits: 1 for seller 0 and 2 for seller 1. Prices are grid indices: `a` and `b` now, `lastA` and
 * `lastB` in the step before; `incumbent` is the seller that was last shown alone, or `noIncumbent`.
 */
export function displayed(
  { rule, prices, advantage }: Display,
  a: number,
  b: number,
  lastA: number,
  lastB: number,
  incumbent: number,
  action: number,
): number {
  switch (rule) {
    case 'none':
      return 3;
    case 'pdp':
      return a <= b ? 1 : 2;
    case 'dpdp': {
      const second = incumbent === 1;
      const lead = second ? prices[b] - prices[a] : prices[a] - prices[b];
      const raised = second ? b > lastB : a > lastA;
      if (incumbent !== noIncumbent && lead < advantage && !raised) return incumbent + 1;
      return a <= b ? 1 : 2;
    }
    case 'block-equal':
      return a === b ? 0 : 3;
    case 'threshold':
      return (a <= action ? 1 : 0) | (b <= action ? 2 : 0);
    case 'binary': {
      const most = action === 0 ? 0 : prices.length - 1;
      return (a <= most ? 1 : 0) | (b <= most ? 2 : 0);
    }
  }
}

/** Who is the incumbent once these sellers were shown: the one that was shown alone, else whoever was. */
export function incumbentAfter(shown: number, incumbent: number): number {
  return shown === 1 || shown === 2 ? shown - 1 : incumbent;
}
