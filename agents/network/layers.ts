import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';

/** A multi-layer perceptron: tanh between layers, nothing after the last. */
export interface NetworkSpec {
  /** Inputs, hidden widths and outputs: [4, 64, 64, 2]. Two numbers make a linear map. */
  readonly sizes: readonly number[];
  readonly seed: Seed;
  /** Gain of the last layer's orthogonal start. Hidden layers have sqrt(2). Default 1. */
  readonly outputGain?: number;
  /** First values of further outputs that are free parameters, the same for every input. Default none. */
  readonly freeOutputs?: readonly number[];
}

/** Where a layer's weights (inputs x outputs, row-major) and biases lie in the flat parameters. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly biases: number;
}

/** @throws InvalidArgument if sizes are not at least two positive integers. */
export function layersOf(spec: NetworkSpec): readonly Layer[] {
  const { sizes } = spec;
  const valid = Array.isArray(sizes) && sizes.length >= 2;
  if (!valid || !sizes.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new InvalidArgument(
      `createNetwork: expected sizes to be at least two positive integers, got ${describe(sizes)}.`,
    );
  }
  let at = 0;
  return sizes.slice(1).map((outputs, i) => {
    const layer = { inputs: sizes[i], outputs, weights: at, biases: at + sizes[i] * outputs };
    at = layer.biases + outputs;
    return layer;
  });
}

/** Orthogonal weights, zero biases and the free outputs, flat: the same start for every engine. */
export function initialParams(spec: NetworkSpec): Float32Array<ArrayBuffer> {
  const layers = layersOf(spec);
  const last = layers[layers.length - 1];
  const free = spec.freeOutputs ?? [];
  const params = new Float32Array(last.biases + last.outputs + free.length);
  const rng = new Rng(spec.seed).child('init');
  for (const layer of layers) {
    const gain = layer === last ? (spec.outputGain ?? 1) : Math.SQRT2;
    const weights = orthogonal(layer.inputs, layer.outputs, rng);
    for (let i = 0; i < weights.length; i++) params[layer.weights + i] = gain * weights[i];
  }
  params.set(free, last.biases + last.outputs);
  return params;
}

/** A random rows x columns matrix with orthonormal rows or columns, whichever are fewer (Gram-Schmidt). */
function orthogonal(rows: number, columns: number, rng: Rng): Float64Array {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => rng.normal()));
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) addScaled(vectors[i], vectors[j], -dot(vectors[i], vectors[j]));
    const scale = 1 / Math.sqrt(dot(vectors[i], vectors[i]));
    for (let k = 0; k < length; k++) vectors[i][k] *= scale;
  }
  const byRows = count === rows;
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    return byRows ? vectors[row][column] : vectors[column][row];
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(a: Float64Array, b: Float64Array, scale: number): void {
  for (let i = 0; i < a.length; i++) a[i] += scale * b[i];
}
