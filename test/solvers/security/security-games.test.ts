import { describe, expect, it } from '@jest/globals';
import { eightTargets, generateTargets, makeGame, type Target, twoTargets } from '../../../envs/index.js';
import { attackerUtility, defenderUtility } from '../../../envs/security/security-instances.js';
import { Rng } from '../../../gymnasium/rng.js';
import { evaluateCommitment, solve } from '../../../solvers/index.js';
import { origami } from '../../../solvers/security/origami.js';

const game = (parameters: object) => makeGame('SecurityGame-v0', parameters);
const solvers = ['origami', 'security-lps', 'eraser'];

/** A random instance: 1 to 24 targets, any style, whole or fractional resources. */
function instance(rng: Rng): { targets: Target[]; resources: number } {
  const n = 1 + rng.integer(24);
  const style = (['integer', 'uniform', 'covariant'] as const)[rng.integer(3)];
  const targets = generateTargets({
    targets: n,
    seed: `${rng.integer(1e9)}`,
    style,
    correlation: rng.uniform(),
  });
  const share = n * rng.uniform();
  return { targets, resources: rng.integer(2) === 0 ? Math.max(1, Math.round(share)) : Math.max(0.1, share) };
}

/** The strong Stackelberg value of a coverage, straight from the definition. */
function strongValue(targets: readonly Target[], coverage: ArrayLike<number>): number {
  const attacker = targets.map((t, i) => attackerUtility(t, coverage[i]));
  const best = Math.max(...attacker);
  const tied = targets.flatMap((t, i) =>
    attacker[i] >= best - 1e-9 * Math.max(1, Math.abs(best)) ? [defenderUtility(t, coverage[i])] : [],
  );
  return Math.max(...tied);
}

const strongOf = ({ targets, resources }: { targets: readonly Target[]; resources: number }) =>
  strongValue(targets, origami(targets, resources).coverage);

describe('P8', () => {
  it.each([
    [1, -1.329934, 4.713765, [2286, 0, 3897, 0, 1286, 2054, 477, 0]],
    [2, 0.082532, 2.975345, [4025, 932, 5477, 27, 3025, 3140, 3374, 0]],
    [3, 1.152775, 1.658124, [5342, 2129, 6674, 1491, 4342, 3964, 5570, 488]],
  ])('with %d resources is worth %d by every solver', async (resources, value, attacker, coverage) => {
    for (const solver of [undefined, ...solvers]) {
      const solution = await solve(game({ resources }), { solver });
      expect(Math.abs(solution.value - value)).toBeLessThan(1e-6);
      expect(Math.abs(solution.followerValues['follower_0'] - attacker)).toBeLessThan(1e-6);
      coverage.forEach((c, i) => {
        expect(Math.abs((solution.commitment![i] as number) - c / 1e4)).toBeLessThan(5.1e-5);
      });
      expect([solution.solver, solution.details?.['attacked']]).toEqual([solver ?? 'origami', 5]);
      const graded = await evaluateCommitment(game({ resources }), solution.commitment);
      expect(Math.abs(graded.gap!)).toBeLessThan(1e-9);
    }
  });
});

it('TWO is worth 5 with each target covered half of the time', async () => {
  for (const solver of solvers) {
    const solution = await solve(game({ targets: twoTargets, resources: 1 }), { solver });
    expect(solution.value).toBeCloseTo(5, 9);
    expect(solution.followerValues['follower_0']).toBeCloseTo(0, 9);
    expect(solution.commitment![0]).toBeCloseTo(0.5, 9);
  }
});

