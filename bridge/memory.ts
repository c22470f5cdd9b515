import { getHeapStatistics } from 'node:v8';
import { laneWidth, type MarkovGame } from '../envs/core/markov-game.js';
import { InvalidArgument } from '../gymnasium/error.js';

/** What a lane has beside its numbers: a stream of random numbers, or with it a whole outer episode and followers that learn. */
const objects = { lane: 2 ** 10, episode: 2 ** 17 };

/** What the JSON of a request takes once it has become an environment. */
export function memoryOfRequest(bytes: number): number {
  return 2 ** 14 + 16 * bytes;
}

/**
 * Estimates from above what `rows` lanes of a game take: every number eight bytes, the state once, and spaces as often as a row
 * of them is kept, in the environment and in messages.
 *
 * @param taken bytes that the session's other environments are counted for
 * @throws InvalidArgument if it is more than Node.js gives its heap
 */
export function memoryOfRows(
  game: MarkovGame,
  rows: number,
  kind: keyof typeof objects,
  taken: number,
): number {
  const numbers = game.agents.reduce(
    (sum, { observationSpace, actionSpace }) =>
      sum + 4 * laneWidth(observationSpace) + 3 * laneWidth(actionSpace) + 2,
    game.twin().stateSize,
  );
  const bytes = rows * (8 * numbers + objects[kind]);
  const limit = getHeapStatistics().heap_size_limit;
  if (taken + bytes <= limit) return bytes;
  throw new InvalidArgument(
    `make: expected environments of at most ${mebibytes(limit)} MiB in a session, got ${mebibytes(bytes)} MiB for ${rows} rows and ${mebibytes(taken)} MiB before: take fewer rows, or start Node.js with a larger --max-old-space-size.`,
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
