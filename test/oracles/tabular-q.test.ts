import { describe, expect, it } from '@jest/globals';
import { GameModel, type MarkovGame, makeGame, ordinalGames } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { TabularQ } from '../../oracles/index.js';
import { bestResponse, stationaryValues } from '../../solvers/index.js';
import { ContinuousGame, CountingGame, quarters, randomRules, TableGame } from '../envs/testing-games.js';
import { actionsOf, Driver } from './driving.js';

const prisoners = makeGame('IteratedMatrixGame-v0');

/** Fails unless the actions earn the follower as much as any stationary ones, against a deterministic leader. */
function expectBest(game: MarkovGame, actions: readonly number[], leader: readonly number[]): void {
  const model = new GameModel(game);
  const table = leader.map((a) => [1 - a, a]);
  const [, earned] = stationaryValues(model, 0, 1, table, actions);
  const best = bestResponse(model, table, { memory: 'stationary', ties: 'leader' }).followerValue;
  expect(earned).toBeCloseTo(best, 12);
}

describe('TabularQ', () => {
  it.each(Object.keys(ordinalGames))('learns the best response to a steady leader in %s', (game) => {
    const rules = makeGame('IteratedMatrixGame-v0', { game, memory: 'none' });
    for (const action of [0, 1]) {
      const policies = new Driver(rules, new TabularQ({ episodes: 2000, learningRate: 0.01 })).respond(
        () => action,
      );
      expectBest(rules, actionsOf(policies, 1), [action]);
    }
  });

  /** States are (step, one of two places), all seen: without aliasing, Q-learning finds the optimum. */
  it.each(['certain', 'chance'])('learns the best response where it sees the time: %s moves', (moves) => {
    for (let seed = 0; seed < 6; seed++) {
      const rng = new Rng('layers').child(seed);
      const tables = randomRules(rng, { states: 6 });
      const to = Array.from({ length: 24 }, () =>
        moves === 'chance'
          ? quarters(rng, 2)
          : [
              [1, 0],
              [0, 1],
            ][rng.integer(2)],
      );
      const game = new TableGame({
        ...tables,
        initial: [0.5, 0.5, 0, 0, 0, 0],
        leaderSees: [0, 1, 2, 3, 4, 5],
        followerSees: [0, 1, 2, 3, 4, 5],
        horizon: 3,
        next: (s, a, b) => {
          const layer = Math.min(4, 2 * (Math.floor(s / 2) + 1));
          const out = new Array(6).fill(0);
          to[s + 6 * (a + 2 * b)].forEach((p, k) => {
            out[layer + k] = p;
          });
          return out;
        },
      });
      const leader = Array.from({ length: 6 }, () => rng.integer(2));
      const oracle = new TabularQ({
        episodes: 4000,
        epsilon: 0.5,
        discount: 1,
        learningRate: moves === 'chance' ? 0.01 : 0.1,
      });
      const policies = new Driver(game, oracle, seed).respond((o) => leader[o]);
      expectBest(game, actionsOf(policies, 6), leader);
    }
  });

  it('learns in spaces with another start, in a leader-first game', () => {
    const rules = {
      ...randomRules(new Rng(1), { states: 1, initial: [1], start: 3, leaderFirst: true }),
      horizon: 1,
      followerSees: [0],
      leaderSees: [0],
      next: () => [1],
      rewards: (_: number, a: number, b: number) => [0, a === b ? 1 : 0] as const,
    };
    const driver = new Driver(new TableGame(rules), new TabularQ({ episodes: 200, epsilon: 0.5 }));
    const rng = new Rng(0);
    const policies = driver.respond(() => 3 + rng.integer(2));
    expect([4, 5].map((seen) => policies.follower_0.act(seen, rng))).toEqual([3, 4]);
  });

  it('asks once a step of play, in the order of play, and reports the leader rewards', () => {
    const driver = new Driver(new CountingGame(3), new TabularQ({ episodes: 4 }));
    driver.respond(() => 0);
    expect(driver.queries.map(({ observation }) => observation)).toEqual([
      0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2,
    ]);
    expect(driver.queries.every(({ answer }) => answer === 'action')).toBe(true);
    expect(driver.simulated).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it('forgets at reset, and keeps its table otherwise', () => {
    const oracle = new TabularQ({ episodes: 1, epsilon: 0, initial: 'zero', learningRate: 1 });
    const normal = makeGame('NormalForm-v0', { leader: [[0, 0]], follower: [[-1, 1]] });
    const learnedAfter = (resets: boolean) => {
      const driver = new Driver(normal, oracle);
      const answers: number[] = [];
      for (let k = 0; k < 3; k++) {
        if (resets) driver.reset();
        answers.push(
          ...actionsOf(
            driver.respond(() => 0),
            1,
          ),
        );
      }
      return answers;
    };
    // Each episode tries the best entry: first action 0, worth -1, then action 1.
    expect(learnedAfter(false)).toEqual([1, 1, 1]);
    const cold = makeGame('NormalForm-v0', { leader: [[0, 0]], follower: [[1, 2]] });
    const greedy = (resets: boolean) => {
      const driver = new Driver(cold, new TabularQ({ episodes: 1, epsilon: 1, initial: 'zero' }), 'kept');
      return Array.from({ length: 60 }, () => {
        if (resets) driver.reset();
        return actionsOf(
          driver.respond(() => 0),
          1,
        )[0];
      });
    };
    expect(greedy(true)).toContain(0);
    expect(greedy(false).slice(-10)).toEqual(new Array(10).fill(1));
  });

  it('repeats itself by seed, and draws fresh tables', () => {
    const answers = (seed: number) => {
      const driver = new Driver(prisoners, new TabularQ({ episodes: 1 }), seed);
      return Array.from({ length: 5 }, () => {
        driver.reset();
        return actionsOf(
          driver.respond(() => 0),
          5,
        ).join('');
      });
    };
    expect(answers(1)).toEqual(answers(1));
    expect(answers(1)).not.toEqual(answers(2));
    expect(new Set(answers(1)).size).toBeGreaterThan(1);
  });

  it('does not carry a step over from an episode that was left', () => {
    const game = makeGame('IteratedMatrixGame-v0', {
      leader: [[0, 10]],
      follower: [[-1, -2]],
      memory: 'none',
      horizon: 2,
    });
    const oracle = new TabularQ({ episodes: 1, epsilon: 0, learningRate: 1, discount: 0, initial: 'zero' });
    const driver = new Driver(game, oracle);
    let asked = 0;
    const leaves = () => {
      if (++asked === 2) throw new Error('left');
      return 0;
    };
    expect(() => driver.respond(leaves)).toThrow('left');
    expect(driver.simulated).toEqual([0]);
    // Nothing was learned of the first action yet: it is tried again, and only then the second.
    driver.respond(() => 0);
    expect(driver.simulated).toEqual([0, 0, 10]);
  });

  it.each<[any, string]>([
    [{ episodes: 0 }, 'episodes: expected a positive integer, got 0.'],
    [{ episodes: 2.5 }, 'episodes: expected a positive integer, got 2.5.'],
    [{ learningRate: 0 }, 'learningRate: expected a number above 0 and at most 1, got 0.'],
    [{ learningRate: 1.5 }, 'learningRate: expected a number above 0 and at most 1, got 1.5.'],
    [{ epsilon: -0.1 }, 'epsilon: expected a number in [0, 1], got -0.1.'],
    [{ epsilon: Number.NaN }, 'epsilon: expected a number in [0, 1], got NaN.'],
    [{ discount: 2 }, 'discount: expected a number in [0, 1], got 2.'],
    [{ discount: '1' }, 'discount: expected a number in [0, 1], got "1".'],
    [{ initial: 'random' }, 'initial: expected one of normal, zero, got "random".'],
  ])('refuses %p', (options, message) => {
    expect(() => new TabularQ(options)).toThrow(InvalidArgument);
    expect(() => new TabularQ(options)).toThrow(`TabularQ: ${message}`);
  });

  it('refuses followers that are no table', () => {
    expect(() => new Driver(new ContinuousGame(), new TabularQ())).toThrow(
      'TabularQ: expected Discrete actions for follower_0, got MultiDiscrete([2,3]).',
    );
  });
});

it('refuses an option that does not exist', () => {
  expect(() => new TabularQ({ episode: 80 } as object)).toThrow(
    'TabularQ: Unknown option "episode". Did you mean "episodes"?',
  );
});
