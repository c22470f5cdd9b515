import type { MarkovGame } from '../envs/core/markov-game.js';
import type { GameModel } from '../envs/core/model.js';
import { type Oracle, type TieBreaking, tieBreakings } from '../envs/core/stackelberg.js';
import { gameOf, singleLane } from '../envs/core/views.js';
import { checkCount, checkOneOf } from '../gymnasium/checks.js';
import { checkOptionNames, InvalidArgument } from '../gymnasium/error.js';
import type { ParallelEnv } from '../gymnasium/parallel.js';
import { Rng, type Seed } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { AgentId } from '../gymnasium/types.js';
import { onlyFollower } from './best-response.js';
import { type Commitment, type CommittedActions, committedActions, committedModel } from './commitment.js';
import { type FollowerInput, type FollowerModel, followerModel, followerName } from './follower-model.js';
import { SolveFailed } from './linear/linear-program.js';
import { respond } from './response.js';
import { type CommitmentKind, commitmentKinds, solve } from './solve.js';

export interface EvaluateOptions {
  /** How the follower responds. Default `stationary`: a best response that depends on what it now observes. */
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
  readonly ties: TieBreaking | null;
  /** Standard error of `value` where it was sampled, else 0. */
  readonly standardError: number;
}

/**
 * How good is this commitment? The leader's value against the followers' best response, exact where the game has a model
 * view, else sampled from an oracle; and the gap to the exact optimum. Every benchmark number goes through here, so
 * that no training loop grades itself.
 *
 * @throws InvalidArgument if the commitment does not fit the game, or the game has no model view and no oracle is given
 * @example
 * await evaluateCommitment(env, [1, 0, 0, 1, 1]); // { value: 31, followerValues: { follower_0: 28 }, optimum: 31, gap: 0, ... }
 */
export async function evaluateCommitment(
  source: MarkovGame | ParallelEnv,
  commitment: Commitment,
  options: EvaluateOptions = {},
): Promise<CommitmentValue> {
  const game = gameOf(source);
  checkOptionNames('evaluateCommitment', options, optionNames);
  const { ties = 'leader', greedy = true } = options;
  const follower = followerModel('evaluateCommitment', options.follower ?? 'stationary');
  checkOneOf('evaluateCommitment', 'ties', ties, tieBreakings);
  if (options.commitment !== undefined)
    checkOneOf('evaluateCommitment', 'commitment', options.commitment, commitmentKinds);
  const committed = committedActions(game, commitment, greedy);
  const discrete = game.agents[game.leaderIndex].actionSpace instanceof Discrete;
  const mixes = committed.table.some((row) => Array.from(row).some((p) => p !== 0 && p !== 1));
  const kind = options.commitment ?? (discrete && mixes ? 'stochastic' : undefined);
  const optimum = options.optimum === undefined ? await optimumOf(game, kind, follower) : options.optimum;
  const measured = options.oracle
    ? sampled(game, committed, options.oracle, options)
    : exact(committedModel(game, committed), committed.table, follower, ties);
  return { ...measured, optimum, gap: optimum === null ? null : optimum - measured.value };
}

async function optimumOf(
  game: MarkovGame,
  commitment: CommitmentKind | undefined,
  follower: FollowerModel,
): Promise<number | null> {
  try {
    const { value, status } = await solve(game, { commitment, follower });
    return status === 'optimal' || status === 'best-known' ? value : null;
  } catch (error) {
    if (error instanceof InvalidArgument || error instanceof SolveFailed) return null;
    throw error;
  }
}

type Measured = Omit<CommitmentValue, 'optimum' | 'gap'>;

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
    ties: typeof follower === 'string' ? ties : null,
    standardError: 0,
  };
}

/** Mean returns over responses of the oracle to the commitment, which answers every query by a draw. */
function sampled(
  game: MarkovGame,
  { table, actions }: CommittedActions,
  oracle: Oracle,
  { episodes = 100, seed = 0 }: EvaluateOptions,
): Measured {
  checkCount('evaluateCommitment', 'episodes', episodes);
  const rng = new Rng(seed);
  const lane = singleLane(game);
  lane.seed(rng.child('game'));
  const leader = game.leaderIndex;
  const { start } = game.agents[leader].observationSpace as unknown as { start: number };
  const draw = (observation: number) => actions[rng.categorical(table[observation - start])];
  const responder = oracle.start({ lane, leader, rng: rng.child('oracle'), simulated() {} });
  const totals = game.agents.map(() => new Float64Array(episodes));
  for (let episode = 0; episode < episodes; episode++) {
    responder.reset();
    const response = responder.respond();
    let step = response.next();
    while (!step.done) {
      const { observation, answer } = step.value;
      step = response.next(answer === 'action' ? draw(observation) : table[observation - start]);
    }
    const policies = step.value;
    lane.reset();
    for (const policy of Object.values(policies)) policy.reset?.();
    for (let done = false, weight = 1; !done; weight *= game.discount) {
      lane.act(leader, draw(lane.observation(leader)));
      lane.commit();
      for (const k of game.followerIndices) {
        lane.act(k, policies[game.agents[k].id].act(lane.observation(k), rng));
      }
      done = lane.step();
      for (let k = 0; k < totals.length; k++) totals[k][episode] += weight * lane.reward(k);
    }
  }
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / episodes;
  const value = mean(totals[leader]);
  const variance = totals[leader].reduce((sum, x) => sum + (x - value) ** 2, 0) / Math.max(1, episodes - 1);
  return {
    value,
    followerValues: Object.fromEntries(game.followerIndices.map((k) => [game.agents[k].id, mean(totals[k])])),
    response: oracle.name,
    ties: null,
    standardError: Math.sqrt(variance / episodes),
  };
}
