import { describe, expect, it } from '@jest/globals';
import { SecurityGame } from '../../../envs/security/security-game.js';
import { eightTargets } from '../../../envs/security/security-instances.js';
import { Rng } from '../../../gymnasium/rng.js';
import { BestResponseQueries, type ResponseSource } from '../../../solvers/queries/best-response-queries.js';
import { clinch, shave } from '../../../solvers/queries/clinch.js';
import { exactResponses } from '../../../solvers/queries/response-sources.js';
import { origami } from '../../../solvers/security/origami.js';

/** An attacker of any utilities that fall with coverage. */
function attacker(size: number, utility: (target: number, coverage: number) => number): ResponseSource {
  return {
    size,
    actions: size,
    refusal: () => undefined,
    respond: (c) => {
      const values = Array.from(c, (own, t) => utility(t, own));
      return values.indexOf(Math.max(...values));
    },
  };
}

/** Values U[0, 1], utility v (1 - c), one resource: setting 2 of Haghtalab et al. */
function settingTwo(n: number, seed = 1) {
  const rng = new Rng(seed).child('setting-2', n);
  const values = Float64Array.from({ length: n }, () => rng.uniform());
  const queries = new BestResponseQueries(attacker(n, (t, c) => values[t] * (1 - c)));
  return { values, problem: { resources: 1, queries } };
}

/** The level u at which the targets need all of one resource: sum of max(0, 1 - u / v) is 1. */
function waterLevel(values: Float64Array): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 60; k++) {
    const u = (low + high) / 2;
    const needed = values.reduce((sum, v) => sum + Math.max(0, 1 - u / v), 0);
    if (needed > 1) low = u;
    else high = u;
  }
  return high;
}

describe('clinch', () => {
  it.each([5, 10, 20, 50, 100])('finds the water level of %i targets within n ln(1e8) + n queries', (n) => {
    const { values, problem } = settingTwo(n);
    const { coverage, lower, queries, saturated } = clinch(problem);
    expect(queries).toBeLessThanOrEqual(n * Math.log(1e8) + n);
    expect(queries).toBe(problem.queries.count);
    expect(saturated).toBe(false);
    const u = waterLevel(values);
    const reached = values.reduce((most, v, t) => Math.max(most, v * (1 - coverage[t])), 0);
    expect(Math.abs(reached - u)).toBeLessThan(1e-7);
    expect(coverage.reduce((sum, c) => sum + c, 0)).toBeCloseTo(1, 12);
    values.forEach((v, t) => {
      expect(lower[t]).toBeLessThanOrEqual(Math.max(0, 1 - u / v) + 1e-12);
    });
  });

  it('takes 1833 queries for 100 targets, as is known for this setting', () => {
    expect(clinch(settingTwo(100).problem).queries).toBe(1833);
  });

  it('needs no linear utilities', () => {
    const utility = (t: number, c: number) => (3 + t) * Math.exp(-(t + 1) * c) - c ** 3;
    const { coverage } = clinch({ resources: 1.5, queries: new BestResponseQueries(attacker(4, utility)) });
    const levels = Array.from(coverage, (c, t) => utility(t, c)).filter((_, t) => coverage[t] > 1e-7);
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(1e-6);
  });

  it('stops where a target is attacked though fully covered', () => {
    const queries = new BestResponseQueries(attacker(3, (t, c) => (t === 0 ? 5 - c : 1 - c)));
    const { saturated, attacked, coverage } = clinch({ resources: 2, queries });
    expect({ saturated, attacked }).toEqual({ saturated: true, attacked: 0 });
    expect(coverage[0]).toBe(1);
  });

  it('leaves the attacker as little as ORIGAMI does, for any number of resources', () => {
    for (const resources of [0.5, 1, 2.5, 4, 7.9]) {
      const queries = new BestResponseQueries(exactResponses(new SecurityGame(eightTargets, resources)));
      const { coverage } = clinch({ resources, queries });
      const left = eightTargets.map(
        (t, i) => coverage[i] * t.attackerCovered + (1 - coverage[i]) * t.attackerUncovered,
      );
      expect(Math.max(...left)).toBeCloseTo(origami(eightTargets, resources).attackerUtility, 6);
    }
  });

  it('refuses malformed input in one line', () => {
    const { problem } = settingTwo(5);
    expect(() => clinch({ ...problem, resources: 0 })).toThrow(
      'clinch: resources: expected a positive number, got 0.',
    );
    expect(() => clinch(problem, { precision: Number.NaN })).toThrow(
      'clinch: precision: expected a positive number, got NaN.',
    );
    expect(() => clinch(problem, { precison: 1 } as object)).toThrow('Did you mean "precision"?');
  });
});

describe('shave', () => {
  it('takes back what does not hold the attacker down', () => {
    const queries = new BestResponseQueries(exactResponses(new SecurityGame(eightTargets, 4)));
    const generous = [0.9, 0.3, 0.6673728995, 0.2, 0.45, 0.4, 0.6, 0.1].map((c) => 0.9 * c);
    const attacked = queries.query(generous);
    const { coverage, attackedAt } = shave({ resources: 4, queries }, generous, attacked);
    const utility = (i: number, c: number) =>
      c * eightTargets[i].attackerCovered + (1 - c) * eightTargets[i].attackerUncovered;
    const level = utility(attacked, generous[attacked]);
    coverage.forEach((c, i) => {
      if (attackedAt[i] === null) expect(c).toBe(0);
      else expect(utility(i, c)).toBeCloseTo(level, 8);
      expect(c).toBeLessThanOrEqual(generous[i]);
    });
    expect(attackedAt.some((at, i) => i !== attacked && at !== null)).toBe(true);
  });
});
