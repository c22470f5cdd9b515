import { expect, it } from '@jest/globals';
import { chainExact, chainResponse } from '../../../solvers/hierarchical/chain-exact.js';
import { actionsOf, expectClose, hierarchy, solveBy, task } from './games.js';

it('finds the equilibrium (35, 28, 14) / 29 of cost 9/29', async () => {
  const answer = await solveBy(chainExact, { setting: 'chain' });
  expectClose(actionsOf(answer), [35 / 29, 28 / 29, 14 / 29], 1e-12);
  expectClose(actionsOf(answer), [1.206897, 0.965517, 0.482759], 1e-6);
  expect(answer.value).toBeCloseTo(-9 / 29, 12);
  expect(Math.abs(answer.value + 0.310345)).toBeLessThan(1e-6);
  expect(answer).toMatchObject({ kind: 'deterministic', status: 'optimal', tieBreaking: null });
});

it('responds as no player of a fine grid can better, level by level', () => {
  const { costs } = hierarchy({ setting: 'chain' });
  const cost = (player: number, x: number, y: number, z = y / 2) => costs.cost(player, [x, y, z], 0);
  for (const root of [-10, -1.3, 0, 0.7, 10]) {
    const [x, y, z] = chainResponse(root);
    expect(x).toBe(root);
    for (let step = -100; step <= 100; step++) {
      expect(cost(2, x, y, z)).toBeLessThanOrEqual(cost(2, x, y, z + step / 50));
      expect(cost(1, x, y)).toBeLessThanOrEqual(cost(1, x, y + step / 50) + 1e-12);
    }
  }
});

it('is a root action than which none of a fine grid is better', async () => {
  const { costs } = hierarchy({ setting: 'chain' });
  const { value } = await solveBy(chainExact, { setting: 'chain' });
  for (let x = -10; x <= 10; x += 0.01)
    expect(-costs.cost(0, chainResponse(x), 0)).toBeLessThan(value + 1e-12);
});

it('fits chains alone', () => {
  expect(chainExact.fits(hierarchy({ setting: 'chain' }), task())).toBe(true);
  expect(chainExact.fits(hierarchy({ setting: 'security' }), task())).toBe(false);
});
