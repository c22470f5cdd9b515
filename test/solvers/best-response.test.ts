import { describe, expect, it } from '@jest/globals';
import type { ResponseMemory, TieBreaking } from '../../envs/core/stackelberg.js';
import {
  type Actions,
  type AgentSpec,
  GameModel,
  type IteratedMatrixGame,
  MarkovGame,
  makeGame,
  type StepBuffers,
  singleLane,
  tieBreakings,
} from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { bestResponse, solveDeterministic, stationaryValues } from '../../solvers/index.js';
import { randomCommitment, randomRules, TableGame, type TableRules } from '../envs/testing-games.js';

type Table = readonly (readonly number[])[];
/** What a follower does: from the sequence of its sights and actions so far, the last being a sight. */
type Strategy = (history: string) => number;

/** Expected returns [leader, follower], straight from the tables. */
function play(rules: TableRules, commitment: Table, strategy: Strategy): [number, number] {
  const [m] = rules.actions;
  const visit = (place: number, time: number, past: string): [number, number] => {
    let [l, f] = [0, 0];
    for (let a = 0; a < m; a++) {
      const p = commitment[rules.leaderSees[place]][a];
      if (p === 0) continue;
      const seen = rules.leaderFirst
        ? rules.followerSees[place] * (1 + m) + 1 + a
        : rules.followerSees[place];
      const b = strategy(`${past}${seen}`);
      const [rl, rf] = rules.rewards(place, a, b);
      let [nl, nf] = [0, 0];
      if (time + 1 < rules.horizon) {
        rules.next(place, a, b).forEach((q, next) => {
          if (q === 0) return;
          const [vl, vf] = visit(next, time + 1, `${past}${seen}:${b} `);
          nl += q * vl;
          nf += q * vf;
        });
      }
      const gamma = rules.discount ?? 1;
      l += p * (rl + gamma * nl);
      f += p * (rf + gamma * nf);
    }
    return [l, f];
  };
  let [l, f] = [0, 0];
  rules.initial.forEach((p, place) => {
    if (p === 0) return;
    const [vl, vf] = visit(place, 0, '');
    l += p * vl;
    f += p * vf;
  });
  return [l, f];
}

/** Histories in which the follower moves, in order of time. */
function histories(rules: TableRules, commitment: Table, memory: ResponseMemory): string[] {
  const found = new Set<string>();
  const actions = Array.from({ length: rules.actions[1] }, (_, b) => b);
  const collect = (chosen: Map<string, number>) => {
    play(rules, commitment, (history) => {
      const key = memory === 'stationary' ? history.split(' ').at(-1)! : history;
      found.add(key);
      return chosen.get(key) ?? 0;
    });
  };
  for (let size = -1; found.size > size; ) {
    size = found.size;
    const known = [...found];
    const total = actions.length ** known.length;
    if (total > 2 ** 14) throw new Error('too many strategies for a test');
    for (let code = 0; code < total; code++) collect(decode(known, code, actions.length));
  }
  return [...found].sort((x, y) => x.split(' ').length - y.split(' ').length);
}

/** A choice at each history; the first history is the most significant digit. */
function decode(keys: readonly string[], code: number, base: number): Map<string, number> {
  const chosen = new Map<string, number>();
  for (let k = keys.length - 1, rest = code; k >= 0; k--, rest = Math.floor(rest / base)) {
    chosen.set(keys[k], rest % base);
  }
  return chosen;
}

/** Every deterministic strategy of the follower; the best for it, with ties broken as asked. */
function bruteForce(rules: TableRules, commitment: Table, memory: ResponseMemory) {
  const keys = histories(rules, commitment, memory);
  const total = rules.actions[1] ** keys.length;
  const values = Array.from({ length: total }, (_, code) => {
    const chosen = decode(keys, code, rules.actions[1]);
    return play(rules, commitment, (history) => {
      return chosen.get(memory === 'stationary' ? history.split(' ').at(-1)! : history)!;
    });
  });
  const best = Math.max(...values.map(([, f]) => f));
  const tied = values.filter(([, f]) => f > best - 1e-12).map(([l]) => l);
  return {
    followerValue: best,
    leaderValues: { leader: Math.max(...tied), against: Math.min(...tied), lowest: tied[0] },
  };
}

