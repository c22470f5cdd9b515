import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { evaluateCommitment, InducedGame } from '../../solvers/index.js';
import { isInducible } from '../../solvers/induced-game.js';
import { bimatrix, dilemma, FollowersGame } from '../envs/followers-game.js';

const always = (action: number) => ({ act: () => action });

describe('payoffs', () => {
  it('are numbered a_0 + n_0 (a_1 + n_1 a_2), a number for every player', () => {
    const game = new FollowersGame({
      actions: [2, 3, 2],
      rewards: (_, [x, y, z]) => [-1, x, 10 * y, 100 * z],
    });
    const induced = new InducedGame(game, always(0));
    expect([induced.jointActions, induced.followers]).toEqual([
      12,
      ['follower_0', 'follower_1', 'follower_2'],
    ]);
    for (let joint = 0; joint < 12; joint++) {
      const [x, y, z] = [joint % 2, Math.floor(joint / 2) % 3, Math.floor(joint / 6)];
      expect(Array.from(induced.payoffs.slice(4 * joint, 4 * joint + 4))).toEqual([-1, x, 10 * y, 100 * z]);
    }
  });

  it('are expectations over chance and over a leader that mixes', () => {
    const game = new FollowersGame({
      leaderActions: 2,
      actions: [2],
      chance: [0.25, 0, 0.75],
      rewards: (a, [b], _, event) => [100 * a + event, 10 * a * event + b],
    });
    const mixed = { act: (_: unknown, rng: Rng) => rng.categorical([0.4, 0.6]) };
    const { payoffs } = new InducedGame(game, mixed);
    // The event is worth 0.75 * 2; the leader plays 1 with probability 0.6, apart from the event.
    [60 + 1.5, 6 * 1.5, 60 + 1.5, 6 * 1.5 + 1].forEach((value, k) => {
      expect(payoffs[k]).toBeCloseTo(value, 12);
    });
  });

  it('are discounted by the step, with what followers did in the first', () => {
    const game = bimatrix(dilemma, (_, row) => row, { steps: 3, discount: 0.5 });
    const { payoffs } = new InducedGame(game, always(0));
    expect(Array.from(payoffs.slice(3, 6))).toEqual([1.75, 5 * 1.75, 0]);
  });

  it('let a leader that moves second answer every joint action', () => {
    const game = new FollowersGame({
      leaderActions: 6,
      actions: [2, 3],
      followersFirst: true,
      start: 4,
      rewards: (a, [x, y]) => [a === x + 2 * y ? 1 : 0, a, -a],
    });
    const { payoffs } = new InducedGame(game, { act: (seen) => seen });
    for (let joint = 0; joint < 6; joint++) {
      expect(Array.from(payoffs.slice(3 * joint, 3 * joint + 3))).toEqual([1, joint, 0 - joint]);
    }
  });

  it('are given for every joint type, and weighted by their probabilities', () => {
    const profiles = [
      { probability: 0.5, types: [0, 0] },
      { probability: 0.25, types: [1, 1] },
      { probability: 0.25, types: [0, 1] },
    ];
    const rewards = (_: number, [x, y]: readonly number[], [s, t]: readonly number[]) => [
      10 * s + t,
      x * (t + 1),
      y,
    ];
    const induced = new InducedGame(new FollowersGame({ actions: [2, 2], profiles, rewards }), always(0));
    expect(induced.typeCounts).toEqual([2, 2]);
    const [lazy, busy] = [[1, 0] as const, [0, 1] as const];
    const strategies = [
      [busy, [0.5, 0.5]],
      [lazy, busy],
    ];
    // Follower 0 earns t + 1 where it works: as type 0 always, as type 1 half of the time.
    const values = [0.25 * 11 + 0.25, 0.5 + 0.25 * 2 + 0.25 * 0.5 * 2, 0.5];
    values.forEach((value, player) => {
      expect(induced.values(strategies)[player]).toBeCloseTo(value, 12);
    });
    // Given its type 0 the other is of type 0 with probability 2/3.
    expect(induced.actionValues(strategies, 0, 0)![1]).toBeCloseTo(2 / 3 + (1 / 3) * 2, 12);
    expect(Array.from(induced.actionValues(strategies, 0, 1)!)).toEqual([0, 2]);
  });

  it('are null for a type that cannot be', () => {
    const profiles = [
      { probability: 1, types: [1] },
      { probability: 0, types: [0] },
    ];
    const game = new FollowersGame({ actions: [2], profiles, rewards: (_, [b]) => [b, b] });
    const induced = new InducedGame(game, always(0));
    const rows = [[new Float64Array([1, 0]), new Float64Array([0, 1])]];
    expect(induced.actionValues(rows, 0, 0)).toBeNull();
    expect(Array.from(induced.values(rows))).toEqual([1, 1]);
  });
});

