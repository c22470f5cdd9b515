import { describe, expect, it } from '@jest/globals';
import { createGame } from '../../../envs/core/definition.js';
import { GameParallelEnv } from '../../../envs/core/views.js';
import { karateFriends, karateSides } from '../../../envs/hierarchical/karate-club.js';
import {
  structuredHierarchicalGame as definition,
  type StructuredHierarchicalGame,
} from '../../../envs/hierarchical/structured-hierarchical-game.js';
import { treeOf } from '../../../envs/hierarchical/tree.js';
import { InvalidArgument } from '../../../gymnasium/error.js';

const create = (parameters: object = {}) => createGame(definition, parameters) as StructuredHierarchicalGame;

/** Plays one episode with these actions, in the order of the agents. */
function play(game: StructuredHierarchicalGame, actions: readonly number[], renderMode?: 'ansi' | 'svg') {
  const { renderer, id: title } = definition;
  const env = new GameParallelEnv(game, { renderer, title, renderMode });
  env.reset({ seed: 0 });
  const step = env.step(
    Object.fromEntries(game.agents.map(({ id }, player) => [id, Float64Array.of(actions[player])])),
  );
  return { env, step, costs: Object.values(step.rewards).map((reward) => (reward === 0 ? 0 : -reward)) };
}

describe('the tree', () => {
  it('numbers the players level by level and knows the leaves below each', () => {
    const tree = treeOf([0, 0, 0, 1, 2, 1]);
    expect(tree.levels).toEqual([[0], [1, 2], [3, 4, 5]]);
    expect(tree.children).toEqual([[1, 2], [3, 5], [4], [], [], []]);
    expect(tree.leaves).toEqual([[3, 5, 4], [3, 5], [4], [3], [4], [5]]);
  });

  it.each([
    ['public_goods', [1, 2, 34]],
    ['security', [1, 3, 6]],
    ['chain', [1, 1, 1]],
  ])('of %s has levels of %p players', (setting, sizes) => {
    const { agents, costs } = create({ setting });
    expect(costs.tree.levels.map((level) => level.length)).toEqual(sizes);
    expect(agents.map(({ role }) => role)).toEqual(
      agents.map((_, player) => (player === 0 ? 'leader' : 'follower')),
    );
    expect(agents.at(-1)!.id).toBe(`follower_${agents.length - 2}`);
  });
});

describe('the karate club', () => {
  it('has 34 members, 78 mutual friendships and two sides of 17', () => {
    const degrees = karateFriends.map((friends) => friends.length);
    expect(degrees).toEqual([
      16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2, 2, 2, 2, 3, 2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12,
      17,
    ]);
    expect(degrees.reduce((a, b) => a + b)).toBe(2 * 78);
    for (const [member, friends] of karateFriends.entries()) {
      for (const friend of friends) expect(karateFriends[friend]).toContain(member);
    }
    expect(karateSides.filter((side) => side === 0)).toHaveLength(17);
    expect([0, 8, 9, 33].map((member) => karateSides[member])).toEqual([0, 0, 1, 1]);
  });
});

describe('costs', () => {
  it('of a chain are the squares', () => {
    expect(play(create({ setting: 'chain' }), [2, -1, 3]).costs).toEqual([1 + 4, 9 + 9, 16 + 9]);
  });

  it('of public goods where all contribute alike', () => {
    const x = 0.5;
    const { costs } = play(create({ k: 0.25, constant: 2, linear: 3, quadratic: 4 }), [
      1,
      0.2,
      ...Array(35).fill(x),
    ]);
    const benefit = (friends: number) => 2 + 3 * x - 4 * x * x + friends * x * x;
    const root = (friends: number) => 2 + 3 * x - 4 * x * x + friends * x ** 3;
    const sum = (of: (friends: number) => number, side?: number) =>
      karateFriends.reduce(
        (total, { length }, m) => total + (side === undefined || karateSides[m] === side ? of(length) : 0),
        0,
      );
    expect(costs[0]).toBeCloseTo(-sum(root), 9);
    expect(costs[1]).toBeCloseTo(-0.25 * sum(benefit, 0) + 0.75 * 0.8 ** 2, 9);
    expect(costs[2]).toBeCloseTo(-0.25 * sum(benefit, 1) + 0.75 * 0.5 ** 2, 9);
    expect(costs[3]).toBeCloseTo(-0.25 * benefit(16) + 0.75 * (x - 0.2) ** 2, 9);
    expect(costs[36]).toBeCloseTo(-0.25 * benefit(17), 9);
  });

  it('of public goods count the friends of a lone contributor', () => {
    const actions: number[] = Array(37).fill(0);
    actions[3 + 11] = 1;
    actions[3 + 0] = 0.5;
    const { costs } = play(create(), actions);
    expect(costs[3 + 11]).toBeCloseTo(-0.5 * (1 - 6 + 0.5) + 0.5, 12);
    expect(costs[3]).toBeCloseTo(-0.5 * (0.5 - 1.5 + 0.5) + 0.5 * 0.25, 12);
    expect(costs[0]).toBeCloseTo(-(1 - 6 + 0.5 + 0.5 - 1.5 + 0.25), 12);
  });

  it('of security with one defender, from the definition', () => {
    const [k, rationality, price, influence] = [0.3, 2, 0.1, 0.5];
    const actions = [0.5, 0.25, 0.75, 1, 1, 0, 0, 0, 0, 0];
    const { costs } = play(create({ setting: 'security', k, rationality, price, influence }), actions);
    const attacked = Math.exp(-rationality) / (Math.exp(-rationality) + 5);
    const free = (1 - attacked) / 5;
    const first = -price + attacked / 2 + 5 * free * (1 - influence / 2);
    const other = attacked * (1 - influence / 2) + 4 * free * (1 - influence);
    expect(costs[4]).toBeCloseTo(-k * first + (1 - k) * 0.75 ** 2, 12);
    expect(costs[5]).toBeCloseTo(-k * other + (1 - k) * 0.25 ** 2, 12);
    expect(costs[1]).toBeCloseTo(-k * (first + other) + (1 - k) * 0.25 ** 2, 12);
    expect(costs[0]).toBeCloseTo(-(first + 5 * other), 12);
  });
});

