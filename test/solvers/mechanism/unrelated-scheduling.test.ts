import { describe, expect, it } from '@jest/globals';
import { makeGame, type UnrelatedScheduling } from '../../../envs/index.js';
import { evaluateCommitment } from '../../../solvers/index.js';
import { minWorkMechanism } from '../../../solvers/mechanism/unrelated-scheduling.js';
import type { Answer, Task } from '../../../solvers/solver.js';

const build = (parameters: object = {}) =>
  makeGame('UnrelatedScheduling-v0', parameters) as UnrelatedScheduling;
const task: Task = { follower: 'stationary', certify: false, options: {} };
const solved = (game: UnrelatedScheduling, options = {}) =>
  minWorkMechanism.solve(game, { ...task, options }) as Answer;

describe('minwork', () => {
  it('solves the worked example', async () => {
    const game = build({
      times: [
        [1, 3, 2],
        [2, 1, 4],
      ],
    });
    const answer = solved(game);
    expect(answer).toMatchObject({
      value: -1,
      followerValues: { follower_0: 3, follower_1: 2 },
      commitment: [1, 1, 1],
      status: 'heuristic',
      details: { allocation: [0, 1, 0], payments: [6, 3], makespan: 3, optimalMakespan: 3, ratio: 1 },
    });
    const graded = await evaluateCommitment(game, answer.commitment, { optimum: null });
    expect(graded.value).toBe(-1);
    expect(graded.equilibrium).toEqual({ notion: 'Nash', gap: expect.any(Number) });
  });

  it('is graded by the truth where that alone is weakly dominant', async () => {
    const times = [
      [1, 3, 2],
      [2, 1, 4],
    ];
    const game = build({ times, multipliers: [0.1, 1, 10] });
    const { commitment, followerValues } = solved(game);
    const graded = await evaluateCommitment(game, commitment, { optimum: null });
    expect(graded.followerValues).toEqual(followerValues);
  });

  it('is worth minus the machines at the tight end', () => {
    const times = [[0.999, 0.999, 0.999], ...[0, 1].map(() => [1, 1, 1])];
    expect(Math.abs(solved(build({ times })).value + 3 * 0.999)).toBeLessThan(1e-9);
  });

  it('averages over drawn instances, and says how surely', () => {
    const answer = solved(build());
    expect(Math.abs(answer.value + 1.172)).toBeLessThan(0.02);
    expect(answer.details).toMatchObject({ instances: 2000 });
    expect(answer.details!['standardError']).toBeLessThan(0.006);
    expect(answer.details!['worstRatio']).toBeLessThanOrEqual(2);
    expect(solved(build(), { seed: 1 }).value).not.toBe(answer.value);
    expect(solved(build(), { instances: 10, seed: 1 })).toEqual(solved(build(), { instances: 10, seed: 1 }));
  });

  it('fits machines that can tell the truth', () => {
    expect(minWorkMechanism.fits(build(), task)).toBe(true);
    expect(minWorkMechanism.fits(build({ reports: 'row' }), task)).toBe(true);
    expect(minWorkMechanism.fits(build({ multipliers: [0.5, 2] }), task)).toBe(false);
    expect(minWorkMechanism.fits(makeGame('NormalForm-v0'), task)).toBe(false);
    expect(() => solved(build(), { instances: 0 })).toThrow(
      'minwork: instances: expected a positive integer, got 0.',
    );
    expect(() => solved(build(), { seed: -1 })).toThrow(
      'minwork: seed: expected a non-negative integer, got -1.',
    );
    const fixed = build({ times: [[1], [2]] });
    expect(() => solved(fixed, { instances: 5 })).toThrow('instances');
  });
});
