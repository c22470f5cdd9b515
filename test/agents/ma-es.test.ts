import { describe, expect, it } from '@jest/globals';
import { loadPolicy, MlpPolicy, maEs, policyFromJSON, TabularGaussian } from '../../agents/index.js';
import { Env } from '../../gymnasium/core.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';

/** One step, paid by a function of the vector that is played. */
class Landscape extends Env {
  readonly observationSpace = new Discrete(1);
  readonly actionSpace: Box;

  constructor(
    private readonly dimensions: number,
    private readonly height: (x: ArrayLike<number>) => number,
  ) {
    super();
    this.actionSpace = new Box(-10, 10, { shape: [dimensions], dtype: 'float64' });
  }

  override reset() {
    return { observation: 0, info: {} };
  }

  override step(x: any) {
    return { observation: 0, reward: this.height(x), terminated: true, truncated: false, info: {} };
  }

  table(start = 0): TabularGaussian {
    const means = new Float64Array(this.dimensions).fill(start);
    return new TabularGaussian(this.observationSpace, this.actionSpace, { means });
  }
}

const mean = (policy: TabularGaussian) => policy.act(0, new Rng(0), { greedy: true });

describe('maEs', () => {
  it.each<[string, (x: ArrayLike<number>) => number, number]>([
    ['a sphere', (x) => -Array.from(x).reduce((sum, v) => sum + (v - 1) ** 2, 0), 1e-4],
    [
      'an ill-conditioned bowl',
      (x) => -Array.from(x).reduce((sum, v, i) => sum + 10 ** i * (v - 1) ** 2, 0),
      1e-3,
    ],
    [
      "Rosenbrock's valley",
      (x) => {
        let sum = 0;
        for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2;
        return -sum;
      },
      1e-2,
    ],
  ])('climbs %s', async (_name, height, precision) => {
    for (let seed = 0; seed < 3; seed++) {
      const env = new Landscape(5, height);
      const policy = env.table();
      await maEs(env, { policy, steps: 20_000, seed, sigma: 0.5, tolerance: 1e-14 });
      for (const x of mean(policy)) expect(Math.abs(x - 1)).toBeLessThan(precision);
    }
  });

  it('starts again where a search came to a lesser peak', async () => {
    // A wide hill of height 1 around 0 and a narrow one of height 2 at (3, 3).
    const height = (x: ArrayLike<number>) =>
      Math.max(1 - 0.02 * (x[0] ** 2 + x[1] ** 2), 2 - 0.4 * ((x[0] - 3) ** 2 + (x[1] - 3) ** 2));
    const found: number[] = [];
    for (let seed = 0; seed < 5; seed++) {
      const env = new Landscape(2, height);
      const policy = env.table();
      await maEs(env, { policy, steps: 20_000, seed, sigma: 2, population: 6, growth: 1 });
      found.push(height(mean(policy)));
    }
    expect(Math.min(...found)).toBeGreaterThan(1.99);
  });

  it('leaves the best centre, and repeats itself', async () => {
    const env = new Landscape(3, (x) => -Math.abs(x[0]) - Math.abs(x[1] + 2) - Math.abs(x[2] - 0.5));
    const run = async () => {
      const policy = env.table(4);
      const returns: number[] = [];
      await maEs(env, {
        policy,
        steps: 3000,
        seed: 5,
        onProgress: () => void returns.push(env['height'](mean(policy))),
      });
      return returns;
    };
    const returns = await run();
    for (let k = 1; k < returns.length; k++) expect(returns[k]).toBeGreaterThanOrEqual(returns[k - 1]);
    expect(await run()).toEqual(returns);
  });

  it.each([
    [{ population: 3 }, 'maEs: expected population to be an integer of at least 4, got 3.'],
    [{ growth: 0.5 }, 'maEs: expected growth to be a finite number of at least 1, got 0.5.'],
    [{ tolerance: 0 }, 'maEs: expected tolerance to be a finite number above 0, got 0.'],
  ])('names the option that is wrong: %j', async (options, message) => {
    const env = new Landscape(2, () => 0);
    await expect(maEs(env, { steps: 10, seed: 0, ...options })).rejects.toThrow(message);
  });
});

it('takes a small policy by default, and refuses a large one', async () => {
  const env = new Landscape(2, (x) => -Math.abs(x[0] - 1) - Math.abs(x[1]));
  const { policy } = await maEs(env, { steps: 3000, seed: 0, sigma: 0.5 });
  expect(policy).toBeInstanceOf(TabularGaussian);
  expect(policy.act(0, new Rng(0), { greedy: true })[0]).toBeCloseTo(1, 2);
  const large = await MlpPolicy.create(env.observationSpace, env.actionSpace, { seed: 0 });
  await expect(maEs(env, { steps: 10, seed: 0, policy: large })).rejects.toThrow(
    /^maEs: expected a policy of at most 2000 parameters, got \d+\.$/,
  );
});

describe('TabularGaussian', () => {
  const observations = new Discrete(3, { start: 5 });
  const actions = new Box(-1, 1, { shape: [2], dtype: 'float64' });
  const means = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

  it('has a mean for each observation and a fixed deviation', () => {
    const policy = new TabularGaussian(observations, actions, { means, logStd: -2 });
    expect(policy.act(6, new Rng(0), { greedy: true })).toEqual(Float64Array.of(0.3, 0.4));
    const rng = new Rng('draws');
    const draws = Array.from({ length: 4000 }, () => policy.act(5, rng)[0] - 0.1);
    const deviation = Math.sqrt(draws.reduce((sum, x) => sum + x * x, 0) / draws.length);
    expect(Math.abs(deviation - Math.exp(-2))).toBeLessThan(0.01);
    expect(policy.network.params).toHaveLength(6);
  });

  it('survives a trip through JSON', async () => {
    const policy = new TabularGaussian(observations, actions, { means, logStd: -2 });
    const back = await policyFromJSON(JSON.parse(JSON.stringify(policy.save())));
    expect(back.act(7, new Rng(1))).toEqual(policy.act(7, new Rng(1)));
    await expect(loadPolicy('/nowhere.json')).rejects.toThrow(/^loadPolicy: /);
  });

  it('refuses other spaces', () => {
    expect(() => new TabularGaussian(actions as any, actions)).toThrow(
      'TabularGaussian: expected Discrete observations and Box actions, got Box(-1, 1, [2], float64)',
    );
  });
});
