import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import { DependencyNotInstalled } from '../../gymnasium/error.js';
import { initialParams, type Layer, layersOf, type NetworkSpec } from './layers.js';
import { FlatNetwork } from './network.js';
import type { Vector } from './optimizer.js';

type Tf = typeof TensorFlow;
type Matrix = TensorFlow.Tensor2D;

let loading: Promise<Tf> | undefined;

/** TensorFlow.js on its best backend here: native if @tensorflow/tfjs-node is installed, else wasm, else cpu. */
export function loadTensorFlow(): Promise<Tf> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Tf> {
  const native = await importNative();
  if (native !== null) return native;
  let tf: Tf;
  try {
    tf = await import('@tensorflow/tfjs');
  } catch (cause) {
    throw new DependencyNotInstalled('createNetwork: engine "tfjs" needs the package @tensorflow/tfjs.', {
      cause,
    });
  }
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
    .then(() => tf.setBackend('wasm'))
    .catch(() => false);
  if (!wasm) await tf.setBackend('cpu');
  await tf.ready();
  return tf;
}

async function importNative(): Promise<Tf | null> {
  const name = '@tensorflow/tfjs-node';
  try {
    // tfjs-node 4.22 calls a function that Node 23 removed.
    const util = createRequire(import.meta.url)('node:util');
    util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
    const module = await import(name);
    const tf: Tf = module.default ?? module;
    await tf.ready();
    return tf;
  } catch {
    return null;
  }
}

/**
 * The perceptron on TensorFlow.js. Its gradient is written out in tensor operations: stock autodiff would run the
 * forward pass again and, on wasm, take the slow transposed product. Parameters and optimiser stay in plain arrays.
 */
export class TfjsNetwork extends FlatNetwork {
  readonly engine = 'tfjs';
  private readonly layers: readonly Layer[];
  private readonly free: number;
  private weights: Matrix[] = [];
  private biases: TensorFlow.Tensor1D[] = [];
  /** The input, then each hidden layer's output, of the last forward. */
  private activations: Matrix[] = [];
  private stale = true;

  constructor(
    private readonly tf: Tf,
    private readonly spec: NetworkSpec,
  ) {
    const params = initialParams(spec);
    const free = spec.freeOutputs?.length ?? 0;
    super(spec.sizes[0], spec.sizes[spec.sizes.length - 1] + free, params, new Float32Array(params.length));
    this.layers = layersOf(spec);
    this.free = free;
  }

  forward(x: Vector, rows: number): Float32Array {
    const { tf } = this;
    this.upload();
    for (const tensor of this.activations) tensor.dispose();
    this.activations = [];
    return tf.tidy(() => {
      const values = new Float32Array(x.subarray(0, rows * this.inputs));
      let h: Matrix = tf.keep(tf.tensor2d(values, [rows, this.inputs]));
      this.activations.push(h);
      for (let depth = 0; depth < this.layers.length - 1; depth++) {
        h = tf.keep(tf.tanh(tf.add(tf.matMul(h, this.weights[depth]), this.biases[depth])) as Matrix);
        this.activations.push(h);
      }
      const last = this.layers.length - 1;
      const out = tf.add(tf.matMul(h, this.weights[last]), this.biases[last]);
      return this.withFreeOutputs(out.dataSync() as Float32Array, rows);
    });
  }

  backward(outputGradient: Vector): void {
    const { tf, layers, activations } = this;
    tf.tidy(() => {
      let delta = this.splitFreeOutputs(outputGradient);
      for (let depth = layers.length - 1; depth >= 0; depth--) {
        const input = activations[depth];
        this.collect(layers[depth].weights, tf.matMul(tf.transpose(input), delta));
        this.collect(layers[depth].biases, tf.sum(delta, 0));
        if (depth === 0) break;
        const slope = tf.sub(1, tf.square(input));
        delta = tf.mul(tf.matMul(delta, tf.transpose(this.weights[depth])), slope);
      }
    });
  }

  clone(): TfjsNetwork {
    const copy = new TfjsNetwork(this.tf, this.spec);
    copy.setParams(this.params);
    return copy;
  }

  override dispose(): void {
    for (const tensor of [...this.weights, ...this.biases, ...this.activations]) tensor.dispose();
    this.weights = [];
    this.biases = [];
    this.activations = [];
    this.stale = true;
  }

  protected override paramsChanged(): void {
    this.stale = true;
  }

  private upload(): void {
    if (!this.stale) return;
    for (const tensor of [...this.weights, ...this.biases]) tensor.dispose();
    const part = (from: number, length: number) =>
      new Float32Array(this.params.subarray(from, from + length));
    this.weights = this.layers.map(({ weights, inputs, outputs }) =>
      this.tf.tensor2d(part(weights, inputs * outputs), [inputs, outputs]),
    );
    this.biases = this.layers.map(({ biases, outputs }) => this.tf.tensor1d(part(biases, outputs)));
    this.stale = false;
  }

  private collect(at: number, gradient: TensorFlow.Tensor): void {
    const values = gradient.dataSync();
    for (let i = 0; i < values.length; i++) this.grads[at + i] += values[i];
  }

  private withFreeOutputs(computed: Float32Array, rows: number): Float32Array {
    const { free, outputs, params } = this;
    if (free === 0) return computed;
    const width = outputs - free;
    const out = new Float32Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      out.set(computed.subarray(row * width, (row + 1) * width), row * outputs);
      out.set(params.subarray(params.length - free), row * outputs + width);
    }
    return out;
  }

  private splitFreeOutputs(gradient: Vector): Matrix {
    const { free, outputs, grads } = this;
    const width = outputs - free;
    const rows = this.activations[0].shape[0];
    const delta = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++) delta[row * width + j] = gradient[row * outputs + j];
      for (let j = 0; j < free; j++) grads[grads.length - free + j] += gradient[row * outputs + width + j];
    }
    return this.tf.tensor2d(delta, [rows, width]);
  }
}
