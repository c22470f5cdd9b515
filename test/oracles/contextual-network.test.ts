import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { Rng } from '../../gymnasium/rng.js';
import { ContextualPolicy } from '../../oracles/index.js';
import { Driver } from './driving.js';

const game = makeGame('NormalForm-v0', { name: 'conitzer_sandholm' });

describe('pre-training on distributions', () => {
  it('learns the threshold: column 0 where row 0 has more than half of the probability', async () => {
    const { oracle, report } = await ContextualPolicy.pretrain(game, {
      seed: 1,
      steps: 60_000,
      answers: 'distribution',
    });
    expect(report.exact).toBeNull();
    expect(report.followerSteps).toBeGreaterThanOrEqual(60_000);
    expect(report.leaderQueries).toBeGreaterThanOrEqual(60_000);
    const driver = new Driver(game, oracle);
    const rng = new Rng(2);
    for (const p of [0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 1]) {
      const { follower_0 } = driver.respond(() => Float64Array.of(p, 1 - p));
      expect([p, follower_0.act(0, rng)]).toEqual([p, p > 0.5 ? 0 : 1]);
    }
  });

  it('is the same for the same seed', async () => {
    const once = async () => {
      const options = { seed: 3, steps: 3000, samplesPerQuery: 4 };
      const { oracle } = await ContextualPolicy.pretrain(game, options);
      return oracle.options.policies['follower_0'].save();
    };
    expect(await once()).toEqual(await once());
  });

  it('takes one follower only and checks its options', async () => {
    const call = ContextualPolicy.pretrain(game, { seed: 1, answers: 'distribution', steps: -5 });
    await expect(call).rejects.toThrow('ContextualPolicy: steps: expected a positive integer, got -5.');
  });
});
