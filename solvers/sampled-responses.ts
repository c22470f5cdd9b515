import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import {
  type Certificate,
  checkResponse,
  drawPolicies,
  type JointFollowerPolicy,
  type JointResponse,
  type Oracle,
  uncertified,
} from '../envs/core/stackelberg.js';
import { singleLane } from '../envs/core/views.js';
import { checkCount } from '../gymnasium/checks.js';
import { InvalidArgument } from '../gymnasium/error.js';
import { Rng, type Seed } from '../gymnasium/rng.js';
import type { AgentId } from '../gymnasium/types.js';
import type { LeaderAnswers } from './commitment.js';
import { certify, mixtureValues } from './equilibrium.js';
import type { InducedGame } from './induced-game.js';

export interface SampleOptions {
  /** Responses sampled from the oracle. Default 100. */
  readonly episodes?: number;
  /** Default 0. */
  readonly seed?: Seed;
}

/** A leader's value over responses of an oracle. */
export interface SampledValue {
  readonly value: number;
  readonly followerValues: Readonly<Record<AgentId, number>>;
  readonly response: string;
  /** The worst of the responses. */
  readonly equilibrium: Certificate;
  readonly ties: null;
  readonly standardError: number;
}

/** Returns of the leader and then of the followers, as a record of the followers. */
export function byFollower(game: MarkovGame, values: ArrayLike<number>): Record<AgentId, number> {
  return Object.fromEntries(game.followerIndices.map((k, i) => [game.agents[k].id, values[i + 1]]));
}

/** Mean exact returns over responses of the oracle, each with the distance from equilibrium that it has in the induced game. */
export function sampledResponses(
  induced: InducedGame,
  answers: LeaderAnswers,
  oracle: Oracle,
  { episodes = 100, seed = 0 }: SampleOptions,
): SampledValue {
  checkCount('evaluateCommitment', 'episodes', episodes);
  const { game } = induced;
  const session = openResponses(game, answers, oracle, seed);
  const totals = game.agents.map(() => new Float64Array(episodes));
  let equilibrium: Certificate | null = null;
  for (let episode = 0; episode < episodes; episode++) {
    const { mixture } = session.respond();
    const strategies = mixture.map((policies) => induced.strategies(policies));
    mixtureValues(induced, strategies).forEach((value, player) => {
      totals[player][episode] = value;
    });
    equilibrium = weaker(equilibrium, certify(induced, strategies), mixture.length);
  }
  return { ...summary(game, totals, oracle.name), equilibrium: equilibrium! };
}

/** What holds of two responses by measured gaps, the second a mixture of so many: correlated play is the weaker claim. */
function weaker(a: Certificate | null, b: Certificate, profiles: number): Certificate {
  if (a === null) return b;
  return { notion: profiles > 1 ? b.notion : a.notion, gap: Math.max(a.gap!, b.gap!) };
}

/** An oracle for a leader without followers. */
export const nobody: Oracle = {
  name: 'no followers',
  start: () => ({
    // biome-ignore lint/correctness/useYield: there is nobody to ask
    *respond() {
      return uncertified({});
    },
    reset() {},
  }),
};

/** Mean returns over responses of the oracle to the commitment, with one episode each. */
export function sampledEpisodes(
  game: MarkovGame,
  answers: LeaderAnswers,
  oracle: Oracle,
  { episodes = 100, seed = 0 }: SampleOptions,
): SampledValue {
  checkCount('evaluateCommitment', 'episodes', episodes);
  const session = openResponses(game, answers, oracle, seed);
  const returns = game.agents.map(() => new Float64Array(episodes));
  let equilibrium: Certificate | null = null;
  for (let episode = 0; episode < episodes; episode++) {
    const { mixture, notion, gap } = session.respond();
    equilibrium = worst(equilibrium, { notion, gap });
    playOut(session, answers, drawPolicies(mixture, session.rng), (agent, reward) => {
      returns[agent][episode] += reward;
    });
  }
  const leader = game.leaderIndex;
  const totals = [returns[leader], ...game.followerIndices.map((k) => returns[k])];
  return { ...summary(game, totals, oracle.name), equilibrium: equilibrium! };
}

/** What holds of two responses. */
function worst(a: Certificate | null, b: Certificate): Certificate {
  if (a === null) return b;
  if (a.notion !== b.notion) return { notion: 'none', gap: null };
  return { notion: a.notion, gap: a.gap === null || b.gap === null ? null : Math.max(a.gap, b.gap) };
}

/** A commitment under an oracle's responses. */
export interface ResponseSession {
  readonly lane: GameLane;
  readonly rng: Rng;
  respond(): JointResponse;
}

/** A lane in which an oracle responds to a commitment, again and again. */
export function openResponses(
  game: MarkovGame,
  answers: LeaderAnswers,
  oracle: Oracle,
  seed: Seed,
): ResponseSession {
  const rng = new Rng(seed);
  const lane = singleLane(game);
  lane.seed(rng.child('game'));
  const responder = oracle.start({
    lane,
    leader: game.leaderIndex,
    rng: rng.child('oracle'),
    distributions: answers.probabilities !== undefined,
    simulated() {},
  });
  const respond = () => {
    responder.reset();
    const response = responder.respond();
    let step = response.next();
    while (!step.done) {
      const { observation, answer } = step.value;
      step = response.next(
        answer === 'action' ? answers.act(observation, rng) : whole(answers, oracle, observation),
      );
    }
    return checkResponse(oracle.name, game, step.value);
  };
  return { lane, rng, respond };
}

function whole({ probabilities }: LeaderAnswers, oracle: Oracle, observation: any): ArrayLike<number> {
  if (probabilities) return probabilities(observation);
  throw new InvalidArgument(
    `evaluateCommitment: the oracle ${oracle.name} asks for distributions, which a leader of vectors has not.`,
  );
}

/** One episode; `paid` gets every agent's discounted rewards. */
function playOut(
  { lane, rng }: ResponseSession,
  answers: LeaderAnswers,
  policies: JointFollowerPolicy,
  paid: (agent: number, reward: number) => void,
): void {
  const { game } = lane;
  const leader = game.leaderIndex;
  const follow = () => {
    for (const k of game.followerIndices) {
      lane.act(k, policies[game.agents[k].id].act(lane.observation(k), rng));
    }
  };
  lane.reset();
  for (const policy of Object.values(policies)) policy.reset?.();
  for (let done = false, weight = 1; !done; weight *= game.discount) {
    if (lane.followersFirst) {
      follow();
      lane.commit();
    }
    lane.act(leader, answers.act(lane.observation(leader), rng));
    if (!lane.followersFirst) {
      lane.commit();
      follow();
    }
    done = lane.step();
    for (let agent = 0; agent < game.agents.length; agent++) paid(agent, weight * lane.reward(agent));
  }
}

/** Means over episodes of the returns of the leader and then of each follower. */
function summary(
  game: MarkovGame,
  totals: readonly Float64Array[],
  response: string,
): Omit<SampledValue, 'equilibrium'> {
  const episodes = totals[0].length;
  const means = totals.map((values) => values.reduce((a, b) => a + b, 0) / episodes);
  const variance = totals[0].reduce((sum, x) => sum + (x - means[0]) ** 2, 0) / Math.max(1, episodes - 1);
  return {
    value: means[0],
    followerValues: byFollower(game, means),
    response,
    ties: null,
    standardError: Math.sqrt(variance / episodes),
  };
}
