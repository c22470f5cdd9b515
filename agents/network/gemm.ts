const depthBlock = 128;

/**
 * C = A B, or C += A B, for row-major A (m x k), B (k x n) and C (m x n) that start at the given offsets.
 *
 * Two rows by four columns at a time, so that eight sums stay in registers; `k` in blocks that fit the cache.
 */
export function gemm(
  [m, k, n]: readonly [number, number, number],
  a: Float32Array,
  b: Float32Array,
  bAt: number,
  c: Float32Array,
  cAt: number,
  accumulate: boolean,
): void {
  if (!accumulate) c.fill(0, cAt, cAt + m * n);
  const evenRows = m - (m % 2);
  const fourColumns = n - (n % 4);
  for (let from = 0; from < k; from += depthBlock) {
    const to = Math.min(k, from + depthBlock);
    for (let i = 0; i < evenRows; i += 2) {
      for (let j = 0; j < fourColumns; j += 4) block(i, j, from, to, k, n, a, b, bAt, c, cAt);
    }
    edge(0, evenRows, fourColumns, n, from, to, k, n, a, b, bAt, c, cAt);
    edge(evenRows, m, 0, n, from, to, k, n, a, b, bAt, c, cAt);
  }
}

function block(
  i: number,
  j: number,
  from: number,
  to: number,
  k: number,
  n: number,
  a: Float32Array,
  b: Float32Array,
  bAt: number,
  c: Float32Array,
  cAt: number,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  const first = i * k;
  const second = first + k;
  for (let p = from, q = bAt + from * n + j; p < to; p++, q += n) {
    const x0 = a[first + p];
    const x1 = a[second + p];
    const y0 = b[q];
    const y1 = b[q + 1];
    const y2 = b[q + 2];
    const y3 = b[q + 3];
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
  }
  const top = cAt + i * n + j;
  const bottom = top + n;
  c[top] += s00;
  c[top + 1] += s01;
  c[top + 2] += s02;
  c[top + 3] += s03;
  c[bottom] += s10;
  c[bottom + 1] += s11;
  c[bottom + 2] += s12;
  c[bottom + 3] += s13;
}

function edge(
  rowFrom: number,
  rowTo: number,
  columnFrom: number,
  columnTo: number,
  from: number,
  to: number,
  k: number,
  n: number,
  a: Float32Array,
  b: Float32Array,
  bAt: number,
  c: Float32Array,
  cAt: number,
): void {
  for (let i = rowFrom; i < rowTo; i++) {
    for (let j = columnFrom; j < columnTo; j++) {
      let sum = 0;
      for (let p = from; p < to; p++) sum += a[i * k + p] * b[bAt + p * n + j];
      c[cAt + i * n + j] += sum;
    }
  }
}

/** Writes the transpose of the row-major rows x columns matrix that starts at `from`. */
export function transpose(
  source: Float32Array,
  from: number,
  rows: number,
  columns: number,
  into: Float32Array,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) into[j * rows + i] = source[from + i * columns + j];
  }
}
