import { describe, expect, it } from '@jest/globals';
import { TabularSoftmax } from '../../agents/policy.js';
import type { FollowerPolicy, Oracle } from '../../envs/core/stackelberg.js';
import { type MarkovGame, makeGame, singleLane } from '../../envs/index.js';
import { Rng } from '../../gymnasium/rng.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import {
  ContextualPolicy,
  HeuristicPoacher,
  QuantalResponse,
  RandomPoacher,
  SubjectiveQuantalResponse,
  TabularQ,
} from '../../oracles/index.js';
import { randomRules, TableGame } from '../envs/testing-games.js';
import { Driver } from './driving.js';

const draws = 4000;

/** Compares what a policy says that it draws with what it draws. */
function expectHonest(policy: FollowerPolicy, observation: any, start = 0): number[] {
  policy.reset?.();
  const told = Array.from(policy.probabilities!(observation));
  expect(told.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  const counts = told.map(() => 0);
  const rng = new Rng('draws');
  for (let k = 0; k < draws; k++) {
    policy.reset?.();
    counts[policy.act(observation, rng) - start]++;
  }
  told.forEach((p, action) => {
    const error = Math.sqrt((p * (1 - p)) / draws);
    expect(Math.abs(counts[action] / draws - p)).toBeLessThanOrEqual(4.5 * error + 1e-12);
  });
  return told;
}

const followerOf = (game: MarkovGame, oracle: Oracle, leader: (seen: any) => any) =>
  new Driver(game, oracle).respond(leader)['follower_0'];

describe('policies that draw tell their probabilities', () => {
  it('quantal responses: logit odds', () => {
    const game = makeGame('NormalForm-v0', { name: 'conitzer_sandholm' }) as any;
    const [one, other] = game.payoffs.follower[1];
    const policy = followerOf(game, new QuantalResponse({ rationality: 0.7 }), () => 1);
    const told = expectHonest(policy, 0);
    expect(told[0] / told[1]).toBeCloseTo(Math.exp(0.7 * (one - other)), 9);
  });

  it('quantal responses after a commit, and uniform play where the commitment never leads', () => {
    const game = makeGame('NormalForm-v0', { observeAction: true });
    const policy = followerOf(game, new QuantalResponse({ rationality: 2 }), () => 1);
    expect(expectHonest(policy, 2)).not.toEqual([0.5, 0.5]);
    expect(expectHonest(policy, 1)).toEqual([0.5, 0.5]);
  });

  it('subjective quantal responses', () => {
    const game = makeGame('SecurityGame-v0');
    const { actionSpace } = game.agents[0];
    const coverage = new Float64Array(actionSpace.shape![0]);
    const policy = followerOf(game, new SubjectiveQuantalResponse(), () => coverage);
    const told = expectHonest(policy, coverage);
    expect(Math.max(...told)).toBeGreaterThan(Math.min(...told));
  });

  it('tables of observations that were never met', () => {
    const rules = randomRules(new Rng(2), { states: 3, pairs: true, start: 2 });
    const game = new TableGame({ ...rules, followerSees: [0, 1, 2], initial: [1, 0, 0], horizon: 1 });
    const policy = followerOf(game, new TabularQ({ episodes: 20 }), () => 2);
    const known = Array.from(policy.probabilities!([0, 1]));
    expect(known[policy.act([0, 1], new Rng(0)) - 2]).toBe(1);
    expect(known.filter((p) => p > 0)).toEqual([1]);
    expect(expectHonest(policy, [2, 1], 2)).toEqual([0.5, 0.5]);
  });

  it('contextual policies that are not greedy', () => {
    const game = makeGame('IteratedMatrixGame-v0');
    const logits = Float64Array.from({ length: 320 }, (_, k) => Math.sin(k));
    const follower_0 = new TabularSoftmax(new Discrete(160), new Discrete(2), logits);
    const policy = (greedy: boolean) =>
      followerOf(game, new ContextualPolicy({ policies: { follower_0 }, greedy }), () => 1);
    const told = expectHonest(policy(false), 3);
    expect(told).toEqual(Array.from(follower_0.probabilities!(31 * 5 + 3)));
    expect(policy(true).probabilities).toBeUndefined();
  });

  it.each([new HeuristicPoacher(), new RandomPoacher()])('poachers: $name', (oracle) => {
    const game = makeGame('GreenSecurity-v0');
    const lane = singleLane(game);
    lane.seed(new Rng(1));
    lane.reset();
    const told = expectHonest(
      followerOf(game, oracle, () => 0),
      lane.observation(1),
    );
    expect(told).toHaveLength(10);
    expect(told.filter((p) => p > 0).length).toBeGreaterThan(5);
  });

  it('a poacher with its last snare: it heads home once that is set', () => {
    const game = makeGame('GreenSecurity-v0', { snares: 1 });
    const lane = singleLane(game);
    lane.seed(new Rng(1));
    lane.reset();
    const told = expectHonest(
      followerOf(game, new HeuristicPoacher(), () => 0),
      lane.observation(1),
    );
    // It never stays where it is on the way home.
    expect([told[0] > 0, told[5]]).toEqual([true, 0]);
  });
});

it('a poacher does not set a snare twice in a cell, and says so', () => {
  const game = makeGame('GreenSecurity-v0');
  const lane = singleLane(game);
  lane.seed(new Rng(1));
  lane.reset();
  const policy = followerOf(game, new HeuristicPoacher(), () => 0);
  policy.reset!();
  const rng = new Rng(3);
  const seen = lane.observation(1);
  const setting = () =>
    Array.from(policy.probabilities!(seen))
      .slice(5)
      .reduce((a, b) => a + b, 0);
  const before = setting();
  expect(before).toBeGreaterThan(0);
  while (policy.act(seen, rng) < 5) expect(setting()).toBe(before);
  expect(setting()).toBe(0);
});
