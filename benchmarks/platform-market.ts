import type { GameLane } from '../envs/core/game-lane.js';
import { shortNumber } from '../envs/core/svg.js';
import { singleLane } from '../envs/core/views.js';
import { gainIndex } from '../envs/platform/bertrand.js';
import type { BertrandPlatform } from '../envs/platform/bertrand-platform.js';
import { displayed } from '../envs/platform/display-rules.js';
import { type GreedyCycle, greedyCycle, type MarketState } from '../envs/platform/greedy-cycle.js';
import { type ChartStep, priceChart } from '../envs/platform/price-chart.js';
import type { Rng } from '../gymnasium/rng.js';
import type { QSellers, SellersResponder } from '../oracles/q-sellers.js';

/** Steps of learning, and of what it came to, that a picture shows. */
const drawn = 24;

/** The platform's action at each of its observations. */
export type PlatformAnswers = (observation: number) => number;

/** One pair of fresh sellers that learns against a platform which keeps to its answers. */
export class Market {
  private readonly lane: GameLane;
  private readonly responder: SellersResponder;
  /** The last steps of learning, a row each of prices, sellers shown and platform's action, overwritten in turn. */
  private readonly tail = new Int32Array(4 * drawn);

  constructor(
    readonly game: BertrandPlatform,
    private readonly oracle: QSellers,
    private readonly leader: PlatformAnswers,
    rng: Rng,
  ) {
    this.lane = singleLane(game);
    this.lane.seed(rng.child('game'));
    this.responder = oracle.start({ lane: this.lane, leader: 0, rng: rng.child('oracle'), simulated() {} });
  }

  get steps(): number {
    return this.responder.steps;
  }

  /** Whether learning ended because neither seller changed its greedy policy any more. */
  get settled(): boolean {
    return this.responder.unchanged >= this.oracle.options.unchanged;
  }

  /** Lets the sellers learn to the end; `look` is called after more and more steps, the last time at the end. */
  learn(look: () => void = () => {}): this {
    const response = this.responder.respond();
    let next = 1000;
    for (let step = response.next(); !step.done; ) {
      const action = this.leader(step.value.observation);
      this.remember(action);
      step = response.next(action);
      if (this.steps < next || step.done) continue;
      next = Math.ceil(1.1 * next);
      look();
    }
    look();
    return this;
  }

  /** What the sellers' greedy play now comes to, from where the market stands. */
  cycle(): GreedyCycle {
    return greedyCycle(this.game, this.responder.greedy, this.state, this.leader);
  }

  private get state(): MarketState {
    const game = this.lane.game as BertrandPlatform;
    return { last: game.lastPrices(0), incumbent: game.lastIncumbent(0) };
  }

  private remember(action: number): void {
    const { last, incumbent } = this.state;
    const m = this.game.prices.length;
    const [a, b] = [this.lane.actions[1][0], this.lane.actions[2][0]];
    const at = 4 * (this.steps % drawn);
    this.tail[at] = a;
    this.tail[at + 1] = b;
    this.tail[at + 2] = displayed(this.game, a, b, last % m, Math.floor(last / m), incumbent, action);
    this.tail[at + 3] = action;
  }

  /** The last steps of learning, and the cycle that follows when nobody explores. */
  picture(title: string): string {
    const { game } = this;
    const { path, cycle, surplus, price, profit } = this.cycle();
    const learned = Math.min(drawn, this.steps);
    const before = Array.from({ length: learned }, (_, k) => this.tailStep(this.steps - learned + k));
    const rounds = Array.from(
      { length: Math.max(1, Math.ceil((drawn - path.length) / cycle.length)) },
      () => cycle,
    );
    const after = [...path, ...rounds.flat()].map(({ prices, shown }) => this.chartStep(prices, shown));
    const from = learned + path.length;
    const gain = shortNumber(gainIndex(game.economy, profit));
    return priceChart(game, {
      title,
      story: `the end of learning, then greedy play: mean price ${shortNumber(price)}, surplus ${shortNumber(surplus)}, gain index ${gain}`,
      steps: [...before, ...after],
      marked: {
        from,
        to: from + cycle.length,
        label: cycle.length === 1 ? 'repeats' : `cycle of ${cycle.length}`,
      },
    });
  }

  private tailStep(step: number): ChartStep {
    const [a, b, shown, action] = this.tail.subarray(4 * (step % drawn));
    return { prices: [a, b], shown, threshold: this.thresholdOf(action) };
  }

  private chartStep(prices: readonly [number, number], shown: number): ChartStep {
    const { game, leader } = this;
    const seen = game.leaderSees === 'prices' ? prices[0] + game.prices.length * prices[1] : 0;
    return { prices, shown, threshold: this.thresholdOf(leader(seen)) };
  }

  private thresholdOf(action: number): number | undefined {
    return this.game.rule === 'threshold' ? action : undefined;
  }
}
