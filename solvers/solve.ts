import type { MarkovGame } from '../envs/core/markov-game.js';
import { gameOf } from '../envs/core/views.js';
import { checkOneOf } from '../gymnasium/checks.js';
import { checkOptionNames, describe, GymError, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { ParallelEnv } from '../gymnasium/parallel.js';
import { catalogue, solverNames } from './catalogue.js';
import { type FollowerInput, followerModel, followerName } from './follower-model.js';
import type { Answer, Solution, Solver, Task } from './solver.js';

/** What the leader may commit to. `mixed` is the normal-form word for `stochastic`. */
export type CommitmentKind = 'deterministic' | 'stochastic' | 'mixed';
export const commitmentKinds: readonly CommitmentKind[] = ['deterministic', 'stochastic', 'mixed'];

export interface SolveOptions {
  /** Default: what the first solver that fits the game is for (`mixed` in one-shot games, else `deterministic`). */
  readonly commitment?: CommitmentKind;
  /** How the follower responds. Default `stationary`: a best response that depends on what it now observes. */
  readonly follower?: FollowerInput;
  /** A solver by name, instead of the first that fits the game. */
  readonly solver?: string;
  /** Whether to prove a normal-form value in exact fractions (loads mathjs). Default false. */
  readonly certify?: boolean;
  /** Seconds after which a mixed-integer program gives up, with an error. Default: none. */
  readonly timeLimit?: number;
  /** Options of the solver's own, such as `{ seed: 1 }`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const noneFits = 'none; grade a commitment against an oracle instead';
const optionNames = ['commitment', 'follower', 'solver', 'certify', 'timeLimit', 'options'];

/**
 * The Stackelberg commitment of a game: with most solvers a strong Stackelberg equilibrium. `status` says how far the
 * value is to be trusted.
 *
 * @param source a game, or an environment made from one
 * @throws InvalidArgument for malformed options, or if no solver fits the game; SolveFailed if a program was infeasible,
 * unbounded or out of time
 * @example
 * await solve(make('NormalForm-v0', { name: 'conitzer_sandholm' })); // { value: 3.5, commitment: [0.5, 0.5], ... }
 */
export async function solve(source: MarkovGame | ParallelEnv, options: SolveOptions = {}): Promise<Solution> {
  const game = gameOf(source);
  const task = checkTask(options);
  const chosen = options.solver === undefined ? firstFitting(game, task) : named(options.solver);
  if (chosen === undefined || !chosen.fits(game, task)) {
    const fitting = catalogue.filter((solver) => solver.fits(game, task)).map(({ name }) => name);
    const what = `${task.commitment === undefined ? '' : `${task.commitment} commitments in `}${game.constructor.name}`;
    throw new InvalidArgument(
      `solve: ${chosen ? `${chosen.name} does not solve` : 'no solver for'} ${what} against a ${followerName(task.follower)} follower. Fitting solvers: ${fitting.join(', ') || noneFits}.`,
    );
  }
  checkOptionNames(chosen.name, task.options, Object.keys(chosen.options ?? {}));
  try {
    const answer = finite(await chosen.solve(game, task), chosen.name);
    return { ...answer, solver: chosen.name, follower: followerName(task.follower) };
  } catch (error) {
    throw options.solver === undefined ? withAlternatives(error, game, task, chosen) : error;
  }
}

/** Numbers that overflowed are no values. */
function finite(answer: Answer, solver: string): Answer {
  const values = [answer.value, ...Object.values(answer.followerValues)];
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad === undefined) return answer;
  throw new GymError(`${solver}: expected finite values, got ${bad}: the payoffs or options are too large.`);
}

/** Where the default solver refuses a game, names the others that fit. */
function withAlternatives(error: unknown, game: MarkovGame, task: Task, chosen: Solver): unknown {
  const others = catalogue.filter((solver) => solver !== chosen && solver.fits(game, task));
  const refused = error instanceof InvalidArgument && Object.keys(task.options).length === 0;
  if (!refused || others.length === 0) return error;
  const names = others.map(({ name }) => name).join(', ');
  return new InvalidArgument(`${error.message} Other solvers that fit: ${names}.`, { cause: error });
}

function firstFitting(game: MarkovGame, task: Task): Solver | undefined {
  return catalogue.find((solver) => solver.fits(game, task));
}

function named(name: string): Solver {
  const solver = catalogue.find((candidate) => candidate.name === name);
  if (solver === undefined) throw new InvalidArgument(`solve: ${unknownName('solver', name, solverNames)}`);
  return solver;
}

function checkTask(given: SolveOptions): Task {
  checkOptionNames('solve', given, optionNames);
  const { commitment, follower = 'stationary', certify = false, timeLimit, options = {} } = given;
  if (commitment !== undefined) checkOneOf('solve', 'commitment', commitment, commitmentKinds);
  if (timeLimit !== undefined && !(typeof timeLimit === 'number' && timeLimit > 0)) {
    throw new InvalidArgument(
      `solve: timeLimit: expected a positive number of seconds, got ${describe(timeLimit)}.`,
    );
  }
  return {
    commitment: commitment === 'mixed' ? 'stochastic' : commitment,
    follower: followerModel('solve', follower),
    certify,
    timeLimit,
    options,
  };
}
