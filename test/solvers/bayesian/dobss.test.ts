import { describe, expect, test } from '@jest/globals';
import { bayesianGames } from '../../../envs/bayesian/classics.js';
import { solveDobss } from '../../../solvers/bayesian/dobss.js';
import { oneShotForm } from '../../../solvers/bayesian/one-shot-form.js';
import { unitForm } from '../../../solvers/bayesian/unit-form.js';
import {
  type LinearResult,
  type LinearSolver,
  loadLp,
  SolveFailed,
} from '../../../solvers/linear/linear-program.js';
import { gameOfTypes } from './games.js';

const game = oneShotForm(gameOfTypes(bayesianGames['two_by_two']))!;
const form = unitForm(game);

/** HiGHS, whose answers to mixed-integer programs pass through `change`. */
async function changed(
  change: (result: LinearResult, solved: number) => LinearResult,
): Promise<LinearSolver> {
  const lp = await loadLp();
  let solved = 0;
  return {
    solve: (program) => (program.integer ? change(lp.solve(program), solved++) : lp.solve(program)),
    withSession: (program, use) => lp.withSession(program, use),
  };
}

/** A claim of value 1 with responses 1 and 0: variables are x, then z, q and a for each type of two columns. */
function boast(result: LinearResult): LinearResult {
  if (result.status !== 'optimal') return result;
  const x = result.x.slice();
  x.set([0, 1], 2 + 4);
  x.set([1, 0], 2 + 7 + 4);
  return { ...result, value: 1, x };
}

describe('solveDobss', () => {
  test.each(['infeasible', 'timeLimit', 'unbounded', 'failed'] as const)(
    'has no value if the program ends with status %s',
    async (status) => {
      const lp = await changed(() => ({ status }));
      const attempt = () => solveDobss(lp, game, form);
      expect(attempt).toThrow(SolveFailed);
      expect(attempt).toThrow(
        `dobss: expected a proved optimum, but the program ended with status ${status}.`,
      );
    },
  );

  test('doubts a value that its responses do not reach', async () => {
    const honest = solveDobss(await changed((result) => result), game, form);
    expect(honest).toMatchObject({ profile: [0, 1], programs: 1 });
    const lp = await changed((result, solved) => (solved === 0 ? boast(result) : result));
    const found = solveDobss(lp, game, form);
    expect(found).toMatchObject({ profile: [0, 1], programs: 2 });
    expect(Math.abs(found.value - 6)).toBeLessThan(1e-9);
  });

  test('ends with the best commitment once every profile that can be induced is cut off', async () => {
    const promising = await changed((result) =>
      result.status === 'optimal' ? { ...result, value: 1 + result.value } : result,
    );
    const found = solveDobss(promising, game, form);
    expect(found).toMatchObject({ profile: [0, 1], programs: 4 });
    expect(Math.abs(found.value - 6)).toBeLessThan(1e-9);
  });
});
