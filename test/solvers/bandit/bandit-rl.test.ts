import { describe, expect, it } from '@jest/globals';
import { banditRlGame } from '../../../envs/bandit/bandit-rl-game.js';
import { type BanditRlGame, makeGame } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { ArmExplorer } from '../../../solvers/bandit/arm-explorer.js';
import { banditRlExact } from '../../../solvers/bandit/bandit-rl-exact.js';
import { banditRlLearner } from '../../../solvers/bandit/bandit-rl-learner.js';
import { lexicographicPlan, planValues, processOf } from '../../../solvers/bandit/finite-horizon.js';
import { nearBestPlan } from '../../../solvers/bandit/occupancy.js';
import { enumeration } from '../../../solvers/enumeration.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { loadLp } from '../../../solvers/linear/linear-program.js';
import type { Solver } from '../../../solvers/solver.js';

const task = { follower: 'time-aware', certify: false, options: {} } as const;
const build = (parameters: unknown = {}) => makeGame('BanditRLGame-v0', parameters) as BanditRlGame;
const preset = (name: string) => build(banditRlGame.presets[name]);
const run = async (solver: Solver, game: BanditRlGame, options = {}) =>
  solver.solve(game, { ...task, options });
const seeds = Array.from({ length: 12 }, (_, seed) => seed);

describe('bandit-rl-exact', () => {
  it('tells strong from weak ties by hand-derived numbers', async () => {
    const strong = await run(banditRlExact, preset('tied'));
    expect(strong).toMatchObject({ value: 1, commitment: [0, 0], weakValue: 0.4, tieBreaking: 'leader' });
    const weak = await run(banditRlExact, preset('tied'), { ties: 'against' });
    expect(weak).toMatchObject({ value: 0.4, commitment: [1, 0], tieBreaking: 'against' });
    expect(strong.details).toMatchObject({ values: [1, 0.4], weakValues: [0, 0.4], followerValues: [1, 0] });
  });

  it.each([
    [0, 1],
    [0.05, 0.75],
    [0.1, 0.5],
    [0.15, 0.25],
    [0.2, 0],
    [0.5, 0],
  ])('at epsilon %d lets the follower of arm 0 mix down to %d', async (epsilon, worst) => {
    const { details } = await run(banditRlExact, preset('gap'), { epsilon });
    const [first, second] = details!['slackValues'] as number[];
    expect(first).toBeCloseTo(worst, 9);
    expect(second).toBeCloseTo(0.5, 9);
    expect(details!['gap']).toBeCloseTo(1 - Math.max(worst, 0.5), 9);
  });

  it.each(seeds)('finds what enumeration against the time-aware response finds, seed %d', async (seed) => {
    const game = build({ arms: 3, states: 3, actions: 2, horizon: 3, successors: 1 + (seed % 3), seed });
    const exact = await run(banditRlExact, game);
    const listed = await run(enumeration, game);
    expect(exact.value).toBeCloseTo(listed.value, 9);
    expect(exact.weakValue).toBeCloseTo(listed.weakValue!, 9);
    expect(exact.followerValues['follower_0']).toBeCloseTo(listed.followerValues['follower_0'], 9);
    const graded = await evaluateCommitment(game, exact.commitment, {
      follower: 'time-aware',
      optimum: null,
    });
    expect(graded.value).toBeCloseTo(exact.value, 9);
  });

  it('finds the same against a stationary follower, which sees the step', async () => {
    const game = build({ arms: 2, states: 2, actions: 2, horizon: 2, seed: 4 });
    const listed = await enumeration.solve(game, { ...task, follower: 'stationary' });
    expect((await run(banditRlExact, game)).value).toBeCloseTo(listed.value, 9);
  });
});

describe('the occupancy program', () => {
  it.each(seeds)(
    'agrees with backward induction as the slack vanishes, and is monotone, seed %d',
    async (seed) => {
      const lp = await loadLp();
      const game = build({ arms: 1, states: 4, actions: 3, horizon: 4, successors: 2, seed });
      const mdp = processOf(game, 0);
      for (const ties of ['leader', 'against'] as const) {
        const exact = lexicographicPlan(mdp, ties);
        const sign = ties === 'leader' ? 1 : -1;
        expect(planValues(mdp, exact.plan)[0]).toBeCloseTo(exact.leaderValue, 9);
        expect(planValues(mdp, exact.plan)[1]).toBeCloseTo(exact.followerValue, 9);
        expect(nearBestPlan(lp, mdp, 1e-8, ties).leaderValue).toBeCloseTo(exact.leaderValue, 5);
        let last = exact.leaderValue;
        for (const slack of [0.05, 0.2, 0.8, 10]) {
          const near = nearBestPlan(lp, mdp, slack, ties);
          const [leader, follower] = planValues(mdp, near.plan);
          expect(leader).toBeCloseTo(near.leaderValue, 7);
          expect(follower).toBeGreaterThan(exact.followerValue - slack - 1e-7);
          expect(sign * (near.leaderValue - last)).toBeGreaterThan(-1e-7);
          last = near.leaderValue;
        }
      }
    },
  );
});

