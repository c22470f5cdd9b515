import { describe, expect, test } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import { pureCommitment, solveNormalForm, solveNormalFormWith } from '../../../solvers/normal-form/normal-form.js';
import { CELLS, cells, earned, integerMatrix, uniformMatrix } from '../games.js';

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

describe('properties on random games', () => {
  test('the single program gives the same value as the multiple ones', async () => {
    const lp = await loadLp();
    const rng = new Rng('single = multiple');
    for (let g = 0; g < 54; g++) {
      const n = g < 50 ? 10 : 20;
      const [leader, follower] = [uniformMatrix(rng, n, n), uniformMatrix(rng, n, n)];
      const multiple = solveNormalFormWith(lp, leader, follower);
      const single = solveNormalFormWith(lp, leader, follower, { method: 'singleLp' });
      expect(Math.abs(multiple.value - single.value)).toBeLessThan(1e-7);
      expect(multiple.polished && single.polished).toBe(true);
    }
  });

  test('the response is a best one, and pure <= weak <= strong', async () => {
    const lp = await loadLp();
    const rng = new Rng('order');
    for (let g = 0; g < 200; g++) {
      const [m, n] = [1 + rng.integer(4), 1 + rng.integer(4)];
      const [leader, follower] = [integerMatrix(rng, m, n, 4), integerMatrix(rng, m, n, 4)];
      const s = solveNormalFormWith(lp, leader, follower);
      const best = Math.max(...leader[0].map((_, j) => earned(follower, s.commitment, j)));
      expect(s.followerValue).toBeGreaterThanOrEqual(best - 1e-12);
      expect(s.value).toBeGreaterThanOrEqual(s.pure.value - 1e-12);
      expect(s.weakValue).toBeLessThanOrEqual(s.value + 1e-12);
      expect(s.weakValue).toBeGreaterThanOrEqual(s.pure.weakValue - 1e-12);
    }
  });

  test('no Nash equilibrium pays the leader more', async () => {
    const lp = await loadLp();
    const rng = new Rng('nash');
    let equilibria = 0;
    for (let g = 0; g < 150; g++) {
      const n = 2 + (g % 2);
      const [leader, follower] = [uniformMatrix(rng, n, n), uniformMatrix(rng, n, n)];
      const { value } = solveNormalFormWith(lp, leader, follower);
      for (const nash of nashValues(leader, follower)) {
        equilibria++;
        expect(value).toBeGreaterThanOrEqual(nash - 1e-9);
      }
    }
    expect(equilibria).toBeGreaterThanOrEqual(150);
  });

  test('in zero-sum games the value is the maximin, and attained under any ties', async () => {
    const lp = await loadLp();
    const rng = new Rng('zero-sum');
    for (let g = 0; g < 60; g++) {
      const [m, n] = [1 + rng.integer(5), 1 + rng.integer(5)];
      const leader = integerMatrix(rng, m, n, 10);
      const solution = solveNormalFormWith(lp, leader, negate(leader));
      const maximin = lp.solve({
        sense: 'maximize',
        objective: [...leader.map(() => 0), 1],
        rows: [
          { coefficients: [...leader.map(() => 1), 0], lower: 1, upper: 1 },
          ...leader[0].map((_, j) => ({
            coefficients: [...leader.map((row) => row[j]), -1],
            lower: 0,
            upper: Number.POSITIVE_INFINITY,
          })),
        ],
      });
      expect(maximin.status === 'optimal' && Math.abs(maximin.value - solution.value) < 1e-9).toBe(true);
      expect(Math.abs(solution.weakValue - solution.value)).toBeLessThan(1e-9);
      expect(solution.weakAttained).toBe(true);
    }
  });

  test('the value does not change under B -> a B + a constant for each row', async () => {
    const lp = await loadLp();
    const rng = new Rng('affine');
    for (let g = 0; g < 60; g++) {
      const [leader, follower] = [uniformMatrix(rng, 3, 4), uniformMatrix(rng, 3, 4)];
      const factor = 0.1 + 5 * rng.uniform();
      const shifted = follower.map((row) => {
        const shift = 10 * rng.normal();
        return row.map((value) => factor * value + shift);
      });
      const before = solveNormalFormWith(lp, leader, follower);
      const after = solveNormalFormWith(lp, leader, shifted);
      expect(Math.abs(after.value - before.value)).toBeLessThan(1e-9);
      expect(after.response).toBe(before.response);
    }
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

/** The leader's payoff in every Nash equilibrium of a generic n x n game (n <= 3), by equal-sized supports. */
function nashValues(leader: number[][], follower: number[][]): number[] {
  const n = leader.length;
  const supports = Array.from({ length: 2 ** n - 1 }, (_, s) => [0, 1, 2].filter((i) => ((s + 1) >> i) & 1));
  const values: number[] = [];
  for (const rows of supports) {
    for (const columns of supports.filter((support) => support.length === rows.length)) {
      const x = indifferent(
        columns.map((j) => rows.map((i) => follower[i][j])),
        rows,
        n,
      );
      const y = indifferent(
        rows.map((i) => columns.map((j) => leader[i][j])),
        columns,
        n,
      );
      if (!x || !y) continue;
      const rowPayoffs = leader.map((row) => row.reduce((sum, value, j) => sum + value * y[j], 0));
      const columnPayoffs = leader.map((_, j) => earned(follower, x, j));
      const isBest = (payoffs: number[], support: number[]) =>
        support.every((i) => payoffs[i] >= Math.max(...payoffs) - 1e-9);
      if (isBest(rowPayoffs, rows) && isBest(columnPayoffs, columns)) values.push(Math.max(...rowPayoffs));
    }
  }
  return values;
}

/** The mixture over `support` that levels all rows of a square matrix of size 1, 2 or 3, by Cramer's rule. */
function indifferent(matrix: number[][], support: number[], n: number): number[] | undefined {
  const rows = [
    support.map(() => 1),
    ...matrix.slice(1).map((row) => row.map((value, i) => value - matrix[0][i])),
  ];
  const whole = determinant(rows);
  const weights = support.map((_, i) => {
    const replaced = rows.map((row, r) => row.map((value, c) => (c === i ? (r === 0 ? 1 : 0) : value)));
    return determinant(replaced) / whole;
  });
  if (!weights.every((weight) => weight > 0)) return undefined;
  const full = new Array(n).fill(0);
  support.forEach((i, s) => {
    full[i] = weights[s];
  });
  return full;
}

function determinant(m: number[][]): number {
  if (m.length === 1) return m[0][0];
  return m[0].reduce((sum, value, c) => {
    const minor = m.slice(1).map((row) => row.filter((_, k) => k !== c));
    return sum + (c % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}
