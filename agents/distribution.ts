import { InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import type { Vector } from './network/optimizer.js';

const { exp, log } = Math;

/** Rows of distribution parameters with the actions drawn from them, all row-major. */
export interface Rows {
  /** `distribution.outputs` numbers a row, as a network returned them. */
  readonly outputs: Vector;
  /** `distribution.width` numbers a row. */
  readonly actions: Float64Array;
  /** `distribution.outputs` zeros and ones a row where actions are categorical, or null for no masks. */
  readonly masks: Int8Array | Uint8Array | null;
}

/** A family of distributions over actions. Nothing here allocates. */
export interface Distribution {
  /** Numbers that parametrise one distribution. */
  readonly outputs: number;
  /** Numbers that make up one action. */
  readonly width: number;
  sample(rows: Rows, row: number, rng: Rng): void;
  /** Writes the likeliest action, the lowest among equals. */
  mode(rows: Rows, row: number): void;
  logProb(rows: Rows, row: number): number;
  entropy(rows: Rows, row: number): number;
  /** Writes the row of `weight * d logProb + entropyWeight * d entropy` by the parameters. */
  gradient(rows: Rows, row: number, weight: number, entropyWeight: number, into: Vector): void;
}

/** Independent categorical heads; an action is one index a head. Masked entries have probability and gradient 0. */
export class Categorical implements Distribution {
  readonly outputs: number;
  readonly width: number;
  private readonly probabilities: readonly Float64Array[];
  /** The log of the sum of exponentials of the head that `softmax` saw last. */
  private logSum = 0;

  constructor(readonly sizes: readonly number[]) {
    this.width = sizes.length;
    this.outputs = sizes.reduce((sum, n) => sum + n, 0);
    this.probabilities = sizes.map((n) => new Float64Array(n));
  }

  /** The probabilities of all heads, one after the other. */
  writeProbabilities(rows: Rows, row: number, into: Float64Array): void {
    let at = 0;
    for (let head = 0; head < this.width; head++) {
      into.set(this.softmax(rows, row, head, at), at);
      at += this.sizes[head];
    }
  }

  sample(rows: Rows, row: number, rng: Rng): void {
    let at = 0;
    for (let head = 0; head < this.width; head++) {
      rows.actions[row * this.width + head] = rng.categorical(this.softmax(rows, row, head, at));
      at += this.sizes[head];
    }
  }

  mode(rows: Rows, row: number): void {
    let at = 0;
    for (let head = 0; head < this.width; head++) {
      const probabilities = this.softmax(rows, row, head, at);
      let best = 0;
      for (let j = 1; j < probabilities.length; j++) if (probabilities[j] > probabilities[best]) best = j;
      rows.actions[row * this.width + head] = best;
      at += this.sizes[head];
    }
  }

  logProb(rows: Rows, row: number): number {
    let sum = 0;
    let at = 0;
    for (let head = 0; head < this.width; head++) {
      const action = rows.actions[row * this.width + head];
      this.softmax(rows, row, head, at);
      const chosen = row * this.outputs + at + action;
      sum += rows.masks === null || rows.masks[chosen] !== 0 ? rows.outputs[chosen] - this.logSum : -Infinity;
      at += this.sizes[head];
    }
    return sum;
  }

  entropy(rows: Rows, row: number): number {
    let sum = 0;
    let at = 0;
    for (let head = 0; head < this.width; head++) {
      sum += entropyOf(this.softmax(rows, row, head, at));
      at += this.sizes[head];
    }
    return sum;
  }

  gradient(rows: Rows, row: number, weight: number, entropyWeight: number, into: Vector): void {
    let at = row * this.outputs;
    for (let head = 0; head < this.width; head++) {
      const probabilities = this.softmax(rows, row, head, at - row * this.outputs);
      const action = rows.actions[row * this.width + head];
      const entropy = entropyWeight === 0 ? 0 : entropyOf(probabilities);
      for (let j = 0; j < probabilities.length; j++) {
        const p = probabilities[j];
        const fromEntropy = entropyWeight === 0 || p === 0 ? 0 : -entropyWeight * p * (log(p) + entropy);
        into[at + j] = weight * ((j === action ? 1 : 0) - p) + fromEntropy;
      }
      at += probabilities.length;
    }
  }

  private softmax(rows: Rows, row: number, head: number, at: number): Float64Array {
    const { outputs, masks } = rows;
    const probabilities = this.probabilities[head];
    const n = probabilities.length;
    const from = row * this.outputs + at;
    let high = -Infinity;
    for (let j = 0; j < n; j++) {
      if ((masks === null || masks[from + j] !== 0) && outputs[from + j] > high) high = outputs[from + j];
    }
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const allowed = masks === null || masks[from + j] !== 0;
      probabilities[j] = allowed ? exp(outputs[from + j] - high) : 0;
      sum += probabilities[j];
    }
    if (!(sum >= 1)) throw noAction(rows, from, n);
    for (let j = 0; j < n; j++) probabilities[j] /= sum;
    this.logSum = high + log(sum);
    return probabilities;
  }
}

