import { z } from 'zod';
import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import {
  type Actions,
  type AgentSpec,
  MarkovGame,
  type StepBuffers,
  type TypeProfile,
} from '../core/markov-game.js';
import { bayesianRenderer } from './bayesian-normal-form-rendering.js';
import { type BayesianType, bayesianGames } from './classics.js';

const owner = 'BayesianNormalForm-v0';
const sumTolerance = 1e-9;

const matrix = z
  .array(
    z
      .array(z.number({ error: 'expected a finite payoff' }), { error: 'expected a row of payoffs' })
      .min(1, 'expected at least one payoff'),
    { error: 'expected a payoff matrix' },
  )
  .min(1, 'expected at least one row');
const probability = z.number({ error: 'expected a probability from 0 to 1' });

const parameters = z.strictObject({
  name: z.string().optional().describe('A named game: bayes2, two_by_two or third_party'),
  types: z
    .array(
      z.strictObject({
        probability: probability
          .min(0, 'expected a probability from 0 to 1')
          .max(1, 'expected a probability from 0 to 1')
          .describe('How likely the type is; all together sum to 1'),
        leader: matrix.describe(
          "Leader's payoffs against it: a row per leader action, a column per its action",
        ),
        follower: matrix.describe("The type's own payoffs, of the same shape"),
      }),
      { error: 'expected a list of types' },
    )
    .min(1, 'expected at least one type')
    .optional()
    .describe("The follower's types, with as many rows each; not beside a name"),
});

/**
 * ## Description
 * One stage of a two-player game against a follower of unknown type: the leader commits to a mixed strategy, the
 * follower is told its type and best-responds (Conitzer & Sandholm 2006; Paruchuri et al., "Playing games for security:
 * an efficient exact algorithm for solving Bayesian Stackelberg games", AAMAS 2008).
 *
 * ## Action Space
 * `leader_0`: `Discrete(m)`, the row. `follower_0`: `Discrete(n)`, the column, n the most that a type has; columns
 * beyond a type's own are copies of its last.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. `follower_0`: `Discrete(number of types)`, its type, which the leader never sees.
 *
 * ## Rewards
 * The entries at (row, column) of the type's two matrices.
 *
 * ## Starting State
 * The type, drawn with the given probabilities.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('BayesianNormalForm-v0', { types: [{ probability: 1, leader: [[2, 4], [1, 3]], follower: [[1, 0], [0, 1]] }] })`
 * or `make('BayesianNormalForm-v0', { name: 'bayes2' })` (the default).
 *
 * ## References
 * V. Conitzer, T. Sandholm. Computing the optimal strategy to commit to. EC 2006.
 * P. Paruchuri et al. Playing games for security: an efficient exact algorithm for solving Bayesian Stackelberg games.
 * AAMAS 2008.
 *
 * ## Version History
 * - v0: first release.
 */
export class BayesianNormalForm extends MarkovGame {
  override readonly followersMoveOnce = true;
  override readonly typeProfiles: readonly TypeProfile[];
  readonly agents: readonly AgentSpec[];
  /** Number of leader actions. */
  readonly leaderActions: number;
  /** Number of follower actions: the most that a type has. */
  readonly followerActions: number;
  /** Payoffs by (type, column, row), short types filled up with their last column. */
  private readonly leaderTable: Float64Array;
  private readonly followerTable: Float64Array;
  private type!: Int32Array;

  /** @param types checked types, with equal numbers of rows */
  constructor(readonly types: readonly BayesianType[]) {
    super();
    this.leaderActions = types[0].leader.length;
    this.followerActions = Math.max(...types.map(({ leader }) => leader[0].length));
    this.typeProfiles = types.map(({ probability: p }, type) => ({ probability: p, types: [type] }));
    this.leaderTable = typeTable(
      types.map(({ leader }) => leader),
      this.followerActions,
    );
    this.followerTable = typeTable(
      types.map(({ follower }) => follower),
      this.followerActions,
    );
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(1),
        actionSpace: new Discrete(this.leaderActions),
      },
      {
        id: 'follower_0',
        role: 'follower',
        observationSpace: new Discrete(types.length),
        actionSpace: new Discrete(this.followerActions),
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

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { leaderActions: rows, followerActions: columns, type, leaderTable, followerTable } = this;
    const leader = actions[0];
    const follower = actions[1];
    const leaderReward = out.rewards[0];
    const followerReward = out.rewards[1];
    for (let i = from; i < to; i++) {
      const entry = (type[i] * columns + follower[i]) * rows + leader[i];
      leaderReward[i] = leaderTable[entry];
      followerReward[i] = followerTable[entry];
      out.observations[0][i] = 0;
      out.observations[1][i] = type[i];
    }
    out.terminated.fill(1, from, to);
  }
}

function typeTable(matrices: readonly (readonly (readonly number[])[])[], columns: number): Float64Array {
  const rows = matrices[0].length;
  return Float64Array.from({ length: matrices.length * columns * rows }, (_, k) => {
    const row = matrices[Math.floor(k / (rows * columns))][k % rows];
    return row[Math.min(Math.floor(k / rows) % columns, row.length - 1)];
  });
}

/** @throws InvalidArgument for unknown names, ragged or mismatched matrices, and probabilities that do not sum to 1. */
function resolveTypes({ name, types }: z.infer<typeof parameters>): readonly BayesianType[] {
  if (types === undefined) return namedTypes(name ?? 'bayes2');
  if (name !== undefined) {
    throw new InvalidArgument(`${owner}: name: expected a name or types, got ${describe(name)} and types.`);
  }
  const rows = types[0].leader.length;
  types.forEach(({ leader, follower }, t) => {
    const where = `${owner}: types[${t}]`;
    checkShape(`${where}.leader`, leader, rows, leader[0].length);
    checkShape(`${where}.follower`, follower, rows, leader[0].length);
  });
  const sum = types.reduce((total, { probability: p }) => total + p, 0);
  if (Math.abs(sum - 1) > sumTolerance) {
    throw new InvalidArgument(`${owner}: types: expected probabilities that sum to 1, got ${sum}.`);
  }
  return types;
}

function namedTypes(name: string): readonly BayesianType[] {
  if (Object.hasOwn(bayesianGames, name)) return bayesianGames[name];
  throw new InvalidArgument(`${owner}: name: ${unknownName('game', name, Object.keys(bayesianGames))}`);
}

function checkShape(
  field: string,
  matrix: readonly (readonly number[])[],
  rows: number,
  columns: number,
): void {
  if (matrix.length !== rows) {
    throw new InvalidArgument(`${field}: expected ${rows} rows as in types[0].leader, got ${matrix.length}.`);
  }
  matrix.forEach((row, i) => {
    if (row.length === columns) return;
    throw new InvalidArgument(
      `${field}[${i}]: expected ${columns} payoffs as in the first row of the type's leader, got ${row.length}.`,
    );
  });
}

export const bayesianNormalForm = defineGame({
  id: owner,
  summary: 'One-shot game against a follower of private type: the leader commits to a mixed strategy',
  parameters,
  create: (p) => new BayesianNormalForm(resolveTypes(p)),
  presets: Object.fromEntries(Object.keys(bayesianGames).map((name) => [name, { name }])),
  renderer: bayesianRenderer,
});
