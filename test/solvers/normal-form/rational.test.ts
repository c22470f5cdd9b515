import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import { solveNormalFormWith } from '../../../solvers/normal-form/normal-form.js';
import { certifyNormalForm } from '../../../solvers/normal-form/rational.js';
import { integerMatrix } from '../games.js';

const number = (fraction: string) => {
  const [numerator, denominator = '1'] = fraction.split('/');
  return Number(numerator) / Number(denominator);
};

describe('certifyNormalForm', () => {
  test.each<[string, number[][], number[][], string, string[]]>([
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
      '7/2',
      ['1/2', '1/2'],
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
      '11/3',
      ['2/3', '1/3'],
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
      '4/3',
      ['1/3', '2/3'],
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
      '9',
      ['1', '0'],
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
      '5/2',
      ['1/2', '1/2'],
    ],
    ['decimals', [[0.1, -2.5e-7]], [[0.2, 0.1]], '1/10', ['1']],
    [
      'constant payoffs',
      [
        [1, 1],
        [1, 1],
      ],
      [
        [1, 1],
        [1, 1],
      ],
      '1',
      ['1', '0'],
    ],
  ])('proves %s', async (_, leader, follower, value, commitment) => {
    expect(await certifyNormalForm(leader, follower)).toMatchObject({ verified: true, value, commitment });
  });

  test('proves random integer games, with the value that the linear programs give', async () => {
    const lp = await loadLp();
    const rng = new Rng('rational');
    for (let g = 0; g < 120; g++) {
      const [m, n] = [1 + rng.integer(5), 1 + rng.integer(5)];
      const below = [2, 4, 10, 1000][g % 4];
      const [leader, follower] = [integerMatrix(rng, m, n, below), integerMatrix(rng, m, n, below)];
      const exact = await certifyNormalForm(leader, follower);
      if (!exact.verified) throw new Error(exact.reason);
      const scale = below * 1e-13;
      expect(Math.abs(number(exact.value) - solveNormalFormWith(lp, leader, follower).value)).toBeLessThan(
        scale,
      );
    }
  });

  test('says why it has no proof rather than guess', async () => {
    const exact = await certifyNormalForm(
      [
        [-0.1, 1e-7],
        [3e22, 5],
      ],
      [
        [0.2, 3],
        [0.1, 0.7],
      ],
    );
    expect(exact).toEqual({
      verified: false,
      reason: 'Response 1: the prices of the basis do not cover row 1.',
    });
  });
});
