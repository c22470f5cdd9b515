import { describe, expect, it } from '@jest/globals';
import { type Actions, MarkovGame, type StepBuffers } from '../../../envs/core/markov-game.js';
import { GameModel, makeGame, modelOf } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { ContinuousGame, CountingGame, randomRules, TableGame, type TableRules } from '../testing-games.js';

type Draw = (rng: Rng) => number;

/** Starts in state 0; a step draws a number by `draw` and ends there, with the number as reward. */
class DrawingGame extends MarkovGame {
  readonly agents = (['leader', 'follower'] as const).map((role) => ({
    id: `${role}_0`,
    role,
    observationSpace: new Discrete(100),
    actionSpace: new Discrete(1),
  }));
  private drawn = new Float64Array(0);

  constructor(private readonly draw: Draw) {
    super();
  }

  protected override allocateState(): void {
    this.drawn = this.array(Float64Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.drawn[lane] = 0;
    for (const batch of out.observations) batch[lane] = 0;
  }

  override step(from: number, to: number, _: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      this.drawn[i] = this.draw(this.rng(i));
      for (const rewards of out.rewards) rewards[i] = this.drawn[i];
      out.terminated[i] = 1;
    }
  }
}

function drawn(draw: Draw): [number, number][] {
  const model = new GameModel(new DrawingGame(draw));
  const outcomes = model.outcomes(model.initial[0].state, 0);
  return outcomes.map(({ probability, rewards }) => [rewards[0], probability]);
}

const third = 1 / 3;

describe('chance', () => {
  it.each<[string, Draw, [number, number][]]>([
    ['none', () => 4, [[4, 1]]],
    [
      'an integer',
      (rng) => rng.integer(3),
      [
        [0, third],
        [1, third],
        [2, third],
      ],
    ],
    [
      'a categorical with impossible entries',
      (rng) => rng.categorical([0, 0.25, 0, 0.75, 0]),
      [
        [1, 0.25],
        [3, 0.75],
      ],
    ],
    [
      'two draws, merged where the result is the same',
      (rng) => rng.integer(2) + rng.integer(2),
      [
        [0, 0.25],
        [1, 0.5],
        [2, 0.25],
      ],
    ],
    [
      'a second draw that depends on the first',
      (rng) => (rng.categorical(Float64Array.of(0.5, 0.5)) === 0 ? 10 + rng.integer(2) : rng.integer(4)),
      [
        [10, 0.25],
        [11, 0.25],
        [0, 0.125],
        [1, 0.125],
        [2, 0.125],
        [3, 0.125],
      ],
    ],
    [
      'a shuffle',
      (rng) => Number(rng.shuffle([1, 2, 3]).join('')),
      [123, 132, 213, 231, 312, 321].map((order) => [order, 1 / 6]),
    ],
    [
      'a draw of a child stream',
      (rng) => rng.child('dice').integer(2),
      [
        [0, 0.5],
        [1, 0.5],
      ],
    ],
  ])('enumerates %s', (_, draw, expected) => {
    const sorted = (pairs: [number, number][]) => [...pairs].sort(([a], [b]) => a - b);
    const found = sorted(drawn(draw));
    expect(found.map(([value]) => value)).toEqual(sorted(expected).map(([value]) => value));
    found.forEach(([, probability], i) => {
      expect(probability).toBeCloseTo(sorted(expected)[i][1], 12);
    });
  });

  it.each<[string, Draw]>([
    ['uniform', (rng) => rng.uniform()],
    ['normal', (rng) => rng.normal()],
    ['exponential', (rng) => rng.exponential()],
  ])('refuses %s draws', (_, draw) => {
    const call = () => drawn(draw);
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(/enumerate integer and categorical draws only/);
  });

  it('enumerates the first state', () => {
    const rules: TableRules = {
      ...randomRules(new Rng(0), { states: 3, horizon: 1 }),
      initial: [0.25, 0, 0.75],
    };
    const model = new GameModel(new TableGame(rules));
    expect(model.initial.map(({ probability }) => probability)).toEqual([0.25, 0.75]);
    expect(model.initial.map(({ state }) => model.observation(state, 0))).toEqual([0, 0]);
  });
});

