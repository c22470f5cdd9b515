import { Box } from '../../gymnasium/spaces/box.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import {
  type PolicyStatisticName,
  type RecordShape,
  recordWidth,
  statisticSpace,
  writeStatistic,
} from './policy-statistics.js';
import { sequentialPriceMechanismRenderer } from './sequential-price-mechanism-rendering.js';
import { firstBest } from './spm-first-best.js';
import { objectiveOf, type SpmObjective, type SpmRules, spmParameters } from './spm-parameters.js';
import { type SpmSetting, spmSetting } from './spm-settings.js';

/**
 * ## Description
 * A designer visits buyers one after the other, in an order of its choice, and offers each the items that are left at posted
 * prices (Brero et al. 2021). A buyer takes what it likes best at these prices, pays and leaves. Telling the truth is a
 * dominant strategy, so buyers have no moves of their own: their choices are rules of the game. What one buyer takes may tell something
 * about the values of those still to come; a good mechanism adapts order and prices to it. The designer
 * is the leader, and there are no followers.
 *
 * With n buyers and m kinds of items (identical items are one kind, at one price), all values, prices and rewards are in units of the
 * setting's largest value of an item:
 *
 * | setting | n | units | values | largest |
 * | --- | --- | --- | --- | --- |
 * | `inventory` | 20 | 10 | independent, 1/2 or 1 | 1 |
 * | `two-worlds` | 10 | 1 | all of {0.6, 1} or all of {0.1, 0.4} | 1 |
 * | `correlated` | 20 | 5 | uniform in a band of width 1 - delta, whose place is drawn | 1 |
 * | `revenue` | 20 | 5 | the same, judged by revenue | 1 |
 * | `additive-across-types` | 10 | 2 A, 4 B | of each kind as in `correlated`; a buyer may have one of each | 1 |
 * | `colors` | 30 | 10 red, 10 yellow | 10 buyers want red (1), 10 yellow (1), 10 red or yellow (2) | 2 |
 * | `kitchen-sink` | 3 | A, B, C | two worlds, told by what buyer 0 takes | 5 |
 * | `id` | 6 | 2 | who of 0 to 2 buys tells who of 3 to 5 may have a high value | 60 |
 * | `max-min` | 9 | 5 black, 5 white | buyer 0 tells who of the others needs black; judged by the smallest value | 1 |
 *
 * ## Action Space
 * `leader_0`: `Box(0, 1, [n + m], float64)`: a score for each buyer, then a price for each kind. The buyer of the highest score
 * (the first of equals) among those not yet visited is offered these prices.
 *
 * A buyer has at most one item in all (in `additive-across-types` one of each kind). It takes the kind with the largest difference of value and
 * price (the first of equals), of those left. With `accept: 'weak'` it buys also at a price that equals its value;
 * it never takes what it values at 0.
 *
 * ## Observation Space
 * `leader_0`, by `statistic`: a `Box(0, 1, [width], float64)` of some of these parts, in this order.
 *
 * | part | numbers | meaning |
 * | --- | --- | --- |
 * | prices | n m | what each buyer was offered each kind for; 0 before its visit, and for kinds that were sold out |
 * | allocation | n m | 1 where the buyer took a unit of the kind |
 * | agents left | n | 1 for buyers not yet visited |
 * | items left | m | the share of each kind's units that is left |
 *
 * `price-allocation-left` has all, `price-allocation` the first two, `allocation-left` the last three, `allocation` the second,
 * `items-agents-left` the last two, `agents-left` the third (personalised static prices). `hidden` is `Discrete(1)`, always 0
 * (anonymous static prices). The wrapper `PolicyStatistic` selects them as well.
 *
 * ## Rewards
 * `leader_0`: 0 but in the last step, which pays the objective. `welfare`: the sum of the values of what buyers hold; `revenue`: the
 * sum of what they paid; `max-min`: the smallest value of what a buyer holds. With `reward: 'regret'` the largest welfare
 * that any allocation of the draw has is subtracted, which changes no policy's rank and lowers the variance.
 *
 * ## Starting State
 * Values drawn from the setting, all items left, nobody visited.
 *
 * ## Episode End
 * Termination: when all buyers were visited or no items are left. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('SequentialPriceMechanism-v0', { setting: 'correlated', delta: 0.25, statistic: 'price-allocation' })`. `setting`
 * (`inventory`), `objective` (by setting), `reward` (`objective`), `statistic` (`price-allocation-left`), `accept` (`weak`), and for the
 * settings that have them `delta` (0.5), `agents`, `items`.
 *
 * ## References
 * G. Brero, A. Eden, M. Gerstgrasser, D. C. Parkes, D. Rheingans-Yoo. Reinforcement Learning of Sequential Price Mechanisms.
 * AAAI 2021 (arXiv 2010.01180).
 *
 * ## Version History
 * - v0: first release.
 */
