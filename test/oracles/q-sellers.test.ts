import { describe, expect, it } from '@jest/globals';
import { Market } from '../../benchmarks/platform-market.js';
import type { JointResponse } from '../../envs/core/stackelberg.js';
import { type BertrandPlatform, makeGame, singleLane } from '../../envs/index.js';
import { greedyCycle } from '../../envs/platform/greedy-cycle.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { QSellers, type QSellersOptions, type SellersResponder } from '../../oracles/q-sellers.js';
import { evaluateCommitment } from '../../solvers/index.js';
import { StackelbergWrapper } from '../../wrappers/index.js';

const build = (parameters: object = {}) => makeGame('BertrandPlatform-v0', parameters) as BertrandPlatform;

function start(game: BertrandPlatform, options: QSellersOptions, seed = 0) {
  const lane = singleLane(game);
  const rng = new Rng(seed);
  lane.seed(rng.child('game'));
  const context = { lane, leader: 0, rng: rng.child('oracle'), simulated() {} };
  return { lane, responder: new QSellers(options).start(context) };
}

function respond(responder: SellersResponder, answer: (seen: number) => number = () => 0) {
  const response = responder.respond();
  let queries = 0;
  let step = response.next();
  for (; !step.done; queries++) step = response.next(answer(step.value.observation));
  return { queries, response: step.value as JointResponse };
}

/** Mean consumer surplus over the greedy cycles of a few pairs of sellers. */
function surplusOver(pairs: number, parameters: object, options: QSellersOptions, threshold = 0): number {
  let sum = 0;
  for (let seed = 0; seed < pairs; seed++) {
    const market = new Market(
      build(parameters),
      new QSellers(options),
      () => threshold,
      new Rng(seed),
    ).learn();
    sum += market.cycle().surplus;
  }
  return sum / pairs;
}

