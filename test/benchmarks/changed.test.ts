import { describe, expect, it } from '@jest/globals';
import { changedExperiment } from '../../benchmarks/changed.js';
import type { Cell, Experiment } from '../../benchmarks/experiment.js';

const cell = (gameName: string, parameters: Cell['parameters'], budget: Cell['budget']): Cell => ({
  game: 'BertrandPlatform-v0',
  gameName,
  parameters,
  leader: 'none',
  oracle: 'q-sellers',
  leaderOptions: {},
  oracleOptions: {},
  budget,
});

const experiment: Experiment = {
  id: 'prices',
  title: 'Prices',
  description: 'Two cells.',
  cells: [cell('no rule', {}, {}), cell('pdp', { rule: 'pdp', sizes: [1, 2] }, { steps: 7, starts: 1 })],
  seeds: 1,
  run: () => {
    throw new Error('never run');
  },
};
const names = (parameters: Cell['parameters']) =>
  changedExperiment(experiment, parameters, undefined).cells.map(({ gameName }) => gameName);

describe('a changed experiment', () => {
  it('is the same without changes', () => {
    expect(changedExperiment(experiment, {}, undefined)).toEqual(experiment);
  });

  it('tells in the names what is not their own', () => {
    expect(names({ rule: 'pdp' })).toEqual(['no rule (rule=pdp)', 'pdp']);
    expect(names({ rule: 'none', levels: 4 })).toEqual([
      'no rule (rule=none, levels=4)',
      'pdp (rule=none, levels=4)',
    ]);
    expect(names({ sizes: [1, 2] })).toEqual(['no rule (sizes=[1,2])', 'pdp']);
    const long = Array.from({ length: 100 }, (_, k) => k);
    expect(names({ sizes: long })[0]).toBe('no rule (sizes=[0,1,2,3,4,5,6,7,8,9,...)');
    const changed = changedExperiment(experiment, { rule: 'dpdp' }, undefined).cells;
    expect(changed.map(({ parameters }) => parameters)).toEqual([
      { rule: 'dpdp' },
      { rule: 'dpdp', sizes: [1, 2] },
    ]);
  });

  it('has other steps where cells have a budget of them', () => {
    const { cells } = changedExperiment(experiment, {}, 3);
    expect(cells.map(({ budget }) => budget)).toEqual([{}, { steps: 3, starts: 1 }]);
    const without = { ...experiment, cells: experiment.cells.slice(0, 1) };
    expect(() => changedExperiment(without, {}, 3)).toThrow(
      '--steps: expected an experiment whose cells have a budget of steps, got "prices".',
    );
  });
});
