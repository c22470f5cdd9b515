import { describe, expect, it } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { descend } from '../../../solvers/hierarchical/differential-backward-induction.js';
import {
  hierarchicalBestResponse,
  hierarchicalRegret,
} from '../../../solvers/hierarchical/grid-best-response.js';
import { actionsOf, hierarchy, solveBy } from './games.js';

describe('hierarchical-best-response', () => {
  it('is backward induction by enumeration in a chain', async () => {
    const { costs } = hierarchy({ setting: 'chain' });
    const grid = Array.from({ length: 41 }, (_, i) => -10 + i / 2);
    const cost = (player: number, joint: number[]) => costs.cost(player, joint, 0);
    const best = (player: number, joints: number[][]) =>
      joints.reduce((a, b) => (cost(player, b) < cost(player, a) - 1e-12 ? b : a));
    const leaf = (x: number, y: number) =>
      best(
        2,
        grid.map((z) => [x, y, z]),
      );
    const middle = (x: number) =>
      best(
        1,
        grid.map((y) => leaf(x, y)),
      );
    const expected = best(0, grid.map(middle));
    const answer = await solveBy(hierarchicalBestResponse, { setting: 'chain' }, { discretisation: 0.5 });
    expect(actionsOf(answer)).toEqual(expected);
    expect(answer.value).toBe(-cost(0, expected));
    expect(answer).toMatchObject({ status: 'heuristic', details: { discretisation: 0.5, rounds: 3 } });
  });

  it.each([
    [{ setting: 'security', k: 0.1 }, 0.35],
    [{ setting: 'security', k: 0.5 }, 0.4],
  ])('puts the leaves of %p beside the fixed point of dbi', async (parameters, leaf) => {
    const answer = await solveBy(hierarchicalBestResponse, parameters);
    for (const action of actionsOf(answer).slice(4)) expect(action).toBeCloseTo(leaf, 9);
    expect(answer.value).toBeGreaterThan(4.38);
    expect(answer.value).toBeLessThan(4.38216);
  });

  it('leaves nothing to gain on its grid where its rounds settle', async () => {
    const answer = await solveBy(hierarchicalBestResponse, {}, { discretisation: 0.1 });
    const { regret, gains } = hierarchicalRegret(hierarchy(), actionsOf(answer), { discretisation: 0.1 });
    expect(regret).toBe(0);
    expect(gains).toEqual(Array(37).fill(0));
    expect(answer.commitment).toEqual([0]);
  });
});

describe('hierarchicalRegret', () => {
  it('is what a leaf gains that does not play its best', () => {
    const { regret, player, gains } = hierarchicalRegret(hierarchy({ setting: 'chain' }), [1, 1, 1.5], {
      discretisation: 0.5,
    });
    expect(gains[2]).toBeCloseTo(2.5 - 0.5, 12);
    expect(regret).toBe(Math.max(...gains));
    expect(gains[player]).toBe(regret);
  });

  it('shows that dbi is near equilibrium in security but not in public goods', () => {
    const regretOf = (parameters: object) => {
      const game = hierarchy(parameters);
      return hierarchicalRegret(game, descend(game).actions);
    };
    expect(regretOf({ setting: 'security', k: 0.1 }).regret).toBeLessThan(1e-3);
    const { regret, player } = regretOf({});
    expect(player).toBe(1);
    expect(regret).toBeGreaterThan(0.1);
  });

  it('leaves the actions as they are', () => {
    const actions = Float64Array.of(1, 2, 3);
    hierarchicalRegret(hierarchy({ setting: 'chain' }), actions, { discretisation: 1 });
    expect(actions).toEqual(Float64Array.of(1, 2, 3));
  });
});

describe('bad input', () => {
  it.each<[object, string]>([
    [{ grid: 1 }, 'Unknown option "grid".'],
    [{ discretisation: 0 }, 'discretisation: expected a number in [0.0001, 1], got 0.'],
    [{ rounds: 0 }, 'rounds: expected a positive integer, got 0.'],
    [{ discretisation: 0.01 }, 'expected a grid of at most 100000000 evaluations, got up to'],
  ])('options %p', async (options, message) => {
    const answer = solveBy(hierarchicalBestResponse, { setting: 'chain' }, options);
    await expect(answer).rejects.toThrow(InvalidArgument);
    await expect(answer).rejects.toThrow(`hierarchical-best-response: ${message}`);
  });

  it.each([[[0, 0]], [[0, 0, 11]], [[0, NaN, 0]]])('actions %p', (actions) => {
    const call = () => hierarchicalRegret(hierarchy({ setting: 'chain' }), actions);
    expect(call).toThrow('hierarchicalRegret: actions: expected 3 numbers in [-10, 10], got');
  });
});
