import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, type MessageSpm, makeGame, messageSpm, singleLane } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { MultiplicativeWeights } from '../../../oracles/index.js';
import { evaluateCommitment } from '../../../solvers/index.js';
import { StackelbergWrapper } from '../../../wrappers/index.js';

const build = (parameters: object = {}) => makeGame('MessageSPM-v0', parameters) as MessageSpm;

/** A visit of A0 or A1 at a price. */
const visit = (buyer: number, price: number) => Float64Array.of(1 - buyer, buyer, price);

/** Brero et al.: A1 says whether it wants the item; then A0 is asked 0.3 instead of 0. A1 last, at 0. */
const m1 = (sight: Float64Array) => (sight[0] === 1 ? visit(0, sight[8] === 1 ? 0.3 : 0) : visit(1, 0));

/** A0 says whether it is of the high type, and is then asked first, at the price; else A1 goes first. */
const m2 = (price: number) => (sight: Float64Array) => {
  if (sight[7] === 1) return sight[0] === 1 ? visit(0, price) : visit(1, 0);
  return sight[1] === 1 ? visit(1, 0) : visit(0, 0);
};

async function zeroLossSeeds(leader: (sight: Float64Array) => Float64Array, updates: number, seeds: number) {
  let zero = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const oracle = new MultiplicativeWeights({ updates, learningRate: 0.1 });
    const graded = await evaluateCommitment(build(), leader, { oracle, episodes: 1, seed, optimum: 0 });
    if (Math.abs(graded.value) <= 1e-9) zero++;
    expect(graded.equilibrium.notion).toBe('Bayesian Nash');
    // Play that loses nothing here is an equilibrium, and play that loses is none.
    expect(graded.equilibrium.gap! <= 1e-9).toBe(Math.abs(graded.value) <= 1e-9);
  }
  return zero;
}

/** One episode with these types, messages and visits; returns what each agent saw and was paid. */
function episode(
  game: MessageSpm,
  profile: number,
  messages: readonly [number, number],
  visits: readonly Float64Array[],
) {
  const lane = singleLane(game);
  lane.seed(new Rng(0));
  lane.freezeTypes(profile);
  lane.reset();
  const sights: number[][] = [Array.from(lane.observation(0))];
  const rewards: number[][] = [];
  let done = false;
  for (const action of visits) {
    expect(done).toBe(false);
    lane.act(1, messages[0]);
    lane.act(2, messages[1]);
    lane.commit();
    sights.push(Array.from(lane.observation(0)));
    lane.act(0, action);
    done = lane.step();
    sights.push(Array.from(lane.observation(0)));
    rewards.push([0, 1, 2].map((agent) => lane.reward(agent)));
  }
  return { sights, rewards, done };
}