describe('an episode', () => {
  it('shows the root to all others before they move, and ends with the step', () => {
    const env = new GameParallelEnv(create({ setting: 'chain' }));
    const { observations } = env.reset({ seed: 0 });
    expect(observations).toEqual({
      leader_0: 0,
      follower_0: Float64Array.of(0, 0),
      follower_1: Float64Array.of(0, 0),
    });
    const seen = env.commit!({ leader_0: Float64Array.of(-2.5) });
    expect(seen).toEqual({ follower_0: Float64Array.of(1, -2.5), follower_1: Float64Array.of(1, -2.5) });
    const step = env.step({ follower_0: Float64Array.of(1), follower_1: Float64Array.of(0) });
    expect(step.terminations).toEqual({ leader_0: true, follower_0: true, follower_1: true });
    expect(env.state()).toEqual(Float64Array.of(-2.5, 1, 0));
    expect(env.reset().observations.follower_1).toEqual(Float64Array.of(0, 0));
    expect(env.state()).toEqual(new Float64Array(3));
  });
});

describe('rendering', () => {
  it('draws every player with its action and cost, leaves of one parent side by side', () => {
    const game = create();
    const actions = game.agents.map((_, player) => player / 100);
    const text = play(game, actions, 'ansi').env.render() as string;
    expect(text.split('\n')).toHaveLength(1 + 37 + 1);
    expect(text).toContain('leader_0               0.000 ..........');
    const svg = play(game, actions, 'svg').env.render() as string;
    const heights = game.agents.map(({ id }) =>
      Number(new RegExp(`y="([\\d.]+)"[^>]*>${id}  `).exec(svg)![1]),
    );
    const leaves = heights.slice(3).sort((a, b) => a - b);
    for (const [i, height] of leaves.entries())
      if (i > 0) expect(height - leaves[i - 1]).toBeGreaterThanOrEqual(20);
    expect(svg).toContain('follower_35  0.360  cost');
  });

  it('shows the root alone once it has committed', () => {
    const { renderer, id: title } = definition;
    const env = new GameParallelEnv(create({ setting: 'chain' }), { renderer, title, renderMode: 'ansi' });
    env.reset({ seed: 0 });
    expect(env.render()).not.toMatch(/\d\.\d/);
    env.commit!({ leader_0: Float64Array.of(5) });
    expect(env.render()).toContain('5.000 ########.. cost -');
  });
});

describe('parameters', () => {
  it.each<[object, string]>([
    [{ setting: 'ring' }, 'setting: expected one of "public_goods"|"security"|"chain", got "ring".'],
    [{ k: 1 }, 'k: expected number to be <1, got 1.'],
    [{ lambda: 5 }, 'unknown parameter "lambda".'],
    [{ setting: 'chain', k: 0.5 }, 'k: expected no value with setting chain, got 0.5.'],
    [{ rationality: 5 }, 'rationality: expected no value with setting public_goods, got 5.'],
    [{ setting: 'security', influence: 2 }, 'influence: expected number to be <=1, got 2.'],
  ])('refuses %p', (given, message) => {
    expect(() => create(given)).toThrow(InvalidArgument);
    expect(() => create(given)).toThrow(`StructuredHierarchicalGame-v0: ${message}`);
  });
});
