import { describe, expect, test } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { expectOptimal, type LinearProgram, loadLp } from '../../../solvers/linear/linear-program.js';

const INF = Number.POSITIVE_INFINITY;
const WORKSHOP: LinearProgram = {
  sense: 'maximize',
  objective: [30, 50],
  rows: [
    { coefficients: [1, 2], lower: -INF, upper: 40 },
    { coefficients: { indices: [1, 0], values: [1, 2] }, lower: -INF, upper: 50 },
  ],
};

describe('solve', () => {
  test('gives value, point, duals and basis of a linear program', async () => {
    const result = expectOptimal((await loadLp()).solve(WORKSHOP), 'workshop');
    expect(result.value).toBeCloseTo(1100, 9);
    expect(Array.from(result.x)).toEqual([20, 10]);
    expect(Array.from(result.basis?.columns ?? [])).toEqual([1, 1]);
    expect(result.duals[0]).toBeCloseTo(70 / 3, 9);
    expect(result.duals[1]).toBeCloseTo(10 / 3, 9);
  });

  test('duals are derivatives of the value by the active bound, minimising too', async () => {
    const lp = await loadLp();
    const program = (lower: number): LinearProgram => ({
      sense: 'minimize',
      objective: [3, 2],
      rows: [{ coefficients: [1, 1], lower, upper: INF }],
    });
    const { duals, value } = expectOptimal(lp.solve(program(4)), 'covering');
    expect(value).toBeCloseTo(8, 9);
    expect(duals[0]).toBeCloseTo(expectOptimal(lp.solve(program(5)), 'covering').value - value, 9);
  });

  test('solves integer programs to a gap of 1e-9', async () => {
    const knapsack: LinearProgram = {
      sense: 'maximize',
      objective: [10, 13, 7, 4],
      rows: [{ coefficients: [3, 4, 2, 1], lower: -INF, upper: 6 }],
      upper: [1, 1, 1, 1],
      integer: [0, 1, 2, 3],
    };
    const result = expectOptimal((await loadLp()).solve(knapsack), 'knapsack');
    expect(result.value).toBeCloseTo(21, 9);
    expect(result.x.map(Math.abs)).toEqual(Float64Array.of(1, 0, 1, 1));
    expect(result.basis).toBeUndefined();
  });

  test('carries no number unless the optimum is proved', async () => {
    const lp = await loadLp();
    const row = { coefficients: [1], lower: -INF, upper: -1 };
    expect(lp.solve({ sense: 'maximize', objective: [1], rows: [row] })).toEqual({ status: 'infeasible' });
    expect(lp.solve({ sense: 'maximize', objective: [1], rows: [] })).toEqual({ status: 'unbounded' });
    expect(() => expectOptimal({ status: 'infeasible' }, 'pricing')).toThrow(
      'pricing: expected a proved optimum, but the program ended with status infeasible.',
    );
  });

  test('stops at the time limit without a value', async () => {
    const items = Array.from({ length: 60 }, (_, i) => 1000 + ((i * 7919) % 997));
    const subsetSum: LinearProgram = {
      sense: 'maximize',
      objective: items.map((item, i) => item + ((i * 31) % 17) / 100),
      rows: [items, [...items].reverse()].map((coefficients) => ({
        coefficients,
        lower: -INF,
        upper: 20011.5,
      })),
      upper: items.map(() => 1),
      integer: items.map((_, i) => i),
      timeLimit: 0.01,
    };
    expect((await loadLp()).solve(subsetSum)).toEqual({ status: 'timeLimit' });
  });

  test.each<[string, Partial<LinearProgram>, string]>([
    ['no variable', { objective: [] }, 'objective: expected at least one variable, got none.'],
    [
      'NaN',
      { objective: [Number.NaN, 1] },
      'objective[0]: expected a number below 1e15 in magnitude, got NaN.',
    ],
    [
      'huge',
      { objective: [1, 1e15] },
      'objective[1]: expected a number below 1e15 in magnitude, got 1000000000000000.',
    ],
    [
      'short row',
      { rows: [{ coefficients: [1], lower: 0, upper: 1 }] },
      'rows[0].coefficients: expected 2 numbers, got 1.',
    ],
    [
      'stray index',
      { rows: [{ coefficients: { indices: [2], values: [1] }, lower: 0, upper: 1 }] },
      'rows[0].coefficients: expected an index from 0 to 1, got 2.',
    ],
    [
      'crossed row',
      { rows: [{ coefficients: [1, 1], lower: 2, upper: 1 }] },
      'rows[0]: expected lower <= upper, got 2 and 1.',
    ],
    [
      'crossed variable',
      { lower: [0, 3], upper: [1, 2] },
      'variable 1: expected lower <= upper, got 3 and 2.',
    ],
    ['bounds length', { lower: [0] }, 'lower: expected 2 bounds, got 1.'],
    ['integer index', { integer: [0.5] }, 'integer: expected an index from 0 to 1, got 0.5.'],
    ['time limit', { timeLimit: 0 }, 'timeLimit: expected a positive number of seconds, got 0.'],
    ['sense', { sense: 'max' as never }, 'sense: expected "maximize" or "minimize", got "max".'],
  ])('refuses %s', async (_, change, message) => {
    const lp = await loadLp();
    expect(() => lp.solve({ ...WORKSHOP, ...change })).toThrow(new InvalidArgument(message));
  });
});

describe('withSession', () => {
  test('solves again after changes of objective and row bounds', async () => {
    const lp = await loadLp();
    const [first, second, third, status] = lp.withSession(WORKSHOP, (session) => {
      const first = expectOptimal(session.solve(), 'first').value;
      session.setObjective([1, 0]);
      const second = expectOptimal(session.solve(), 'second').value;
      session.setRowBounds(1, -INF, 10);
      const third = expectOptimal(session.solve(), 'third').value;
      session.setRowBounds(1, -INF, -1);
      return [first, second, third, session.solve().status];
    });
    expect([first, second, third].map((value) => Number(value).toFixed(9))).toEqual([
      '1100.000000000',
      '25.000000000',
      '5.000000000',
    ]);
    expect(status).toBe('infeasible');
  });

  test('refuses a row that is not there', async () => {
    const lp = await loadLp();
    expect(() => lp.withSession(WORKSHOP, (session) => session.setRowBounds(2, 0, 1))).toThrow(
      'row: expected an index from 0 to 1, got 2.',
    );
  });

  test('frees its model: thousands of solves fit', async () => {
    const lp = await loadLp();
    for (let i = 0; i < 3000; i++) expectOptimal(lp.solve(WORKSHOP), 'workshop');
  });
});
