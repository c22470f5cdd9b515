import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import {
  type Actions,
  type AgentSpec,
  MarkovGame,
  type StepBuffers,
  type TypeProfile,
} from '../core/markov-game.js';
import { messageSpmRenderer } from './message-spm-rendering.js';
import { type BuyerPair, buyersOf, messageSpmParameters } from './message-spm-settings.js';

/** Numbers in the leader's observation. */
const sightWidth = 9;

/**
 * ## Description
 * A sequential price mechanism with messages (Brero et al. 2022). Two buyers want one item, and what it is worth to each is its
 * private type. Each first sends a message; the leader then visits them one after the other, each at a price of its
 * own, and the first who accepts gets the item. Buying is truthful: there is nothing to gain by refusing a good price. What the
 * messages mean is up to the buyers, who are in a Bayesian equilibrium under the leader's mechanism. With `messages: 1`
 * they have nothing to say, and the game is the plain sequential price mechanism.
 *
 * ## Action Space
 * `leader_0`: `Box(0, 1, [3], float64)`: a score for each buyer and a price. The buyer with the higher score (the first of
 * equals) among those that are left is visited at the price. `follower_0`, `follower_1` (the buyers A0 and A1):
 * `Discrete(messages)`, the message, which counts in the first step only.
 *
 * ## Observation Space
 * `leader_0`: `Box([9], float64)`:
 *
 * | entries | meaning | range |
 * | --- | --- | --- |
 * | 0, 1 | whether A0 and A1 are left, that is not yet visited | 0 or 1 |
 * | 2 | items left | 0 or 1 |
 * | 3, 4 | whether the item is available to A0 and A1: it is left and so are they | 0 or 1 |
 * | 5, 6 | the prices posted to A0 and A1, 0 before | [0, 1] |
 * | 7, 8 | the messages of A0 and A1, 0 before they are sent | 0 to `messages` - 1 |
 *
 * The buyers move first: see `ParallelEnv.commit`. `follower_i`: `Discrete(number of its types)`, its type, which the leader
 * never sees.
 *
 * ## Rewards
 * `leader_0`: at the end, the value of the item to the buyer who got it (0 if none did) less the largest value: minus the loss in
 * welfare, in [-1, 0]. A buyer: its value less its price when it buys, else 0.
 *
 * ## Starting State
 * A type for each buyer, drawn independently. Setting `pi` (Agrawal et al. 2020 with epsilon 0.2): A0 has value 0.2 with probability
 * 0.8, else 1; A1 has 0 or 0.4, as likely. Setting `msgspace`: both have one of `types` values, evenly spaced from 0 to 1, all as likely.
 *
 * ## Episode End
 * Termination: when the item is sold or both buyers were visited, after one or two steps. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('MessageSPM-v0', { setting: 'msgspace', types: 5, messages: 2 })`. `setting` (`pi`), `types` (3, in `msgspace`
 * only), `messages` (2), `accept` (`strict`: at prices below the value; `weak`: also at the value). Or `buyers`, the types by hand:
 * `[{ values: [0.2, 1], probabilities: [0.8, 0.2] }, { values: [0, 0.4], probabilities: [0.5, 0.5] }]`.
 *
 * ## References
 * G. Brero, A. Eden, D. Chakrabarti, M. Gerstgrasser, V. Li, D. C. Parkes. Stackelberg POMDP: A reinforcement learning approach for
 * economic design. arXiv 2210.03852, 2022.
 *
 * ## Version History
 * - v0: first release.
 */
export class MessageSpm extends MarkovGame {
  override readonly firstMovers = 'follower';
  override readonly followersMoveOnce = true;
  override readonly typeProfiles: readonly TypeProfile[];
  readonly agents: readonly AgentSpec[];
  private type!: Int32Array;
  private message!: Int32Array;
  private left!: Uint8Array;
  private item!: Uint8Array;
  private price!: Float64Array;

