import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { type LinearSolver, loadLp } from '../../../solvers/linear/linear-program.js';
import { solveNormalFormWith } from '../../../solvers/normal-form/normal-form.js';
import { integerMatrix, uniformMatrix } from '../games.js';

type Matrix = number[][];
const lp: LinearSolver = await loadLp();
const near = (found: number, value: number, tolerance: number) =>
  expect(Math.abs(found - value)).toBeLessThan(tolerance);

describe.each(['multipleLps', 'singleLp'] as const)('degenerate games: %s', (method) => {
  const solved = (leader: Matrix, follower: Matrix) => solveNormalFormWith(lp, leader, follower, { method });

  test.each([1, 2, 5])('zero matrices of %d rows', (m) => {
    for (const n of [1, 2, 6]) {
      const zero = integerMatrix(new Rng(0), m, n, 1);
      expect(solved(zero, zero)).toMatchObject({
        value: 0,
        followerValue: 0,
        weakValue: 0,
        weakAttained: true,
      });
    }
  });

  test('repeated rows and columns change nothing', () => {
    const rng = new Rng('twice');
    for (let g = 0; g < 150; g++) {
      const [m, n] = [1 + rng.integer(3), 1 + rng.integer(3)];
      const draw = () => (g % 2 ? uniformMatrix(rng, m, n) : integerMatrix(rng, m, n, 3));
      const [leader, follower] = [draw(), draw()];
      const twice = (matrix: Matrix) => [...matrix, ...matrix].map((row) => [...row, ...row]);
      const [once, both] = [solved(leader, follower), solved(twice(leader), twice(follower))];
      near(both.value, once.value, 1e-9);
      near(both.weakValue, once.weakValue, 1e-7);
    }
  });

  test('of columns that pay the follower the same the leader gets the best, or the worst', () => {
    const rng = new Rng('equivalent');
    for (let g = 0; g < 150; g++) {
      const [leader, follower] = [uniformMatrix(rng, 3, 2), uniformMatrix(rng, 3, 2)];
      const before = solved(leader, follower);
      const doubled = (matrix: Matrix, more: number) =>
        matrix.map((row) => [...row, row[0] + more, row[1] + more]);
      const better = solved(doubled(leader, 1), doubled(follower, 0));
      near(better.value, before.value + 1, 1e-9);
      near(better.weakValue, before.weakValue, 1e-7);
      const worse = solved(doubled(leader, -1), doubled(follower, 0));
      near(worse.value, before.value, 1e-9);
      near(worse.weakValue, before.weakValue - 1, 1e-7);
    }
  });

  test('a strictly dominated column is never played, however good for the leader', () => {
    const rng = new Rng('dominated');
    for (let g = 0; g < 150; g++) {
      const n = 1 + rng.integer(3);
      const [leader, follower] = [uniformMatrix(rng, 3, n), uniformMatrix(rng, 3, n)];
      const before = solved(leader, follower);
      const more = solved(
        leader.map((row) => [...row, 1000]),
        follower.map((row) => [...row, Math.min(...row) - 1e-3]),
      );
      near(more.value, before.value, 1e-9);
      expect(more.response).toBeLessThan(n);
    }
  });
});
