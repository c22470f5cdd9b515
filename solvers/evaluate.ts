import { NoExactValue } from '../envs/core/enumerating-rng.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { GameModel } from '../envs/core/model.js';
import { type Certificate, type Oracle, type TieBreaking, tieBreakings } from '../envs/core/stackelberg.js';
import { gameOf } from '../envs/core/views.js';
import { StructuredHierarchicalGame } from '../envs/hierarchical/structured-hierarchical-game.js';
import { UnrelatedScheduling } from '../envs/mechanism/unrelated-scheduling.js';
import { BertrandPlatform } from '../envs/platform/bertrand-platform.js';
import { checkOneOf } from '../gymnasium/checks.js';
import { checkOptionNames, InvalidArgument } from '../gymnasium/error.js';
import type { ParallelEnv } from '../gymnasium/parallel.js';
import type { Seed } from '../gymnasium/rng.js';
import type { AgentId } from '../gymnasium/types.js';
import { onlyFollower } from './best-response.js';
import {
  type Commitment,
  committedActions,
  committedModel,
  type LeaderAnswers,
  leaderAnswers,
} from './commitment.js';
import { certify, pureEquilibrium } from './equilibrium.js';
import { type FollowerInput, type FollowerModel, followerModel, followerName } from './follower-model.js';
import { InducedGame, isInducible } from './induced-game.js';
import { SolveFailed } from './linear/linear-program.js';
import { type OwnResponse, ownResponses } from './own-responses.js';
import { respond } from './response.js';
import { byFollower, nobody, sampledEpisodes, sampledResponses } from './sampled-responses.js';
import { type CommitmentKind, commitmentKinds, solve } from './solve.js';
import { isRational, leaderReturn } from './solver.js';

export interface EvaluateOptions {
  /**
   * How the follower responds. Default `stationary`: a best response that depends on what it now observes. Several
   * followers, and those that move before the leader, then play the pure equilibrium among themselves that `ties` says.
   */
  readonly follower?: FollowerInput;
  /** Default `leader`. */
  readonly ties?: TieBreaking;
  /** Whether a learned policy is taken at its likeliest actions (true) or at its probabilities. Default true. */
  readonly greedy?: boolean;
  /** The commitments that the optimum is taken over. Default: mixed in NormalForm, else deterministic if this one is. */
  readonly commitment?: CommitmentKind;
  /** A known optimum, so that nothing is solved; null leaves it out. */
  readonly optimum?: number | null;
  /** Respond by this oracle instead of exactly: for games without a model view. */
  readonly oracle?: Oracle;
  /** Responses sampled from the oracle, with one episode each. Default 100. */
  readonly episodes?: number;
  /** Seed of the sampled responses. Default 0. */
  readonly seed?: Seed;
}

const optionNames = ['follower', 'ties', 'greedy', 'commitment', 'optimum', 'oracle', 'episodes', 'seed'];

export interface CommitmentValue {
  /** The leader's expected return when the followers best-respond. */
  readonly value: number;
  readonly followerValues: Readonly<Record<AgentId, number>>;
  /** The best value of any commitment (the best known where no solver proves one), or null where no solver knows. */
  readonly optimum: number | null;
  /** optimum - value, or null. */
  readonly gap: number | null;
  /** What responded: a kind of exact best response, or an oracle's name. */
  readonly response: string;
  /**
   * What the followers' play is an equilibrium of, and the most that one of them would gain by deviating: measured here where
   * followers move once, else as the oracle says.
   */
  readonly equilibrium: Certificate;
  readonly ties: TieBreaking | null;
  /** Standard error of `value` where it was sampled, else 0. */
  readonly standardError: number;
}

/**
 * How good is this commitment? The leader's value against the followers' best response or equilibrium, exact where the game
 * has a model view, followers that move once (summed over their private types) or a response of its own, else sampled from an
 * oracle; and the gap to the exact optimum. Every benchmark number goes through here, so that no training loop grades itself.
 *
 * @param commitment not null, which stands for a solution that states no commitment
 * @throws InvalidArgument if the commitment does not fit the game; NoExactValue, with an oracle by name where one is known, if the
 * followers' response has no exact value and no oracle is given
 * @example
 * await evaluateCommitment(env, [1, 0, 0, 1, 1]); // { value: 31, followerValues: { follower_0: 28 }, optimum: 31, gap: 0, ... }
 */
export async function evaluateCommitment(
  source: MarkovGame | ParallelEnv,
  commitment: Commitment | null,
  options: EvaluateOptions = {},
): Promise<CommitmentValue> {
  const game = gameOf(source);
  if (commitment === null) {
    throw new InvalidArgument(
      'commitment: expected an array or a policy, got null: a solution without a commitment states the value and rules, none that can be played.',
    );
  }
  checkOptionNames('evaluateCommitment', options, optionNames);
  const { ties = 'leader', greedy = true } = options;
  const follower = followerModel('evaluateCommitment', options.follower ?? 'stationary');
  checkOneOf('evaluateCommitment', 'ties', ties, tieBreakings);
  if (options.commitment !== undefined)
    checkOneOf('evaluateCommitment', 'commitment', options.commitment, commitmentKinds);
  const answers = leaderAnswers(game, commitment, greedy);
  const optimum =
    options.optimum === undefined
      ? await optimumOf(game, options.commitment ?? kindOf(answers), follower)
      : options.optimum;
  const measured = namingOracles(game, () =>
    measure(game, commitment, answers, follower, { ...options, ties, greedy }),
  );
  return { ...measured, optimum, gap: optimum === null ? null : optimum - measured.value };
}

