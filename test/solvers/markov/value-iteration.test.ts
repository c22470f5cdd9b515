import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import { myopicBackwardInduction, myopicOptimum } from '../../../solvers/markov/backward-induction.js';
import {
  expectedReturn,
  optimisticLsvi,
  pessimisticLsvi,
  policyValue,
  rowsOf,
  valueIterationLearner,
} from '../../../solvers/markov/value-iteration.js';
import { myopicResponse } from '../../../solvers/markov/value-iteration-learner.js';
import type { Answer } from '../../../solvers/solver.js';
import { named, solved } from './games.js';

await loadLp();
const seeds = [0, 1, 2, 3, 4];
type Curve = { episode: number; regret: number }[];
const regretOf = ({ details }: Answer) => details!['regret'] as Curve;
const estimateOf = ({ details }: Answer) => details!['estimate'] as number;

describe('optimistic value iteration', () => {
  it.each([
    ['leader_controls', 5.9],
    ['follower_controls', 8.7],
    ['inspection', 14.3],
  ])('in %s earns %d after 2000 episodes with every seed, at sublinear regret', async (name, value) => {
    const game = named(name);
    const optimum = await myopicOptimum(game);
    for (const seed of seeds) {
      const solution = await solved(optimisticLsvi, game, { options: { seed } });
      expect(solution.value).toBeGreaterThanOrEqual(value);
      expect(solution.value).toBeLessThanOrEqual(optimum + 1e-9);
      expect([solution.status, solution.details!['episodes']]).toEqual(['learned', 2000]);
      const measured = await evaluateCommitment(game, solution.commitment, { follower: 'myopic', optimum });
      expect(measured.value).toBeCloseTo(solution.value, 9);
      const curve = regretOf(solution);
      const [early, half, all] = [curve[4], curve[24], curve[49]].map(({ regret }) => regret);
      expect(curve.map(({ episode }) => episode)).toEqual(curve.map((_, k) => 40 * (k + 1)));
      expect(all - half).toBeLessThan(0.5 * half);
      expect(Math.log(all / early) / Math.log(10)).toBeLessThan(0.5);
      expect(estimateOf(solution)).toBeGreaterThan(optimum);
    }
  });

  it('without enough optimism stays with what it saw first, at linear regret', async () => {
    const solution = await solved(optimisticLsvi, named('leader_controls'), { options: { beta: 0.02 } });
    const curve = regretOf(solution);
    const slope = Math.log(curve[49].regret / curve[4].regret) / Math.log(10);
    expect(solution.value).toBeLessThan(5.9);
    expect(slope).toBeGreaterThan(0.9);
  });

  it('with a margin needs no luck with ties', async () => {
    const game = named('leader_controls');
    const { commitment } = await solved(optimisticLsvi, game, { options: { margin: 0.02 } });
    const against = { follower: 'myopic', ties: 'against', optimum: null } as const;
    expect((await evaluateCommitment(game, commitment, against)).value).toBeGreaterThan(5.9);
    const exact = await solved(myopicBackwardInduction, game);
    expect((await evaluateCommitment(game, exact.commitment, against)).value).toBeLessThan(4.5);
  });

  it('with features that say which actions are alike learns from both', async () => {
    const game = named('leader_controls');
    const columns = [2, 2, 3];
    const features = columns.map((n, o) =>
      [0, 1].map((a) =>
        [0, 1, 2].map((b) => {
          const index = 6 * o + 3 * a + Math.min(b, n - 1);
          return Array.from({ length: 18 }, (_, k) => Number(k === index));
        }),
      ),
    );
    const options = { seed: 0, episodes: 2000 };
    const alike = await solved(optimisticLsvi, game, { options: { ...options, features } });
    const plain = await solved(optimisticLsvi, game, { options });
    expect(alike.value).toBeGreaterThanOrEqual(5.9);
    expect(regretOf(alike).at(-1)!.regret).toBeLessThan(regretOf(plain).at(-1)!.regret);
  });

  it('repeats itself with a seed', async () => {
    const run = (seed: number) =>
      solved(optimisticLsvi, named('inspection'), { options: { seed, episodes: 100 } });
    expect(await run(3)).toEqual(await run(3));
    expect(regretOf(await run(3))).not.toEqual(regretOf(await run(4)));
  });
});

