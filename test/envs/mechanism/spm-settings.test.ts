import { describe, expect, it } from '@jest/globals';
import { EnumeratingRng } from '../../../envs/core/enumerating-rng.js';
import {
  type SpmSetting,
  type SpmSettingOptions,
  spmSetting,
  spmSettings,
} from '../../../envs/mechanism/spm-settings.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';

const samples = 20_000;

/** Draws of a setting: agent i's value of kind k at `i * kinds + k`. */
function draws(setting: SpmSetting, count = samples): Float64Array[] {
  const rng = new Rng(11);
  const size = setting.agents * setting.units.length;
  return Array.from({ length: count }, () => {
    const values = new Float64Array(size + 2).fill(-1);
    setting.draw(rng, values, 1);
    if (values[0] !== -1 || values[size + 1] !== -1) throw new Error('wrote outside its row');
    return values.slice(1, size + 1);
  });
}

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const share = (list: readonly Float64Array[], holds: (values: Float64Array) => boolean) =>
  mean(list.map((values) => (holds(values) ? 1 : 0)));
const variance = (list: readonly number[]) => mean(list.map((x) => x * x)) - mean(list) ** 2;

/** Every draw of a setting of finitely many, with its probability. */
function all(name: string): { values: number[]; probability: number }[] {
  const setting = spmSetting(name);
  const list: { values: number[]; probability: number }[] = [];
  const values = new Float64Array(setting.agents * setting.units.length);
  const rng = new EnumeratingRng();
  rng.enumerate((probability) => {
    setting.draw(rng, values, 0);
    list.push({ values: Array.from(values), probability: probability() });
  });
  return list;
}

