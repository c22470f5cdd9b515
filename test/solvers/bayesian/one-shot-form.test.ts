import { describe, expect, test } from '@jest/globals';
import { bayesianGames } from '../../../envs/bayesian/classics.js';
import { createGame, gameDefinitions, makeGame } from '../../../envs/index.js';
import { Rng } from '../../../gymnasium/rng.js';
import { dobss } from '../../../solvers/bayesian/dobss.js';
import { harsanyi } from '../../../solvers/bayesian/harsanyi.js';
import { oneShotForm } from '../../../solvers/bayesian/one-shot-form.js';
import { unitForm } from '../../../solvers/bayesian/unit-form.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { ContinuousGame, randomRules, TableGame, type TableRules } from '../../envs/testing-games.js';
import { gameOfTypes, task } from './games.js';

/** Three places, of which the follower cannot tell the last two apart; the leader sees nothing. */
const blind = (more: Partial<TableRules> = {}) =>
  randomRules(new Rng('blind'), {
    states: 3,
    actions: [2, 3],
    initial: [0.5, 0.25, 0.25],
    rewards: (s, a, b) => [s + 10 * a + 100 * b, s * s - a + b],
    leaderSees: [0, 0, 0],
    followerSees: [0, 1, 1],
    horizon: 1,
    ...more,
  });
const rows = (matrix: readonly ArrayLike<number>[]) => matrix.map((row) => Array.from(row));

