import { gemm, transpose } from './gemm.js';
import { initialParams, type Layer, layersOf, type NetworkSpec } from './layers.js';
import { FlatNetwork } from './network.js';
import type { Vector } from './optimizer.js';

const { tanh } = Math;

/** The perceptron in plain JavaScript over 32-bit arrays, summing in 64 bits. */
export class JsNetwork extends FlatNetwork {
  readonly engine = 'js';
  private readonly layers: readonly Layer[];
  private readonly free: number;
  private readonly widest: number;
  private capacity = 0;
  private rows = 0;
  /** The input, then each layer's output: rows x width. */
  private activations: Float32Array[] = [];
  private output = new Float32Array(0);
  /** Derivatives by one layer's outputs and by its inputs, which take turns. */
  private deltas: [Float32Array, Float32Array] = [new Float32Array(0), new Float32Array(0)];
  private turned = new Float32Array(0);
  private readonly turnedWeights: Float32Array;

  constructor(private readonly spec: NetworkSpec) {
    const params = initialParams(spec);
    const layers = layersOf(spec);
    const free = spec.freeOutputs?.length ?? 0;
    super(spec.sizes[0], spec.sizes[spec.sizes.length - 1] + free, params, new Float32Array(params.length));
    this.layers = layers;
    this.free = free;
    this.widest = Math.max(...spec.sizes);
    this.turnedWeights = new Float32Array(Math.max(...layers.map((layer) => layer.inputs * layer.outputs)));
  }

  forward(x: Vector, rows: number): Float32Array {
    this.reserve(rows);
    this.rows = rows;
    const [input] = this.activations;
    for (let i = 0; i < rows * this.inputs; i++) input[i] = x[i];
    const params = this.params as Float32Array;
    this.layers.forEach((layer, depth) => {
      const out = this.activations[depth + 1];
      const size = rows * layer.outputs;
      for (let i = 0; i < size; i++) out[i] = params[layer.biases + (i % layer.outputs)];
      const shape = [rows, layer.inputs, layer.outputs] as const;
      gemm(shape, this.activations[depth], params, layer.weights, out, 0, true);
      if (depth < this.layers.length - 1) for (let i = 0; i < size; i++) out[i] = tanh(out[i]);
    });
    return this.withFreeOutputs(rows);
  }

  backward(outputGradient: Vector): void {
    const { rows, layers } = this;
    let [delta, next] = this.deltas;
    this.splitFreeOutputs(outputGradient, delta);
    for (let depth = layers.length - 1; depth >= 0; depth--) {
      const layer = layers[depth];
      this.accumulate(layer, this.activations[depth], delta);
      if (depth === 0) break;
      transpose(this.params as Float32Array, layer.weights, layer.inputs, layer.outputs, this.turnedWeights);
      gemm([rows, layer.outputs, layer.inputs], delta, this.turnedWeights, 0, next, 0, false);
      const hidden = this.activations[depth];
      for (let i = 0; i < rows * layer.inputs; i++) next[i] *= 1 - hidden[i] * hidden[i];
      [delta, next] = [next, delta];
    }
  }

  clone(): JsNetwork {
    const copy = new JsNetwork(this.spec);
    copy.setParams(this.params);
    return copy;
  }

  private accumulate(layer: Layer, input: Float32Array, delta: Float32Array): void {
    const { rows } = this;
    const grads = this.grads as Float32Array;
    transpose(input, 0, rows, layer.inputs, this.turned);
    gemm([layer.inputs, rows, layer.outputs], this.turned, delta, 0, grads, layer.weights, true);
    for (let j = 0; j < layer.outputs; j++) {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += delta[row * layer.outputs + j];
      grads[layer.biases + j] += sum;
    }
  }

  private withFreeOutputs(rows: number): Float32Array {
    const { free, outputs, params } = this;
    const computed = this.activations[this.activations.length - 1];
    if (free === 0) return computed;
    const width = outputs - free;
    const from = params.length - free;
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++) this.output[row * outputs + j] = computed[row * width + j];
      for (let j = 0; j < free; j++) this.output[row * outputs + width + j] = params[from + j];
    }
    return this.output;
  }

  private splitFreeOutputs(gradient: Vector, delta: Float32Array): void {
    const { free, outputs, grads, rows } = this;
    const width = outputs - free;
    const from = grads.length - free;
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < width; j++) delta[row * width + j] = gradient[row * outputs + j];
      for (let j = 0; j < free; j++) grads[from + j] += gradient[row * outputs + width + j];
    }
  }

  private reserve(rows: number): void {
    if (rows <= this.capacity) return;
    this.capacity = rows;
    this.activations = this.spec.sizes.map((width) => new Float32Array(rows * width));
    this.output = new Float32Array(rows * this.outputs);
    this.deltas = [new Float32Array(rows * this.widest), new Float32Array(rows * this.widest)];
    this.turned = new Float32Array(rows * this.widest);
  }
}