describe('settings of sequential price mechanisms', () => {
  it.each(Object.keys(spmSettings))('%s: every value is from 0 to the largest, which is neared', (name) => {
    const setting = spmSetting(name);
    expect(setting.kindNames).toHaveLength(setting.units.length);
    const list = draws(setting, 2000);
    let largest = 0;
    for (const values of list) {
      expect(values.every((value) => value >= 0 && value <= setting.largestValue)).toBe(true);
      largest = Math.max(largest, ...values);
    }
    expect(largest).toBeGreaterThan(0.97 * setting.largestValue);
  });

  it('colors: who is blue wants red with one probability, drawn uniformly for all', () => {
    const list = draws(spmSetting('colors'));
    const blue = list.map((values) =>
      Array.from({ length: 10 }, (_, i) => [values[40 + 2 * i], values[41 + 2 * i]]),
    );
    expect(blue.every((all) => all.every(([a, b]) => (a === 2 && b === 0) || (a === 0 && b === 2)))).toBe(
      true,
    );
    const red = blue.map((all) => all.filter(([a]) => a === 2).length);
    // Uniform on 0, ..., 10: variance 10, where independent choices would give 2.5.
    expect(Math.abs(mean(red) - 5)).toBeLessThan(0.1);
    expect(Math.abs(variance(red) - 10)).toBeLessThan(0.3);
    const [first] = draws(spmSetting('colors'), 1);
    expect(Array.from(first.slice(0, 40))).toEqual([
      ...new Array(10).fill([1, 0]).flat(),
      ...new Array(10).fill([0, 1]).flat(),
    ]);
  });

  it('two worlds: all are rich or all are poor', () => {
    const list = draws(spmSetting('two-worlds'));
    const rich = (values: Float64Array) => values.every((v) => v === 0.6 || v === 1);
    expect(list.every((values) => rich(values) || values.every((v) => v === 0.1 || v === 0.4))).toBe(true);
    expect(Math.abs(share(list, rich) - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(mean(list.map((values) => mean([...values]))) - 0.525)).toBeLessThan(0.01);
    // First best, exactly: 0.69966.
    expect(Math.abs(mean(list.map((values) => Math.max(...values))) - 0.69966)).toBeLessThan(0.01);
  });

  it('inventory: independent values of 1/2 or 1', () => {
    const highs = draws(spmSetting('inventory')).map((values) => values.filter((v) => v === 1).length);
    expect(Math.abs(mean(highs) - 10)).toBeLessThan(0.1);
    expect(Math.abs(variance(highs) - 5)).toBeLessThan(0.25);
  });

  it('kitchen sink: two worlds of two outcomes each', () => {
    expect(all('kitchen-sink')).toEqual([
      { values: [0.01, 0, 0, 0, 0, 1, 0, 0, 5], probability: 0.1 },
      { values: [0.01, 0, 0, 0, 0, 1, 0, 0, 0.5], probability: 0.4 },
      { values: [0, 0.01, 0, 0, 0, 2, 0, 0, 0.499], probability: 0.1 },
      { values: [0, 0.01, 0, 0, 0, 0, 0, 0, 0.499], probability: 0.4 },
    ]);
  });

  it('id: the one buyer of the first three tells who may have 40', () => {
    const list = all('id');
    expect(list).toHaveLength(5 + 3 * 8);
    let firstBest = 0;
    for (const { values, probability } of list) {
      const first = values.slice(0, 3);
      const late = values.slice(3);
      expect(first.every((v) => v === 0 || v === 60)).toBe(true);
      if (first.filter((v) => v === 60).length !== 1) expect(late).toEqual([0, 0, 0]);
      else expect(late.every((v, i) => v === 0 || v === (first[i] === 60 ? 40 : 21))).toBe(true);
      const [a, b] = values.sort((x, y) => y - x);
      firstBest += probability * (a + b);
    }
    expect(firstBest).toBeCloseTo(92.953125, 10);
  });

  it.each<[string, SpmSettingOptions, number]>([
    ['correlated', { delta: 0 }, 0],
    ['correlated', { delta: 0.25 }, 0.25],
    ['correlated', {}, 0.5],
    ['revenue', {}, 0.5],
    ['correlated', { delta: 1 }, 1],
  ])('%s %j: bands of width 1 - delta around the same centre', (name, options, delta) => {
    const list = draws(spmSetting(name, options), 10_000);
    const spread = list.map((values) => Math.max(...values) - Math.min(...values));
    expect(Math.max(...spread)).toBeLessThanOrEqual(1 - delta);
    // The expected range of 20 uniform values is 19 / 21 of their band.
    expect(Math.abs(mean(spread) - ((1 - delta) * 19) / 21)).toBeLessThan(0.01);
    const [x, y] = [0, 7].map((i) => list.map((values) => values[i]));
    expect(Math.abs(mean(x) - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(variance(x) - (delta ** 2 + (1 - delta) ** 2) / 12)).toBeLessThan(0.005);
    const covariance = mean(x.map((value, e) => value * y[e])) - mean(x) * mean(y);
    expect(Math.abs(covariance - delta ** 2 / 12)).toBeLessThan(0.005);
  });

  it('additive across types: each kind has a band of its own', () => {
    const list = draws(spmSetting('additive-across-types'), 10_000);
    const column = (j: number) => list.map((values) => values[j]);
    const covariance = (a: number[], b: number[]) => mean(a.map((v, e) => v * b[e])) - mean(a) * mean(b);
    expect(Math.abs(covariance(column(0), column(2)) - 0.25 / 12)).toBeLessThan(0.003);
    expect(Math.abs(covariance(column(0), column(3)))).toBeLessThan(0.003);
  });

  it('max-min: the orange buyer wants black where blue ones need it', () => {
    const list = draws(spmSetting('max-min'), 4000);
    const inside = (v: number, low: number, high: number) => v >= low && v <= high;
    const modest = (values: Float64Array, i: number) =>
      inside(values[2 * i], 0.4, 0.5) && inside(values[2 * i + 1], 0, 0.25);
    const keen = (values: Float64Array, i: number) =>
      inside(values[2 * i], 0.9, 1) && inside(values[2 * i + 1], 0.4, 0.5);
    const asDescribed = (values: Float64Array) => {
      const black = values[0] > 0;
      const orange = inside(values[black ? 0 : 1], 0.5, 1) && values[black ? 1 : 0] === 0;
      return orange && [1, 2, 3, 4, 5, 6, 7, 8].every((i) => (i < 5 === black ? modest : keen)(values, i));
    };
    expect(list.every(asDescribed)).toBe(true);
    expect(Math.abs(share(list, (values) => values[0] > 0) - 0.5)).toBeLessThan(0.04);
  });

  it('takes numbers of buyers and items where a setting has them', () => {
    expect(spmSetting('inventory', { agents: 4, items: 2 })).toMatchObject({ agents: 4, units: [2] });
    expect(draws(spmSetting('revenue', { agents: 3 }), 1)[0]).toHaveLength(3);
    expect(spmSetting('two-worlds', { agents: 2, delta: undefined }).agents).toBe(2);
  });

  it.each<[string, SpmSettingOptions, string]>([
    ['colours', {}, 'Unknown setting "colours". Did you mean "colors"?'],
    ['colors', { agents: 3 }, 'agents: expected none for the setting colors, which takes no options, got 3.'],
    [
      'inventory',
      { delta: 0.5 },
      'delta: expected none for the setting inventory, which takes agents, items, got 0.5.',
    ],
    ['revenue', { delta: Number.NaN }, 'delta: expected a number from 0 to 1, got NaN.'],
    ['inventory', { items: 0 }, 'items: expected an integer from 1 to 1000, got 0.'],
  ])('refuses %s with %j', (name, options, message) => {
    expect(() => spmSetting(name, options)).toThrow(InvalidArgument);
    expect(() => spmSetting(name, options)).toThrow(message);
  });
});
