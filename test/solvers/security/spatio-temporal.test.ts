import { describe, expect, test } from '@jest/globals';
import { createGame } from '../../../envs/core/definition.js';
import { singleLane } from '../../../envs/core/views.js';
import {
  type SpatioTemporalSecurity,
  spatioTemporalSecurity,
} from '../../../envs/security/spatio-temporal-security.js';
import { Rng } from '../../../gymnasium/rng.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { solveZeroSum } from '../../../solvers/normal-form/zero-sum.js';
import { flowLp, solvePatrolFlow } from '../../../solvers/security/flow-lp.js';
import { attackValues, type Patrol, pathMixture } from '../../../solvers/security/path-mixture.js';
import { PatrolPlanner } from '../../../solvers/security/patrol-response.js';
import {
  patrolDoubleOracle,
  spatioTemporalDoubleOracle,
} from '../../../solvers/security/spatio-temporal-double-oracle.js';

const make = (parameters: object = {}): SpatioTemporalSecurity =>
  createGame(spatioTemporalSecurity, parameters);
const task = (options: object = {}) => ({
  follower: 'stationary' as const,
  certify: false,
  options: options as Record<string, unknown>,
});

/** Section e of the reference: one patroller of speed 1 and radius 0. */
const known: readonly (readonly [string, number])[] = [
  ['static', -1.2],
  ['two_ferries', -0.5],
  ['weighted_ferries', -2 / 3],
  ['three_ferries', -2 / 3],
  ['tw', -1.5],
  ['fast_targets', -0.75],
];
const solvers = [flowLp, spatioTemporalDoubleOracle];

/** A small instance with random paths, which may cross and coincide, and random weights. */
function random(seed: number, rules: object, cells = 4, horizon = 3): SpatioTemporalSecurity {
  const rng = new Rng(seed).child('instance');
  const targets = Array.from({ length: 4 }, () => ({
    path: Array.from({ length: horizon }, () => rng.integer(cells)),
    weights: Array.from({ length: horizon }, () => 1 + rng.integer(5)),
  }));
  return make({ cells, horizon, targets, ...rules });
}

/** Every sequence of joint positions that the rules allow. */
function allPatrols(game: SpatioTemporalSecurity): Patrol[] {
  const places = Array.from({ length: game.positions }, (_, place) => place);
  let patrols = places.map((place) => [place]);
  for (let time = 1; time < game.horizon; time++) {
    const allowed = places.map((from) => places.filter((to) => game.arrive(time, from, to) === to));
    patrols = patrols.flatMap((patrol) => allowed[patrol[time - 1]].map((to) => [...patrol, to]));
  }
  return patrols;
}

/** The value by one linear program over all patrols that differ in what they protect. */
async function bruteForce(game: SpatioTemporalSecurity): Promise<number> {
  const attacks = Array.from({ length: game.paths.length * game.horizon }, (_, attack) => attack);
  const rows = allPatrols(game).map((patrol) =>
    attacks.map((attack) => -game.loot(attack, patrol[attack % game.horizon])),
  );
  const distinct = new Map(rows.map((row) => [row.join(), row]));
  return (await solveZeroSum([...distinct.values()])).value;
}

/** What the leader gets when it walks a patrol in the game against an attack. */
function walk(game: SpatioTemporalSecurity, patrol: Patrol, attack: number): number {
  const lane = singleLane(game);
  lane.reset();
  return patrol.reduce((sum, place) => {
    lane.act(0, place);
    lane.act(1, attack);
    lane.step();
    return sum + lane.reward(0);
  }, 0);
}

function expectWalkable(game: SpatioTemporalSecurity, patrol: Patrol): void {
  patrol.forEach((place, time) => {
    if (time > 0) expect(game.arrive(time, patrol[time - 1], place)).toBe(place);
  });
}

