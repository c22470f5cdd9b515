import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
 * @throws InvalidArgument if it is more than Node.js gives its heap, beside what is counted or in use
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
  if (taken + bytes <= limit && staysBelow(limit - bytes)) return bytes;
  const before = Math.max(taken, heapInUse());
  throw new InvalidArgument(
    `make: expected environments of at most ${mebibytes(limit)} MiB in a session, got ${mebibytes(bytes)} MiB for ${rows} rows and ${mebibytes(before)} MiB before: take fewer rows, or start Node.js with a larger --max-old-space-size.`,
  );
}

/** The share of the heap that may be in use when an environment is made; the rest is for it, and for play. */
const fullest = 1 / 2;

/**
 * What a game itself takes has no estimate, since a short request may ask for a large one: so there must be plenty left.
 *
 * @throws InvalidArgument if half of the heap is in use
 */
export function requireRoom(): void {
  const most = fullest * getHeapStatistics().heap_size_limit;
  if (staysBelow(most)) return;
  throw new InvalidArgument(
    `make: expected at most ${mebibytes(most)} MiB in use before another environment, got ${mebibytes(heapInUse())} MiB: close some, or start Node.js with a larger --max-old-space-size.`,
  );
}

/** Whether the heap holds at most so many bytes: what nobody uses any more counts only until it is collected. */
function staysBelow(bytes: number): boolean {
  if (heapInUse() <= bytes) return true;
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return heapInUse() <= bytes;
}

function heapInUse(): number {
  return getHeapStatistics().used_heap_size;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
