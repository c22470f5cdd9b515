import { describe, InvalidArgument } from '../../gymnasium/error.js';
import type { Rng } from '../../gymnasium/rng.js';
import type { AgentId } from '../../gymnasium/types.js';
import type { GameLane } from './game-lane.js';
import type { MarkovGame } from './markov-game.js';

/** Who wins where the follower is indifferent: the leader (strong), against it (weak), or the lowest action. */
export type TieBreaking = 'leader' | 'against' | 'lowest';
export const tieBreakings: readonly TieBreaking[] = ['leader', 'against', 'lowest'];

/**
 * What the follower's best response conditions on: time and everything it saw, or its present observation alone. A
 * `myopic` one looks at everything it saw and maximises the reward of the present step (Zhong et al. 2021).
 */
export type ResponseMemory = 'time-aware' | 'stationary' | 'myopic';
export const responseMemories: readonly ResponseMemory[] = ['time-aware', 'stationary', 'myopic'];

/** One question to the leader. It must look like play: an observation of the leader's own space. */
export interface Query {
  readonly observation: any;
  /** `distribution` asks for the probabilities of all actions; only a leader that commits to a whole policy can tell. */
  readonly answer: 'action' | 'distribution';
}

/** A leader's action, or its distribution where that was asked for. */
export type Answer = any;

/** A follower's side of play, started afresh at every episode. */
export interface FollowerPolicy {
  /** Called at the start of an episode, before the first `act`. */
  reset?(): void;
  /** An action of the follower's space; in a leader-first game the observation is the one after the commit. */
  act(observation: any, rng: Rng): any;
  /**
   * The probabilities that `act` draws from, by action from the start of a Discrete space. Absent: `act` does not draw, or
   * only integers and categories, which can be enumerated.
   */
  probabilities?(observation: any): ArrayLike<number>;
}

/** A policy for every follower of the game. */
export type JointFollowerPolicy = Readonly<Record<AgentId, FollowerPolicy>>;

export const equilibriumNotions = [
  'best response',
  'Nash',
  'Bayesian Nash',
  'correlated',
  'coarse correlated',
  'Bayesian coarse correlated',
  'none',
] as const;
/** What the followers' joint play is an equilibrium of, up to the measured gap; `none` where nothing is claimed. */
export type EquilibriumNotion = (typeof equilibriumNotions)[number];

/** How far the followers are from the equilibrium that they claim. */
export interface Certificate {
  readonly notion: EquilibriumNotion;
  /**
   * The most that a follower (of any type) would gain by deviating, in units of its return: below 0 where all would lose, which
   * correlated play can do. Null if it was not measured.
   */
  readonly gap: number | null;
}

/** What an oracle answers a leader with: how the followers play, and what it certifies of that. */
export interface JointResponse extends Certificate {
  /**
   * One policy each; or several, of which every episode plays one drawn uniformly, the same for all followers (play
   * that is correlated, such as the history of learners without regret).
   */
  readonly mixture: readonly JointFollowerPolicy[];
}

/** The policies as a response of which nothing is certified. */
export function uncertified(policies: JointFollowerPolicy): JointResponse {
  return { mixture: [policies], notion: 'none', gap: null };
}

/** Oracles return what they remember again and again. */
const checked = new WeakMap<JointResponse, MarkovGame>();

/** @throws InvalidArgument unless an oracle returned a response, with a policy for every follower */
export function checkResponse(oracle: string, game: MarkovGame, response: JointResponse): JointResponse {
  if (checked.get(response) === game) return response;
  const mixture = response?.mixture;
  if (!Array.isArray(mixture) || mixture.length === 0 || !equilibriumNotions.includes(response.notion)) {
    throw new InvalidArgument(
      `${oracle}: expected a response { mixture: [policies], notion, gap }, got ${describe(response)}.`,
    );
  }
  for (const k of game.followerIndices) {
    const { id } = game.agents[k];
    if (mixture.every((policies) => typeof policies?.[id]?.act === 'function')) continue;
    throw new InvalidArgument(`${oracle}: expected a policy for ${id} in every entry of mixture.`);
  }
  checked.set(response, game);
  return response;
}

/** The policies of one episode. */
export function drawPolicies(mixture: readonly JointFollowerPolicy[], rng: Rng): JointFollowerPolicy {
  return mixture.length === 1 ? mixture[0] : mixture[rng.integer(mixture.length)];
}

/** What an oracle is given: a lane of the game to simulate in, whose leader it is, and a stream of its own. */
export interface OracleContext {
  readonly lane: GameLane;
  /** Position of the leader in `game.agents`. */
  readonly leader: number;
  readonly rng: Rng;
  /** Whether the leader can answer for distributions: it commits to a whole policy of Discrete actions. Default false. */
  readonly distributions?: boolean;
  /** Reports the leader's reward in a step of simulated play; paid only under `rewardDuringResponse`. */
  simulated(reward: number): void;
}

/** The generator that a response is: yields queries, receives answers, returns how the followers play. */
export type Response = Generator<Query, JointResponse, Answer>;

/**
 * The followers' side of Theorem 1 (Gerstgrasser & Parkes 2023): an algorithm that reaches the leader's policy only
 * by queries. An oracle that learns across leaders (a follower that is not reset) keeps that state in the
 * object made by `start`; `respond` is called once an outer episode.
 */
export interface Oracle {
  readonly name: string;
  /** Fails early, with a clear error, on a game that this oracle cannot answer. */
  start(context: OracleContext): Responder;
}

export interface Responder {
  respond(): Response;
  /** Forgets what earlier outer episodes left behind. */
  reset(): void;
  /** How many numbers `writeState` writes. Default 0. */
  readonly stateSize?: number;
  /** What the followers have learned so far, scaled to [-1, 1], for a critic that may see more than the leader. */
  writeState?(into: Float64Array, at: number): void;
}

/** A leader's commitment: the probabilities of its actions at each of its observations. */
export interface LeaderPolicy {
  probabilities(observation: any): ArrayLike<number>;
}
