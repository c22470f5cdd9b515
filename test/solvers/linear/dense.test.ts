import { describe, expect, it } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { DenseLu } from '../../../solvers/linear/dense.js';

function product(a: Float64Array, n: number, x: Float64Array, transposed: boolean): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (transposed ? a[k * n + i] : a[i * n + k]) * x[k];
    return sum;
  });
}

describe('DenseLu', () => {
  it.each([1, 2, 5, 40, 120])('solves A x = b and A^T x = b of order %d', (n) => {
    const rng = new Rng('dense').child(n);
    const matrix = Float64Array.from({ length: n * n }, () => rng.normal());
    const x = Float64Array.from({ length: n }, () => rng.normal());
    const lu = new DenseLu(n);
    expect(lu.factorise(matrix.slice())).toBe(true);
    const plain = lu.solve(product(matrix, n, x, false));
    const transposed = lu.solveTransposed(product(matrix, n, x, true));
    for (let i = 0; i < n; i++) {
      expect(plain[i]).toBeCloseTo(x[i], 8);
      expect(transposed[i]).toBeCloseTo(x[i], 8);
    }
  });

  it('pivots: a zero on the diagonal is no obstacle', () => {
    const lu = new DenseLu(3);
    expect(lu.factorise(Float64Array.of(0, 2, 0, 0, 0, 3, 4, 0, 0))).toBe(true);
    expect(Array.from(lu.solve(Float64Array.of(2, 6, 12)))).toEqual([3, 1, 2]);
    expect(Array.from(lu.solveTransposed(Float64Array.of(12, 2, 6)))).toEqual([1, 2, 3]);
  });

  it('factorises again with the same object', () => {
    const lu = new DenseLu(2);
    lu.factorise(Float64Array.of(1, 2, 3, 4));
    expect(lu.factorise(Float64Array.of(2, 0, 0, 4))).toBe(true);
    expect(Array.from(lu.solve(Float64Array.of(2, 4)))).toEqual([1, 1]);
  });

  it.each([
    ['singular', [1, 2, 2, 4]],
    ['zero', [0, 0, 0, 0]],
    ['not a number', [Number.NaN, 1, 1, 1]],
  ])('says that a matrix is %s', (_, entries) => {
    expect(new DenseLu(2).factorise(Float64Array.from(entries))).toBe(false);
  });
});
