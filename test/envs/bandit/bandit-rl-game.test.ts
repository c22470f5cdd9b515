import { describe, expect, it } from '@jest/globals';
import { banditRlGame } from '../../../envs/bandit/bandit-rl-game.js';
import { type BanditRlGame, GameParallelEnv, makeGame, modelOf } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import { expectWellFormed, textsOf } from '../xml.js';

const build = (parameters: object = {}) => makeGame('BanditRLGame-v0', parameters) as BanditRlGame;
const preset = (name: string) => banditRlGame.presets[name] as object;

/** Two states; arm a leads from state 0 to state a by action 1. */
const written = {
  horizon: 3,
  mdps: [0, 1].map((a) => ({
    transitions: [
      [[1, 0], a === 0 ? [1, 0] : [0, 1]],
      [
        [0, 1],
        [0, 1],
      ],
    ],
    leader: [
      [0.1, 0.2],
      [0.3, 0.4],
    ],
    follower: [
      [0.5, 0.6],
      [0.7, 0.8],
    ],
  })),
};

describe('BanditRLGame-v0', () => {
  it('plays the process of the arm of the first step, whatever the leader does later', () => {
    const env = new GameParallelEnv(build(written));
    expect(env.reset({ seed: 0 }).observations).toEqual({ leader_0: 0, follower_0: 0 });
    expect(env.commit!({ leader_0: 1 })).toEqual({ follower_0: 1 + 2 * 3 });
    const first = env.step({ follower_0: 1 });
    expect(first.rewards).toEqual({ leader_0: 0.2, follower_0: 0.6 });
    expect(first.observations).toEqual({ leader_0: 1, follower_0: 1 + 1 + 2 * (1 + 3) });
    expect(env.commit!({ leader_0: 0 })).toEqual({ follower_0: 1 + 1 + 2 * (1 + 3) });
    const second = env.step({ follower_0: 0 });
    expect(second.rewards).toEqual({ leader_0: 0.3, follower_0: 0.7 });
    expect(second.observations['follower_0']).toBe(1 + 1 + 2 * (2 + 3));
    const third = env.step({ leader_0: 0, follower_0: 1 });
    expect(third.rewards).toEqual({ leader_0: 0.4, follower_0: 0.8 });
    expect(third.observations['follower_0']).toBe(0);
    expect(third.terminations).toEqual({ leader_0: true, follower_0: true });
  });

  it('draws the next state by the transitions of the arm', () => {
    const game = build(preset('tiny'));
    const model = modelOf(game);
    const [{ state }] = model.initial;
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 2; b++) {
        const row = game.mdps[a].transitions[0][b];
        for (const { next, probability, rewards } of model.outcomes(state, a + 2 * b)) {
          const sight = model.observation(next, 1);
          expect(probability).toBeCloseTo(row[game.stateOf(sight)], 12);
          expect(sight).toBe(game.sight(a, 1, game.stateOf(sight)));
          expect(rewards).toEqual([game.mdps[a].leader[0][b], game.mdps[a].follower[0][b]]);
        }
      }
    }
  });

  it('draws processes by the seed: distributions on the successors, rewards by quarters', () => {
    const game = build({ arms: 4, states: 5, actions: 3, successors: 2, seed: 7 });
    for (const { transitions, leader, follower } of game.mdps) {
      for (const row of transitions.flat()) {
        expect(row.filter((p) => p > 0)).toHaveLength(2);
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      }
      for (const reward of [...leader.flat(), ...follower.flat()])
        expect([0, 1, 2, 3, 4]).toContain(4 * reward);
    }
    const again = build({ arms: 4, states: 5, actions: 3, successors: 2, seed: 7 });
    expect(again.mdps).toEqual(game.mdps);
    expect(again.signature).toBe(game.signature);
    expect(build({ arms: 4, states: 5, actions: 3, successors: 2, seed: 8 }).mdps).not.toEqual(game.mdps);
  });

  it('keeps the means under Bernoulli noise', () => {
    const game = build(preset('noisy'));
    const model = modelOf(game);
    const [{ state }] = model.initial;
    for (let joint = 0; joint < 4; joint++) {
      const outcomes = model.outcomes(state, joint);
      const mean = outcomes.reduce((sum, o) => sum + o.probability * o.rewards[1], 0);
      expect(mean).toBeCloseTo(game.mdps[joint % 2].follower[0][Math.floor(joint / 2)], 12);
    }
  });

  const one = { transitions: [[[1]]], leader: [[0]], follower: [[0]] };
  it.each([
    [{ horizon: 0 }, 'horizon: expected a positive integer, got 0.'],
    [{ states: 2.5 }, 'states: expected a positive integer, got 2.5.'],
    [{ states: 2, successors: 3 }, 'successors: expected at most the number of states, 2, got 3.'],
    [{ states: 1000, actions: 10 }, 'states: expected at most 10000000 transition probabilities in all'],
    [{ seed: -1 }, 'seed: expected a non-negative integer, got -1.'],
    [{ mdps: [one], arms: 2 }, 'arms: expected nothing beside mdps, got 2.'],
    [{ mdps: [] }, 'mdps: expected at least one process, got [].'],
    [{ mdps: [{ ...one, leader: [[2]] }] }, 'mdps[0].leader[0][0]: expected a number in [0, 1], got 2.'],
    [
      { mdps: [{ ...one, transitions: [[[0.5]]] }] },
      'mdps[0].transitions[0][0]: expected 1 probabilities that sum to 1, got 1 with sum 0.5.',
    ],
    [
      { mdps: [one, { ...one, follower: [[0, 0]] }] },
      'mdps[1].follower[0]: expected an entry for each of 1 actions, got 2.',
    ],
    [
      { mdps: [one, { ...one, leader: [[0], [0]] }] },
      'mdps[1].leader: expected a row for each of 1 states, got 2.',
    ],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });

  it('draws the processes, then the one that was pulled with the present state marked', () => {
    for (const renderMode of ['ansi', 'svg'] as const) {
      const env = make('BanditRLGame-v0', written, { renderMode });
      env.reset({ seed: 0 });
      const before = env.render() as string;
      env.step({ leader_0: 1, follower_0: 1 });
      const after = env.render() as string;
      if (renderMode === 'ansi') {
        expect(before).toContain('arm 0:');
        expect(after).not.toContain('arm 0:');
        expect(after).toContain('arm 1, step 1 of 3, state 1; total: leader 0.2, follower 0.6');
        expect(after).toMatch(/> +1 +1 +0\.4 +0\.8 +1 \(1\)/);
      } else {
        for (const frame of [before, after]) expectWellFormed(frame);
        expect(after.split('#ffe9a8')).toHaveLength(3);
        expect(textsOf(after)).toContain('step 0: action 1, leader 0.2, follower 0.6');
      }
    }
  });
});
