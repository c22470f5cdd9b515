import { describe, expect, it } from '@jest/globals';
import { type BertrandPlatform, GameParallelEnv, makeGame, singleLane } from '../../../envs/index.js';
import { bertrandPlatform } from '../../../envs/platform/bertrand-platform.js';
import { displayed, noIncumbent } from '../../../envs/platform/display-rules.js';
import { greedyCycle } from '../../../envs/platform/greedy-cycle.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { expectWellFormed } from '../xml.js';

const build = (parameters: object = {}) => makeGame('BertrandPlatform-v0', parameters) as BertrandPlatform;
const [nobody, first, second, both] = [0, 1, 2, 3];

describe('the display rules', () => {
  const shown = (
    rule: string,
    a: number,
    b: number,
    more: Partial<Record<'lastA' | 'lastB' | 'incumbent' | 'action', number>> = {},
  ) => {
    const { lastA = 0, lastB = 0, incumbent = noIncumbent, action = 0 } = more;
    return displayed(build({ rule }), a, b, lastA, lastB, incumbent, action);
  };

  it('show both, nobody at equal prices, or whoever asks no more than the threshold', () => {
    expect(shown('none', 3, 0)).toBe(both);
    expect([shown('block-equal', 2, 2), shown('block-equal', 2, 1)]).toEqual([nobody, both]);
    expect([0, 1, 2, 3].map((action) => shown('threshold', 2, 1, { action }))).toEqual([
      nobody,
      second,
      both,
      both,
    ]);
    expect([0, 1].map((action) => shown('binary', 0, 1, { action }))).toEqual([first, both]);
  });

  it('pdp shows the cheapest, seller 0 of equals', () => {
    expect([shown('pdp', 1, 2), shown('pdp', 2, 1), shown('pdp', 1, 1)]).toEqual([first, second, first]);
  });

  it.each([
    ['holds on to the box though it is dearer by a step of 0.2167', 2, 1, 2, 0, 0, first],
    ['loses it when dearer by two steps', 3, 1, 3, 0, 0, second],
    ['loses it when it raises its price and is dearer', 2, 1, 1, 0, 0, second],
    ['keeps it when it raises its price and is the cheapest', 2, 3, 1, 0, 0, first],
    ['keeps it as seller 1 at equal prices', 1, 1, 0, 1, 1, second],
    ['loses it as seller 1 at equal prices when it raised its own', 1, 1, 0, 0, 1, first],
    ['is not there yet: the cheapest wins', 2, 1, 3, 3, noIncumbent, second],
  ])('dpdp: the incumbent %s', (_, a, b, lastA, lastB, incumbent, winner) => {
    expect(shown('dpdp', a, b, { lastA, lastB, incumbent })).toBe(winner);
  });
});

