import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckFailed } from '../../../gymnasium/error.js';
import { logger } from '../../../gymnasium/logger.js';
import { PassiveEnvChecker } from '../../../gymnasium/wrappers/passive-env-checker.js';
import { stepResult, TestingEnv, type TestingEnvOptions } from '../testing-env.js';

let warnings: string[];
const warn = logger.warn;
const check = (parts: TestingEnvOptions) => new PassiveEnvChecker(new TestingEnv(parts));

beforeEach(() => {
  warnings = [];
  logger.warn = (message) => warnings.push(message);
});

afterEach(() => {
  logger.warn = warn;
});

describe('PassiveEnvChecker', () => {
  it('says nothing of a good environment and changes nothing', () => {
    const result = stepResult({ observation: 3, reward: 1.5, info: { a: 1 } });
    const env = check({ step: () => result, renderMode: 'ansi', render: () => 'frame' });
    env.reset({ seed: 4 });
    expect(env.step(1)).toBe(result);
    expect(env.render()).toBe('frame');
    expect(env.rngSeed).toBe(4);
    expect(warnings).toEqual([]);
  });

  it.each(['observationSpace', 'actionSpace'] as const)('needs %s to be a Space', (name) => {
    expect(() => check({ [name]: { n: 3 } as any })).toThrow(CheckFailed);
    expect(() => check({ [name]: { n: 3 } as any })).toThrow(`expected ${name} to be a Space, got {"n":3}`);
  });

  it.each<[string, unknown, RegExp]>([
    ['a bare observation', 0, /an object with observation, info, got 0/],
    ['no info', { observation: 0 }, /an object with observation, info/],
    ['a string', 'start', /got "start"/],
    ['an info that is a list', { observation: 0, info: [] }, /info to be an object, got \[\]/],
  ])('refuses a reset that returns %s', (_name, result, message) => {
    const env = check({ reset: () => result });
    expect(() => env.reset()).toThrow(message);
  });

  it('refuses a step without all five fields, or without an info', () => {
    const { truncated: _truncated, ...four } = stepResult({});
    expect(() => check({ step: () => four }).step(0)).toThrow(
      /observation, reward, terminated, truncated, info/,
    );
    expect(() => check({ step: () => stepResult({ info: null as any }) }).step(0)).toThrow(/got null/);
  });

  it.each<[string, object, RegExp]>([
    ['an observation outside the space', { observation: 100 }, /an observation in Discrete\(100\), got 100/],
    ['a reward that is NaN', { reward: Number.NaN }, /finite number, got NaN/],
    ['a reward that is infinite', { reward: Infinity }, /finite number, got Infinity/],
    ['a reward that is no number', { reward: '1' }, /finite number, got "1"/],
    ['a flag that is a number', { terminated: 0 }, /terminated to be a boolean, got 0/],
    ['the other flag', { truncated: null }, /truncated to be a boolean, got null/],
  ])('warns once of %s', (_name, parts, message) => {
    const env = check({ step: () => stepResult(parts) });
    env.step(0);
    env.step(0);
    expect(warnings).toEqual([expect.stringMatching(message)]);
  });

  it('warns once of a reset observation outside the space', () => {
    const env = check({ reset: () => ({ observation: -1, info: {} }) });
    env.reset();
    env.reset();
    expect(warnings).toEqual(['reset: expected an observation in Discrete(100), got -1.']);
  });

  it('checks the render modes and the frame once', () => {
    expect(() => check({ renderMode: 'svg' }).render()).toThrow(/renderMode to be one of ansi, got "svg"/);
    for (const env of [
      check({ metadata: { renderModes: 'ansi' as any } }),
      check({ metadata: { renderModes: [], renderFps: 0 } }),
      check({ render: () => 5 }),
    ]) {
      env.render();
      env.render();
    }
    expect(warnings).toEqual([
      expect.stringContaining('array of strings'),
      expect.stringContaining('positive number, got 0'),
      expect.stringContaining('a string or null, got 5'),
    ]);
  });
});
