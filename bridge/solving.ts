import { z } from 'zod';
import { makeGame, parseParameters } from '../envs/core/definition.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { TieBreaking } from '../envs/core/stackelberg.js';
import { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { isOneShot } from '../solvers/best-response.js';
import { type Commitment, committedActions, committedModel } from '../solvers/commitment.js';
import { type CommitmentValue, type EvaluateOptions, evaluateCommitment } from '../solvers/evaluate.js';
import { followerModel, followerName } from '../solvers/follower-model.js';
import { respond } from '../solvers/response.js';
import { type SolveOptions, solve } from '../solvers/solve.js';
import type { Callables } from './callables.js';
import { oneSeed, readSeeds } from './endpoints/endpoint.js';
import { oracleOf, oracleRequest } from './oracle.js';
import { remoteCommitment } from './remote-players.js';
import type { Request } from './session.js';

const record = z.record(z.string(), z.unknown());
const base = { game: z.string(), params: record.default({}) };
/** A commitment as data, or a policy of the client's. */
const commitment = z.union([z.array(z.unknown()), z.strictObject({ callable: z.int().min(1) })]);
const graded = {
  follower: z.unknown().optional(),
  ties: z.string().optional(),
};
const solveRequest = z.looseObject({ verb: z.literal('solve'), ...base });
const respondRequest = z.strictObject({ verb: z.literal('respond'), ...base, commitment, ...graded });
const evaluateRequest = z.strictObject({
  verb: z.literal('evaluate'),
  ...base,
  commitment,
  ...graded,
  oracle: oracleRequest.nullable().default(null),
  oracleOptions: record.default({}),
  episodes: z.unknown().optional(),
  seed: z.string().default('0'),
});

/** The best commitment: `solve` with what the request has besides the game as its options. */
export async function solveVerb(request: Request): Promise<unknown> {
  const { verb: _, game, params, ...options } = parseParameters('solve', solveRequest, request);
  return solve(makeGame(game, params), options as SolveOptions);
}

/** What a commitment is worth, as `evaluateCommitment` says. */
export async function evaluateVerb(request: Request, callables: Callables): Promise<unknown> {
  const wanted = parseParameters('evaluate', evaluateRequest, request);
  const game = makeGame(wanted.game, wanted.params);
  const seed = oneSeed(readSeeds(wanted.seed))!;
  const { follower, ties, episodes, oracle } = wanted;
  return evaluateCommitment(game, commitmentOf(wanted.commitment, game, callables), {
    follower,
    ties,
    episodes,
    seed,
    oracle:
      oracle === null ? undefined : await oracleOf({ ...wanted, oracle, oracleSeed: seed }, game, callables),
  } as EvaluateOptions);
}

/** The followers' side: values under a fixed commitment, and how the follower plays where a table can say it. */
export async function respondVerb(request: Request, callables: Callables): Promise<unknown> {
  const wanted = parseParameters('respond', respondRequest, request);
  const game = makeGame(wanted.game, wanted.params);
  const given = commitmentOf(wanted.commitment, game, callables);
  const options = { follower: wanted.follower ?? 'stationary', ties: wanted.ties ?? 'leader' } as Respond;
  const values = await evaluateCommitment(game, given, { ...options, optimum: null });
  return { ...values, policy: tableOf(game, given, options, values) };
}

type Respond = Required<Pick<EvaluateOptions, 'follower' | 'ties'>>;

/**
 * An action, or for a follower that errs a distribution, for each observation of the only follower. Null for one that
 * remembers what it saw before, and where no model view gave the values.
 */
function tableOf(
  game: MarkovGame,
  given: Commitment,
  options: Respond,
  { response }: CommitmentValue,
): unknown[] | null {
  const follower = followerModel('respond', options.follower);
  const only = game.followerIndices.length === 1 ? game.agents[game.followerIndices[0]] : null;
  const space = only?.observationSpace;
  if (game.followersFirst || response !== followerName(follower) || !(space instanceof Discrete)) return null;
  const committed = committedActions(game, given, true);
  const model = committedModel(game, committed);
  if ((follower === 'time-aware' || follower === 'myopic') && !isOneShot(model)) return null;
  const { policy } = respond(model, committed.table, follower, options.ties as TieBreaking);
  const rng = new Rng(0);
  return Array.from({ length: space.n }, (_, o) => {
    policy.reset?.();
    return policy.probabilities?.(space.start + o) ?? policy.act(space.start + o, rng);
  });
}

function commitmentOf(
  wanted: z.infer<typeof commitment>,
  game: MarkovGame,
  callables: Callables,
): Commitment {
  if (Array.isArray(wanted)) return wanted as Commitment;
  return remoteCommitment(callables.bind(wanted.callable), game);
}
