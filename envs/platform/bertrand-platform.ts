import { InvalidArgument } from '../../gymnasium/error.js';
import type { Rng } from '../../gymnasium/rng.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame, z } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import {
  buyersSurplus,
  calvanoGrid,
  type Economy,
  type PricePair,
  platformGrid,
  pricesShown,
  sellerProfit,
} from './bertrand.js';
import { bertrandPlatformRenderer } from './bertrand-platform-rendering.js';
import {
  type Display,
  displayed,
  displayRules,
  incumbentAfter,
  leaderChoices,
  noIncumbent,
} from './display-rules.js';

const whole = 'expected an integer';
const finite = 'expected a finite number';
const price = z.number(finite).min(0, 'expected a price of at least 0').max(1e6, 'expected at most 1e6');
const grid = z
  .array(price)
  .min(2, 'expected at least 2 prices')
  .max(100, 'expected at most 100 prices')
  .refine((prices) => prices.every((p, k) => k === 0 || p > prices[k - 1]), 'expected ascending prices');

const parameters = z.strictObject({
  prices: z
    .union([z.literal(4), z.literal(15), grid], 'expected 4, 15 or a list of ascending prices')
    .default(4)
    .describe('4: from 1.05 to 1.7; 15: the grid of Calvano et al.; or the prices, ascending'),
  cost: z
    .number(finite)
    .min(0, 'expected a cost of at least 0')
    .max(1e6, 'expected at most 1e6')
    .default(1)
    .describe('What a unit costs a seller'),
  quality: z
    .number(finite)
    .min(-1e6, 'expected at least -1e6')
    .max(1e6, 'expected at most 1e6')
    .default(2)
    .describe('Quality of either good'),
  outsideQuality: z
    .number(finite)
    .min(-1e6, 'expected at least -1e6')
    .max(1e6, 'expected at most 1e6')
    .default(0)
    .describe('Quality of buying nothing'),
  mu: z
    .number(finite)
    .min(1e-3, 'expected at least 0.001')
    .max(1e6, 'expected at most 1e6')
    .default(0.25)
    .describe('How much the goods differ in the eyes of buyers'),
  discount: z
    .number(finite)
    .gt(0, 'expected above 0')
    .max(1, 'expected at most 1')
    .default(1)
    .describe('Weight of the reward at step t is discount^t'),
  rule: z.enum(displayRules).default('none').describe('How the platform chooses the sellers that buyers see'),
  advantage: z
    .number(finite)
    .min(0, 'expected at least 0')
    .max(1e6, 'expected at most 1e6')
    .optional()
    .describe('With rule dpdp: the incumbent stays while it is dearer by less than this (0.3)'),
  leaderSees: z
    .enum(['nothing', 'prices'])
    .default('nothing')
    .describe('What the platform sees before it acts'),
  horizon: z
    .int(whole)
    .min(1, 'expected at least 1')
    .max(1_000_000, 'expected at most 1000000')
    .default(30)
    .describe('Steps until truncation'),
});

