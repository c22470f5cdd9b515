import { describe, expect, it } from '@jest/globals';
import { TabularSoftmax } from '../../agents/policy.js';
import { uncertified } from '../../envs/core/stackelberg.js';
import { makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { make } from '../../gymnasium/make.js';
import { Rng } from '../../gymnasium/rng.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { ExactBestResponse, FixedPolicy, TabularQ } from '../../oracles/index.js';
import { type Commitment, evaluateCommitment, solve } from '../../solvers/index.js';
import { CountingGame, randomRules, TableGame } from '../envs/testing-games.js';

const prisoners = (parameters: object = {}) => makeGame('IteratedMatrixGame-v0', parameters);
const conitzer = makeGame('NormalForm-v0');
const titForTat = [1, 0, 0, 1, 1];
const rows = (actions: readonly number[]) => actions.map((a) => (a === 0 ? [1, 0] : [0, 1]));

describe('the prisoners dilemma', () => {
  const logits = Float64Array.from(rows(titForTat).flat(), (p) => (p - 0.5) * 4);
  const learned = new TabularSoftmax(new Discrete(5), new Discrete(2), logits);
  const forms: [string, Commitment][] = [
    ['actions', titForTat],
    ['a typed array of actions', Int32Array.from(titForTat)],
    ['distributions', rows(titForTat)],
    ['typed arrays of distributions', rows(titForTat).map((row) => Float64Array.from(row))],
    ['a policy with probabilities', { probabilities: (o: number) => rows(titForTat)[o] }],
    ['a policy that acts', { act: (o: number) => titForTat[o] }],
    ['a learned policy', learned],
  ];

  it.each(forms)('values suspicious tit-for-tat given as %s at 31', async (_, commitment) => {
    expect(await evaluateCommitment(prisoners(), commitment)).toEqual({
      value: 31,
      followerValues: { follower_0: 28 },
      optimum: 31,
      gap: 0,
      response: 'stationary',
      equilibrium: { notion: 'best response', gap: 0 },
      ties: 'leader',
      standardError: 0,
    });
  });

  it('values it at 29 against a follower that counts the steps', async () => {
    const found = await evaluateCommitment(prisoners(), titForTat, { follower: 'time-aware' });
    expect(found).toMatchObject({ value: 29, optimum: 29, gap: 0, response: 'time-aware' });
  });

  it('gives the gap of one that is not optimal, on the scale of the rewards', async () => {
    const game = prisoners({ rewardOffset: -2.5 });
    expect(await evaluateCommitment(game, [0, 0, 0, 1, 1])).toMatchObject({ value: 5, optimum: 6, gap: 1 });
  });

  it('breaks ties as asked', async () => {
    const value = async (ties: any) =>
      (await evaluateCommitment(prisoners(), [0, 0, 0, 1, 0], { follower: 'time-aware', ties })).value;
    expect([await value('leader'), await value('against')]).toEqual([28, 16]);
  });

  it('takes a learned policy at its likeliest actions, or at its probabilities if asked', async () => {
    const known = { optimum: null };
    const soft = await evaluateCommitment(prisoners(), learned, { greedy: false, ...known });
    const probabilities = [0, 1, 2, 3, 4].map((o) => learned.probabilities!(o));
    const table = await evaluateCommitment(prisoners(), probabilities, known);
    expect(soft.value).toBe(table.value);
    expect(soft.value).not.toBeCloseTo(31, 3);
    expect((await evaluateCommitment(prisoners(), learned, known)).value).toBe(31);
  });

  it('takes a policy that only acts at its likeliest actions even if asked for its probabilities', async () => {
    const policy = { act: (o: number) => titForTat[o] };
    expect((await evaluateCommitment(prisoners(), policy, { greedy: false })).value).toBe(31);
  });

  it('takes an optimum for granted, or leaves it out', async () => {
    expect(await evaluateCommitment(prisoners(), titForTat, { optimum: 35 })).toMatchObject({
      optimum: 35,
      gap: 4,
    });
    expect(await evaluateCommitment(prisoners(), titForTat, { optimum: null })).toMatchObject({
      optimum: null,
      gap: null,
    });
  });

  it('compares a stochastic commitment with the stochastic optimum, unless told otherwise', async () => {
    const commitment = [[0.5, 0.5], ...rows([0, 0, 1, 1])];
    const { optimum, gap, value } = await evaluateCommitment(prisoners(), commitment);
    expect(Math.abs(optimum! - 35)).toBeLessThan(1e-3);
    expect(gap).toBe(optimum! - value);
    const told = await evaluateCommitment(prisoners(), commitment, { commitment: 'deterministic' });
    expect(told.optimum).toBe(31);
  }, 20_000);
});

describe('one observation', () => {
  it.each<[string, Commitment, number]>([
    ['a mixture', [0.5, 0.5], 3.5],
    ['a typed mixture', Float64Array.of(0.5, 0.5), 3.5],
    ['a list of one mixture', [[0.5, 0.5]], 3.5],
    ['a list of one action', [1], 3],
    ['a pure mixture', [0, 1], 3],
    ['the other', [1, 0], 2],
  ])('takes %s', async (_, commitment, value) => {
    const found = await evaluateCommitment(conitzer, commitment);
    expect(found.value).toBeCloseTo(value, 9);
    expect(found.gap).toBeCloseTo(3.5 - value, 9);
  });

  it.each<[string, Commitment]>([
    ['its action', [0]],
    ['its distribution', [1]],
  ])('takes an only action as %s', async (_, commitment) => {
    const game = makeGame('NormalForm-v0', { leader: [[1, 2]], follower: [[0, 3]] });
    expect(await evaluateCommitment(game, commitment)).toMatchObject({ value: 2, gap: 0 });
  });
});

it('takes what solve returns, in every game', async () => {
  for (const game of [
    ...['paruchuri', 'rock_paper_scissors'].map((name) => makeGame('NormalForm-v0', { name })),
    makeGame('NormalForm-v0', { leader: [[1, 2]], follower: [[0, 3]] }),
    makeGame('NormalForm-v0', { observeAction: true }),
    prisoners({ game: 'chicken' }),
    prisoners({ memory: 'none' }),
    new TableGame(randomRules(new Rng(0), { start: 3 })),
  ]) {
    const { value, commitment } = await solve(game);
    const found = await evaluateCommitment(game, commitment as Commitment);
    expect(found.value).toBeCloseTo(value, 9);
    expect(found.gap).toBeCloseTo(0, 9);
  }
});

it('takes an environment, and says null where no solver knows the optimum', async () => {
  expect((await evaluateCommitment(make('NormalForm-v0'), [0.5, 0.5])).value).toBeCloseTo(3.5, 9);
  const game = new TableGame(randomRules(new Rng(0)));
  const found = await evaluateCommitment(game, [
    [0.5, 0.5],
    [1, 0],
  ]);
  expect([found.optimum, found.gap]).toEqual([null, null]);
});

describe('sampled from an oracle', () => {
  it('is the exact value within 4 standard errors', async () => {
    const commitment = [
      [0.5, 0.5],
      [0.75, 0.25],
      [0.25, 0.75],
      [0, 1],
      [0.5, 0.5],
    ];
    const game = prisoners({ horizon: 5, discount: 0.9 });
    const exact = await evaluateCommitment(game, commitment, { optimum: null });
    const oracle = new ExactBestResponse();
    const sampled = await evaluateCommitment(game, commitment, { oracle, episodes: 2000, optimum: null });
    expect(sampled.standardError).toBeGreaterThan(0);
    expect(Math.abs(sampled.value - exact.value)).toBeLessThan(4 * sampled.standardError);
    expect(sampled.followerValues.follower_0).toBeCloseTo(exact.followerValues.follower_0, 0);
    expect([sampled.response, sampled.ties]).toEqual(['exact-best-response', null]);
  });

  it('shrinks its standard error with the episodes, and repeats itself by seed', async () => {
    const oracle = new FixedPolicy({ follower_0: (_: number, rng: Rng) => rng.integer(2) });
    const run = (episodes: number, seed = 0) =>
      evaluateCommitment(prisoners(), titForTat, { oracle, episodes, seed, optimum: null });
    const [few, many, again, other] = [await run(50), await run(800), await run(50), await run(50, 1)];
    expect(many.standardError).toBeLessThan(few.standardError / 2);
    expect(again).toEqual(few);
    expect(other.value).not.toBe(few.value);
  });

  it('is exact where nothing is random', async () => {
    const found = await evaluateCommitment(prisoners(), titForTat, {
      oracle: new ExactBestResponse(),
      episodes: 3,
    });
    expect(found).toMatchObject({ value: 31, followerValues: { follower_0: 28 }, gap: 0, standardError: 0 });
  });

  it('weighs rewards by the discount of the game', async () => {
    const oracle = new FixedPolicy({ follower_0: () => 0 });
    const game = prisoners({ horizon: 3, discount: 0.5 });
    const found = await evaluateCommitment(game, [0, 0, 0, 0, 0], { oracle, episodes: 1 });
    expect(found.value).toBe(3 + 1.5 + 0.75);
  });

  it('needs no model view', async () => {
    const rules = randomRules(new Rng(0), { states: 2 });
    class Continuous extends TableGame {
      override resetLane(...[lane, out]: Parameters<TableGame['resetLane']>): void {
        this.rng(lane).uniform();
        super.resetLane(lane, out);
      }
    }
    const oracle = new TabularQ({ episodes: 5 });
    const found = await evaluateCommitment(new Continuous(rules), [0, 0], {
      oracle,
      episodes: 5,
      optimum: null,
    });
    expect(found.response).toBe('tabular-q');
    await expect(evaluateCommitment(new Continuous(rules), [0, 0])).rejects.toThrow(/continuum/);
  });

  it('starts followers afresh for every response', async () => {
    const memory: number[] = [];
    const oracle = {
      name: 'counting',
      start: () => ({
        reset: () => memory.push(-1),
        *respond(): Generator<any, any, any> {
          memory.push(yield { observation: 0, answer: 'action' });
          return uncertified({ follower_0: { reset: () => memory.push(-2), act: () => 0 } });
        },
      }),
    };
    await evaluateCommitment(new CountingGame(2), new Array(100).fill(1), {
      oracle,
      episodes: 2,
      optimum: null,
    });
    expect(memory).toEqual([-1, 1, -2, -1, 1, -2]);
  });
});

describe('errors', () => {
  it.each<[string, any, RegExp]>([
    ['too few entries', [0, 1], /^commitment: expected an entry for each of 5 observations, got 2\./],
    ['an action outside', [0, 0, 2, 0, 0], /^commitment\[2\]: expected an action in Discrete\(2\), got 2\./],
    [
      'a row that does not sum to 1',
      [
        [1, 0],
        [0.5, 0.4],
        [1, 0],
        [1, 0],
        [1, 0],
      ],
      /^commitment\[1\]: expected 2 probabilities that sum to 1, got \[0.5, 0.4\]/,
    ],
    [
      'a negative probability',
      [
        [1.5, -0.5],
        [1, 0],
        [1, 0],
        [1, 0],
        [1, 0],
      ],
      /^commitment\[0\]: expected 2 probabilities/,
    ],
    ['a row of another length', [[1], [1], [1], [1], [1]], /^commitment\[0\]: expected 2 probabilities/],
    [
      'not a number',
      [
        [Number.NaN, 1],
        [1, 0],
        [1, 0],
        [1, 0],
        [1, 0],
      ],
      /^commitment\[0\]: expected 2 probabilities/,
    ],
    ['nothing', [null, 0, 0, 0, 0], /^commitment\[0\]: expected 2 probabilities that sum to 1, got null/],
    [
      'a policy that acts outside',
      { act: () => 7 },
      /^commitment at observation 0: expected an action in Discrete\(2\), got 7/,
    ],
    [
      'a policy with wrong rows',
      { probabilities: () => [1] },
      /^commitment at observation 0: expected 2 probabilities/,
    ],
    ['an object', {}, /^commitment: expected an array or a policy, got \{\}/],
    ['text', 'CCCCC', /^commitment: expected an array or a policy, got "CCCCC"/],
    ['nothing', null, /^commitment: expected an array or a policy, got null/],
  ])('name %s', async (_, commitment, message) => {
    const error = await evaluateCommitment(prisoners(), commitment).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).toMatch(message);
  });

  it.each<[object, string]>([
    [
      { follower: 'greedy' },
      'evaluateCommitment: follower: expected one of time-aware, stationary, myopic, quantal, subjective-quantal, got "greedy".',
    ],
    [{ ties: 'mine' }, 'evaluateCommitment: ties: expected one of leader, against, lowest, got "mine".'],
    [
      { commitment: 'pure' },
      'evaluateCommitment: commitment: expected one of deterministic, stochastic, mixed, got "pure".',
    ],
    [{ oracle: new ExactBestResponse(), episodes: 0 }, 'episodes: expected a positive integer, got 0.'],
    [{ oracle: new ExactBestResponse(), episodes: 1.5 }, 'episodes: expected a positive integer, got 1.5.'],
  ])('name a bad option: %p', async (options, message) => {
    await expect(evaluateCommitment(prisoners(), titForTat, options)).rejects.toThrow(message);
  });
});
