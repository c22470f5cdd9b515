import { describe, expect, it } from '@jest/globals';
import '../../envs/index.js';
import { createGame, gameDefinition, gameDefinitions } from '../../envs/core/definition.js';
import { NoExactValue } from '../../envs/core/enumerating-rng.js';
import type { MarkovGame } from '../../envs/core/markov-game.js';
import { FixedPolicy } from '../../oracles/fixed-policy.js';
import { defaultOracle, prepareOracle } from '../../oracles/names.js';
import { catalogue, solverNames } from '../../solvers/catalogue.js';
import { type EvaluateOptions, evaluateCommitment } from '../../solvers/evaluate.js';
import { type FollowerInput, followerModel } from '../../solvers/follower-model.js';
import { solve } from '../../solvers/solve.js';
import { leaderReturn, type Solver, type Task } from '../../solvers/solver.js';

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

/** Games, or presets, whose commitments have no exact value: an oracle responds. */
const inexact = [
  'StructuredHierarchicalGame-v0',
  'UnrelatedScheduling-v0 default',
  'UnrelatedScheduling-v0 drawn',
  'UnrelatedScheduling-v0 rows',
];

/** Games in which a follower that remembers more does not do better, and is computed much faster. */
const timeAware = ['BanditRLGame-v0'];

function fittingSolvers(game: MarkovGame): string[] {
  return catalogue.filter((solver) => tasks.some((task) => solver.fits(game, task))).map(({ name }) => name);
}

/** A preset that the solver fits, and how. */
function firstFitting(solver: Solver): [MarkovGame, Task] {
  for (const [, , make] of presets) {
    const game = make();
    const task = tasks.find((one) => solver.fits(game, one));
    if (task !== undefined) return [game, task];
  }
  throw new Error(`${solver.name} fits nothing`);
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
    const ties = answer.tieBreaking ?? 'leader';
    const oracle = responses[`${id} ${preset}`];
    const options: EvaluateOptions = { follower, optimum: null, ties, oracle, episodes: 4000 };
    const evaluate = () => evaluateCommitment(game, answer.commitment, options);
    if (answer.commitment === null) {
      // It has more observations than are listed; the solver's own test plays it.
      expect(id).toBe('SequentialPriceMechanism-v0');
      return expect(evaluate()).rejects.toThrow('got null: a solution without a commitment states');
    }
    if (inexact.includes(id) || inexact.includes(`${id} ${preset}`)) {
      return expect(evaluate()).rejects.toThrow(NoExactValue);
    }
    const graded = await evaluate();
    const error = Math.abs(graded.value - leaderReturn(answer));
    const rounding = answer.status === 'optimal' ? 5e-10 : 1e-6 * Math.abs(answer.value);
    expect(error).toBeLessThanOrEqual(rounding + 4 * graded.standardError);
    if (answer.status !== 'optimal') return;
    for (const [follower, value] of Object.entries(answer.followerValues)) {
      expect(graded.followerValues[follower]).toBeCloseTo(value, 9);
    }
  });

  it.each(presets.filter(([id, preset]) => [id, `${id} ${preset}`].some((name) => inexact.includes(name))))(
    'answers for %s %s what is graded against an oracle that the evaluation names',
    async (id, preset, make) => {
      const game = make();
      const { commitment, value } = await solve(game);
      const refusal = await evaluateCommitment(game, commitment, { optimum: null }).catch(String);
      const name = /: grade against an oracle instead, such as ([a-z-]+)\.$/.exec(String(refusal))?.[1];
      const parameters = { ...(gameDefinition(id).presets[preset] as object) };
      const followers = defaultOracle(id, parameters);
      expect(name).toBe(followers.name);
      const { oracle } = await prepareOracle(followers.name, game, followers.options, 0);
      const graded = await evaluateCommitment(game, commitment, { optimum: null, oracle, episodes: 20 });
      expect(Number.isFinite(graded.value)).toBe(true);
      if (id !== 'StructuredHierarchicalGame-v0') return;
      expect(Math.abs(graded.value - value)).toBeLessThan(1e-6 * Math.abs(value));
    },
  );

  it('says what to take where a follower has too many policies', async () => {
    const definition = gameDefinition('BanditRLGame-v0');
    const game = createGame(definition, definition.presets['deterministic']);
    const { value, commitment } = await solve(game);
    const evaluate = (options: object) => evaluateCommitment(game, commitment, { optimum: null, ...options });
    await expect(evaluate({})).rejects.toThrow('2^28: respond by a time-aware one instead.');
    expect((await evaluate({ follower: 'time-aware' })).value).toBeCloseTo(value, 12);
  });

  it.each(catalogue)(
    'knows the options that $name declares with their defaults, and no others',
    async (solver) => {
      const { name, options = {} } = solver;
      const [game, { commitment, follower }] = firstFitting(solver);
      const solveWith = (given?: object) =>
        solve(game, { commitment, follower, solver: name, options: given && { ...given } });
      const known = Object.keys(options).join(', ') || 'none';
      await expect(solveWith({ sede: 1 })).rejects.toThrow(
        new RegExp(`^${name}: Unknown option "sede"\\..* Known: ${known}\\.$`),
      );
      for (const option of Object.keys(options))
        await expect(solveWith({ [option]: {} })).rejects.toThrow(new RegExp(`\\b${option}: expected`));
      const defaults = Object.entries(options).flatMap(([option, note]) =>
        note.default === undefined ? [] : [[option, note.default]],
      );
      if (defaults.length > 0)
        expect(await solveWith(Object.fromEntries(defaults))).toEqual(await solveWith());
    },
  );

  it.each(Object.keys(refused))('says why the default solver does not answer for %s', async (name) => {
    const [, , make] = presets.find(([id, preset]) => `${id} ${preset}` === name)!;
    await expect(solve(make())).rejects.toThrow(/^enumeration: expected at most/);
  });
});