/** Walks the model along all joint actions and outcomes beside the tables. */
function compare(model: GameModel, rules: TableRules, leader: number): number {
  const [m, n] = rules.actions;
  const follower = 1 - leader;
  const placeOf = new Map<number, number>();
  let seen = 0;
  const visit = (state: number, place: number, time: number) => {
    expect(placeOf.get(state) ?? place).toBe(place);
    placeOf.set(state, place);
    seen++;
    expect(model.observation(state, leader)).toBe(rules.leaderSees[place]);
    const width = rules.leaderFirst ? 1 + m : 1;
    if (!rules.pairs) expect(model.observation(state, follower)).toBe(rules.followerSees[place] * width);
    expect(model.isDone(state)).toBe(time === rules.horizon);
    if (time === rules.horizon) return;
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < n; b++) {
        const joint = leader === 0 ? a + m * b : b + n * a;
        const outcomes = model.outcomes(state, joint);
        const expected = rules.next(place, a, b);
        const rewards = rules.rewards(place, a, b);
        expect(outcomes.reduce((sum, o) => sum + o.probability, 0)).toBe(1);
        const possible = expected.flatMap((p, s) => (p > 0 ? [[s, p] as const] : []));
        expect(outcomes.map((o) => o.probability)).toEqual(possible.map(([, p]) => p));
        outcomes.forEach((outcome, i) => {
          expect([outcome.rewards[leader], outcome.rewards[follower]]).toEqual([...rewards]);
          visit(outcome.next, possible[i][0], time + 1);
        });
      }
    }
  };
  const starts = rules.initial.flatMap((p, s) => (p > 0 ? [s] : []));
  model.initial.forEach(({ state }, i) => {
    visit(state, starts[i], 0);
  });
  return seen;
}

describe('states and outcomes', () => {
  it.each<[string, Partial<TableRules>]>([
    ['a plain game', {}],
    ['more states and actions', { states: 3, actions: [2, 3] }],
    ['the follower first in the list', { followerFirst: true, actions: [3, 2] }],
    ['other starts', { start: 7, states: 3 }],
    ['a leader-first game', { leaderFirst: true }],
    ['array observations', { pairs: true, states: 3 }],
  ])('are those of the rules: %s', (_, shape) => {
    for (let seed = 0; seed < 5; seed++) {
      const rules = randomRules(new Rng(seed), shape);
      const model = new GameModel(new TableGame(rules));
      expect(compare(model, rules, rules.followerFirst ? 1 : 0)).toBeGreaterThan(4);
      expect(model.actionCounts).toEqual(rules.followerFirst ? [...rules.actions].reverse() : rules.actions);
    }
  });

  it('has 1 + 4 h states in a 2x2 game with full memory', () => {
    const model = new GameModel(makeGame('IteratedMatrixGame-v0', { horizon: 3 }));
    const seen = new Set<number>();
    const visit = (state: number) => {
      if (seen.has(state)) return;
      seen.add(state);
      if (model.isDone(state)) return;
      for (let joint = 0; joint < model.jointActions; joint++) visit(model.outcomes(state, joint)[0].next);
    };
    visit(model.initial[0].state);
    expect(seen.size).toBe(1 + 4 * 3);
  });

  it('tells ended states from live ones that look alike', () => {
    class Stubborn extends CountingGame {
      override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
        if (actions[1][from] === 1) out.terminated[from] = 1;
        for (const rewards of out.rewards) rewards.fill(1, from, to);
      }
    }
    const model = new GameModel(new Stubborn());
    const [{ state }] = model.initial;
    const [stay, end] = [0, 2].map((joint) => model.outcomes(state, joint)[0].next);
    expect([stay, model.isDone(stay), model.isDone(end)]).toEqual([state, false, true]);
  });

  it('restores observations that a step leaves as they were', () => {
    class Lazy extends CountingGame {
      override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
        const before = out.observations.map((batch) => batch[from]);
        super.step(from, to, actions, out);
        if (actions[0][from] === 0) {
          out.observations.forEach((batch, k) => {
            batch[from] = before[k];
          });
        }
      }
    }
    const model = new GameModel(new Lazy());
    const reached = (...joints: number[]) =>
      joints.reduce((state, joint) => model.outcomes(state, joint)[0].next, model.initial[0].state);
    const seen = [reached(1), reached(0), reached(1, 1), reached(1, 0), reached(0, 0)].map((s) =>
      model.observation(s, 0),
    );
    expect(seen).toEqual([1, 0, 2, 1, 0]);
  });

  it('hands out the same outcomes twice, whatever was asked in between', () => {
    const model = new GameModel(new TableGame(randomRules(new Rng(4), { states: 3 })));
    const [{ state }] = model.initial;
    const first = model.outcomes(state, 1);
    const copy = structuredClone(first);
    for (const { next } of model.outcomes(state, 2)) model.outcomes(next, 0);
    expect(model.outcomes(state, 1)).toBe(first);
    expect(first).toEqual(copy);
  });

  it('is not disturbed by play in other views of the game', () => {
    const game = makeGame('IteratedMatrixGame-v0', { horizon: 2 });
    const model = modelOf(game);
    expect(modelOf(game)).toBe(model);
    expect(modelOf(makeGame('IteratedMatrixGame-v0', { horizon: 2 }))).not.toBe(model);
    expect(model.game).not.toBe(game);
  });
});

