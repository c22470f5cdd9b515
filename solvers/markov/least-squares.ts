import { describe, InvalidArgument } from '../../gymnasium/error.js';

/**
 * Ridge regression of targets on features of cells (observation, leader's action, follower's action), by number. With A
 * = ridge * I + sum of phi phi' over the data: the prediction at a cell is phi' A^-1 (sum of phi * target), its width
 * sqrt(phi' A^-1 phi).
 */
export interface LeastSquares {
  /** Takes note of one more sample at a cell. */
  add(cell: number): void;
  /** Predictions at all cells, from the sum of the targets at each. */
  predict(totals: Float64Array, out: Float64Array): void;
  width(cell: number): number;
}

/** One-hot features: means, shrunk by the ridge, with widths 1 / sqrt(samples + ridge). */
export class TabularLeastSquares implements LeastSquares {
  private readonly samples: Float64Array;

  constructor(
    cells: number,
    private readonly ridge: number,
  ) {
    this.samples = new Float64Array(cells);
  }

  add(cell: number): void {
    this.samples[cell]++;
  }

  predict(totals: Float64Array, out: Float64Array): void {
    for (let cell = 0; cell < out.length; cell++)
      out[cell] = totals[cell] / (this.samples[cell] + this.ridge);
  }

  width(cell: number): number {
    return 1 / Math.sqrt(this.samples[cell] + this.ridge);
  }
}

/** Any features; the inverse of A is kept up to date by the formula of Sherman and Morrison. */
export class LinearLeastSquares implements LeastSquares {
  private readonly inverse: Float64Array[];

  /** @param features a vector for each cell, all of one length */
  constructor(
    private readonly features: readonly Float64Array[],
    ridge: number,
  ) {
    const size = features[0].length;
    this.inverse = Array.from({ length: size }, (_, i) => {
      const row = new Float64Array(size);
      row[i] = 1 / ridge;
      return row;
    });
  }

  add(cell: number): void {
    const image = this.times(this.features[cell]);
    const scale = 1 + product(this.features[cell], image);
    this.inverse.forEach((row, i) => {
      for (let j = 0; j < row.length; j++) row[j] -= (image[i] * image[j]) / scale;
    });
  }

  predict(totals: Float64Array, out: Float64Array): void {
    const moment = new Float64Array(this.inverse.length);
    this.features.forEach((phi, cell) => {
      if (totals[cell] !== 0) for (let i = 0; i < phi.length; i++) moment[i] += totals[cell] * phi[i];
    });
    const weights = this.times(moment);
    for (let cell = 0; cell < out.length; cell++) out[cell] = product(this.features[cell], weights);
  }

  width(cell: number): number {
    const phi = this.features[cell];
    return Math.sqrt(Math.max(0, product(phi, this.times(phi))));
  }

  private times(vector: Float64Array): Float64Array {
    return Float64Array.from(this.inverse, (row) => product(row, vector));
  }
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/**
 * Features as users write them, `features[observation][a][b]`, by cell.
 *
 * @throws InvalidArgument naming the entry that is missing or no vector of the common length
 */
export function featureVectors(
  owner: string,
  given: unknown,
  [observations, rows, columns]: readonly [number, number, number],
): Float64Array[] {
  const table = listOf(`${owner}: features`, given, observations, 'observations');
  const vectors = table.flatMap((byRow, o) =>
    listOf(`${owner}: features[${o}]`, byRow, rows, 'leader actions').flatMap((byColumn, a) =>
      listOf(`${owner}: features[${o}][${a}]`, byColumn, columns, 'follower actions'),
    ),
  );
  const length = Array.isArray(vectors[0]) ? vectors[0].length : 0;
  return vectors.map((vector, cell) => {
    const fits = Array.isArray(vector) && length > 0 && vector.length === length;
    if (fits && vector.every(Number.isFinite)) return Float64Array.from(vector);
    const [o, rest] = [Math.floor(cell / (rows * columns)), cell % (rows * columns)];
    throw new InvalidArgument(
      `${owner}: features[${o}][${Math.floor(rest / columns)}][${rest % columns}]: expected ${length || 'some'} finite numbers, got ${describe(vector)}.`,
    );
  });
}

function listOf(field: string, value: unknown, length: number, what: string): readonly unknown[] {
  if (Array.isArray(value) && value.length === length) return value;
  throw new InvalidArgument(
    `${field}: expected a list over ${length} ${what}, got ${Array.isArray(value) ? value.length : describe(value)}.`,
  );
}
