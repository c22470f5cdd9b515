import { describe, expect, it } from '@jest/globals';
import { createGame, type GameLane, GameVectorEnv, gameEnv, singleLane } from '../../../envs/index.js';
import { policyStatisticNames } from '../../../envs/mechanism/policy-statistics.js';
import {
  type SequentialPriceMechanism,
  sequentialPriceMechanism,
} from '../../../envs/mechanism/sequential-price-mechanism.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import type { TypedArray } from '../../../gymnasium/types.js';
import { FixedPolicy } from '../../../oracles/index.js';
import { evaluateCommitment } from '../../../solvers/index.js';
import { StackelbergVectorEnv, StackelbergWrapper } from '../../../wrappers/index.js';

const build = (parameters: object = {}): SequentialPriceMechanism =>
  createGame(sequentialPriceMechanism, parameters);

/** Who is visited next, and at which price of each kind, given the game, the visits so far and what the leader sees. */
type Mechanism = (
  game: SequentialPriceMechanism,
  visit: number,
  observation: TypedArray,
) => { agent: number; prices: number[] };

function act(game: SequentialPriceMechanism, agent: number, prices: readonly number[]): Float64Array {
  const { agents, units } = game.setting;
  const action = new Float64Array(agents + units.length);
  action[agent] = 1;
  action.set(prices, agents);
  return action;
}

/** Plays an episode; the reward of its last step. */
function play(lane: GameLane, mechanism: Mechanism): number {
  const game = lane.game as SequentialPriceMechanism;
  lane.reset();
  let total = 0;
  for (let visit = 0, done = false; !done; visit++) {
    const { agent, prices } = mechanism(game, visit, lane.out.observations[0]);
    lane.act(0, act(game, agent, prices));
    done = lane.step();
    if (!done && lane.reward(0) !== 0) throw new Error('paid before the end');
    total = lane.reward(0);
  }
  return total;
}

function seeded(parameters: object, seed = 0): GameLane {
  const lane = singleLane(build(parameters));
  lane.seed(new Rng(seed));
  return lane;
}

function mean(parameters: object, mechanism: Mechanism, episodes: number): number {
  const lane = seeded(parameters);
  let total = 0;
  for (let e = 0; e < episodes; e++) total += play(lane, mechanism);
  return (total * (lane.game as SequentialPriceMechanism).setting.largestValue) / episodes;
}

const free = (lane: GameLane) => (lane.game as SequentialPriceMechanism).setting.units.map(() => 0);
const took = (game: SequentialPriceMechanism, agent: number) => game.buyer(0, agent).takes.indexOf(true);

/** Adaptive: a price that only high values pay, until there is an item for each of those left. */
const inventory: Mechanism = (_, visit, observation) => ({
  agent: visit,
  prices: [20 - visit > Math.round(10 * observation[60]) ? 0.75 : 0],
});

const kitchenSink: Mechanism = (game, visit) => {
  const order = took(game, 0) === 0 ? [0, 2, 1] : [0, 1, 2];
  return { agent: order[visit], prices: [0, 0, visit === 1 ? (order[1] === 2 ? 0.9 : 0.3) : 0] };
};

const id: Mechanism = (game, visit) => {
  if (visit < 3) return { agent: visit, prices: [0] };
  const buyer = [0, 1, 2].find((i) => took(game, i) === 0) ?? 0;
  return { agent: 3 + ((buyer + visit - 3) % 3), prices: [visit === 3 ? 40 / 60 : 21 / 60] };
};

const maxMin: Mechanism = (game, visit) => {
  const modestFirst = took(game, 0) === 0 ? visit : 1 + ((visit + 3) % 8);
  return { agent: visit === 0 ? 0 : modestFirst, prices: [0, 0] };
};

