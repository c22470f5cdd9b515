import { describe, expect, it } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import { SimplexPolytope } from '../../../solvers/queries/polytope.js';

const sorted = (polytope: SimplexPolytope) =>
  polytope.vertices.map(({ x }) => Array.from(x, (value) => Number(value.toFixed(9)))).sort();

describe('SimplexPolytope', () => {
  it('begins as the simplex', () => {
    expect(sorted(new SimplexPolytope(3))).toEqual([
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  it('has the vertices of the triangle that cuts leave', () => {
    const polytope = new SimplexPolytope(3);
    polytope.cut(Float64Array.of(1, -1, 0));
    polytope.cut(Float64Array.of(0, 1, -1));
    expect(sorted(polytope)).toEqual([
      [0.333333333, 0.333333333, 0.333333333],
      [0.5, 0.5, 0],
      [1, 0, 0],
    ]);
  });

  it('keeps a vertex that lies on a cut, and is empty when nothing is left', () => {
    const polytope = new SimplexPolytope(2);
    polytope.cut(Float64Array.of(1, 0));
    expect(polytope.vertices.find(({ x }) => x[1] === 1)!.tight).toEqual([0, 2]);
    polytope.cut(Float64Array.of(-1, -1));
    expect(polytope.vertices).toHaveLength(0);
  });

  it('has the vertices that brute force finds, in 50 random polytopes', () => {
    for (let seed = 0; seed < 50; seed++) {
      const rng = new Rng(seed).child('polytope');
      const cuts = Array.from({ length: 4 }, () =>
        Float64Array.from({ length: 4 }, () => rng.uniform() - 0.4),
      );
      const polytope = new SimplexPolytope(4);
      for (const cut of cuts) polytope.cut(cut);
      expect(sorted(polytope)).toEqual(bruteForce(cuts));
    }
  });

  it('knows the middle of a facet', () => {
    const polytope = new SimplexPolytope(3);
    const id = polytope.cut(Float64Array.of(1, -1, 0));
    expect(Array.from(polytope.middleOf(id))).toEqual([0.25, 0.25, 0.5]);
  });
});

/** Solves every choice of three tight constraints with the sum of 1, and keeps what is feasible. */
function bruteForce(cuts: readonly Float64Array[]): number[][] {
  const axes = [0, 1, 2, 3].map((i) => Float64Array.from([0, 1, 2, 3], (k) => (k === i ? 1 : 0)));
  const all = [...axes, ...cuts];
  const found: number[][] = [];
  for (let a = 0; a < all.length; a++)
    for (let b = a + 1; b < all.length; b++)
      for (let c = b + 1; c < all.length; c++) {
        const x = solve([Float64Array.of(1, 1, 1, 1), all[a], all[b], all[c]], [1, 0, 0, 0]);
        if (x === undefined) continue;
        const feasible = all.every((row) => row.reduce((sum, value, i) => sum + value * x[i], 0) >= -1e-9);
        if (feasible) found.push(x.map((value) => Number((value + 0).toFixed(9)) + 0));
      }
  return found.sort();
}

/** Cramer's rule by expansion of determinants. */
function solve(rows: readonly Float64Array[], rhs: readonly number[]): number[] | undefined {
  const determinant = (matrix: number[][]): number =>
    matrix.length === 1
      ? matrix[0][0]
      : matrix[0].reduce((sum, value, j) => {
          const minor = matrix.slice(1).map((row) => row.filter((_, k) => k !== j));
          return sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
        }, 0);
  const matrix = rows.map((row) => Array.from(row));
  const whole = determinant(matrix);
  if (Math.abs(whole) < 1e-12) return undefined;
  return rhs.map(
    (_, j) => determinant(matrix.map((row, i) => row.map((v, k) => (k === j ? rhs[i] : v)))) / whole,
  );
}
