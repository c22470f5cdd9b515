import { describe, expect, it } from '@jest/globals';
import { createGame } from '../../../envs/core/definition.js';
import { modelOf } from '../../../envs/core/model.js';
import { GameParallelEnv } from '../../../envs/core/views.js';
import {
  type SpatioTemporalSecurity,
  spatioTemporalSecurity,
} from '../../../envs/security/spatio-temporal-security.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { expectWellFormed } from '../xml.js';

const make = (parameters: object = {}): SpatioTemporalSecurity =>
  createGame(spatioTemporalSecurity, parameters);

const start = (parameters: object = {}, renderMode?: 'ansi' | 'svg') => {
  const { renderer, id: title } = spatioTemporalSecurity;
  const env = new GameParallelEnv(make(parameters), { renderMode, renderer, title });
  env.reset({ seed: 0 });
  return env;
};

/** Plays the leader's actions against one attack and returns the leader's rewards and observations. */
function play(parameters: object, leader: readonly number[], attack: number) {
  const env = start(parameters);
  const steps = leader.map((action, t) => env.step({ leader_0: action, follower_0: t === 0 ? attack : 0 }));
  return {
    rewards: steps.map(({ rewards }) => rewards['leader_0']),
    attacker: steps.map(({ rewards }) => rewards['follower_0']),
    seen: steps.map(({ observations }) => observations['leader_0']),
    ended: steps.map(({ terminations }) => terminations['leader_0']),
  };
}

