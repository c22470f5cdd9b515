import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../../envs/index.js';
import type { StackelbergRouting } from '../../../envs/routing/stackelberg-routing.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { evaluateCommitment } from '../../../solvers/evaluate.js';
import { playedValues } from '../../../solvers/routing/response.js';
import { routing } from '../../../solvers/routing/routing.js';
import type { Answer } from '../../../solvers/solver.js';

const make = (parameters: object) => makeGame('StackelbergRouting-v0', parameters) as StackelbergRouting;
const solved = async (game: StackelbergRouting, options: Record<string, unknown> = {}): Promise<Answer> =>
  routing.solve(game, { follower: 'stationary', certify: false, options });

describe('routing', () => {
  it.each([
    [{ links: ['1', 'x'], leaderShare: 0.5 }, 'llf', 0.75],
    [{ links: ['1', 'x'], leaderShare: 0.25 }, 'llf', 0.8125],
    [{ links: ['1', 'x'], leaderShare: 0.5 }, 'scale', 0.8125],
    [{ links: ['1', 'x'], leaderShare: 0.75 }, 'scale', 0.765625],
    [{ links: ['1', 'x'], leaderShare: 0.5 }, 'aloof', 1],
    [{ links: ['1', 'x'], leaderShare: 0.75 }, 'aloof', 0.8125],
    [{ links: ['1', 'x'], leaderShare: 0.5 }, 'tolls', 0.75],
    [{ links: ['1', 'x'], leaderShare: 0.25 }, 'optimum', 0.8125],
    [{ links: ['1', 'x^2'], leaderShare: 0.5 }, 'optimum', 0.6151],
    [{ name: 'llf_tight', leaderShare: 0.5 }, 'llf', 0.5],
    [{ name: 'braess', leaderShare: 0.25 }, 'optimum', 1.78125],
    [{ name: 'braess', leaderShare: 0.5 }, 'optimum', 1.625],
    [{ name: 'braess', leaderShare: 0.5 }, 'tolls', 1.5],
    [{ name: 'pigou', control: 'tolls' }, 'tolls', 0.75],
    [{ name: 'braess', control: 'tolls' }, 'optimum', 1.5],
    [{ name: 'braess', control: 'tolls', objective: 'disutility' }, 'tolls', 2],
    [{ name: 'braess', control: 'tolls', objective: 'disutility' }, 'optimum', 1.5],
  ])('of %j by %s costs %d', async (parameters, strategy, cost) => {
    const answer = await solved(make(parameters), { strategy });
    expect(Math.abs(answer.value - cost)).toBeLessThan(1e-6);
    expect(answer.sense).toBe('cost');
  });

  it('says what is proved, and what is a heuristic', async () => {
    const status = async (parameters: object, strategy: string) =>
      (await solved(make(parameters), { strategy })).status;
    expect(await status({ name: 'braess' }, 'optimum')).toBe('optimal');
    expect(await status({ name: 'braess' }, 'llf')).toBe('heuristic');
    expect(await status({ name: 'pigou' }, 'scale')).toBe('heuristic');
    expect(await status({ name: 'pigou' }, 'llf')).toBe('optimal');
    expect(await status({ links: ['0.5 + x^4', '0.1 + x^3', '0.9'], leaderShare: 0.05 }, 'optimum')).toBe(
      'best-known',
    );
    expect(await status({ name: 'pigou', control: 'tolls', maximumToll: 0.2 }, 'optimum')).toBe('best-known');
  });

  it('tells the costs without and with a leader who routes all', async () => {
    const { details } = await solved(make({ links: ['1', 'x^10'], leaderShare: 0.5 }));
    expect(details).toMatchObject({
      nash: expect.closeTo(1, 9),
      socialOptimum: expect.closeTo(0.284733, 6),
      priceOfAnarchy: expect.closeTo(3.512059, 5),
    });
    expect(details!['gap']).toBeLessThan(1e-12);
    const tolled = await solved(make({ name: 'pigou', control: 'tolls' }));
    expect(tolled.details!['tolls']).toEqual([0, expect.closeTo(0.5, 9)]);
    expect(tolled.details!['paid']).toBeCloseTo(0.25, 9);
  });

  it('says where tolls are cut to what the leader may take, and from what', async () => {
    const tolls = async (parameters: object) =>
      (await solved(make({ name: 'pigou', ...parameters }), { strategy: 'tolls' })).details!;
    const cut = await tolls({ control: 'tolls', maximumToll: 0.2 });
    expect(cut).toMatchObject({ capped: true, tolls: [0, 0.2], marginalTolls: [0, expect.closeTo(0.5, 9)] });
    const whole = await tolls({ control: 'tolls' });
    expect(whole['capped']).toBe(false);
    expect(whole).not.toHaveProperty('marginalTolls');
  });

  it('has no commitment to tolls in a game in which the leader routes', async () => {
    const { commitment, details } = await solved(make({ name: 'pigou' }), { strategy: 'tolls' });
    expect({ commitment, capped: details!['capped'] }).toEqual({ commitment: null, capped: false });
    const own = await solved(make({ name: 'pigou', control: 'tolls' }), { strategy: 'tolls' });
    expect(own.commitment).toEqual(details!['tolls']);
  });

  it.each([
    [{ name: 'pigou' }, 'llf'],
    [{ name: 'pigou', leaderShare: 0.25 }, 'optimum'],
    [{ name: 'pigou', leaderShare: 0 }, 'optimum'],
    [{ name: 'pigou', leaderShare: 1 }, 'optimum'],
    [{ name: 'braess' }, 'scale'],
    [{ name: 'braess', demand: 3 }, 'aloof'],
    [{ name: 'two_bridges', leaderShare: 0.3 }, 'optimum'],
    [{ name: 'two_bridges', control: 'tolls' }, 'tolls'],
    [{ name: 'two_bridges', control: 'tolls', objective: 'disutility' }, 'optimum'],
  ])('gives commitments whose grade is minus their cost: %j by %s', async (parameters, strategy) => {
    const game = make(parameters);
    const { value, commitment, followerValues } = await solved(game, { strategy });
    const grade = await evaluateCommitment(game, commitment as number[], { optimum: null });
    expect(grade.value).toBeCloseTo(-value, 9);
    expect(grade.followerValues['follower_0']).toBeCloseTo(followerValues['follower_0'], 9);
    expect(grade.response).toBe('Wardrop equilibrium');
    expect(grade.equilibrium.notion).toBe('Nash');
    expect(grade.equilibrium.gap).toBeLessThan(1e-9);
  });

  it('answers with what maximises the return of the followers as one agent', async () => {
    const rng = new Rng('followers');
    const game = make({ name: 'two_bridges', demand: 1.5, leaderShare: 0.4 });
    const leader = game.network.paths.map(() => rng.uniform());
    const { followerValues } = await evaluateCommitment(game, leader, { optimum: null });
    for (let trial = 0; trial < 500; trial++) {
      const others = game.network.paths.map(() => rng.uniform() ** 5);
      expect(playedValues(game, leader, others)[1]).toBeLessThanOrEqual(followerValues['follower_0'] + 1e-12);
    }
  });

  it('refuses malformed options and strategies that the leader cannot follow', async () => {
    await expect(solved(make({ name: 'pigou' }), { strategy: 'lff' })).rejects.toThrow(
      'routing: strategy: expected one of optimum, llf, scale, aloof, tolls, got "lff".',
    );
    await expect(solved(make({ name: 'pigou', control: 'tolls' }), { strategy: 'llf' })).rejects.toThrow(
      'routing: strategy: expected optimum or tolls in a game with control "tolls", got "llf".',
    );
    await expect(solved(make({ name: 'pigou' }), { starts: 0 })).rejects.toThrow(InvalidArgument);
    await expect(solved(make({ links: ['1', 'min(1, 3 * x^2)'] }))).rejects.toThrow(
      'expected x l(x) to be convex on [0, 1]',
    );
  });

  it('fits this game alone, and rational followers', () => {
    const task = { follower: 'stationary', certify: false, options: {} } as const;
    expect(routing.fits(make({}), task)).toBe(true);
    expect(routing.fits(makeGame('NormalForm-v0'), task)).toBe(false);
    expect(routing.fits(make({}), { ...task, commitment: 'stochastic' })).toBe(false);
  });
});