describe('BertrandPlatform', () => {
  it('lets sellers move first, and shows the platform their prices only where it sees them', () => {
    for (const [leaderSees, observed] of [
      ['nothing', 0],
      ['prices', 2 + 4 * 1],
    ] as const) {
      const env = new GameParallelEnv(build({ rule: 'threshold', leaderSees }));
      expect(env.moveOrder).toEqual([['follower_0', 'follower_1'], ['leader_0']]);
      env.reset({ seed: 0 });
      expect(env.commit!({ follower_0: 2, follower_1: 1 })).toEqual({ leader_0: observed });
      const { rewards, observations } = env.step({ leader_0: 1 });
      expect(observations).toEqual({ leader_0: observed, follower_0: 6, follower_1: 6 });
      expect(rewards['leader_0']).toBeCloseTo(0.7463, 5);
      expect(rewards['follower_0']).toBe(0);
      expect(rewards['follower_1']).toBeGreaterThan(0);
    }
  });

  it('has one stage equilibrium on the platform grid, at 1.48333', () => {
    const game = build();
    const stable = (own: number, other: number) =>
      game.prices.every((_, k) => game.profit(0, both, k, other) <= game.profit(0, both, own, other));
    const pairs = game.prices.flatMap((_, a) => game.prices.map((_, b) => [a, b]));
    expect(pairs.filter(([a, b]) => stable(a, b) && stable(b, a))).toEqual([[2, 2]]);
    expect(game.prices[2]).toBeCloseTo(1.48333, 5);
  });

  it('is truncated after its horizon, and goes on from there if it is told to', () => {
    const lane = singleLane(build({ horizon: 3, rule: 'dpdp' }));
    lane.seed(new Rng(5));
    lane.reset();
    const drawn = lane.observation(1);
    for (let step = 0; step < 3; step++) {
      lane.act(0, 0);
      lane.act(1, 3);
      lane.act(2, 1);
      expect(lane.step()).toBe(step === 2);
    }
    expect([lane.out.terminated[0], lane.out.truncated[0]]).toEqual([0, 1]);
    const game = lane.game as BertrandPlatform;
    game.goOn(0);
    lane.reset();
    expect(lane.observation(1)).toBe(3 + 4 * 1);
    expect(game.lastIncumbent(0)).toBe(1);
    lane.reset();
    expect(game.lastIncumbent(0)).toBe(noIncumbent);
    game.goOn(0);
    lane.seed(new Rng(5));
    lane.reset();
    expect(lane.observation(1)).toBe(drawn);
    expect(game.lastIncumbent(0)).toBe(noIncumbent);
    const starts = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      lane.seed(new Rng(seed));
      lane.reset();
      starts.add(lane.observation(2));
    }
    expect(starts.size).toBe(16);
  });

  it('plays out greedy sellers to their cycle, with means over the cycle alone', () => {
    const game = build({ rule: 'pdp' });
    const m = 4;
    // Both undercut the dearer price until the bottom, from where seller 0 starts again at the top.
    const down = (last: number) => Math.max(0, Math.max(last % m, Math.floor(last / m)) - 1);
    const policy0 = Array.from({ length: 16 }, (_, last) => (last === 0 ? 3 : down(last)));
    const policy1 = Array.from({ length: 16 }, (_, last) => down(last));
    const { path, cycle, price, surplus, profit } = greedyCycle(game, [policy0, policy1], {
      last: 15,
      incumbent: noIncumbent,
    });
    expect(path).toHaveLength(1);
    expect(cycle.map(({ prices }) => prices)).toEqual([
      [1, 1],
      [0, 0],
      [3, 0],
      [2, 2],
    ]);
    expect(cycle.map(({ shown }) => shown)).toEqual([first, first, second, first]);
    expect(price).toBeCloseTo((1.26667 + 1.05 + 1.375 + 1.48333) / 4, 5);
    expect(surplus).toBeCloseTo((0.7463 + 0.95553 + 0.95553 + 0.54647) / 4, 5);
    expect(profit).toBeCloseTo(cycle.reduce((sum, { profits: [a, b] }) => sum + a + b, 0) / 8, 12);
  });

  it.each([
    [{ prices: 5 }, 'BertrandPlatform-v0: prices: expected 4, 15 or a list of ascending prices, got 5.'],
    [{ prices: [1, 2, 2] }, 'BertrandPlatform-v0: prices: expected ascending prices, got [1, 2, 2].'],
    [{ prices: [-1, 2] }, 'BertrandPlatform-v0: prices[0]: expected a price of at least 0, got -1.'],
    [{ prices: [1] }, 'BertrandPlatform-v0: prices: expected at least 2 prices, got [1].'],
    [{ cost: -1 }, 'BertrandPlatform-v0: cost: expected a cost of at least 0, got -1.'],
    [{ mu: 0 }, 'BertrandPlatform-v0: mu: expected at least 0.001, got 0.'],
    [
      { rule: 'pdp', advantage: 0.1 },
      'BertrandPlatform-v0: advantage: expected none with rule pdp, got 0.1.',
    ],
    [{ advantage: -0.1 }, 'BertrandPlatform-v0: advantage: expected at least 0, got -0.1.'],
    [{ horizon: 1.5 }, 'BertrandPlatform-v0: horizon: expected an integer, got 1.5.'],
    [{ rule: 'pdd' }, 'BertrandPlatform-v0: rule: expected one of'],
    [{ sees: 'prices' }, 'BertrandPlatform-v0: unknown parameter "sees".'],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });

  it('draws prices, and who was shown, as text and as a picture', () => {
    const { renderer } = bertrandPlatform;
    const views = (['ansi', 'svg'] as const).map((renderMode) => {
      const env = new GameParallelEnv(build({ rule: 'threshold' }), {
        renderMode,
        renderer,
        title: 'market',
      });
      env.reset({ seed: 0 });
      const start = env.render() as string;
      env.step({ leader_0: 1, follower_0: 0, follower_1: 3 });
      return [start, env.render() as string];
    });
    const [[textStart, text], [svgStart, svg]] = views;
    expect(textStart).toContain('the sellers last asked');
    expect(text).toContain('prices 1.05 and 1.7; buyers see seller 0 for at most 1.267');
    expect(text).toContain('consumer surplus 0.956 in step 1, 0.956 on average so far');
    expect(text).toMatch(/^ {2}step {3}seller 0 {2}seller 1 +threshold +surplus/m);
    expect(text).toMatch(/^ +1 +1\.050 +\(1\.700\) +1\.267 +0\.956 +/m);
    expectWellFormed(svgStart);
    expectWellFormed(svg);
    expect(svg).toContain('consumer surplus 0.956 in step 1, 0.956 on average so far');
    expect(svg).toContain('seller 0 is drawn a little higher');
    expect(svg).toContain('Nash price 1.473');
    expect(svg).toContain('monopoly price 1.925');
    expect(svg.match(/<circle/g)).toHaveLength(2);
  });
});
