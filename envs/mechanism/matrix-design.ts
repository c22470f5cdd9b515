import { z } from 'zod';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../gymnasium/spaces/multi-discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { numberFrom } from '../core/schemas.js';
import { jointTable } from '../matrix/payoffs.js';
import { matrixDesignRenderer } from './matrix-design-rendering.js';

/** The followers' payoff matrices: rows are `follower_0`'s actions, columns `follower_1`'s. */
export type FollowerPayoffs = readonly [readonly (readonly number[])[], readonly (readonly number[])[]];

const largestPayoff = 1e9;
const payoff = numberFrom(-largestPayoff, largestPayoff);
const matrix = z
  .array(z.array(payoff, { error: 'expected a row of payoffs' }).min(1, 'expected at least one payoff'), {
    error: 'expected a payoff matrix',
  })
  .min(1, 'expected at least one row');

const parameters = z.strictObject({
  payoffs: z
    .tuple([matrix, matrix], { error: 'expected two payoff matrices' })
    .default([
      [
        [3, 6],
        [4, 2],
      ],
      [
        [3, 4],
        [6, 2],
      ],
    ])
    .describe(
      "The followers' payoff matrices: a row per action of follower_0, a column per action of follower_1",
    ),
  maximumCompensation: numberFrom(0, largestPayoff)
    .default(10)
    .describe('Most that a follower can be paid, in units of the largest payoff'),
});

/**
 * ## Description
 * Two followers play a matrix game, and the leader, who cares for the sum of their payoffs, promises each a compensation
 * that depends on what both have played (Brero et al. 2022). This is k-implementation (Monderer & Tennenholtz
 * 2004) by a designer to whom payments cost nothing.
 *
 * ## Action Space
 * `leader_0`: `Box(0, maximumCompensation, [2], float64)`, what each follower is paid. `follower_0`: `Discrete(m)`, the row.
 * `follower_1`: `Discrete(n)`, the column.
 *
 * ## Observation Space
 * `leader_0`: `MultiDiscrete([m, n])`, what the followers have played ([0, 0] before). The followers move first, and at
 * once: see `ParallelEnv.commit`. Followers: `Discrete(1)`, always 0.
 *
 * ## Rewards
 * In units of the largest payoff in size (6 by default). `leader_0`: the sum of both payoffs, without compensations.
 * Followers: their payoff and their compensation.
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
 * `make('MatrixDesign-v0', { payoffs: [[[3, 6], [4, 2]], [[3, 4], [6, 2]]], maximumCompensation: 10 })` (the defaults).
 *
 * ## References
 * G. Brero, A. Eden, D. Chakrabarti, M. Gerstgrasser, V. Li, D. C. Parkes. Stackelberg POMDP: A reinforcement learning approach for
 * economic design. arXiv 2210.03852, 2022.
 * D. Monderer, M. Tennenholtz. k-Implementation. Journal of Artificial Intelligence Research 21, 2004.
 *
 * ## Version History
 * - v0: first release.
 */
export class MatrixDesign extends MarkovGame {
  override readonly firstMovers = 'follower';
  override readonly followersMoveOnce = true;
  readonly agents: readonly AgentSpec[];
  /** The unit of all rewards: the largest payoff in size. */
  readonly unit: number;
  private readonly tables: readonly [Float64Array, Float64Array];

  /** @throws InvalidArgument for matrices that are ragged, of different shapes, or zero */
  constructor(
    readonly payoffs: FollowerPayoffs,
    readonly maximumCompensation: number,
  ) {
    super();
    checkShapes(payoffs);
    this.unit = Math.max(...payoffs.flat(2).map(Math.abs));
    if (this.unit === 0) {
      throw new InvalidArgument('MatrixDesign-v0: payoffs: expected a payoff other than 0, got none.');
    }
    const [rows, columns] = [payoffs[0].length, payoffs[0][0].length];
    this.tables = [this.normalised(payoffs[0]), this.normalised(payoffs[1])];
    const follower = (id: string, actions: number): AgentSpec => ({
      id,
      role: 'follower',
      observationSpace: new Discrete(1),
      actionSpace: new Discrete(actions),
    });
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new MultiDiscrete([rows, columns]),
        actionSpace: new Box(0, maximumCompensation, { shape: [2], dtype: 'float64' }),
      },
      follower('follower_0', rows),
      follower('follower_1', columns),
    ];
  }

  private normalised(payoffs: readonly (readonly number[])[]): Float64Array {
    return jointTable(payoffs).map((payoff) => payoff / this.unit);
  }

  /** What a follower gets at (row, column) without compensation, in the unit of rewards. */
  payoff(follower: 0 | 1, row: number, column: number): number {
    return this.tables[follower][row + this.payoffs[0].length * column];
  }

  protected override allocateState(): void {}

  override resetLane(lane: number, out: StepBuffers): void {
    out.observations[0].fill(0, 2 * lane, 2 * lane + 2);
    out.observations[1][lane] = 0;
    out.observations[2][lane] = 0;
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const seen = out.observations[0];
    for (let i = from; i < to; i++) {
      seen[2 * i] = actions[1][i];
      seen[2 * i + 1] = actions[2][i];
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const rows = this.payoffs[0].length;
    const first = this.tables[0];
    const second = this.tables[1];
    const compensation = actions[0];
    const leader = out.rewards[0];
    const one = out.rewards[1];
    const other = out.rewards[2];
    for (let i = from; i < to; i++) {
      const joint = actions[1][i] + rows * actions[2][i];
      leader[i] = first[joint] + second[joint];
      one[i] = first[joint] + compensation[2 * i];
      other[i] = second[joint] + compensation[2 * i + 1];
    }
    out.terminated.fill(1, from, to);
    this.commit(from, to, actions, out);
  }
}

function checkShapes(payoffs: FollowerPayoffs): void {
  const [height, width] = [payoffs[0].length, payoffs[0][0].length];
  payoffs.forEach((matrix, k) => {
    const field = `MatrixDesign-v0: payoffs[${k}]`;
    if (matrix.length !== height) {
      throw new InvalidArgument(`${field}: expected ${height} rows as in payoffs[0], got ${matrix.length}.`);
    }
    matrix.forEach((row, i) => {
      if (row.length === width) return;
      throw new InvalidArgument(
        `${field}[${i}]: expected ${width} payoffs as in payoffs[0][0], got ${describe(row)}.`,
      );
    });
  });
}

export const matrixDesign = defineGame({
  id: 'MatrixDesign-v0',
  summary: 'Two followers play a matrix game, the leader compensates them for what they played',
  parameters,
  create: (p) => new MatrixDesign(p.payoffs, p.maximumCompensation),
  presets: {
    brero: {},
    unpaid: { maximumCompensation: 0 },
    wide: {
      payoffs: [
        [
          [3, 0, 5],
          [4, 2, -1],
        ],
        [
          [1, 6, 0],
          [0, 2, 3],
        ],
      ],
    },
  },
  oracle: { name: 'multiplicative-weights' },
  renderer: matrixDesignRenderer,
});