describe('MessageSPM', () => {
  it('shows the leader who is left, the item, the posted prices and the messages', () => {
    // Types (0.2, 0.4): A0 refuses 0.3, A1 takes the item at 0.1.
    const { sights, rewards, done } = episode(build(), 1, [0, 1], [visit(0, 0.3), visit(1, 0.1)]);
    expect(sights).toEqual([
      [1, 1, 1, 1, 1, 0, 0, 0, 0],
      [1, 1, 1, 1, 1, 0, 0, 0, 1],
      [0, 1, 1, 0, 1, 0.3, 0, 0, 1],
      [0, 1, 1, 0, 1, 0.3, 0, 0, 1],
      [0, 0, 0, 0, 0, 0.3, 0.1, 0, 1],
    ]);
    expect(done).toBe(true);
    expect(rewards[0]).toEqual([0, 0, 0]);
    expect(rewards[1]).toEqual([0, 0, 0.4 - 0.1]);
  });

  it('keeps the first messages, whatever is said later', () => {
    const lane = singleLane(build());
    lane.seed(new Rng(0));
    lane.freezeTypes(0);
    lane.reset();
    for (const [message, action] of [
      [1, visit(0, 1)],
      [0, visit(1, 1)],
    ] as const) {
      lane.act(1, message);
      lane.act(2, message);
      lane.commit();
      expect(Array.from(lane.observation(0)).slice(7)).toEqual([1, 1]);
      lane.act(0, action);
      lane.step();
    }
    expect(lane.done).toBe(true);
    expect(Array.from(lane.observation(0)).slice(7)).toEqual([1, 1]);
  });

  it('visits the buyer of the higher score, the first of equals, and then the other', () => {
    const first = (a: number, b: number) =>
      episode(build(), 0, [0, 0], [Float64Array.of(a, b, 1)])
        .sights.at(-1)!
        .slice(0, 2);
    expect(first(0.4, 0.5)).toEqual([1, 0]);
    expect(first(0.5, 0.4)).toEqual([0, 1]);
    expect(first(0.5, 0.5)).toEqual([0, 1]);
    const { sights } = episode(build(), 0, [0, 0], [visit(0, 1), visit(0, 1)]);
    expect(sights.at(-1)!.slice(0, 7)).toEqual([0, 0, 1, 0, 0, 1, 1]);
  });

  it.each([
    // Profiles of the setting pi: (0.2, 0), (0.2, 0.4), (1, 0), (1, 0.4).
    [0, 'strict', 0.2, [-0.2, 0, 0], false],
    [0, 'weak', 0.2, [0, 0, 0], true],
    [0, 'strict', 0.1, [0, 0.1, 0], true],
    [1, 'strict', 0.1, [0.2 - 0.4, 0.1, 0], true],
    [3, 'strict', 0.5, [0, 0.5, 0], true],
  ] as const)('profile %i, %s, A0 first at %d pays %j', (profile, accept, price, paid, sold) => {
    const visits = sold ? [visit(0, price)] : [visit(0, price), visit(1, 1)];
    const { rewards, done, sights } = episode(build({ accept }), profile, [0, 0], visits);
    expect(done).toBe(true);
    expect(sights.at(-1)![2]).toBe(sold ? 0 : 1);
    rewards.at(-1)!.forEach((reward, agent) => {
      expect(reward).toBeCloseTo(paid[agent], 12);
    });
  });

  it('lets the buyers speak before the leader acts', () => {
    const env = new GameParallelEnv(build());
    expect(env.moveOrder).toEqual([['follower_0', 'follower_1'], ['leader_0']]);
    env.reset({ seed: 3 });
    const seen = env.commit!({ follower_0: 1, follower_1: 0 });
    expect(Array.from(seen['leader_0'] as Float64Array)).toEqual([1, 1, 1, 1, 1, 0, 0, 1, 0]);
  });

  it.each([
    [{}, 0.44],
    [{ setting: 'msgspace', types: 2 }, 3 / 4],
    [{ setting: 'msgspace' }, 13 / 18],
    [{ setting: 'msgspace', types: 4 }, 17 / 24],
    [{ setting: 'msgspace', types: 5 }, 7 / 10],
    [{ setting: 'msgspace', types: 6 }, 25 / 36],
    [{ buyers: new Array(2).fill({ values: [0.5], probabilities: [1] }) }, 0.5],
  ])('%j has a first-best welfare of %d', (parameters, welfare) => {
    const game = build(parameters);
    expect(game.firstBestWelfare).toBeCloseTo(welfare, 12);
    const total = game.typeProfiles.reduce((sum, { probability }) => sum + probability, 0);
    expect(total).toBeCloseTo(1, 12);
  });

  it('both mechanisms of the literature lose nothing, the second under any ties', async () => {
    for (const leader of [m1, m2(0.15), m2(0.3)]) {
      const graded = await evaluateCommitment(build(), leader, { optimum: 0 });
      expect(Math.abs(graded.value)).toBeLessThanOrEqual(1e-9);
      expect(graded.equilibrium.notion).toBe('Bayesian Nash');
      expect(graded.equilibrium.gap).toBeLessThanOrEqual(1e-9);
    }
    const against = { ties: 'against', optimum: 0 } as const;
    expect((await evaluateCommitment(build(), m2(0.15), against)).value).toBeCloseTo(0, 12);
    // A1 of value 0 is indifferent in M1: if it also asks for the item, A0 of value 0.2 goes without it.
    expect((await evaluateCommitment(build(), m1, against)).value).toBeCloseTo(-0.08, 12);
    // Outside of (0.1, 0.5) A0 does not want to tell its type.
    expect((await evaluateCommitment(build(), m2(0.6), { optimum: 0 })).value).toBeLessThan(-0.01);
  });

  it('the zero-loss mechanism for three types rests on ties', async () => {
    const leader = (sight: Float64Array) => {
      const high = sight[8] === 1;
      return sight[0] === 1 ? visit(0, high ? 0.75 : 0.25) : visit(1, high ? 0.25 : 0);
    };
    const game = build({ setting: 'msgspace', types: 3 });
    const valueUnder = async (ties: 'leader' | 'lowest' | 'against') =>
      (await evaluateCommitment(game, leader, { ties, optimum: 0 })).value;
    expect(await valueUnder('leader')).toBeCloseTo(0, 9);
    expect(await valueUnder('lowest')).toBeCloseTo(0, 9);
    expect(await valueUnder('against')).toBeCloseTo(-1 / 18, 9);
  });

  it('multiplicative weights learn the messages of both mechanisms', async () => {
    expect(await zeroLossSeeds(m1, 25, 200)).toBeGreaterThanOrEqual(198);
    expect(await zeroLossSeeds(m2(0.15), 100, 200)).toBeGreaterThanOrEqual(198);
    // A0 is of the high type in one update of five only, and 25 are too few for it.
    expect(await zeroLossSeeds(m2(0.15), 25, 200)).toBeLessThan(198);
  });

  it('reports how far learned play is from a Bayesian equilibrium', async () => {
    const oracle = new MultiplicativeWeights({ updates: 25, certify: 0.05 });
    const graded = await evaluateCommitment(build(), m2(0.15), { oracle, episodes: 20, optimum: 0 });
    expect(graded.equilibrium.notion).toMatch(/^Bayesian/);
    expect(graded.equilibrium.gap).toBeLessThanOrEqual(0.05);
    const short = new MultiplicativeWeights({ updates: 1, play: 'mixed' });
    const rough = await evaluateCommitment(build(), m2(0.15), { oracle: short, episodes: 1, optimum: 0 });
    expect(rough.equilibrium.gap).toBeGreaterThan(0.05);
  });

  it('the wrapper pays the exact value of a leader that keeps to a mechanism', () => {
    const outer = new StackelbergWrapper(build(), {
      oracle: new MultiplicativeWeights({ updates: 25 }),
      commitment: 'episode',
      repeats: 'skip',
      rewardEpisodes: 'type-profiles',
    });
    let { observation } = outer.reset({ seed: 1 });
    let [total, done] = [0, false];
    while (!done) {
      const result = outer.step(m1(observation));
      ({ observation } = result);
      total += result.reward;
      done = result.terminated;
    }
    expect(total).toBeCloseTo(0, 12);
  });

  it('draws who is of which type, who was visited at what price, and what was lost', () => {
    const env = new GameParallelEnv(build(), {
      renderMode: 'ansi',
      renderer: messageSpm.renderer,
      title: 'MessageSPM-v0',
    });
    const lane = singleLane(build());
    const view = {
      game: lane.game as MessageSpm,
      title: 'MessageSPM-v0',
      history: [
        { actions: [visit(0, 0.3), 0, 1], rewards: [0, 0, 0] },
        { actions: [visit(1, 0), 0, 0], rewards: [0, 0, 0.4] },
      ],
      observations: [null, 0, 1],
      done: true,
    };
    const text = messageSpm.renderer!.ansi(view);
    expect(text).toContain('A0  value 0.2, message 0, visited first at price 0.3: refuses');
    expect(text).toContain('A1  value 0.4, message 1, visited second at price 0: takes the item');
    expect(text).toContain('A1 got the item: welfare 0.4 of at most 0.4, a loss of 0');
    const svg = messageSpm.renderer!.svg(view);
    expect(svg).toContain('price 0.3');
    expect(svg).toContain('A1 got the item');
    expect(svg).toContain('MessageSPM-v0 (ended)');
    expect(svg).toContain('2 messages, a buyer accepts a price below its value');
    for (const tick of ['0', '0.25', '0.5', '0.75', '1']) expect(svg).toContain(`>${tick}</text>`);
    env.reset({ seed: 1 });
    expect(env.render()).toContain('no message yet, not visited');
  });

  it.each([
    [{ setting: 'pi', types: 3 }, 'MessageSPM-v0: types: expected none but in the setting msgspace, got 3.'],
    [{ messages: 0 }, 'MessageSPM-v0: messages: expected at least 1, got 0.'],
    [{ messages: 1.5 }, 'MessageSPM-v0: messages: expected an integer, got 1.5.'],
    [{ setting: 'msgspace', types: 1 }, 'MessageSPM-v0: types: expected at least 2, got 1.'],
    [{ setting: 'p' }, 'MessageSPM-v0: setting: expected one of "pi"|"msgspace", got "p".'],
    [{ accept: 'maybe' }, 'MessageSPM-v0: accept: expected one of "strict"|"weak", got "maybe".'],
    [{ message: 2 }, 'unknown parameter "message". Did you mean "messages"?'],
    [
      { buyers: new Array(2).fill({ values: [0, 1], probabilities: [0.5, 0.6] }) },
      'MessageSPM-v0: buyers[0].probabilities: expected probabilities that sum to 1, got [0.5, 0.6].',
    ],
    [
      { buyers: new Array(2).fill({ values: [0, 1], probabilities: [1] }) },
      'MessageSPM-v0: buyers[0].probabilities: expected 2 of them, got [1].',
    ],
    [
      { buyers: new Array(2).fill({ values: [0, 2], probabilities: [0.5, 0.5] }) },
      'MessageSPM-v0: buyers[0].values[1]: expected a value from 0 to 1, got 2.',
    ],
    [{ buyers: [{ values: [1], probabilities: [1] }] }, 'MessageSPM-v0: buyers: expected two buyers'],
    [
      { setting: 'pi', buyers: new Array(2).fill({ values: [1], probabilities: [1] }) },
      'MessageSPM-v0: setting: expected none beside buyers, got "pi".',
    ],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });
});
