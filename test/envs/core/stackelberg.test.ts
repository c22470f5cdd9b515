import { describe, expect, it } from '@jest/globals';
import { checkResponse, drawPolicies, uncertified } from '../../../envs/core/stackelberg.js';
import { GameParallelEnv, makeGame, modelOf, singleLane } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { makeVec } from '../../../gymnasium/make.js';
import { Rng } from '../../../gymnasium/rng.js';
import { bimatrix, dilemma, FollowersGame } from '../followers-game.js';

const stay = { act: () => 0 };

describe('checkResponse', () => {
  const game = bimatrix(dilemma);
  const check = (response: any) => () => checkResponse('mine', game, response);

  it('passes what is well formed', () => {
    const response = uncertified({ follower_0: stay, follower_1: stay });
    expect(response).toMatchObject({ notion: 'none', gap: null });
    expect(check(response)()).toBe(response);
  });

  it.each<[any]>([
    [undefined],
    [{ follower_0: stay, follower_1: stay }],
    [{ mixture: [], notion: 'none', gap: null }],
    [{ mixture: [{ follower_0: stay, follower_1: stay }], notion: 'nash', gap: 0 }],
  ])('refuses %p', (response) => {
    expect(check(response)).toThrow(InvalidArgument);
    expect(check(response)).toThrow('mine: expected a response { mixture: [policies], notion, gap }, got ');
  });

  it('names the follower that an entry leaves out', () => {
    const mixture = [{ follower_0: stay, follower_1: stay }, { follower_0: stay }];
    expect(check({ mixture, notion: 'none', gap: null })).toThrow(
      'mine: expected a policy for follower_1 in every entry of mixture.',
    );
  });
});

it('drawPolicies draws uniformly from several, and draws nothing for one', () => {
  const rng = new Rng('mixture');
  const before = JSON.stringify(rng.state());
  expect(drawPolicies([{ a: stay }], rng)).toEqual({ a: stay });
  expect(JSON.stringify(rng.state())).toBe(before);
  const mixture = [0, 1, 2].map((k) => ({ [`entry_${k}`]: stay }));
  const counts = new Map<object, number>();
  for (let k = 0; k < 3000; k++) {
    const drawn = drawPolicies(mixture, rng);
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  for (const entry of mixture) {
    expect(Math.abs(counts.get(entry)! - 1000)).toBeLessThan(4 * Math.sqrt(3000 * (1 / 3) * (2 / 3)));
  }
});

describe('the order of moves', () => {
  const rewards = () => [0, 0];

  it('is told by followersFirst, and shows the leader what followers do', () => {
    const game = new FollowersGame({ leaderActions: 2, actions: [4], followersFirst: true, rewards });
    expect(game.followersFirst).toBe(true);
    const env = new GameParallelEnv(game);
    env.reset({ seed: 0 });
    expect(env.commit!({ follower_0: 3 })).toEqual({ leader_0: 3 });
    expect(() => env.commit!({ leader_0: 1 })).toThrow('commit: expected an action for follower_0');
    expect(() => modelOf(game)).toThrow('in FollowersGame it answers them: see InducedGame.');
  });

  it.each([
    makeGame('NormalForm-v0'),
    makeGame('NormalForm-v0', { observeAction: true }),
    new FollowersGame({ actions: [2], rewards }),
  ])('is not followers first elsewhere', (game) => {
    expect(game.followersFirst).toBe(false);
    expect(singleLane(game).followersFirst).toBe(false);
  });
});

describe('private types', () => {
  const profiles = [0.5, 0.3, 0.2].map((probability, k) => ({ probability, types: [k, 2 - k] }));
  const game = new FollowersGame({ actions: [2, 2], profiles, rewards: () => [0, 0, 0] });

  it('are drawn together, as often as the prior says', () => {
    const lane = singleLane(game);
    lane.seed(new Rng(7));
    const counts = [0, 0, 0];
    for (let k = 0; k < 4000; k++) {
      lane.reset();
      expect(lane.observation(1) + lane.observation(2)).toBe(2);
      counts[lane.observation(1)]++;
    }
    profiles.forEach(({ probability: p }, k) => {
      expect(Math.abs(counts[k] / 4000 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 4000));
    });
  });

  it('are fixed for one lane alone, and no longer in a twin', () => {
    const twin = game.twin();
    twin.allocate(2);
    twin.seedLane(0, new Rng(1));
    twin.freezeTypes(1, 2);
    const observations = game.agents.map(() => new Int32Array(2));
    const out: any = {
      observations,
      rewards: [],
      terminated: new Uint8Array(2),
      truncated: new Uint8Array(2),
    };
    twin.resetLane(1, out);
    expect([observations[1][1], observations[2][1]]).toEqual([2, 0]);
    const other = singleLane(twin);
    other.seed(new Rng(1));
    const [here, there] = [new Set<number>(), new Set<number>()];
    for (let k = 0; k < 40; k++) {
      twin.resetLane(0, out);
      here.add(observations[1][0]);
      other.reset();
      there.add(other.observation(1));
    }
    expect([here.size, there.size]).toEqual([3, 3]);
    expect(twin.signature).toBe(game.signature);
  });

  it('are the same by seed in the scalar and in the vector view', () => {
    const vector = makeVec('SimpleAllocation-v0', 5);
    const { observations } = vector.reset({ seed: 3 });
    for (let row = 0; row < 5; row++) {
      const env = new GameParallelEnv(makeGame('SimpleAllocation-v0'));
      expect(env.reset({ seed: 3 + row }).observations['follower_0']).toBe(
        (observations as any)['follower_0'][row],
      );
    }
  });
});
