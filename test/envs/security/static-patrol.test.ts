import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame, type StaticPatrol } from '../../../envs/index.js';
import { make } from '../../../gymnasium/make.js';
import { expectWellFormed, textsOf } from '../xml.js';

const game = (parameters: object = {}) => makeGame('StaticPatrol-v0', parameters) as StaticPatrol;
const [still, up, down, left, right] = [0, 1, 2, 3, 4];

describe('the walks', () => {
  it('are 313 from the middle of 3 by 3 in 4 steps, each of neighbouring cells', () => {
    const walks = game().allWalks();
    expect(walks).toHaveLength(313);
    expect(new Set(walks.map((walk) => walk.join())).size).toBe(313);
    for (const walk of walks) {
      [4, ...walk].slice(1).forEach((cell, step) => {
        const before = [4, ...walk][step];
        const distance =
          Math.abs((cell % 3) - (before % 3)) + Math.abs(Math.floor(cell / 3) - Math.floor(before / 3));
        expect(distance).toBeLessThanOrEqual(1);
      });
    }
  });

  it('are numbered by what the patroller did, and by nothing else', () => {
    const { walkEnds, extensions, agents, horizon } = game();
    // 1 + 5 + 21 + 81 walks of 0 to 3 steps.
    expect(walkEnds).toHaveLength(108);
    expect(agents[0].observationSpace.toString()).toBe('Discrete(108)');
    const depth = new Int32Array(108).fill(-1);
    depth[0] = 0;
    for (let walk = 0; walk < 108; walk++) {
      for (let move = 0; move < 5; move++) {
        const next = extensions[walk * 5 + move];
        if (depth[walk] === horizon - 1) expect(next).toBe(-1);
        else depth[next] = depth[walk] + 1;
      }
    }
    expect(Math.max(...depth)).toBe(3);
  });
});

describe('an episode', () => {
  it('removes the snare for 2 and ends', () => {
    const env = new GameParallelEnv(
      game({
        density: [
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ],
      }),
    );
    env.reset({ seed: 0 });
    const first = env.step({ leader_0: up, follower_0: 0 });
    expect(first.observations['follower_0']).toBe(1);
    expect([first.rewards, first.terminations['leader_0']]).toEqual([{ leader_0: 0, follower_0: 0 }, false]);
    // The snare stays where it was set, whatever the poacher plays later.
    const second = env.step({ leader_0: left, follower_0: 1 });
    expect(second.rewards).toEqual({ leader_0: 2, follower_0: -2 });
    expect(second.terminations).toEqual({ leader_0: true, follower_0: true });
  });

  it('finds a snare in its own cell at the first step, if it stays', () => {
    const env = new GameParallelEnv(game());
    env.reset({ seed: 0 });
    expect(env.step({ leader_0: still, follower_0: 4 }).rewards['leader_0']).toBe(2);
    env.reset();
    expect(env.step({ leader_0: down, follower_0: 4 }).rewards['leader_0']).not.toBe(2);
  });

  it('earns what the values of walks say, on average', () => {
    const rules = game();
    const env = new GameParallelEnv(rules);
    env.reset({ seed: 5 });
    const moves = [right, down, left, left];
    const walk = [5, 8, 7, 6];
    for (const cell of [0, 6, 7]) {
      let total = 0;
      const episodes = 6000;
      for (let k = 0; k < episodes; k++) {
        env.reset();
        for (let t = 0; env.agents.length > 0; t++) {
          total += env.step({ leader_0: moves[t], follower_0: cell }).rewards['leader_0'];
        }
      }
      expect(Math.abs(total / episodes - rules.walkValue(walk, cell))).toBeLessThan(0.07);
    }
    expect(rules.walkValue(walk, 5)).toBe(2);
    expect(rules.walkValue(walk, 0)).toBeCloseTo(-2 * (1 - 0.96 ** 4), 12);
    expect(rules.walkValue(walk, 7)).toBeCloseTo(-2 * (1 - 0.82 ** 2) + 2 * 0.82 ** 2, 12);
  });
});

it.each<[object, string]>([
  [{ start: 9 }, 'StaticPatrol-v0: start: expected a cell from 0 to 8, got 9.'],
  [{ horizon: 0 }, 'StaticPatrol-v0: horizon: '],
  [
    { horizon: 20 },
    'StaticPatrol-v0: horizon: expected at most 200000 walks shorter than it, got more with 20',
  ],
  [{ density: [[1]] }, 'density: expected at least two rows and two columns, got 1 by 1.'],
  [
    {
      density: [
        [1, 2],
        [1, 1],
      ],
    },
    'StaticPatrol-v0: density[0][1]: ',
  ],
])('refuses %p', (parameters, message) => {
  expect(() => game(parameters)).toThrow(message);
});

it('draws the walk and the snare', () => {
  const parameters = {
    density: [
      [0, 0.5],
      [0.25, 0],
    ],
    start: 0,
    horizon: 3,
  };
  const pictures = ['ansi', 'svg'].map((renderMode) => {
    const env = make('StaticPatrol-v0', parameters as any, { renderMode });
    env.reset({ seed: 0 });
    env.step({ leader_0: right, follower_0: 3 });
    env.step({ leader_0: down, follower_0: 3 });
    return env.render() as string;
  });
  expect(pictures[0]).toBe(
    [
      'StaticPatrol-v0  step 2 of 3: snare removed (ended)',
      '  0.00 .  | 0.50 . ',
      '  0.25    | 0.00 P#',
      '  P patroller, . its walk, # the snare; numbers are animal densities',
      '  walk 0 1 3; total: patroller 2, poacher -2',
      '',
    ].join('\n'),
  );
  expectWellFormed(pictures[1]);
  expect(textsOf(pictures[1])).toContain('step 2 of 3: snare removed');
});
