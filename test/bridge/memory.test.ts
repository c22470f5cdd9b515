import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { VectorEndpoint } from '../../bridge/endpoints/vector.js';
import { memoryOfRequest, memoryOfRows } from '../../bridge/memory.js';
import { GameVectorEnv } from '../../envs/core/vector-env.js';
import { makeGame } from '../../envs/index.js';

const game = makeGame('IteratedMatrixGame-v0');

it('counts rows by what they hold, in proportion', () => {
  const lanes = memoryOfRows(game, 1000, 'lane', 0);
  expect(memoryOfRows(game, 2000, 'lane', 0)).toBe(2 * lanes);
  // Two observations, two actions and one number of state, eight bytes each: 17 numbers beside the stream's kilobyte.
  const numbers = 1 + 2 * (4 + 3 + 2);
  expect(lanes).toBe(1000 * (1024 + 8 * numbers));
});

it('is an upper bound: the environment takes less, with its message', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  /** What earlier tests left may take several rounds to go. */
  const used = async (least = Infinity): Promise<number> => {
    collect();
    await setImmediate();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const bytes = heapUsed + arrayBuffers;
    return bytes < least - 2 ** 16 ? used(bytes) : Math.min(bytes, least);
  };
  const rows = 20_000;
  const before = await used();
  const endpoint = new VectorEndpoint(new GameVectorEnv(game, rows));
  endpoint.reset({ seed: 0n, options: {} });
  const share = ((await used()) - before) / memoryOfRows(game, rows, 'lane', 0);
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(1);
});

it('refuses what does not fit beside the others', () => {
  const limit = getHeapStatistics().heap_size_limit;
  const bytes = memoryOfRows(game, 1000, 'lane', 0);
  expect(memoryOfRows(game, 1000, 'lane', limit - bytes)).toBe(bytes);
  expect(() => memoryOfRows(game, 1000, 'lane', limit - bytes + 1)).toThrow(/take fewer rows/);
});

it('counts parameters by the bytes that they came in', () => {
  expect(memoryOfRequest(1000) - memoryOfRequest(0)).toBe(16_000);
});
