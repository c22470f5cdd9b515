import { describe, expect, it } from '@jest/globals';
import { InvalidArgument, Rng, type Seed } from '../../gymnasium/index.js';

const take = (rng: Rng, n: number) => Array.from({ length: n }, () => rng.uniform());
const first = (seed: Seed) => take(new Rng(seed), 5);

function moments(values: number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe('seeds', () => {
  it('give the same stream again, as number or bigint', () => {
    expect(first(42)).toEqual(first(42));
    expect(first(42n)).toEqual(first(42));
    expect(first(0n)).toEqual(first(-0));
    expect(first('run')).toEqual(first('run'));
  });

  it('differ from each other, also beyond 2^32 and 2^53, and from strings', () => {
    const seeds: Seed[] = [
      0,
      1,
      2 ** 32,
      2 ** 32 + 1,
      2n ** 64n,
      2n ** 64n + 1n,
      2n ** 128n + 1n,
      '1',
      'i:1',
      '',
    ];
    expect(new Set(seeds.map((seed) => first(seed)[0])).size).toBe(seeds.length);
  });

  it.each([-1, -1n, 0.5, Number.NaN, Infinity, 2 ** 53, null, undefined, true, {}])(
    'cannot be %p',
    (seed) => {
      expect(() => new Rng(seed as any)).toThrow(InvalidArgument);
      expect(() => new Rng(seed as any)).toThrow(/seed: expected a non-negative integer/);
    },
  );

  it('come from entropy where none is given', () => {
    expect(take(Rng.fromEntropy(), 3)).not.toEqual(take(Rng.fromEntropy(), 3));
  });

  it('keep the stream of version 0.1 for seed 42', () => {
    expect(take(new Rng(42), 2)).toEqual([0.10627557308959645, 0.29098566275396665]);
  });
});

describe('children', () => {
  it('are named by path alone and do not draw from the parent', () => {
    const [parent, twin] = [new Rng(1), new Rng(1)];
    const early = take(parent.child('a'), 5);
    expect(take(parent, 5)).toEqual(take(twin, 5));
    expect(take(parent.child('a'), 5)).toEqual(early);
    expect(take(new Rng(1).child('a', 'b'), 5)).toEqual(take(new Rng(1).child('a').child('b'), 5));
    expect(take(new Rng(1).child(3), 5)).toEqual(take(new Rng(1).child('3'), 5));
  });

  it('never share a stream, whatever their names hold', () => {
    const root = new Rng(1);
    const rngs = [
      root,
      root.child('a', 'b'),
      root.child('a/b'),
      root.child('a~1b'),
      root.child('a~b'),
      root.child('a~0b'),
      root.child('b', 'a'),
      root.child('ab'),
      root.child(''),
      root.child('', ''),
      root.child('/'),
      root.child(1, 2),
      root.child(12),
      new Rng('x/y'),
      new Rng('x').child('y'),
      new Rng('x').child('y', 'z'),
      new Rng('x/y/z'),
    ];
    expect(new Set(rngs.map((rng) => rng.uniform())).size).toBe(rngs.length);
  });

  it('are uncorrelated with their neighbours', () => {
    const n = 20000;
    const values = Array.from({ length: n }, (_, i) => new Rng(7).child('lane', i).uniform());
    const { mean, variance } = moments(values);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    for (const lag of [1, 2, 10]) {
      const products = values.slice(lag).map((x, i) => (x - mean) * (values[i] - mean));
      expect(Math.abs(moments(products).mean / variance)).toBeLessThan(4 / Math.sqrt(n));
    }
  });
});

describe('state', () => {
  it('survives JSON, in the middle of a pair of normals too', () => {
    const rng = new Rng(5).child('x');
    rng.normal();
    const copy = Rng.fromState(JSON.parse(JSON.stringify(rng.state())));
    const draw = (r: Rng) => [r.normal(), r.uniform(), r.integer(100), r.normal(), r.child('y').uniform()];
    expect(draw(copy)).toEqual(draw(rng));
    expect(copy.path).toBe(rng.path);
  });

  it('is a snapshot that later draws leave alone', () => {
    const rng = new Rng(5);
    const state = rng.state();
    const drawn = take(rng, 5);
    expect(take(Rng.fromState(state), 5)).toEqual(drawn);
    expect(take(Rng.fromState(state), 5)).toEqual(drawn);
  });
});

describe('distributions', () => {
  const n = 40000;
  const draws = (draw: (rng: Rng) => number) => {
    const rng = new Rng('distributions');
    return Array.from({ length: n }, () => draw(rng));
  };

  it.each([
    ['uniform', (rng: Rng) => rng.uniform(), 1 / 2, 1 / 12, 1 / 180],
    ['normal', (rng: Rng) => rng.normal(), 0, 1, 2],
    ['exponential', (rng: Rng) => rng.exponential(), 1, 1, 8],
  ])('%s has its mean and variance', (_name, draw, mean, variance, spread) => {
    const actual = moments(draws(draw));
    expect(Math.abs(actual.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
    expect(Math.abs(actual.variance - variance)).toBeLessThan(4 * Math.sqrt(spread / n));
  });

  it('uniform lies in [0, 1) and uses more than 32 bits', () => {
    const values = draws((rng) => rng.uniform());
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(values.filter((x) => Number.isInteger(x * 2 ** 32)).length).toBeLessThan(5);
  });

  it('integer covers its range evenly', () => {
    const values = draws((rng) => rng.integer(7));
    for (let k = 0; k < 7; k++) {
      const p = 1 / 7;
      const count = values.filter((x) => x === k).length;
      expect(Math.abs(count - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
    }
  });

  it('categorical draws with the probabilities given and never the impossible', () => {
    const probabilities = [0, 0.1, 0.6, 0, 0.3, 0];
    const values = draws((rng) => rng.categorical(probabilities));
    probabilities.forEach((p, k) => {
      const count = values.filter((x) => x === k).length;
      expect(Math.abs(count - n * p)).toBeLessThanOrEqual(4 * Math.sqrt(n * p * (1 - p)));
    });
  });

  it('shuffle gives each order equally often', () => {
    const rng = new Rng(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12000; i++) {
      const key = rng.shuffle(['a', 'b', 'c']).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of counts.values()) {
      expect(Math.abs(count - 2000)).toBeLessThan(4 * Math.sqrt(12000 * (1 / 6) * (5 / 6)));
    }
  });
});
