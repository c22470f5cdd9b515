import { z } from 'zod';
import { describe, InvalidArgument, unknownName } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { finiteMarkovRenderer } from './finite-markov-game-rendering.js';
import { namedMarkovGames } from './named-games.js';
import { longestPlay, type MarkovRules, resolveMarkovGame, type Stage } from './stages.js';

const id = 'FiniteMarkovGame-v0';
const fallback = 'leader_controls';
const matrix = z
  .array(
    z
      .array(z.number('expected a finite payoff'), 'expected a row of payoffs')
      .min(1, 'expected at least one payoff'),
    'expected a payoff matrix',
  )
  .min(1, 'expected at least one row');
const whereTo = 'expected the position of a state, "end" or probabilities';
const transition = z.union([z.number(), z.literal('end'), z.array(z.number())], { error: whereTo });
const state = z.strictObject({
  name: z.string().min(1, 'expected a name').optional().describe('Shown when rendered; default s0, s1, ...'),
  leader: matrix.describe("Leader's payoffs: a row per leader action, a column per follower action"),
  follower: matrix.describe("Follower's payoffs, of the same shape"),
  next: z
    .union([transition, z.array(z.array(transition))], { error: whereTo })
    .optional()
    .describe('Where play goes: one transition, or a matrix of them; default "end"'),
});
const parameters = z.strictObject({
  game: z
    .string()
    .optional()
    .describe(`A named game: ${Object.keys(namedMarkovGames).join(', ')}`),
  states: z
    .array(state)
    .min(1, 'expected at least one state')
    .optional()
    .describe('The states, instead of a name'),
  start: z
    .union([z.number(), z.array(z.number())], { error: 'expected the position of a state or probabilities' })
    .optional()
    .describe('Position of the first state, or a probability for each state; default 0'),
  horizon: z
    .int('expected a positive integer')
    .positive('expected a positive integer')
    .optional()
    .describe('Steps after which play ends; default none, for states that cannot come again'),
  discount: z
    .number()
    .gt(0, 'expected a number in (0, 1]')
    .lte(1, 'expected a number in (0, 1]')
    .optional()
    .describe('Weight of the reward at step t is discount^t; default 1'),
});

/**
 * ## Description
 * A finite leader-follower Markov game given as data: in every state both players move at once in a bimatrix game,
 * which pays them and moves the state. The leader commits to a mixed action for each observation. With a *myopic*
 * follower, which maximises the reward of the present step, this is the model of Zhong et al. (JMLR 2023) with one
 * follower.
 *
 * ## Action Space
 * `leader_0`: `Discrete(m)`, `follower_0`: `Discrete(n)`, for the largest stage game. In a state with fewer actions a
 * larger number means its last action.
 *
 * ## Observation Space
 * Both players see the state. Without `horizon` play cannot come back to a state, so the time tells nothing more:
 * `Discrete(S)`, the state. With `horizon` what a state is worth depends on the steps left: `Discrete(S * horizon)`,
 * state + S * step. After the end the last observation stays.
 *
 * ## Rewards
 * The two payoff matrices of the present state at (leader's action, follower's action).
 *
 * ## Starting State
 * Drawn from `start`.
 *
 * ## Episode End
 * Termination: by a transition to the end, or after `horizon` steps. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('FiniteMarkovGame-v0', { game: 'leader_controls' })` (the default; also `follower_controls`, `inspection`), or
 * `states: [{ name, leader, follower, next }, ...]` with `start` (0), `horizon` (none) and `discount` (1). An entry of
 * `next` is the position of a state, `end`, or a probability for each state and, if wanted, the end. `start`, `horizon`
 * and `discount` replace those of a named game.
 *
 * ## References
 * H. Zhong, Z. Yang, Z. Wang, M. I. Jordan. Can Reinforcement Learning Find Stackelberg-Nash Equilibria in General-Sum
 * Markov Games with Myopically Rational Followers? JMLR 24(35), 2023.
 *
 * ## Version History
 * - v0: first release.
 */
