import { describe, expect, it } from '@jest/globals';
import type { JointResponse, Oracle } from '../../envs/core/stackelberg.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { FixedPolicy } from '../../oracles/index.js';
import { certify, equilibriumGap, mixtureValues, pureEquilibrium } from '../../solvers/equilibrium.js';
import { evaluateCommitment, InducedGame } from '../../solvers/index.js';
import { StackelbergWrapper } from '../../wrappers/index.js';
import { bimatrix, chicken, dilemma, FollowersGame, pennies } from '../envs/followers-game.js';

const induced = (game: FollowersGame) => new InducedGame(game, { act: () => 0 });
const mix = (row: number, column: number) => [[[1 - row, row]], [[1 - column, column]]];
const leaderOf = (table: readonly (readonly number[])[]) => (_: number, row: number, column: number) =>
  table[row][column];

describe('gaps', () => {
  it('of the prisoners dilemma: 0 where both defect, 2 where both cooperate', () => {
    const game = induced(bimatrix(dilemma));
    expect(certify(game, [mix(1, 1)])).toEqual({ notion: 'Nash', gap: 0 });
    expect(certify(game, [mix(0, 0)])).toEqual({ notion: 'Nash', gap: 2 });
    expect(equilibriumGap(game, [mix(0, 1)])).toBe(1);
    // Against p the other gains 2 - p by defecting, of which the share 1 - p is left.
    for (const p of [0.1, 0.5, 0.9]) {
      expect(equilibriumGap(game, [mix(p, p)])).toBeCloseTo((1 - p) * (2 - p), 12);
    }
  });

  it('of matching pennies: 0 at one half each alone', () => {
    const game = induced(bimatrix(pennies));
    expect(equilibriumGap(game, [mix(0.5, 0.5)])).toBe(0);
    expect(equilibriumGap(game, [mix(0.5, 0.75)])).toBeCloseTo(0.5, 12);
    expect(equilibriumGap(game, [mix(0, 0)])).toBe(2);
  });

  it('of correlated play in chicken, where an observer of the signal would gain nothing', () => {
    const game = induced(bimatrix(chicken));
    const mixture = [mix(0, 0), mix(0, 1), mix(1, 0)];
    // 5 each, against 14/3 for either action by itself: the recommendations are worth following.
    [0, 5, 5].forEach((value, player) => {
      expect(mixtureValues(game, mixture)[player]).toBeCloseTo(value, 12);
    });
    const { notion, gap } = certify(game, mixture);
    expect(notion).toBe('coarse correlated');
    expect(gap).toBeCloseTo(14 / 3 - 5, 12);
    expect(equilibriumGap(game, [mix(0, 1), mix(1, 0)])).toBeCloseTo(4 - 4.5, 12);
    expect(equilibriumGap(game, [mix(0, 0), mix(1, 1)])).toBeCloseTo(4 - 3, 12);
    // The same marginals without the correlation are no equilibrium, but the mixed one is.
    expect(equilibriumGap(game, [mix(1 / 3, 1 / 3)])).toBeCloseTo(0, 12);
    expect(equilibriumGap(game, [mix(0.5, 0.5)])).toBeCloseTo(4 - 3.75, 12);
  });

  it('of Bayesian play are those of the type that gains most, however rare it is', () => {
    const profiles = [
      { probability: 0.99, types: [0, 0] },
      { probability: 0.01, types: [1, 0] },
      { probability: 0, types: [1, 1] },
    ];
    const game = new FollowersGame({
      actions: [2, 2],
      profiles,
      rewards: (_, [x, y], [s, t]) => [0, x === s ? 1 : 0, (y === t ? 1 : 0) + x],
    });
    const truth = [
      [1, 0],
      [0, 1],
    ] as const;
    const lie = [
      [1, 0],
      [1, 0],
    ] as const;
    expect(certify(induced(game), [[truth, truth]])).toEqual({ notion: 'Bayesian Nash', gap: 0 });
    expect(certify(induced(game), [[lie, truth]])).toEqual({ notion: 'Bayesian Nash', gap: 1 });
    // Type 1 of the second follower never is.
    expect(equilibriumGap(induced(game), [[truth, lie]])).toBe(0);
    expect(
      certify(induced(game), [
        [truth, truth],
        [lie, truth],
      ]),
    ).toEqual({
      notion: 'Bayesian coarse correlated',
      gap: 0.5,
    });
  });

  it('of one follower are those of a best response, also in mixtures', () => {
    const game = induced(new FollowersGame({ actions: [2], rewards: (_, [b]) => [0, 3 * b] }));
    expect(certify(game, [[[[0, 1]]]])).toEqual({ notion: 'best response', gap: 0 });
    expect(certify(game, [[[[0, 1]]], [[[1, 0]]]])).toEqual({ notion: 'best response', gap: 1.5 });
  });
});

