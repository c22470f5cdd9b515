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
  const bad = queries.findIndex((query) => !observationSpace.contains(query));
  if (queries.length === 0)
    throw new InvalidArgument(`${owner}: queries: expected at least one query, got none.`);
  if (bad >= 0) {
    throw new InvalidArgument(
      `${owner}: queries[${bad}]: expected an observation in ${observationSpace}, got ${describe(queries[bad])}.`,
    );
  }
  return queries;
}

/** Checks an option that counts something. */
export function checkCount(owner: string, field: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) <= 0) {
    throw new InvalidArgument(`${owner}: ${field}: expected a positive integer, got ${describe(value)}.`);
  }
  return value as number;
}

/** Checks an option that must be a number in [low, high]. */
export function checkRange(owner: string, field: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw new InvalidArgument(
      `${owner}: ${field}: expected a number in [${low}, ${high}], got ${describe(value)}.`,
    );
  }
  return value;
}

/** Checks an option that must be one of a few words. */
export function checkOneOf<T>(owner: string, field: string, value: unknown, words: readonly T[]): T {
  if (!words.includes(value as T)) {
    throw new InvalidArgument(
      `${owner}: ${field}: expected one of ${words.join(', ')}, got ${describe(value)}.`,
    );
  }
  return value as T;
}
