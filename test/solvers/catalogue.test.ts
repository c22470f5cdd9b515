import { describe, expect, it } from '@jest/globals';
import '../../envs/index.js';
import { createGame, gameDefinitions } from '../../envs/core/definition.js';
import type { MarkovGame } from '../../envs/core/markov-game.js';
import { FixedPolicy } from '../../oracles/fixed-policy.js';
import { catalogue, solverNames } from '../../solvers/catalogue.js';
import { type EvaluateOptions, evaluateCommitment } from '../../solvers/evaluate.js';
import { type FollowerInput, followerModel } from '../../solvers/follower-model.js';
import { solve } from '../../solvers/solve.js';
import { leaderReturn, type Task } from '../../solvers/solver.js';

const followers: readonly FollowerInput[] = [
  'stationary',
  'time-aware',
  'myopic',
  'quantal',
  'subjective-quantal',
];
const kinds = [undefined, 'deterministic', 'stochastic'] as const;

const tasks: readonly Task[] = followers.flatMap((follower) =>
  kinds.map((commitment) => ({
    commitment,
    follower: followerModel('test', follower),
    certify: false,
    options: {},
  })),
);

const presets = [...gameDefinitions().values()].flatMap((definition) =>
  Object.entries({ default: {}, ...definition.presets }).map(
    ([preset, parameters]) =>
      [definition.id, preset, (): MarkovGame => createGame(definition, parameters)] as const,
  ),
);

const ruleOfItsOwn =
  'its leader has nothing to choose, and its sellers are learners: benchmarks measure them';

/** Games, or presets of games, that no solver fits, and why. */
const unsolved: Readonly<Record<string, string>> = {
  'GreenSecurity-v0': 'its histories are too many for a table: benchmarks learn in it by double oracle',
  'BertrandPlatform-v0 default': ruleOfItsOwn,
  'BertrandPlatform-v0 pdp': ruleOfItsOwn,
  'BertrandPlatform-v0 dpdp': ruleOfItsOwn,
  'BertrandPlatform-v0 calvano': ruleOfItsOwn,
};
const isUnsolved = (id: string, preset: string) => id in unsolved || `${id} ${preset}` in unsolved;

/** Presets that take seconds, or repeat another. */
const slow = ['MultiFollower-v0 default', 'BanditRLGame-v0 default'];

/** Presets that the default solver refuses for their size; another solver by name answers. */
const refused: Readonly<Record<string, string>> = {
  'FiniteMarkovGame-v0 inspection': 'feedback-backward-induction',
};

/** Presets that no view enumerates, with the followers that the solver says are best responses to its commitment. */
const responses: Readonly<Record<string, FixedPolicy>> = {
  'BertrandPlatform-v0 reactive': new FixedPolicy({ follower_0: () => 0, follower_1: () => 0 }),
};

/** Games in which a follower that remembers more does not do better, and is computed much faster. */
const timeAware = ['BanditRLGame-v0'];

function fittingSolvers(game: MarkovGame): string[] {
  return catalogue.filter((solver) => tasks.some((task) => solver.fits(game, task))).map(({ name }) => name);
}

describe('the catalogue', () => {
  it('has solvers of different names, each with a summary in one line', () => {
    expect(new Set(solverNames).size).toBe(catalogue.length);
    for (const { name, summary } of catalogue) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(summary).toMatch(/^\S.{10,118}\S$/);
    }
  });

  it('has a solver for every game, or says why not', () => {
    for (const [id, preset, make] of presets) {
      const fitting = fittingSolvers(make()).length > 0;
      expect([id, preset, fitting]).toEqual([id, preset, !isUnsolved(id, preset)]);
    }
  });

  it('uses every solver in some preset', () => {
    const used = new Set(presets.flatMap(([, , make]) => fittingSolvers(make())));
    expect(solverNames.filter((name) => !used.has(name))).toEqual([]);
  });

  it.each(presets)('says within 50 ms which solvers fit %s %s', (_id, _preset, make) => {
    const game = make();
    const times = [game, game.twin()].map((fresh) => {
      const started = performance.now();
      fittingSolvers(fresh);
      return performance.now() - started;
    });
    // Of two copies the faster counts, so that a pause of the machine is not taken for a slow solver.
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe('solve', () => {
  const tried = presets.filter(
    ([id, preset]) => !isUnsolved(id, preset) && !slow.includes(`${id} ${preset}`),
  );

  it.each(tried)('answers for %s %s what evaluation confirms', async (id, preset, make) => {
    const game = make();
    const follower = timeAware.includes(id) ? 'time-aware' : 'stationary';
    const answer = await solve(game, { follower, solver: refused[`${id} ${preset}`] });
    expect(Number.isFinite(answer.value)).toBe(true);
    expect(Object.keys(answer.followerValues).sort()).toEqual(
      game.followerIndices.map((k) => game.agents[k].id).sort(),
    );
    expect(Object.values(answer.followerValues).every(Number.isFinite)).toBe(true);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    if (answer.status !== 'optimal' || id === 'StructuredHierarchicalGame-v0') return;
    // It has more observations than are listed; the solver's own test plays it.
    if (answer.commitment.length === 0) return expect(id).toBe('SequentialPriceMechanism-v0');
    const ties = answer.tieBreaking ?? 'leader';
    const oracle = responses[`${id} ${preset}`];
    const options: EvaluateOptions = { follower, optimum: null, ties, oracle, episodes: 4000 };
    const graded = await evaluateCommitment(game, answer.commitment, options);
    const error = Math.abs(graded.value - leaderReturn(answer));
    expect(error).toBeLessThan(5e-10 + 4 * graded.standardError);
    for (const [follower, value] of Object.entries(answer.followerValues)) {
      expect(graded.followerValues[follower]).toBeCloseTo(value, 9);
    }
  });

  it.each(solverNames)('refuses an option that %s does not have', async (solver) => {
    for (const [, , make] of presets) {
      const game = make();
      const fitting = tasks.find((task) => catalogue.find(({ name }) => name === solver)!.fits(game, task));
      if (fitting === undefined) continue;
      const { commitment, follower } = fitting;
      await expect(solve(game, { commitment, follower, solver, options: { sede: 1 } })).rejects.toThrow(
        /: Unknown option "sede"\./,
      );
      return;
    }
  });

  it.each(Object.keys(refused))('says why the default solver does not answer for %s', async (name) => {
    const [, , make] = presets.find(([id, preset]) => `${id} ${preset}` === name)!;
    await expect(solve(make())).rejects.toThrow(/^enumeration: expected at most/);
  });
});