export class FiniteMarkovGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  override readonly discount: number;
  /** Most steps that an episode can have. */
  readonly maxSteps: number;
  private readonly columns: number;
  private readonly tables: readonly [Float64Array, Float64Array];
  /** By cell, the state that follows for certain (S is the end), or -1 if it is drawn. */
  private readonly targets: Int32Array;
  private readonly chances: readonly (readonly number[])[];
  private place = new Int32Array(0);
  private clock = new Int32Array(0);

  constructor(readonly rules: MarkovRules) {
    super();
    const { stages, horizon, discount } = rules;
    this.discount = discount;
    this.maxSteps = longestPlay(rules);
    const rows = Math.max(...stages.map(({ leader }) => leader.length));
    const columns = Math.max(...stages.map(({ leader }) => leader[0].length));
    this.columns = columns;
    const observationSpace = new Discrete(stages.length * (horizon ?? 1));
    this.agents = [
      { id: 'leader_0', role: 'leader', observationSpace, actionSpace: new Discrete(rows) },
      { id: 'follower_0', role: 'follower', observationSpace, actionSpace: new Discrete(columns) },
    ];
    const cells = stages.flatMap((stage) =>
      Array.from({ length: rows * columns }, (_, k) => cellOf(stage, Math.floor(k / columns), k % columns)),
    );
    this.tables = [
      Float64Array.from(cells, ({ leader }) => leader),
      Float64Array.from(cells, ({ follower }) => follower),
    ];
    this.chances = cells.map(({ next }) => next);
    this.targets = Int32Array.from(this.chances, (next) => next.indexOf(1));
  }

  /** The stage game that is played at an observation. */
  stageAt(observation: number): Stage {
    return this.rules.stages[observation % this.rules.stages.length];
  }

  /** What is observed in a state after a step from `observation`, or -1 if play is over by then. */
  observationAfter(observation: number, state: number): number {
    const { stages, horizon } = this.rules;
    if (state === stages.length) return -1;
    if (horizon === null) return state;
    const step = 1 + Math.floor(observation / stages.length);
    return step >= horizon ? -1 : state + stages.length * step;
  }

  protected override allocateState(): void {
    this.place = this.array(Int32Array);
    this.clock = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { start } = this.rules;
    const certain = start.indexOf(1);
    const state = certain >= 0 ? certain : this.rng(lane).categorical(start);
    this.place[lane] = state;
    this.clock[lane] = 0;
    out.observations[0][lane] = state;
    out.observations[1][lane] = state;
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { place, clock, targets, chances, columns } = this;
    const states = this.rules.stages.length;
    const horizon = this.rules.horizon ?? 0;
    const cells = chances.length / states;
    for (let i = from; i < to; i++) {
      const cell = place[i] * cells + actions[0][i] * columns + actions[1][i];
      out.rewards[0][i] = this.tables[0][cell];
      out.rewards[1][i] = this.tables[1][cell];
      const next = targets[cell] >= 0 ? targets[cell] : this.rng(i).categorical(chances[cell]);
      const over = next === states || clock[i] + 1 === horizon;
      if (over) out.terminated[i] = 1;
      else {
        place[i] = next;
        if (horizon > 0) clock[i]++;
      }
      const seen = place[i] + states * clock[i];
      out.observations[0][i] = seen;
      out.observations[1][i] = seen;
    }
  }
}

/** Payoffs and transition of a stage game, where actions beyond its last are its last. */
function cellOf({ leader, follower, next }: Stage, row: number, column: number) {
  const a = Math.min(row, leader.length - 1);
  const b = Math.min(column, leader[0].length - 1);
  return { leader: leader[a][b], follower: follower[a][b], next: next[a][b] };
}

function create({ game, states, ...rest }: z.infer<typeof parameters>): FiniteMarkovGame {
  if (states !== undefined && game !== undefined) {
    throw new InvalidArgument(`${id}: game: expected a name or states, got ${describe(game)} and states.`);
  }
  if (states !== undefined) return new FiniteMarkovGame(resolveMarkovGame(id, { states, ...rest }));
  const name = game ?? fallback;
  if (!Object.hasOwn(namedMarkovGames, name)) {
    throw new InvalidArgument(`${id}: game: ${unknownName('game', name, Object.keys(namedMarkovGames))}`);
  }
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return new FiniteMarkovGame(
    resolveMarkovGame(id, { ...namedMarkovGames[name], ...Object.fromEntries(given) }),
  );
}

export const finiteMarkovGame = defineGame({
  id,
  summary: 'A finite Markov game of a leader and a follower, given as data (the games of Zhong et al.)',
  parameters,
  create,
  presets: {
    ...Object.fromEntries(Object.keys(namedMarkovGames).map((game) => [game, { game }])),
    random_start: { game: 'inspection', start: [0.5, 0.5], horizon: 3, discount: 0.9 },
  },
  renderer: finiteMarkovRenderer,
});
