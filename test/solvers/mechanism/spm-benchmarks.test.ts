import { describe, expect, it } from '@jest/globals';
import { EnumeratingRng } from '../../../envs/core/enumerating-rng.js';
import { firstBest, largestMinimum } from '../../../envs/mechanism/spm-first-best.js';
import { spmSetting } from '../../../envs/mechanism/spm-settings.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { type SpmStrategy, spmBenchmark } from '../../../solvers/mechanism/spm.js';
import {
  bestPriceSequence,
  correlatedProblem,
  finiteExchangeable,
} from '../../../solvers/mechanism/spm-exchangeable.js';
import { sampledMean } from '../../../solvers/mechanism/spm-search.js';
import { finiteProblem, type ValueOutcome } from '../../../solvers/mechanism/spm-worlds.js';

const welfare = (name: string, strategy: SpmStrategy, options: object = {}) =>
  spmBenchmark(spmSetting(name, options), 'welfare', strategy);

describe('exact benchmarks of sequential price mechanisms', () => {
  it.each<[string, SpmStrategy, number]>([
    ['two-worlds', 'first-best', 0.699658],
    ['two-worlds', 'optimum', 0.692188],
    ['two-worlds', 'psp', 0.692188],
    ['two-worlds', 'asp', 0.599805],
    ['two-worlds', 'rsd', 0.525],
    ['inventory', 'first-best', 9.559507],
    ['inventory', 'optimum', 9.559507],
    ['inventory', 'psp', 9.354912],
    ['inventory', 'rsd', 7.5],
    ['kitchen-sink', 'optimum', 1.3096],
    ['id', 'optimum', 92.953125],
    ['colors', 'first-best', 30],
    ['colors', 'optimum', 30],
    ['colors', 'psp', 30],
    ['colors', 'asp', 30],
  ])('%s: %s is %f', (setting, strategy, value) => {
    const result = welfare(setting, strategy);
    expect(result.proof).toBe('exact');
    expect(Math.abs(result.value - value)).toBeLessThan(1e-6);
  });

  it('orders the classes of mechanisms, strictly where adapting pays', () => {
    for (const name of ['two-worlds', 'inventory', 'kitchen-sink', 'id']) {
      const of = (strategy: SpmStrategy) => welfare(name, strategy).value;
      const [best, optimum, asp, rsd] = [of('first-best'), of('optimum'), of('asp'), of('rsd')];
      const psp = name === 'inventory' ? 9.354911804 : of('psp');
      expect(best).toBeGreaterThan(optimum - 1e-9);
      expect(optimum - psp).toBeGreaterThan(name === 'two-worlds' ? -1e-9 : 0.1);
      expect(psp - asp).toBeGreaterThan(name === 'kitchen-sink' ? -1e-9 : 0.05);
      expect(asp - rsd).toBeGreaterThan(0.05);
    }
  });

  it('the static prices of Inventory are 17 times high, then free; of Two Worlds high, low and free', () => {
    const problem = finiteExchangeable(finiteProblem(spmSetting('inventory'), 'welfare')!)!;
    const { value, prices } = bestPriceSequence(problem);
    expect(prices).toEqual([...new Array(17).fill(0.75), 0, 0, 0]);
    expect(value).toBeCloseTo(9.354912, 6);
    const counts = (of: number[][], price: number) => of.filter(([p]) => p === price).length;
    const sequence = welfare('two-worlds', 'psp').mechanism!.prices as number[][];
    expect([0.8, 0.25, 0].map((price) => counts(sequence, price))).toEqual([5, 4, 1]);
  });

  it.each([
    [0, 4.286, 4.06, 3.977],
    [0.25, 3.838, 3.58, 3.491],
    [0.33, 3.695, 3.4, 3.295],
    [0.5, 3.392, 3.01, 2.862],
  ])('correlated values with delta %f', (delta, best, psp, asp) => {
    const of = (strategy: SpmStrategy) => welfare('correlated', strategy, { delta });
    const [first, personal, anonymous] = [of('first-best').value, of('psp'), of('asp').value];
    expect(Math.abs(first - best)).toBeLessThan(0.004);
    expect(personal.proof).toBe('search');
    expect(Math.abs(personal.value - psp)).toBeLessThan(0.005);
    expect(personal.value).toBeLessThan(first);
    expect(Math.abs(anonymous - asp)).toBeLessThan(0.005);
    expect(anonymous).toBeGreaterThan(asp - 0.0005);
    expect(of('rsd').value).toBeCloseTo(2.5, 9);
  });

  it('independent values: backward induction beats static prices, which do not reach the first best', () => {
    const { value, proof } = welfare('correlated', 'optimum', { delta: 0 });
    expect(proof).toBe('exact');
    expect(value).toBeGreaterThan(welfare('correlated', 'psp', { delta: 0 }).value + 0.05);
    expect(value).toBeLessThan(90 / 21);
    // One unit, two buyers: the first at 1/2, E = 1/2 * 3/4 + 1/2 * 1/2.
    expect(welfare('correlated', 'optimum', { delta: 0, agents: 2, items: 1 }).value).toBeCloseTo(0.625, 12);
    const revenue = spmBenchmark(
      spmSetting('revenue', { delta: 0, agents: 1, items: 1 }),
      'revenue',
      'optimum',
    );
    expect(revenue.value).toBeCloseTo(0.25, 12);
  });

  it('additive kinds are worth the sum of the kinds', () => {
    const of = (strategy: SpmStrategy) => welfare('additive-across-types', strategy).value;
    expect(of('first-best')).toBeCloseTo(43 / 11, 9);
    expect(of('rsd')).toBeCloseTo(3, 9);
    const kinds = [2, 4].map((items) => welfare('correlated', 'psp', { agents: 10, items }).value);
    const [psp, asp] = [of('psp'), of('asp')];
    expect(psp).toBeCloseTo(kinds[0] + kinds[1], 6);
    expect(psp).toBeGreaterThan(asp);
    expect(asp).toBeGreaterThan(3);
  });

  it('revenue is at most welfare, and random free service brings none', () => {
    const of = (strategy: SpmStrategy) => spmBenchmark(spmSetting('revenue'), 'revenue', strategy).value;
    const psp = of('psp');
    expect(psp).toBeGreaterThan(of('asp') + 0.1);
    expect(psp).toBeLessThan(welfare('correlated', 'asp').value);
    expect(of('rsd')).toBe(0);
  });

  it('max-min fairness: adapting guarantees 0.4, static mechanisms found have at most 0.25', () => {
    const of = (strategy: SpmStrategy) => spmBenchmark(spmSetting('max-min'), 'max-min', strategy);
    expect(of('optimum').value).toBeGreaterThan(0.4);
    expect(of('optimum').value).toBeLessThan(of('first-best').value);
    for (const strategy of ['psp', 'asp', 'rsd'] as const) {
      const { value, proof, standardError } = of(strategy);
      expect(proof).not.toBe('exact');
      expect(value - 3 * standardError!).toBeLessThan(0.25);
      expect(value).toBeGreaterThan(strategy === 'rsd' ? 0.05 : 0.2);
    }
  });

  it('random serial dictatorship in Colors', () => {
    const { value, standardError } = welfare('colors', 'rsd');
    expect(Math.abs(value - 26.02)).toBeLessThan(4 * standardError! + 0.02);
  });

  it.each(['two-worlds', 'inventory', 'kitchen-sink', 'id', 'colors', 'correlated', 'additive-across-types'])(
    'the expected first best of %s is the mean over draws',
    (name) => {
      const setting = spmSetting(name);
      const { value, standardError } = sampledMean(setting, (values) => firstBest(setting, values), 3);
      expect(Math.abs(value - welfare(name, 'first-best').value)).toBeLessThan(4 * standardError + 1e-9);
    },
  );

  it('the expected first best of max-min is the mean over draws', () => {
    const setting = spmSetting('max-min');
    const { value, standardError } = sampledMean(setting, (values) => largestMinimum(setting, values), 3);
    const exact = spmBenchmark(setting, 'max-min', 'first-best').value;
    expect(Math.abs(value - exact)).toBeLessThan(4 * standardError);
  });

  it.each([
    ['two-worlds', { agents: 3 }],
    ['inventory', { agents: 3, items: 1 }],
    ['kitchen-sink', {}],
    ['id', {}],
  ])('the worlds of %s are what the setting draws', (name, options) => {
    const setting = spmSetting(name, options);
    const size = setting.agents * setting.units.length;
    const drawn = new Map<string, number>();
    const rng = new EnumeratingRng();
    const values = new Float64Array(size);
    const add = (map: Map<string, number>, key: string, p: number) => map.set(key, (map.get(key) ?? 0) + p);
    rng.enumerate((probability) => {
      setting.draw(rng, values, 0);
      add(drawn, values.join(), probability());
    });
    const stated = new Map<string, number>();
    for (const world of finiteProblem(setting, 'welfare')!.worlds) {
      const outcomes = (row: number[]): readonly ValueOutcome[] =>
        world.agents[row.length / setting.units.length];
      const go = (row: number[], p: number): void => {
        if (row.length === size) add(stated, row.join(), p);
        else for (const { values: own, probability } of outcomes(row)) go([...row, ...own], p * probability);
      };
      go([], world.probability);
    }
    expect([...stated.keys()].sort()).toEqual([...drawn.keys()].sort());
    for (const [key, p] of stated) expect(p).toBeCloseTo(drawn.get(key)!, 12);
  });

  it('says where no optimum is known', () => {
    const find = () => welfare('correlated', 'optimum', { delta: 0.25 });
    expect(find).toThrow(InvalidArgument);
    expect(find).toThrow(
      'spm: strategy: expected psp, asp, rsd or first-best for welfare in the setting correlated with delta 0.25, of which no optimum is known, got optimum.',
    );
  });

  it('keeps its worlds few in large settings', () => {
    const problem = correlatedProblem({ agents: 1000, delta: 0.5 }, 1000, 'welfare');
    expect(problem.worlds.length).toBeLessThan(20);
    expect(spmBenchmark(spmSetting('inventory', { agents: 60, items: 30 }), 'welfare', 'psp')).toMatchObject({
      proof: 'search',
    });
  });
});
