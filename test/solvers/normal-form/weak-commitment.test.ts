import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import {
  type NormalFormSolution,
  solveNormalForm,
  solveNormalFormWith,
} from '../../../solvers/normal-form/normal-form.js';
import { integerMatrix, pessimistic } from '../games.js';

describe('weakCommitment', () => {
  test('the textbook game approaches its strong value and does not attain it', async () => {
    const [leader, follower] = [
      [
        [2, 4],
        [1, 3],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ];
    const s = await solveNormalForm(leader, follower);
    expect(s).toMatchObject({ weakValue: 3.5, weakAttained: false });
    expect(pessimistic(leader, follower, s.weakCommitment)).toBe(1.5);
    expect(pessimistic(leader, follower, approach(s, 0.01))).toBeCloseTo(3.5 - 0.005, 12);
  });

  test('a response that is best at one point only is never forced', async () => {
    const s = await solveNormalForm(
      [
        [9, 1, 2],
        [9, 1, 2],
      ],
      [
        [0, 1, -1],
        [0, -1, 1],
      ],
    );
    expect(s).toMatchObject({ value: 9, response: 0, weakValue: 2, weakAttained: true });
  });

  test('columns that pay the follower the same count as the worse of them at each mixture', async () => {
    const s = await solveNormalForm(
      [
        [4, 0],
        [0, 4],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    );
    expect(s).toMatchObject({ value: 4, weakValue: 2, weakAttained: true });
    expect(Array.from(s.weakCommitment)).toEqual([0.5, 0.5]);
  });

  test('a flat optimum moves to where no bad tie is left', async () => {
    const s = await solveNormalForm(
      [
        [1, 0],
        [1, 0],
      ],
      [
        [1, 1],
        [1, 0],
      ],
    );
    expect(s).toMatchObject({ weakValue: 1, weakAttained: true });
    expect(
      pessimistic(
        [
          [1, 0],
          [1, 0],
        ],
        [
          [1, 1],
          [1, 0],
        ],
        s.weakCommitment,
      ),
    ).toBe(1);
  });

  test('attained by another region than that of the strong response', async () => {
    const leader = [
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
    ];
    const follower = [
      [0, 0, -1],
      [-1, 1, 0],
      [-1, -1, 0],
    ];
    const s = await solveNormalForm(leader, follower);
    expect(s).toMatchObject({ value: 1, response: 0, weakValue: 1, weakAttained: true });
    expect(Array.from(s.weakCommitment)).toEqual([0, 0, 1]);
  });

  test('on random games: no grid point beats the supremum, and the commitments approach it', async () => {
    const lp = await loadLp();
    const rng = new Rng('weak');
    let missed = 0;
    for (let g = 0; g < 300; g++) {
      const [m, n] = [2 + rng.integer(2), 1 + rng.integer(4)];
      const [leader, follower] = [integerMatrix(rng, m, n, 3), integerMatrix(rng, m, n, 3)];
      const s = solveNormalFormWith(lp, leader, follower);
      const grid = Math.max(...simplexGrid(m, 12).map((x) => pessimistic(leader, follower, x)));
      expect(s.weakValue).toBeGreaterThanOrEqual(grid - 1e-9);
      expect(pessimistic(leader, follower, approach(s, 1e-5))).toBeGreaterThanOrEqual(s.weakValue - 1e-4);
      const held = pessimistic(leader, follower, s.weakCommitment, 1e-8);
      if (s.weakAttained) expect(held).toBeGreaterThanOrEqual(s.weakValue - 1e-7);
      else {
        missed++;
        expect(grid).toBeLessThan(s.weakValue - 1e-9);
      }
    }
    expect(missed).toBeGreaterThan(20);
  });
});

function approach({ weakCommitment, weakInterior }: NormalFormSolution, share: number): Float64Array {
  return weakCommitment.map((p, i) => (1 - share) * p + share * weakInterior[i]);
}

function simplexGrid(size: number, steps: number): number[][] {
  if (size === 1) return [[steps / 12]];
  return Array.from({ length: steps + 1 }, (_, k) => k).flatMap((k) =>
    simplexGrid(size - 1, steps - k).map((rest) => [k / 12, ...rest]),
  );
}
