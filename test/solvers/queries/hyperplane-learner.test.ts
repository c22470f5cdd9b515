import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import { NormalForm } from '../../../envs/matrix/normal-form.js';
import { Rng } from '../../../gymnasium/rng.js';
import { ExactBestResponse } from '../../../oracles/exact-best-response.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { solveNormalForm } from '../../../solvers/normal-form/normal-form.js';
import {
  BestResponseQueries,
  LearningFailed,
  majorityVote,
} from '../../../solvers/queries/best-response-queries.js';
import { learnCommitment } from '../../../solvers/queries/hyperplane-learner.js';
import {
  erroneousResponses,
  exactResponses,
  oracleResponses,
  quantalResponses,
} from '../../../solvers/queries/response-sources.js';
import { hyperplaneLearner } from '../../../solvers/queries/solvers.js';
import type { Task } from '../../../solvers/solver.js';
import { earned, integerMatrix, uniformMatrix } from '../games.js';

const named = (name: string) => makeGame('NormalForm-v0', { name }) as NormalForm;
const task = (options: Task['options'] = {}): Task => ({ follower: 'stationary', certify: false, options });

function random(seed: number, rows: number, columns: number): NormalForm {
  const rng = new Rng(seed).child('hyperplane-learner-test');
  return new NormalForm({
    leader: uniformMatrix(rng, rows, columns),
    follower: uniformMatrix(rng, rows, columns),
  });
}

function learn(game: NormalForm, ties: 'leader' | 'lowest' = 'leader') {
  const queries = new BestResponseQueries(exactResponses(game, { ties }));
  const found = learnCommitment({ leader: game.payoffs.leader, queries });
  expect(found.queries).toBe(queries.count);
  return found;
}

describe('learnCommitment', () => {
  it('has the value of multiple LPs in 20 random 4x4 games, within 2500 queries each', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const game = random(seed, 4, 4);
      const { payoffs } = game;
      const { value } = await solveNormalForm(payoffs.leader, payoffs.follower);
      const found = learn(game);
      expect(Math.abs(found.value - value)).toBeLessThan(1e-9);
      expect(found.queries).toBeLessThanOrEqual(2500);
      expect(found.unresolved).toBe(0);
    }
  });

  it.each([
    [2, 5],
    [3, 6],
    [5, 5],
    [4, 8],
    [7, 7],
  ])('has it in %i x %i games', async (rows, columns) => {
    for (let seed = 0; seed < 5; seed++) {
      const game = random(seed, rows, columns);
      const { value } = await solveNormalForm(game.payoffs.leader, game.payoffs.follower);
      expect(Math.abs(learn(game).value - value)).toBeLessThan(1e-9);
    }
  });

  it.each([
    ['conitzer_sandholm', 3.5],
    ['paruchuri', 11 / 3],
    ['openspiel_game1', 4 / 3],
    ['openspiel_game2', 9],
    ['conitzer_korzhyk', 2.5],
    ['battle_of_the_sexes', 2],
    ['matching_pennies', 0],
    ['rock_paper_scissors', 0],
  ])('knows %s: %f, however ties are broken', (name, value) => {
    expect(learn(named(name)).value).toBeCloseTo(value, 10);
    expect(learn(named(name), 'lowest').value).toBeCloseTo(value, 10);
  });

  it('copes with payoffs full of ties: never above the optimum, nor below what any rule for ties allows', async () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = new Rng(seed).child('integers');
      const payoffs = { leader: integerMatrix(rng, 4, 4, 3), follower: integerMatrix(rng, 4, 4, 3) };
      const { value, weakValue } = await solveNormalForm(payoffs.leader, payoffs.follower);
      const found = learn(new NormalForm(payoffs));
      expect(found.value).toBeLessThan(value + 1e-9);
      expect(found.value).toBeGreaterThan(weakValue - 1e-9);
    }
  });

  it('returns a commitment that the follower answered just so, and the payoff there', () => {
    for (let seed = 0; seed < 10; seed++) {
      const game = random(seed, 4, 5);
      const { commitment, response, value } = learn(game);
      const best = Math.max(...game.payoffs.follower[0].map((_, j) => followerPayoff(game, commitment, j)));
      expect(followerPayoff(game, commitment, response)).toBeGreaterThan(best - 1e-11);
      expect(earned(game.payoffs.leader as number[][], commitment, response)).toBe(value);
    }
  });

  it('needs no queries to speak of without boundaries', () => {
    const single = new NormalForm({ leader: [[1, 2, 3]], follower: [[0, 2, 1]] });
    expect(learn(single)).toMatchObject({ value: 2, response: 1, regions: 1, facets: 0 });
    const passive = new NormalForm({ leader: [[1], [4], [2]], follower: [[0], [0], [0]] });
    expect(learn(passive)).toMatchObject({ value: 4, response: 0, regions: 1, vertices: 3 });
  });

  it('learns the same through an oracle as from the payoffs', () => {
    const game = named('paruchuri');
    const source = oracleResponses(game, new ExactBestResponse());
    const queries = new BestResponseQueries(source);
    const { value } = learnCommitment({ leader: game.payoffs.leader, queries });
    expect(value).toBeCloseTo(11 / 3, 7);
  });

  it('learns through a majority from answers that err', async () => {
    const game = random(3, 3, 3);
    const noisy = erroneousResponses(exactResponses(game), { probability: 0.1, seed: 1 });
    const queries = majorityVote(new BestResponseQueries(noisy), 21);
    const { value } = await solveNormalForm(game.payoffs.leader, game.payoffs.follower);
    const found = learnCommitment({ leader: game.payoffs.leader, queries });
    expect(Math.abs(found.value - value)).toBeLessThan(1e-5);
    expect(found.queries % 21).toBe(0);
  });

  it('comes near through a majority of quantal answers', () => {
    const game = named('conitzer_sandholm');
    const quantal = quantalResponses(game, { rationality: 1000, seed: 2 });
    const queries = majorityVote(new BestResponseQueries(quantal), 25);
    const { value } = learnCommitment({ leader: game.payoffs.leader, queries }, { nudge: 0.01, radius: 0.1 });
    expect(Math.abs(value - 3.5)).toBeLessThan(0.01);
  });

  it('says so when answers contradict each other', () => {
    const game = random(1, 4, 4);
    const noisy = erroneousResponses(exactResponses(game), { probability: 0.3, seed: 1 });
    const queries = new BestResponseQueries(noisy);
    expect(() => learnCommitment({ leader: game.payoffs.leader, queries })).toThrow(LearningFailed);
  });

  it('refuses malformed input in one line', () => {
    const queries = new BestResponseQueries(exactResponses(named('paruchuri')));
    const leader = [[1, 2, 3]];
    expect(() => learnCommitment({ leader, queries })).toThrow(
      'learnCommitment: leader: expected a matrix of 2 rows and 2 columns, got [[1, 2, 3]].',
    );
    const known = { leader: named('paruchuri').payoffs.leader, queries };
    expect(() => learnCommitment(known, { nudge: 0 })).toThrow(
      'learnCommitment: nudge: expected a number between 0 and 1, got 0.',
    );
    expect(() => learnCommitment(known, { radios: 1 } as object)).toThrow('Did you mean "radius"?');
  });
});

