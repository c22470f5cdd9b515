import type { Rng } from '../../gymnasium/rng.js';
import type { AgentId } from '../../gymnasium/types.js';
import type { GameLane } from './game-lane.js';

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
}

/** A policy for every follower of the game. */
export type JointFollowerPolicy = Readonly<Record<AgentId, FollowerPolicy>>;

/** What an oracle is given: a lane of the game to simulate in, whose leader it is, and a stream of its own. */
export interface OracleContext {
  readonly lane: GameLane;
  /** Position of the leader in `game.agents`. */
  readonly leader: number;
  readonly rng: Rng;
  /** Reports the leader's reward in a step of simulated play; paid only under `rewardDuringResponse`. */
  simulated(reward: number): void;
}

/** The generator that a response is: yields queries, receives answers, returns the followers' policies. */
export type Response = Generator<Query, JointFollowerPolicy, Answer>;

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
}

/** A leader's commitment: the probabilities of its actions at each of its observations. */
export interface LeaderPolicy {
  probabilities(observation: any): ArrayLike<number>;
}
