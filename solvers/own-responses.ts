import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Certificate } from '../envs/core/stackelberg.js';
import { MultiFollower } from '../envs/multi-follower/multi-follower.js';
import { StackelbergRouting } from '../envs/routing/stackelberg-routing.js';
import { Rng } from '../gymnasium/rng.js';
import type { LeaderAnswers } from './commitment.js';
import { dampedOwnResponse } from './multi-follower/own-response.js';
import { playedValues, wardropPlay } from './routing/response.js';

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
}[] = [
  { fits: (game) => game instanceof StackelbergRouting, respond: wardropResponse },
  { fits: (game) => game instanceof MultiFollower, respond: dampedOwnResponse },
];

function wardropResponse(game: StackelbergRouting, leader: LeaderAnswers): OwnResponse {
  const action = leader.act(0, new Rng(0));
  const { weights, flow } = wardropPlay(game, action);
  return {
    values: playedValues(game, action, weights),
    equilibrium: { notion: 'Nash', gap: flow.gap },
    response: 'Wardrop equilibrium',
  };
}
