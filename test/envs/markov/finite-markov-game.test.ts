import { describe, expect, it } from '@jest/globals';
import {
  type FiniteMarkovGame,
  GameModel,
  GameParallelEnv,
  makeGame,
  textbookGames,
} from '../../../envs/index.js';
import { make } from '../../../gymnasium/make.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { expectWellFormed, textsOf } from '../xml.js';

const game = (parameters: object = {}) => makeGame('FiniteMarkovGame-v0', parameters) as FiniteMarkovGame;
const start = (parameters: object = {}, seed = 0) => {
  const env = new GameParallelEnv(game(parameters));
  const { observations } = env.reset({ seed });
  return { env, observations };
};
const play = (env: GameParallelEnv, a: number, b: number) => env.step({ leader_0: a, follower_0: b });

const one = { leader: [[1]], follower: [[0]] };
const pair = { leader: [[1, 2]], follower: [[3, 4]] };

describe('play', () => {
  it.each([
    [0, 'paruchuri', 1],
    [1, 'openspiel_game1', 2],
  ])('leader action %d in leader_controls leads to %s', (a, stage, state) => {
    const { leader, follower } = textbookGames[stage];
    leader.forEach((row, x) => {
      row.forEach((payoff, y) => {
        const { env, observations } = start();
        expect(observations).toEqual({ leader_0: 0, follower_0: 0 });
        const first = play(env, a, 1 - a);
        expect(first.observations).toEqual({ leader_0: state, follower_0: state });
        expect(first.rewards).toEqual({ leader_0: a === 0 ? 4 : 1, follower_0: 0 });
        expect(first.terminations.leader_0).toBe(false);
        const second = play(env, x, y);
        expect(second.rewards).toEqual({ leader_0: payoff, follower_0: follower[x][y] });
        expect(second.terminations).toEqual({ leader_0: true, follower_0: true });
      });
    });
  });

  it('leads where the follower decides in follower_controls', () => {
    for (const b of [0, 1]) {
      const { env } = start({ game: 'follower_controls' });
      const { observations, rewards } = play(env, 1, b);
      expect(observations.leader_0).toBe(1 + b);
      expect(rewards).toEqual({ leader_0: [1, 7][b], follower_0: [0, 0.5][b] });
    }
  });

  it('takes actions beyond the last of a state for its last', () => {
    const { env } = start();
    expect(env.actionSpace('follower_0')).toEqual(new Discrete(3));
    expect(play(env, 0, 2).rewards).toEqual({ leader_0: 4, follower_0: 0 });
    expect(play(env, 1, 2).rewards).toEqual({ leader_0: 3, follower_0: 2 });
  });

  it('shows the step where there is a horizon, and ends there', () => {
    const { env } = start({ states: [{ ...pair, next: 0 }], horizon: 3 });
    expect(env.observationSpace('leader_0')).toEqual(new Discrete(3));
    const seen = [1, 2, 3].map(() => {
      const { observations, terminations } = play(env, 0, 0);
      return [observations.leader_0, observations.follower_0, terminations.leader_0];
    });
    expect(seen).toEqual([
      [1, 1, false],
      [2, 2, false],
      [2, 2, true],
    ]);
  });

  it('ends by a transition before the horizon', () => {
    const { env } = start({ states: [{ ...pair, next: [[0, 'end']] }], horizon: 3 });
    expect(play(env, 0, 0).terminations.leader_0).toBe(false);
    expect(play(env, 0, 1).terminations.leader_0).toBe(true);
  });

  it('draws the first state and the next ones with the given probabilities', () => {
    const model = new GameModel(
      game({
        states: [
          {
            ...pair,
            next: [
              [
                [0.25, 0.5, 0.25],
                [0, 1],
              ],
            ],
          },
          one,
        ],
        start: [0.125, 0.875],
        horizon: 2,
      }),
    );
    const initial = new Map(
      model.initial.map(({ state, probability }) => [model.observation(state, 0), probability]),
    );
    expect(initial).toEqual(
      new Map([
        [0, 0.125],
        [1, 0.875],
      ]),
    );
    const first = model.initial.find(({ state }) => model.observation(state, 0) === 0)!.state;
    const found = model.outcomes(first, 0).map(({ next, probability, rewards }) => {
      expect(rewards).toEqual([1, 3]);
      return [model.isDone(next) ? 'end' : model.observation(next, 0), probability];
    });
    expect(new Map(found as [unknown, unknown][])).toEqual(
      new Map<unknown, unknown>([
        [2, 0.25],
        [3, 0.5],
        ['end', 0.25],
      ]),
    );
  });

  it('lasts at most maxSteps', () => {
    expect([game().maxSteps, game({ game: 'inspection' }).maxSteps]).toEqual([2, 6]);
    const chain = [{ ...pair, next: [[1, 2]] }, { ...one, next: 2 }, { ...one, next: 3 }, one];
    expect(game({ states: chain }).maxSteps).toBe(4);
    expect(game({ states: chain, start: 2 }).maxSteps).toBe(2);
    expect(game({ states: chain, start: [0, 0.5, 0.5, 0] }).maxSteps).toBe(3);
    expect(game({ horizon: 1 }).maxSteps).toBe(1);
  });

  it('is discounted if asked', () => {
    expect([game().discount, game({ game: 'inspection', discount: 0.9 }).discount]).toEqual([1, 0.9]);
  });
});