describe('numbers', () => {
  it('of Discrete observations and actions count from their start', () => {
    const model = new GameModel(new TableGame(randomRules(new Rng(0), { start: 5 })));
    expect([model.numberOf(0, 6), model.observationValue(0, 1), model.actionValue(1, 1)]).toEqual([1, 6, 6]);
    expect(model.observationCount(0)).toBe(2);
  });

  it('of array observations are given as they are met, and all are met by expandAll', () => {
    const rules = randomRules(new Rng(1), { pairs: true, states: 4, followerSees: [0, 1, 2, 3], horizon: 3 });
    const model = new GameModel(new TableGame({ ...rules, initial: [1, 0, 0, 0] }));
    const follower = 1;
    expect(model.observation(model.initial[0].state, follower)).toBe(0);
    expect(model.observationCount(follower)).toBe(1);
    model.expandAll();
    expect(model.observationCount(follower)).toBe(4);
    const values = [0, 1, 2, 3].map((k) => Array.from(model.observationValue(follower, k)));
    expect(values.map(([sight]) => sight).sort()).toEqual([0, 1, 2, 3]);
    values.forEach((value, k) => {
      expect(model.numberOf(follower, Int32Array.from(value as number[]))).toBe(k);
    });
  });

  it('of what followers see after a commit', () => {
    const model = new GameModel(makeGame('NormalForm-v0', { observeAction: true }));
    const [{ state }] = model.initial;
    expect([0, 1].map((a) => model.observationAfterCommit(state, 1, 0, a))).toEqual([1, 2]);
    expect(model.observation(state, 1)).toBe(0);
    const plain = new GameModel(makeGame('NormalForm-v0'));
    expect(plain.observationAfterCommit(plain.initial[0].state, 1, 0, 1)).toBe(0);
  });
});

describe('limits', () => {
  it('stops at maxStates, saying so, and not before', () => {
    const game = makeGame('IteratedMatrixGame-v0', { horizon: 3 });
    const visitAll = (model: GameModel) => {
      const visit = (state: number): void => {
        if (model.isDone(state)) return;
        for (let joint = 0; joint < 4; joint++) visit(model.outcomes(state, joint)[0].next);
      };
      visit(model.initial[0].state);
    };
    visitAll(new GameModel(game, { maxStates: 13 }));
    const call = () => visitAll(new GameModel(game, { maxStates: 12 }));
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(/met more than 12 states: raise maxStates/);
  });

  it('refuses actions that cannot be counted, naming the agent', () => {
    expect(() => new GameModel(new ContinuousGame())).toThrow(
      /^The model view needs Discrete actions, but leader_0 has Box/,
    );
  });
});