/**
 * ## Description
 * Two sellers on a platform set prices again and again, under the logit demand of Calvano et al. (2020); the platform chooses whom buyers see, to
 * keep sellers that learn to price from colluding (Brero et al. 2022). Rules: `none` shows both. `pdp` gives the buy box to the
 * lowest price (seller 0 if equal). `dpdp` leaves it with the incumbent while that did not raise its price and is dearer by
 * less than `advantage`, else does as `pdp`. `block-equal` shows nobody if prices are equal. `threshold`: the platform
 * chooses a price of the grid and shows whoever asks no more. `binary`: the same with the lowest or the highest price.
 *
 * ## Action Space
 * `leader_0`, the platform: `threshold`, `Discrete(m)`, an index into the m prices; `binary`, `Discrete(2)`, lowest and
 * highest; else `Discrete(1)`. `follower_0` and `follower_1`, the sellers: `Discrete(m)`, an index into the prices.
 *
 * ## Observation Space
 * Sellers: `Discrete(m * m)`, the last prices as a + m b, with the indices a of seller 0 and b of seller 1. `leader_0`:
 * with `leaderSees: 'nothing'`, `Discrete(1)`; with `prices`, `Discrete(m * m)`, the prices of the present step, since sellers
 * move first (see `ParallelEnv.commit`), and before that the last ones.
 *
 * ## Rewards
 * Sellers: profit, (price - cost) times the share of buyers, 0 if not shown. `leader_0`: consumer surplus,
 * mu log(sum over shown sellers of exp((quality - price) / mu) + exp(outsideQuality / mu)).
 *
 * ## Starting State
 * Last prices drawn uniformly, and no incumbent. The market itself is one endless stream that is cut into episodes: after
 * `goOn` an episode begins with the prices and the incumbent at which the last one ended, as sellers that learn need it.
 *
 * ## Episode End
 * Truncation: after `horizon` steps. No termination.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('BertrandPlatform-v0', { rule: 'threshold', leaderSees: 'prices' })`. `prices` (4: from 1.05 to 1.7; 15; or a
 * list), `cost` (1), `quality` (2), `outsideQuality` (0), `mu` (0.25), `discount` (1), `rule` (none), `advantage` (0.3), `leaderSees`
 * (nothing), `horizon` (30).
 *
 * ## References
 * G. Brero, N. Lepore, E. Mibuari, D. C. Parkes. Learning to mitigate AI collusion on economic platforms. NeurIPS 2022.
 * E. Calvano, G. Calzolari, V. Denicolò, S. Pastorello. Artificial intelligence, algorithmic pricing, and collusion. American Economic
 * Review 110(10), 2020. J. P. Johnson, A. Rhodes, M. Wildenbeest. Platform design when sellers use pricing algorithms. Econometrica
 * 91(5), 2023.
 *
 * ## Version History
 * - v0: first release.
 */
export class BertrandPlatform extends MarkovGame implements Display {
  override readonly firstMovers = 'follower';
  override readonly discount: number;
  readonly agents: readonly AgentSpec[];
  readonly economy: Economy;
  readonly prices: readonly number[];
  readonly rule: Display['rule'];
  readonly advantage: number;
  readonly leaderSees: 'nothing' | 'prices';
  readonly horizon: number;
  /** Each seller's profit, and consumer surplus, at a + m (b + m shown), with the sellers that are shown as bits. */
  private readonly profits: readonly [Float64Array, Float64Array];
  private readonly surpluses: Float64Array;
  private last!: Int32Array;
  private incumbent!: Int32Array;
  private time!: Int32Array;
  /** Whether the coming episode goes on from the last one. */
  private carried!: Uint8Array;

  constructor(p: z.output<typeof parameters>) {
    super();
    const { cost, quality, outsideQuality, mu } = p;
    const economy = { cost, quality, outsideQuality, mu };
    this.economy = economy;
    this.prices =
      typeof p.prices !== 'number' ? p.prices : p.prices === 4 ? platformGrid : calvanoGrid(economy);
    this.discount = p.discount;
    this.rule = p.rule;
    if (p.advantage !== undefined && p.rule !== 'dpdp') {
      throw new InvalidArgument(
        `BertrandPlatform-v0: advantage: expected none with rule ${p.rule}, got ${p.advantage}.`,
      );
    }
    this.advantage = p.advantage ?? 0.3;
    this.leaderSees = p.leaderSees;
    this.horizon = p.horizon;
    const tabulate = (of: (shown: number, pair: PricePair) => number) => this.tabulate(of);
    const profits = (seller: 0 | 1) => tabulate((shown, pair) => sellerProfit(economy, seller, shown, pair));
    this.profits = [profits(0), profits(1)];
    this.surpluses = tabulate((shown, pair) => buyersSurplus(economy, pricesShown(shown, pair)));
    this.agents = this.describeAgents();
  }

  private tabulate(of: (shown: number, pair: PricePair) => number): Float64Array {
    const { prices } = this;
    const rows = [0, 1, 2, 3].flatMap((shown) => prices.map((b) => [shown, b] as const));
    return Float64Array.from(rows.flatMap(([shown, b]) => prices.map((a) => of(shown, [a, b]))));
  }

  private at(shown: number, a: number, b: number): number {
    const m = this.prices.length;
    return a + m * (b + m * shown);
  }

