import { describe, InvalidArgument } from '../gymnasium/error.js';
import { Box } from '../gymnasium/spaces/box.js';
import { ConstrainedBox } from '../gymnasium/spaces/constrained-box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../gymnasium/spaces/multi-discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { flatdim, flatten } from '../gymnasium/spaces/utils.js';
import { arrayTypes, type TypedArray } from '../gymnasium/types.js';
import type { Batch } from '../gymnasium/vector.js';
import { Categorical, DiagonalGaussian, type Distribution } from './distribution.js';
import type { Vector } from './network/optimizer.js';

/** Writes observations as the numbers that a network takes. */
export interface ObservationEncoder {
  /** Numbers an observation takes. */
  readonly width: number;
  encode(observation: any, into: Vector, at: number): void;
  /** Encodes one row of a batch of a vector environment. */
  encodeRow(batch: Batch, row: number, into: Vector, at: number): void;
}

/** A Discrete observation as its index from 0, for tables. */
export class IndexEncoder implements ObservationEncoder {
  readonly width = 1;

  constructor(private readonly space: Discrete) {}

  encode(observation: number, into: Vector, at: number): void {
    const index = observation - this.space.start;
    if (!(index >= 0 && index < this.space.n && Number.isInteger(index)))
      throw notAMember(this.space, observation);
    into[at] = index;
  }

  encodeRow(batch: Batch, row: number, into: Vector, at: number): void {
    this.encode(batch[row] as number, into, at);
  }
}

/** Any observation that flattens to a fixed number of numbers, as these; a Discrete one as a one-hot row. */
export class FeatureEncoder implements ObservationEncoder {
  readonly width: number;
  private readonly flat: Float64Array;
  /** Numbers that an observation takes in a typed batch. */
  private readonly size: number;

  constructor(private readonly space: Space<any>) {
    this.width = flatdim(space);
    this.flat = new Float64Array(this.width);
    this.size = (space.shape ?? []).reduce((product, side) => product * side, 1);
  }

  encode(observation: any, into: Vector, at: number): void {
    if (!(this.space instanceof Box)) flatten(this.space, observation, this.flat);
    else if (observation?.length !== this.size) throw notAMember(this.space, observation);
    const flat = this.space instanceof Box ? observation : this.flat;
    for (let i = 0; i < this.width; i++) into[at + i] = flat[i];
  }

  encodeRow(batch: Batch, row: number, into: Vector, at: number): void {
    const { space, size } = this;
    if (Array.isArray(batch) || space instanceof Discrete) this.encode(batch[row], into, at);
    else if (!(space instanceof Box)) this.encode(batch.slice(row * size, (row + 1) * size), into, at);
    else for (let i = 0; i < size; i++) into[at + i] = batch[row * size + i];
  }
}

/** Turns the numbers that a distribution draws into actions of a space, and back. */
export interface ActionCodec {
  readonly distribution: Distribution;
  /** Allocates a batch of actions for a vector environment. */
  batch(rows: number): TypedArray;
  /** Writes row `row` of drawn numbers into a batch. */
  writeRow(drawn: Float64Array, row: number, batch: TypedArray): void;
  /** The first row of drawn numbers as one action. */
  decode(drawn: Float64Array): any;
  encode(action: any, drawn: Float64Array): void;
}

/** @throws InvalidArgument if the space is not Discrete, MultiDiscrete or Box. */
export function actionCodec(space: Space<any>): ActionCodec {
  if (space instanceof Discrete) return new DiscreteCodec(space);
  if (space instanceof MultiDiscrete) return new MultiDiscreteCodec(space);
  if (space instanceof Box) return new BoxCodec(space);
  throw new InvalidArgument(
    `Policy: expected actionSpace to be Discrete, MultiDiscrete or Box, got ${space ?? describe(space)}.`,
  );
}

class DiscreteCodec implements ActionCodec {
  readonly distribution: Distribution;

  constructor(private readonly space: Discrete) {
    this.distribution = new Categorical([space.n]);
  }

  batch(rows: number): TypedArray {
    return new Int32Array(rows).fill(this.space.start);
  }

  writeRow(drawn: Float64Array, row: number, batch: TypedArray): void {
    batch[row] = drawn[row] + this.space.start;
  }

  decode(drawn: Float64Array): number {
    return drawn[0] + this.space.start;
  }

  encode(action: number, drawn: Float64Array): void {
    if (!this.space.contains(action)) throw notAMember(this.space, action);
    drawn[0] = action - this.space.start;
  }
}

class MultiDiscreteCodec implements ActionCodec {
  readonly distribution: Distribution;

  constructor(private readonly space: MultiDiscrete) {
    this.distribution = new Categorical(Array.from(space.nvec));
  }

  batch(rows: number): TypedArray {
    const { start, dtype } = this.space;
    const width = this.distribution.width;
    return new arrayTypes[dtype](rows * width).map((_, i) => start[i % width]);
  }

  writeRow(drawn: Float64Array, row: number, batch: TypedArray): void {
    const width = this.distribution.width;
    for (let j = 0; j < width; j++) batch[row * width + j] = drawn[row * width + j] + this.space.start[j];
  }

  decode(drawn: Float64Array): TypedArray {
    const action = this.batch(1);
    this.writeRow(drawn, 0, action);
    return action;
  }

  encode(action: TypedArray, drawn: Float64Array): void {
    if (!this.space.contains(action)) throw notAMember(this.space, action);
    for (let j = 0; j < this.distribution.width; j++) drawn[j] = action[j] - this.space.start[j];
  }
}

/** Draws are clipped to the box, and shrunk to meet its constraints, on the way out; likelihoods are those of the numbers before. */
class BoxCodec implements ActionCodec {
  readonly distribution: Distribution;

  constructor(private readonly space: Box) {
    if (!space.dtype.startsWith('float')) {
      throw new InvalidArgument(`Policy: expected a Box actionSpace of floats, got ${space}.`);
    }
    this.distribution = new DiagonalGaussian(space.size);
  }

  batch(rows: number): TypedArray {
    const { low, high, size, dtype } = this.space;
    const inside = (j: number) => Math.min(high[j], Math.max(low[j], 0));
    return new arrayTypes[dtype](rows * size).map((_, i) => inside(i % size));
  }

  writeRow(drawn: Float64Array, row: number, batch: TypedArray): void {
    const { low, high, size } = this.space;
    for (let j = 0; j < size; j++) {
      batch[row * size + j] = Math.min(high[j], Math.max(low[j], drawn[row * size + j]));
    }
    if (this.space instanceof ConstrainedBox) this.space.shrink(batch, row * size);
  }

  decode(drawn: Float64Array): TypedArray {
    const action = this.batch(1);
    this.writeRow(drawn, 0, action);
    return action;
  }

  encode(action: TypedArray, drawn: Float64Array): void {
    if (!this.space.contains(action)) throw notAMember(this.space, action);
    drawn.set(action);
  }
}

function notAMember(space: Space<any>, value: unknown): InvalidArgument {
  return new InvalidArgument(`Policy: expected a member of ${space}, got ${describe(value)}.`);
}