const cases: Record<string, Partial<TableRules>> = {
  'two states, both seen': {},
  'hidden states, three steps': { followerSees: [0, 0], horizon: 3 },
  'three states of which two look alike': { states: 3, followerSees: [0, 1, 1], leaderSees: [0, 0, 1] },
  'a leader that sees less than the follower': { states: 2, leaderSees: [0, 0] },
  'three follower actions': { actions: [2, 3], horizon: 2, followerSees: [0, 0] },
  'a discount': { discount: 0.5, horizon: 3, followerSees: [0, 0] },
  'the follower first in the list, other starts': { followerFirst: true, start: 3, actions: [3, 2] },
  'leader first': { leaderFirst: true, followerSees: [0, 0] },
  'array observations, leader first': { pairs: true, leaderFirst: true, followerSees: [0, 0] },
  'array observations': { pairs: true, states: 3, followerSees: [0, 1, 1] },
};

describe.each(Object.entries(cases))('%s', (_, shape) => {
  const trials = Array.from({ length: 12 }, (__, seed) => {
    const rng = new Rng('best-response').child(seed);
    const rules = randomRules(rng, shape);
    const commitment = randomCommitment(rng, Math.max(...rules.leaderSees) + 1, rules.actions[0]);
    return { rules, commitment };
  });

  it.each(tieBreakings)('time-aware, ties %s, is what brute force finds', (ties) => {
    for (const { rules, commitment } of trials) {
      const model = new GameModel(new TableGame(rules));
      const expected = bruteForce(rules, commitment, 'time-aware');
      const found = bestResponse(model, commitment, { memory: 'time-aware', ties });
      expect(found.followerValue).toBeCloseTo(expected.followerValue, 12);
      expect(found.leaderValue).toBeCloseTo(expected.leaderValues[ties], 12);
    }
  });

  it.each(tieBreakings)('stationary, ties %s, is what brute force finds', (ties) => {
    for (const { rules, commitment } of trials) {
      const game = new TableGame(rules);
      const model = new GameModel(game);
      const expected = bruteForce(rules, commitment, 'stationary');
      const found = bestResponse(model, commitment, { memory: 'stationary', ties });
      expect(found.followerValue).toBeCloseTo(expected.followerValue, 12);
      if (ties !== 'lowest') expect(found.leaderValue).toBeCloseTo(expected.leaderValues[ties], 12);
      else expectLowest(model, commitment, found.actions!, expected.followerValue);
      const [leader, follower] = [game.leaderIndex, game.followerIndices[0]];
      const [l, f] = stationaryValues(model, leader, follower, commitment, found.actions!);
      expect([l, f]).toEqual([found.leaderValue, found.followerValue]);
    }
  });
});

/** No observation's action can be lowered at no loss to the follower. */
function expectLowest(model: GameModel, commitment: Table, actions: readonly number[], best: number): void {
  const [leader, follower] = [model.game.leaderIndex, model.game.followerIndices[0]];
  actions.forEach((action, o) => {
    for (let lower = 0; lower < action; lower++) {
      const changed = actions.map((b, k) => (k === o ? lower : b));
      expect(stationaryValues(model, leader, follower, commitment, changed)[1]).toBeLessThan(best - 1e-12);
    }
  });
}

const pure = (text: string): number[][] => Array.from(text, (a) => (a === '0' ? [1, 0] : [0, 1]));
const prisoners = (parameters: object = {}) =>
  makeGame('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', ...parameters }) as IteratedMatrixGame;

describe('the prisoners dilemma', () => {
  it('is worth 29 time-aware and 31 stationary by suspicious tit-for-tat', () => {
    const model = new GameModel(prisoners());
    const timeAware = bestResponse(model, pure('10011'), { memory: 'time-aware', ties: 'leader' });
    const stationary = bestResponse(model, pure('10011'), { memory: 'stationary', ties: 'leader' });
    expect([timeAware.leaderValue, stationary.leaderValue, stationary.followerValue]).toEqual([29, 31, 28]);
  });

  it.each(['time-aware', 'stationary'] as const)(
    'has the same 32 rows by the model as by the memory-one solver: %s',
    (memory) => {
      const game = prisoners();
      const model = new GameModel(game);
      const { table } = solveDeterministic({ ...game.payoffs, horizon: 10 }, memory);
      expect(table).toHaveLength(32);
      for (const row of table) {
        const commitment = row.commitment.map((a) => (a === 0 ? [1, 0] : [0, 1]));
        const values = (['leader', 'against'] as TieBreaking[]).map((ties) =>
          bestResponse(model, commitment, { memory, ties }),
        );
        expect(values.map((v) => v.leaderValue)).toEqual([row.value, row.weakValue]);
        expect(values.map((v) => v.followerValue)).toEqual([row.followerValue, row.followerValue]);
      }
    },
  );

  it('is worth 33.5 by the stochastic commitment of the literature', () => {
    const commitment = [0, 1 / 2, 1 / 2, 0, 0].map((p) => [p, 1 - p]);
    const model = new GameModel(prisoners());
    const found = bestResponse(model, commitment, { memory: 'time-aware', ties: 'leader' });
    expect(found.leaderValue).toBeCloseTo(33.5, 9);
    expect(found.followerValue).toBeCloseTo(20, 9);
    const weak = bestResponse(model, commitment, { memory: 'time-aware', ties: 'against' });
    expect(weak.leaderValue).toBeCloseTo(20, 9);
  });
});