describe('malformed games', () => {
  const two = (next: unknown) => ({ states: [{ ...pair, next }, one] });
  it.each<[object, string]>([
    [{ game: 'nobody_controls' }, 'game: Unknown game "nobody_controls". Did you mean "leader_controls"?'],
    [{ game: 'inspection', states: [one] }, 'game: expected a name or states, got "inspection" and states.'],
    [{ states: [] }, 'states: expected at least one state, got [].'],
    [{ states: [{ leader: [[1]] }] }, 'states[0].follower: expected a payoff matrix, got undefined.'],
    [{ states: [{ ...one, follower: [[1, 2]] }] }, 'states[0].follower[0]: expected 1 entries'],
    [
      { states: [{ leader: [[1], [2, 3]], follower: [[1], [1]] }] },
      'states[0].leader[1]: expected 1 entries',
    ],
    [{ states: [{ ...one, leader: [[NaN]] }] }, 'states[0].leader[0][0]: expected a finite payoff, got NaN.'],
    [
      {
        states: [
          { ...one, name: 'a' },
          { ...one, name: 'a' },
        ],
      },
      'states[1].name: expected a name of its own, got "a" again.',
    ],
    [two(2), 'states[0].next: expected the position of a state below 2, got 2.'],
    [two([[0]]), 'states[0].next[0]: expected 2 entries'],
    [two([[1, 0.5]]), 'states[0].next[0][1]: expected the position of a state below 2, got 0.5.'],
    [
      two([[1, [0.5, 0.4]]]),
      'states[0].next[0][1]: expected 2 probabilities, or 3 with the end, that sum to 1, got [0.5, 0.4].',
    ],
    [two([[1, [1.5, -0.5]]]), 'states[0].next[0][1]: expected 2 probabilities'],
    [two('stop'), 'states[0].next: expected the position of a state, "end" or probabilities, got "stop".'],
    [two(0), 'horizon: expected a positive integer, as some state can come again, got undefined.'],
    [{ ...two(1), start: 2 }, 'start: expected the position of a state below 2, got 2.'],
    [
      { ...two(1), start: [0.5, 0.25, 0.25] },
      'start: expected 2 probabilities that sum to 1, got [0.5, 0.25, 0.25].',
    ],
    [{ horizon: 0 }, 'horizon: expected a positive integer, got 0.'],
    [{ discount: 0 }, 'discount: expected a number in (0, 1], got 0.'],
    [{ stats: [] }, 'unknown parameter "stats". Did you mean "states"?'],
  ])('%j is refused', (parameters, message) => {
    expect(() => game(parameters)).toThrow(`FiniteMarkovGame-v0: ${message}`);
  });
});

describe('rendering', () => {
  const frames = (renderMode: string, parameters: object, last = 1) => {
    const env = make('FiniteMarkovGame-v0', parameters as any, { renderMode });
    env.reset({ seed: 1 });
    const first = env.render()!;
    env.step({ leader_0: 0, follower_0: 1 });
    const second = env.render()!;
    env.step({ leader_0: 1, follower_0: last });
    return [first, second, env.render()!];
  };

  it('in text shows the state, its stage game, where it leads and the history', () => {
    const [first, second, last] = frames('ansi', {}, 2).map((frame) => frame.split('\n'));
    expect(first).toEqual([
      'FiniteMarkovGame-v0  step 0  total: leader 0, follower 0',
      '  states   [start] high low',
      expect.stringMatching(/^\s+0\s+1$/),
      expect.stringMatching(/^ {2}0 \| {2}2,1 -> high {2,}4,0 -> high$/),
      expect.stringMatching(/^ {2}1 \| {2}1,0 -> low {2,}3,1 -> low$/),
      '  leader   -',
      '  follower -',
      '',
    ]);
    expect(second.slice(0, 2)).toEqual([
      'FiniteMarkovGame-v0  step 1  total: leader 4, follower 0',
      '  states   start [high] low',
    ]);
    expect(second.join('').match(/\[/g)).toHaveLength(1);
    expect(last[0]).toMatch(/step 2 \(ended\) {2}total: leader 7, follower 2$/);
    expect(last[4]).toMatch(/\[3,2 -> end\]$/);
    expect(last.slice(5, 7)).toEqual(['  leader   0 1', '  follower 1 2']);
  });

  it('as a picture is well-formed and shows states, payoffs and history', () => {
    for (const parameters of [{}, { game: 'inspection', horizon: 2 }]) {
      const pictures = frames('svg', parameters);
      for (const picture of pictures) expectWellFormed(picture);
      const { rules } = game(parameters);
      const names = [...rules.stages.map(({ name }) => name), 'end'];
      for (const picture of pictures) expect(textsOf(picture)).toEqual(expect.arrayContaining(names));
      expect(new Set(pictures).size).toBe(3);
    }
    expect(textsOf(frames('svg', { game: 'inspection' })[0])).toContain('to clean 0.9, dirty 0.1');
    expect(textsOf(frames('svg', {}, 2)[2])).toEqual(
      expect.arrayContaining(['0: 4', '1: 0', '1: 3', '2: 2']),
    );
  });
});
