import { describe, expect, it } from '@jest/globals';
import { makeGame, modelOf } from '../../../envs/index.js';
import { Rng } from '../../../gymnasium/rng.js';
import { bestResponse } from '../../../solvers/best-response.js';
import { enumeration } from '../../../solvers/enumeration.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import {
  feedbackBackwardInduction,
  myopicBackwardInduction,
  myopicOptimum,
} from '../../../solvers/markov/backward-induction.js';
import { solveNormalForm } from '../../../solvers/normal-form/normal-form.js';
import type { Task } from '../../../solvers/solver.js';
import { named, randomGame, randomRows, solved } from './games.js';

const near = (value: number, expected: number) => expect(Math.abs(value - expected)).toBeLessThan(1e-9);
const rowsNear = (rows: readonly unknown[], expected: number[][]) =>
  rows.forEach((row, o) => {
    (row as number[]).forEach((p, a) => {
      near(p, expected[o][a]);
    });
  });
const graded = (
  game: ReturnType<typeof named>,
  commitment: any,
  follower: 'myopic' | 'time-aware' | 'stationary',
) => evaluateCommitment(game, commitment, { follower, optimum: null });

describe('against a myopic follower', () => {
  it.each<[string, number, number[]]>([
    ['leader_controls', 6, [0.5, 0.5]],
    ['follower_controls', 53 / 6, [0.5, 0.5]],
  ])('%s is worth %d', async (name, value, first) => {
    const game = named(name);
    const solution = await solved(myopicBackwardInduction, game);
    near(solution.value, value);
    near(await myopicOptimum(game), value);
    near(solution.weakValue!, value);
    expect([solution.status, solution.kind, solution.tieBreaking]).toEqual([
      'optimal',
      'stochastic',
      'leader',
    ]);
    rowsNear(solution.commitment!, [first, [2 / 3, 1 / 3], [1 / 3, 2 / 3]]);
    expect(solution.details!['responses']).toEqual([1, 1, 0]);
    (solution.details!['values'] as number[]).forEach((v, o) => {
      near(v, [value, 11 / 3, 4 / 3][o]);
    });
    const measured = await graded(game, solution.commitment, 'myopic');
    near(measured.value, value);
    near(measured.followerValues['follower_0'], solution.followerValues['follower_0']);
  });

  it('is what the best response to its commitment earns, and no other commitment earns more', async () => {
    const rng = new Rng('myopic');
    for (let trial = 0; trial < 8; trial++) {
      const rest = trial % 2 ? { horizon: 3, discount: 0.9, start: [0.25, 0.75] } : { horizon: 2 };
      const game = randomGame(rng, [2, 2 + (trial % 3), 3], rest);
      const { value, commitment, weakValue } = await solved(myopicBackwardInduction, game);
      near((await graded(game, commitment, 'myopic')).value, value);
      near(weakValue!, value);
      const { n } = game.agents[0].observationSpace as any;
      for (let k = 0; k < 50; k++) {
        const other = randomRows(rng, n, (game.agents[0].actionSpace as any).n);
        const response = bestResponse(modelOf(game), other, { memory: 'myopic', ties: 'leader' });
        expect(response.leaderValue).toBeLessThanOrEqual(value + 1e-9);
      }
    }
  });

  it('with deterministic commitments agrees with enumeration', async () => {
    const rng = new Rng('rows');
    const games = [named('leader_controls'), named('follower_controls')];
    for (let trial = 0; trial < 5; trial++) games.push(randomGame(rng, [2, 2, 2]));
    for (const game of games) {
      const task = { commitment: 'deterministic' } as const;
      const ours = await solved(myopicBackwardInduction, game, task);
      const all = await solved(enumeration, game, task);
      near(ours.value, all.value);
      near(ours.weakValue!, all.weakValue!);
      expect(ours.kind).toBe('deterministic');
      near((await graded(game, ours.commitment, 'myopic')).value, ours.value);
    }
  });

  it('tells the supremum where ties decide', async () => {
    const game = makeGame('FiniteMarkovGame-v0', {
      states: [
        { leader: [[0, 1]], follower: [[2, 2]], next: 1 },
        { leader: [[5]], follower: [[0]] },
      ],
    });
    const { value, weakValue } = await solved(myopicBackwardInduction, game);
    expect([value, weakValue]).toEqual([6, 5]);
  });
});

