import { describe, expect, it } from '@jest/globals';
import { type MultiFollower, makeGame } from '../../../envs/index.js';
import type { QreSetting } from '../../../envs/multi-follower/qre.js';
import { outcomeOf, payoffsAt } from '../../../envs/multi-follower/setting.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import {
  bestResponseGap,
  dampedBestResponse,
  equilibriumOptions,
  followerSystem,
} from '../../../solvers/multi-follower/equilibrium.js';

const options = equilibriumOptions('test', {});
const game = (parameters: object) => makeGame('MultiFollower-v0', parameters) as MultiFollower;
const settings = [
  { setting: 'qre', followers: 3, actions: 5 },
  { setting: 'ssg', followers: 3, targets: 12, resources: 2 },
  { setting: 'cyber', followers: 6, risk: 0.3 },
];

/** A design with random shares of the greatest values. */
function randomDesign({ setting }: MultiFollower, rng: Rng, most: number): Float64Array {
  return Float64Array.from(setting.designSpace.high, (high) => most * high * rng.uniform());
}

describe.each(settings)('$setting', (parameters) => {
  it('best responses beat every strategy that can be tried', () => {
    const rng = new Rng('responses').child(parameters.setting);
    for (let seed = 0; seed < 6; seed++) {
      const instance = game({ ...parameters, seed });
      const system = followerSystem(instance);
      const { setting } = system;
      const { followers, width } = setting;
      const design = randomDesign(instance, rng, 0.8);
      const profile = new Float64Array(followers * width);
      for (let i = 0; i < followers; i++)
        setting.decode(i, instance.agents[i + 1].actionSpace.sample(), 0, profile, 0);
      const response = new Float64Array(profile.length);
      system.bestResponses(design, profile, response);
      for (let i = 0; i < followers; i++) {
        const payoff = (mine: Float64Array) => {
          const joint = profile.slice();
          joint.set(mine, i * width);
          return outcomeOf(setting, design, joint)[payoffsAt(setting) + i];
        };
        const best = response.slice(i * width, (i + 1) * width);
        const top = payoff(best);
        for (let trial = 0; trial < 150; trial++) {
          const other = new Float64Array(followers * width);
          setting.decode(i, instance.agents[i + 1].actionSpace.sample(), 0, other, 0);
          const drawn = other.slice(i * width, (i + 1) * width);
          const share = 10 ** (-6 * rng.uniform());
          expect(payoff(drawn)).toBeLessThanOrEqual(top + 1e-9);
          const near = best.map((x, k) => x + share * (drawn[k] - x));
          expect(payoff(near)).toBeLessThanOrEqual(top + 1e-9);
        }
      }
    }
  });

  it('damped best responses end where nobody gains by deviating', () => {
    const rng = new Rng('equilibria').child(parameters.setting);
    let reached = 0;
    for (let seed = 0; seed < 20; seed++) {
      const instance = game({ ...parameters, seed });
      const system = followerSystem(instance);
      const none = new Float64Array(system.setting.designSpace.size);
      for (const design of [none, randomDesign(instance, rng, 0.2)]) {
        const { profile, converged, residual } = dampedBestResponse(system, design, options);
        expect(converged).toBe(residual <= 1e-10);
        expect(bestResponseGap(system, design, profile)).toBeLessThan(1e-8);
        reached += Number(converged);
      }
    }
    expect(reached).toBeGreaterThanOrEqual(39);
  });
});

it('qre: the logit equilibrium of matching pennies is even, and shifts with a subsidy as it must', () => {
  const instance = game({
    setting: 'qre',
    rationality: 3,
    instance: {
      payoffs: [
        [1, 0, 0, 1],
        [0, 1, 1, 0],
      ],
    },
  });
  const system = followerSystem(instance);
  const even = dampedBestResponse(system, new Float64Array(8), options).profile;
  for (const p of even) expect(p).toBeCloseTo(0.5, 12);
  const design = Float64Array.of(0, 0, 0, 0, 2, 0, 0, 0);
  const [p, , q] = dampedBestResponse(system, design, options).profile;
  expect(Math.log(p / (1 - p))).toBeCloseTo(3 * (2 * q - 1), 8);
  expect(Math.log(q / (1 - q))).toBeCloseTo(3 * (2 * p - (2 * p - 1)), 8);
  expect(p).toBeGreaterThan(0.7);
});

it('qre: 200 instances without a leader have welfare 15.29 on average, 28.38 under a dictator', () => {
  let [welfare, dictator] = [0, 0];
  for (let seed = 0; seed < 200; seed++) {
    const system = followerSystem(game({ setting: 'qre', seed }));
    const design = new Float64Array(3000);
    const { profile } = dampedBestResponse(system, design, { ...options, tolerance: 1e-6 });
    welfare += outcomeOf(system.setting, design, profile)[0] / 200;
    dictator += (system.setting as QreSetting).dictatorValue() / 200;
  }
  expect(Math.abs(welfare - 15.29)).toBeLessThan(0.06);
  expect(Math.abs(dictator - 28.376)).toBeLessThan(0.15);
});

it('cyber: full insurance makes effort worthless', () => {
  const system = followerSystem(game({ setting: 'cyber', seed: 2 }));
  const { losses } = (system.setting as any).instance;
  const bare = new Float64Array(20);
  expect(Math.max(...dampedBestResponse(system, bare, options).profile)).toBeGreaterThan(0.5);
  const full = bare.slice();
  full.set(losses);
  expect(Array.from(dampedBestResponse(system, full, options).profile)).toEqual(new Array(10).fill(0));
});

it('says when it stopped short', () => {
  const system = followerSystem(game({ setting: 'cyber' }));
  const { converged, residual, iterations } = dampedBestResponse(system, new Float64Array(20), {
    ...options,
    iterations: 3,
  });
  expect([converged, residual > 0.01, iterations]).toEqual([false, true, 3]);
});

it.each<[object, string]>([
  [{ damping: 0 }, 'test: damping: expected a number above 0 and at most 1, got 0.'],
  [{ tolerance: Number.NaN }, 'test: tolerance: expected a positive number, got NaN.'],
  [{ iterations: 1.5 }, 'test: iterations: expected a positive integer, got 1.5.'],
  [{ dampng: 0.5 }, 'Did you mean "damping"?'],
])('refuses %j', (given, message) => {
  expect(() => equilibriumOptions('test', given)).toThrow(InvalidArgument);
  expect(() => equilibriumOptions('test', given)).toThrow(message);
});

it('refuses other games', () => {
  expect(() => followerSystem(makeGame('NormalForm-v0'))).toThrow(
    'Expected a game of several followers (MultiFollower-v0), got "NormalForm".',
  );
});
