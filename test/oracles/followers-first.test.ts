import { describe, expect, it } from '@jest/globals';
import { TabularSoftmax } from '../../agents/policy.js';
import { makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import {
  ContextualPolicy,
  ExactBestResponse,
  MultiplicativeWeights,
  QuantalResponse,
  TabularQ,
} from '../../oracles/index.js';
import { Driver } from './driving.js';

const game = makeGame('SimpleAllocation-v0');
const message = (owner: string) =>
  `${owner}: expected a leader that moves first or at once with its followers, got SimpleAllocation, where it answers them: use TabularQ or MultiplicativeWeights.`;

describe('games in which the leader answers', () => {
  it.each<[string, any]>([
    ['exact-best-response', new ExactBestResponse()],
    ['quantal', new QuantalResponse()],
    [
      'ContextualPolicy',
      new ContextualPolicy({
        policies: { follower_0: new TabularSoftmax(new Discrete(81), new Discrete(3)) },
      }),
    ],
  ])('are refused at the start by %s', (owner, oracle) => {
    const start = () => new Driver(game, oracle);
    expect(start).toThrow(InvalidArgument);
    expect(start).toThrow(message(owner));
  });

  it('are refused by the training of contextual policies', async () => {
    await expect(ContextualPolicy.pretrain(game, { seed: 0, steps: 10 })).rejects.toThrow(
      message('ContextualPolicy'),
    );
  });

  it.each([
    new TabularQ({ episodes: 600, learningRate: 0.2, epsilon: 0.3 }),
    new MultiplicativeWeights({ updates: 60 }),
  ])('are learned by $name: each type says what gets it its item', (oracle) => {
    const driver = new Driver(game, oracle);
    const { follower_0 } = driver.respond((seen) => 2 - seen);
    expect([0, 1, 2].map((type) => follower_0.act(type, undefined as any))).toEqual([2, 1, 0]);
  });
});