  private describeAgents(): AgentSpec[] {
    const m = this.prices.length;
    const seller = (k: number): AgentSpec => ({
      id: `follower_${k}`,
      role: 'follower',
      observationSpace: new Discrete(m * m),
      actionSpace: new Discrete(m),
    });
    const platform: AgentSpec = {
      id: 'leader_0',
      role: 'leader',
      observationSpace: new Discrete(this.leaderSees === 'prices' ? m * m : 1),
      actionSpace: new Discrete(leaderChoices(this.rule, m)),
    };
    return [platform, seller(0), seller(1)];
  }

  /** Consumer surplus at the price indices a and b with these sellers shown (bits, as `displayed` gives them). */
  surplus(shown: number, a: number, b: number): number {
    return this.surpluses[this.at(shown, a, b)];
  }

  /** Profit of seller 0 or 1 at the price indices a and b with these sellers shown. */
  profit(seller: number, shown: number, a: number, b: number): number {
    return this.profits[seller][this.at(shown, a, b)];
  }

  /** What a lane's sellers see: the last prices, as a + m b. */
  lastPrices(lane: number): number {
    return this.last[lane];
  }

  /** The seller that was last shown alone in a lane, or `noIncumbent`. */
  lastIncumbent(lane: number): number {
    return this.incumbent[lane];
  }

  protected override allocateState(): void {
    this.last = this.array(Int32Array);
    this.incumbent = this.array(Int32Array);
    this.time = this.array(Int32Array);
    this.carried = this.array(Uint8Array);
  }

  override seedLane(lane: number, rng: Rng): void {
    super.seedLane(lane, rng);
    this.carried[lane] = 0;
  }

  /** Makes a lane's next episode go on from where the market now stands, unless the lane is seeded before. */
  goOn(lane: number): void {
    this.carried[lane] = 1;
  }

  override resetLane(lane: number, out: StepBuffers): void {
    if (this.carried[lane] === 0) {
      const rng = this.rng(lane);
      const m = this.prices.length;
      this.last[lane] = rng.integer(m) + m * rng.integer(m);
      this.incumbent[lane] = noIncumbent;
    }
    this.carried[lane] = 0;
    this.time[lane] = 0;
    this.show(lane, this.last[lane], out);
    out.observations[1][lane] = this.last[lane];
    out.observations[2][lane] = this.last[lane];
  }

  /** Shows the platform these prices, if it sees any. */
  private show(lane: number, profile: number, out: StepBuffers): void {
    out.observations[0][lane] = this.leaderSees === 'prices' ? profile : 0;
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const m = this.prices.length;
    for (let i = from; i < to; i++) this.show(i, actions[1][i] + m * actions[2][i], out);
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { last, incumbent, time, surpluses } = this;
    const [first, second] = this.profits;
    const m = this.prices.length;
    for (let i = from; i < to; i++) {
      const a = actions[1][i];
      const b = actions[2][i];
      const before = last[i];
      const lastA = before % m;
      const shown = displayed(this, a, b, lastA, (before - lastA) / m, incumbent[i], actions[0][i]);
      const outcome = this.at(shown, a, b);
      out.rewards[0][i] = surpluses[outcome];
      out.rewards[1][i] = first[outcome];
      out.rewards[2][i] = second[outcome];
      incumbent[i] = incumbentAfter(shown, incumbent[i]);
      last[i] = a + m * b;
      this.show(i, last[i], out);
      out.observations[1][i] = last[i];
      out.observations[2][i] = last[i];
      time[i]++;
      if (time[i] >= this.horizon) out.truncated[i] = 1;
    }
  }
}

export const bertrandPlatform = defineGame({
  id: 'BertrandPlatform-v0',
  summary: 'A platform chooses which of two sellers that learn to price its buyers see',
  parameters,
  create: (p) => new BertrandPlatform(p),
  presets: {
    pdp: { rule: 'pdp' },
    dpdp: { rule: 'dpdp' },
    reactive: { rule: 'threshold', leaderSees: 'prices' },
    calvano: { prices: 15 },
  },
  oracle: { name: 'q-sellers', options: { steps: 50_000 } },
  renderer: bertrandPlatformRenderer,
});
