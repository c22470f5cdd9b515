import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { TabularSoftmax } from '../../agents/policy.js';
import { GameModel, makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { ContextualPolicy, type ContextualTrainingReport, prepareOracle } from '../../oracles/index.js';
import { bestResponse, stationaryValues } from '../../solvers/index.js';
import { randomRules, TableGame } from '../envs/testing-games.js';
import { actionsOf, Driver } from './driving.js';

const prisoners = makeGame('IteratedMatrixGame-v0');
const leaders = Array.from({ length: 32 }, (_, code) =>
  [16, 8, 4, 2, 1].map((bit) => Number((code & bit) > 0)),
);

describe('pretrain in the prisoners dilemma', () => {
  let oracle: ContextualPolicy;
  let report: ContextualTrainingReport;
  const progress: { steps: number; fraction: number }[] = [];

  beforeAll(async () => {
    const onProgress = (at: { steps: number; fraction: number }) => progress.push({ ...at });
    ({ oracle, report } = await ContextualPolicy.pretrain(prisoners, { seed: 1, onProgress }));
  });

  it('is exact in all 32 contexts within 1,000,000 steps', () => {
    expect(report.exact).toEqual({ contexts: 32, bestResponses: 32 });
    expect(report.followerSteps).toBeLessThanOrEqual(1_000_000);
    expect(report.followerSteps).toBe(2 * report.leaderQueries);
  });

  it('is the best response to each of the 32 leaders, asked once an observation', () => {
    const model = new GameModel(prisoners);
    for (const leader of leaders) {
      const driver = new Driver(prisoners, oracle);
      const actions = actionsOf(
        driver.respond((o) => leader[o]),
        5,
      );
      expect(driver.queries).toHaveLength(5);
      const table = leader.map((a) => [1 - a, a]);
      const [, earned] = stationaryValues(model, 0, 1, table, actions);
      expect(earned).toBe(bestResponse(model, table, { memory: 'stationary', ties: 'leader' }).followerValue);
    }
  });

  it('reports progress that only goes forward', () => {
    expect(progress.length).toBeGreaterThan(1);
    for (let i = 1; i < progress.length; i++) {
      expect(progress[i].steps).toBeGreaterThan(progress[i - 1].steps);
      expect(progress[i].fraction).toBeGreaterThanOrEqual(progress[i - 1].fraction);
      expect(progress[i].fraction).toBeLessThanOrEqual(1);
    }
  });

  it('answers the same after a round trip through a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'contextual-'));
    try {
      const path = join(folder, 'follower.json');
      oracle.save(path);
      const loaded = await ContextualPolicy.load(path);
      const actions = (from: ContextualPolicy) =>
        leaders.map((leader) =>
          actionsOf(
            new Driver(prisoners, from).respond((o) => leader[o]),
            5,
          ),
        );
      expect(actions(loaded)).toEqual(actions(oracle));
      const text = readFileSync(path, 'utf8');
      for (const damaged of [text.slice(0, 100), text.replace('"version":1', '"version":2'), '{}', '']) {
        writeFileSync(path, damaged);
        const error = await ContextualPolicy.load(path).catch((thrown) => thrown);
        expect(error).toBeInstanceOf(InvalidArgument);
        expect(error.message).toContain(path);
        expect(error.message).not.toContain('\n');
      }
      await expect(ContextualPolicy.load(join(folder, 'none.json'))).rejects.toThrow(InvalidArgument);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('pretrain', () => {
  const logits = (oracle: ContextualPolicy) =>
    Array.from((oracle.options.policies['follower_0'] as TabularSoftmax).logits);
  const short = (seed: number, options: object = {}) =>
    ContextualPolicy.pretrain(prisoners, { seed, steps: 20_000, stopWhenExact: false, ...options });

  it('repeats itself bit for bit by seed', async () => {
    const [one, again, other] = [await short(3), await short(3), await short(4)];
    expect(logits(again.oracle)).toEqual(logits(one.oracle));
    expect(again.report).toEqual(one.report);
    expect(logits(other.oracle)).not.toEqual(logits(one.oracle));
  });

  it('keeps to its budget of steps', async () => {
    const { report } = await short(1, { steps: 5000, batchEpisodes: 10 });
    expect(report.followerSteps).toBeGreaterThanOrEqual(5000);
    expect(report.followerSteps).toBeLessThan(5000 + 10 * 10);
    expect(report.exact!.contexts).toBe(32);
    expect(report.exact!.bestResponses).toBeLessThan(32);
  });

  it('knows nothing of exactness where queries leave parts of the leader unknown', async () => {
    const { report } = await short(1, { queries: [0, 1], steps: 2000 });
    expect(report.exact).toBeNull();
  });

  it('works in spaces with another start, with the follower first, in a leader-first game', async () => {
    for (const shape of [
      { start: 3 },
      { followerFirst: true },
      { leaderFirst: true, followerSees: [0, 0] },
    ]) {
      const game = new TableGame(randomRules(new Rng(5), { ...shape, horizon: 3 }));
      const { report } = await ContextualPolicy.pretrain(game, { seed: 1, steps: 200_000 });
      expect(report.exact).toEqual({ contexts: 4, bestResponses: 4 });
    }
  });

  it('learns for the discount of the game', async () => {
    const impatient = makeGame('IteratedMatrixGame-v0', { discount: 0.3 });
    const { report } = await ContextualPolicy.pretrain(impatient, { seed: 1 });
    expect(report.exact).toEqual({ contexts: 32, bestResponses: 32 });
  });

  it('is what prepareOracle gives, with its costs', async () => {
    const prepared = await prepareOracle(
      'contextual-policy',
      prisoners,
      { steps: 2000, stopWhenExact: false },
      7,
    );
    expect(prepared.preTrainingSteps).toBeGreaterThanOrEqual(2000);
    expect(prepared.preTrainingQueries).toBe(prepared.preTrainingSteps / 2);
    await expect(prepareOracle('tabular-w', prisoners, {}, 0)).rejects.toThrow(/Did you mean "tabular-q"\?/);
    expect((await prepareOracle('tabular-q', prisoners, { episodes: 3 }, 0)).preTrainingSteps).toBe(0);
  });

  it.each<[any, RegExp]>([
    [{ steps: 0 }, /steps: expected a positive integer, got 0/],
    [{ steps: 1.5 }, /steps: expected a positive integer, got 1\.5/],
    [{ batchEpisodes: 0 }, /batchEpisodes: expected a positive integer, got 0/],
    [{ learningRate: -1 }, /learningRate: expected a number above 0 and at most 10, got -1/],
    [{ entropyCoefficient: -1 }, /entropyCoefficient: expected a number in/],
    [{ focus: 2 }, /focus: expected a number in \[0, 1\], got 2/],
    [{ seed: -1 }, /seed: expected a non-negative integer/],
  ])('refuses %p', async (options, message) => {
    const call = ContextualPolicy.pretrain(prisoners, { seed: 0, ...options });
    await expect(call).rejects.toThrow(InvalidArgument);
    await expect(ContextualPolicy.pretrain(prisoners, { seed: 0, ...options })).rejects.toThrow(message);
  });
});

describe('a frozen policy', () => {
  const policy = new TabularSoftmax(new Discrete(5 * 32), new Discrete(2));

  it('draws from its probabilities where it is not greedy', () => {
    const followers = (greedy?: boolean) => {
      const driver = new Driver(
        prisoners,
        new ContextualPolicy({ policies: { follower_0: policy }, greedy }),
      );
      const { follower_0 } = driver.respond(() => 0);
      const rng = new Rng(0);
      return new Set(Array.from({ length: 50 }, () => follower_0.act(0, rng)));
    };
    expect([followers(false).size, followers(true).size, followers().size]).toEqual([2, 1, 1]);
  });

  it.each<[string, any, string]>([
    ['no policy', {}, 'ContextualPolicy: expected a policy for follower_0, got none.'],
    [
      'a policy of another space',
      { follower_0: new TabularSoftmax(new Discrete(5), new Discrete(2)) },
      'ContextualPolicy: expected a policy of follower_0 from Discrete(160) to Discrete(2), got one from Discrete(5) to Discrete(2).',
    ],
    [
      'a policy with other actions',
      { follower_0: new TabularSoftmax(new Discrete(160), new Discrete(3)) },
      'ContextualPolicy: expected a policy of follower_0 from Discrete(160) to Discrete(2), got one from Discrete(160) to Discrete(3).',
    ],
  ])('refuses %s at start', (_, policies, message) => {
    const call = () => new Driver(prisoners, new ContextualPolicy({ policies }));
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(message);
  });
});

it('a trained follower takes the game it was trained on, and no other of the same shape', async () => {
  const chicken = () => makeGame('IteratedMatrixGame-v0', { game: 'chicken' });
  const { oracle } = await ContextualPolicy.pretrain(chicken(), { seed: 1, steps: 2000 });
  expect(() => new Driver(chicken(), oracle)).not.toThrow();
  const other = makeGame('IteratedMatrixGame-v0', { game: 'stag_hunt' });
  expect(() => new Driver(other, oracle)).toThrow('expected the game that the followers were trained on');
});
