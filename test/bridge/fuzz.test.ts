import { afterEach, expect, it, jest } from '@jest/globals';
import { kinds } from '../../bridge/frames.js';
import { misbehaviour } from './fuzz.js';
import { converse, json } from './wire.js';

/** More conversations on demand: `STACKELBERG_GYM_FUZZ=100000 npx jest test/bridge/fuzz`. */
const conversations = Number(process.env.STACKELBERG_GYM_FUZZ ?? 1500);
const first = Number(process.env.STACKELBERG_GYM_FUZZ_SEED ?? 0);

afterEach(() => {
  jest.restoreAllMocks();
});

it(
  'answers whatever comes by frames, of known errors at most, within bounded memory',
  async () => {
    const told = jest.spyOn(console, 'error').mockImplementation(() => {});
    const counts: Record<string, number> = {};
    for (let seed = first; seed < first + conversations; seed++) {
      const answers = await converse(misbehaviour(seed)).catch((error) => {
        throw new Error(`Conversation ${seed} broke the session: ${(error as Error).stack}`);
      });
      for (const one of answers) {
        const name = one.kind === kinds.error ? json(one).name : one.kind;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      if (told.mock.calls.length > 0) {
        throw new Error(`Conversation ${seed} met a fault: ${(told.mock.calls[0][0] as Error)?.stack}`);
      }
    }
    if (process.env.STACKELBERG_GYM_FUZZ) process.stdout.write(`${JSON.stringify(counts)}\n`);
    // The conversations come far enough to do something.
    expect(counts[kinds.data]).toBeGreaterThan(conversations / 2);
    expect(counts['ProtocolError']).toBeGreaterThan(conversations / 10);
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 31);
  },
  60_000 + 20 * conversations,
);