function followerPayoff(game: NormalForm, x: ArrayLike<number>, j: number): number {
  return earned(game.payoffs.follower as number[][], x, j);
}

describe('the solver hyperplane-learner', () => {
  it('gives a learned answer that evaluateCommitment confirms', async () => {
    const game = random(7, 4, 4);
    const answer = await hyperplaneLearner.solve(game, task({ seed: 3 }));
    expect(answer).toMatchObject({ kind: 'stochastic', status: 'learned', tieBreaking: 'leader' });
    expect(Object.keys(answer.details!)).toEqual([
      'response',
      'queries',
      'regions',
      'facets',
      'vertices',
      'unresolved',
    ]);
    const graded = await evaluateCommitment(game, answer.commitment as number[]);
    expect(graded.value).toBeCloseTo(answer.value, 8);
    expect(graded.gap).toBeCloseTo(0, 8);
  });

  it('fits one-shot matrix games with mixed commitments only', () => {
    expect(hyperplaneLearner.fits(random(1, 2, 2), task())).toBe(true);
    expect(hyperplaneLearner.fits(random(1, 2, 2), { ...task(), commitment: 'deterministic' })).toBe(false);
    expect(hyperplaneLearner.fits(new NormalForm(random(1, 2, 2).payoffs, true), task())).toBe(false);
    expect(hyperplaneLearner.fits(makeGame('IteratedMatrixGame-v0'), task())).toBe(false);
  });

  it('passes on a budget and refuses malformed options', () => {
    const game = random(1, 4, 4);
    expect(() => hyperplaneLearner.solve(game, task({ budget: 20 }))).toThrow('expected at most 20 queries');
    expect(() => hyperplaneLearner.solve(game, task({ ties: 'x' }))).toThrow('ties: expected one of');
  });
});

it.each([1, 1e3, 1e5, 1e8])('a column of -%d elsewhere does not blur ties', async (size) => {
  const follower = [
    [1, 0, -size],
    [0, 1, -size],
  ];
  const leader = [
    [2, 4, 0],
    [1, 3, 0],
  ];
  const game = new NormalForm({ leader, follower });
  const { value, commitment } = await hyperplaneLearner.solve(game, task());
  expect(value).toBeCloseTo(3.5, 9);
  const graded = await evaluateCommitment(game, commitment as number[], { optimum: null });
  expect(graded.value).toBeCloseTo(value, 9);
});
