import { describe, expect, it } from '@jest/globals';
import { type MessageSpm, makeGame } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import type { Commitment } from '../../../solvers/commitment.js';
import { evaluateCommitment } from '../../../solvers/index.js';
import { messageSpmExact } from '../../../solvers/mechanism/message-spm.js';
import { candidatePrices } from '../../../solvers/mechanism/message-spm-search.js';
import type { Answer } from '../../../solvers/solver.js';

const build = (parameters: object = {}) => makeGame('MessageSPM-v0', parameters) as MessageSpm;

const task = { follower: 'stationary', certify: false, options: {} } as const;
const solveExactly = (game: MessageSpm, options: object = {}) =>
  messageSpmExact.solve(game, { ...task, options: { ...options } }) as Answer;

const space = (types: number, messages: number) => ({ setting: 'msgspace', types, messages });

/** A mechanism for every pair of messages, as a function of what the leader sees. */
function played(mechanisms: readonly { first: number; prices: readonly number[] }[]): Commitment {
  return (sight: Float64Array) => {
    const { first, prices } = mechanisms[2 * sight[7] + sight[8]];
    const buyer = sight[first] === 1 ? first : 1 - first;
    return Float64Array.of(1 - buyer, buyer, prices[buyer]);
  };
}

describe('message-spm-exact', () => {
  it.each([
    [{ setting: 'pi', messages: 1 }, -0.06],
    [{ setting: 'pi', messages: 2 }, 0],
    [space(2, 1), 0],
    [space(3, 1), -1 / 18],
    [space(4, 1), -1 / 24],
    [space(5, 1), -1 / 20],
    [space(6, 1), -2 / 45],
    [space(2, 2), 0],
    [space(3, 2), 0],
    [space(4, 2), 0],
    [space(5, 2), 0],
    [space(6, 2), 0],
    [{ ...space(3, 1), accept: 'weak' }, -1 / 18],
    [{ ...space(5, 2), accept: 'weak' }, 0],
    [{ setting: 'pi', messages: 3 }, 0],
  ])('%j is worth %d, by the grade as well', async (parameters, value) => {
    const game = build(parameters);
    const solution = solveExactly(game);
    expect(solution.status).toBe('optimal');
    expect(solution.tieBreaking).toBe(game.messages === 1 ? null : 'leader');
    expect(Math.abs(solution.value - value)).toBeLessThanOrEqual(1e-9);
    const graded = await evaluateCommitment(game, solution.commitment, { ties: 'leader', optimum: value });
    expect(Math.abs(graded.value - value)).toBeLessThanOrEqual(1e-9);
    expect(graded.equilibrium.gap).toBeLessThanOrEqual(1e-9);
  });

  it('says what the buyers of the setting pi do', () => {
    const { details, followerValues, commitment } = solveExactly(build());
    expect(details!['firstBestWelfare']).toBeCloseTo(0.44, 12);
    const { mechanisms, messagesByType } = details as {
      mechanisms: { messages: object; visits: string[]; prices: Record<string, number> }[];
      messagesByType: Record<string, number[]>;
    };
    expect(mechanisms.map(({ messages }) => messages)).toEqual([
      { follower_0: 0, follower_1: 0 },
      { follower_0: 0, follower_1: 1 },
      { follower_0: 1, follower_1: 0 },
      { follower_0: 1, follower_1: 1 },
    ]);
    expect(messagesByType['follower_0'].length).toBe(2);
    expect(messagesByType['follower_1'].length).toBe(2);
    // All of the welfare is shared between the buyers and what they pay.
    expect(followerValues['follower_0'] + followerValues['follower_1']).toBeLessThanOrEqual(0.44 + 1e-12);
    expect(commitment!.length).toBe(8);
    expect(JSON.parse(JSON.stringify(details))).toEqual(details);
  });

  it('agrees with the grade on what the buyers get', async () => {
    const game = build(space(4, 1));
    const { followerValues, commitment } = solveExactly(game);
    const graded = await evaluateCommitment(game, commitment, { optimum: null });
    for (const id of ['follower_0', 'follower_1']) {
      expect(graded.followerValues[id]).toBeCloseTo(followerValues[id], 12);
    }
  });

  it('no prices at all do better without messages', async () => {
    const rng = new Rng(5);
    for (const parameters of [{ messages: 1 }, space(4, 1), { ...space(5, 1), accept: 'weak' }]) {
      const game = build(parameters);
      const { value } = solveExactly(game);
      for (let n = 0; n < 400; n++) {
        const mechanism = { first: rng.integer(2), prices: [rng.uniform(), rng.uniform() ** 2] };
        const graded = await evaluateCommitment(game, played([mechanism]), { optimum: null });
        expect(graded.value).toBeLessThanOrEqual(value + 1e-12);
      }
    }
  });

  it('grades as it says for buyers by hand, and drawn mechanisms do no better', async () => {
    const rng = new Rng(11);
    for (let n = 0; n < 12; n++) {
      const types = 2 + rng.integer(3);
      const buyers = [0, 1].map(() => {
        const weights = Array.from({ length: types }, () => 1 + rng.integer(5));
        const all = weights.reduce((a, b) => a + b, 0);
        return {
          values: weights.map(() => rng.integer(11) / 10),
          probabilities: weights.map((weight) => weight / all),
        };
      });
      const silent = solveExactly(build({ buyers, messages: 1 }));
      const game = build({ buyers });
      const solution = solveExactly(game);
      expect(solution.value).toBeGreaterThanOrEqual(silent.value);
      const graded = await evaluateCommitment(game, solution.commitment, { optimum: null });
      expect(graded.value).toBeCloseTo(solution.value, 9);
      const prices = candidatePrices(game);
      for (let trial = 0; trial < 20; trial++) {
        const mechanisms = Array.from({ length: 4 }, () => ({
          first: rng.integer(2),
          prices: [prices[rng.integer(prices.length)], prices[rng.integer(prices.length)]],
        }));
        // Not every mechanism leaves its buyers an equilibrium without mixing.
        const drawn = await evaluateCommitment(game, played(mechanisms), { optimum: null }).catch((e) => {
          expect(String(e)).toContain('equilibrium in pure strategies');
          return null;
        });
        if (drawn) expect(drawn.value).toBeLessThanOrEqual(solution.value + 1e-9);
      }
    }
  });

  it('meets its bound with seven types, where two messages are too few', () => {
    const solution = solveExactly(build(space(7, 2)));
    expect(solution.status).toBe('optimal');
    expect(solution.value).toBeLessThan(-1e-3);
    expect(solution.value).toBeGreaterThan(solveExactly(build(space(7, 1))).value);
    expect(solution.certificate!['upperBound']).toBeCloseTo(solution.value, 12);
  });

  it('claims no optimum that it has not proved', () => {
    expect(solveExactly(build(space(8, 2))).status).toBe('best-known');
    expect(solveExactly(build(space(7, 3))).status).toBe('best-known');
    const short = solveExactly(build(space(6, 2)), { nodes: 1 });
    expect(short.status).toBe('best-known');
    expect(short.certificate).toEqual({ upperBound: 0 });
  });

  it('takes under two seconds for six types', () => {
    const start = performance.now();
    solveExactly(build(space(6, 2)));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('prices are 0 and midpoints', () => {
    const prices = candidatePrices(build());
    expect(prices.length).toBe(4);
    [0, 0.1, 0.3, 0.7].forEach((price, k) => {
      expect(prices[k]).toBeCloseTo(price, 12);
    });
  });

  it('fits its own game and rational buyers', () => {
    expect(messageSpmExact.fits(build(), task)).toBe(true);
    expect(messageSpmExact.fits(makeGame('SimpleAllocation-v0'), task)).toBe(false);
    expect(messageSpmExact.fits(build(), { ...task, follower: 'myopic' })).toBe(false);
  });

  it.each([[{ nodes: 0 }, 'message-spm-exact: nodes: expected a positive integer, got 0.']])(
    'refuses %j',
    (options, message) => {
      expect(() => solveExactly(build(), options)).toThrow(InvalidArgument);
      expect(() => solveExactly(build(), options)).toThrow(message);
    },
  );
});
