import type { MarkovGame } from '../envs/core/markov-game.js';
import { modelOf } from '../envs/core/model.js';
import { type ResponseMemory, responseMemories, type TieBreaking } from '../envs/core/stackelberg.js';
import { gameOf } from '../envs/core/views.js';
import { IteratedMatrixGame } from '../envs/matrix/iterated-matrix-game.js';
import { NormalForm } from '../envs/matrix/normal-form.js';
import { checkOptionNames, describe, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { ParallelEnv } from '../gymnasium/parallel.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { AgentId } from '../gymnasium/types.js';
import { bestResponse, onlyFollower } from './best-response.js';
import { leaderSpaces } from './commitment.js';
import { solveDeterministic } from './memory-one.js';
import { solveStochastic } from './memory-one-search.js';
import { pureCommitment, solveNormalForm } from './normal-form.js';
import { certifyNormalForm } from './rational.js';

/** What the leader may commit to. `mixed` is the normal-form word for `stochastic`. */
export type CommitmentKind = 'deterministic' | 'stochastic' | 'mixed';
export const commitmentKinds: readonly CommitmentKind[] = ['deterministic', 'stochastic', 'mixed'];

export interface SolveOptions {
  /** Default `mixed` for NormalForm, else `deterministic`. */
  readonly commitment?: CommitmentKind;
  /** What the follower may condition on. Default `stationary`. */
  readonly follower?: ResponseMemory;
  /** A solver by name, instead of the first that fits the game. */
  readonly solver?: string;
  /** Whether to prove a normal-form value in exact fractions (loads mathjs). Default false. */
  readonly certify?: boolean;
}

export interface Solution {
  /** The leader's value. */
  readonly value: number;
  readonly followerValues: Readonly<Record<AgentId, number>>;
  /** An action for each observation, a distribution for each, or one distribution where there is one observation. */
  readonly commitment: readonly number[] | readonly (readonly number[])[];
  readonly solver: string;
  /** What the commitment was chosen among. */
  readonly kind: 'deterministic' | 'stochastic';
  /** How the follower's ties are broken: `leader` is the strong Stackelberg equilibrium. */
  readonly tieBreaking: TieBreaking;
  /** The supremum if ties go against the leader, where the solver tells. */
  readonly weakValue?: number;
  /** Why no commitment does better. */
  readonly certificate?: Readonly<Record<string, unknown>>;
}

type Answer = Omit<Solution, 'solver' | 'kind'>;

interface Task {
  readonly commitment: 'deterministic' | 'stochastic';
  readonly follower: ResponseMemory;
  readonly certify: boolean;
}

/** One way to solve some games. The first that fits is used. */
interface Solver {
  readonly name: string;
  fits(game: MarkovGame, task: Task): boolean;
  solve(game: any, task: Task): Promise<Answer> | Answer;
}

const maxCommitments = 2 ** 16;
const maxEvaluations = 2 ** 18;

const solvers: readonly Solver[] = [
  {
    name: 'multiple-lps',
    fits: (game, { commitment }) =>
      game instanceof NormalForm && !game.observeAction && commitment === 'stochastic',
    solve: (game: NormalForm, task) => normalForm(game, task, 'multipleLps'),
  },
  {
    name: 'single-lp',
    fits: (game, { commitment }) =>
      game instanceof NormalForm && !game.observeAction && commitment === 'stochastic',
    solve: (game: NormalForm, task) => normalForm(game, task, 'singleLp'),
  },
  {
    name: 'pure-enumeration',
    fits: (game, { commitment }) =>
      game instanceof NormalForm && (game.observeAction || commitment === 'deterministic'),
    solve: pure,
  },
  {
    name: 'memory-one-enumeration',
    fits: (game, { commitment }) => isTwoByTwo(game) && commitment === 'deterministic',
    solve: (game: IteratedMatrixGame, { follower }) => {
      const solution = solveDeterministic(offsetGame(game), follower);
      const { value, followerValue, commitment, weakValue, weak } = solution;
      return { ...strong(value, followerValue, commitment), weakValue: Math.max(weakValue, weak.weakValue) };
    },
  },
  {
    name: 'memory-one-search',
    fits: (game, { commitment }) => isTwoByTwo(game) && commitment === 'stochastic',
    solve: (game: IteratedMatrixGame, { follower }) => {
      const { value, followerValue, commitment, weakValue, certificate } = solveStochastic(
        offsetGame(game),
        follower,
      );
      const rows = Array.from(commitment, (p) => [p, 1 - p]);
      return { ...strong(value, followerValue, rows), weakValue, certificate: { ...certificate } };
    },
  },
  {
    name: 'enumeration',
    fits: (_, { commitment }) => commitment === 'deterministic',
    solve: enumerate,
  },
];

/** Names of all solvers. */
export const solverNames: readonly string[] = solvers.map(({ name }) => name);

/**
 * The exact (or certified) Stackelberg commitment of a game: a strong Stackelberg equilibrium.
 *
 * @param source a game, or an environment made from one
 * @throws InvalidArgument for malformed options, or if no solver fits the game
 * @example
 * await solve(make('NormalForm-v0', { name: 'conitzer_sandholm' })); // { value: 3.5, commitment: [0.5, 0.5], ... }
 */
export async function solve(source: MarkovGame | ParallelEnv, options: SolveOptions = {}): Promise<Solution> {
  const game = gameOf(source);
  const task = checkTask(game, options);
  const chosen =
    options.solver === undefined ? solvers.find((solver) => solver.fits(game, task)) : named(options.solver);
  if (chosen === undefined || !chosen.fits(game, task)) {
    const fitting = solvers.filter((solver) => solver.fits(game, task)).map(({ name }) => name);
    throw new InvalidArgument(
      `solve: ${chosen ? `${chosen.name} does not solve` : 'no solver for'} ${task.commitment} commitments in ${game.constructor.name}. Fitting solvers: ${fitting.join(', ') || 'none'}.`,
    );
  }
  return { ...(await chosen.solve(game, task)), kind: task.commitment, solver: chosen.name };
}

function named(name: string): Solver {
  const solver = solvers.find((candidate) => candidate.name === name);
  if (solver === undefined) throw new InvalidArgument(`solve: ${unknownName('solver', name, solverNames)}`);
  return solver;
}

function checkTask(game: MarkovGame, options: SolveOptions): Task {
  checkOptionNames('solve', options, ['commitment', 'follower', 'solver', 'certify']);
  const { follower = 'stationary', certify = false } = options;
  const commitment = options.commitment ?? (game instanceof NormalForm ? 'mixed' : 'deterministic');
  if (!commitmentKinds.includes(commitment)) {
    throw new InvalidArgument(
      `solve: commitment: expected one of ${commitmentKinds.join(', ')}, got ${describe(commitment)}.`,
    );
  }
  if (!responseMemories.includes(follower)) {
    throw new InvalidArgument(
      `solve: follower: expected one of ${responseMemories.join(', ')}, got ${describe(follower)}.`,
    );
  }
  return { commitment: commitment === 'mixed' ? 'stochastic' : commitment, follower, certify };
}

function strong(value: number, followerValue: number, commitment: Solution['commitment']) {
  return { value, followerValues: { follower_0: followerValue }, commitment, tieBreaking: 'leader' as const };
}

async function normalForm(
  { payoffs }: NormalForm,
  { certify }: Task,
  method: 'multipleLps' | 'singleLp',
): Promise<Answer> {
  const solution = await solveNormalForm(payoffs.leader, payoffs.follower, { method });
  const { value, followerValue, commitment, weakValue, weakAttained } = solution;
  return {
    ...strong(value, followerValue, Array.from(commitment)),
    weakValue,
    certificate: {
      weakAttained,
      ...(certify && { exact: await certifyNormalForm(payoffs.leader, payoffs.follower) }),
    },
  };
}

/** Best row: also what mixing comes to where the follower sees the row before it moves. */
function pure({ payoffs }: NormalForm): Answer {
  const { row, value, followerValue, weakValue } = pureCommitment(payoffs.leader, payoffs.follower);
  return { ...strong(value, followerValue, [row]), weakValue };
}

function isTwoByTwo(game: MarkovGame): boolean {
  return (
    game instanceof IteratedMatrixGame &&
    game.payoffs.leader.length === 2 &&
    game.payoffs.leader[0].length === 2
  );
}

function offsetGame({ payoffs, rewardOffset, horizon, memory, discount }: IteratedMatrixGame) {
  const shift = (matrix: readonly (readonly number[])[]) =>
    matrix.map((row) => row.map((payoff) => payoff + rewardOffset));
  return { leader: shift(payoffs.leader), follower: shift(payoffs.follower), horizon, memory, discount };
}

/** Every deterministic commitment of a small finite game against the exact best response. */
function enumerate(game: MarkovGame, { follower: memory }: Task): Answer {
  const { observations, actions } = leaderSpaces(game);
  if (actions.n ** observations.n > maxCommitments) {
    throw new InvalidArgument(
      `enumeration: expected at most ${maxCommitments} deterministic commitments, got ${actions.n}^${observations.n}.`,
    );
  }
  const model = modelOf(game);
  const follower = game.agents[onlyFollower(model)];
  const responses =
    memory === 'stationary' &&
    follower.observationSpace instanceof Discrete &&
    follower.actionSpace instanceof Discrete
      ? follower.actionSpace.n ** follower.observationSpace.n
      : 1;
  if (actions.n ** observations.n * responses > maxEvaluations) {
    throw new InvalidArgument(
      `enumeration: expected at most ${maxEvaluations} pairs of a commitment and a response, got ${actions.n}^${observations.n} times ${responses}.`,
    );
  }
  const choice = new Int32Array(observations.n);
  let best: { value: number; followerValue: number; commitment: number[] } | null = null;
  let weakValue = -Infinity;
  for (let code = 0; code < actions.n ** observations.n; code++) {
    let rest = code;
    for (let o = observations.n - 1; o >= 0; o--, rest = Math.floor(rest / actions.n))
      choice[o] = rest % actions.n;
    const table = Array.from(choice, (a) =>
      Float64Array.from({ length: actions.n }, (_, k) => (k === a ? 1 : 0)),
    );
    const { leaderValue, followerValue } = bestResponse(model, table, { memory, ties: 'leader' });
    weakValue = Math.max(weakValue, bestResponse(model, table, { memory, ties: 'against' }).leaderValue);
    if (best === null || leaderValue > best.value + 1e-9) {
      best = { value: leaderValue, followerValue, commitment: Array.from(choice, (a) => actions.start + a) };
    }
  }
  const { id } = follower;
  return {
    value: best!.value,
    followerValues: { [id]: best!.followerValue },
    commitment: best!.commitment,
    tieBreaking: 'leader',
    weakValue,
  };
}
