import { z } from 'zod';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { type Bimatrix, textbookGames } from './classics.js';
import { jointTable, payoffParameters, resolvePayoffs } from './payoffs.js';
import { matrixRenderer } from './rendering.js';

const parameters = z.strictObject({
  name: z.string().optional().describe('A named game (`stackelberg-gym list NormalForm-v0`)'),
  ...payoffParameters,
  observeAction: z
    .boolean()
    .default(false)
    .describe('Whether the follower sees the action the leader has drawn before it moves'),
});

/**
 * ## Description
 * One stage of a two-player game in which the leader commits to a mixed strategy and the follower best-responds
 * (von Stackelberg 1934; Conitzer & Sandholm, "Computing the optimal strategy to commit to", EC 2006).
 *
 * ## Action Space
 * `leader_0`: `Discrete(m)`, the row. `follower_0`: `Discrete(n)`, the column.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. `follower_0`: the same; with `observeAction`, `Discrete(1 + m)`: 0 before the
 * leader has moved, then 1 + its action (the game is then leader-first: see `ParallelEnv.commit`).
 *
 * ## Rewards
 * The two matrices' entries at (row, column).
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
 * `make('NormalForm-v0', { leader: [[2, 4], [1, 3]], follower: [[1, 0], [0, 1]] })` or
 * `make('NormalForm-v0', { name: 'conitzer_sandholm' })` (the default); payoffs may be expressions with `variables`;
 * `observeAction` (false).
 *
 * ## References
 * V. Conitzer, T. Sandholm. Computing the optimal strategy to commit to. EC 2006.
 *
 * ## Version History
 * - v0: first release.
 */
export class NormalForm extends MarkovGame {
  override readonly followersMoveOnce = true;
  readonly agents: readonly AgentSpec[];
  private readonly leaderTable: Float64Array;
  private readonly followerTable: Float64Array;

  constructor(
    readonly payoffs: Bimatrix,
    readonly observeAction = false,
  ) {
    super();
    const [rows, columns] = [payoffs.leader.length, payoffs.leader[0].length];
    this.leaderTable = jointTable(payoffs.leader);
    this.followerTable = jointTable(payoffs.follower);
    this.agents = [
      { id: 'leader_0', role: 'leader', observationSpace: new Discrete(1), actionSpace: new Discrete(rows) },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(observeAction ? 1 + rows : 1),
        actionSpace: new Discrete(columns),
      },
    ];
    if (observeAction) this.commit = this.reveal;
  }

  protected override allocateState(): void {}

  override resetLane(lane: number, out: StepBuffers): void {
    out.observations[0][lane] = 0;
    out.observations[1][lane] = 0;
  }

  private reveal(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) out.observations[1][i] = 1 + actions[0][i];
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const rows = this.payoffs.leader.length;
    const { leaderTable, followerTable } = this;
    const leader = actions[0];
    const follower = actions[1];
    const leaderReward = out.rewards[0];
    const followerReward = out.rewards[1];
    for (let i = from; i < to; i++) {
      const joint = leader[i] + rows * follower[i];
      leaderReward[i] = leaderTable[joint];
      followerReward[i] = followerTable[joint];
    }
    out.terminated.fill(1, from, to);
    if (this.commit) this.commit(from, to, actions, out);
  }
}

export const normalForm = defineGame({
  id: 'NormalForm-v0',
  summary: 'One-shot bimatrix game: the leader commits to a mixed strategy',
  parameters,
  create: (p) =>
    new NormalForm(resolvePayoffs('NormalForm-v0', 'name', p.name, p, 'conitzer_sandholm'), p.observeAction),
  presets: {
    ...Object.fromEntries(Object.keys(textbookGames).map((name) => [name, { name }])),
    observed_action: { name: 'conitzer_sandholm', observeAction: true },
  },
  renderer: matrixRenderer,
});