it('schedules of two targets lift three equal targets from -2/3 to -1/2', async () => {
  const equal = { defenderCovered: 0, defenderUncovered: -1, attackerCovered: 0, attackerUncovered: 1 };
  const targets = [equal, equal, equal];
  const schedules = [
    [0, 1],
    [1, 2],
  ];
  for (const solver of ['security-lps', 'eraser']) {
    expect((await solve(game({ targets }), { solver })).value).toBeCloseTo(-2 / 3, 9);
    const solution = await solve(game({ targets, schedules }), { solver });
    expect(solution.value).toBeCloseTo(-1 / 2, 9);
    expect(solution.details?.['coverage']).toEqual([0.5, 1, 0.5].map((c) => expect.closeTo(c, 9)));
    const graded = await evaluateCommitment(game({ targets, schedules }), solution.commitment);
    expect(graded.value).toBeCloseTo(-1 / 2, 9);
  }
  await expect(solve(game({ targets, schedules }), { solver: 'origami' })).rejects.toThrow(
    /origami does not solve SecurityGame .* Fitting solvers: security-lps, eraser/,
  );
});

describe('random instances', () => {
  it('ORIGAMI, a program a target and ERASER agree on 200 of them', async () => {
    const rng = new Rng('origami = eraser');
    for (let trial = 0; trial < 200; trial++) {
      const parameters = instance(rng);
      const found: number[] = [];
      for (const solver of solvers) found.push((await solve(game(parameters), { solver })).value);
      const scale = 1e-7 * Math.max(1, Math.abs(found[0]));
      expect(Math.max(...found) - Math.min(...found)).toBeLessThan(scale);
    }
  });

  it('ORIGAMI keeps to the budget and is never beaten by a random coverage', () => {
    const rng = new Rng('random coverages');
    for (let trial = 0; trial < 3000; trial++) {
      const { targets, resources } = instance(rng);
      const { coverage, attackerUtility: u } = origami(targets, resources);
      const sum = coverage.reduce((a, b) => a + b, 0);
      expect(sum).toBeLessThanOrEqual(Math.min(resources, targets.length) + 1e-9);
      expect(coverage.every((c) => c >= 0 && c <= 1)).toBe(true);
      const draw = coverage.map(() => rng.uniform());
      const shrink = Math.min(1, resources / draw.reduce((a, b) => a + b, 0));
      const tried = draw.map((c) => c * shrink);
      const best = Math.max(...targets.map((t, i) => attackerUtility(t, tried[i])));
      expect(best).toBeGreaterThanOrEqual(u - 1e-9 * Math.max(1, Math.abs(u)));
      const value = strongValue(targets, coverage);
      expect(strongValue(targets, tried)).toBeLessThanOrEqual(value + 1e-7 * Math.max(1, Math.abs(value)));
    }
  });

  it('more resources are never worse', () => {
    const rng = new Rng('monotone');
    for (let trial = 0; trial < 3000; trial++) {
      const { targets, resources } = instance(rng);
      const more = strongOf({ targets, resources: resources * (1 + rng.uniform()) });
      const less = strongOf({ targets, resources });
      expect(more).toBeGreaterThanOrEqual(less - 1e-7 * Math.max(1, Math.abs(less)));
    }
  });

  it('the value is the maximin value where the game is zero-sum', () => {
    const rng = new Rng('zero-sum');
    for (let trial = 0; trial < 1000; trial++) {
      const targets = generateTargets({ targets: 1 + rng.integer(20), seed: trial, style: 'covariant' });
      const resources = targets.length * rng.uniform() + 0.1;
      const { attackerUtility: least } = origami(targets, resources);
      expect(strongOf({ targets, resources })).toBeCloseTo(-least, 6);
    }
  });

  it("nothing changes under positive affine transforms of the attacker's payoffs", () => {
    const rng = new Rng('affine');
    for (let trial = 0; trial < 3000; trial++) {
      const { targets, resources } = instance(rng);
      const [scale, shift] = [0.1 + 5 * rng.uniform(), 20 * rng.uniform() - 10];
      const moved = targets.map((t) => ({
        ...t,
        attackerCovered: scale * t.attackerCovered + shift,
        attackerUncovered: scale * t.attackerUncovered + shift,
      }));
      const value = strongOf({ targets, resources });
      expect(Math.abs(strongOf({ targets: moved, resources }) - value)).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(value)),
      );
    }
  });

  it('500 targets are balanced to the budget', () => {
    const targets = generateTargets({ targets: 500, seed: 1 });
    const { coverage, attackerUtility: u } = origami(targets, 100);
    expect(coverage.reduce((a, b) => a + b, 0)).toBeCloseTo(100, 6);
    for (let i = 0; i < 500; i++)
      expect(attackerUtility(targets[i], coverage[i])).toBeLessThanOrEqual(u + 1e-9);
  });
});