describe('QSellers', () => {
  it('asks the platform once a step, and goes on from where learning ended', () => {
    const { lane, responder } = start(build({ rule: 'threshold', leaderSees: 'prices' }), { steps: 1000 });
    const asked = new Set<number>();
    const { queries, response } = respond(responder, (seen) => {
      asked.add(seen);
      return 3;
    });
    expect([queries, responder.steps]).toEqual([1000, 1000]);
    expect(response).toMatchObject({ notion: 'none', gap: null });
    expect(asked.size).toBe(16);
    const last = lane.observation(1);
    lane.reset();
    expect(lane.observation(1)).toBe(last);
    for (const [k, id] of ['follower_0', 'follower_1'].entries()) {
      const policy = response.mixture[0][id];
      for (let o = 0; o < 16; o++) expect(policy.act(o, new Rng(0))).toBe(responder.greedy[k][o]);
    }
  });

  it.each(['none', 'pdp'])('starts from what a price earns for ever against uniform prices: %s', (rule) => {
    const game = build({ rule });
    const { responder } = start(game, { steps: 1, discount: 0.5 });
    const scaled = new Float64Array(responder.stateSize!);
    expect(scaled).toHaveLength(2 * 64 + 1);
    responder.writeState!(scaled, 0);
    const mean = (own: number) => {
      const earned = [0, 1, 2, 3].map((other) => {
        if (rule === 'none') return game.profit(0, 3, own, other);
        if (own > other) return 0;
        return game.profit(0, 1, own, other) / (own === other ? 2 : 1);
      });
      return earned.reduce((a, b) => a + b, 0) / 4;
    };
    const means = [0, 1, 2, 3].map(mean);
    const largest = Math.max(...means);
    for (let k = 0; k < 64; k++) expect(scaled[k]).toBeCloseTo(means[k % 4] / largest, 12);
  });

  it('tells the exploration rate behind both tables', () => {
    const { responder } = start(build(), { steps: 300, explorationDecay: 0.01 });
    const rate = () => {
      const state = new Float64Array(1 + responder.stateSize!).fill(9);
      responder.writeState!(state, 1);
      return state[state.length - 1];
    };
    expect(rate()).toBe(1);
    const response = responder.respond();
    response.next();
    expect(rate()).toBe(1);
    response.next(0);
    expect(rate()).toBe(Math.exp(-0.01));
    respond(responder);
    expect(rate()).toBe(Math.exp(-0.01 * responder.steps));
    responder.reset();
    expect(rate()).toBe(1);
  });

  it('does one update as written: Q <- Q + alpha (r + delta max Q - Q)', () => {
    const game = build({ prices: [1.2, 1.5] });
    const { lane, responder } = start(game, {
      steps: 1,
      learningRate: 0.5,
      discount: 0.5,
      explorationDecay: 0,
    });
    const mean = (own: number) => (game.profit(0, 3, own, 0) + game.profit(0, 3, own, 1)) / 2;
    const initial = [2 * mean(0), 2 * mean(1)];
    const response = responder.respond();
    response.next();
    const last = (lane.game as BertrandPlatform).lastPrices(0);
    const [a, b] = [lane.actions[1][0], lane.actions[2][0]];
    response.next(0);
    const expected = Array.from({ length: 8 }, (_, k) => initial[k % 2]);
    const reward = game.profit(0, 3, a, b);
    expected[2 * last + a] += 0.5 * (reward + 0.5 * Math.max(...initial) - initial[a]);
    const scaled = new Float64Array(17);
    responder.writeState!(scaled, 0);
    const largest = Math.max(...expected);
    for (let k = 0; k < 8; k++) expect(scaled[k]).toBeCloseTo(expected[k] / largest, 12);
  });

  it('ends once neither greedy policy has changed for long enough, or when it must', () => {
    const settled = start(build(), { unchanged: 2000 }).responder;
    respond(settled);
    expect(settled.unchanged).toBe(2000);
    respond(settled);
    expect(settled.unchanged).toBe(2000);
    const stopped = start(build(), { unchanged: 2000, mostSteps: 500 }).responder;
    respond(stopped);
    expect(stopped.steps).toBe(500);
    respond(stopped);
    expect(stopped.steps).toBe(1000);
  });

  it('repeats itself from the same seed, and forgets by reset', () => {
    const options = { steps: 5000 };
    const one = start(build(), options).responder;
    const two = start(build(), options).responder;
    const other = start(build(), options, 1).responder;
    const state = (responder: SellersResponder) => {
      respond(responder);
      const into = new Float64Array(responder.stateSize!);
      responder.writeState!(into, 0);
      return Array.from(into);
    };
    const first = state(one);
    expect(state(two)).toEqual(first);
    expect(state(other)).not.toEqual(first);
    one.reset();
    expect([one.steps, one.unchanged]).toEqual([0, 0]);
    expect(state(one)).not.toEqual(first);
  });

  it('come to the known consumer surplus under each rule, in the known order', () => {
    const [none, pdp, dpdp] = ['none', 'pdp', 'dpdp'].map((rule) =>
      surplusOver(6, { rule }, { steps: 120_000 }),
    );
    expect(Math.abs(none - 0.522)).toBeLessThan(0.06);
    expect(Math.abs(pdp - 0.662)).toBeLessThan(0.09);
    expect(Math.abs(dpdp - 0.816)).toBeLessThan(0.12);
    expect(none).toBeLessThan(pdp);
    expect(pdp).toBeLessThan(dpdp);
  }, 60_000);

  it.each([
    [0, 1.1261],
    [1, 0.9132],
    [2, 0.7053],
  ])('a constant threshold %i makes its price the price of both', (threshold, surplus) => {
    expect(surplusOver(2, { rule: 'threshold' }, { unchanged: 20_000 }, threshold)).toBeCloseTo(surplus, 4);
  });

  it('is graded by evaluateCommitment as by its greedy play', async () => {
    const game = build({ rule: 'pdp', horizon: 40 });
    const oracle = new QSellers({ steps: 30_000 });
    const market = new Market(game, oracle, () => 0, new Rng(7)).learn();
    const { path, cycle } = market.cycle();
    const steps = [...path];
    while (steps.length < 40) steps.push(...cycle);
    const total = steps.slice(0, 40).reduce((sum, { surplus }) => sum + surplus, 0);
    const { value, response } = await evaluateCommitment(game, [0], {
      oracle,
      episodes: 1,
      seed: 7,
      optimum: null,
    });
    expect(value).toBeCloseTo(total, 9);
    expect(response).toBe('q-sellers');
  });

  it('is what StackelbergWrapper learns against: every answer a step, the reward after them', () => {
    const outer = new StackelbergWrapper(build({ rule: 'threshold', leaderSees: 'prices' }), {
      oracle: new QSellers({ steps: 20_000 }),
      commitment: 'episode',
      repeats: 'skip',
    });
    outer.reset({ seed: 0 });
    let [asked, reward, done] = [0, 0, false];
    while (!done) {
      const result = outer.step(0);
      reward += result.reward;
      done = result.terminated;
      asked++;
    }
    expect(asked).toBe(16);
    expect(reward / 30).toBeGreaterThan(1.1);
    expect(reward / 30).toBeLessThan(1.12608);
  });

  it.each([
    [{ learningRate: 0 }, 'QSellers: learningRate: expected a number above 0 and at most 1, got 0.'],
    [{ explorationDecay: -1 }, 'QSellers: explorationDecay: expected a number of at least 0, got -1.'],
    [{ discount: 1 }, 'QSellers: discount: expected a number below 1, got 1.'],
    [{ steps: 1.5 }, 'QSellers: steps: expected a positive integer, got 1.5.'],
    [{ steps: 10, unchanged: 5 }, 'expected either a number of steps, or unchanged and mostSteps, got both.'],
    [{ alpha: 0.1 }, 'alpha'],
  ])('refuses %j', (options, message) => {
    expect(() => new QSellers(options as QSellersOptions)).toThrow(InvalidArgument);
    expect(() => new QSellers(options as QSellersOptions)).toThrow(message);
  });

  it('refuses other games', () => {
    const lane = singleLane(makeGame('NormalForm-v0'));
    const context = { lane, leader: 0, rng: new Rng(0), simulated() {} };
    expect(() => new QSellers().start(context)).toThrow(
      'expected a game of BertrandPlatform-v0, got NormalForm.',
    );
  });

  it('has a greedy cycle that its lane would play', () => {
    const game = build({ rule: 'dpdp' });
    const { lane, responder } = start(game, { steps: 3000 });
    const { response } = respond(responder);
    const own = lane.game as BertrandPlatform;
    const from = { last: own.lastPrices(0), incumbent: own.lastIncumbent(0) };
    const { path, cycle } = greedyCycle(game, responder.greedy, from);
    lane.reset();
    for (const { prices, surplus, profits } of [...path, ...cycle, ...cycle]) {
      const moves = ['follower_0', 'follower_1'].map((id, k) =>
        response.mixture[0][id].act(lane.observation(k + 1), new Rng(0)),
      );
      expect(moves).toEqual([...prices]);
      lane.act(0, 0);
      lane.act(1, moves[0]);
      lane.act(2, moves[1]);
      lane.step();
      expect([lane.reward(0), lane.reward(1), lane.reward(2)]).toEqual([surplus, ...profits]);
    }
  });
});
