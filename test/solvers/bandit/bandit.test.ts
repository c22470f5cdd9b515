import { describe, expect, it } from '@jest/globals';
import { type BanditGame, makeGame } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { banditExact } from '../../../solvers/bandit/bandit-exact.js';
import { banditStackelberg } from '../../../solvers/bandit/bandit-stackelberg.js';
import { PairSampler } from '../../../solvers/bandit/pair-sampler.js';
import { chooseArm, gapOf, responseSet } from '../../../solvers/bandit/response-sets.js';
import { enumeration } from '../../../solvers/enumeration.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import type { Answer, Solver } from '../../../solvers/solver.js';

const task = { follower: 'stationary', certify: false, options: {} } as const;
const build = (parameters: object = {}) => makeGame('BanditGame-v0', parameters) as BanditGame;
const run = (solver: Solver, game: BanditGame, options = {}) =>
  solver.solve(game, { ...task, options }) as Answer;

/** Leader indifferent between arms but for the follower's tie at arm 0. */
const tied = {
  leader: [
    [1, 0],
    [0.6, 0.2],
  ],
  follower: [
    [0.5, 0.5],
    [0.7, 0.1],
  ],
};

describe('response sets', () => {
  it('hold what is within the slack of the best, ends included', () => {
    expect(responseSet([0.5, 0.3, 0.2], 0)).toEqual([0]);
    expect(responseSet([0.5, 0.3, 0.2], 0.2)).toEqual([0, 1]);
    expect(responseSet([0.5, 0.3, 0.2], 0.19)).toEqual([0]);
    expect(responseSet([0.5, 0.3, 0.2], 1)).toEqual([0, 1, 2]);
  });

  it.each([
    [0, 0],
    [0.1, 0],
    [0.19, 0],
    [0.2, 0.5],
    [0.4, 0.5],
    [0.5, 0.5],
  ])('of GAP(0.2) at epsilon %d have gap %d', (epsilon, gap) => {
    expect(gapOf(build().means, epsilon)).toBe(gap);
  });

  it('only lose value as the slack grows, and only win it with ties for the leader', () => {
    const rng = new Rng(5);
    const matrix = () =>
      Array.from({ length: 4 }, () => Array.from({ length: 5 }, () => rng.integer(11) / 10));
    for (let n = 0; n < 50; n++) {
      const means = { leader: matrix(), follower: matrix() };
      const worst = [0, 0.1, 0.2, 0.5, 1].map((slack) => chooseArm(means, slack, 'against').value);
      const best = [0, 0.1, 0.2, 0.5, 1].map((slack) => chooseArm(means, slack, 'leader').value);
      expect(worst).toEqual([...worst].sort((a, b) => b - a));
      expect(best).toEqual([...best].sort((a, b) => a - b));
      expect(best[0]).toBeGreaterThanOrEqual(worst[0]);
      expect(best[4]).toBe(Math.max(...means.leader.flat()));
      expect(worst[4]).toBe(Math.max(...means.leader.map((row) => Math.min(...row))));
    }
  });
});

describe('bandit-exact', () => {
  it('solves GAP(0.2)', () => {
    const answer = run(banditExact, build(), { epsilon: 0.4 });
    expect(answer).toMatchObject({
      value: 1,
      weakValue: 1,
      commitment: [0],
      followerValues: { follower_0: 0.5 },
      status: 'optimal',
      tieBreaking: 'against',
    });
    expect(answer.details).toMatchObject({
      values: [1, 0.5],
      slackValues: [0, 0.5],
      slackArm: 1,
      slackResponses: [[0, 1], [0]],
      gap: 0.5,
    });
  });

  it('differs from enumeration by the ties, and says the same where that breaks them alike', () => {
    const game = build({ ...tied, noise: 'none' });
    const strong = enumeration.solve(game, task) as Answer;
    const weak = run(banditExact, game);
    expect([strong.value, strong.commitment, strong.weakValue]).toEqual([1, [0], 0.6]);
    expect([weak.value, weak.commitment, weak.weakValue]).toEqual([0.6, [1], 0.6]);
    expect(run(banditExact, game, { ties: 'leader' })).toMatchObject({ value: 1, commitment: [0] });
  });

  it('agrees with the exact best response in random games, ties and noise included', async () => {
    const rng = new Rng(3);
    for (let n = 0; n < 20; n++) {
      const matrix = () =>
        Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => rng.integer(4) / 3));
      const game = build({ leader: matrix(), follower: matrix() });
      const { value, commitment, followerValues } = run(banditExact, game);
      const options = { ties: 'against', follower: 'time-aware' } as const;
      const graded = await evaluateCommitment(game, commitment, { ...options, optimum: value });
      expect(graded.gap).toBeCloseTo(0, 12);
      expect(graded.followerValues['follower_0']).toBeCloseTo(followerValues['follower_0'], 12);
      for (let arm = 0; arm < 3; arm++) {
        const other = await evaluateCommitment(game, [arm], { ...options, optimum: value });
        expect(other.gap!).toBeGreaterThan(-1e-12);
      }
    }
  });
});

