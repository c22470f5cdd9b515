import { expect } from '@jest/globals';
import { BayesianNormalForm } from '../../../envs/bayesian/bayesian-normal-form.js';
import type { BayesianType } from '../../../envs/bayesian/classics.js';
import type { Rng } from '../../../gymnasium/rng.js';
import { dobss } from '../../../solvers/bayesian/dobss.js';
import { harsanyi } from '../../../solvers/bayesian/harsanyi.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import type { Answer } from '../../../solvers/solver.js';
import { quarters } from '../../envs/testing-games.js';
import { integerMatrix, uniformMatrix } from '../games.js';

/** Without `below` payoffs are uniform in [0, 1) and types equally likely; with it small integers, and types that may be impossible. */
export function randomTypes(
  rng: Rng,
  count: number,
  rows: number,
  columns: number,
  below?: number,
): BayesianType[] {
  const chance = quarters(rng, count);
  const matrix = () =>
    below === undefined ? uniformMatrix(rng, rows, columns) : integerMatrix(rng, rows, columns, below);
  return Array.from({ length: count }, (_, t) => ({
    probability: below === undefined ? 1 / count : chance[t],
    leader: matrix(),
    follower: matrix(),
  }));
}

export const gameOfTypes = (types: readonly BayesianType[]) => new BayesianNormalForm(types);

/** Ask for a mixed commitment against a plain best response. */
export const task = (more: object = {}) =>
  ({ follower: 'stationary', certify: false, options: {}, ...more }) as const;

/** The task's options for the paper's formulation. */
export const bigM = { options: { formulation: 'big-m' } };
/** Every way to solve a Bayesian game. */
export const variants: [string, (types: readonly BayesianType[]) => Promise<Answer>][] = [
  ['harsanyi', async (types) => harsanyi.solve(gameOfTypes(types), task())],
  ['dobss', async (types) => dobss.solve(gameOfTypes(types), task())],
  ['dobss with big-m', async (types) => dobss.solve(gameOfTypes(types), task(bigM))],
];
/** Fails unless the numbers are this close. */
export const near = (found: number, value: number, tolerance: number) =>
  expect(Math.abs(found - value)).toBeLessThan(tolerance);

/** The value is that of the commitment against the exact best response, which the model view computes. */
export async function expectAttained(
  types: readonly BayesianType[],
  { value, commitment, followerValues }: Answer,
) {
  const measured = await evaluateCommitment(gameOfTypes(types), commitment, { optimum: null });
  near(measured.value, value, 1e-9);
  near(measured.followerValues['follower_0'], followerValues['follower_0'], 1e-9);
}

const equal = 1e-10;

/**
 * Strong and weak value of a game with two leader rows, exact up to rounding: between the points p where two columns of a
 * type cross, for it or for the leader, responses stay and payoffs are linear in p, so that only crossings, ends and
 * one-sided limits count.
 */
export function twoRowValues(types: readonly BayesianType[]): { strong: number; weak: number } {
  const points = crossings(types);
  const at = (p: number, witness: number, worst: boolean) => leaderValue(types, p, witness, worst);
  let strong = Math.max(...points.map((p) => at(p, p, false)));
  let weak = Math.max(...points.map((p) => at(p, p, true)));
  for (let k = 1; k < points.length; k++) {
    const middle = (points[k - 1] + points[k]) / 2;
    for (const p of [points[k - 1], points[k]]) {
      strong = Math.max(strong, at(p, middle, false));
      weak = Math.max(weak, at(p, middle, true));
    }
  }
  return { strong, weak };
}

function crossings(types: readonly BayesianType[]): number[] {
  const points = [0, 1];
  for (const matrix of types.flatMap(({ leader, follower }) => [leader, follower])) {
    for (let j = 0; j < matrix[0].length; j++) {
      for (let k = 0; k < j; k++) {
        const [top, bottom] = matrix.map((row) => row[j] - row[k]);
        const p = bottom / (bottom - top);
        if (p > 0 && p < 1) points.push(p);
      }
    }
  }
  return points.sort((a, b) => a - b).filter((p, i) => i === 0 || p - points[i - 1] > equal);
}

/** The leader's payoff at (p, 1 - p) if every type responds with a best response to (witness, 1 - witness). */
function leaderValue(types: readonly BayesianType[], p: number, witness: number, worst: boolean): number {
  const mix = ([top, bottom]: readonly (readonly number[])[], q: number, j: number) =>
    q * top[j] + (1 - q) * bottom[j];
  return types.reduce((sum, { probability, leader, follower }) => {
    const columns = Array.from(follower[0].keys());
    const best = Math.max(...columns.map((j) => mix(follower, witness, j)));
    const payoffs = columns
      .filter((j) => mix(follower, witness, j) >= best - equal)
      .map((j) => mix(leader, p, j));
    return sum + probability * (worst ? Math.min(...payoffs) : Math.max(...payoffs));
  }, 0);
}