describe('SequentialPriceMechanism', () => {
  it.each([
    ['colors', 32, 152],
    ['two-worlds', 11, 31],
    ['inventory', 21, 61],
    ['kitchen-sink', 6, 24],
    ['id', 7, 19],
    ['correlated', 21, 61],
    ['additive-across-types', 12, 52],
    ['revenue', 21, 61],
    ['max-min', 11, 47],
  ])('%s has scores and prices, and observes prices, allocation, agents and items', (setting, acts, sees) => {
    const [{ actionSpace, observationSpace }] = build({ setting }).agents;
    expect(String(actionSpace)).toBe(`Box(0, 1, [${acts}], float64)`);
    expect(String(observationSpace)).toBe(`Box(0, 1, [${sees}], float64)`);
  });

  it('visits the highest score of those left, sells at posted prices and shows all of it', () => {
    const lane = seeded({ setting: 'additive-across-types', objective: 'revenue' });
    const game = lane.game as SequentialPriceMechanism;
    lane.reset();
    const values = Array.from({ length: 10 }, (_, i) => game.buyer(0, i).values);
    const seen = () => Array.from(lane.observation(0) as Float64Array);
    expect(seen()).toEqual([...new Array(40).fill(0), ...new Array(12).fill(1)]);
    const action = new Float64Array(12).fill(0.5);
    action[7] = 0.6;
    action[10] = values[7][0];
    action[11] = Math.min(1, values[7][1] + 1e-9);
    lane.act(0, action);
    expect(lane.step()).toBe(false);
    expect(seen().slice(14, 16)).toEqual([action[10], action[11]]);
    expect(seen().slice(34, 36)).toEqual([1, 0]);
    expect(seen().slice(40)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0.5, 1]);
    action.fill(0, 10);
    lane.act(0, action);
    expect([lane.step(), lane.step(), lane.step()]).toEqual([false, false, false]);
    // Equal scores in the order of the buyers; the second unit of A goes to buyer 0.
    expect(seen().slice(20, 26)).toEqual([1, 1, 0, 1, 0, 1]);
    expect(game.standing(0).unitsLeft).toEqual([0, 1]);
    expect(game.standing(0).welfare).toBeCloseTo(
      values[7][0] + values[0][0] + values[0][1] + values[1][1] + values[2][1],
      12,
    );
    expect(lane.step()).toBe(true);
    expect(lane.reward(0)).toBe(values[7][0]);
  });

  it('buyers take the kind with the largest gain, and nothing that they value at 0', () => {
    const lane = seeded({ setting: 'max-min', objective: 'welfare' });
    const game = lane.game as SequentialPriceMechanism;
    for (let draw = 0; draw < 20; draw++) {
      lane.reset();
      const { values } = game.buyer(0, 1);
      lane.act(0, act(game, 1, [values[0] - values[1] + 0.01, 0]));
      lane.step();
      expect(took(game, 1)).toBe(1);
      const orange = game.buyer(0, 0).values;
      lane.act(0, act(game, 0, orange[0] === 0 ? [0, 1] : [1, 0]));
      lane.step();
      expect(took(game, 0)).toBe(-1);
    }
  });

  it.each([
    ['weak', 1],
    ['strict', 0],
  ])('a price that equals the value is taken with accept %s: %i', (accept, sold) => {
    const lane = seeded({ accept });
    const game = lane.game as SequentialPriceMechanism;
    lane.reset();
    lane.act(0, act(game, 4, game.buyer(0, 4).values));
    lane.step();
    expect(game.standing(0).unitsLeft).toEqual([10 - sold]);
  });

  describe('mechanisms of the paper', () => {
    it.each([
      ['inventory', inventory],
      ['kitchen-sink', kitchenSink],
      ['id', id],
    ] as const)('%s: the adaptive one attains the first best of every draw', (setting, mechanism) => {
      const lane = seeded({ setting, reward: 'regret' });
      for (let draw = 0; draw < 300; draw++) expect(play(lane, mechanism)).toBeCloseTo(0, 12);
    });

    it.each([
      ['inventory', inventory, 9.55951, 0.03],
      ['kitchen-sink', kitchenSink, 1.3096, 0.06],
      ['id', id, 92.9531, 1.8],
    ] as const)('%s: is worth its exact value', (setting, mechanism, value, tolerance) => {
      expect(Math.abs(mean({ setting }, mechanism, 10_000) - value)).toBeLessThan(tolerance);
    });

    it('colors: blue buyers first, at any price, is worth 30 in every draw', () => {
      const lane = seeded({ setting: 'colors' });
      for (const price of [0.2, 0.7]) {
        const total = play(lane, (_, visit) => ({ agent: (20 + visit) % 30, prices: [price, price] }));
        // At prices above a half of the largest value red and yellow buyers do not buy.
        expect(total * 2).toBeCloseTo(price < 0.5 ? 30 : 20, 12);
      }
    });

    it('two worlds: the best personalised prices are worth 0.69219', () => {
      const psp: Mechanism = (_, visit) => ({
        agent: visit,
        prices: [visit < 5 ? 0.9 : visit < 9 ? 0.2 : 0],
      });
      expect(Math.abs(mean({ setting: 'two-worlds' }, psp, 20_000) - 0.69219)).toBeLessThan(0.01);
    });

    it('correlated: one price of 0.42 is worth 2.862, and with delta 0 one of 0.64 is worth 3.977', () => {
      const asp =
        (price: number): Mechanism =>
        (_, visit) => ({ agent: visit, prices: [price] });
      expect(Math.abs(mean({ setting: 'correlated' }, asp(0.42), 10_000) - 2.862)).toBeLessThan(0.04);
      const independent = mean({ setting: 'correlated', delta: 0 }, asp(0.64), 10_000);
      expect(Math.abs(independent - 3.977)).toBeLessThan(0.04);
    });

    it('revenue: each sale pays its price', () => {
      const lane = seeded({ setting: 'revenue' });
      const paid = play(lane, (_, visit) => ({ agent: visit, prices: [0.25 + visit / 64] }));
      const game = lane.game as SequentialPriceMechanism;
      const sold = Array.from({ length: 20 }, (_, i) => game.buyer(0, i)).filter(({ takes }) => takes[0]);
      expect(sold.length).toBeGreaterThan(0);
      expect(paid).toBeCloseTo(
        sold.reduce((sum, { prices }) => sum + prices[0], 0),
        12,
      );
    });

    it('max-min: adapting to the orange buyer gives everyone 0.4, a fixed order in one world only 0.25', () => {
      const lane = seeded({ setting: 'max-min' });
      const fixed = [0, 1].map((world) => {
        const outcomes: number[] = [];
        for (let draw = 0; draw < 60; draw++) {
          expect(play(lane, maxMin)).toBeGreaterThanOrEqual(0.4);
          const value = play(lane, (_, visit) => ({ agent: visit, prices: [0, 0] }));
          if ((lane.game as SequentialPriceMechanism).buyer(0, 0).values[world] > 0) outcomes.push(value);
        }
        return Math.max(...outcomes);
      });
      expect(fixed[0]).toBeGreaterThanOrEqual(0.4);
      expect(fixed[1]).toBeLessThanOrEqual(0.25);
    });

    it.each([
      ['inventory', 7.5, 0.05],
      ['two-worlds', 0.525, 0.015],
      ['colors', 26.02, 0.15],
      ['correlated', 2.5, 0.05],
    ])('%s: random serial dictatorship is worth %d', (setting, value, tolerance) => {
      const lane = seeded({ setting });
      const { agents, largestValue } = (lane.game as SequentialPriceMechanism).setting;
      const prices = free(lane);
      const rng = new Rng('order');
      const order = Array.from({ length: agents }, (_, i) => i);
      let total = 0;
      for (let e = 0; e < 6000; e++) {
        rng.shuffle(order);
        total += play(lane, (_, visit) => ({ agent: order[visit], prices }));
      }
      const raw = (total / 6000) * largestValue;
      expect(Math.abs(raw - value)).toBeLessThan(tolerance);
    });
  });

  it('is graded without followers, by a function, a policy, and where it sees nothing a vector', async () => {
    const statistic = 'items-agents-left';
    const game = build({ statistic });
    const adaptive = (observation: Float64Array) => {
      const left = observation.subarray(0, 20).reduce((a, b) => a + b, 0);
      return act(game, 20 - left, [left > Math.round(observation[20] * 10) ? 0.75 : 0]);
    };
    const graded = await evaluateCommitment(game, adaptive, {
      optimum: 9.55951,
      episodes: 2000,
    });
    expect(Math.abs(graded.value - 9.55951)).toBeLessThan(5 * graded.standardError);
    expect(graded.equilibrium).toEqual({ notion: 'none', gap: null });
    expect(graded.followerValues).toEqual({});
    const blind = build({ statistic: 'hidden' });
    const { value } = await evaluateCommitment(blind, act(blind, 0, [0]), { optimum: null, episodes: 2000 });
    expect(Math.abs(value - 7.5)).toBeLessThan(0.2);
  });

  it('a leader without followers trains in the wrapper and its vector form, which agree', () => {
    const game = build({ setting: 'id', statistic: 'allocation-left' });
    const oracle = new FixedPolicy({});
    const rows = new StackelbergVectorEnv(game, 2, { oracle, autoresetMode: 'Disabled' });
    const outer = new StackelbergWrapper(game, { oracle });
    rows.reset({ seed: 4 });
    outer.reset({ seed: 5 });
    const actions = new Float64Array(14).fill(0.4);
    const one = outer.step(actions.subarray(7));
    const both = rows.step(actions);
    expect(Array.from(both.observations).slice(13)).toEqual(Array.from(one.observation));
  });

  it.each(policyStatisticNames)('row i plays what the scalar view plays, statistic %s', (statistic) => {
    const parameters = { setting: 'max-min', statistic };
    const vector = new GameVectorEnv(build(parameters), 3);
    const rng = new Rng(8);
    const buffers = vector.reset({ seed: 20 });
    const env = gameEnv(sequentialPriceMechanism, parameters);
    let { observations } = env.reset({ seed: 21 });
    const width = (buffers.observations['leader_0'] as Float64Array).length / 3;
    for (let done = false; !done; ) {
      const actions = Float64Array.from({ length: 33 }, () => rng.uniform());
      const result = vector.step({ leader_0: actions });
      const alone = env.step({ leader_0: actions.slice(11, 22) });
      observations = alone.observations;
      const row = Array.from(result.observations['leader_0'] as Float64Array).slice(width, 2 * width);
      expect(row).toEqual(statistic === 'hidden' ? [0] : Array.from(observations['leader_0']));
      expect(result.rewards['leader_0'][1]).toBe(alone.rewards['leader_0']);
      done = env.agents.length === 0;
      expect(result.terminations[1]).toBe(done ? 1 : 0);
    }
  });

  it('draws what happened, in the order of the visits', () => {
    const parameters = { setting: 'kitchen-sink' };
    const view = (renderMode: 'ansi' | 'svg') => {
      const env = gameEnv(sequentialPriceMechanism, { ...parameters, renderMode });
      env.reset({ seed: 2 });
      env.step({ leader_0: Float64Array.of(0.1, 0.2, 0.9, 0, 0, 0.05) });
      return String(env.render());
    };
    const lines = view('ansi').split('\n');
    expect(lines[0]).toContain('kitchen-sink, judged by welfare, in units of 5: 1 of 3 buyers visited');
    expect(lines[2]).toMatch(/^ {2}1 +2 .*takes C for 0\.05$/);
    expect(lines[3]).toMatch(/^ {2}- +0 .*not visited$/);
    expect(lines[5]).toMatch(
      /left: A 1 of 1, B 1 of 1, C 0 of 1; welfare .* of .* \(first best\), revenue 0\.05/,
    );
    expect(view('svg')).toContain('takes C for 0.05');
  });

  it('says in its picture what was sold out, in a width that fits the setting and stays', () => {
    const view = (setting: string, steps: number) => {
      const env = gameEnv(sequentialPriceMechanism, { setting, renderMode: 'svg' });
      env.reset({ seed: 2 });
      const shape = env.actionSpace('leader_0').shape![0];
      for (let k = 0; k < steps; k++) env.step({ leader_0: new Float64Array(shape) });
      return String(env.render());
    };
    const width = (svg: string) => Number(/ width="(\d+)"/.exec(svg)![1]);
    const counts = [0, 1, 2].map((steps) => view('kitchen-sink', steps).match(/>gone</g)?.length ?? 0);
    expect(counts[0]).toBe(0);
    expect(counts[1]).toBe(0);
    expect(counts[2]).toBeGreaterThan(0);
    expect(view('inventory', 1)).toContain('yellow row: the last visit');
    expect(width(view('inventory', 0))).toBeLessThan(600);
    expect(width(view('inventory', 9))).toBe(width(view('inventory', 0)));
    expect(width(view('kitchen-sink', 2))).toBe(width(view('kitchen-sink', 0)));
  });

  it.each([
    [{ setting: 'inventry' }, 'setting: '],
    [{ setting: 'colors', delta: 0.5 }, 'delta: expected none with setting colors, got 0.5.'],
    [{ items: 2, setting: 'two-worlds' }, 'items: expected none with setting two-worlds, got 2.'],
    [{ setting: 'correlated', delta: 1.5 }, 'delta: expected at most 1, got 1.5.'],
    [{ agents: 0 }, 'agents: expected at least 1, got 0.'],
    [{ agents: 2.5 }, 'agents: expected an integer, got 2.5.'],
    [{ objective: 'fairness' }, 'objective: '],
    [
      { setting: 'max-min', reward: 'regret' },
      'reward: expected objective with the objective max-min, got "regret".',
    ],
    [{ statistics: 'hidden' }, 'unknown parameter "statistics". Did you mean "statistic"?'],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(`SequentialPriceMechanism-v0: ${message}`);
  });
});
