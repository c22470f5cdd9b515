import { describe, expect, test } from '@jest/globals';
import { type BayesianType, bayesianGames, twoTypes } from '../../../envs/bayesian/classics.js';
import { expectAttained, near, variants } from './games.js';

describe.each(variants)('%s', (_, solve) => {
  test('third_party', async () => {
    const types = bayesianGames['third_party'];
    const answer = await solve(types);
    near(answer.value, 0.912143, 1e-5);
    near(answer.value, 0.912142857142857, 1e-9);
    [0.428571, 0.414286, 0, 0.157143].forEach((p, i) => {
      near((answer.commitment as number[])[i], p, 1e-4);
    });
    expect(answer.details).toMatchObject({ responses: [1, 2, 5, 2], polished: true });
    expect(answer).toMatchObject({ status: 'optimal', kind: 'stochastic', tieBreaking: 'leader' });
    await expectAttained(types, answer);
  });

  test('two_by_two', async () => {
    const answer = await solve(bayesianGames['two_by_two']);
    near(answer.value, 6, 1e-9);
    near((answer.commitment as number[])[0], 0.75, 1e-9);
    expect(answer.details).toMatchObject({ responses: [0, 1] });
    await expectAttained(bayesianGames['two_by_two'], answer);
  });

  test.each([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.84, 0.9, 11 / 12, 0.95, 1])(
    'two types, the first with probability %d',
    async (alpha) => {
      const value = alpha <= 0.5 ? 3 : alpha <= 11 / 12 ? 2.5 + alpha : 2 / 3 + 3 * alpha;
      const answer = await solve(twoTypes(alpha));
      near(answer.value, value, 1e-9);
      await expectAttained(twoTypes(alpha), answer);
      const x = (answer.commitment as number[])[0];
      const responses = (answer.details as { responses: number[] }).responses;
      if (alpha > 0.5 && alpha < 11 / 12) {
        near(x, 0.5, 1e-9);
        expect(responses).toEqual([1, 1]);
      }
      if (alpha > 11 / 12) {
        near(x, 2 / 3, 1e-9);
        expect(responses).toEqual([1, 0]);
      }
      const json = JSON.parse(JSON.stringify(answer.details));
      expect(json).toEqual(answer.details);
      expect(json.types.map(({ probability }: BayesianType) => probability)).toEqual([alpha, 1 - alpha]);
      near(
        json.types.reduce((sum: number, t: any) => sum + t.probability * t.value, 0),
        value,
        1e-9,
      );
    },
  );

  test.each<[string, number[][], number[][], number, number | undefined]>([
    [
      'all payoffs equal',
      [
        [1, 1],
        [1, 1],
      ],
      [
        [2, 2],
        [2, 2],
      ],
      1,
      1,
    ],
    [
      'a follower that never cares',
      [
        [1, 4],
        [2, 3],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      4,
      undefined,
    ],
    [
      'equal columns of unequal worth',
      [
        [1, 5, 0],
        [2, 1, 0],
      ],
      [
        [1, 1, 0],
        [1, 1, 0],
      ],
      5,
      undefined,
    ],
    [
      'columns twice over',
      [
        [2, 2, 4, 4],
        [1, 1, 3, 3],
      ],
      [
        [1, 1, 0, 0],
        [0, 0, 1, 1],
      ],
      3.5,
      3.5,
    ],
    [
      'a column that only ever ties, not needed',
      [
        [3, 9],
        [9, 1],
      ],
      [
        [0, 0],
        [1, 8],
      ],
      9,
      9,
    ],
    [
      'a column that only ever ties, needed',
      [
        [9, 3],
        [1, 1],
      ],
      [
        [0, 0],
        [1, 8],
      ],
      9,
      undefined,
    ],
    [
      'a strictly dominated column',
      [
        [1, 100],
        [0, 100],
      ],
      [
        [1, 0],
        [1, 0],
      ],
      1,
      1,
    ],
    ['one row', [[1, 2, 3]], [[0, 5, 5]], 3, undefined],
    ['one column', [[1], [4]], [[0], [0]], 4, 4],
  ])('%s', async (_name, leader, follower, value, weakValue) => {
    const type = { leader, follower };
    for (const types of [[1], [0.5, 0.5], [1, 0]].map((p) =>
      p.map((probability) => ({ ...type, probability })),
    )) {
      const answer = await solve(types);
      near(answer.value, value, 1e-9);
      if (weakValue === undefined) expect(answer).not.toHaveProperty('weakValue');
      else near(answer.weakValue!, weakValue, 1e-9);
    }
  });

  test('payoffs of any scale, and a type a billion times as unlikely', async () => {
    for (const scale of [1e-9, 1e9]) {
      const times = (matrix: any, by: number, shift: number) =>
        matrix.map((row: number[]) => row.map((v) => by * (v + shift)));
      const types = twoTypes(0.84).map(({ probability, leader, follower }, t) => ({
        probability,
        leader: times(leader, scale, 100),
        follower: times(follower, t === 0 ? scale : 1 / scale, -50),
      }));
      near((await solve(types)).value / scale, 103.34, 1e-9);
    }
    near((await solve(twoTypes(1e-9))).value, 3, 1e-9);
  });
});