describe('degenerate targets', () => {
  const target = (dc: number, du: number, ac: number, au: number): Target => ({
    defenderCovered: dc,
    defenderUncovered: du,
    attackerCovered: ac,
    attackerUncovered: au,
  });

  it.each<[string, Target[], number]>([
    ['one target', [target(1, -1, -1, 1)], 1],
    ['a target that coverage does not make worse', [target(3, -3, 2, 2), target(1, -5, -1, 1)], 1],
    ['such a target and nothing to spend elsewhere', [target(3, -3, 2, 2), target(3, -3, 2, 2)], 0.5],
    ['equal targets', [target(0, -1, 0, 1), target(0, -1, 0, 1), target(0, -1, 0, 1)], 2],
    ['more resources than targets', [target(2, -2, -1, 4), target(1, 0, -3, 5)], 7],
    ['targets that never matter', [target(1, 0, 0, 10), target(1, 0, -9, -8)], 1],
    ['no difference for the defender', [target(1, 1, 0, 4), target(2, 2, 0, 3)], 1],
  ])('%s', async (_name, targets, resources) => {
    const values: number[] = [];
    for (const solver of solvers) values.push((await solve(game({ targets, resources }), { solver })).value);
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-9);
  });
});

describe('quantal attackers', () => {
  const quantal = (rationality: number) => ({ kind: 'quantal', rationality }) as const;

  it.each([
    [0.1, 0.124896, 0.25021],
    [0.76, 0.908541, 0.26082],
    [2, 1.992139, 0.29915],
    [10, 3.883175, 0.41256],
  ])('TWO with rationality %d is worth %d at coverage %d', async (rationality, value, c) => {
    const solution = await solve(game({ targets: twoTargets }), { follower: quantal(rationality) });
    expect(Math.abs(solution.value - value)).toBeLessThan(2e-6);
    expect(Math.abs((solution.commitment![0] as number) - c)).toBeLessThan(1e-4);
    expect([solution.solver, solution.status]).toEqual(['quantal-ascent', 'best-known']);
  });

  it.each([
    [1, -3.2327, -3.01329],
    [2, -1.65805, -1.43028],
    [3, -0.38267, -0.22331],
  ])('P8 with %d resources: QR %d, SUQR %d', async (resources, qr, suqr) => {
    const best = await solve(game({ resources }), { follower: quantal(0.76) });
    expect(Math.abs(best.value - qr)).toBeLessThan(1e-4);
    expect(best.value).toBeLessThan((await solve(game({ resources }))).value);
    const other = await solve(game({ resources }), { follower: 'subjective-quantal' });
    expect(Math.abs(other.value - suqr)).toBeLessThan(1e-4);
    for (const [solution, follower] of [
      [best, quantal(0.76)],
      [other, 'subjective-quantal'],
    ] as const) {
      const graded = await evaluateCommitment(game({ resources }), solution.commitment, { follower });
      expect(graded.value).toBeCloseTo(solution.value, 9);
      expect(graded.followerValues['follower_0']).toBeCloseTo(solution.followerValues['follower_0'], 9);
      expect(graded.ties).toBeNull();
    }
  });

  it('is uniform at rationality 0 and nearly the best response at a high one', async () => {
    const coverage = (await solve(game({ resources: 2 }))).commitment!.map((c, t) =>
      t === 5 ? (c as number) - 0.01 : c,
    );
    const graded = (follower: object | string) =>
      evaluateCommitment(game({ resources: 2 }), coverage as number[], {
        follower: follower as any,
        optimum: null,
      });
    const mean = eightTargets.reduce((sum, t, i) => sum + defenderUtility(t, coverage[i] as number) / 8, 0);
    expect((await graded(quantal(0))).value).toBeCloseTo(mean, 9);
    expect((await graded(quantal(1000))).value).toBeCloseTo((await graded('stationary')).value, 6);
  });

  it('approaches the optimum of a best response from below as rationality grows', async () => {
    const { value: limit } = await solve(game({ resources: 1 }));
    let before = Number.NEGATIVE_INFINITY;
    for (const rationality of [3e4, 1e5, 1e6]) {
      const options = { restarts: 0 };
      const { value } = await solve(game({ resources: 1 }), { follower: quantal(rationality), options });
      expect(value).toBeGreaterThan(before);
      expect(value).toBeLessThan(limit);
      before = value;
    }
    expect(limit - before).toBeLessThan(1e-4);
  });

  it('refuses payoffs and rationalities beyond float64', async () => {
    for (const follower of [
      { kind: 'quantal', rationality: 1e307 },
      { kind: 'subjective-quantal', weights: [1e308, 1, 1] },
    ] as const)
      await expect(solve(game({}), { follower })).rejects.toThrow(
        /follower\.(rationality|weights): expected/,
      );
    const target = {
      defenderCovered: 1,
      defenderUncovered: 0,
      attackerCovered: -1e308,
      attackerUncovered: 1e308,
    };
    expect(() => game({ targets: [target] })).toThrow(/attackerCovered.*-1000000000000 to 1000000000000/);
  });

  it('refuses malformed models', async () => {
    const refuse = (follower: any, message: string | RegExp) =>
      expect(solve(game({}), { follower })).rejects.toThrow(message);
    await refuse(
      { kind: 'quantal', rationality: -1 },
      'solve: follower.rationality: expected a number in [0, 1000000000], got -1.',
    );
    await refuse({ kind: 'quantal', lambda: 1 }, /^solve: follower: Unknown option "lambda"/);
    await refuse(
      { kind: 'subjective-quantal', weights: [1, 2] },
      'follower.weights: expected three finite numbers from -1000000000 to 1000000000, got [1, 2].',
    );
    await expect(solve(makeGame('NormalForm-v0'), { follower: 'quantal' })).rejects.toThrow(
      /^solve: no solver for NormalForm/,
    );
    await expect(solve(game({}), { follower: 'quantal', options: { restarts: -1 } })).rejects.toThrow(
      /restarts: expected/,
    );
  });
});

it('a mixed-integer program out of time is an error, not a value', async () => {
  const parameters = { generate: { targets: 150, seed: 3 }, resources: 30 };
  await expect(solve(game(parameters), { solver: 'eraser', timeLimit: 1e-3 })).rejects.toThrow(
    'ERASER: expected a proved optimum, but the program ended with status timeLimit.',
  );
});

describe('a coverage that is handed to evaluateCommitment', () => {
  it.each<[unknown, string]>([
    [[1, 1, 1, 0, 0, 0, 0, 0], 'sum over [0, 1, 2, 3, 4, 5, 6, 7] is 3 and may be 2 at most'],
    [
      [1, 1],
      'expected an action of leader_0 in ConstrainedBox(0, 1, [8], float64, sum <= 2) at observation 0, got',
    ],
    [[-0.1, 0, 0, 0, 0, 0, 0, 0], 'expected an action of leader_0'],
    [[Number.NaN, 0, 0, 0, 0, 0, 0, 0], 'expected an action of leader_0'],
    ['half', 'commitment: expected a vector or a policy, got "half".'],
  ])('is refused: %j', async (commitment, message) => {
    await expect(evaluateCommitment(game({ resources: 2 }), commitment as number[])).rejects.toThrow(message);
  });
});