  /**
   * @param buyers what the item may be worth to each buyer
   * @param messages how many messages a buyer has
   * @param accept whether a price that equals the value is taken (`weak`) or not (`strict`)
   */
  constructor(
    readonly buyers: BuyerPair,
    readonly messages: number,
    readonly accept: 'strict' | 'weak',
  ) {
    super();
    const [one, other] = buyers;
    this.typeProfiles = one.probabilities.flatMap((p, i) =>
      other.probabilities.map((q, k) => ({ probability: p * q, types: [i, k] })),
    );
    const top = [1, 1, 1, 1, 1, 1, 1, messages - 1, messages - 1];
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Box(0, top, { dtype: 'float64' }),
        actionSpace: new Box(0, 1, { shape: [3], dtype: 'float64' }),
      },
      ...buyers.map(({ values }, i) => ({
        id: `follower_${i}`,
        role: 'follower' as const,
        observationSpace: new Discrete(values.length),
        actionSpace: new Discrete(messages),
      })),
    ];
  }

  /** Expected value of the item to the buyer to whom it is worth most: what no mechanism exceeds. */
  get firstBestWelfare(): number {
    const [{ values: one }, { values: other }] = this.buyers;
    return this.typeProfiles.reduce(
      (sum, { probability, types: [i, k] }) => sum + probability * Math.max(one[i], other[k]),
      0,
    );
  }

  /** Whether a buyer takes the item at a price. */
  accepts(value: number, price: number): boolean {
    return this.accept === 'strict' ? value > price : value >= price;
  }

  protected override allocateState(): void {
    this.type = this.array(Int32Array, 2);
    this.message = this.array(Int32Array, 2);
    this.left = this.array(Uint8Array, 2);
    this.item = this.array(Uint8Array);
    this.price = this.array(Float64Array, 2);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { types } = this.typeProfiles[this.drawTypes(lane)];
    for (let i = 0; i < 2; i++) {
      const at = 2 * lane + i;
      this.type[at] = types[i];
      this.message[at] = 0;
      this.left[at] = 1;
      this.price[at] = 0;
      out.observations[i + 1][lane] = types[i];
    }
    this.item[lane] = 1;
    this.show(lane, out);
  }

  private show(lane: number, out: StepBuffers): void {
    const { left, item, price, message } = this;
    const sight = out.observations[0];
    const at = sightWidth * lane;
    sight[at + 2] = item[lane];
    for (let i = 0; i < 2; i++) {
      const own = 2 * lane + i;
      sight[at + i] = left[own];
      sight[at + 3 + i] = left[own] & item[lane];
      sight[at + 5 + i] = price[own];
      sight[at + 7 + i] = message[own];
    }
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let lane = from; lane < to; lane++) {
      if (!this.isFirstStep(lane)) continue;
      for (let i = 0; i < 2; i++) out.observations[0][sightWidth * lane + 7 + i] = actions[i + 1][lane];
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let lane = from; lane < to; lane++) {
      if (this.isFirstStep(lane)) {
        for (let i = 0; i < 2; i++) this.message[2 * lane + i] = actions[i + 1][lane];
      }
      out.rewards[0][lane] = 0;
      out.rewards[1][lane] = 0;
      out.rewards[2][lane] = 0;
      this.visit(lane, actions[0], out);
      this.show(lane, out);
    }
  }

  private isFirstStep(lane: number): boolean {
    return (this.left[2 * lane] & this.left[2 * lane + 1]) === 1;
  }

  /** Posts the leader's price to the buyer that it visits next. */
  private visit(lane: number, action: Actions[number], out: StepBuffers): void {
    const { left, price } = this;
    const second =
      left[2 * lane] === 0 || (left[2 * lane + 1] === 1 && action[3 * lane + 1] > action[3 * lane]);
    const buyer = second ? 1 : 0;
    const own = 2 * lane + buyer;
    left[own] = 0;
    price[own] = action[3 * lane + 2];
    const value = this.buyers[buyer].values[this.type[own]];
    if (this.accepts(value, price[own])) {
      this.item[lane] = 0;
      out.rewards[buyer + 1][lane] = value - price[own];
      this.end(lane, value, out);
    } else if (left[2 * lane + 1 - buyer] === 0) this.end(lane, 0, out);
  }

  private end(lane: number, allocated: number, out: StepBuffers): void {
    const { buyers, type } = this;
    const best = Math.max(buyers[0].values[type[2 * lane]], buyers[1].values[type[2 * lane + 1]]);
    out.rewards[0][lane] = allocated - best;
    out.terminated[lane] = 1;
  }
}

export const messageSpm = defineGame({
  id: 'MessageSPM-v0',
  summary: 'Two buyers send messages, and are then visited one after the other at posted prices',
  parameters: messageSpmParameters,
  create: (p) => new MessageSpm(buyersOf(p), p.messages, p.accept),
  presets: {
    silent: { messages: 1 },
    msgspace: { setting: 'msgspace', types: 3 },
    msgspace6: { setting: 'msgspace', types: 6 },
    weak: { accept: 'weak' },
  },
  oracle: { name: 'multiplicative-weights' },
  renderer: messageSpmRenderer,
});