const halfLogTau = 0.5 * log(2 * Math.PI);

/** Independent normals; the parameters are all means, then all logarithms of standard deviations. */
export class DiagonalGaussian implements Distribution {
  readonly outputs: number;

  constructor(readonly width: number) {
    this.outputs = 2 * width;
  }

  sample(rows: Rows, row: number, rng: Rng): void {
    const at = row * this.outputs;
    for (let j = 0; j < this.width; j++) {
      const deviation = exp(rows.outputs[at + this.width + j]);
      rows.actions[row * this.width + j] = rows.outputs[at + j] + deviation * rng.normal();
    }
  }

  mode(rows: Rows, row: number): void {
    for (let j = 0; j < this.width; j++) {
      rows.actions[row * this.width + j] = rows.outputs[row * this.outputs + j];
    }
  }

  logProb(rows: Rows, row: number): number {
    let sum = 0;
    for (let j = 0; j < this.width; j++) {
      const z = this.standardised(rows, row, j);
      sum -= 0.5 * z * z + rows.outputs[row * this.outputs + this.width + j] + halfLogTau;
    }
    return sum;
  }

  entropy(rows: Rows, row: number): number {
    let sum = this.width * (0.5 + halfLogTau);
    for (let j = 0; j < this.width; j++) sum += rows.outputs[row * this.outputs + this.width + j];
    return sum;
  }

  gradient(rows: Rows, row: number, weight: number, entropyWeight: number, into: Vector): void {
    const at = row * this.outputs;
    for (let j = 0; j < this.width; j++) {
      const z = this.standardised(rows, row, j);
      into[at + j] = weight * z * exp(-rows.outputs[at + this.width + j]);
      into[at + this.width + j] = weight * (z * z - 1) + entropyWeight;
    }
  }

  private standardised(rows: Rows, row: number, j: number): number {
    const at = row * this.outputs;
    const distance = rows.actions[row * this.width + j] - rows.outputs[at + j];
    return distance * exp(-rows.outputs[at + this.width + j]);
  }
}

function entropyOf(probabilities: Float64Array): number {
  let entropy = 0;
  for (let j = 0; j < probabilities.length; j++) {
    if (probabilities[j] > 0) entropy -= probabilities[j] * log(probabilities[j]);
  }
  return entropy;
}

function noAction(rows: Rows, from: number, n: number): InvalidArgument {
  const mask = rows.masks?.subarray(from, from + n);
  const masked = mask?.every((allowed) => allowed === 0);
  return new InvalidArgument(
    masked
      ? `Policy: expected actionMask to allow at least one of ${n} actions, got all zeros.`
      : `Policy: expected ${n} finite logits, got ${Array.from(rows.outputs.subarray(from, from + n)).join(', ')}.`,
  );
}
