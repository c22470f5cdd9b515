import { describe, expect, it } from '@jest/globals';
import { GameModel, GameParallelEnv, type MarkovGame, makeGame, ordinalGames } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { make } from '../../gymnasium/make.js';
import { Rng } from '../../gymnasium/rng.js';
import { bestResponse, evaluateCommitment, type Solution, solve, solverNames } from '../../solvers/index.js';
import { ContinuousGame, randomRules, TableGame } from '../envs/testing-games.js';
import { uniformMatrix } from './games.js';

const normal = (parameters: object) => makeGame('NormalForm-v0', parameters);
const iterated = (parameters: object) => makeGame('IteratedMatrixGame-v0', parameters);

/** The leader's value of a solution's commitment by the model view. */
function modelValue(game: MarkovGame, { commitment }: Solution, memory: 'time-aware' | 'stationary'): number {
  const model = new GameModel(game);
  const { n } = game.agents[game.leaderIndex].actionSpace as any;
  const oneHot = (a: number) => Array.from({ length: n }, (_, k) => Number(k === a));
  const table = (commitment as readonly (number | readonly number[])[]).map((row) =>
    typeof row === 'number' ? oneHot(row) : row,
  );
  return bestResponse(model, table, { memory, ties: 'leader' }).leaderValue;
}

describe('normal form', () => {
  it.each<[string, number, number[] | null]>([
    ['conitzer_sandholm', 3.5, [0.5, 0.5]],
    ['paruchuri', 11 / 3, [2 / 3, 1 / 3]],
    ['openspiel_game1', 4 / 3, [1 / 3, 2 / 3]],
    ['openspiel_game2', 9, null],
    ['conitzer_korzhyk', 2.5, [0.5, 0.5]],
    ['battle_of_the_sexes', 2, [1, 0]],
    ['matching_pennies', 0, [0.5, 0.5]],
    ['rock_paper_scissors', 0, [1 / 3, 1 / 3, 1 / 3]],
  ])('%s is worth %d by both linear programs', async (name, value, commitment) => {
    for (const solver of [undefined, 'multiple-lps', 'single-lp']) {
      const solution = await solve(normal({ name }), { solver });
      expect(Math.abs(solution.value - value)).toBeLessThan(1e-9);
      expect([solution.solver, solution.tieBreaking]).toEqual([solver ?? 'multiple-lps', 'leader']);
      commitment?.forEach((p, i) => {
        expect(solution.commitment![i]).toBeCloseTo(p, 9);
      });
    }
  });

  it('reports the follower, the weak value, and on request a proof in fractions', async () => {
    const game = normal({ name: 'conitzer_sandholm' });
    const plain = await solve(game);
    expect(plain.followerValues).toEqual({ follower_0: expect.closeTo(0.5, 9) });
    expect(plain.weakValue).toBeCloseTo(3.5, 9);
    expect(plain.certificate).toEqual({ weakAttained: expect.any(Boolean) });
    const { certificate } = await solve(game, { certify: true });
    expect(JSON.stringify(certificate)).toContain('7/2');
  });

  it.each([
    ['conitzer_sandholm', 3],
    ['conitzer_korzhyk', 2],
    ['matching_pennies', -1],
    ['battle_of_the_sexes', 2],
  ])('a pure commitment in %s is worth %d, with and without the action seen', async (name, value) => {
    const pure = await solve(normal({ name }), { commitment: 'deterministic' });
    expect([pure.value, pure.solver]).toEqual([value, 'pure-enumeration']);
    const seen = normal({ name, observeAction: true });
    for (const commitment of ['deterministic', 'stochastic', 'mixed'] as const) {
      expect((await solve(seen, { commitment })).value).toBe(value);
    }
  });

  it('is no worse than any commitment that can be tried, with its action seen', async () => {
    const rng = new Rng('observed');
    for (let trial = 0; trial < 10; trial++) {
      const game = normal({
        leader: uniformMatrix(rng, 3, 3),
        follower: uniformMatrix(rng, 3, 3),
        observeAction: true,
      });
      const model = new GameModel(game);
      const { value } = await solve(game);
      const tried = Array.from({ length: 30 }, () => {
        const raw = Array.from({ length: 3 }, () => rng.exponential());
        const sum = raw.reduce((a, b) => a + b, 0);
        const row = raw.map((x) => x / sum);
        return bestResponse(model, [row], { memory: 'stationary', ties: 'leader' }).leaderValue;
      });
      expect(Math.max(...tried)).toBeLessThanOrEqual(value + 1e-9);
      expect(modelValue(game, await solve(game), 'stationary')).toBeCloseTo(value, 12);
    }
  });

  it('keeps a leader with one action', async () => {
    const { value, commitment } = await solve(normal({ leader: [[1, 2]], follower: [[0, 3]] }));
    expect([value, ...commitment!]).toEqual([2, 1]);
  });
});