describe('strategies', () => {
  const profiles = [0, 1, 2].map((type) => ({ probability: 1 / 3, types: [type] }));
  const game = new FollowersGame({ actions: [3], profiles, start: 5, rewards: (_, [b]) => [b, b] });
  const induced = new InducedGame(game, always(5));
  const rowsOf = (policy: any) => induced.strategies({ follower_0: policy })[0].map((row) => Array.from(row));

  it('are what policies play for each type', () => {
    expect(rowsOf({ act: (seen: number) => 5 + ((seen - 5 + 1) % 3) })).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
    const told = [0.25, 0.5, 0.25];
    expect(rowsOf({ act: () => 5, probabilities: () => told })).toEqual([told, told, told]);
  });

  it('are the exact probabilities of what policies draw', () => {
    const act = (seen: number, rng: Rng) =>
      seen === 5 ? 5 + rng.categorical([0.2, 0, 0.8]) : 6 + rng.integer(2);
    expect(rowsOf({ act })).toEqual([
      [0.2, 0, 0.8],
      [0, 0.5, 0.5],
      [0, 0.5, 0.5],
    ]);
    const continuous = { act: (_: number, rng: Rng) => (rng.uniform() < 0.5 ? 5 : 6) };
    expect(() => rowsOf(continuous)).toThrow(InvalidArgument);
    expect(() => rowsOf(continuous)).toThrow('Exact values enumerate integer and categorical draws only');
  });

  it('become policies, and policies strategies again', () => {
    const strategies = [
      [
        [0, 1, 0],
        [0.5, 0.25, 0.25],
        [0, 0, 1],
      ],
    ];
    const policies = induced.policies(strategies);
    expect(induced.strategies(policies)[0].map((row) => Array.from(row))).toEqual(strategies[0]);
    const rng = new Rng(1);
    const before = JSON.stringify(rng.state());
    expect([policies['follower_0'].act(5, rng), policies['follower_0'].act(7, rng)]).toEqual([6, 7]);
    expect(JSON.stringify(rng.state())).toBe(before);
    const drawn = [0, 0, 0];
    for (let k = 0; k < 4000; k++) drawn[policies['follower_0'].act(6, rng) - 5]++;
    expect(Math.abs(drawn[0] / 4000 - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 4000));
    expect(drawn[1]).toBeGreaterThan(0);
  });
});

describe('refusals', () => {
  const induce =
    (game: any, leader: any = always(0)) =>
    () =>
      new InducedGame(game, leader);

  it.each<[string, any, string]>([
    ['followers that move again', makeGame('IteratedMatrixGame-v0'), 'a game in which followers move once'],
    [
      'followers that see the leader',
      makeGame('NormalForm-v0', { observeAction: true }),
      'a game in which followers do not see what the leader does',
    ],
  ])('names %s', (_, game, message) => {
    expect(isInducible(game)).toBe(false);
    expect(induce(game)).toThrow(InvalidArgument);
    expect(induce(game)).toThrow(`InducedGame: expected ${message}, got ${game.constructor.name}.`);
  });

  it('names followers that act in a continuum', () => {
    const game = bimatrix(dilemma);
    (game.agents[1] as any).actionSpace = new Box(0, 1, { shape: [1] });
    expect(induce(game)).toThrow('expected a game in which followers have Discrete actions');
  });

  it('names first observations that tell more than the type, or less', () => {
    const profiles = [0, 1].map((type) => ({ probability: 0.5, types: [type] }));
    const rewards = () => [0, 0];
    class Blind extends FollowersGame {
      override resetLane(...[lane, out]: Parameters<FollowersGame['resetLane']>): void {
        super.resetLane(lane, out);
        out.observations[1][lane] = 0;
      }
    }
    class Chatty extends FollowersGame {
      override resetLane(...[lane, out]: Parameters<FollowersGame['resetLane']>): void {
        super.resetLane(lane, out);
        out.observations[1][lane] = this.rng(lane).integer(2);
      }
    }
    const message = 'expected the first observation of follower_0 to tell its type and nothing else, got';
    expect(induce(new Blind({ actions: [2], profiles, rewards }))).toThrow(
      `${message} 0 for type 1 in Blind.`,
    );
    expect(induce(new Chatty({ actions: [2], rewards }))).toThrow(`${message} 1 for type 0 in Chatty.`);
  });

  it('names more payoffs than it keeps', () => {
    const game = new FollowersGame({ actions: new Array(20).fill(2), rewards: () => new Array(21).fill(0) });
    expect(induce(game)).toThrow(
      'InducedGame: expected at most 4194304 payoffs, got 1 joint types times 1048576 joint actions.',
    );
  });

  it('names a leader that draws from a continuum', async () => {
    expect(induce(bimatrix(dilemma), { act: (_: unknown, rng: Rng) => Math.floor(rng.uniform()) })).toThrow(
      'draws from a continuum: grade against an oracle instead.',
    );
    await expect(
      evaluateCommitment(bimatrix(dilemma), [0], { follower: 'myopic', optimum: null }),
    ).rejects.toThrow(
      'evaluateCommitment: follower: expected stationary or time-aware for followers that move once, got myopic.',
    );
  });
});