describe('the pure equilibrium', () => {
  const meet = [
    [
      [2, 2],
      [0, 0],
    ],
    [
      [0, 0],
      [2, 2],
    ],
  ] as const;

  it.each<[any, number, number[][]]>([
    ['leader', 3, [[1], [1]]],
    ['against', -1, [[0], [0]]],
    ['lowest', -1, [[0], [0]]],
  ])('with ties for %s is worth %d to the leader', (ties, value, actions) => {
    const found = pureEquilibrium(
      induced(
        bimatrix(
          meet,
          leaderOf([
            [-1, 9],
            [9, 3],
          ]),
        ),
      ),
      ties,
    );
    expect([found.values[0], found.actions]).toEqual([value, actions]);
  });

  it('with ties against the leader is the worst, and the lowest the first', () => {
    const game = induced(
      bimatrix(
        meet,
        leaderOf([
          [5, 9],
          [9, 3],
        ]),
      ),
    );
    expect(pureEquilibrium(game, 'against').values[0]).toBe(3);
    expect(pureEquilibrium(game, 'lowest').values[0]).toBe(5);
  });

  it.each(['leader', 'against', 'lowest'] as const)(
    'of equal ones is in weakly dominant strategies (ties %s)',
    (ties) => {
      const table = [
        [
          [5, 5],
          [0, 5],
        ],
        [
          [5, 0],
          [1, 1],
        ],
      ] as const;
      // Both (0, 0) and (1, 1) are equilibria, and the first pays more; action 1 is weakly dominant.
      const same = pureEquilibrium(induced(bimatrix(table)), ties);
      expect(same.actions).toEqual([[1], [1]]);
      const worth = leaderOf([
        [1, 0],
        [0, 0],
      ]);
      const preferred = pureEquilibrium(induced(bimatrix(table, worth)), ties).actions;
      expect(preferred).toEqual(ties === 'against' ? [[1], [1]] : [[0], [0]]);
    },
  );

  it.each(['leader', 'against', 'lowest'] as const)(
    'of equal ones is worth most to followers, then the first (ties %s)',
    (ties) => {
      const more = [
        [
          [2, 2],
          [0, 0],
        ],
        [
          [0, 0],
          [3, 2],
        ],
      ] as const;
      expect(pureEquilibrium(induced(bimatrix(more)), ties).actions).toEqual([[1], [1]]);
      expect(pureEquilibrium(induced(bimatrix(meet)), ties).actions).toEqual([[0], [0]]);
    },
  );

  it('looks for what is dominant type by type', () => {
    const profiles = [0, 1].map((type) => ({ probability: 0.5, types: [type, 0] }));
    // Against 0 every action of the first is best, and the others pay more in all; telling its type is weakly dominant.
    const rewards = (_: number, [x, y]: readonly number[], [s]: readonly number[]) => [
      0,
      y === 1 ? (x === s ? 1 : 0) : 5,
      x === s ? 1 : 2,
    ];
    const truthful = pureEquilibrium(
      induced(new FollowersGame({ actions: [2, 2], profiles, rewards })),
      'leader',
    );
    expect(truthful.actions).toEqual([[0, 1], [0]]);
  });

  it('is an error where there is none', () => {
    const game = induced(bimatrix(pennies));
    expect(() => pureEquilibrium(game, 'leader')).toThrow(InvalidArgument);
    expect(() => pureEquilibrium(game, 'leader')).toThrow(
      'pureEquilibrium: expected followers with an equilibrium in pure strategies, got none: grade against an oracle instead.',
    );
  });

  it('is an error where there is too much to look at', () => {
    const profiles = Array.from({ length: 11 }, (_, type) => ({ probability: 1 / 11, types: [type, type] }));
    const game = induced(new FollowersGame({ actions: [2, 2], profiles, rewards: () => [0, 0, 0] }));
    expect(() => pureEquilibrium(game, 'leader')).toThrow(
      'pureEquilibrium: expected followers with at most 1048576 pure profiles, got 4194304.',
    );
  });

  it('has an action for each type', () => {
    const profiles = [0, 1, 2].map((type) => ({ probability: 1 / 3, types: [type, 0] }));
    const game = induced(
      new FollowersGame({
        actions: [3, 2],
        profiles,
        rewards: (_, [x, y], [s]) => [y, x === 2 - s ? 1 : 0, x === 1 ? y : -y],
      }),
    );
    // Types 0, 1, 2 play 2, 1, 0; against that the second follower loses 1/3 by its action 1.
    const { actions, values } = pureEquilibrium(game, 'leader');
    expect(actions).toEqual([[2, 1, 0], [0]]);
    expect(values[1]).toBeCloseTo(1, 12);
  });

  it('of one follower is its best response, type by type, also of many types', () => {
    const rng = new Rng('one follower');
    const profiles = Array.from({ length: 60 }, (_, type) => ({ probability: 1 / 60, types: [type] }));
    const table = profiles.map(() =>
      Array.from({ length: 8 }, () => [rng.integer(3), rng.integer(3)] as const),
    );
    const game = induced(
      new FollowersGame({
        actions: [8],
        profiles,
        rewards: (_, [b], [type]) => [table[type][b][1], table[type][b][0]],
      }),
    );
    const mean = (pick: (ties: readonly number[]) => number) =>
      table
        .map((row) => {
          const most = Math.max(...row.map(([own]) => own));
          return pick(row.filter(([own]) => own === most).map(([, leader]) => leader));
        })
        .reduce((a, b) => a + b, 0) / 60;
    const value = (ties: any) => pureEquilibrium(game, ties).values[0];
    expect(value('leader')).toBeCloseTo(
      mean((ties) => Math.max(...ties)),
      12,
    );
    expect(value('against')).toBeCloseTo(
      mean((ties) => Math.min(...ties)),
      12,
    );
    expect(value('lowest')).toBeCloseTo(
      mean((ties) => ties[0]),
      12,
    );
    expect(certify(game, [pureEquilibrium(game, 'against').strategies]).gap).toBeLessThan(1e-9);
  });

  it('agrees with a search through all pairs on random games', () => {
    const rng = new Rng('pure equilibria');
    let none = 0;
    for (let trial = 0; trial < 200; trial++) {
      const cell = () => [rng.integer(4), rng.integer(4)] as const;
      const table = Array.from({ length: 3 }, () => [cell(), cell(), cell()]);
      const worth = (row: number, column: number) => ((7 * row + 3 * column) % 5) - 2;
      const stable = [0, 1, 2].flatMap((row) =>
        [0, 1, 2]
          .filter(
            (column) =>
              table.every((other) => other[column][0] <= table[row][column][0]) &&
              table[row].every((other) => other[1] <= table[row][column][1]),
          )
          .map((column) => worth(row, column)),
      );
      const game = induced(bimatrix(table, (_, row, column) => worth(row, column)));
      if (stable.length === 0) {
        none++;
        expect(() => pureEquilibrium(game, 'leader')).toThrow('got none');
      } else {
        expect(pureEquilibrium(game, 'leader').values[0]).toBe(Math.max(...stable));
        expect(pureEquilibrium(game, 'against').values[0]).toBe(Math.min(...stable));
      }
    }
    expect(none).toBeGreaterThan(5);
    expect(none).toBeLessThan(150);
  });
});

