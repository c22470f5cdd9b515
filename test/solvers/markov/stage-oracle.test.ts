import { describe, expect, it } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import { StageOracle } from '../../../solvers/markov/stage-oracle.js';
import { solveNormalFormWith } from '../../../solvers/normal-form/normal-form.js';
import { earned, integerMatrix, pessimistic, uniformMatrix } from '../games.js';

const lp = await loadLp();
const responses = (follower: number[][], x: ArrayLike<number>) => {
  const payoffs = follower[0].map((_, j) => earned(follower, x, j));
  const most = Math.max(...payoffs);
  return payoffs.flatMap((p, j) => (p >= most - 1e-9 ? [j] : []));
};

describe('StageOracle', () => {
  it.each([
    [2, 2],
    [2, 5],
    [4, 3],
    [5, 4],
    [1, 3],
    [3, 1],
    [8, 8],
  ])('agrees with multiple linear programs in %d x %d games', (rows, columns) => {
    const rng = new Rng(`${rows}x${columns}`);
    for (let trial = 0; trial < 10; trial++) {
      const draw = trial % 2 ? integerMatrix : uniformMatrix;
      const follower = draw(rng, rows, columns, 3);
      const oracle = new StageOracle(follower, lp);
      for (let k = 0; k < 3; k++) {
        const leader = draw(rng, rows, columns, 3);
        const { x, response, value } = oracle.solve(leader);
        expect(Math.abs(value - solveNormalFormWith(lp, leader, follower).value)).toBeLessThan(1e-9);
        expect(Math.abs(earned(leader, x, response) - value)).toBeLessThan(1e-12);
        expect(responses(follower, x)).toContain(response);
        expect(Math.abs(x.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-12);
        expect(x.every((p) => p >= 0)).toBe(true);
      }
    }
  });

  it.each([
    [2, 2],
    [3, 4],
    [8, 8],
  ])('with a margin loses little in %d x %d games, whoever breaks ties', (rows, columns) => {
    const rng = new Rng('margin');
    for (let trial = 0; trial < 5; trial++) {
      const [leader, follower] = [uniformMatrix(rng, rows, columns), uniformMatrix(rng, rows, columns)];
      const { weakValue } = solveNormalFormWith(lp, leader, follower);
      const { x, response, value } = new StageOracle(follower, lp, 0.01).solve(leader);
      expect(responses(follower, x)).toEqual([response]);
      expect(Math.abs(pessimistic(leader, follower, x) - value)).toBeLessThan(1e-12);
      expect(value).toBeLessThanOrEqual(weakValue + 1e-9);
      expect(value).toBeGreaterThan(weakValue - 0.011);
    }
  });

  it('with a margin gives up responses that are only ever ties, but not columns that pay the follower the same', () => {
    const follower = [
      [1, 0, 0],
      [1, 1, 1],
    ];
    const leader = [
      [0, 0, 0],
      [0, 5, 7],
    ];
    expect(new StageOracle(follower, lp).solve(leader).value).toBe(7);
    expect(new StageOracle(follower, lp, 0.1).solve(leader)).toMatchObject({ response: 0, value: 0 });
    const twins = follower.map((row) => row.slice(1));
    expect(new StageOracle(twins, lp, 0.1).solve(leader.map((row) => row.slice(1))).response).toBe(1);
  });
});
