import { describe, expect, it } from '@jest/globals';
import { Callables } from '../../bridge/callables.js';
import { FrameChannel } from '../../bridge/frames.js';
import { type OracleRequest, oracleOf } from '../../bridge/oracle.js';
import type { Oracle } from '../../envs/core/stackelberg.js';
import { makeGame } from '../../envs/index.js';
import { StackelbergWrapper } from '../../wrappers/index.js';

const callables = new Callables(new FrameChannel(0, 1));
const dilemma = { game: 'prisoners_dilemma', horizon: 2 };
const contextual: OracleRequest = {
  game: 'IteratedMatrixGame-v0',
  params: dilemma,
  oracle: 'contextual-policy',
  oracleOptions: { steps: 64 },
  oracleSeed: 0,
};

function asked(more: Partial<OracleRequest> = {}) {
  const wanted = { ...contextual, ...more };
  return oracleOf(wanted, makeGame(wanted.game, wanted.params), callables);
}

/** Plays three outer episodes of drawn actions, and yields after every step what it brought. */
function* play(oracle: Oracle, seed: number): Generator<unknown, void> {
  const outer = new StackelbergWrapper(makeGame(contextual.game, dilemma), { oracle });
  outer.actionSpace.seed(seed);
  for (let episode = 0; episode < 3; episode++) {
    yield outer.reset({ seed: seed + episode }).observation;
    for (let done = false; !done; ) {
      const { observation, reward, terminated } = outer.step(outer.actionSpace.sample());
      yield [observation, reward];
      done = terminated;
    }
  }
}

/** The two plays, step by step in turn. */
function inTurn(one: Generator<unknown>, other: Generator<unknown>): [unknown[], unknown[]] {
  const seen: [unknown[], unknown[]] = [[], []];
  const plays = [one, other];
  for (let open = 2; open > 0; ) {
    open = 0;
    plays.forEach((each, k) => {
      const { value, done } = each.next();
      if (done) return;
      seen[k].push(value);
      open++;
    });
  }
  return seen;
}

describe('oracleOf', () => {
  it.each([
    ['a table', {}],
    ['a network', { samplesPerQuery: 2 }],
  ])('gives followers in %s that environments side by side can share', async (_what, options) => {
    const oracle = await asked({ oracleOptions: { steps: 64, ...options } });
    const [one, other] = inTurn(play(oracle, 1), play(oracle, 2));
    expect(one).toEqual([...play(oracle, 1)]);
    expect(other).toEqual([...play(oracle, 2)]);
    expect(one).not.toEqual(other);
  });

  it('trains followers once for the same request', async () => {
    const first = await asked();
    expect(await asked({ params: { ...dilemma }, oracleOptions: { steps: 64 } })).toBe(first);
  });

  it.each<[string, Partial<OracleRequest>]>([
    ['parameters', { params: { ...dilemma, horizon: 3 } }],
    ['options', { oracleOptions: { steps: 65 } }],
    ['seeds', { oracleSeed: 1 }],
  ])('trains others for other %s', async (_what, more) => {
    expect(await asked(more)).not.toBe(await asked());
  });

  it('keeps the last sixteen, by when they were asked for', async () => {
    const [first, second] = [await asked({ oracleSeed: 100 }), await asked({ oracleSeed: 101 })];
    for (let seed = 102; seed < 116; seed++) await asked({ oracleSeed: seed });
    expect(await asked({ oracleSeed: 100 })).toBe(first);
    await asked({ oracleSeed: 116 });
    expect(await asked({ oracleSeed: 100 })).toBe(first);
    expect(await asked({ oracleSeed: 101 })).not.toBe(second);
  });
});
