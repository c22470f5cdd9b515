import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import { SecurityGame } from '../../../envs/security/security-game.js';
import { generateTargets } from '../../../envs/security/security-generators.js';
import { defenderUtility, eightTargets, twoTargets } from '../../../envs/security/security-instances.js';
import { Rng } from '../../../gymnasium/rng.js';
import { ExactBestResponse } from '../../../oracles/exact-best-response.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { BestResponseQueries } from '../../../solvers/queries/best-response-queries.js';
import { exactResponses, oracleResponses } from '../../../solvers/queries/response-sources.js';
import { learnCoverage, learnCoverageByHyperplanes } from '../../../solvers/queries/security-learner.js';
import { securityLearner } from '../../../solvers/queries/solvers.js';
import { origami } from '../../../solvers/security/origami.js';
import type { Task } from '../../../solvers/solver.js';

const task = (options: Task['options'] = {}): Task => ({ follower: 'stationary', certify: false, options });

function problemOf(game: SecurityGame, ties: 'leader' | 'lowest' = 'leader') {
  const defender = game.targets.map((t) => ({ covered: t.defenderCovered, uncovered: t.defenderUncovered }));
  const queries = new BestResponseQueries(exactResponses(game, { ties }));
  return { defender, resources: game.resources, queries };
}

function exactValue({ targets, resources }: SecurityGame): number {
  const { attacked, coverage } = origami(targets, resources);
  return defenderUtility(targets[attacked], coverage[attacked]);
}

describe('learnCoverage', () => {
  it.each([
    [1, -1.329934],
    [2, 0.082532],
    [3, 1.152775],
  ])('with %i resources on eight targets gets %f', (resources, value) => {
    const found = learnCoverage(problemOf(new SecurityGame(eightTargets, resources)));
    expect(found.value).toBeCloseTo(value, 5);
    expect(found.attacked).toBe(5);
    expect(found.clinchQueries).toBeLessThan(found.queries);
  });

  it('knows the game of two targets: 5 at one half each', () => {
    const { value, coverage, attackSet } = learnCoverage(problemOf(new SecurityGame(twoTargets, 1)));
    expect(value).toBeCloseTo(5, 8);
    expect(coverage[0]).toBeCloseTo(0.5, 9);
    expect(coverage[1]).toBeCloseTo(0.5, 9);
    expect(attackSet).toEqual([0, 1]);
  });

  it.each(['integer', 'uniform', 'covariant'] as const)('is exact in 60 random games: %s', (style) => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = new Rng(seed).child('security-learner-test');
      const n = 2 + rng.integer(15);
      const resources = seed % 2 === 0 ? 1 + rng.integer(n) : 0.1 + 1.1 * n * rng.uniform();
      const targets = generateTargets({ targets: n, seed, style, correlation: rng.uniform() });
      const game = new SecurityGame(targets, resources);
      const range = style === 'integer' ? 10 : 100;
      for (const ties of ['leader', 'lowest'] as const) {
        const { value, coverage } = learnCoverage(problemOf(game, ties));
        expect(Math.abs(value - exactValue(game))).toBeLessThan(1e-7 * range);
        expect(game.agents[0].actionSpace.contains(coverage)).toBe(true);
      }
    }
  });

  it('takes about n ln(1 / precision) queries, and as many again to shave', () => {
    const game = new SecurityGame(generateTargets({ targets: 50, seed: 1 }), 10);
    const { queries, clinchQueries } = learnCoverage(problemOf(game));
    expect(clinchQueries).toBeLessThanOrEqual(50 * Math.log(10 / 1e-10) + 50);
    expect(queries).toBeLessThanOrEqual(clinchQueries + 50 * 42);
  });

  it('learns the same through an oracle as from the payoffs', () => {
    const game = new SecurityGame(eightTargets.slice(0, 4), 1);
    const queries = new BestResponseQueries(oracleResponses(game, new ExactBestResponse()));
    expect(learnCoverage({ ...problemOf(game), queries }).value).toBeCloseTo(exactValue(game), 6);
  });

  it('refuses malformed input in one line', () => {
    const problem = problemOf(new SecurityGame(eightTargets, 2));
    expect(() => learnCoverage({ ...problem, defender: [] })).toThrow(
      'learnCoverage: defender: expected payoffs at 8 targets, got 0.',
    );
    const defender = problem.defender.map((t, i) => (i === 3 ? { covered: 0, uncovered: 1 } : t));
    expect(() => learnCoverage({ ...problem, defender })).toThrow(
      'learnCoverage: defender[3]: expected finite payoffs with covered at least uncovered, got {"covered":0,"uncovered":1}.',
    );
    expect(() => learnCoverage(problem, { precision: 0 })).toThrow(
      'clinch: precision: expected a positive number, got 0.',
    );
  });
});

describe('learnCoverageByHyperplanes', () => {
  it('gets the same value, with more queries', () => {
    for (let seed = 0; seed < 8; seed++) {
      const game = new SecurityGame(generateTargets({ targets: 6, seed }), 1);
      const found = learnCoverageByHyperplanes(problemOf(game));
      expect(Math.abs(found.value - exactValue(game))).toBeLessThan(1e-5);
      expect(found.queries).toBeGreaterThan(learnCoverage(problemOf(game)).queries);
    }
  });

  it('is for one resource', () => {
    expect(() => learnCoverageByHyperplanes(problemOf(new SecurityGame(eightTargets, 2)))).toThrow(
      'learnCoverageByHyperplanes: resources: expected 1, got 2.',
    );
  });
});

describe('the solver security-learner', () => {
  it('gives a learned answer that evaluateCommitment confirms', async () => {
    const game = makeGame('SecurityGame-v0', { resources: 2 });
    const answer = await securityLearner.solve(game, task());
    expect(answer).toMatchObject({ kind: 'stochastic', status: 'learned', tieBreaking: 'leader' });
    expect(answer.details).toMatchObject({ response: 5, attackSet: [0, 1, 2, 3, 4, 5, 6] });
    const graded = await evaluateCommitment(game, answer.commitment as number[], { optimum: 0.082532 });
    expect(graded.value).toBeCloseTo(answer.value, 8);
    expect(graded.gap).toBeCloseTo(0, 5);
  });

  it('fits games without schedules, and refuses malformed options', () => {
    const game = makeGame('SecurityGame-v0');
    expect(securityLearner.fits(game, task())).toBe(true);
    expect(securityLearner.fits(makeGame('NormalForm-v0'), task())).toBe(false);
    const scheduled = new SecurityGame(eightTargets.slice(0, 3), 1, [
      [0, 1],
      [1, 2],
    ]);
    expect(securityLearner.fits(scheduled, task())).toBe(false);
    expect(() => securityLearner.solve(game, task({ budget: 5 }))).toThrow('expected at most 5 queries');
  });
});

it('the solver refuses a target that coverage does not make worse for the attacker', () => {
  const row = (dc: number, du: number, ac: number, au: number) => ({
    defenderCovered: dc,
    defenderUncovered: du,
    attackerCovered: ac,
    attackerUncovered: au,
  });
  const game = new SecurityGame([row(4, 1, 2, 2), row(1, -4, -3, 3), row(5, 1, -4, 1)], 4);
  expect(() => securityLearner.solve(game, task())).toThrow(
    /^security-learner: targets\[0\]: expected attackerCovered below attackerUncovered, got 2 and 2/,
  );
});
