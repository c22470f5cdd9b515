import { describe, expect, it } from '@jest/globals';
import { InvalidArgument, InvalidBound } from '../../../gymnasium/error.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { NormalizeObservation } from '../../../gymnasium/wrappers/normalize-observation.js';
import { NormalizeReward } from '../../../gymnasium/wrappers/normalize-reward.js';
import { RunningMeanStd } from '../../../gymnasium/wrappers/running-mean-std.js';
import { scriptedEnv, TestingEnv } from '../testing-env.js';

describe('RunningMeanStd', () => {
  it('gives the population mean and variance of its samples', () => {
    const statistics = new RunningMeanStd(2, 0);
    for (const sample of [
      [1, 5],
      [2, 5],
      [6, 5],
    ])
      statistics.update(sample);
    expect(statistics.mean[0]).toBeCloseTo(3, 12);
    expect(statistics.variance[0]).toBeCloseTo(14 / 3, 12);
    expect([statistics.mean[1], statistics.variance[1], statistics.count]).toEqual([5, 0, 3]);
  });

  it('starts at mean 0 and variance 1 with the weight of 0.0001 samples', () => {
    const statistics = new RunningMeanStd(1);
    statistics.update([2]);
    // Weighted: mean 2 / 1.0001; variance (0.0001 * (1 + mean^2) + (2 - mean)^2) / 1.0001.
    const mean = 2 / 1.0001;
    expect(statistics.mean[0]).toBeCloseTo(mean, 12);
    expect(statistics.variance[0]).toBeCloseTo((1e-4 * (1 + mean ** 2) + (2 - mean) ** 2) / 1.0001, 12);
  });

  it('stays exact far from zero', () => {
    const statistics = new RunningMeanStd(1, 0);
    for (let i = 0; i < 1000; i++) statistics.update([1e9 + (i % 2)]);
    expect(statistics.variance[0]).toBeCloseTo(0.25, 6);
  });
});

describe('NormalizeObservation', () => {
  const env = (...values: number[]) => {
    const [first, ...rest] = values.map((value) => Float32Array.of(value));
    const steps = rest.map((observation) => ({ observation }));
    return new NormalizeObservation(scriptedEnv(first, steps, { observationSpace: new Box(-9, 9) }), 0);
  };

  it('follows the hand-computed sequence 1, 3, with the start of 0.0001 samples at mean 0, variance 1', () => {
    const wrapped = env(1, 3);
    const moments = (count: number, sum: number, squares: number) => {
      const mean = sum / count;
      return { mean, std: Math.sqrt(squares / count - mean * mean) };
    };
    const one = moments(1.0001, 1, 1e-4 + 1);
    const two = moments(2.0001, 1 + 3, 1e-4 + 1 + 9);
    expect(wrapped.reset().observation[0]).toBeCloseTo((1 - one.mean) / one.std, 5);
    expect(wrapped.step(0).observation[0]).toBeCloseTo((3 - two.mean) / two.std, 5);
    expect(two.mean).toBeCloseTo(1.9999, 4);
  });

  it('is float32 in an unbounded box of the same shape, and leaves the observation alone', () => {
    const inner = new TestingEnv({
      observationSpace: new Box(0, 255, { shape: [2, 2], dtype: 'uint8' }),
      reset: () => ({ observation: raw, info: {} }),
    });
    const raw = Uint8Array.of(1, 2, 3, 4);
    const wrapped = new NormalizeObservation(inner);
    expect(wrapped.observationSpace.contains(wrapped.reset().observation)).toBe(true);
    expect(wrapped.observationSpace.shape).toEqual([2, 2]);
    expect(raw).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('freezes its statistics', () => {
    const wrapped = env(1, 3, 3);
    wrapped.reset();
    wrapped.updateRunningMean = false;
    const { count } = wrapped.statistics;
    const frozen = wrapped.step(0).observation[0];
    expect(wrapped.step(0).observation[0]).toBe(frozen);
    expect(wrapped.statistics.count).toBe(count);
  });

  it('refuses spaces other than Box, and a negative epsilon', () => {
    expect(() => new NormalizeObservation(new TestingEnv())).toThrow(InvalidArgument);
    const box = new TestingEnv({ observationSpace: new Box(0, 1) });
    expect(() => new NormalizeObservation(box, -1)).toThrow(InvalidBound);
    expect(() => new NormalizeObservation(box, Number.NaN)).toThrow(InvalidBound);
  });
});

describe('NormalizeReward', () => {
  const scripted = () =>
    scriptedEnv(0, [{ reward: 1 }, { reward: 2 }, { reward: 4, terminated: true }, { reward: 8 }]);

  it('divides by the deviation of the discounted return, here 1, 2.5, 4 and 10 with gamma 0.5', () => {
    const env = new NormalizeReward(scripted(), { gamma: 0.5, epsilon: 0 });
    env.reset();
    const actual = [1, 2, 3, 4].map(() => env.step(0).reward);
    const returns = [1, 0.5 * 1 + 2, 4, 0.5 * 4 + 8];
    const expected = [1, 2, 4, 8].map((reward, t) => {
      const seen = returns.slice(0, t + 1);
      const count = 1e-4 + seen.length;
      const mean = seen.reduce((sum, x) => sum + x, 0) / count;
      const square = (1e-4 + seen.reduce((sum, x) => sum + x * x, 0)) / count;
      return reward / Math.sqrt(square - mean * mean);
    });
    for (let t = 0; t < 4; t++) expect(actual[t]).toBeCloseTo(expected[t], 8);
    // After 1 and 2.5 the deviation is 0.75 but for the weight of the start.
    expect(actual[1]).toBeCloseTo(2 / 0.75, 2);
  });

  it('freezes its statistics', () => {
    const env = new NormalizeReward(scripted());
    env.reset();
    env.step(0);
    env.updateRunningMean = false;
    const deviation = Math.sqrt(env.statistics.variance[0] + 1e-8);
    expect(env.step(0).reward).toBe(2 / deviation);
    expect(env.step(0).reward).toBe(4 / deviation);
  });

  it.each([{ gamma: 1.1 }, { gamma: -0.1 }, { epsilon: -1 }, { gamma: '1' as any }])(
    'refuses %p',
    (options) => {
      expect(() => new NormalizeReward(new TestingEnv(), options)).toThrow(InvalidBound);
    },
  );
});
