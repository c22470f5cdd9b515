import { describe, InvalidArgument } from '../error.js';
import type { DType, TypedArray } from '../types.js';
import { Box } from './box.js';
import type { SampleOptions, SpaceJSON } from './space.js';

/** One constraint: the sum of `values[k] * x[indices[k]]` is at most `upper`. */
export interface BoxConstraint {
  readonly indices: readonly number[];
  /** Non-negative, so that what shrinks towards 0 stays inside. Default: ones. */
  readonly values?: readonly number[];
  /** Positive. */
  readonly upper: number;
}

/** How far rounding may carry a sum over its bound. */
const tolerance = 1e-9;

/**
 * A Box from 0 upwards whose members also meet linear constraints with non-negative coefficients, such as a budget: the
 * coverage vectors of a security game. Sampling draws in the box and shrinks what is over a bound; `shrink` does the
 * same to any point of the box.
 *
 * @throws InvalidArgument for bounds below 0, or a malformed constraint
 */
export class ConstrainedBox extends Box {
  readonly constraints: readonly Required<BoxConstraint>[];

  constructor(
    high: number | ArrayLike<number>,
    constraints: readonly BoxConstraint[],
    options: { shape?: readonly number[]; dtype?: DType } = {},
  ) {
    super(0, high, { dtype: 'float64', ...options });
    if (!Array.isArray(constraints)) {
      throw new InvalidArgument(
        `ConstrainedBox: expected constraints to be an array, got ${describe(constraints)}.`,
      );
    }
    this.constraints = constraints.map((constraint, row) => checked(constraint, row, this.size));
  }

  override sample(options?: SampleOptions): TypedArray {
    return this.shrink(super.sample(options));
  }

  override contains(x: unknown): x is TypedArray {
    return super.contains(x) && this.satisfies(x, 0);
  }

  /** Whether the `size` numbers from `at` on meet every constraint; the bounds of the box are not looked at. */
  satisfies(x: ArrayLike<number>, at: number): boolean {
    for (let row = 0; row < this.constraints.length; row++) {
      const { upper } = this.constraints[row];
      if (!(this.sum(row, x, at) <= upper + tolerance * Math.max(1, upper))) return false;
    }
    return true;
  }

  /** Scales the `size` numbers from `at` on, a point of the box, towards 0 in place until they meet every constraint. */
  shrink<T extends TypedArray>(x: T, at = 0): T {
    let scale = 1;
    for (let row = 0; row < this.constraints.length; row++) {
      const sum = this.sum(row, x, at);
      if (sum > 0) scale = Math.min(scale, this.constraints[row].upper / sum);
    }
    if (scale < 1) for (let i = at; i < at + this.size; i++) x[i] *= scale;
    return x;
  }

  /** Says which constraint a point of the box breaks; empty if none. */
  override explain(x: ArrayLike<number>): string {
    if (!super.contains(x)) return '';
    for (let row = 0; row < this.constraints.length; row++) {
      const { indices, upper } = this.constraints[row];
      const sum = this.sum(row, x, 0);
      if (sum > upper + tolerance * Math.max(1, upper))
        return `, whose sum over ${describe(indices)} is ${Number(sum.toPrecision(9))} and may be ${upper} at most`;
    }
    return '';
  }

  private sum(row: number, x: ArrayLike<number>, at: number): number {
    const { indices, values } = this.constraints[row];
    let sum = 0;
    for (let k = 0; k < indices.length; k++) sum += values[k] * x[at + indices[k]];
    return sum;
  }

  override equals(other: unknown): boolean {
    return (
      other instanceof ConstrainedBox &&
      super.equals(other) &&
      JSON.stringify(other.constraints) === JSON.stringify(this.constraints)
    );
  }

  /** `n` of these spaces as one, each with constraints of its own; members are of shape [n, ...shape]. */
  repeated(n: number): ConstrainedBox {
    const rows = Array.from({ length: n }, (_, row) => row);
    return new ConstrainedBox(
      rows.flatMap(() => Array.from(this.high)),
      rows.flatMap((row) =>
        this.constraints.map(({ indices, values, upper }) => ({
          indices: indices.map((i) => i + row * this.size),
          values,
          upper,
        })),
      ),
      { shape: [n, ...this.shape], dtype: this.dtype },
    );
  }

  override toJSON(): SpaceJSON {
    return { ...super.toJSON(), type: 'ConstrainedBox', constraints: this.constraints };
  }

  override toString(): string {
    const [only] = this.constraints;
    const budget =
      this.constraints.length === 1 &&
      only.indices.length === this.size &&
      only.values.every((value) => value === 1);
    const bounds = budget ? `sum <= ${only.upper}` : `${this.constraints.length} constraints`;
    return `Constrained${super.toString().replace(/\)$/, `, ${bounds})`)}`;
  }
}

function checked(constraint: BoxConstraint, row: number, size: number) {
  const { indices = [], values, upper } = constraint ?? {};
  const weights = values ?? indices.map(() => 1);
  const fail = (field: string, expected: string, got: unknown) => {
    throw new InvalidArgument(
      `ConstrainedBox: constraints[${row}].${field}: expected ${expected}, got ${describe(got)}.`,
    );
  };
  if (!indices.every((i) => Number.isInteger(i) && i >= 0 && i < size))
    fail('indices', `indices below ${size}`, indices);
  if (weights.length !== indices.length || !weights.every((w) => w >= 0 && w < Infinity))
    fail('values', `${indices.length} finite numbers of at least 0`, weights);
  if (!(upper > 0)) fail('upper', 'a positive number', upper);
  return { indices: [...indices], values: [...weights], upper };
}
