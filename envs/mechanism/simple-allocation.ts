import { z } from 'zod';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import {
  type Actions,
  type AgentSpec,
  MarkovGame,
  type StepBuffers,
  type TypeProfile,
} from '../core/markov-game.js';
import { integerFrom } from '../core/schemas.js';
import { simpleAllocationRenderer } from './simple-allocation-rendering.js';

/** Of items and of messages. */
const maxCount = 1000;

const parameters = z.strictObject({
  items: integerFrom(1, maxCount)
    .default(3)
    .describe('Items, and types of the follower: type k wants item k'),
  messages: integerFrom(1, maxCount).default(3).describe('Messages that the follower can send'),
});

/**
 * ## Description
 * A follower that wants one of several items tells the leader something, and the leader hands it an item. Interests agree, so
 * only the words are scarce (Brero et al. 2022). The leader's commitment says which item each message gets.
 *
 * ## Action Space
 * `leader_0`: `Discrete(items)`, the item. `follower_0`: `Discrete(messages)`, its message.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(messages)`, the message that was sent (0 before). The follower moves first: see
 * `ParallelEnv.commit`. `follower_0`: `Discrete(items)`, its type, which the leader never sees.
 *
 * ## Rewards
 * Both: 1 if the item is the one that the follower's type wants, else 0.
 *
 * ## Starting State
 * The type, drawn uniformly.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('SimpleAllocation-v0', { messages: 2 })`. `items` (3), `messages` (3).
 *
 * ## References
 * G. Brero, A. Eden, D. Chakrabarti, M. Gerstgrasser, V. Li, D. C. Parkes. Stackelberg POMDP: A reinforcement learning approach for
 * economic design. arXiv 2210.03852, 2022.
 *
 * ## Version History
 * - v0: first release.
 */
export class SimpleAllocation extends MarkovGame {
  override readonly firstMovers = 'follower';
  override readonly followersMoveOnce = true;
  override readonly typeProfiles: readonly TypeProfile[];
  readonly agents: readonly AgentSpec[];
  private type!: Int32Array;

  constructor(
    readonly items: number,
    readonly messages: number,
  ) {
    super();
    this.typeProfiles = Array.from({ length: items }, (_, k) => ({ probability: 1 / items, types: [k] }));
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(messages),
        actionSpace: new Discrete(items),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(items),
        actionSpace: new Discrete(messages),
      },
    ];
  }

  protected override allocateState(): void {
    this.type = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.type[lane] = this.drawTypes(lane);
    out.observations[0][lane] = 0;
    out.observations[1][lane] = this.type[lane];
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) out.observations[0][i] = actions[1][i];
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { type } = this;
    const item = actions[0];
    const leaderReward = out.rewards[0];
    const followerReward = out.rewards[1];
    for (let i = from; i < to; i++) {
      const reward = item[i] === type[i] ? 1 : 0;
      leaderReward[i] = reward;
      followerReward[i] = reward;
    }
    out.terminated.fill(1, from, to);
    this.commit(from, to, actions, out);
  }
}

export const simpleAllocation = defineGame({
  id: 'SimpleAllocation-v0',
  summary: 'A follower of private type sends a message, the leader hands it an item',
  parameters,
  create: (p) => new SimpleAllocation(p.items, p.messages),
  presets: { one: { messages: 1 }, two: { messages: 2 }, three: { messages: 3 } },
  oracle: { name: 'multiplicative-weights' },
  renderer: simpleAllocationRenderer,
});
