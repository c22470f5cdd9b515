import type { MarkovGame } from '../envs/core/markov-game.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';

/** All observations of a leader whose observation space is Discrete: the default query list. */
export function allObservations(owner: string, game: MarkovGame): number[] {
  const { observationSpace } = game.agents[game.leaderIndex];
  if (!(observationSpace instanceof Discrete)) {
    throw new InvalidArgument(
      `${owner}: expected a leader with Discrete observations, or a list of queries, got ${observationSpace}.`,
    );
  }
  return Array.from({ length: observationSpace.n }, (_, i) => observationSpace.start + i);
}

/** Refuses games in which a leader answers its followers' moves. @throws InvalidArgument for one */
export function checkLeaderMovesFirst(owner: string, game: MarkovGame): void {
  if (!game.followersFirst) return;
  throw new InvalidArgument(
    `${owner}: expected a leader that moves first or at once with its followers, got ${game.constructor.name}, where it answers them: use TabularQ or MultiplicativeWeights.`,
  );
}

/** The leader's Discrete action space. */
export function leaderActions(owner: string, game: MarkovGame): Discrete {
  const { actionSpace } = game.agents[game.leaderIndex];
  if (!(actionSpace instanceof Discrete)) {
    throw new InvalidArgument(`${owner}: expected a leader with Discrete actions, got ${actionSpace}.`);
  }
  return actionSpace;
}

/** Checks a query list: a non-empty list of members of the leader's observation space. */
export function checkQueries(owner: string, game: MarkovGame, queries: readonly any[]): readonly any[] {
  const { observationSpace } = game.agents[game.leaderIndex];
  if (!Array.isArray(queries))
    throw new InvalidArgument(
      `${owner}: queries: expected a list of observations, got ${describe(queries)}.`,
    );
  if (queries.length === 0)
    throw new InvalidArgument(`${owner}: queries: expected at least one query, got none.`);
  const bad = queries.findIndex((query) => !observationSpace.contains(query));
  if (bad >= 0) {
    throw new InvalidArgument(
      `${owner}: queries[${bad}]: expected an observation in ${observationSpace}, got ${describe(queries[bad])}.`,
    );
  }
  return queries;
}
