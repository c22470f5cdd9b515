import { afterEach, describe, expect, it, jest } from '@jest/globals';

const log = jest.spyOn(console, 'log').mockImplementation(() => {});
afterEach(() => {
  log.mockClear();
});

describe('the examples', () => {
  it('own-rl-loop finds the exact optimum', async () => {
    await import('../../examples/own-rl-loop.js');
    expect(log.mock.calls).toEqual([['value 31 with answers 1,0,0,1,1']]);
  });

  it('run-benchmark learns the exact optimum against a learned follower', async () => {
    await import('../../examples/run-benchmark.js');
    expect(log.mock.calls).toEqual([
      [expect.stringMatching(/^value 31 after \d+ steps, optimum 31, gap 0$/)],
    ]);
  });

  it('own-game is known everywhere and solved', async () => {
    await import('../../examples/own-game.js');
    expect(log.mock.calls).toEqual([['value -1 with level 1']]);
  });
});
