import { getHeapStatistics } from 'node:v8';
import { expect, it } from '@jest/globals';
import { memoryOfRequest, memoryOfRows } from '../../bridge/memory.js';
import { makeGame } from '../../envs/index.js';

const game = makeGame('IteratedMatrixGame-v0');

it('counts rows by what they hold, in proportion', () => {
  const lanes = memoryOfRows(game, 1000, 'lane', 0);
  expect(memoryOfRows(game, 2000, 'lane', 0)).toBe(2 * lanes);
  // Two observations, two actions and one number of state, eight bytes each: 17 numbers beside the stream's kilobyte.
  const numbers = 1 + 2 * (4 + 3 + 2);
  expect(lanes).toBe(1000 * (1024 + 8 * numbers));
});

it('is an upper bound: a vector environment takes less', async () => {
  const { GameVectorEnv } = await import('../../envs/core/vector-env.js');
  const rows = 5000;
  const before = process.memoryUsage();
  const env = new GameVectorEnv(game, rows);
  env.reset({ seed: 0n });
  const after = process.memoryUsage();
  expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(
    3 * memoryOfRows(game, rows, 'lane', 0),
  );
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
