import { describe, expect, it } from '@jest/globals';
import {
  aecRules,
  type CheckOptions,
  type CheckReport,
  checkAecEnv,
  checkEnv,
  checkParallelEnv,
  checkParallelVectorEnv,
  checkVectorEnv,
  envRules,
  parallelRules,
  parallelVectorRules,
  type Rule,
  vectorRules,
} from '../../../gymnasium/checkers/index.js';
import { CheckFailed } from '../../../gymnasium/error.js';
import { type AutoresetMode, autoresetModes } from '../../../gymnasium/vector.js';
import { aecMutants } from './aec-mutants.js';
import { envMutants } from './env-mutants.js';
import { goodAec, goodEnv, goodParallel, goodParallelVector, goodVector, noisyTwin } from './good-envs.js';
import { parallelVectorMutants, vectorMutants } from './lane-mutants.js';
import type { Mutant } from './mutants.js';
import { parallelMutants } from './parallel-mutants.js';

type Check = (source: any, options?: CheckOptions) => CheckReport;
type Kind = [name: string, rules: readonly Rule<any>[], check: Check, mutants: readonly Mutant<any>[]];

const withTwin: Check = (source, options) => checkVectorEnv(source, { ...options, twin: goodEnv });
const withNoisyTwin: Check = (source, options) =>
  checkParallelVectorEnv(source, { ...options, twin: noisyTwin });

const kinds: Kind[] = [
  ['checkEnv', envRules, checkEnv, envMutants],
  ['checkParallelEnv', parallelRules, checkParallelEnv, parallelMutants],
  ['checkAecEnv', aecRules, checkAecEnv, aecMutants],
  ['checkVectorEnv', vectorRules, withTwin, vectorMutants],
  ['checkParallelVectorEnv', parallelVectorRules, withNoisyTwin, parallelVectorMutants],
];

describe.each(kinds)('%s', (_name, rules, check, mutants) => {
  it('has a mutant for every rule, and a name of its own for each', () => {
    const names = rules.map(({ name }) => name);
    expect(names.filter((name) => !mutants.some(({ rule }) => rule === name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(mutants.map((mutant) => [mutant.rule, mutant.says, mutant] as const))(
    '"%s" finds %s',
    (rule, says, { build }) => {
      const error = thrownBy(() => check(build));
      expect(error).toBeInstanceOf(CheckFailed);
      expect(error.message).toContain(`not so: "${rule}". `);
      expect(error.message).toMatch(says);
      expect(error.message).toMatch(/[.?!]$/);
    },
  );
});

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected the check to fail, but it passed.');
}

const modeRules = (report: CheckReport) =>
  report.skipped.filter((rule) => !/^(NextStep|SameStep|Disabled):/.test(rule));

describe('environments that keep the rules', () => {
  const good: [string, Check, any][] = [
    ['Env', checkEnv, goodEnv],
    ['ParallelEnv', checkParallelEnv, goodParallel],
    ['AecEnv', checkAecEnv, goodAec],
    ...autoresetModes.flatMap((mode: AutoresetMode): [string, Check, any][] => [
      [`VectorEnv, ${mode}`, withTwin, goodVector(mode)],
      [`ParallelVectorEnv, ${mode}`, withNoisyTwin, goodParallelVector(mode)],
    ]),
  ];

  it.each(good)('%s passes every rule', (_name, check, build) => {
    const report = check(build, { collect: true });
    expect(report.failures).toEqual([]);
    expect(modeRules(report)).toEqual([]);
    expect(check(build)).toEqual(report);
  });
});
