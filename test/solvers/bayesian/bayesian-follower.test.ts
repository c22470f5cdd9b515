import { describe, expect, test } from '@jest/globals';
import { bayesianGames } from '../../../envs/bayesian/classics.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { ExactBestResponse } from '../../../oracles/index.js';
import { harsanyi } from '../../../solvers/bayesian/harsanyi.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { StackelbergVectorEnv, StackelbergWrapper } from '../../../wrappers/index.js';
import { gameOfTypes, near, task } from './games.js';

const game = gameOfTypes(bayesianGames['two_by_two']);
/** Of leader rewards that are two numbers, each as likely. */
const standardError = (spread: number, episodes: number) => spread / 2 / Math.sqrt(episodes);

describe('a follower with a private type in the outer MDP', () => {
  test('commitment "policy": the mixed optimum earns its value, over types drawn in every episode', async () => {
    const { value, commitment } = await harsanyi.solve(game, task());
    const oracle = new ExactBestResponse();
    const rewardEpisodes = 4000;
    const outer = new StackelbergWrapper(game, { oracle, commitment: 'policy', rewardEpisodes });
    expect(outer.reset({ seed: 1 })).toMatchObject({ observation: 0 });
    const logits = Float64Array.from(commitment as number[], (p) => Math.log(p));
    const { reward, terminated } = outer.step(logits);
    expect(terminated).toBe(true);
    expect(Math.abs(reward / rewardEpisodes - value)).toBeLessThan(4 * standardError(6, rewardEpisodes));
    const measured = await evaluateCommitment(game, commitment, { optimum: value });
    expect(Math.abs(measured.gap!)).toBeLessThan(1e-9);
  });

  test('commitment "policy": what the oracle answers is the best response to the whole policy', () => {
    const oracle = new ExactBestResponse();
    const outer = new StackelbergWrapper(game, {
      oracle,
      commitment: 'policy',
      policyForm: 'deterministic',
      rewardEpisodes: 2000,
    });
    outer.reset({ seed: 2 });
    const mean = outer.step(Int32Array.of(0)).reward / 2000;
    expect(Math.abs(mean - (8 + 4) / 2)).toBeLessThan(4 * standardError(4, 2000));
    outer.reset();
    const other = outer.step(Int32Array.of(1)).reward / 2000;
    expect(Math.abs(other - (2 + 4) / 2)).toBeLessThan(4 * standardError(2, 2000));
  });

  test('commitment "episode": one query, then a type an episode that only the follower responds to', () => {
    const rewardEpisodes = 1000;
    const outer = new StackelbergWrapper(game, {
      oracle: new ExactBestResponse(),
      commitment: 'episode',
      rewardEpisodes,
    });
    expect(outer.observationSpace).toEqual(new Discrete(1));
    const { observation, info } = outer.reset({ seed: 3 });
    expect([observation, info['phase']]).toEqual([0, 'query']);
    const rewards = new Map<number, number>();
    let query = true;
    for (let done = false; !done; ) {
      const result = outer.step(0);
      done = result.terminated;
      expect(result.observation).toBe(0);
      expect(Object.keys(result.info).sort()).toEqual(['actionMask', 'phase', 'queries', 'response']);
      if (query) expect(result.reward).toBe(0);
      else rewards.set(result.reward, (rewards.get(result.reward) ?? 0) + 1);
      query = false;
    }
    expect([...rewards.keys()].sort()).toEqual([4, 8]);
    expect(rewards.get(4)! + rewards.get(8)!).toBe(rewardEpisodes);
    expect(Math.abs(rewards.get(8)! / rewardEpisodes - 0.5)).toBeLessThan(
      4 * standardError(1, rewardEpisodes),
    );
  });

  test('rows of the vector form meet types of their own', () => {
    const oracle = new ExactBestResponse();
    const outer = new StackelbergVectorEnv(game, 64, { oracle, commitment: 'episode' });
    outer.reset({ seed: 4 });
    outer.step(new Int32Array(64));
    const { rewards } = outer.step(new Int32Array(64));
    expect([...new Set(rewards)].sort()).toEqual([4, 8]);
  });

  test('evaluateCommitment is the value of every solution, exact and from responses of the oracle', async () => {
    for (const [name, types] of Object.entries(bayesianGames)) {
      const source = gameOfTypes(types);
      const { value, commitment } = await harsanyi.solve(source, task());
      near((await evaluateCommitment(source, commitment, { optimum: null })).value, value, 1e-9);
      const oracle = new ExactBestResponse();
      const sampled = await evaluateCommitment(source, commitment, {
        oracle,
        episodes: 3,
        seed: name,
        optimum: null,
      });
      near(sampled.value, value, 1e-9);
      expect(sampled.standardError).toBeLessThan(1e-9);
      expect(sampled.equilibrium.notion).toBe('best response');
      near(sampled.equilibrium.gap!, 0, 1e-9);
    }
  });
});