/** `stochastic` for a commitment that mixes, where deterministic ones are told from it. */
function kindOf({ committed }: LeaderAnswers): CommitmentKind | undefined {
  const mixes = committed?.table.some((row) => Array.from(row).some((p) => p !== 0 && p !== 1));
  return mixes ? 'stochastic' : undefined;
}

async function optimumOf(
  game: MarkovGame,
  commitment: CommitmentKind | undefined,
  follower: FollowerModel,
): Promise<number | null> {
  try {
    const solution = await solve(game, { commitment, follower });
    return solution.status === 'optimal' || solution.status === 'best-known' ? leaderReturn(solution) : null;
  } catch (error) {
    if (error instanceof InvalidArgument || error instanceof SolveFailed) return null;
    throw error;
  }
}

type Measured = Omit<CommitmentValue, 'optimum' | 'gap'>;
type MeasureOptions = EvaluateOptions & { readonly ties: TieBreaking; readonly greedy: boolean };

/** By whatever looks at the game most closely: the game's own response, the followers' induced game, its model view, samples. */
function measure(
  game: MarkovGame,
  commitment: Commitment,
  answers: LeaderAnswers,
  follower: FollowerModel,
  options: MeasureOptions,
): Measured {
  const { ties, greedy, oracle } = options;
  if (oracle) return byOracle(game, answers, oracle, options);
  if (isInducible(game) && needsInducedGame(game))
    return pureResponse(new InducedGame(game, answers), follower, ties);
  if (game.followerIndices.length === 0) return sampledEpisodes(game, answers, nobody, options);
  if (game.followersFirst) {
    throw new NoExactValue(
      `The followers of ${game.constructor.name} move before its leader and more than once`,
    );
  }
  const own = ownResponses.find(({ fits }) => fits(game));
  if (own !== undefined && isRational(follower)) return ownMeasured(game, own.respond(game, answers));
  const committed = answers.committed ?? committedActions(game, commitment, greedy);
  return exact(committedModel(game, committed), committed.table, follower, ties);
}

/** Where an oracle has to respond instead, says which. */
function namingOracles<T>(game: MarkovGame, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof NoExactValue)) throw error;
    throw new NoExactValue(error.reason, exampleOracle(game), { cause: error });
  }
}

/** Names in words, since solvers know no oracles. */
function exampleOracle(game: MarkovGame): string | undefined {
  if (game instanceof BertrandPlatform) return 'q-sellers';
  if (game instanceof StructuredHierarchicalGame) return 'hierarchical-response';
  if (game instanceof UnrelatedScheduling && game.rules.reports === 'row') return 'truthful';
  return isInducible(game) ? 'multiplicative-weights' : undefined;
}

/** Responses of the oracle: with exact values where followers move once, unless something draws from a continuum, else sampled. */
function byOracle(
  game: MarkovGame,
  answers: LeaderAnswers,
  oracle: Oracle,
  options: MeasureOptions,
): Measured {
  if (!isInducible(game)) return sampledEpisodes(game, answers, oracle, options);
  try {
    return sampledResponses(new InducedGame(game, answers), answers, oracle, options);
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error;
    return sampledEpisodes(game, answers, oracle, options);
  }
}

/** Whether the model view cannot answer for the followers: there are several, or they move before the leader. */
function needsInducedGame(game: MarkovGame): boolean {
  return game.followerIndices.length > 1 || game.followersFirst;
}

function exact(
  model: GameModel,
  table: readonly ArrayLike<number>[],
  follower: FollowerModel,
  ties: TieBreaking,
): Measured {
  const { leaderValue, followerValue } = respond(model, table, follower, ties);
  const { id } = model.game.agents[onlyFollower(model)];
  return {
    value: leaderValue,
    followerValues: { [id]: followerValue },
    response: followerName(follower),
    equilibrium: isRational(follower) ? { notion: 'best response', gap: 0 } : { notion: 'none', gap: null },
    ties: typeof follower === 'string' ? ties : null,
    standardError: 0,
  };
}

function ownMeasured(game: MarkovGame, { values, equilibrium, response }: OwnResponse): Measured {
  return {
    value: values[0],
    followerValues: byFollower(game, values),
    response,
    equilibrium,
    ties: null,
    standardError: 0,
  };
}

/** The followers' pure equilibrium in their induced game. */
function pureResponse(game: InducedGame, follower: FollowerModel, ties: TieBreaking): Measured {
  if (!isRational(follower)) {
    throw new InvalidArgument(
      `evaluateCommitment: follower: expected stationary or time-aware for followers that move once, got ${followerName(follower)}.`,
    );
  }
  const { strategies, values } = pureEquilibrium(game, ties);
  return {
    value: values[0],
    followerValues: byFollower(game.game, values),
    response: game.followers.length === 1 ? followerName(follower) : 'pure equilibrium',
    equilibrium: certify(game, [strategies]),
    ties,
    standardError: 0,
  };
}