describe('in feedback equilibrium', () => {
  it.each<[string, number, number[], number]>([
    ['leader_controls', 6, [0.5, 0.5], 1],
    ['follower_controls', 17 / 3, [1, 0], 0],
  ])('%s is worth %d', async (name, value, first, response) => {
    const game = named(name);
    const solution = await solved(feedbackBackwardInduction, game, { follower: 'time-aware' });
    near(solution.value, value);
    rowsNear(solution.commitment!, [first, [2 / 3, 1 / 3], [1 / 3, 2 / 3]]);
    expect(solution.details!['responses']).toEqual([response, 1, 0]);
    expect([solution.status, solution.details!['concept']]).toEqual([
      'heuristic',
      'feedback Stackelberg equilibrium',
    ]);
    for (const follower of ['time-aware', 'stationary'] as const) {
      near((await graded(game, solution.commitment, follower)).value, value);
    }
  });

  it('is not the optimum of commitment: a deterministic promise is worth more in follower_controls', async () => {
    const game = named('follower_controls');
    const { value } = await solved(feedbackBackwardInduction, game, { follower: 'time-aware' });
    const promise = await solved(enumeration, game, { follower: 'time-aware' });
    expect(promise.value).toBe(8);
    expect(promise.value).toBeGreaterThan(value + 2);
  });

  it('is what the time-aware best response to its commitment earns', async () => {
    const rng = new Rng('feedback');
    for (let trial = 0; trial < 8; trial++) {
      const game = randomGame(rng, [2, 2, 2 + (trial % 2)], { horizon: 3, discount: trial % 2 ? 0.8 : 1 });
      const solution = await solved(feedbackBackwardInduction, game, { follower: 'time-aware' });
      const measured = await graded(game, solution.commitment, 'time-aware');
      near(measured.value, solution.value);
      near(measured.followerValues['follower_0'], solution.followerValues['follower_0']);
    }
  });

  it('of a single stage is the strong Stackelberg equilibrium, farsighted or not', async () => {
    const rng = new Rng('stage');
    for (let trial = 0; trial < 5; trial++) {
      const game = randomGame(rng, [1, 3, 3], { horizon: 1 });
      const { leader, follower } = game.rules.stages[0];
      const { value } = await solveNormalForm(leader, follower);
      near((await solved(myopicBackwardInduction, game)).value, value);
      near((await solved(feedbackBackwardInduction, game, { follower: 'stationary' })).value, value);
    }
  });
});

describe('fits', () => {
  const task = (rest: Partial<Task>): Task => ({ follower: 'myopic', certify: false, options: {}, ...rest });
  it('only finite Markov games with the right follower', () => {
    const game = named('leader_controls');
    const other = makeGame('NormalForm-v0');
    const cases: [Partial<Task>, boolean, boolean][] = [
      [{ follower: 'myopic' }, true, false],
      [{ follower: 'myopic', commitment: 'deterministic' }, true, false],
      [{ follower: 'stationary' }, false, true],
      [{ follower: 'time-aware', commitment: 'stochastic' }, false, true],
      [{ follower: 'time-aware', commitment: 'deterministic' }, false, false],
      [{ follower: { kind: 'quantal', rationality: 1 } }, false, false],
    ];
    for (const [rest, myopic, feedback] of cases) {
      expect(myopicBackwardInduction.fits(game, task(rest))).toBe(myopic);
      expect(feedbackBackwardInduction.fits(game, task(rest))).toBe(feedback);
      expect(myopicBackwardInduction.fits(other, task(rest))).toBe(false);
      expect(feedbackBackwardInduction.fits(other, task(rest))).toBe(false);
    }
  });
});
