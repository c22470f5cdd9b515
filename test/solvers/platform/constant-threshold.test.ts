import { describe, expect, it } from '@jest/globals';
import { type BertrandPlatform, makeGame } from '../../../envs/index.js';
import { QSellers } from '../../../oracles/q-sellers.js';
import { evaluateCommitment } from '../../../solvers/index.js';
import { constantThreshold } from '../../../solvers/platform/constant-threshold.js';
import type { Task } from '../../../solvers/solver.js';

const build = (parameters: object = {}) => makeGame('BertrandPlatform-v0', parameters) as BertrandPlatform;
const task: Task = { follower: 'stationary', certify: false, options: {} };

describe('constant-threshold', () => {
  it('is worth the surplus at two lowest prices, which sellers that learn do come to', async () => {
    const game = build({ rule: 'threshold', leaderSees: 'prices', horizon: 20 });
    expect(constantThreshold.fits(game, task)).toBe(true);
    const { value, commitment, status, kind } = await constantThreshold.solve(game, task);
    expect([status, kind]).toEqual(['optimal', 'deterministic']);
    expect(value / 20).toBeCloseTo(1.12607, 5);
    expect(commitment).toEqual(new Array(16).fill(0));
    const oracle = new QSellers({ unchanged: 5000 });
    const graded = await evaluateCommitment(game, commitment, { oracle, episodes: 2, optimum: value });
    expect(graded.gap!).toBeGreaterThan(-1e-9);
    expect(graded.value / 20).toBeGreaterThan(1.11);
  });

  it('no profile of prices with any sellers shown gives buyers more', () => {
    const game = build({ prices: 15, rule: 'binary' });
    const bound = game.surplus(3, 0, 0);
    for (let a = 0; a < 15; a++) {
      for (let b = 0; b < 15; b++) {
        for (let shown = 0; shown < 4; shown++) expect(game.surplus(shown, a, b)).toBeLessThanOrEqual(bound);
      }
    }
  });

  it('weighs steps by the discount, and pays the sellers as well', async () => {
    const game = build({ rule: 'binary', horizon: 3, discount: 0.5 });
    const { value, followerValues, commitment } = await constantThreshold.solve(game, task);
    expect(value).toBeCloseTo(1.75 * game.surplus(3, 0, 0), 12);
    expect(followerValues['follower_1']).toBeCloseTo(1.75 * game.profit(1, 3, 0, 0), 12);
    expect(commitment).toEqual([0]);
  });

  it('fits only where the platform chooses a threshold and the lowest price pays', () => {
    expect(constantThreshold.fits(build({ rule: 'pdp' }), task)).toBe(false);
    expect(constantThreshold.fits(build({ rule: 'threshold', cost: 1.05 }), task)).toBe(false);
    expect(constantThreshold.fits(makeGame('NormalForm-v0'), task)).toBe(false);
  });
});