/** Expected returns of a follower policy in play on a lane, over every sequence of leader actions with its probability. */
function played(
  game: IteratedMatrixGame,
  commitment: Table,
  policy: { reset?(): void; act(o: any, rng: Rng): any },
): [number, number] {
  const lane = singleLane(game);
  const rng = new Rng(0);
  let [l, f] = [0, 0];
  for (let code = 0; code < 2 ** game.horizon; code++) {
    lane.reset();
    policy.reset?.();
    let [p, earnedL, earnedF] = [1, 0, 0];
    for (let t = 0, done = false; !done && p > 0; t++) {
      const a = (code >> t) & 1;
      p *= commitment[lane.observation(0)][a];
      if (p === 0) break;
      lane.act(0, a);
      lane.commit();
      lane.act(1, policy.act(lane.observation(1), rng));
      done = lane.step();
      const weight = game.discount ** t;
      earnedL += weight * lane.reward(0);
      earnedF += weight * lane.reward(1);
    }
    l += p * earnedL;
    f += p * earnedF;
  }
  return [l, f];
}

describe('the policy that is returned', () => {
  const rng = new Rng('played');
  it.each([
    ['time-aware', { memory: 'full' }],
    ['time-aware', { memory: 'small' }],
    ['time-aware', { memory: 'full', discount: 0.75 }],
    ['stationary', { memory: 'full' }],
    ['stationary', { memory: 'none' }],
  ] as const)('earns what was predicted: %s, %p', (memory, parameters) => {
    for (let trial = 0; trial < 6; trial++) {
      const game = prisoners({ horizon: 5, ...parameters });
      const model = new GameModel(game);
      const commitment = randomCommitment(rng, model.observationCount(0), 2);
      for (const ties of tieBreakings) {
        const found = bestResponse(model, commitment, { memory, ties });
        const [l, f] = played(game, commitment, found.policy);
        expect(l).toBeCloseTo(found.leaderValue, 9);
        expect(f).toBeCloseTo(found.followerValue, 9);
      }
    }
  });

  it('earns what was predicted under chance, within 4 standard errors', () => {
    for (const shape of [
      { followerSees: [0, 0], horizon: 4 },
      { leaderFirst: true, horizon: 4 },
    ]) {
      const rules = randomRules(new Rng(11), shape);
      const commitment = [
        [0.25, 0.75],
        [0.5, 0.5],
      ];
      const game = new TableGame(rules);
      const found = bestResponse(new GameModel(game), commitment, { memory: 'time-aware', ties: 'lowest' });
      const lane = singleLane(game);
      const draws = new Rng(2);
      lane.seed(draws.child('lane'));
      const returns = Array.from({ length: 4000 }, () => {
        lane.reset();
        found.policy.reset!();
        let total = 0;
        for (let done = false; !done; total += lane.reward(1)) {
          lane.act(0, draws.categorical(commitment[lane.observation(0)]));
          lane.commit();
          lane.act(1, found.policy.act(lane.observation(1), draws));
          done = lane.step();
        }
        return total;
      });
      const mean = returns.reduce((a, b) => a + b, 0) / returns.length;
      const variance = returns.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (returns.length - 1);
      const error = Math.sqrt(variance / returns.length);
      expect(Math.abs(mean - found.followerValue)).toBeLessThan(4 * error + 1e-9);
    }
  });

  it('goes on as best it can when the hand of the leader has trembled', () => {
    const [game, commitment] = [prisoners({ horizon: 6 }), '10011'];
    const found = bestResponse(new GameModel(game), pure(commitment), {
      memory: 'time-aware',
      ties: 'leader',
    });
    const lane = singleLane(game);
    const draws = new Rng(0);
    for (let tremble = 0; tremble < 5; tremble++) {
      lane.reset();
      found.policy.reset!();
      let [after, best] = [0, 0];
      for (let t = 0, done = false; !done; t++) {
        const o = lane.observation(0);
        const planned = Number(commitment[o]);
        lane.act(0, t === tremble ? 1 - planned : planned);
        lane.act(1, found.policy.act(lane.observation(1), draws));
        done = lane.step();
        if (t > tremble) after += lane.reward(1);
        if (t === tremble) best = bestFrom(game, commitment, lane.observation(0), game.horizon - t - 1);
      }
      expect(after).toBe(best);
    }
  });

  it('knows after two trembles what it saw in the first', () => {
    const rules: TableRules = {
      states: 3,
      actions: [2, 2],
      initial: [1, 0, 0],
      next: (_, a) => (a === 0 ? [0, 1, 0] : [0, 0, 1]),
      // Having seen action 1 first, the follower should answer 1 to whatever comes; after action 0 it should answer 0.
      rewards: (place, _, b) => [0, place === 0 ? 0 : place === 1 ? (b === 0 ? 10 : 0) : b],
      leaderSees: [0, 0, 0],
      followerSees: [0, 0, 0],
      horizon: 3,
      leaderFirst: true,
    };
    const model = new GameModel(
      new TableGame({
        ...rules,
        next: (s, a, b) => (s === 0 ? rules.next(s, a, b) : s === 1 ? [0, 1, 0] : [0, 0, 1]),
      }),
    );
    const { policy } = bestResponse(model, [[1, 0]], { memory: 'time-aware', ties: 'lowest' });
    const answers = (actions: readonly number[]) => {
      policy.reset!();
      return actions.map((a) => policy.act(1 + a, new Rng(0)));
    };
    expect(answers([0, 0, 0])).toEqual([0, 0, 0]);
    expect(answers([1, 0, 0])).toEqual([0, 1, 1]);
    expect(answers([1, 1, 1])).toEqual([0, 1, 1]);
    expect(answers([0, 1, 1])).toEqual([0, 0, 0]);
  });
});

