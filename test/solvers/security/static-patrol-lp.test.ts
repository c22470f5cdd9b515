import { describe, expect, it } from '@jest/globals';
import { makeGame, modelOf, type StaticPatrol } from '../../../envs/index.js';
import { bestResponse } from '../../../solvers/best-response.js';
import {
  staticPatrolLp,
  type WalkMixture,
  walkBehaviour,
  walkPayoffs,
} from '../../../solvers/security/static-patrol-lp.js';

const game = (parameters: object = {}) => makeGame('StaticPatrol-v0', parameters) as StaticPatrol;
const task = { follower: 'stationary', certify: false, options: {} } as const;

/** By the model view, which knows the rules alone. */
function worth(rules: StaticPatrol, commitment: readonly (readonly number[])[]): number {
  const values = (['stationary', 'time-aware'] as const).map(
    (memory) => bestResponse(modelOf(rules), commitment, { memory, ties: 'leader' }).leaderValue,
  );
  expect(values[1]).toBeCloseTo(values[0], 9);
  return values[0];
}

const uniform = (walks: readonly (readonly number[])[]): WalkMixture =>
  walks.map((walk) => ({ walk, probability: 1 / walks.length }));

describe('static-patrol-lp', () => {
  it('finds the known value, and its commitment earns it against the exact best response', async () => {
    const rules = game();
    const { value, commitment, certificate, details, status } = await staticPatrolLp.solve(rules, task);
    expect(Math.abs(value - 0.062444)).toBeLessThan(1e-5);
    expect(worth(rules, commitment as number[][])).toBeCloseTo(value, 9);
    expect(certificate!['gap']).toBeLessThan(1e-9);
    expect([status, details!['walks']]).toEqual(['optimal', 313]);
  });

  it('agrees with the known values of two other commitments', () => {
    const rules = game();
    expect(worth(rules, walkBehaviour(rules, uniform(rules.allWalks())))).toBeCloseTo(-0.876054, 5);
    const staying = walkBehaviour(rules, [{ walk: [4, 4, 4, 4], probability: 1 }]);
    expect(worth(rules, staying)).toBeCloseTo(-1.1808, 9);
  });

  it.each([
    { start: 0, horizon: 3 },
    {
      density: [
        [0.2, 0.5, 0.8],
        [0.4, 0.7, 1],
      ],
      horizon: 5,
    },
  ])(
    'is above every mixture of two walks, and certified by the poacher mixture, for %p',
    async (parameters) => {
      const rules = game(parameters);
      const { value, commitment, certificate } = await staticPatrolLp.solve(rules, task);
      expect(worth(rules, commitment as number[][])).toBeCloseTo(value, 9);
      const payoffs = walkPayoffs(rules, rules.allWalks());
      const poacher = certificate!['poacher'] as number[];
      for (const row of payoffs) {
        expect(row.reduce((sum, payoff, cell) => sum + payoff * poacher[cell], 0)).toBeLessThan(value + 1e-9);
      }
      payoffs.slice(0, 20).forEach((one, i) => {
        const other = payoffs[(7 * i + 3) % payoffs.length];
        const worst = Math.min(...one.map((payoff, cell) => (payoff + other[cell]) / 2));
        expect(worst).toBeLessThan(value + 1e-9);
      });
    },
  );

  it('fits static patrols and mixed commitments only', () => {
    expect(staticPatrolLp.fits(game(), task)).toBe(true);
    expect(staticPatrolLp.fits(game(), { ...task, commitment: 'deterministic' })).toBe(false);
    expect(staticPatrolLp.fits(makeGame('GreenSecurity-v0'), task)).toBe(false);
    expect(staticPatrolLp.fits(game(), { ...task, follower: { kind: 'quantal', rationality: 1 } })).toBe(
      false,
    );
  });

  it('refuses games that are too large and walks that are none', async () => {
    const asked = async () => staticPatrolLp.solve(game({ horizon: 9 }), task);
    await expect(asked()).rejects.toThrow('at most 100000 walks');
    for (const walk of [
      [4, 4, 4],
      [0, 0, 0, 0],
      [4, 4, 4, 4, 4],
    ]) {
      expect(() => walkBehaviour(game(), [{ walk, probability: 1 }])).toThrow('walk: expected 4 cells');
    }
  });
});
