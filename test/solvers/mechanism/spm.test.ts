import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import type { SequentialPriceMechanism } from '../../../envs/mechanism/sequential-price-mechanism.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { type SpmStrategy, spm, spmBenchmark } from '../../../solvers/mechanism/spm.js';
import { planPolicy, staticPlan } from '../../../solvers/mechanism/spm-plan.js';
import type { Answer } from '../../../solvers/solver.js';

const build = (parameters: object = {}) =>
  makeGame('SequentialPriceMechanism-v0', parameters) as SequentialPriceMechanism;

const solveWith = (game: SequentialPriceMechanism, options: object = {}) =>
  spm.solve(game, { follower: 'stationary', certify: false, options: { ...options } }) as Answer;

/** That a commitment, played in the game, is worth what was said. */
async function play(game: SequentialPriceMechanism, commitment: any, value: number, episodes = 3000) {
  const graded = await evaluateCommitment(game, commitment, { episodes, seed: 5, optimum: null });
  expect(Math.abs(graded.value - value)).toBeLessThan(4 * graded.standardError + 1e-9);
}

describe('the solver spm', () => {
  it('fits sequential price mechanisms alone', () => {
    const task = { follower: 'stationary' as const, certify: false, options: {} };
    expect(spm.fits(build(), task)).toBe(true);
    expect(spm.fits(makeGame('SimpleAllocation-v0', {}), task)).toBe(false);
  });

  it.each([
    ['inventory', 'items-agents-left', 'optimum', 9.559507],
    ['two-worlds', 'items-agents-left', 'optimum', 0.692188],
    ['two-worlds', 'agents-left', 'psp', 0.692188],
    ['two-worlds', 'hidden', 'asp', 0.599805],
    ['kitchen-sink', 'price-allocation-left', 'optimum', 0.26192],
    ['id', 'allocation-left', 'optimum', 1.549219],
    ['colors', 'hidden', 'asp', 15],
  ])(
    '%s with the statistic %s: %s, optimal and played as told',
    async (setting, statistic, strategy, value) => {
      const game = build({ setting, statistic });
      const solution = solveWith(game);
      expect(solution).toMatchObject({
        status: 'optimal',
        details: { strategy, proof: 'exact', carriedOut: true },
      });
      expect(Math.abs(solution.value - value)).toBeLessThan(1e-6);
      expect(solution.commitment!.length).toBeGreaterThan(0);
      await play(game, solution.commitment, solution.value);
    },
  );

  it('is in units of the largest value, and tells the raw one', () => {
    const { value, details } = solveWith(build({ setting: 'kitchen-sink' }));
    expect(details!['raw']).toBeCloseTo(1.3096, 9);
    expect(value).toBeCloseTo((details!['raw'] as number) / 5, 12);
  });

  it('subtracts the first best where the reward is the regret', async () => {
    const game = build({ setting: 'two-worlds', reward: 'regret', statistic: 'items-agents-left' });
    const { value, commitment } = solveWith(game);
    expect(value).toBeCloseTo(0.6921875 - 0.699658203125, 9);
    await play(game, commitment, value);
  });

  it('the optimum of Inventory as a function of the fullest statistic', async () => {
    const game = build();
    const { commitment, details, value } = solveWith(game);
    expect(commitment).toBeNull();
    expect((details!['rules'] as object[]).length).toBeGreaterThan(100);
    const { plan } = spmBenchmark(game.setting, 'welfare', 'optimum');
    await play(game, planPolicy(game, plan!), value);
  });

  it('is exact in larger settings of independent values', () => {
    const solution = solveWith(build({ agents: 120, items: 60 }));
    expect(solution).toMatchObject({ status: 'optimal', details: { strategy: 'optimum' } });
    expect(solution.value).toBeCloseTo(solution.details!['firstBest'] as number, 9);
  });

  it('falls back to what the leader can carry out, and says so', () => {
    const id = build({ setting: 'id', statistic: 'items-agents-left' });
    const fallback = solveWith(id);
    expect(fallback).toMatchObject({ status: 'heuristic', details: { strategy: 'psp', carriedOut: true } });
    const asked = solveWith(id, { strategy: 'optimum' });
    expect(asked).toMatchObject({ status: 'heuristic', commitment: null, details: { carriedOut: false } });
    expect(asked.value).toBeGreaterThan(fallback.value + 0.01);
  });

  it.each<[string, object]>([
    ['correlated with delta 0', { setting: 'correlated', delta: 0, statistic: 'items-agents-left' }],
    ['correlated', { setting: 'correlated', statistic: 'agents-left' }],
    ['additive-across-types', { setting: 'additive-across-types', statistic: 'agents-left' }],
    ['revenue', { setting: 'revenue', statistic: 'agents-left', accept: 'strict' }],
    ['inventory by revenue', { objective: 'revenue', statistic: 'items-agents-left', accept: 'strict' }],
    ['max-min', { setting: 'max-min' }],
  ])('%s is played as told', async (name, parameters) => {
    const game = build(parameters);
    const { value, commitment, status } = solveWith(game);
    expect(status).toBe(name.includes('delta 0') || name.includes('inventory') ? 'optimal' : 'best-known');
    await play(game, commitment, value, 4000);
  });

  it('a static mechanism found by search is played as told', async () => {
    const game = build({ setting: 'kitchen-sink', statistic: 'allocation-left' });
    const { mechanism, value } = spmBenchmark(game.setting, 'welfare', 'psp');
    await play(game, planPolicy(game, staticPlan(game.setting, mechanism!)), value / 5);
  });

  it.each<[SpmStrategy, number]>([
    ['rsd', 0.525],
    ['first-best', 0.699658],
  ])('%s is a number without a commitment', (strategy, value) => {
    const solution = solveWith(build({ setting: 'two-worlds' }), { strategy });
    expect(solution).toMatchObject({ status: 'heuristic', commitment: null, details: { carriedOut: false } });
    expect(solution.value).toBeCloseTo(value, 5);
  });

  it.each<[object, string]>([
    [{ strategy: 'best' }, 'spm: strategy: expected one of optimum, psp, asp, rsd, first-best, got "best".'],
    [{ seed: -1 }, 'spm: seed: expected a non-negative integer, got -1.'],
  ])('refuses %j', (options, message) => {
    expect(() => solveWith(build(), options)).toThrow(InvalidArgument);
    expect(() => solveWith(build(), options)).toThrow(message);
  });
});