/** The most a follower can earn in the steps that are left, by trying all its sequences. */
function bestFrom(game: IteratedMatrixGame, commitment: string, observation: number, steps: number): number {
  if (steps === 0) return 0;
  const a = Number(commitment[observation]);
  return Math.max(
    ...[0, 1].map((b) => game.payoffs.follower[a][b] + bestFrom(game, commitment, 1 + a + 2 * b, steps - 1)),
  );
}

describe('errors', () => {
  const timeAware = { memory: 'time-aware', ties: 'leader' } as const;

  it('tell of too many stationary policies', () => {
    const rules = randomRules(new Rng(0), {
      states: 21,
      followerSees: Array.from({ length: 21 }, (_, s) => s),
    });
    const model = new GameModel(new TableGame(rules));
    const call = () =>
      bestResponse(
        model,
        [
          [1, 0],
          [1, 0],
        ],
        { memory: 'stationary', ties: 'leader' },
      );
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(/at most 1048576 policies, but this follower has 2\^21/);
  });

  it('tell of games with other than one follower', () => {
    const game = new TableGame(randomRules(new Rng(0)));
    const { agents } = game;
    Object.assign(game, { agents: [agents[0], { ...agents[1], role: 'leader' }] });
    expect(() =>
      bestResponse(
        new GameModel(game),
        [
          [1, 0],
          [1, 0],
        ],
        timeAware,
      ),
    ).toThrow('An exact best response needs one leader and one follower, got 2 agents of which 0 follow.');
  });

  it('tell of games that do not end', () => {
    class Endless extends TableGame {
      override step(...[from, to, actions, out]: Parameters<TableGame['step']>): void {
        super.step(from, to, actions, out);
        out.terminated.fill(0, from, to);
        this.writeState(from, [0, 0]);
      }
    }
    const model = () => new GameModel(new Endless(randomRules(new Rng(0), { states: 1, initial: [1] })));
    expect(() => bestResponse(model(), [[1, 0]], timeAware)).toThrow(/needs a game that ends/);
    expect(() => bestResponse(model(), [[1, 0]], { memory: 'stationary', ties: 'leader' })).toThrow(
      /did not end within 100000 steps/,
    );
  });
});

/** Pays both players 1 a step and ends after each with probability 1/2. */
class CoinGame extends MarkovGame {
  readonly agents: readonly AgentSpec[] = (['leader', 'follower'] as const).map((role) => ({
    id: `${role}_0`,
    role,
    observationSpace: new Discrete(1),
    actionSpace: new Discrete(2),
  }));

  protected override allocateState(): void {}

  override resetLane(lane: number, out: StepBuffers): void {
    for (const observations of out.observations) observations[lane] = 0;
  }

  override step(from: number, to: number, _actions: Actions, out: StepBuffers): void {
    for (let lane = from; lane < to; lane++) {
      for (const rewards of out.rewards) rewards[lane] = 1;
      out.terminated[lane] = this.rng(lane).categorical([0.5, 0.5]);
    }
  }
}

it('values a game that ends by chance alone', () => {
  const options = { memory: 'stationary', ties: 'leader' } as const;
  const { leaderValue } = bestResponse(new GameModel(new CoinGame()), [[1, 0]], options);
  expect(leaderValue).toBeCloseTo(2, 12);
});
