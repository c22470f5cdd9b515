import { describe, expect, test } from '@jest/globals';
import { bayesianGames } from '../../../envs/bayesian/classics.js';
import { namedGames } from '../../../envs/matrix/classics.js';
import { NormalForm } from '../../../envs/matrix/normal-form.js';
import { Rng } from '../../../gymnasium/rng.js';
import { dobss } from '../../../solvers/bayesian/dobss.js';
import { harsanyi } from '../../../solvers/bayesian/harsanyi.js';
import { SolveFailed } from '../../../solvers/linear/linear-program.js';
import { solveNormalForm } from '../../../solvers/normal-form/normal-form.js';
import type { Solver } from '../../../solvers/solver.js';
import {
  bigM,
  expectAttained,
  gameOfTypes,
  near,
  randomTypes,
  task,
  twoRowValues,
  variants,
} from './games.js';

describe('dobss and harsanyi', () => {
  test('agree on random games, and their commitments earn what they say', async () => {
    const rng = new Rng('dobss = harsanyi');
    for (let g = 0; g < 100; g++) {
      const types = randomTypes(rng, 2 + (g % 2), 3 + rng.integer(3), 3);
      const [one, other] = [await variants[0][1](types), await variants[1][1](types)];
      near(one.value, other.value, 1e-9);
      expect([one.details, other.details]).toMatchObject([{ polished: true }, { polished: true }]);
      await expectAttained(types, one);
      await expectAttained(types, other);
    }
  });

  test('agree with the paper formulation where payoffs tie a lot', async () => {
    const rng = new Rng('ties');
    for (let g = 0; g < 40; g++) {
      const types = randomTypes(rng, 2 + rng.integer(2), 2 + rng.integer(2), 3, 3);
      const values = [];
      for (const [, solve] of variants) {
        const answer = await solve(types);
        await expectAttained(types, answer);
        values.push(answer.value);
      }
      near(Math.max(...values) - Math.min(...values), 0, 1e-9);
    }
  });

  test.each<[string, Solver, number]>([
    ['harsanyi', harsanyi, 1000],
    ['dobss', dobss, 160],
  ])('%s finds the values of two-row games, and never claims a wrong weak one', async (_, solver, games) => {
    const rng = new Rng('two rows');
    let weak = 0;
    for (let g = 0; g < games; g++) {
      const below = [undefined, 2, 3, 10][g % 4];
      const types = randomTypes(rng, 1 + rng.integer(3), 2, 1 + rng.integer(4), below);
      const exact = twoRowValues(types);
      const answer = await solver.solve(gameOfTypes(types), task());
      near(answer.value, exact.strong, 1e-9);
      if (answer.weakValue === undefined) continue;
      weak++;
      near(answer.weakValue, exact.weak, 1e-9);
    }
    expect(weak).toBeGreaterThan(games / 2);
  });

  test('give a bimatrix game the value and the weak value of the multiple programs', async () => {
    for (const payoffs of Object.values(namedGames)) {
      const { value, weakValue } = await solveNormalForm(payoffs.leader, payoffs.follower);
      for (const solver of [dobss, harsanyi]) {
        const answer = await solver.solve(new NormalForm(payoffs), task());
        near(answer.value, value, 1e-9);
        if (answer.weakValue !== undefined) near(answer.weakValue, weakValue, 1e-9);
      }
    }
  });

  test('give up when time is out, without a value', async () => {
    const large = gameOfTypes(randomTypes(new Rng('large'), 4, 20, 20));
    for (const [solver, options] of [
      [dobss, {}],
      [dobss, bigM.options],
      [harsanyi, {}],
    ] as const) {
      const attempt = (async () => solver.solve(large, task({ timeLimit: 0.05, options })))();
      await expect(attempt).rejects.toThrow(SolveFailed);
      await expect(attempt).rejects.toThrow(
        `${solver.name}: expected a proved optimum, but the program ended with status timeLimit.`,
      );
    }
  });

  test.each<[string, Solver, object, string]>([
    [
      'harsanyi',
      harsanyi,
      { maxProfiles: 287 },
      'harsanyi: expected at most 287 response profiles (the option maxProfiles), got 288: use dobss.',
    ],
    [
      'harsanyi',
      harsanyi,
      { maxProfiles: 0.5 },
      'harsanyi: maxProfiles: expected a positive integer, got 0.5.',
    ],
    ['dobss', dobss, { formulation: 'M' }, 'dobss: formulation: expected one of obedience, big-m, got "M".'],
  ])('%s refuses an option', async (_, solver, options, message) => {
    const attempt = async () => solver.solve(gameOfTypes(bayesianGames['third_party']), task({ options }));
    await expect(attempt()).rejects.toThrow(message);
  });
});