describe.each(solvers.map((solver) => [solver.name, solver] as const))('%s', (_, solver) => {
  test.each(known)('%s has its known value, which the game confirms', async (name, value) => {
    const game = make({ name });
    expect(solver.fits(game, task())).toBe(true);
    const solution = await solver.solve(game, task());
    expect(Math.abs(solution.value - value)).toBeLessThan(1e-7);
    expect(solution).toMatchObject({ status: 'optimal', kind: 'stochastic', tieBreaking: null });
    expect(solution.followerValues['follower_0']).toBeCloseTo(-value, 9);
    expect(solution.certificate!['bound']).toBeCloseTo(value, 9);
    for (const follower of ['stationary', 'time-aware'] as const) {
      const graded = await evaluateCommitment(game, solution.commitment, { follower, optimum: null });
      expect(Math.abs(graded.value - value)).toBeLessThan(1e-7);
    }
  });

  test.each([1, 2, 3, 4])(
    'equals brute force over all paths, with radius and speed (seed %i)',
    async (seed) => {
      const game = random(seed, { radius: seed % 2, speed: 1 + (seed % 3) }, 5, 3);
      const solution = await solver.solve(game, task());
      expect(solution.value).toBeCloseTo(await bruteForce(game), 8);
    },
  );

  test.each([1, 2, 3])(
    'two patrollers of radius 0 equal brute force over all pairs of paths (seed %i)',
    async (seed) => {
      const game = random(seed, { patrollers: 2 });
      const solution = await solver.solve(game, task());
      expect(solution.value).toBeCloseTo(await bruteForce(game), 8);
      const graded = await evaluateCommitment(game, solution.commitment, { optimum: null });
      expect(graded.value).toBeCloseTo(solution.value, 8);
    },
  );

  test.each([11, 12, 14])(
    'two patrollers of radius 1 equal brute force over all pairs of paths (seed %i)',
    async (seed) => {
      const game = random(seed, { patrollers: 2, radius: 1 }, 8, 3);
      const solution = await solver.solve(game, task());
      expect(solution.value).toBeCloseTo(await bruteForce(game), 8);
      const graded = await evaluateCommitment(game, solution.commitment, { optimum: null });
      expect(solution.value).toBeLessThan(-0.1);
      expect(graded.value).toBeCloseTo(solution.value, 8);
    },
  );

  test('more patrollers never do worse, and one a cell prevents everything', async () => {
    const values: number[] = [];
    for (let patrollers = 1; patrollers <= 4; patrollers++) {
      const game = random(9, { patrollers });
      values.push((await solver.solve(game, task())).value);
    }
    values.forEach((value, k) => {
      if (k > 0) expect(value).toBeGreaterThan(values[k - 1] - 1e-9);
    });
    expect(values[1]).toBeGreaterThan(values[0] + 0.1);
    expect(values[3]).toBe(0);
  });

  test('weights of 0 are worth nothing', async () => {
    const game = make({ cells: 3, horizon: 2, targets: [{ path: 1, weights: 0 }] });
    expect(await solver.solve(game, task())).toMatchObject({ value: 0, followerValues: { follower_0: 0 } });
  });

  test('fits mixed patrols against a best response alone', () => {
    expect(solver.fits(make(), { ...task(), commitment: 'deterministic' })).toBe(false);
    expect(solver.fits(make(), { ...task(), follower: 'myopic' })).toBe(false);
  });
});

