import { describe, expect, test } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { pureCommitment, solveNormalForm } from '../../../solvers/normal-form/normal-form.js';
import { CELLS, cells } from '../games.js';

type Known = [name: string, leader: number[][], follower: number[][], value: number, commitment: number[]];
const negate = (matrix: number[][]) => matrix.map((row) => row.map((value) => -value));
const PENNIES = [
  [1, -1],
  [-1, 1],
];
const BRPS = [
  [0, -25, 50],
  [25, 0, -5],
  [-50, 5, 0],
];
const KNOWN: Known[] = [
  [
    'Conitzer & Sandholm',
    [
      [2, 4],
      [1, 3],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    3.5,
    [1 / 2, 1 / 2],
  ],
  [
    'Paruchuri',
    [
      [2, 4],
      [1, 3],
    ],
    [
      [1, 0],
      [0, 2],
    ],
    11 / 3,
    [2 / 3, 1 / 3],
  ],
  [
    'OpenSpiel game1',
    [
      [2, 0, 0],
      [1, 0, 0],
    ],
    [
      [0, 2, 5],
      [0, -1, -4],
    ],
    4 / 3,
    [1 / 3, 2 / 3],
  ],
  [
    'OpenSpiel game2',
    [
      [3, 9],
      [9, 1],
    ],
    [
      [0, 0],
      [1, 8],
    ],
    9,
    [1, 0],
  ],
  [
    'Conitzer & Korzhyk',
    [
      [1, 3],
      [0, 2],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    2.5,
    [1 / 2, 1 / 2],
  ],
  [
    'battle of the sexes',
    [
      [2, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [0, 2],
    ],
    2,
    [1, 0],
  ],
  ['matching pennies', PENNIES, negate(PENNIES), 0, [1 / 2, 1 / 2]],
  ['biased rock, paper, scissors', BRPS, negate(BRPS), 0, [1 / 16, 10 / 16, 5 / 16]],
];

describe('solveNormalForm', () => {
  for (const method of ['multipleLps', 'singleLp'] as const) {
    test.each(KNOWN)(`${method}: %s`, async (_, leader, follower, value, commitment) => {
      const solution = await solveNormalForm(leader, follower, { method });
      expect(Math.abs(solution.value - value)).toBeLessThan(1e-12);
      commitment.forEach((p, i) => {
        expect(Math.abs(solution.commitment[i] - p)).toBeLessThan(1e-12);
      });
      expect(solution.polished).toBe(true);
      expect(solution.method).toBe(method);
    });
  }

  test.each([
    ['prisoners_dilemma', 2, 2],
    ['deadlock', 3, 3],
    ['prisoners_delight', 3, 3],
    ['hero', 4, 3],
    ['battle', 4, 3],
    ['chicken', 4, 2],
    ['stag_hunt', 4, 4],
  ])(
    'the stage of %s is worth %d to the leader and %d to the follower',
    async (name, value, followerValue) => {
      const { leader, follower } = cells(CELLS[name]);
      expect(await solveNormalForm(leader, follower)).toMatchObject({ value, followerValue });
    },
  );

  test('leads columns that tie everywhere and those never played', async () => {
    const constant = await solveNormalForm([[1, 2, 3]], [[5, 5, 5]]);
    expect(constant).toMatchObject({ value: 3, response: 2, weakValue: 1, weakAttained: true });
    const dominated = await solveNormalForm(
      [
        [1, 100],
        [0, 100],
      ],
      [
        [1, 0],
        [1, 0],
      ],
    );
    expect(dominated).toMatchObject({ value: 1, response: 0 });
  });

  test('payoffs of any scale', async () => {
    const [leader, follower] = [KNOWN[1][1], KNOWN[1][2]];
    for (const scale of [1e-9, 1e9]) {
      const times = (matrix: number[][], shift: number) =>
        matrix.map((row) => row.map((v) => (v + shift) * scale));
      const { value } = await solveNormalForm(times(leader, 100), times(follower, -50));
      expect(Math.abs(value / scale - 100 - 11 / 3)).toBeLessThan(1e-10);
    }
  });

  test.each<[string, number[][], number[][], string]>([
    ['no rows', [], [], 'leader: expected a payoff matrix with at least one row and one column.'],
    [
      'ragged',
      [[1, 2], [3]],
      [
        [1, 2],
        [3, 4],
      ],
      'leader[1]: expected 2 payoffs, got 1.',
    ],
    [
      'shapes',
      [[1, 2]],
      [
        [1, 2],
        [3, 4],
      ],
      'follower: expected 1 rows, got 2.',
    ],
    ['NaN', [[1, 2]], [[1, Number.NaN]], 'follower[0][1]: expected a finite payoff, got NaN.'],
  ])('refuses %s', async (_, leader, follower, message) => {
    await expect(solveNormalForm(leader, follower)).rejects.toThrow(new InvalidArgument(message));
  });
});

describe('pureCommitment', () => {
  test('values each rule for ties', () => {
    expect(
      pureCommitment(
        [
          [3, 9],
          [5, 1],
        ],
        [
          [0, 0],
          [1, 0],
        ],
      ),
    ).toEqual({
      row: 0,
      response: 1,
      value: 9,
      followerValue: 0,
      weakRow: 1,
      weakValue: 5,
    });
    expect(pureCommitment(KNOWN[0][1], KNOWN[0][2]).value).toBe(3);
    expect(pureCommitment(PENNIES, negate(PENNIES)).value).toBe(-1);
  });
});
