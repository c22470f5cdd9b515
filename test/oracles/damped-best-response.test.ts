import { describe, expect, it } from '@jest/globals';
import { type MultiFollower, makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { DampedBestResponse } from '../../oracles/damped-best-response.js';
import { evaluateCommitment } from '../../solvers/evaluate.js';
import {
  bestResponseGap,
  dampedBestResponse,
  equilibriumOptions,
  followerSystem,
} from '../../solvers/multi-follower/equilibrium.js';
import { StackelbergWrapper } from '../../wrappers/index.js';
import { Driver } from './driving.js';

const never = () => {
  throw new Error('asked');
};

describe('DampedBestResponse', () => {
  it.each(['qre', 'ssg', 'cyber'])('plays the equilibrium of the design seen, in %s', (setting) => {
    const game = makeGame('MultiFollower-v0', { setting, followers: 2, seed: 3 }) as MultiFollower;
    const policies = new Driver(game, new DampedBestResponse()).respond(never);
    const rng = new Rng(setting);
    for (let trial = 0; trial < 3; trial++) {
      const design = Float64Array.from(game.setting.designSpace.high, (high) => 0.2 * high * rng.uniform());
      const system = followerSystem(game);
      const { profile } = dampedBestResponse(system, design, equilibriumOptions('test', {}));
      for (const i of [0, 1]) {
        const action = policies[`follower_${i}`].act(design, rng);
        expect(game.agents[i + 1].actionSpace.contains(action)).toBe(true);
        expect(action).toEqual(game.setting.encode(i, profile));
      }
    }
  });

  it('grades designs: none earns nothing from insurance, and a premium for nothing is charged', async () => {
    const game = makeGame('MultiFollower-v0', { setting: 'cyber', followers: 2, risk: 0.2 });
    const value = async (design: number[]) =>
      (
        await evaluateCommitment(game, design, {
          oracle: new DampedBestResponse(),
          optimum: null,
          episodes: 1,
        })
      ).value;
    expect(await value([0, 0, 0, 0])).toBe(0);
    expect(await value([0, 0, 2, 0])).toBeCloseTo(2 - 10 * 2, 9);
  });

  it.each(['qre', 'ssg', 'cyber'])(
    'is what designs are graded by, a Nash equilibrium by its gap, in %s',
    async (setting) => {
      const game = makeGame('MultiFollower-v0', { setting, followers: 2, seed: 3 }) as MultiFollower;
      const design = Array.from(game.setting.designSpace.high, (high) => 0.1 * Math.min(high, 1));
      const oracle = new DampedBestResponse();
      const sampled = await evaluateCommitment(game, design, { oracle, episodes: 1, optimum: null });
      const own = await evaluateCommitment(game, design, { optimum: null });
      expect([own.value, own.followerValues]).toEqual([sampled.value, sampled.followerValues]);
      expect([own.response, own.equilibrium.notion]).toEqual(['damped best response', 'Nash']);
      expect(Math.abs(own.equilibrium.gap!)).toBeLessThan(1e-8);
      expect(sampled.equilibrium).toEqual({ notion: 'none', gap: null });
      // Elsewhere a follower would gain: a profile that is no equilibrium has a gap.
      const system = followerSystem(game);
      const profile = system.start();
      expect(bestResponseGap(system, Float64Array.from(design), profile)).toBeGreaterThan(1e-3);
    },
  );

  it('lets a leader learn in the outer MDP', () => {
    const game = makeGame('MultiFollower-v0', { setting: 'cyber', followers: 2 });
    const outer = new StackelbergWrapper(game, { oracle: new DampedBestResponse() });
    outer.reset({ seed: 1 });
    const { reward, terminated } = outer.step(Float64Array.of(0, 0, 1, 0));
    expect(reward).toBeCloseTo(1 - 10, 9);
    expect(terminated).toBe(true);
  });

  it('refuses other games and malformed options', () => {
    expect(() => new Driver(makeGame('NormalForm-v0'), new DampedBestResponse())).toThrow(InvalidArgument);
    expect(() => new DampedBestResponse({ damping: 2 })).toThrow(
      'DampedBestResponse: damping: expected a number above 0 and at most 1, got 2.',
    );
  });
});