describe('flow-lp', () => {
  test('the mixture of patrols earns -1.5 in the instance TW, attack by attack', async () => {
    const game = make({ name: 'tw' });
    const { mixture, value } = await solvePatrolFlow(game);
    const earned = Array.from({ length: 15 }, (_, attack) =>
      mixture.reduce((sum, { strategy, probability }) => sum + probability * walk(game, strategy, attack), 0),
    );
    expect(Math.abs(Math.min(...earned) + 1.5)).toBeLessThan(1e-7);
    expect(value).toBeCloseTo(-1.5, 9);
    expect(Array.from(attackValues(game, mixture), (loot) => -loot)).toEqual(
      earned.map((reward) => expect.closeTo(reward, 12)),
    );
  });

  test.each([
    ['tw', {}],
    ['fast_targets', { speed: 2 }],
    ['tw', { patrollers: 3 }],
    ['three_ferries', { patrollers: 2, speed: 0 }],
    ['tw', { patrollers: 2, radius: 1 }],
  ])('%s with %j: few patrols that can be walked reproduce the flow', async (name, change) => {
    const game = make({ name, ...change });
    const { mixture, marginals, edges } = await solvePatrolFlow(game);
    expect(mixture.length).toBeLessThanOrEqual(edges);
    expect(mixture.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    const masses = marginals.map((row) => new Float64Array(row.length));
    for (const { strategy, probability } of mixture) {
      expectWalkable(game, strategy);
      strategy.forEach((place, time) => {
        for (const cell of game.cellsOf(place)) masses[time][cell] += probability;
      });
    }
    masses.forEach((row, time) => {
      expect(Array.from(row)).toEqual(Array.from(marginals[time], (mass) => expect.closeTo(mass, 9)));
    });
  });

  test('splits a flow that is no vertex', () => {
    const game = make({ cells: 3, horizon: 2, targets: [{ path: 0, weights: 1 }] });
    const mixture = pathMixture(game, [Float64Array.of(0.2, 0.5, 0.3), Float64Array.of(0.6, 0.1, 0.3)]);
    expect(mixture.map(({ strategy }) => strategy)).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(mixture.map(({ probability }) => probability)).toEqual(
      [0.2, 0.4, 0.1, 0.3].map((probability) => expect.closeTo(probability, 12)),
    );
  });
});

describe('spatio-temporal-double-oracle', () => {
  test('keeps few patrols in play, all of which can be walked', async () => {
    const game = random(3, { patrollers: 3 }, 7, 6);
    const { rows, converged, history } = await patrolDoubleOracle(game);
    expect(converged).toBe(true);
    expect(rows.length).toBeLessThanOrEqual(history.length);
    for (const { strategy } of rows) expectWalkable(game, strategy);
    expect(history.at(-1)!.value).toBeCloseTo((await solvePatrolFlow(game)).value, 8);
  });

  test('says best-known where the iterations ran out, with a value that the game confirms', async () => {
    const game = make({ name: 'tw' });
    const solution = await spatioTemporalDoubleOracle.solve(game, task({ iterations: 2 }));
    expect(solution.status).toBe('best-known');
    expect(solution.value).toBeLessThan(-1.5 + 1e-9);
    expect(solution.certificate!['bound']).toBeGreaterThan(-1.5 - 1e-9);
    const graded = await evaluateCommitment(game, solution.commitment, { optimum: null });
    expect(graded.value).toBeCloseTo(solution.value, 9);
  });

  test('the planner finds the best patrol among all', () => {
    const game = random(6, { patrollers: 2, radius: 1 }, 5, 3);
    const rng = new Rng(1).child('attacks');
    const attacks = Array.from({ length: 12 }, (_, strategy) => ({ strategy, probability: rng.uniform() }));
    const worth = (patrol: Patrol) =>
      attacks.reduce(
        (sum, { strategy, probability }) => sum - probability * game.loot(strategy, patrol[strategy % 3]),
        0,
      );
    const { patrol, value } = new PatrolPlanner(game).bestPatrol(attacks);
    expect(value).toBeCloseTo(worth(patrol), 12);
    expect(value).toBeCloseTo(Math.max(...allPatrols(game).map(worth)), 12);
  });

  test('leaves out a table that would be too large, and tells the patrols', async () => {
    const targets = [
      { path: [0, 1, 2], weights: 1 },
      { path: [39, 38, 37], weights: 2 },
      { path: 20, weights: 1 },
    ];
    const game = make({ cells: 40, horizon: 3, targets, patrollers: 2 });
    const solution = await spatioTemporalDoubleOracle.solve(game, task());
    expect(solution.commitment).toBeNull();
    expect(solution.details!['commitment']).toMatch('too large for a table');
    expect(solution.value).toBeCloseTo((await solvePatrolFlow(game)).value, 9);
    const patrols = solution.details!['patrols'] as { probability: number }[];
    expect(patrols.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  });

  test.each([
    ['iterations', 0, 'iterations: expected a positive integer, got 0.'],
    ['iterations', 'many', 'iterations: expected a positive integer, got "many".'],
    ['tolerance', -1, 'tolerance: expected a number of at least 0, got -1.'],
  ])('refuses %s %p', async (field, value, message) => {
    await expect(spatioTemporalDoubleOracle.solve(make(), task({ [field]: value }))).rejects.toThrow(
      `spatio-temporal-double-oracle: ${message}`,
    );
  });
});