describe('evaluateCommitment with several followers', () => {
  /** Answers with this response, whatever the leader does. */
  const answering = (response: JointResponse): Oracle => ({
    name: 'answering',
    start: () => ({
      // biome-ignore lint/correctness/useYield: nothing is asked
      *respond(): any {
        return response;
      },
      reset() {},
    }),
  });
  const pure = (row: number, column: number) => ({
    follower_0: { act: () => row },
    follower_1: { act: () => column },
  });
  const sum = (_: number, row: number, column: number) => row + column;

  it('is the value at their pure equilibrium', async () => {
    expect(await evaluateCommitment(bimatrix(dilemma, sum), [0], { optimum: null })).toEqual({
      value: 2,
      followerValues: { follower_0: 1, follower_1: 1 },
      optimum: null,
      gap: null,
      response: 'pure equilibrium',
      equilibrium: { notion: 'Nash', gap: 0 },
      ties: 'leader',
      standardError: 0,
    });
  });

  it("measures an oracle's response itself, and believes nothing that it claims", async () => {
    const claim = { notion: 'Nash', gap: 0 } as const;
    const mixture = [pure(0, 0), pure(0, 1), pure(1, 0)];
    const graded = await evaluateCommitment(bimatrix(chicken, sum), [0], {
      oracle: answering({ mixture, ...claim }),
      episodes: 2,
      optimum: null,
    });
    expect(graded.value).toBeCloseTo(2 / 3, 12);
    expect(graded.followerValues['follower_1']).toBeCloseTo(5, 12);
    expect(graded.equilibrium.notion).toBe('coarse correlated');
    expect(graded.equilibrium.gap).toBeCloseTo(-1 / 3, 12);
    const wrong = await evaluateCommitment(bimatrix(dilemma), [0], {
      oracle: answering({ mixture: [pure(0, 0)], ...claim }),
      episodes: 1,
      optimum: null,
    });
    expect(wrong.equilibrium).toEqual({ notion: 'Nash', gap: 2 });
  });

  it('names the weaker notion and the larger gap of responses that differ', async () => {
    const responses = [[pure(0, 0)], [pure(1, 1), pure(1, 1)], [pure(1, 1)]];
    const oracle: Oracle = {
      name: 'changing',
      start: () => ({
        // biome-ignore lint/correctness/useYield: nothing is asked
        *respond(): any {
          return { mixture: responses.shift()!, notion: 'none', gap: null };
        },
        reset() {},
      }),
    };
    const { equilibrium } = await evaluateCommitment(bimatrix(dilemma), [0], {
      oracle,
      episodes: 3,
      optimum: null,
    });
    expect(equilibrium).toEqual({ notion: 'coarse correlated', gap: 2 });
  });

  it('samples episodes where a policy, or the game, draws from a continuum', async () => {
    const coin = (_: unknown, rng: Rng) => (rng.uniform() < 0.5 ? 0 : 1);
    const drawing = new FixedPolicy({ follower_0: coin, follower_1: () => 1 });
    const options = { oracle: drawing, episodes: 2000, optimum: null };
    const graded = await evaluateCommitment(bimatrix(dilemma, sum), [0], options);
    expect(graded.standardError).toBeGreaterThan(0);
    expect(Math.abs(graded.value - 1.5)).toBeLessThan(4 * graded.standardError);
    expect(graded.equilibrium).toEqual({ notion: 'none', gap: null });
    class Noisy extends FollowersGame {
      override resetLane(...[lane, out]: Parameters<FollowersGame['resetLane']>): void {
        super.resetLane(lane, out);
        this.rng(lane).normal();
      }
    }
    const noisy = new Noisy({ actions: [2], rewards: (_, [b]) => [5 * b, b] });
    const oracle = new FixedPolicy({ follower_0: () => 1 });
    expect((await evaluateCommitment(noisy, [0], { oracle, optimum: null })).value).toBe(5);
    const nothing = new FixedPolicy({});
    await expect(evaluateCommitment(noisy, [0], { oracle: nothing, optimum: null })).rejects.toThrow(
      'FixedPolicy: expected policies for follower_0, got []',
    );
  });

  it('a mixture is one draw for all followers in every episode of the outer MDP', () => {
    const mixture = [pure(0, 1), pure(1, 0)];
    const rewards = (_: number, [x, y]: readonly number[]) => [10 * x + y, 0, 0];
    const outer = new StackelbergWrapper(new FollowersGame({ actions: [2, 2], rewards }), {
      oracle: answering({ mixture, notion: 'none', gap: null }),
      rewardEpisodes: 400,
    });
    outer.reset({ seed: 2 });
    const counts = new Map<number, number>();
    for (let done = false; !done; ) {
      const { reward, terminated } = outer.step(0);
      counts.set(reward, (counts.get(reward) ?? 0) + 1);
      done = terminated;
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1, 10]);
    expect(Math.abs(counts.get(1)! - 200)).toBeLessThan(4 * Math.sqrt(100));
  });
});
