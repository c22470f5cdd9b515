import type { MarkovGame } from '../../envs/core/markov-game.js';
import { drawPolicies, type Oracle, type TieBreaking, tieBreakings } from '../../envs/core/stackelberg.js';
import { singleLane } from '../../envs/core/views.js';
import { NormalForm } from '../../envs/matrix/normal-form.js';
import { SecurityGame } from '../../envs/security/security-game.js';
import { attackerUtility, defenderUtility } from '../../envs/security/security-instances.js';
import { checkNonNegative, checkOneOf, checkRange } from '../../gymnasium/checks.js';
import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { expected } from '../normal-form/payoffs.js';
import { softmax } from '../quantal-response.js';
import type { ResponseSource } from './best-response-queries.js';

/** A one-shot game as a function of the commitment: a mixed row, or a coverage vector. */
export interface CommitmentGame {
  readonly size: number;
  readonly actions: number;
  leaderValue(commitment: ArrayLike<number>, action: number): number;
  followerValue(commitment: ArrayLike<number>, action: number): number;
  refusal(commitment: Float64Array): string | undefined;
}

/** Follower values this close, as a share of the larger (of 1 if other values reach that), count as equal. */
const tie = 1e-12;
const unitSum = 1e-9;

/**
 * A game whose follower can be queried.
 *
 * @throws InvalidArgument unless the game is a `NormalForm` whose follower does not see the drawn row, or a `SecurityGame`
 * without schedules
 */
export function commitmentGame(game: MarkovGame): CommitmentGame {
  if (game instanceof NormalForm && !game.observeAction) return matrixGame(game);
  if (game instanceof SecurityGame && game.schedules === null) return coverageGame(game);
  throw new InvalidArgument(
    `commitmentGame: expected a NormalForm without observeAction or a SecurityGame without schedules, got ${describe(game)}.`,
  );
}

function matrixGame({ payoffs: { leader, follower } }: NormalForm): CommitmentGame {
  return {
    size: leader.length,
    actions: leader[0].length,
    leaderValue: (x, j) => expected(leader, x, j),
    followerValue: (x, j) => expected(follower, x, j),
    refusal: (x) => {
      const sum = x.reduce((total, p) => total + p, 0);
      const distribution = x.every((p) => p >= 0) && Math.abs(sum - 1) <= unitSum;
      return distribution ? undefined : 'probabilities of at least 0 that sum to 1';
    },
  };
}

function coverageGame(game: SecurityGame): CommitmentGame {
  const { targets, resources } = game;
  const space = game.agents[game.leaderIndex].actionSpace;
  return {
    size: targets.length,
    actions: targets.length,
    leaderValue: (c, t) => defenderUtility(targets[t], c[t]),
    followerValue: (c, t) => attackerUtility(targets[t], c[t]),
    refusal: (c) =>
      space.contains(c) ? undefined : `coverage from 0 to 1 with a sum of at most ${resources}`,
  };
}

/**
 * Exact best responses from the game's payoffs. Ties (equal up to rounding) are broken by `ties`, by default for the
 * leader.
 *
 * @throws InvalidArgument for a game that `commitmentGame` refuses or an unknown rule for ties
 */
export function exactResponses(
  game: MarkovGame,
  options: { readonly ties?: TieBreaking } = {},
): ResponseSource {
  checkOptionNames('exactResponses', options, ['ties']);
  const { ties = 'leader' } = options;
  checkOneOf('exactResponses', 'ties', ties, tieBreakings);
  const played = commitmentGame(game);
  const respond = (commitment: Float64Array) => bestAction(played, commitment, ties);
  return { size: played.size, actions: played.actions, refusal: played.refusal, respond };
}

function bestAction(game: CommitmentGame, commitment: Float64Array, ties: TieBreaking): number {
  const values = Array.from({ length: game.actions }, (_, j) => game.followerValue(commitment, j));
  const best = Math.max(...values);
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const least = Math.max(Math.abs(best), Math.min(1, scale));
  const tied = values.flatMap((value, j) =>
    value >= best - tie * Math.max(least, Math.abs(value)) ? [j] : [],
  );
  if (ties === 'lowest' || tied.length === 1) return tied[0];
  const sign = ties === 'leader' ? 1 : -1;
  const worth = tied.map((j) => sign * game.leaderValue(commitment, j));
  return tied[worth.indexOf(Math.max(...worth))];
}

