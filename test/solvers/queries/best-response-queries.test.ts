import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import { NormalForm } from '../../../envs/matrix/normal-form.js';
import { Rng } from '../../../gymnasium/rng.js';
import { ExactBestResponse } from '../../../oracles/exact-best-response.js';
import { FixedPolicy } from '../../../oracles/fixed-policy.js';
import { TabularQ } from '../../../oracles/tabular-q.js';
import {
  BestResponseQueries,
  majorityVote,
  QueryBudgetSpent,
} from '../../../solvers/queries/best-response-queries.js';
import {
  erroneousResponses,
  exactResponses,
  oracleResponses,
  quantalResponses,
} from '../../../solvers/queries/response-sources.js';

const sandholm = makeGame('NormalForm-v0', { name: 'conitzer_sandholm' });
const two = makeGame('SecurityGame-v0', {
  targets: [
    { defenderCovered: 10, defenderUncovered: 0, attackerCovered: -1, attackerUncovered: 1 },
    { defenderCovered: 0, defenderUncovered: -10, attackerCovered: -1, attackerUncovered: 1 },
  ],
});
const share = (answers: readonly number[], action: number) =>
  answers.filter((answer) => answer === action).length / answers.length;
const ask = (queries: { query(x: number[]): number }, x: number[], times: number) =>
  Array.from({ length: times }, () => queries.query(x));

describe('BestResponseQueries', () => {
  it('answers with best responses, ties by the rule asked for', () => {
    const answers = (ties: 'leader' | 'against' | 'lowest', x: number[]) =>
      new BestResponseQueries(exactResponses(sandholm, { ties })).query(x);
    expect(answers('leader', [0.9, 0.1])).toBe(0);
    expect(answers('leader', [0.1, 0.9])).toBe(1);
    expect(answers('leader', [0.5, 0.5])).toBe(1);
    expect(answers('against', [0.5, 0.5])).toBe(0);
    const mirrored = new NormalForm({
      leader: [
        [4, 2],
        [3, 1],
      ],
      follower: [
        [0, 1],
        [1, 0],
      ],
    });
    expect(new BestResponseQueries(exactResponses(mirrored, { ties: 'lowest' })).query([0.5, 0.5])).toBe(0);
    expect(new BestResponseQueries(exactResponses(mirrored, { ties: 'against' })).query([0.5, 0.5])).toBe(1);
  });

  it('counts every query, and refuses those beyond the budget', () => {
    const queries = new BestResponseQueries(exactResponses(sandholm), { budget: 3 });
    ask(queries, [0.3, 0.7], 3);
    expect(queries.count).toBe(3);
    expect(() => queries.query([0.3, 0.7])).toThrow(QueryBudgetSpent);
    expect(() => queries.query([0.3, 0.7])).toThrow(
      'BestResponseQueries: expected at most 3 queries, but one more was asked.',
    );
    expect(queries.count).toBe(3);
  });

  it('takes coverage vectors of a security game, the whole budget or less', () => {
    const queries = new BestResponseQueries(exactResponses(two));
    expect([queries.size, queries.actions]).toEqual([2, 2]);
    expect(queries.query([0.6, 0.4])).toBe(1);
    expect(queries.query([0.2, 0.3])).toBe(0);
    expect(queries.query([0.5, 0.5])).toBe(0);
  });

  it('refuses what is no commitment, in one line', () => {
    const mixed = new BestResponseQueries(exactResponses(sandholm));
    expect(() => mixed.query([1])).toThrow('expected a vector of 2 numbers, got [1].');
    expect(() => mixed.query([0.5, 0.6])).toThrow(
      'BestResponseQueries: commitment: expected probabilities of at least 0 that sum to 1, got [0.5, 0.6].',
    );
    expect(() => mixed.query([Number.NaN, 1])).toThrow('expected probabilities');
    const coverage = new BestResponseQueries(exactResponses(two));
    expect(() => coverage.query([0.9, 0.9])).toThrow(
      'expected coverage from 0 to 1 with a sum of at most 1, got [0.9, 0.9].',
    );
    expect(mixed.count + coverage.count).toBe(0);
  });

  it('refuses malformed options and games that it cannot ask about', () => {
    const source = exactResponses(sandholm);
    expect(() => new BestResponseQueries(source, { budget: 0 })).toThrow(
      'BestResponseQueries: budget: expected a positive integer, got 0.',
    );
    expect(() => exactResponses(sandholm, { ties: 'never' as 'leader' })).toThrow(
      'exactResponses: ties: expected one of leader, against, lowest, got "never".',
    );
    const seen = makeGame('NormalForm-v0', { name: 'paruchuri', observeAction: true });
    expect(() => exactResponses(seen)).toThrow('commitmentGame: expected a NormalForm without observeAction');
    expect(() => quantalResponses(sandholm, { rationality: -1 })).toThrow(
      'rationality: expected a number of at least 0, got -1.',
    );
    expect(() => erroneousResponses(source, { probability: 2 })).toThrow(
      'probability: expected a number in [0, 1], got 2.',
    );
    expect(() => majorityVote(new BestResponseQueries(source), 0)).toThrow(
      'majorityVote: votes: expected a positive integer, got 0.',
    );
  });
});

