import { describe, expect, it } from '@jest/globals';
import {
  eightTargets,
  gameDefinition,
  gameEnv,
  generateTargets,
  makeGame,
  sampleDeployment,
} from '../../../envs/index.js';
import { make, makeVec } from '../../../gymnasium/make.js';
import { Rng } from '../../../gymnasium/rng.js';
import { expectWellFormed } from '../xml.js';

const zeroSum = { defenderCovered: 0, defenderUncovered: -1, attackerCovered: 0, attackerUncovered: 1 };

describe('SecurityGame-v0', () => {
  it('shows the attacker the coverage and pays each side its expected payoff', () => {
    const env = make('SecurityGame-v0', { resources: 2 });
    env.reset({ seed: 0 });
    const coverage = Float64Array.of(0.5, 0.25, 0, 0, 0, 0.75, 0.5, 0);
    expect(env.commit!({ leader_0: coverage })).toEqual({ follower_0: coverage });
    const { rewards, terminations } = env.step({ leader_0: coverage, follower_0: 1 });
    expect(rewards).toEqual({ leader_0: 0.25 * 8 - 0.75 * 3, follower_0: 0.25 * -7 + 0.75 * 4 });
    expect(terminations).toEqual({ leader_0: true, follower_0: true });
  });

  it('pays sampled payoffs whose mean is the expected one', () => {
    const lanes = 20_000;
    const env = makeVec('SecurityGame-v0', lanes, {
      parameters: { resources: 2, payoffs: 'sampled' },
    }) as any;
    env.reset({ seed: 3 });
    const leader_0 = new Float64Array(lanes * 8);
    for (let lane = 0; lane < lanes; lane++) leader_0[lane * 8 + 4] = 0.3;
    const { rewards } = env.step({ leader_0, follower_0: new Int32Array(lanes).fill(4) });
    expect(new Set(rewards.leader_0)).toEqual(new Set([2, -7]));
    const mean = rewards.leader_0.reduce((a: number, b: number) => a + b, 0) / lanes;
    expect(Math.abs(mean - (0.3 * 2 - 0.7 * 7))).toBeLessThan(4 * 9 * Math.sqrt(0.21 / lanes));
  });

  it('adds the coverage of schedules up', () => {
    const schedules = [
      [0, 1],
      [1, 2],
    ];
    const env = make('SecurityGame-v0', { targets: [zeroSum, zeroSum, zeroSum], schedules });
    env.reset({ seed: 0 });
    expect(env.commit!({ leader_0: Float64Array.of(0.25, 0.5) })['follower_0']).toEqual(
      Float64Array.of(0.25, 0.75, 0.5),
    );
  });

  it('refuses a coverage over budget in the scalar and in the vector view', () => {
    const message = 'sum over [0, 1, 2, 3, 4, 5, 6, 7] is 3 and may be 2 at most';
    const env = make('SecurityGame-v0', { resources: 2 });
    env.reset({ seed: 0 });
    const over = Float64Array.of(1, 1, 1, 0, 0, 0, 0, 0);
    expect(() => env.step({ leader_0: over, follower_0: 0 })).toThrow(message);
    const vector = makeVec('SecurityGame-v0', 1, { parameters: { resources: 2 } }) as any;
    vector.reset({ seed: 0 });
    expect(() => vector.step({ leader_0: over, follower_0: new Int32Array(1) })).toThrow(message);
  });

  it.each<[string, object, string | RegExp]>([
    ['no targets', { targets: [] }, 'SecurityGame-v0: targets: expected at least one target, got [].'],
    [
      'a covered payoff on the wrong side for the defender',
      { targets: [{ ...zeroSum, defenderCovered: -2 }] },
      'SecurityGame-v0: targets[0].defenderCovered: expected at least defenderUncovered (-1), got -2.',
    ],
    [
      'and for the attacker',
      { targets: [{ ...zeroSum, attackerCovered: 3 }] },
      'SecurityGame-v0: targets[0].attackerCovered: expected at most attackerUncovered (1), got 3.',
    ],
    [
      'a payoff left out',
      { targets: [{ defenderCovered: 1 }] },
      /^SecurityGame-v0: targets\[0\]\.\w+: expected number, got undefined\.$/,
    ],
    ['no resources', { resources: 0 }, 'SecurityGame-v0: resources: expected a positive number, got 0.'],
    ['NaN resources', { resources: Number.NaN }, /^SecurityGame-v0: resources: expected number, got NaN\.$/],
    [
      'a schedule of a missing target',
      { schedules: [[0, 9]] },
      'SecurityGame-v0: schedules[0]: expected targets from 0 to 7, got 9.',
    ],
    [
      'a schedule with a target twice',
      { schedules: [[1, 1]] },
      'SecurityGame-v0: schedules[0]: expected no target twice, got [1,1].',
    ],
    [
      'an empty schedule',
      { schedules: [[]] },
      'SecurityGame-v0: schedules[0]: expected at least one target, got [].',
    ],
    [
      'no schedules',
      { schedules: [] },
      'SecurityGame-v0: schedules: expected at least one schedule, got [].',
    ],
    [
      'targets in two ways',
      { targets: [zeroSum], generate: { targets: 3 } },
      'SecurityGame-v0: generate: expected either targets or generate, got both.',
    ],
    ['an unknown parameter', { resource: 1 }, /unknown parameter "resource"\. Did you mean "resources"\?/],
  ])('refuses %s', (_name, parameters, message) => {
    expect(() => makeGame('SecurityGame-v0', parameters)).toThrow(message);
  });

  it('is drawn with its coverage and the attack', () => {
    for (const renderMode of ['ansi', 'svg'] as const) {
      const env = gameEnv(gameDefinition('SecurityGame-v0'), { resources: 2, renderMode });
      env.reset({ seed: 0 });
      env.step({ leader_0: Float64Array.of(0.4, 0, 0, 0, 0, 0.6, 0, 0), follower_0: 5 });
      const text = env.render() as string;
      expect(text).toContain('target 5 attacked: defender 3.8, attacker -1.6');
      if (renderMode === 'svg') expectWellFormed(text);
    }
  });
});

