import { z } from 'zod';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { banditRenderer } from './bandit-rendering.js';
import {
  drawReward,
  type RewardNoise,
  raggedRow,
  rewardChances,
  rewardNoises,
  unitMatrix,
} from './reward-means.js';

/** Mean rewards by leader arm (row) and follower arm (column). */
export interface BanditMeans {
  readonly leader: readonly (readonly number[])[];
  readonly follower: readonly (readonly number[])[];
}

/** The instance GAP(0.2): the follower's second choice at arm 0 is worse by 0.2 for itself and by 1 for the leader. */
const gap: BanditMeans = {
  leader: [
    [1, 0],
    [0.5, 0.5],
  ],
  follower: [
    [0.5, 0.3],
    [0.5, 0],
  ],
};

/** Arm 0 is worth 1 or 0, by how the follower's tie is broken. */
const tied: BanditMeans = {
  leader: [
    [1, 0],
    [0.6, 0.2],
  ],
  follower: [
    [0.5, 0.5],
    [0.7, 0.1],
  ],
};

const threeByFour: BanditMeans = {
  leader: [
    [0.2, 0.9, 0.4, 0.6],
    [0.7, 0.1, 0.8, 0.3],
    [0.5, 0.6, 0.5, 0.4],
  ],
  follower: [
    [0.8, 0.75, 0.3, 0.1],
    [0.4, 0.2, 0.6, 0.55],
    [0.9, 0.2, 0.1, 0.5],
  ],
};

const parameters = z.strictObject({
  leader: unitMatrix
    .optional()
    .describe("Leader's mean rewards in [0, 1]: a row per leader arm, a column per follower arm"),
  follower: unitMatrix.optional().describe("Follower's mean rewards in [0, 1], of the same shape"),
  noise: z
    .enum(rewardNoises)
    .default('bernoulli')
    .describe('Rewards of 0 or 1 with these means, or the means'),
});

/**
 * ## Description
 * A bandit game: the leader pulls an arm a, the follower sees it and pulls an arm b, and both get noisy rewards whose
 * means depend on both arms (Bai, Jin, Wang & Xiong, "Sample-efficient learning of Stackelberg equilibria in
 * general-sum games", NeurIPS 2021). The means are what a learner has to find out.
 *
 * ## Action Space
 * `leader_0`: `Discrete(A)`, its arm. `follower_0`: `Discrete(B)`, its arm.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. `follower_0`: `Discrete(1 + A)`: 0 before the leader has moved, then 1 + its
 * arm (the game is leader-first: see `ParallelEnv.commit`).
 *
 * ## Rewards
 * With noise `bernoulli`, for each player on its own, 1 with the probability that its matrix has at (a, b), else 0. With
 * noise `none`, the entries themselves.
 *
 * ## Starting State
 * There is only one state.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('BanditGame-v0', { leader: [[1, 0], [0.5, 0.5]], follower: [[0.5, 0.3], [0.5, 0]] })` (the default): numbers
 * in [0, 1]. `noise`: 'bernoulli' (default) or 'none'.
 *
 * ## References
 * Y. Bai, C. Jin, H. Wang, C. Xiong. Sample-efficient learning of Stackelberg equilibria in general-sum games. NeurIPS 2021.
 *
 * ## Version History
 * - v0: first release.
 */
export class BanditGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  private readonly leaderMeans: Float64Array;
  private readonly followerMeans: Float64Array;
  private readonly leaderChances: readonly Float64Array[];
  private readonly followerChances: readonly Float64Array[];

  constructor(
    readonly means: BanditMeans,
    readonly noise: RewardNoise = 'bernoulli',
  ) {
    super();
    const [arms, responses] = [means.leader.length, means.leader[0].length];
    this.leaderMeans = Float64Array.from(means.leader.flat());
    this.followerMeans = Float64Array.from(means.follower.flat());
    this.leaderChances = rewardChances(means.leader.flat());
    this.followerChances = rewardChances(means.follower.flat());
    this.agents = [
      { id: 'leader_0', role: 'leader', observationSpace: new Discrete(1), actionSpace: new Discrete(arms) },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(1 + arms),
        actionSpace: new Discrete(responses),
      },
    ];
  }

  protected override allocateState(): void {}

  override resetLane(lane: number, out: StepBuffers): void {
    out.observations[0][lane] = 0;
    out.observations[1][lane] = 0;
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) out.observations[1][i] = 1 + actions[0][i];
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const responses = this.means.leader[0].length;
    const noisy = this.noise === 'bernoulli';
    for (let i = from; i < to; i++) {
      const pair = actions[0][i] * responses + actions[1][i];
      out.rewards[0][i] = noisy ? drawReward(this.leaderChances[pair], this.rng(i)) : this.leaderMeans[pair];
      out.rewards[1][i] = noisy
        ? drawReward(this.followerChances[pair], this.rng(i))
        : this.followerMeans[pair];
    }
    out.terminated.fill(1, from, to);
    this.commit(from, to, actions, out);
  }
}

/** @throws InvalidArgument if one matrix is missing, ragged or of another shape than the other */
function checkMeans(leader?: BanditMeans['leader'], follower?: BanditMeans['follower']): BanditMeans {
  if (leader === undefined && follower === undefined) return gap;
  if (leader === undefined || follower === undefined) {
    const missing = leader === undefined ? 'leader' : 'follower';
    throw new InvalidArgument(
      `BanditGame-v0: ${missing}: expected a matrix of means beside the other player's, got undefined.`,
    );
  }
  if (follower.length !== leader.length) {
    throw new InvalidArgument(
      `BanditGame-v0: follower: expected ${leader.length} rows as leader has, got ${follower.length}.`,
    );
  }
  const columns = leader[0].length;
  for (const [name, matrix] of Object.entries({ leader, follower })) {
    const row = raggedRow(matrix, columns);
    if (row < 0) continue;
    throw new InvalidArgument(
      `BanditGame-v0: ${name}[${row}]: expected ${columns} means as in the first row of leader, got ${matrix[row].length}.`,
    );
  }
  return { leader, follower };
}

export const banditGame = defineGame({
  id: 'BanditGame-v0',
  summary: 'Bandit game: the follower answers the arm that the leader pulls, rewards are noisy',
  parameters,
  create: (p) => new BanditGame(checkMeans(p.leader, p.follower), p.noise),
  presets: {
    gap: { ...gap },
    gap_noiseless: { ...gap, noise: 'none' },
    tied: { ...tied },
    three_by_four: { ...threeByFour },
  },
  renderer: banditRenderer,
});