describe('iterated 2x2 games', () => {
  const values: Record<string, number> = { deadlock: 30, prisoners_delight: 30 };
  const commitments: Record<string, string> = {
    deadlock: '11111',
    prisoners_delight: '11111',
    hero: '11111',
    battle: '11111',
    chicken: '11111',
    prisoners_dilemma: '10011',
  };

  it.each(Object.keys(ordinalGames))('%s, deterministic, both followers', async (game) => {
    for (const follower of ['time-aware', 'stationary'] as const) {
      const solution = await solve(iterated({ game }), { follower });
      const dilemma = follower === 'time-aware' ? 29 : 31;
      expect(solution.value).toBe(game === 'prisoners_dilemma' ? dilemma : (values[game] ?? 40));
      expect(solution.commitment!.join('')).toBe(commitments[game] ?? '00000');
      expect(solution.solver).toBe('memory-one-enumeration');
      expect(modelValue(iterated({ game }), solution, follower)).toBe(solution.value);
      const general = await solve(iterated({ game }), { follower, solver: 'enumeration' });
      expect([general.value, general.weakValue]).toEqual([solution.value, solution.weakValue]);
    }
  });

  it.each([
    ['time-aware', 33.5],
    ['stationary', 35],
  ] as const)(
    'prisoners_dilemma, stochastic, %s: %d, certified',
    async (follower, value) => {
      const game = iterated({ game: 'prisoners_dilemma' });
      const solution = await solve(game, { commitment: 'stochastic', follower });
      expect(Math.abs(solution.value - value)).toBeLessThan(1e-3);
      expect(solution.solver).toBe('memory-one-search');
      expect(solution.commitment).toHaveLength(5);
      for (const row of solution.commitment as number[][]) expect(row[0] + row[1]).toBe(1);
      const { upperBound } = solution.certificate as { upperBound: number };
      expect(upperBound).toBeCloseTo(value, 6);
      expect(upperBound).toBeGreaterThanOrEqual(solution.value - 1e-9);
    },
    20_000,
  );

  it('shift by horizon times the offset', async () => {
    for (const follower of ['time-aware', 'stationary'] as const) {
      const [raw, paper] = await Promise.all(
        [0, -2.5].map((rewardOffset) => solve(iterated({ rewardOffset }), { follower })),
      );
      expect(paper.value).toBeCloseTo(raw.value - 25, 12);
      expect(paper.followerValues.follower_0).toBeCloseTo(raw.followerValues.follower_0 - 25, 12);
      expect(paper.commitment).toEqual(raw.commitment);
    }
  });

  it.each(['none', 'small', 'full'])(
    'agree with the general solver at memory %s and a discount',
    async (memory) => {
      for (const follower of ['time-aware', 'stationary'] as const) {
        const game = iterated({
          game: 'prisoners_dilemma',
          memory,
          horizon: 4,
          discount: 0.75,
          rewardOffset: 1,
        });
        const special = await solve(game, { follower });
        const general = await solve(game, { follower, solver: 'enumeration' });
        expect(special.value).toBeCloseTo(general.value, 9);
        expect(special.weakValue).toBeCloseTo(general.weakValue!, 9);
        expect(modelValue(game, special, follower)).toBeCloseTo(special.value, 9);
      }
    },
  );

  it('of another shape are solved by enumeration', async () => {
    const game = iterated({
      leader: [
        [3, 0, 1],
        [5, 1, 0],
      ],
      follower: [
        [3, 5, 0],
        [0, 1, 2],
      ],
      memory: 'small',
      horizon: 3,
    });
    const solution = await solve(game);
    expect(solution.solver).toBe('enumeration');
    expect(solution.commitment).toHaveLength(4);
    expect(modelValue(game, solution, 'stationary')).toBe(solution.value);
  });
});