export class SequentialPriceMechanism extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  readonly objective: SpmObjective;
  readonly reward: 'objective' | 'regret';
  readonly statistic: PolicyStatisticName;
  readonly accept: 'strict' | 'weak';
  readonly shape: RecordShape;
  private readonly width: number;
  private readonly seen: number;
  /** In units of the largest value. */
  private values!: Float64Array;
  private record!: Float64Array;
  private unitsLeft!: Int32Array;
  /** The buyer of each visit so far. */
  private order!: Int32Array;
  private visits!: Int32Array;
  private welfare!: Float64Array;
  private revenue!: Float64Array;
  private best!: Float64Array;

  constructor(
    readonly setting: SpmSetting,
    { objective, reward, statistic, accept }: SpmRules,
  ) {
    super();
    this.objective = objective;
    this.reward = reward;
    this.statistic = statistic;
    this.accept = accept;
    this.shape = { agents: setting.agents, kinds: setting.units.length };
    this.width = recordWidth(this.shape);
    this.seen = Math.max(1, recordWidth(this.shape, statistic));
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: statisticSpace(statistic, this.shape),
        actionSpace: new Box(0, 1, { shape: [setting.agents + setting.units.length], dtype: 'float64' }),
      },
    ];
  }

  protected override allocateState(): void {
    const { agents, kinds } = this.shape;
    this.values = this.array(Float64Array, agents * kinds);
    this.record = this.array(Float64Array, this.width);
    this.unitsLeft = this.array(Int32Array, kinds);
    this.order = this.array(Int32Array, agents);
    this.visits = this.array(Int32Array);
    this.welfare = this.array(Float64Array);
    this.revenue = this.array(Float64Array);
    this.best = this.array(Float64Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { setting, values, record, width, unitsLeft } = this;
    const { agents, kinds } = this.shape;
    const size = agents * kinds;
    setting.draw(this.rng(lane), values, lane * size);
    for (let j = lane * size; j < (lane + 1) * size; j++) values[j] /= setting.largestValue;
    const at = lane * width;
    record.fill(0, at, at + 2 * size);
    record.fill(1, at + 2 * size, at + width);
    for (let k = 0; k < kinds; k++) unitsLeft[lane * kinds + k] = setting.units[k];
    this.order.fill(-1, lane * agents, (lane + 1) * agents);
    this.visits[lane] = 0;
    this.welfare[lane] = 0;
    this.revenue[lane] = 0;
    this.best[lane] = this.reward === 'regret' ? firstBest(setting, values, lane * size) : 0;
    this.show(lane, out);
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { agents } = this.shape;
    for (let lane = from; lane < to; lane++) {
      const agent = this.choose(lane, actions[0]);
      this.serve(lane, agent, actions[0]);
      this.order[lane * agents + this.visits[lane]++] = agent;
      const done = this.visits[lane] === agents || this.isSoldOut(lane);
      out.rewards[0][lane] = done ? this.attained(lane) - this.best[lane] : 0;
      if (done) out.terminated[lane] = 1;
      this.show(lane, out);
    }
  }

  /** The unvisited buyer of the highest score, which leaves. */
  private choose(lane: number, actions: TypedArray): number {
    const { agents, kinds } = this.shape;
    const left = lane * this.width + 2 * agents * kinds;
    const scores = lane * (agents + kinds);
    let chosen = -1;
    for (let i = 0; i < agents; i++) {
      if (this.record[left + i] === 0) continue;
      if (chosen < 0 || actions[scores + i] > actions[scores + chosen]) chosen = i;
    }
    this.record[left + chosen] = 0;
    return chosen;
  }

  /** Offers the buyer what is left, and lets it take what it likes. */
  private serve(lane: number, agent: number, actions: TypedArray): void {
    const { record, values, unitsLeft } = this;
    const { agents, kinds } = this.shape;
    const prices = lane * (agents + kinds) + agents;
    const offered = lane * this.width + agent * kinds;
    const wants = (lane * agents + agent) * kinds;
    let favourite = -1;
    for (let k = 0; k < kinds; k++) {
      if (unitsLeft[lane * kinds + k] === 0) continue;
      const price = actions[prices + k];
      record[offered + k] = price;
      if (!this.accepts(values[wants + k], price)) continue;
      if (this.setting.demand === 'one-of-each-kind') this.sell(lane, agent, k);
      else if (
        favourite < 0 ||
        values[wants + k] - price > values[wants + favourite] - actions[prices + favourite]
      )
        favourite = k;
    }
    if (favourite >= 0) this.sell(lane, agent, favourite);
  }

  private accepts(value: number, price: number): boolean {
    return value > price || (value === price && value > 0 && this.accept === 'weak');
  }

  private sell(lane: number, agent: number, kind: number): void {
    const { record, width, setting } = this;
    const { agents, kinds } = this.shape;
    const at = lane * width + agent * kinds + kind;
    const left = --this.unitsLeft[lane * kinds + kind];
    this.welfare[lane] += this.values[(lane * agents + agent) * kinds + kind];
    this.revenue[lane] += record[at];
    record[at + agents * kinds] = 1;
    record[(lane + 1) * width - kinds + kind] = left / setting.units[kind];
  }

  private isSoldOut(lane: number): boolean {
    const { kinds } = this.shape;
    for (let k = 0; k < kinds; k++) if (this.unitsLeft[lane * kinds + k] > 0) return false;
    return true;
  }

  private show(lane: number, out: StepBuffers): void {
    const { statistic, shape, record, width, seen } = this;
    writeStatistic(statistic, shape, record, lane * width, out.observations[0], lane * seen);
  }

  /** The objective as it stands in a lane, in units of the largest value. */
  attained(lane: number): number {
    if (this.objective === 'welfare') return this.welfare[lane];
    if (this.objective === 'revenue') return this.revenue[lane];
    const { width, record, values } = this;
    const { agents, kinds } = this.shape;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < agents; i++) {
      const held = lane * width + (agents + i) * kinds;
      let value = 0;
      for (let k = 0; k < kinds; k++) value += record[held + k] * values[(lane * agents + i) * kinds + k];
      least = Math.min(least, value);
    }
    return least;
  }

  /** What a buyer is offered, takes and values, and in which place it was visited (-1 before), for pictures. */
  buyer(lane: number, agent: number) {
    const { agents, kinds } = this.shape;
    const at = lane * this.width + agent * kinds;
    const own = (lane * agents + agent) * kinds;
    return {
      visit: this.order.subarray(lane * agents, (lane + 1) * agents).indexOf(agent),
      values: Array.from(this.values.subarray(own, own + kinds)),
      prices: Array.from(this.record.subarray(at, at + kinds)),
      takes: Array.from(
        this.record.subarray(at + agents * kinds, at + agents * kinds + kinds),
        (x) => x === 1,
      ),
    };
  }

  /** How a lane stands, for pictures: sums in units of the largest value, and units left of each kind. */
  standing(lane: number) {
    const { agents, kinds } = this.shape;
    return {
      welfare: this.welfare[lane],
      revenue: this.revenue[lane],
      firstBest: firstBest(this.setting, this.values, lane * agents * kinds),
      unitsLeft: Array.from(this.unitsLeft.subarray(lane * kinds, (lane + 1) * kinds)),
    };
  }
}

export const sequentialPriceMechanism = defineGame({
  id: 'SequentialPriceMechanism-v0',
  summary: 'A designer visits truthful buyers in turn and posts prices, adapting both to what was bought',
  parameters: spmParameters,
  create: (p) => {
    const { setting, delta, agents, items, reward, statistic, accept } = p;
    const rules = { objective: objectiveOf(p), reward, statistic, accept };
    return new SequentialPriceMechanism(spmSetting(setting, { delta, agents, items }), rules);
  },
  presets: {
    colors: { setting: 'colors' },
    two_worlds: { setting: 'two-worlds', statistic: 'allocation-left' },
    regret: { reward: 'regret', statistic: 'items-agents-left' },
    kitchen_sink: { setting: 'kitchen-sink', statistic: 'price-allocation' },
    id: { setting: 'id', statistic: 'allocation' },
    correlated: { setting: 'correlated' },
    additive_across_types: { setting: 'additive-across-types', statistic: 'agents-left' },
    revenue: { setting: 'revenue', statistic: 'hidden', accept: 'strict' },
    max_min: { setting: 'max-min' },
  },
  oracle: { name: 'fixed-policy' },
  renderer: sequentialPriceMechanismRenderer,
});
