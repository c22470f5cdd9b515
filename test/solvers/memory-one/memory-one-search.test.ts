import { describe, expect, test } from '@jest/globals';
import { type IteratedGame, MemoryOneEvaluator } from '../../../solvers/memory-one/memory-one.js';
import { solveStochastic } from '../../../solvers/memory-one/memory-one-search.js';
import { AXELROD, BATTLE_OF_SEXES, CELLS, CHICKEN_0, IPD, MATCHING_PENNIES, named } from '../games.js';

describe('solveStochastic', () => {
  test.each<[string, IteratedGame, number, number]>([
    ['prisoners_dilemma', named('prisoners_dilemma'), 33.5, 35],
    ['IPD', IPD, -6.5, -5],
    ['matching pennies', MATCHING_PENNIES, 0, 0],
    ['battle of the sexes', BATTLE_OF_SEXES, 20, 20],
    ['chicken with 0, 1, 2', CHICKEN_0, 10, 10],
  ])('%s: time-aware and stationary, certified', (_, game, timeAware, stationary) => {
    for (const [kind, known] of [
      ['time-aware', timeAware],
      ['stationary', stationary],
    ] as const) {
      const solution = solveStochastic(game, kind);
      expect(Math.abs(solution.value - known)).toBeLessThan(1e-6);
      expect(solution.certificate).toMatchObject({ tight: true });
      expect(Math.abs(solution.certificate.gap)).toBeLessThan(1e-6);
      expect(Math.abs(solution.weakValue - known)).toBeLessThan(1e-6);
    }
  });

  test.each(Object.keys(CELLS).filter((name) => name !== 'prisoners_dilemma'))(
    '%s needs no mixing',
    (name) => {
      for (const kind of ['time-aware', 'stationary'] as const) {
        const { value, certificate } = solveStochastic(named(name), kind);
        expect(value).toBe(name === 'deadlock' || name === 'prisoners_delight' ? 30 : 40);
        expect(certificate).toMatchObject({ gap: 0, tight: true });
      }
    },
  );

  test('Axelrod: the extortion line 0, 1/2, 1/4, 0, 0, whose certificate stays open', () => {
    const { value, certificate, commitment } = solveStochastic(AXELROD, 'time-aware', { restarts: 4 });
    expect(value).toBeCloseTo(40 + (5 / 9) * (1 - 4 ** -9), 6);
    expect(Array.from(commitment)).toEqual([0, 0.5, 0.25, 0, 0]);
    expect(certificate.tight).toBe(false);
    expect(solveStochastic(AXELROD, 'stationary').value).toBeCloseTo(130 / 3, 4);
  });

  test('values are those of the commitments returned, and the same seed gives the same ones', () => {
    const solution = solveStochastic(named('prisoners_dilemma'), 'stationary', { seed: 7 });
    const evaluator = new MemoryOneEvaluator(named('prisoners_dilemma'), 'stationary');
    expect(evaluator.evaluate(solution.commitment).value).toBe(solution.value);
    expect(evaluator.evaluate(solution.weakCommitment, 'against').value).toBe(solution.weakValue);
    expect(solveStochastic(named('prisoners_dilemma'), 'stationary', { seed: 7 })).toEqual(solution);
  });

  test('discounting and less memory', () => {
    const game = named('prisoners_dilemma');
    expect(solveStochastic({ ...game, discount: 1 }, 'stationary')).toEqual(
      solveStochastic(game, 'stationary'),
    );
    const long = solveStochastic({ ...game, discount: 0.9, horizon: 200 }, 'stationary', { restarts: 1 });
    expect(long.value * 0.1).toBeCloseTo(3.5, 3);
    expect(solveStochastic({ ...game, memory: 'none' }, 'time-aware', { restarts: 1 }).value).toBe(20);
  });

  test('refuses bad options', () => {
    expect(() => solveStochastic(named('chicken'), 'stationary', { population: 3 })).toThrow(
      'population: expected an integer of at least 4, got 3.',
    );
    expect(() => solveStochastic(named('chicken'), 'stationary', { restarts: -1 })).toThrow('restarts');
  });
});