describe('any finite game', () => {
  it.each(['time-aware', 'stationary'] as const)(
    'has the best of all deterministic commitments: %s',
    async (memory) => {
      for (let seed = 0; seed < 8; seed++) {
        const game = new TableGame(
          randomRules(new Rng(seed), { start: 2, followerFirst: seed % 2 === 1, actions: [3, 2] }),
        );
        const model = new GameModel(game);
        const all = Array.from({ length: 9 }, (_, code) => [code % 3, Math.floor(code / 3)]);
        const value = (ties: 'leader' | 'against') =>
          Math.max(
            ...all.map((actions) => {
              const table = actions.map((a) => [0, 1, 2].map((k) => Number(k === a)));
              return bestResponse(model, table, { memory, ties }).leaderValue;
            }),
          );
        const solution = await solve(game, { follower: memory });
        expect(solution.value).toBeCloseTo(value('leader'), 12);
        expect(solution.weakValue).toBeCloseTo(value('against'), 12);
        for (const action of solution.commitment!) expect([2, 3, 4]).toContain(action);
        const shifted = { ...solution, commitment: (solution.commitment as number[]).map((a) => a - 2) };
        expect(modelValue(game, shifted, memory)).toBeCloseTo(solution.value, 12);
      }
    },
  );
});

it('takes an environment as well as a game', async () => {
  expect((await solve(make('NormalForm-v0', { name: 'paruchuri' }))).value).toBeCloseTo(11 / 3, 9);
  expect((await solve(new GameParallelEnv(iterated({ horizon: 1 })))).value).toBe(2);
});

describe('errors', () => {
  const game = iterated({});
  const cases: [string, () => Promise<unknown>, RegExp | string][] = [
    [
      'commitment',
      () => solve(game, { commitment: 'pure' as any }),
      'solve: commitment: expected one of deterministic, stochastic, mixed, got "pure".',
    ],
    [
      'follower',
      () => solve(game, { follower: 'greedy' as any }),
      'solve: follower: expected one of time-aware, stationary, myopic, quantal, subjective-quantal, got "greedy".',
    ],
    [
      'solver',
      () => solve(game, { solver: 'multiple-lp' }),
      /^solve: Unknown solver "multiple-lp"\. Did you mean "multiple-lps"\? Known: .*multiple-lps/,
    ],
    [
      'a solver of other games',
      () => solve(game, { solver: 'single-lp' }),
      'solve: single-lp does not solve IteratedMatrixGame against a stationary follower. Fitting solvers: memory-one-enumeration, enumeration.',
    ],
    [
      'a pure solver for a mixed problem',
      () => solve(normal({}), { solver: 'pure-enumeration' }),
      'solve: pure-enumeration does not solve NormalForm against a stationary follower. Fitting solvers: multiple-lps, single-lp, hyperplane-learner, harsanyi, dobss, enumeration.',
    ],
    [
      'no solver',
      () => solve(new TableGame(randomRules(new Rng(0))), { commitment: 'stochastic' }),
      'solve: no solver for stochastic commitments in TableGame against a stationary follower. Fitting solvers: none; grade a commitment against an oracle instead.',
    ],
    [
      'too many commitments',
      () =>
        solve(
          iterated({ leader: uniformMatrix(new Rng(0), 4, 3), follower: uniformMatrix(new Rng(1), 4, 3) }),
        ),
      'enumeration: expected at most 65536 deterministic commitments, got 4^13.',
    ],
    [
      'spaces',
      () => solve(new ContinuousGame()),
      'solve: no solver for ContinuousGame against a stationary follower. Fitting solvers: none; grade a commitment against an oracle instead.',
    ],
    [
      'options of a solver that has none',
      () => solve(makeGame('SecurityGame-v0'), { options: { seed: 1 } }),
      'origami: Unknown option "seed". Known: none.',
    ],
  ];
  it.each(cases)('name %s', async (_, call, message) => {
    const error = await call().then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(InvalidArgument);
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  it('the list of solvers has no name twice', () => {
    expect(new Set(solverNames).size).toBe(solverNames.length);
  });
});

it('refuses an enumeration that would not end in reasonable time, and options that do not exist', async () => {
  const big = makeGame('IteratedMatrixGame-v0', { game: 'rock_paper_scissors' });
  await expect(solve(big)).rejects.toThrow(
    /enumeration: expected at most 262144 pairs .*, got 3\^10 times 59049\./,
  );
  const typo = { comitment: 'deterministic' } as object;
  await expect(solve(makeGame('NormalForm-v0'), typo)).rejects.toThrow('Did you mean "commitment"?');
  await expect(
    evaluateCommitment(makeGame('NormalForm-v0'), [1, 0], { folower: 'time-aware' } as object),
  ).rejects.toThrow('Did you mean "follower"?');
});

it('says what the commitment was chosen among', async () => {
  expect((await solve(makeGame('NormalForm-v0'))).kind).toBe('stochastic');
  expect((await solve(makeGame('NormalForm-v0'), { commitment: 'deterministic' })).kind).toBe(
    'deterministic',
  );
});
