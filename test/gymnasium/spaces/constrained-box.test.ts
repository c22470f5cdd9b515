import { describe, expect, it } from '@jest/globals';
import { batchSpace, ConstrainedBox, spaceFromJSON } from '../../../gymnasium/spaces/index.js';

const budget = () => new ConstrainedBox(1, [{ indices: [0, 1, 2], upper: 2 }], { shape: [3] });

describe('ConstrainedBox', () => {
  it('holds the points of the box that meet every constraint', () => {
    const space = new ConstrainedBox(
      [1, 1, 4],
      [
        { indices: [0, 1], upper: 1.5 },
        { indices: [1, 2], values: [2, 1], upper: 3 },
      ],
    );
    expect(space.contains(Float64Array.of(1, 0.5, 2))).toBe(true);
    expect(space.contains(Float64Array.of(1, 0.6, 0))).toBe(false);
    expect(space.contains(Float64Array.of(0, 1, 1.1))).toBe(false);
    expect(space.contains(Float64Array.of(-0.1, 0, 0))).toBe(false);
    expect(space.contains(Float64Array.of(Number.NaN, 0, 0))).toBe(false);
    expect(space.contains(Float32Array.of(0, 0, 0))).toBe(false);
  });

  it('samples members, on the bound where the draw was beyond it', () => {
    const space = new ConstrainedBox(1, [{ indices: [0, 1, 2], upper: 0.5 }], { shape: [3] });
    space.seed(0);
    for (let k = 0; k < 500; k++) {
      const x = space.sample();
      expect(space.contains(x)).toBe(true);
      const sum = Array.from(x).reduce((a, b) => a + b, 0);
      if (k < 5) expect(sum).toBeGreaterThan(0);
    }
  });

  it('shrinks a point until it fits, and leaves one that fits', () => {
    const space = budget();
    expect(space.shrink(Float64Array.of(1, 1, 1))).toEqual(new Float64Array(3).fill(2 / 3));
    expect(space.shrink(Float64Array.of(1, 0.5, 0.25))).toEqual(Float64Array.of(1, 0.5, 0.25));
    const batch = Float64Array.of(1, 1, 1, 1, 1, 1);
    space.shrink(batch, 3);
    expect(Array.from(batch)).toEqual([1, 1, 1, 2 / 3, 2 / 3, 2 / 3]);
  });

  it('says which constraint a point breaks', () => {
    expect(budget().explain(Float64Array.of(1, 1, 0.5))).toBe(
      ', whose sum over [0, 1, 2] is 2.5 and may be 2 at most',
    );
    expect(budget().explain(Float64Array.of(1, 1, 0))).toBe('');
    expect(budget().explain(Float64Array.of(2, 0, 0))).toBe('');
  });

  it('survives JSON and batching, each row with constraints of its own', () => {
    const space = budget();
    expect(spaceFromJSON(JSON.parse(JSON.stringify(space.toJSON()))).equals(space)).toBe(true);
    expect(new ConstrainedBox(1, [], { shape: [3] }).equals(space)).toBe(false);
    const batch = batchSpace(space, 2);
    expect(batch.shape).toEqual([2, 3]);
    expect(batch.contains(Float64Array.of(1, 1, 0, 0, 1, 1))).toBe(true);
    expect(batch.contains(Float64Array.of(0, 0, 0, 1, 1, 1))).toBe(false);
    batch.seed(1);
    for (let k = 0; k < 100; k++) expect(batch.contains(batch.sample())).toBe(true);
    expect(String(space)).toBe('ConstrainedBox(0, 1, [3], float64, sum <= 2)');
  });

  it.each<[object, string]>([
    [{ indices: [3], upper: 1 }, 'constraints[0].indices: expected indices below 3, got [3].'],
    [
      { indices: [0], values: [-1], upper: 1 },
      'constraints[0].values: expected 1 finite numbers of at least 0, got [-1].',
    ],
    [{ indices: [0], values: [1, 2], upper: 1 }, 'constraints[0].values: expected 1 finite numbers'],
    [{ indices: [0], upper: 0 }, 'constraints[0].upper: expected a positive number, got 0.'],
  ])('refuses the constraint %j', (constraint, message) => {
    expect(() => new ConstrainedBox(1, [constraint as any], { shape: [3] })).toThrow(message);
  });
});