/**
 * Answers drawn afresh at every query with probabilities proportional to exp(rationality * expected payoff).
 *
 * @param options.rationality lambda >= 0, in units of 1 / payoff
 * @throws InvalidArgument as `exactResponses`, or for a malformed rationality
 */
export function quantalResponses(
  game: MarkovGame,
  options: { readonly rationality: number; readonly seed?: Seed },
): ResponseSource {
  checkOptionNames('quantalResponses', options, ['rationality', 'seed']);
  const { rationality, seed = 0 } = options;
  checkNonNegative('quantalResponses', 'rationality', rationality);
  const { size, actions, refusal, followerValue } = commitmentGame(game);
  const rng = new Rng(seed).child('quantal-responses');
  const respond = (x: Float64Array) =>
    rng.categorical(
      softmax(Float64Array.from({ length: actions }, (_, j) => rationality * followerValue(x, j))),
    );
  return { size, actions, refusal, respond };
}

/**
 * The answers of `source`, each replaced with the given probability by another action, uniformly.
 *
 * @throws InvalidArgument for a probability outside [0, 1]
 */
export function erroneousResponses(
  source: ResponseSource,
  options: { readonly probability: number; readonly seed?: Seed },
): ResponseSource {
  checkOptionNames('erroneousResponses', options, ['probability', 'seed']);
  const { probability, seed = 0 } = options;
  checkRange('erroneousResponses', 'probability', probability, 0, 1);
  const rng = new Rng(seed).child('erroneous-responses');
  const { size, actions } = source;
  return {
    size,
    actions,
    refusal: (commitment) => source.refusal(commitment),
    respond(commitment) {
      const answer = source.respond(commitment);
      if (actions === 1 || rng.uniform() >= probability) return answer;
      return (answer + 1 + rng.integer(actions - 1)) % actions;
    },
  };
}

/** An exact oracle asked for one action would take that draw for the whole commitment. */
function checkAnswers(oracle: Oracle): void {
  const { answers, samplesPerQuery } = oracle as { answers?: unknown; samplesPerQuery?: unknown };
  if (answers !== 'action' || samplesPerQuery !== 1) return;
  throw new InvalidArgument(
    `oracleResponses: oracle: expected ${oracle.name} with answers "distribution", got "action" with one sample a query.`,
  );
}

/**
 * Answers by any oracle: at each query its generator runs on a lane of a twin of the game, the commitment answers its
 * queries (drawn from a mixed row, as it is for a coverage vector or where the distribution is asked for), and the policy
 * it returns acts once. A learning oracle forgets everything between queries. An exact oracle must not be made with
 * `answers: 'action'`: it would respond to a draw of the mixed row, and a learner's value might exceed the optimum.
 *
 * @throws InvalidArgument as `exactResponses`, or if the oracle cannot answer for the game
 */
export function oracleResponses(
  game: MarkovGame,
  oracle: Oracle,
  options: { readonly seed?: Seed } = {},
): ResponseSource {
  checkOptionNames('oracleResponses', options, ['seed']);
  const { size, actions, refusal } = commitmentGame(game);
  const rng = new Rng(options.seed ?? 0).child('oracle-responses');
  const lane = singleLane(game);
  lane.seed(rng.child('game'));
  const leader = game.leaderIndex;
  const [follower] = game.followerIndices;
  const mixes = game instanceof NormalForm;
  const responder = oracle.start({
    lane,
    leader,
    rng: rng.child('oracle'),
    distributions: mixes,
    simulated() {},
  });
  if (mixes) checkAnswers(oracle);
  const act = (commitment: Float64Array) => (mixes ? rng.categorical(commitment) : commitment);
  const respond = (commitment: Float64Array): number => {
    responder.reset();
    const response = responder.respond();
    let step = response.next();
    while (!step.done) {
      const whole = mixes && step.value.answer === 'distribution';
      step = response.next(whole ? commitment : act(commitment));
    }
    const { mixture } = step.value;
    const policy = drawPolicies(mixture, rng)[game.agents[follower].id];
    lane.reset();
    policy.reset?.();
    lane.act(leader, act(commitment));
    lane.commit();
    return policy.act(lane.observation(follower), rng);
  };
  return { size, actions, refusal, respond };
}