describe('the sampler', () => {
  it('estimates the means from as many steps as it says', () => {
    const sampler = new PairSampler(build(), new Rng(1));
    sampler.pull(100);
    sampler.pull(19_900);
    expect([sampler.pullsPerPair, sampler.pulls]).toEqual([20_000, 80_000]);
    const { leader, follower } = sampler.means();
    const truth = build().means;
    for (const [estimate, means] of [
      [leader, truth.leader],
      [follower, truth.follower],
    ]) {
      const errors = estimate.flat().map((mean, k) => Math.abs(mean - means.flat()[k]));
      expect(Math.max(...errors)).toBeLessThan(5 * Math.sqrt(0.25 / 20_000));
      expect(Math.max(...errors)).toBeLessThan(0.02);
    }
    expect(leader[0]).toEqual([1, 0]);
  });
});

describe('bandit-stackelberg on GAP(0.2), delta 0.05', () => {
  const arms = (epsilon: number, runs: number) =>
    Array.from(
      { length: runs },
      (_, seed) => run(banditStackelberg, build(), { epsilon, seed }).commitment![0],
    );

  it('answers arm 0 in at least 95 % of 200 runs at epsilon 0.1', () => {
    expect(arms(0.1, 200).filter((arm) => arm === 0).length).toBeGreaterThanOrEqual(190);
  });

  it('answers arm 1 in at least 95 % of 200 runs at epsilon 0.4', () => {
    expect(arms(0.4, 200).filter((arm) => arm === 1).length).toBeGreaterThanOrEqual(190);
  });

  it('pulls each pair ceil(8 ln(4AB / delta) / epsilon^2) times and grades by the true means', () => {
    const answer = run(banditStackelberg, build(), { epsilon: 0.4 });
    expect(answer).toMatchObject({ status: 'learned', tieBreaking: 'against', value: 0.5 });
    expect(answer.details).toMatchObject({
      pullsPerPair: 289,
      pulls: 4 * 289,
      proved: false,
      responses: [[0, 1], [0]],
      graded: { gap: 0.5, regret: 0.5, followerLoss: 0 },
    });
    expect(run(banditStackelberg, build(), { epsilon: 0.1 }).details!['pullsPerPair']).toBe(4615);
  });

  it.each([
    [{ share: 0.75, constant: 32 }, true],
    [{ share: 0.5 }, true],
    [{ share: 0.5, constant: 7.9 }, false],
    [{ share: 0.4, constant: 100 }, false],
    [{ share: 1, constant: 100 }, false],
  ])('with %j is proved: %s', (options, proved) => {
    expect(run(banditStackelberg, build(), { epsilon: 0.5, ...options }).details).toMatchObject({ proved });
  });

  it('keeps its guarantee in random games where it is proved, and exactly without noise', () => {
    const rng = new Rng(9);
    for (let n = 0; n < 40; n++) {
      const matrix = () => Array.from({ length: 2 }, () => Array.from({ length: 3 }, () => rng.uniform()));
      const means = { leader: matrix(), follower: matrix() };
      const options = { epsilon: 0.2, share: 0.5, seed: n, delta: 0.01 };
      const { gap, regret, followerLoss } = run(banditStackelberg, build(means), options).details![
        'graded'
      ] as Record<string, number>;
      expect(regret).toBeLessThanOrEqual(gap + 0.5 * 0.2 + 1e-9);
      expect(followerLoss).toBeLessThanOrEqual(0.2 + 1e-9);
      const exact = chooseArm(means, 0.75 * 0.3, 'against');
      const learned = run(banditStackelberg, build({ ...means, noise: 'none' }), { epsilon: 0.3 });
      expect(learned.commitment).toEqual([exact.arm]);
      expect(learned.details!['responses']).toEqual(exact.responses);
      expect(learned.details!['estimatedValue']).toBeCloseTo(exact.value, 9);
    }
  });

  it('repeats a run by its seed', () => {
    const twice = [1, 1, 2].map((seed) => run(banditStackelberg, build(), { epsilon: 0.3, seed }).details);
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0]!['estimatedMeans']).not.toEqual(twice[2]!['estimatedMeans']);
  });
});

describe('bad input', () => {
  it.each([
    [banditStackelberg, { epsilon: 0 }, 'epsilon: expected a number above 0 and at most 1, got 0.'],
    [banditStackelberg, { delta: 2 }, 'delta: expected a number above 0 and at most 1, got 2.'],
    [banditStackelberg, { constant: Number.NaN }, 'constant: expected a positive number, got NaN.'],
    [banditStackelberg, { share: '1' }, 'share: expected a number above 0 and at most 1, got "1".'],
    [banditStackelberg, { epsilon: 1e-5 }, 'epsilon: expected at most 1000000000 pulls in all'],
    [banditStackelberg, { seed: -1 }, 'seed: expected a non-negative integer'],
    [banditStackelberg, { eps: 0.1 }, 'Unknown option "eps".'],
    [banditExact, { epsilon: -1 }, 'epsilon: expected a number of at least 0, got -1.'],
    [banditExact, { ties: 'lowest' }, 'ties: expected one of leader, against, got "lowest".'],
  ])('%# is refused in one line', (solver, options, message) => {
    expect(() => run(solver, build(), options)).toThrow(InvalidArgument);
    expect(() => run(solver, build(), options)).toThrow(message);
  });

  it('fits bandit games against best responses alone', () => {
    for (const solver of [banditExact, banditStackelberg]) {
      expect(solver.fits(build(), task)).toBe(true);
      expect(solver.fits(makeGame('NormalForm-v0'), task)).toBe(false);
      expect(solver.fits(build(), { ...task, follower: { kind: 'quantal', rationality: 1 } })).toBe(false);
    }
  });
});