describe('SpatioTemporalSecurity', () => {
  it('has the spaces that it documents', () => {
    const [leader, follower] = make().agents;
    expect(leader.actionSpace).toEqual(new Discrete(5));
    expect(leader.observationSpace).toEqual(new Discrete(26));
    expect(follower.actionSpace).toEqual(new Discrete(15));
    expect(follower.observationSpace).toEqual(new Discrete(1));
    expect(make({ patrollers: 2 }).agents[0].actionSpace).toEqual(new Discrete(25));
  });

  it('places the patroller at time 0 and then moves it by at most its speed', () => {
    expect(play({ name: 'tw' }, [4, 0, 0, 4, 4], 0).seen).toEqual([5, 9, 13, 19, 25]);
    expect(play({ name: 'tw', speed: 3 }, [4, 0, 0, 4, 4], 0).seen).toEqual([5, 7, 11, 19, 25]);
    expect(play({ name: 'tw', speed: 0 }, [4, 0, 0, 4, 4], 0).seen).toEqual([5, 10, 15, 20, 25]);
  });

  it('pays an attack when its time comes, unless the target is protected', () => {
    const attackB = 1 * 5 + 3;
    const missed = play({ name: 'tw' }, [0, 0, 0, 0, 0], attackB);
    expect(missed.rewards).toEqual([0, 0, 0, -2, 0]);
    expect(missed.attacker).toEqual([0, 0, 0, 2, 0]);
    expect(missed.ended).toEqual([false, false, false, false, true]);
    expect(play({ name: 'tw' }, [1, 1, 1, 1, 1], attackB).rewards).toEqual([0, 0, 0, 0, 0]);
    expect(play({ name: 'tw', radius: 1 }, [0, 0, 0, 0, 0], attackB).rewards).toEqual([0, 0, 0, 0, 0]);
    expect(play({ name: 'tw', radius: 1 }, [3, 3, 3, 3, 3], attackB).rewards).toEqual([0, 0, 0, -2, 0]);
  });

  it('an attack at time 0 is paid in the first step, and later actions of the attacker are ignored', () => {
    const env = start({ name: 'tw' });
    expect(env.step({ leader_0: 0, follower_0: 5 }).rewards).toEqual({ leader_0: -3, follower_0: 3 });
    for (let t = 1; t < 5; t++) {
      expect(env.step({ leader_0: 0, follower_0: 5 + t }).rewards).toEqual({ leader_0: 0, follower_0: 0 });
    }
  });

  it('several patrollers move apart and together, the first as the lowest digit', () => {
    const game = make({ name: 'three_ferries', patrollers: 2 });
    expect(game.placeOf([1, 3])).toBe(16);
    expect(game.cellsOf(16)).toEqual([1, 3]);
    expect(game.cellsOf(game.arrive(2, game.placeOf([0, 4]), game.placeOf([4, 0])))).toEqual([1, 3]);
    expect(game.cellsOf(game.arrive(0, game.placeOf([0, 4]), game.placeOf([4, 0])))).toEqual([4, 0]);
    expect(game.loot(0, game.placeOf([3, 0]))).toBe(0);
    expect(game.loot(0, game.placeOf([3, 1]))).toBe(1);
  });

  it('has a model view whose first step decides the attack', () => {
    const model = modelOf(make({ name: 'static' }));
    expect(model.initial).toEqual([{ state: 0, probability: 1 }]);
    expect(model.jointActions).toBe(3 * 12);
    expect(model.outcomes(0, 0 + 3 * 4)).toEqual([{ probability: 1, next: 1, rewards: [-2, 2] }]);
  });

  it('takes instances of the user', () => {
    const game = make({
      cells: 3,
      horizon: 2,
      targets: [
        { path: 1, weights: [1, 2] },
        { path: [0, 2], weights: 3 },
      ],
    });
    expect(game.paths).toEqual([
      [1, 1],
      [0, 2],
    ]);
    expect(game.weights).toEqual([
      [1, 2],
      [3, 3],
    ]);
  });

  it.each<[string, object, string]>([
    ['a misspelt name', { name: 'twe' }, 'name: expected one of "static"'],
    ['a name beside an instance', { name: 'tw', cells: 4 }, 'name: expected no name beside cells'],
    [
      'half an instance',
      { cells: 4, horizon: 2 },
      'targets: expected cells, horizon and targets together, got undefined.',
    ],
    [
      'a short path',
      { cells: 4, horizon: 3, targets: [{ path: [0, 1], weights: 1 }] },
      'targets[0].path: expected 3 numbers, one for each time, got [0, 1].',
    ],
    [
      'short weights',
      { cells: 4, horizon: 2, targets: [{ path: 0, weights: [1] }] },
      'targets[0].weights: expected 2 numbers, one for each time, got [1].',
    ],
    [
      'a cell that is not there',
      { cells: 4, horizon: 2, targets: [{ path: [3, 4], weights: 1 }] },
      'targets[0].path: expected cells below 4, got 4.',
    ],
    [
      'a negative weight',
      { cells: 4, horizon: 2, targets: [{ path: 0, weights: -1 }] },
      'targets[0].weights',
    ],
    [
      'a crowd',
      { cells: 2, horizon: 1, targets: [{ path: 0, weights: 1 }], patrollers: 3 },
      'patrollers: expected at most one for each of 2 cells, got 3.',
    ],
    ['half a cell of speed', { speed: 1.5 }, 'speed: expected int'],
    [
      'too many joint positions',
      { cells: 100, horizon: 1, targets: [{ path: 0, weights: 1 }], patrollers: 2 },
      'patrollers: expected at most 4096 joint positions (cells^patrollers), got 2.',
    ],
    ['a parameter that does not exist', { patroller: 2 }, 'Did you mean "patrollers"?'],
  ])('refuses %s', (_, parameters, message) => {
    expect(() => make(parameters)).toThrow(message);
    expect(() => make(parameters)).toThrow(/^SpatioTemporalSecurity-v0: /);
  });

  it('draws paths, patrol and attack against time', () => {
    const env = start({ name: 'tw' }, 'ansi');
    expect(env.render()).toContain('no attack is planned yet');
    for (const [t, action] of [4, 3, 2].entries())
      env.step({ leader_0: action, follower_0: t === 0 ? 12 : 0 });
    const text = env.render() as string;
    expect(text).toContain('attack on C at time 2, worth 2: brought nothing');
    expect(text).toMatch(/^ {2}2 +C +C +ABC#! +C +C$/m);
    expect(text).toMatch(/^ {2}4 +B# +\. +\. +\. +A$/m);
    const drawing = start({ name: 'two_ferries', patrollers: 2, radius: 1 }, 'svg');
    drawing.step({ leader_0: 1, follower_0: 7 });
    expectWellFormed(drawing.render() as string);
    expect(drawing.render()).toContain('attack on B at time 3, worth 1: still to come');
  });
});
