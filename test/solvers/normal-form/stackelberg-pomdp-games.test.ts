import { describe, expect, it } from '@jest/globals';
import { makeGame, namedGames } from '../../../envs/index.js';
import { MultiplicativeWeights } from '../../../oracles/index.js';
import { evaluateCommitment, solve } from '../../../solvers/index.js';

/** The largest payoff of each game, its pure and its mixed strong Stackelberg value. */
const known: [name: string, largest: number, pure: number, mixed: number][] = [
  ['escape', 30, 30, 30],
  ['maintain', 30, 20, 27.5],
  ['game_3', 3, 2, 2.5],
  ['game_4', 3, 1, 1],
];

/** The game with its payoffs divided by the largest. */
function normalised(name: string) {
  const { leader, follower } = namedGames[name];
  const largest = Math.max(...leader.flat(), ...follower.flat());
  const divided = [leader, follower].map((matrix) => matrix.map((row) => row.map((x) => x / largest)));
  return { largest, game: makeGame('NormalForm-v0', { leader: divided[0], follower: divided[1] }) };
}

describe.each(known)('%s', (name, largest, pure, mixed) => {
  const game = makeGame('NormalForm-v0', { name });

  it(`is worth ${pure} by a pure and ${mixed} by a mixed commitment`, async () => {
    expect((await solve(game, { commitment: 'deterministic' })).value).toBeCloseTo(pure, 12);
    expect((await solve(game, { commitment: 'mixed' })).value).toBeCloseTo(mixed, 12);
  });

  it(`is worth 1/${largest} of that with payoffs divided by the largest`, async () => {
    const divided = normalised(name);
    expect(divided.largest).toBe(largest);
    const value = async (commitment: 'deterministic' | 'mixed') =>
      (await solve(divided.game, { commitment })).value;
    expect(await value('deterministic')).toBeCloseTo(pure / largest, 12);
    expect(await value('mixed')).toBeCloseTo(mixed / largest, 12);
  });

  it.each([0, 1, 2])('multiplicative weights answer the best row best (seed %i)', async (seed) => {
    const divided = normalised(name).game;
    const { commitment, value } = await solve(divided, { commitment: 'deterministic' });
    const grade = (play: 'argmax' | 'mixed') =>
      evaluateCommitment(divided, commitment, {
        oracle: new MultiplicativeWeights({ updates: 200, learningRate: 0.1, play }),
        episodes: 1,
        seed,
        optimum: value,
      });
    const heaviest = await grade('argmax');
    expect(heaviest.gap).toBeCloseTo(0, 12);
    expect(heaviest.equilibrium.notion).toBe('best response');
    expect(heaviest.equilibrium.gap).toBeCloseTo(0, 12);
    // The weights themselves: whatever is left elsewhere costs less than 1 % of the largest payoff.
    expect((await grade('mixed')).equilibrium.gap).toBeLessThan(0.01);
  });
});

describe('optimal mixtures', () => {
  it.each([
    ['maintain', [1 / 4, 3 / 4, 0], [0.3, 0.7, 0], 27],
    ['game_3', [1 / 2, 1 / 2], [0.4, 0.6], 2.4],
  ])('%s: a step past the indifference, multiplicative weights follow', async (name, best, past, value) => {
    const game = makeGame('NormalForm-v0', { name });
    const solution = await solve(game, { commitment: 'mixed' });
    best.forEach((p, row) => {
      expect((solution.commitment as number[])[row]).toBeCloseTo(p, 12);
    });
    const exact = await evaluateCommitment(game, past, { optimum: null });
    expect(exact.value).toBeCloseTo(value, 12);
    for (let seed = 0; seed < 5; seed++) {
      const graded = await evaluateCommitment(game, past, {
        oracle: new MultiplicativeWeights({ updates: 4000, learningRate: 0.002 }),
        episodes: 1,
        seed,
        optimum: null,
      });
      expect(graded.value).toBeCloseTo(exact.value, 12);
      expect(graded.equilibrium.gap).toBeCloseTo(0, 12);
    }
  });
});
