import { describe, expect, it } from '@jest/globals';
import { gameDefinition, gameEnv, makeGame } from '../../envs/index.js';
import { Box } from '../../gymnasium/spaces/box.js';
import {
  ExactBestResponse,
  QuantalResponse,
  SubjectiveQuantalResponse,
  TabularQ,
} from '../../oracles/index.js';
import { evaluateCommitment, solve } from '../../solvers/index.js';
import { greedyCommitment, StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';

const p8 = () => makeGame('SecurityGame-v0', { resources: 2 });
const uniform = new Array(8).fill(0.25);

/** Mean reward of the outer MDP for one coverage. */
function meanReward(oracle: any, coverage: readonly number[], episodes: number) {
  const outer = new StackelbergWrapper(p8(), { oracle, commitment: 'policy', policyForm: 'deterministic' });
  const rewards: number[] = [];
  outer.reset({ seed: 1 });
  for (let k = 0; k < episodes; k++) {
    rewards.push(outer.step(Float64Array.from(coverage)).reward);
    outer.reset();
  }
  const mean = rewards.reduce((a, b) => a + b, 0) / episodes;
  const variance = rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (episodes - 1);
  return { mean, error: Math.sqrt(variance / episodes) };
}

describe('quantal attackers in the outer MDP', () => {
  it.each([
    ['QR', () => new QuantalResponse({ rationality: 0.76 }), { kind: 'quantal', rationality: 0.76 }],
    ['SUQR', () => new SubjectiveQuantalResponse(), 'subjective-quantal'],
  ] as const)('%s: the mean reward is the exact value of the coverage', async (_name, oracle, follower) => {
    const { mean, error } = meanReward(oracle(), uniform, 4000);
    const exact = await evaluateCommitment(p8(), uniform, { follower });
    expect(Math.abs(mean - exact.value)).toBeLessThan(4 * error);
    const sampled = await evaluateCommitment(p8(), uniform, {
      oracle: oracle(),
      episodes: 2000,
      optimum: null,
    });
    expect(Math.abs(sampled.value - exact.value)).toBeLessThan(4 * sampled.standardError);
    expect(exact.optimum).toBeGreaterThan(exact.value);
  });

  it('the exact best response pays the strong Stackelberg value, and a learning attacker finds the same', async () => {
    const { commitment, value } = await solve(p8());
    const inside = (commitment as number[]).map((c, t) => (t === 5 ? c - 1e-3 : c));
    const { value: exact } = await evaluateCommitment(p8(), inside);
    expect(value - exact).toBeLessThan(0.02);
    expect(meanReward(new ExactBestResponse(), inside, 3).mean).toBeCloseTo(exact, 9);
    const learning = new TabularQ({ episodes: 200, learningRate: 1, epsilon: 0.5 });
    expect(meanReward(learning, inside, 3).mean).toBeCloseTo(exact, 9);
  });

  it('needs a one-shot game, and SUQR a security game', () => {
    const start = (oracle: any, game: any) => {
      const outer = new StackelbergWrapper(game, {
        oracle,
        commitment: 'policy',
        policyForm: 'deterministic',
      });
      outer.reset({ seed: 0 });
      outer.step(outer.actionSpace.sample());
    };
    expect(() => start(new QuantalResponse(), makeGame('IteratedMatrixGame-v0'))).toThrow(
      'A quantal follower needs a game of one step, got IteratedMatrixGame.',
    );
    expect(() => start(new SubjectiveQuantalResponse(), makeGame('NormalForm-v0'))).toThrow(
      'SubjectiveQuantalResponse: expected a security game, got NormalForm.',
    );
    expect(() => new QuantalResponse({ rationality: Number.NaN })).toThrow(
      'QuantalResponse: follower.rationality: expected a number in [0, 1000000000], got NaN.',
    );
  });
});

describe('a leader whose actions are vectors', () => {
  const outer = (rows: number) =>
    new StackelbergVectorEnv(p8(), rows, {
      oracle: new ExactBestResponse(),
      commitment: 'policy',
      autoresetMode: 'SameStep',
    });

  it('commits by logits: the sigmoid of each, scaled down to the budget', () => {
    const env = outer(2);
    expect(env.singleActionSpace.equals(new Box(-10, 10, { shape: [8], dtype: 'float64' }))).toBe(true);
    const policy = { act: () => Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0) };
    const coverage = greedyCommitment(env, policy) as Float64Array;
    for (const c of coverage) expect(c).toBeCloseTo(2 / 8, 12);
    const low = { act: () => new Float64Array(8).fill(-3) };
    for (const c of greedyCommitment(env, low) as Float64Array)
      expect(c).toBeCloseTo(1 / (1 + Math.exp(3)), 12);
  });

  it('is paid what evaluateCommitment says of its greedy commitment', async () => {
    const env = outer(3);
    env.reset({ seed: 0 });
    const logits = Float64Array.from({ length: 24 }, (_, i) => Math.sin(i));
    const { rewards } = env.step(logits);
    for (let row = 0; row < 3; row++) {
      const action = logits.slice(8 * row, 8 * row + 8);
      const commitment = greedyCommitment(env, { act: () => action });
      const { value } = await evaluateCommitment(p8(), commitment, { optimum: null });
      expect(rewards[row]).toBeCloseTo(value, 12);
    }
  });

  it('may be an environment of any view', async () => {
    const env = gameEnv(gameDefinition('SecurityGame-v0'), { resources: 2 });
    expect((await evaluateCommitment(env, uniform)).optimum).toBeCloseTo(0.082532, 6);
    const learned = { act: () => Float64Array.from(uniform) };
    expect(await evaluateCommitment(env, learned)).toEqual(await evaluateCommitment(env, uniform));
  });
});