describe('oneShotForm', () => {
  test.each<[string, Partial<TableRules>]>([
    ['leader first', {}],
    ['follower first', { followerFirst: true }],
    ['spaces that start at 4', { start: 4 }],
    ['observations that are not Discrete', { pairs: true }],
  ])('takes the expected payoffs by what the follower sees: %s', (_, more) => {
    const form = oneShotForm(new TableGame(blind(more)))!;
    expect(form).toMatchObject({ follower: 'follower_0', rows: 2 });
    expect(form.types.map(({ observation, probability }) => [observation, probability])).toEqual([
      [0, 0.5],
      [1, 0.5],
    ]);
    const cell = (f: (a: number, b: number) => number) => [0, 1].map((a) => [0, 1, 2].map((b) => f(a, b)));
    expect(rows(form.types[0].leader)).toEqual(cell((a, b) => 10 * a + 100 * b));
    expect(rows(form.types[0].follower)).toEqual(cell((a, b) => -a + b));
    expect(rows(form.types[1].leader)).toEqual(cell((a, b) => 1.5 + 10 * a + 100 * b));
    expect(rows(form.types[1].follower)).toEqual(cell((a, b) => 2.5 - a + b));
  });

  test('reads the parameters of the matrix games, and finds the same from their rules', () => {
    const types = bayesianGames['third_party'];
    const form = oneShotForm(gameOfTypes(types))!;
    expect(form).toEqual({
      follower: 'follower_0',
      rows: 4,
      types: types.map((type, observation) => ({ ...type, observation })),
    });
    const short = bayesianGames['two_by_two'];
    const table = new TableGame({
      ...blind(),
      states: 2,
      actions: [2, 2],
      initial: [0.5, 0.5],
      next: () => [1, 0],
      rewards: (s, a, b) => [short[s].leader[a][b], short[s].follower[a][b]],
      leaderSees: [0, 0],
      followerSees: [0, 1],
    });
    const found = oneShotForm(table)!.types.map((t) => ({
      ...t,
      leader: rows(t.leader),
      follower: rows(t.follower),
    }));
    expect(found).toEqual(oneShotForm(gameOfTypes(short))!.types);
    expect(oneShotForm(table)).toBe(oneShotForm(table));
    expect(oneShotForm(makeGame('NormalForm-v0'))!.types).toHaveLength(1);
  });

  test.each<[string, any]>([
    ['two steps', new TableGame(blind({ horizon: 2 }))],
    ['a leader that sees something', new TableGame(blind({ leaderSees: [0, 1, 0] }))],
    ['a follower that sees the move', new TableGame(blind({ leaderFirst: true }))],
    ['the same in a bimatrix game', makeGame('NormalForm-v0', { observeAction: true })],
    ['actions that are not Discrete', new ContinuousGame()],
    ['a repeated game', makeGame('IteratedMatrixGame-v0')],
    ['too many joint actions', new TableGame(blind({ actions: [400, 400] }))],
    ['too many cells', new TableGame(blind({ actions: [200, 200] }))],
    [
      'continuous draws',
      new (class extends TableGame {
        override step(...args: Parameters<TableGame['step']>) {
          super.step(...args);
          args[3].rewards[0][0] += this.rng(0).normal();
        }
      })(blind()),
    ],
  ])('is null for %s', (_, game) => {
    expect(oneShotForm(game)).toBeNull();
    expect(dobss.fits(game, task())).toBe(false);
  });

  test('both solvers look at every game without an error', () => {
    const fitting: string[] = [];
    for (const definition of gameDefinitions().values()) {
      for (const parameters of [{}, ...Object.values(definition.presets)]) {
        const game = createGame(definition, parameters);
        expect(harsanyi.fits(game, task())).toBe(dobss.fits(game, task()));
        if (harsanyi.fits(game, task())) fitting.push(definition.id);
      }
    }
    expect(fitting).toEqual(expect.arrayContaining(['NormalForm-v0', 'BayesianNormalForm-v0']));
    expect(fitting).not.toContain('IteratedMatrixGame-v0');
  });

  test('only mixed commitments against a plain best response fit', () => {
    const game = gameOfTypes(bayesianGames['two_by_two']);
    for (const solver of [dobss, harsanyi]) {
      expect(solver.fits(game, task())).toBe(true);
      expect(solver.fits(game, task({ commitment: 'stochastic', follower: 'time-aware' }))).toBe(true);
      expect(solver.fits(game, task({ commitment: 'deterministic' }))).toBe(false);
      expect(solver.fits(game, task({ follower: { kind: 'quantal', rationality: 1 } }))).toBe(false);
    }
  });

  test('a game that is Bayesian only through its rules is solved, whatever its spaces', async () => {
    for (const more of [{}, { followerFirst: true }, { start: 4 }, { pairs: true }]) {
      const rng = new Rng('rules');
      for (let g = 0; g < 10; g++) {
        const shape = {
          states: 3,
          actions: [3, 3],
          leaderSees: [0, 0, 0],
          followerSees: [0, 1, 1],
          horizon: 1,
        } as const;
        const game = new TableGame(randomRules(rng, { ...shape, ...more }));
        const [one, other] = [await harsanyi.solve(game, task()), await dobss.solve(game, task())];
        expect(Math.abs(one.value - other.value)).toBeLessThan(1e-9);
        for (const { value, followerValues, commitment } of [one, other]) {
          const measured = await evaluateCommitment(game, commitment, { optimum: null });
          expect(Math.abs(measured.value - value)).toBeLessThan(1e-9);
          expect(Math.abs(measured.followerValues['follower_0'] - followerValues['follower_0'])).toBeLessThan(
            1e-9,
          );
        }
      }
    }
  });
});

describe('unitForm', () => {
  test('drops impossible types, dominated columns and columns twice over, and no others', () => {
    const form = oneShotForm(
      gameOfTypes([
        {
          probability: 0,
          leader: [
            [1, 2],
            [3, 4],
          ],
          follower: [
            [0, 0],
            [0, 0],
          ],
        },
        {
          probability: 1,
          leader: [
            [1, 2, 2, 9, 0, 5],
            [2, 1, 1, 9, 2, 1],
          ],
          follower: [
            [3, 3, 3, 1, 3, 0],
            [0, 0, 0, -1, 0, 4],
          ],
        },
      ]),
    )!;
    const { rows: count, types } = unitForm(form);
    expect(count).toBe(2);
    expect(types.map(({ index, columns }) => [index, columns])).toEqual([[1, [0, 1, 5]]]);
    expect(types[0].follower.map((column) => Array.from(column))).toEqual([
      [3 / 4, 0],
      [3 / 4, 0],
      [0, 1],
    ]);
    expect(types[0].leader.map((column) => Array.from(column))).toEqual([
      [0, 1 / 4],
      [1 / 4, 0],
      [1, 0],
    ]);
  });
});
