/**
 * LU factors, with row pivoting, of an n by n matrix given row-major; the matrix is overwritten. `solve` and
 * `solveTransposed` overwrite a right-hand side with the solution. Made once for a size and factorised as often as
 * needed.
 */
export class DenseLu {
  private matrix: Float64Array = new Float64Array(0);
  private readonly pivots: Int32Array;

  constructor(readonly n: number) {
    this.pivots = new Int32Array(n);
  }

  /** Factorises in place. Returns whether it could: false if the matrix is singular or not finite. */
  factorise(matrix: Float64Array): boolean {
    const { n, pivots } = this;
    this.matrix = matrix;
    for (let column = 0; column < n; column++) {
      let pivot = column;
      for (let row = column + 1; row < n; row++) {
        if (Math.abs(matrix[row * n + column]) > Math.abs(matrix[pivot * n + column])) pivot = row;
      }
      const value = matrix[pivot * n + column];
      if (!(Math.abs(value) > 0 && Math.abs(value) < Infinity)) return false;
      pivots[column] = pivot;
      if (pivot !== column) this.swap(column, pivot);
      this.eliminate(column);
    }
    return true;
  }

  private swap(a: number, b: number): void {
    const { n, matrix } = this;
    for (let k = 0; k < n; k++) {
      const kept = matrix[a * n + k];
      matrix[a * n + k] = matrix[b * n + k];
      matrix[b * n + k] = kept;
    }
  }

  private eliminate(column: number): void {
    const { n, matrix } = this;
    const top = column * n;
    for (let row = column + 1; row < n; row++) {
      const at = row * n;
      const factor = matrix[at + column] / matrix[top + column];
      matrix[at + column] = factor;
      if (factor === 0) continue;
      for (let k = column + 1; k < n; k++) matrix[at + k] -= factor * matrix[top + k];
    }
  }

  /** x with A x = b. */
  solve(b: Float64Array): Float64Array {
    const { n, matrix, pivots } = this;
    for (let row = 0; row < n; row++) exchange(b, row, pivots[row]);
    for (let row = 0; row < n; row++) {
      for (let k = 0; k < row; k++) b[row] -= matrix[row * n + k] * b[k];
    }
    for (let row = n - 1; row >= 0; row--) {
      for (let k = row + 1; k < n; k++) b[row] -= matrix[row * n + k] * b[k];
      b[row] /= matrix[row * n + row];
    }
    return b;
  }

  /** x with A^T x = b. */
  solveTransposed(b: Float64Array): Float64Array {
    const { n, matrix, pivots } = this;
    for (let row = 0; row < n; row++) {
      b[row] /= matrix[row * n + row];
      for (let k = row + 1; k < n; k++) b[k] -= matrix[row * n + k] * b[row];
    }
    for (let row = n - 1; row >= 0; row--) {
      for (let k = 0; k < row; k++) b[k] -= matrix[row * n + k] * b[row];
    }
    for (let row = n - 1; row >= 0; row--) exchange(b, row, pivots[row]);
    return b;
  }
}

function exchange(b: Float64Array, i: number, j: number): void {
  const kept = b[i];
  b[i] = b[j];
  b[j] = kept;
}
