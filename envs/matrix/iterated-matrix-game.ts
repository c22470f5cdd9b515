import { z } from 'zod';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { type Bimatrix, ordinalGames } from './classics.js';
import { jointTable, payoffParameters, resolvePayoffs } from './payoffs.js';
import { matrixRenderer } from './rendering.js';

const memories = ['none', 'small', 'full'] as const;
export type Memory = (typeof memories)[number];

const positiveInteger = 'expected a positive integer';
const parameters = z.strictObject({
  game: z.string().optional().describe('A named game (`stackelberg-gym list IteratedMatrixGame-v0`)'),
  ...payoffParameters,
  horizon: z.int(positiveInteger).positive(positiveInteger).default(10).describe('Steps in an episode'),
  memory: z
    .enum(memories)
    .default('full')
    .describe("What players see of the last step: nothing, the other's action, or both"),
  rewardOffset: z.number().default(0).describe('Added to every reward; the paper uses -2.5'),
  discount: z
    .number()
    .gt(0, 'expected a number in (0, 1]')
    .lte(1, 'expected a number in (0, 1]')
    .default(1)
    .describe('Weight of the reward at step t is discount^t'),
});

/**
 * ## Description
 * A two-player matrix game played `horizon` times; players see the last step as far as `memory` lets them. The
 * benchmark of "Oracles & Followers" (Gerstgrasser & Parkes, ICML 2023, section 5) with its twelve 2x2 games.
 *
 * ## Action Space
 * `leader_0`: `Discrete(m)`, the row. `follower_0`: `Discrete(n)`, the column.
 *
 * ## Observation Space
 * | memory | leader_0 | follower_0 |
 * | --- | --- | --- |
 * | `full` | `Discrete(1 + m n)`: 0 at the start, then 1 + row + m column | the same |
 * | `small` | `Discrete(1 + n)`: 0, then 1 + column | `Discrete(1 + m)`: 0, then 1 + row |
 * | `none` | `Discrete(1)`: 0 | the same |
 *
 * ## Rewards
 * The two matrices' entries at (row, column), plus `rewardOffset`, at every step.
 *
 * ## Starting State
 * Step 0, observation 0.
 *
 * ## Episode End
 * Termination: after `horizon` steps; the horizon is part of the game. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10, memory: 'full' })`, or `leader` and
 * `follower` matrices of any shape; `rewardOffset` (0), `discount` (1).
 *
 * ## References
 * M. Gerstgrasser, D. C. Parkes. Oracles & Followers: Stackelberg Equilibria in Deep Multi-Agent RL. ICML 2023.
 *
 * ## Version History
 * - v0: first release.
 */
export class IteratedMatrixGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  override readonly discount: number;
  private readonly tables: readonly [Float64Array, Float64Array];
  private readonly sights: readonly [Int32Array, Int32Array];
  private clock = new Int32Array(0);

  constructor(
    readonly payoffs: Bimatrix,
    readonly horizon: number,
    readonly memory: Memory = 'full',
    readonly rewardOffset = 0,
    discount = 1,
  ) {
    super();
    this.discount = discount;
    const [rows, columns] = [payoffs.leader.length, payoffs.leader[0].length];
    this.tables = [jointTable(payoffs.leader, rewardOffset), jointTable(payoffs.follower, rewardOffset)];
    const joint = Array.from({ length: rows * columns }, (_, k) => k);
    const sight = (seen: (k: number) => number) =>
      Int32Array.from(joint, (k) => (memory === 'none' ? 0 : 1 + seen(k)));
    const both = (k: number) => k;
    this.sights =
      memory === 'small'
        ? [sight((k) => Math.floor(k / rows)), sight((k) => k % rows)]
        : [sight(both), sight(both)];
    const sizes = {
      none: [1, 1],
      small: [1 + columns, 1 + rows],
      full: [1 + rows * columns, 1 + rows * columns],
    }[memory];
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(sizes[0]),
        actionSpace: new Discrete(rows),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(sizes[1]),
        actionSpace: new Discrete(columns),
      },
    ];
  }

  protected override allocateState(): void {
    this.clock = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.clock[lane] = 0;
    out.observations[0][lane] = 0;
    out.observations[1][lane] = 0;
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const rows = this.payoffs.leader.length;
    const { horizon, clock } = this;
    const leaderTable = this.tables[0];
    const followerTable = this.tables[1];
    const leaderSight = this.sights[0];
    const followerSight = this.sights[1];
    const leaderAction = actions[0];
    const followerAction = actions[1];
    const leaderSees = out.observations[0];
    const followerSees = out.observations[1];
    const leaderReward = out.rewards[0];
    const followerReward = out.rewards[1];
    const { terminated } = out;
    for (let i = from; i < to; i++) {
      const joint = leaderAction[i] + rows * followerAction[i];
      leaderReward[i] = leaderTable[joint];
      followerReward[i] = followerTable[joint];
      leaderSees[i] = leaderSight[joint];
      followerSees[i] = followerSight[joint];
      const time = clock[i] + 1;
      clock[i] = time;
      if (time >= horizon) terminated[i] = 1;
    }
  }
}

export const iteratedMatrixGame = defineGame({
  id: 'IteratedMatrixGame-v0',
  summary:
    'A matrix game played again and again against a leader with memory one (the games of Oracles & Followers)',
  parameters,
  create: (p) => {
    const payoffs = resolvePayoffs('IteratedMatrixGame-v0', 'game', p.game, p, 'prisoners_dilemma');
    return new IteratedMatrixGame(payoffs, p.horizon, p.memory, p.rewardOffset, p.discount);
  },
  presets: {
    ...Object.fromEntries(Object.keys(ordinalGames).map((game) => [game, { game }])),
    small_memory: { game: 'prisoners_dilemma', memory: 'small', horizon: 5 },
    no_memory: { game: 'rock_paper_scissors', memory: 'none', horizon: 3, discount: 0.9 },
  },
  renderer: matrixRenderer,
});
