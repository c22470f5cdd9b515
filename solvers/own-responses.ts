import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Certificate } from '../envs/core/stackelberg.js';
import type { LeaderAnswers } from './commitment.js';

/** How the followers of some game respond to a commitment, by a program of that game's own. */
export interface OwnResponse {
  /** Returns of the leader, then of each follower in the order of `game.followerIndices`. */
  readonly values: ArrayLike<number>;
  readonly equilibrium: Certificate;
  /** What responds, in a word or two. */
  readonly response: string;
}

/** Exact responses in games whose followers act in a continuum, where no view enumerates what they may do. */
export const ownResponses: readonly {
  readonly fits: (game: MarkovGame) => boolean;
  readonly respond: (game: any, leader: LeaderAnswers) => OwnResponse;
}[] = [];