describe('pessimistic value iteration', () => {
  it.each(['leader_controls', 'follower_controls', 'inspection'])(
    'in %s believes less than it earns, and both approach the optimum with data',
    async (name) => {
      const game = named(name);
      const optimum = await myopicOptimum(game);
      let bounds = 0;
      const gaps = [100, 1000, 10_000].map(() => 0);
      for (const seed of seeds) {
        for (const [k, episodes] of [100, 1000, 10_000].entries()) {
          const solution = await solved(pessimisticLsvi, game, { options: { seed, episodes } });
          if (estimateOf(solution) <= solution.value + 1e-9) bounds++;
          gaps[k] += (optimum - estimateOf(solution)) / seeds.length;
          if (episodes === 10_000) expect(solution.value).toBeGreaterThan(optimum - 0.1);
          expect(solution.details!['episodes']).toBe(episodes);
        }
      }
      expect(bounds).toBeGreaterThanOrEqual(14);
      expect(gaps[1]).toBeLessThan(0.6 * gaps[0]);
      expect(gaps[2]).toBeLessThan(0.6 * gaps[1]);
      expect(gaps[2]).toBeLessThan(0.05 * optimum);
    },
  );
});

describe('what a learner knows', () => {
  it('is not its payoffs: the same play teaches it the same where only unseen cells differ', async () => {
    const states = (hidden: number) => [
      { leader: [[1, hidden]], follower: [[1, 0]], next: 1 },
      { leader: [[2, 5]], follower: [[1, 0]] },
    ];
    const [one, other] = await Promise.all(
      [3, 4].map(async (hidden) => {
        const game = makeGame('FiniteMarkovGame-v0', { states: states(hidden) });
        return valueIterationLearner('test', game as any, 1, { seed: 0 });
      }),
    );
    for (let k = 0; k < 20; k++) {
      one.playEpisode();
      other.playEpisode();
    }
    expect([one.estimate, rowsOf(one.policy)]).toEqual([other.estimate, rowsOf(other.policy)]);
  });

  it('counts its steps', async () => {
    const learner = await valueIterationLearner('test', named('inspection'), -1, {});
    learner.exploreEpisode();
    learner.exploreEpisode();
    expect([learner.episodes, learner.steps]).toEqual([2, 12]);
  });
});

describe('expected returns', () => {
  it('of the optimal policy are the optimum, of uniform play the mean over the tables', async () => {
    const game = named('leader_controls');
    const half = [0.5, 0.5];
    const commitment = [half, [2 / 3, 1 / 3], [1 / 3, 2 / 3]].map((row) => Float64Array.from(row));
    expect(policyValue(game, { commitment, responses: Int32Array.of(1, 1, 0) })).toBeCloseTo(6, 12);
    expect(policyValue(game, { commitment, responses: Int32Array.of(2, 2, 0) })).toBeCloseTo(6, 12);
    const uniform = expectedReturn(game, [half, half, half], Array(3).fill([0.5, 0.5, 0]));
    expect(uniform).toBeCloseTo(2.5 + 0.5 * 2.5 + 0.5 * 0.75, 12);
  });

  it('follow the recommendation only where the follower is indifferent', () => {
    const payoffs = [Float64Array.of(1, 0, 1), Float64Array.of(0, 1, 0)];
    expect(myopicResponse(payoffs, Float64Array.of(0.5, 0.5), 1)).toBe(1);
    expect(myopicResponse(payoffs, Float64Array.of(0.6, 0.4), 1)).toBe(0);
    expect(myopicResponse(payoffs, Float64Array.of(0.6, 0.4), 2)).toBe(2);
  });
});

describe('options', () => {
  it.each<[object, string]>([
    [{ episode: 5 }, 'Unknown option "episode". Did you mean "episodes"?'],
    [{ episodes: 0 }, 'episodes: expected a positive integer, got 0.'],
    [{ beta: -1 }, 'beta: expected a number of at least 0, got -1.'],
    [{ beta: 'big' }, 'beta: expected a number of at least 0, got "big".'],
    [{ beta: '5' }, 'beta: expected a number of at least 0, got "5".'],
    [{ ridge: 0 }, 'ridge: expected a positive number, got 0.'],
    [{ margin: 1 }, 'margin: expected a number in [0, 1), got 1.'],
    [{ features: [] }, 'features: expected a list over 3 observations, got 0.'],
  ])('%j are refused', async (options, message) => {
    for (const solver of [optimisticLsvi, pessimisticLsvi]) {
      await expect(solved(solver, named('leader_controls'), { options: options as any })).rejects.toThrow(
        `${solver.name}: ${message}`,
      );
    }
  });

  it('fit finite Markov games with a myopic follower, for mixed commitments', () => {
    const game = named('leader_controls');
    const task = { follower: 'myopic', certify: false, options: {} } as const;
    for (const { fits } of [optimisticLsvi, pessimisticLsvi]) {
      expect(fits(game, task)).toBe(true);
      expect(fits(game, { ...task, follower: 'time-aware' })).toBe(false);
      expect(fits(game, { ...task, commitment: 'deterministic' })).toBe(false);
      expect(fits(makeGame('NormalForm-v0'), task)).toBe(false);
    }
  });
});
