import { describe, expect, it } from '@jest/globals';
import { type MultiFollower, makeGame } from '../../../envs/index.js';
import { excessAt, objectiveAt, outcomeOf } from '../../../envs/multi-follower/setting.js';
import { Rng } from '../../../gymnasium/rng.js';
import {
  dampedBestResponse,
  equilibriumOptions,
  followerSystem,
} from '../../../solvers/multi-follower/equilibrium.js';
import type { FollowerSystem } from '../../../solvers/multi-follower/follower-system.js';
import { implicitGradient } from '../../../solvers/multi-follower/implicit-gradient.js';

const exact = equilibriumOptions('test', { tolerance: 2e-15, iterations: 400 });
const step = 1e-5;

/** Objective less weighted excess at the equilibrium of a design, followed from a profile. */
function lagrangian(
  system: FollowerSystem,
  design: Float64Array,
  multipliers: Float64Array,
  from: Float64Array,
): number {
  const { profile } = dampedBestResponse(system, design, exact, from);
  const outcome = outcomeOf(system.setting, design, profile);
  return multipliers.reduce((sum, m, k) => sum - m * outcome[excessAt + k], outcome[objectiveAt]);
}

describe.each([
  { setting: 'qre', seed: 1, share: 0.05 },
  { setting: 'ssg', seed: 1, share: 0.1, targets: 40, resources: 4 },
  { setting: 'cyber', seed: 1, share: 0.7, risk: 0.2 },
])('$setting', ({ share, ...parameters }) => {
  const system = followerSystem(makeGame('MultiFollower-v0', parameters) as MultiFollower);
  const rng = new Rng('gradient').child(parameters.setting);
  const { designSpace, constraints } = system.setting;
  const design = Float64Array.from(designSpace.high, (high) => share * high * rng.uniform());
  const start = dampedBestResponse(system, design, { ...exact, tolerance: 1e-12 }).profile;

  it.each([0, 0.7])(
    'agrees with central differences at 10 random entries, with multipliers %d',
    (multiplier) => {
      const multipliers = new Float64Array(constraints).fill(multiplier);
      const { profile } = dampedBestResponse(system, design, exact, start);
      const { gradient, singular } = implicitGradient(system, design, profile, multipliers);
      expect(singular).toBe(false);
      for (let trial = 0; trial < 10; trial++) {
        const k = rng.integer(design.length);
        const [more, less] = [design.slice(), design.slice()];
        more[k] += step;
        less[k] -= step;
        const difference =
          (lagrangian(system, more, multipliers, profile) - lagrangian(system, less, multipliers, profile)) /
          (2 * step);
        expect(Math.abs(gradient[k] - difference)).toBeLessThanOrEqual(1e-4 * Math.abs(difference) + 1e-9);
      }
    },
    20_000,
  );

  it('is not what the design does by itself', () => {
    const multipliers = new Float64Array(constraints);
    const { gradient } = implicitGradient(system, design, start, multipliers);
    const direct = new Float64Array(design.length);
    system.lagrangian(design, start, multipliers, new Float64Array(start.length), direct);
    expect(gradient.some((value, k) => Math.abs(value - direct[k]) > 1e-6)).toBe(true);
  });
});

it('keeps to the direct derivative where no follower moves', () => {
  const system = followerSystem(makeGame('MultiFollower-v0', { setting: 'cyber', seed: 0 }));
  const design = Float64Array.from(system.setting.designSpace.high);
  const idle = new Float64Array(10);
  const { gradient } = implicitGradient(system, design, idle, new Float64Array(10));
  expect(Array.from(gradient.slice(10))).toEqual(new Array(10).fill(1));
});
