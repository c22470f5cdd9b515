import { describe, expect, test } from '@jest/globals';
import { polishVertex } from '../../../solvers/normal-form/vertex.js';

describe('polishVertex', () => {
  test('solves the active constraints again', () => {
    const { x, polished } = polishVertex([0.6666666601, 0.33333334, 1e-10], [Float64Array.of(-1, 2, 5)]);
    expect(polished).toBe(true);
    expect(Math.abs(x[0] - 2 / 3)).toBeLessThan(1e-15);
    expect(x[2]).toBe(0);
  });

  test('keeps a point where nothing determines it, and takes repeated constraints', () => {
    expect(Array.from(polishVertex([0.25, 0.75], []).x)).toEqual([0.25, 0.75]);
    const twice = [Float64Array.of(1, -1), Float64Array.of(2, -2), Float64Array.of(-1, 1)];
    expect(Array.from(polishVertex([0.5 + 1e-9, 0.5 - 1e-9], twice).x)).toEqual([0.5, 0.5]);
  });

  test('says so if the constraints contradict each other, and still gives a distribution', () => {
    const { x, polished } = polishVertex(
      [0.5, 0.5, -1e-10],
      [Float64Array.of(1, -1, 0), Float64Array.of(-1, 1 - 1e-3, 0)],
    );
    expect(polished).toBe(false);
    expect(Array.from(x)).toEqual([0.5, 0.5, 0]);
  });
});