describe('bandit-rl-learner', () => {
  it.each(seeds)('is exact where transitions and rewards are deterministic, seed %d', async (seed) => {
    const game = build({ arms: 3, states: 3, actions: 2, successors: 1, horizon: 3, seed });
    for (const epsilon of [0, 0.1]) {
      const exact = await run(banditRlExact, game, { epsilon, ties: 'against' });
      const learned = await run(banditRlLearner, game, { epsilon, episodes: 100, seed });
      const values = exact.details!['slackValues'] as number[];
      expect(learned.details!['untried']).toEqual([0, 0, 0]);
      expect(learned.details!['steps']).toBe(3 * 100 * 3);
      (learned.details!['estimatedValues'] as number[]).forEach((value, arm) => {
        expect(value).toBeCloseTo(values[arm], 7);
      });
      expect(learned.commitment).toEqual([exact.details!['slackArm'], 0]);
      if (epsilon > 0) continue;
      expect(learned.value).toBeCloseTo(exact.value, 9);
      expect(learned.details!['graded']).toMatchObject({ regret: 0, followerLoss: 0 });
    }
  });

  it.each(seeds)('comes near where they are drawn, seed %d', async (seed) => {
    const game = build({
      arms: 2,
      states: 3,
      actions: 2,
      horizon: 3,
      seed,
      noise: seed % 2 ? 'bernoulli' : 'none',
    });
    const options = { epsilon: 0.1 };
    const exact = await run(banditRlExact, game, options);
    const learned = await run(banditRlLearner, game, { ...options, episodes: 8000, seed });
    const slackValues = exact.details!['slackValues'] as number[];
    expect(learned.status).toBe('learned');
    const [best, chosen] = [Math.max(...slackValues), slackValues[learned.commitment![0] as number]];
    expect(chosen).toBeGreaterThan(best - 0.05);
    const errors = (learned.details!['estimatedValues'] as number[]).map((v, k) => v - slackValues[k]);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.1);
    const { followerLoss } = learned.details!['graded'] as { followerLoss: number };
    expect(followerLoss).toBeLessThan(0.2);
  });

  it('chooses the arm that is safe from near-best followers once epsilon exceeds the gap', async () => {
    const arm = async (epsilon: number) =>
      (await run(banditRlLearner, preset('gap'), { epsilon, episodes: 50 })).commitment![0];
    expect(await arm(0.05)).toBe(0);
    expect(await arm(0.2)).toBe(1);
  });
});

describe('exploration', () => {
  /** Only action 1 moves on, and any other falls back to state 0. */
  const states = 6;
  const row = (to: number) => Array.from({ length: states }, (_, s) => (s === to ? 1 : 0));
  const table = Array.from({ length: states }, () => [0, 0, 0, 0]);
  const chain = build({
    horizon: states,
    mdps: [
      {
        transitions: table.map((_, s) => [0, Math.min(s + 1, states - 1), 0, 0].map(row)),
        leader: table,
        follower: table,
      },
    ],
  });

  it('by coverage tries everything in a chain that uniform actions do not finish', () => {
    const [coverage, uniform] = (['coverage', 'uniform'] as const).map((exploration) => {
      const explorer = new ArmExplorer(chain, 0, new Rng(1));
      explorer.explore(400, exploration);
      return explorer;
    });
    const tried = (explorer: ArmExplorer) => explorer.estimate().transitions[4][4][1][5];
    expect(coverage.untried()).toBe(0);
    expect(tried(coverage)).toBe(1);
    expect(tried(uniform)).toBe(0);
  });

  it('does not depend on the rewards', () => {
    const rich = build({
      horizon: states,
      mdps: [{ ...chain.mdps[0], follower: table.map(() => [1, 0, 1, 0]) }],
    });
    const [one, other] = [chain, rich].map((game) => {
      const explorer = new ArmExplorer(game, 0, new Rng(2));
      explorer.explore(60, 'coverage');
      return explorer.estimate().transitions;
    });
    expect(one).toEqual(other);
  });
});

describe('bad input', () => {
  it.each([
    [banditRlLearner, { episodes: 0 }, 'episodes: expected a positive integer, got 0.'],
    [banditRlLearner, { epsilon: -0.1 }, 'epsilon: expected a number of at least 0, got -0.1.'],
    [banditRlLearner, { exploration: 'greedy' }, 'exploration: expected one of coverage, uniform'],
    [banditRlExact, { ties: 'weak' }, 'ties: expected one of leader, against, got "weak".'],
    [banditRlExact, { epsilon: Number.NaN }, 'epsilon: expected a number of at least 0, got NaN.'],
  ])('%# is refused in one line', async (solver, options, message) => {
    await expect(run(solver, preset('tied'), options)).rejects.toThrow(InvalidArgument);
    await expect(run(solver, preset('tied'), options)).rejects.toThrow(message);
  });

  it('fits bandit-RL games against best responses alone', () => {
    for (const solver of [banditRlExact, banditRlLearner]) {
      expect(solver.fits(preset('tied'), task)).toBe(true);
      expect(solver.fits(makeGame('BanditGame-v0'), task)).toBe(false);
      expect(solver.fits(preset('tied'), { ...task, follower: 'myopic' })).toBe(false);
    }
  });
});
