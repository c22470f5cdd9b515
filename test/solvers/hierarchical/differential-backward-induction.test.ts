import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import { GymError, InvalidArgument } from '../../../gymnasium/error.js';
import { dbi, descend } from '../../../solvers/hierarchical/differential-backward-induction.js';
import { actionsOf, expectClose, hierarchy, solveBy, task } from './games.js';

describe('security', () => {
  it.each([
    [0.1, 0.308774, 0.339622],
    [0.5, 0.021149, 0.165134],
  ])('with k = %p ends where all leaves defend alike', async (k, root, middle) => {
    const answer = await solveBy(dbi, { setting: 'security', k });
    expectClose(actionsOf(answer), [root, ...Array(3).fill(middle), ...Array(6).fill(0.361433)], 1e-5);
    expect(Math.abs(answer.value - 4.38216)).toBeLessThan(1e-5);
    expect(answer.commitment![0]).toBe(actionsOf(answer)[0]);
    expect(answer).toMatchObject({ kind: 'deterministic', status: 'heuristic', tieBreaking: null });
    expect(answer.details).toMatchObject({ method: 'dbi', converged: true });
  });

  it('at the root of 1/(6 (1 + x)^2) + 5/(18 (1 + x)^3) = 1/5, whatever k', async () => {
    for (const k of [0.1, 0.3, 0.5]) {
      const x = actionsOf(await solveBy(dbi, { setting: 'security', k })).at(-1)!;
      expect(1 / (6 * (1 + x) ** 2) + 5 / (18 * (1 + x) ** 3)).toBeCloseTo(1 / 5, 7);
    }
  });
});

describe('chain', () => {
  it('ends at (1.25, 1, 0.5), which is not the equilibrium', async () => {
    const answer = await solveBy(dbi, { setting: 'chain' });
    expectClose(actionsOf(answer), [1.25, 1, 0.5], 1e-8);
    expect(answer.value).toBeCloseTo(-0.3125, 8);
    expect(answer.followerValues['follower_0']).toBeCloseTo(-0.3125, 8);
    expect(answer.followerValues['follower_1']).toBeCloseTo(-0.5, 8);
  });

  it('ends at (1, 1, 0.5) if all players follow their partial derivatives', async () => {
    const answer = await solveBy(dbi, { setting: 'chain' }, { method: 'simultaneous' });
    expectClose(actionsOf(answer), [1, 1, 0.5], 1e-8);
    expect(answer.value).toBeCloseTo(-0.25, 8);
    expect(answer.details).toMatchObject({ method: 'simultaneous' });
  });

  it('does not depend on the start or the step', async () => {
    const answer = await solveBy(dbi, { setting: 'chain' }, { start: -7, learningRate: 0.03 });
    expectClose(actionsOf(answer), [1.25, 1, 0.5], 1e-8);
  });
});

describe('public goods', () => {
  it('ends where the root is held at 0', async () => {
    const answer = await solveBy(dbi, {});
    const actions = actionsOf(answer);
    const leaves = actions.slice(3);
    expect(actions[0]).toBe(0);
    expectClose(actions.slice(1, 3), [0.700516, 0.616458], 1e-4);
    expectClose([leaves[0], leaves[1], leaves[33]], [0.492668, 0.373492, 0.47861], 1e-4);
    expect(leaves.reduce((a, b) => a + b) / 34).toBeCloseTo(0.275419, 4);
    expect(answer.value).toBeCloseTo(-1.258834, 4);
    const [gradient, ...others] = answer.details!['gradients'] as number[];
    expect(gradient).toBeCloseTo(3.63, 2);
    for (const other of others) expect(Math.abs(other)).toBeLessThan(1e-8);
  });
});

describe('descend', () => {
  it('moves the levels below a root that is held', () => {
    const { actions, converged } = descend(hierarchy({ setting: 'chain' }), {}, 2);
    expect(converged).toBe(true);
    expectClose(Array.from(actions), [2, 1.6, 0.8], 1e-8);
  });

  it('says where it did not settle', () => {
    const { converged, iterations, residual } = descend(hierarchy(), { iterations: 3 });
    expect([converged, iterations]).toEqual([false, 3]);
    expect(residual).toBeGreaterThan(0.01);
  });

  it('keeps within the bounds', () => {
    const { actions } = descend(hierarchy(), { learningRate: 50, iterations: 20 });
    for (const action of actions) expect(Math.abs(action - 0.5)).toBeLessThanOrEqual(0.5);
  });

  it('refuses a cost without curvature, instead of dividing by it', () => {
    const game = hierarchy({ k: 0.5, quadratic: 0 });
    Object.assign(game.costs, { k: 1 });
    expect(() => descend(game)).toThrow(GymError);
    expect(() => descend(game)).toThrow('to have a cost of non-zero curvature, got 0.');
  });
});

describe('the solver', () => {
  it('fits pure commitments in hierarchies against rational followers', () => {
    const game = hierarchy();
    expect(dbi.fits(game, task())).toBe(true);
    expect(dbi.fits(game, task({}, { commitment: 'stochastic' }))).toBe(false);
    expect(dbi.fits(game, task({}, { follower: { kind: 'quantal', rationality: 1 } }))).toBe(false);
    expect(dbi.fits(makeGame('NormalForm-v0'), task())).toBe(false);
  });

  it.each<[object, string]>([
    [{ rate: 1 }, 'Unknown option "rate".'],
    [{ method: 'newton' }, 'method: expected one of dbi, simultaneous, got "newton".'],
    [{ learningRate: 0 }, 'learningRate: expected a positive number, got 0.'],
    [{ start: NaN }, 'start: expected a finite number, got NaN.'],
    [{ iterations: 1.5 }, 'iterations: expected a positive integer, got 1.5.'],
    [{ tolerance: -1 }, 'tolerance: expected a number of at least 0, got -1.'],
  ])('refuses %p', async (options, message) => {
    await expect(solveBy(dbi, {}, options)).rejects.toThrow(InvalidArgument);
    await expect(solveBy(dbi, {}, options)).rejects.toThrow(`dbi: ${message}`);
  });
});
