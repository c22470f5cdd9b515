import { describe, expect, it } from '@jest/globals';
import {
  type CheckReport,
  checkAecEnv,
  checkEnv,
  checkParallelEnv,
  checkParallelVectorEnv,
  checkVectorEnv,
} from '../../../gymnasium/checkers/index.js';
import { autoresetModes } from '../../../gymnasium/vector.js';
import {
  goodAec,
  goodEnv,
  goodParallel,
  goodParallelVector,
  goodVector,
  noisyTwin,
} from './good-envs.js';

const collect = { collect: true };
const failures = (report: CheckReport) => report.failures.map(({ error }) => error.message);

describe('good', () => {
  it('x', () => {
    expect(failures(checkEnv(goodEnv, collect))).toEqual([]);
    expect(failures(checkParallelEnv(goodParallel, collect))).toEqual([]);
    expect(failures(checkAecEnv(goodAec, collect))).toEqual([]);
  });
  it.each(autoresetModes)('%s', (mode) => {
    expect(failures(checkVectorEnv(goodVector(mode), { ...collect, twin: () => goodEnv() }))).toEqual([]);
    expect(failures(checkParallelVectorEnv(goodParallelVector(mode), { ...collect, twin: noisyTwin }))).toEqual([]);
  });
});
