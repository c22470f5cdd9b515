import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { checkEnv } from '../../gymnasium/checkers/index.js';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { ContextualFollowerEnv } from '../../oracles/index.js';
import { ContinuousGame, randomRules, TableGame } from '../envs/testing-games.js';

const prisoners = makeGame('IteratedMatrixGame-v0', { horizon: 4 });

describe('ContextualFollowerEnv', () => {
  it.each<[string, any, object]>([
    ['a table', prisoners, {}],
    ['frequencies', prisoners, { samplesPerQuery: 3 }],
    ['distributions', prisoners, { answers: 'distribution' }],
    ['a leader-first game', makeGame('NormalForm-v0', { observeAction: true }), {}],
    ['other starts and chance', new TableGame(randomRules(new Rng(0), { start: 3 })), {}],
    ['the follower first', new TableGame(randomRules(new Rng(0), { followerFirst: true })), {}],
  ])('passes checkEnv: %s', (_, game, options) => {
    checkEnv(() => new ContextualFollowerEnv(game, options));
  });

  it('pays the follower against the leader that the context tells of', () => {
    const env = new ContextualFollowerEnv(prisoners);
    const rewards = prisoners as any;
    const contexts = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      let { observation } = env.reset({ seed });
      const context = Math.floor(observation / 5);
      contexts.add(context);
      const leader = env.encoding.answersOf(context);
      for (let done = false, o = observation % 5; !done; ) {
        const b = seed % 2;
        const result = env.step(b);
        expect(result.reward).toBe(rewards.payoffs.follower[leader[o]][b]);
        ({ observation, terminated: done } = result);
        expect(Math.floor(observation / 5)).toBe(context);
        expect(observation % 5).toBe(1 + leader[o] + 2 * b);
        o = observation % 5;
      }
    }
    expect(contexts.size).toBe(32);
  });

  it('draws leaders uniformly, each observation by itself', () => {
    const env = new ContextualFollowerEnv(prisoners);
    const ones = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 1000; seed++) {
      env.encoding.answersOf(Math.floor(env.reset({ seed }).observation / 5)).forEach((a, q) => {
        ones[q] += a;
      });
    }
    for (const count of ones) expect(Math.abs(count - 500)).toBeLessThan(4 * Math.sqrt(250));
  });

  it('shows the distribution of a stochastic leader, with the true answers', () => {
    const env = new ContextualFollowerEnv(makeGame('NormalForm-v0'), { answers: 'distribution' });
    const shares: number[] = [];
    for (let seed = 0; seed < 400; seed++) {
      const row = Array.from(env.reset({ seed }).observation as Float32Array).slice(1);
      expect(row[0] + row[1]).toBeCloseTo(1, 6);
      shares.push(row[0]);
    }
    // Uniform on the simplex: mean 1/2, variance 1/12.
    const mean = shares.reduce((a, b) => a + b, 0) / 400;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 400));
    expect(Math.min(...shares)).toBeLessThan(0.1);
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
  });

  it('refuses steps out of order, actions outside, and malformed options', () => {
    const env = new ContextualFollowerEnv(prisoners);
    expect(() => env.step(0)).toThrow(ResetNeeded);
    env.reset({ seed: 0 });
    expect(() => env.step(2)).toThrow(InvalidAction);
    for (let t = 0; t < 4; t++) env.step(0);
    expect(() => env.step(0)).toThrow(ResetNeeded);
    const bad: any[] = [{ leaders: 'mixed' }, { queries: [9] }, { samplesPerQuery: 0 }];
    for (const options of bad) {
      expect(() => new ContextualFollowerEnv(prisoners, options)).toThrow(InvalidArgument);
    }
    expect(() => new ContextualFollowerEnv(new ContinuousGame())).toThrow(InvalidArgument);
  });
});
