import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { type IteratedGame, MemoryOneEvaluator } from '../../../solvers/memory-one/memory-one.js';
import { boundCommitment, certifyCommitment } from '../../../solvers/memory-one/memory-one-certificate.js';
import { AXELROD, CELLS, cells, IPD, integerMatrix, MATCHING_PENNIES, named } from '../games.js';

describe('boundCommitment', () => {
  test.each<[string, IteratedGame, number, number]>([
    ['prisoners_dilemma', named('prisoners_dilemma'), 33.5, 35],
    ['Axelrod', AXELROD, 125 / 3, 130 / 3],
    ['IPD', IPD, -6.5, -5],
    ['matching pennies', MATCHING_PENNIES, 0, 0],
  ])('%s', (_, game, timeAware, stationary) => {
    expect(boundCommitment(game, 'time-aware').upperBound).toBeCloseTo(timeAware, 12);
    expect(boundCommitment(game, 'stationary').upperBound).toBeCloseTo(stationary, 12);
  });

  test('the multipliers of the prisoner dilemma are those of the proof: 2 L + F <= 9, and 6 at the end', () => {
    expect(boundCommitment(named('prisoners_dilemma'), 'time-aware')).toEqual({
      upperBound: 33.5,
      u: 1,
      w: 0.5,
      c: 4.5,
      lastC: 3,
      followerSecurity: 20,
    });
  });

  test('the follower minmax of the twelve games', () => {
    const minmax = {
      stag_hunt: 2,
      assurance: 2.5,
      coordination: 2.5,
      mixedharmony: 3,
      harmony: 3,
      noconflict: 2,
    };
    for (const [name, value] of Object.entries({
      ...minmax,
      deadlock: 3,
      hero: 2.5,
      battle: 2.5,
      chicken: 2,
    })) {
      expect(Object.keys(CELLS)).toContain(name);
      expect(boundCommitment(named(name), 'time-aware').followerSecurity).toBeCloseTo(10 * value, 12);
    }
  });

  test('holds for random games, memories, discounts and leaders: bound on the leader, security of the follower', () => {
    const rng = new Rng('certificate');
    let closest = Number.POSITIVE_INFINITY;
    let leastSurplus = Number.POSITIVE_INFINITY;
    for (let g = 0; g < 600; g++) {
      const game: IteratedGame = {
        leader: integerMatrix(rng, 2, 2, 5),
        follower: integerMatrix(rng, 2, 2, 5),
        horizon: 1 + rng.integer(6),
        discount: [1, 0.8][rng.integer(2)],
        memory: (['none', 'small', 'full'] as const)[g % 3],
      };
      for (const kind of ['time-aware', 'stationary'] as const) {
        const { upperBound, followerSecurity } = boundCommitment(game, kind);
        const evaluator = new MemoryOneEvaluator(game, kind);
        for (let n = 0; n < 40; n++) {
          const action0 = Float64Array.from({ length: evaluator.model.observations }, () =>
            rng.uniform() < 0.5 ? rng.integer(2) : rng.uniform(),
          );
          const { value, followerValue } = evaluator.evaluate(action0);
          closest = Math.min(closest, upperBound - value);
          leastSurplus = Math.min(leastSurplus, followerValue - followerSecurity);
        }
      }
    }
    expect(Math.abs(closest)).toBeLessThan(1e-9);
    expect(Math.abs(leastSurplus)).toBeLessThan(1e-9);
  });

  test('a stationary follower with memory small cannot always secure the mixed minmax', () => {
    const game = { ...cells('00 02/02 01'), horizon: 10, memory: 'small' as const };
    expect(boundCommitment(game, 'stationary').followerSecurity).toBe(10);
    expect(boundCommitment(game, 'time-aware').followerSecurity).toBeCloseTo(40 / 3, 12);
    const leader = [0.28, 1, 0.16];
    expect(new MemoryOneEvaluator(game, 'stationary').evaluate(leader).followerValue).toBeLessThan(12.75);
    expect(new MemoryOneEvaluator(game, 'time-aware').evaluate(leader).followerValue).toBeGreaterThan(40 / 3);
  });
});

describe('certifyCommitment', () => {
  test('is tight at the optimum only', () => {
    expect(certifyCommitment(named('prisoners_dilemma'), 'time-aware', 33.5)).toMatchObject({
      gap: 0,
      tight: true,
    });
    expect(certifyCommitment(named('prisoners_dilemma'), 'time-aware', 29)).toMatchObject({
      gap: 4.5,
      tight: false,
    });
  });
});
