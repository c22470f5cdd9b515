import { describe, expect, test } from '@jest/globals';
import { NormalForm } from '../../../envs/matrix/normal-form.js';
import { dobss } from '../../../solvers/bayesian/dobss.js';
import { harsanyi } from '../../../solvers/bayesian/harsanyi.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { multipleLps, singleLp } from '../../../solvers/normal-form/solvers.js';
import { PayoffsTooDifferent } from '../../../solvers/normal-form/verify.js';

const solvers = [multipleLps, singleLp, harsanyi, dobss];
const task = { follower: 'stationary', certify: false, options: {} } as const;
type Matrix = number[][];

/** The value that a solver reports after a check by evaluateCommitment, or null if it says that it cannot tell. */
async function value(solver: (typeof solvers)[number], leader: Matrix, follower: Matrix) {
  const game = new NormalForm({ leader, follower });
  try {
    const answer = await solver.solve(game, task);
    const graded = await evaluateCommitment(game, answer.commitment as number[], { optimum: null });
    expect(graded.value).toBeGreaterThan(answer.value - 1e-6 * Math.max(1, Math.abs(answer.value)));
    return answer.value;
  } catch (error) {
    if (error instanceof PayoffsTooDifferent) return null;
    throw error;
  }
}

describe.each(solvers.map((solver) => [solver.name, solver] as const))(
  'payoffs of all sizes: %s',
  (_, solver) => {
    test.each([1e4, 1e8, 1e9, 1e12, 1e15])(
      'a penalty of %d that is never chosen changes nothing',
      async (size) => {
        const leader = [
          [2, 4, 0],
          [1, 3, 0],
        ];
        const follower = [
          [1, 0, -size],
          [0, 1, -size],
        ];
        expect(await value(solver, leader, follower)).toBeCloseTo(3.5, 9);
      },
    );

    test("the leader's payoffs where the follower never goes change nothing", async () => {
      const leader = [
        [2, 4, 1e9],
        [1, 3, -1e9],
      ];
      const follower = [
        [1, 0, -1],
        [0, 1, -1],
      ];
      expect(await value(solver, leader, follower)).toBeCloseTo(3.5, 9);
    });

    test.each([1e2, 1e6, 1e8, 1e10, 1e13])(
      'responses that a size of %d nearly hides: right, or refused',
      async (size) => {
        const leader = [
          [2, 4, 0],
          [1, 3, 0],
        ];
        const cases: [Matrix, Matrix, number][] = [
          [
            leader,
            [
              [1, 0, -size],
              [0, 1, -size + 0.25],
            ],
            3.5,
          ],
          // It is dominated by a mixture only.
          [
            [
              [2, 4, size],
              [1, 3, -size],
            ],
            [
              [1, 0, 0.4],
              [0, 1, 0.4],
            ],
            3.5,
          ],
          [
            leader,
            [
              [1, 0, -size],
              [0, 1, 0.5],
            ],
            3.5,
          ],
        ];
        for (const [l, f, exact] of cases) {
          const found = await value(solver, l, f);
          if (found !== null) expect(found).toBeCloseTo(exact, 6);
          if (size <= 100) expect(found).not.toBeNull();
        }
      },
    );

    test('payoffs of one great size are no trouble', async () => {
      const scaled = (matrix: Matrix) => matrix.map((row) => row.map((payoff) => 1e9 * payoff));
      const found = await value(
        solver,
        scaled([
          [2, 4],
          [1, 3],
        ]),
        scaled([
          [1, 0],
          [0, 1],
        ]),
      );
      expect(found! / 1e9).toBeCloseTo(3.5, 9);
    });
  },
);
