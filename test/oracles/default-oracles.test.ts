import { describe, expect, it } from '@jest/globals';
import { gameDefinitions, makeGame } from '../../envs/index.js';
import { InvalidArgument, NameNotFound } from '../../gymnasium/error.js';
import { defaultOracle, oracles, prepareOracle } from '../../oracles/names.js';
import { StackelbergWrapper } from '../../wrappers/index.js';
import { playOuterEpisode } from '../wrappers/outer-play.js';

const cases = [...gameDefinitions()].flatMap(([id, { presets }]) =>
  Object.entries({ defaults: {}, ...presets }).map(([preset, parameters]) => ({ id, preset, parameters })),
);

describe('the followers that a leader meets unless it names others', () => {
  it.each(cases)(
    'of $id, $preset, can be built and play three outer episodes',
    async ({ id, parameters }) => {
      const { name, options } = defaultOracle(id, parameters);
      const game = makeGame(id, parameters);
      const { oracle, preTrainingSteps } = await prepareOracle(name, game, options, 0);
      expect(preTrainingSteps).toBe(0);
      const outer = new StackelbergWrapper(game, { oracle });
      for (const seed of [0, 1, 2]) {
        const { total, steps } = playOuterEpisode(outer, seed);
        expect(Number.isFinite(total)).toBe(true);
        expect(steps).toBeLessThanOrEqual(50_030);
      }
    },
  );

  it('are oracles by name', () => {
    for (const { id, parameters } of cases)
      expect(Object.keys(oracles)).toContain(defaultOracle(id, parameters).name);
  });

  it('are the exact best response where the game does not say', () => {
    expect(defaultOracle('NormalForm-v0')).toEqual({ name: 'exact-best-response', options: {} });
    expect(defaultOracle('StackelbergRouting-v0')).toEqual({ name: 'wardrop-response', options: {} });
  });

  it('may depend on the parameters', () => {
    const scheduling = (parameters?: object) => defaultOracle('UnrelatedScheduling-v0', parameters);
    expect(scheduling()).toEqual({ name: 'multiplicative-weights', options: { form: 'sampled' } });
    expect(scheduling({ reports: 'row' })).toEqual({ name: 'truthful', options: {} });
  });

  it('need a known game and parameters that it has', () => {
    expect(() => defaultOracle('NormalForm-v1')).toThrow(NameNotFound);
    expect(() => defaultOracle('UnrelatedScheduling-v0', { report: 'row' })).toThrow(InvalidArgument);
  });
});

describe('truthful', () => {
  it('reports what each machine sees', async () => {
    const times = [
      [1, 3],
      [2, 1],
    ];
    const game = makeGame('UnrelatedScheduling-v0', { reports: 'row', times });
    const { oracle } = await prepareOracle('truthful', game, {}, 0);
    const outer = new StackelbergWrapper(game, { oracle });
    outer.reset({ seed: 0 });
    const { length } = outer.actionSpace.sample();
    expect(outer.step(new Float64Array(length).fill(1)).reward).toBe(-1);
  });

  it('refuses a game whose observations are no reports', async () => {
    await expect(prepareOracle('truthful', makeGame('NormalForm-v0'), {}, 0)).rejects.toThrow(
      InvalidArgument,
    );
  });
});

describe('an oracle by name', () => {
  /** Those that take no game of this kind look at their options first. */
  const games: Readonly<Record<string, [string, object?]>> = {
    truthful: ['UnrelatedScheduling-v0', { reports: 'row' }],
  };
  const quick: Readonly<Record<string, object>> = {
    'contextual-policy': { steps: 2000, samplesPerQuery: 1, answers: 'action' },
  };

  it.each(Object.entries(oracles))(
    '%s knows the options that it declares with their defaults, and no others',
    async (name, { options = {} }) => {
      const game = makeGame(...(games[name] ?? ['IteratedMatrixGame-v0']));
      const prepare = (given: object) => prepareOracle(name, game, given, 0);
      const known = Object.keys(options).join(', ') || 'none';
      await expect(prepare({ sede: 1 })).rejects.toThrow(
        new RegExp(`^${name}: Unknown option "sede"\\..* Known: ${known}\\.$`),
      );
      for (const option of Object.keys(options))
        await expect(prepare({ [option]: '?' })).rejects.toThrow(
          new RegExp(`\\b${option}: (expected|Unknown)`),
        );
      const defaults = Object.entries(options).flatMap(([option, note]) =>
        note.default === undefined ? [] : [[option, note.default]],
      );
      const more = quick[name];
      // Numbers of steps of one and the other show what they learned.
      expect(JSON.stringify(await prepare({ ...Object.fromEntries(defaults), ...more }))).toBe(
        JSON.stringify(await prepare({ ...more })),
      );
    },
  );
});