describe('noisy answers', () => {
  it('are drawn by quantal response, the same for a seed', () => {
    const make = (seed: number) =>
      new BestResponseQueries(quantalResponses(sandholm, { rationality: 2, seed }));
    const answers = ask(make(1), [0.75, 0.25], 4000);
    expect(share(answers, 0)).toBeCloseTo(1 / (1 + Math.exp(-1)), 1);
    expect(ask(make(1), [0.75, 0.25], 50)).toEqual(answers.slice(0, 50));
    expect(ask(make(2), [0.75, 0.25], 50)).not.toEqual(answers.slice(0, 50));
  });

  it('err with the given probability, and a majority does not; votes count as queries', () => {
    const noisy = new BestResponseQueries(
      erroneousResponses(exactResponses(sandholm), { probability: 0.3, seed: 3 }),
    );
    expect(share(ask(noisy, [0.9, 0.1], 4000), 1)).toBeCloseTo(0.3, 1);
    const voting = majorityVote(noisy, 51);
    expect(share(ask(voting, [0.9, 0.1], 50), 0)).toBe(1);
    expect(voting.count).toBe(4000 + 50 * 51);
  });
});

describe('oracle-backed answers', () => {
  it('of the exact best response are the exact ones, for mixed rows and for coverage', () => {
    const rng = new Rng(5);
    const random = makeGame('NormalForm-v0', {
      leader: Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => rng.uniform())),
      follower: Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => rng.uniform())),
    });
    const guarded = makeGame('SecurityGame-v0', { generate: { targets: 6, seed: 2 }, resources: 2 });
    for (const game of [random, guarded]) {
      const oracle = new ExactBestResponse();
      const through = new BestResponseQueries(oracleResponses(game, oracle));
      const exact = new BestResponseQueries(exactResponses(game));
      for (let k = 0; k < 40; k++) {
        const weights = Array.from({ length: exact.size }, () => rng.exponential());
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const x = weights.map((weight) => weight / total);
        expect(through.query(x)).toBe(exact.query(x));
      }
    }
  });

  it('refuses an exact oracle that would respond to a draw of the row', () => {
    const drawn = new ExactBestResponse({ answers: 'action' });
    expect(() => oracleResponses(sandholm, drawn)).toThrow(/answers "distribution"/);
  });

  it('of a Q-learner are learned anew from draws of the commitment at every query', () => {
    const oracle = new TabularQ({ episodes: 400, epsilon: 0.3 });
    const queries = new BestResponseQueries(oracleResponses(sandholm, oracle, { seed: 4 }));
    expect(share(ask(queries, [0.9, 0.1], 20), 0)).toBeGreaterThan(0.9);
    expect(share(ask(queries, [0.1, 0.9], 20), 1)).toBeGreaterThan(0.9);
  });

  it('act on what the follower observes of the commitment', () => {
    const least = (coverage: Float64Array) => coverage.indexOf(Math.min(...coverage));
    const queries = new BestResponseQueries(oracleResponses(two, new FixedPolicy({ follower_0: least })));
    expect(queries.query([0.7, 0.3])).toBe(1);
    expect(queries.query([0.3, 0.7])).toBe(0);
  });
});