describe('generators', () => {
  it.each(['integer', 'uniform', 'covariant'] as const)(
    '%s: the same seed, the same targets, payoffs on their sides',
    (style) => {
      for (let seed = 0; seed < 200; seed++) {
        const targets = generateTargets({ targets: 8, seed, style, correlation: 0.5 });
        expect(generateTargets({ targets: 8, seed, style, correlation: 0.5 })).toEqual(targets);
        for (const t of targets) {
          expect(t.defenderCovered).toBeGreaterThanOrEqual(t.defenderUncovered);
          expect(t.attackerUncovered).toBeGreaterThanOrEqual(t.attackerCovered);
          if (style === 'integer')
            for (const payoff of Object.values(t))
              expect(Number.isInteger(payoff) && payoff !== 0).toBe(true);
        }
      }
    },
  );

  it('covariant with correlation 1 is zero-sum', () => {
    for (const t of generateTargets({ targets: 50, style: 'covariant', correlation: 1 })) {
      expect(t.defenderCovered).toBe(-t.attackerCovered);
      expect(t.defenderUncovered).toBe(-t.attackerUncovered);
    }
  });

  it('the eight targets are those of the reference', () => {
    expect(eightTargets[5]).toEqual({
      defenderCovered: 9,
      defenderUncovered: -4,
      attackerCovered: -8,
      attackerUncovered: 8,
    });
  });
});

describe('sampleDeployment', () => {
  it('reproduces the marginals, with as many resources as the budget', () => {
    const rng = new Rng('comb');
    for (let trial = 0; trial < 20; trial++) {
      const n = 2 + rng.integer(10);
      const resources = 1 + rng.integer(n - 1);
      const raw = Array.from({ length: n }, () => 0.2 + 0.8 * rng.uniform());
      let marginals = raw.map((x) => (x * resources) / raw.reduce((a, b) => a + b, 0));
      for (let k = 0; k < 50; k++) {
        const full = marginals.reduce((s, p) => s + Math.min(1, p), 0);
        marginals = marginals.map((p) => Math.min(1, (p * resources) / full));
      }
      const draws = 4000;
      const counts = new Array(n).fill(0);
      for (let draw = 0; draw < draws; draw++) {
        const chosen = sampleDeployment(marginals, rng);
        expect(Math.abs(chosen.length - resources)).toBeLessThanOrEqual(1);
        expect(new Set(chosen).size).toBe(chosen.length);
        for (const k of chosen) counts[k]++;
      }
      counts.forEach((count, k) => {
        const p = marginals[k];
        expect(Math.abs(count / draws - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / draws) + 1e-9);
      });
    }
  });

  it('refuses what is no probability', () => {
    expect(() => sampleDeployment([0.5, 1.5], new Rng(0))).toThrow(
      'marginals[1]: expected a number in [0, 1], got 1.5.',
    );
  });
});
