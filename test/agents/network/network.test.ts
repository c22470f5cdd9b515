import { describe, expect, test } from '@jest/globals';
import {
  createNetwork,
  JsNetwork,
  loadTensorFlow,
  type Network,
  type NetworkSpec,
  Optimizer,
  registerEngine,
  Table,
} from '../../../agents/network/index.js';
import { Rng } from '../../../gymnasium/rng.js';

const spec: NetworkSpec = { sizes: [5, 13, 7, 3], seed: 3, freeOutputs: [-0.5, 0.25] };
const rows = 9;

function normals(length: number, seed: number): Float32Array {
  const rng = new Rng(seed);
  return Float32Array.from({ length }, () => rng.normal());
}

/** Relative distance by the largest entry. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]))) / scale;
}

/** The sum of the outputs, each times its weight. */
function weighedSum(network: Network, x: Float32Array, weights: Float32Array): number {
  const outputs = network.forward(x, rows);
  return weights.reduce((sum, weight, i) => sum + weight * outputs[i], 0);
}

describe('JsNetwork', () => {
  test('agrees with finite differences in every parameter', () => {
    const network = new JsNetwork(spec);
    const x = normals(rows * network.inputs, 1);
    const weights = normals(rows * network.outputs, 2);
    weighedSum(network, x, weights);
    network.backward(weights);
    const gradient = Float32Array.from(network.grads);
    const params = Float32Array.from(network.params);
    const step = 1e-2;
    const numeric = params.map((value, i) => {
      const at = (to: number) => {
        network.setParams(params.with(i, to));
        return weighedSum(network, x, weights);
      };
      return (
        (8 * (at(value + step) - at(value - step)) - at(value + 2 * step) + at(value - 2 * step)) /
        (12 * step)
      );
    });
    expect(distance(gradient, numeric)).toBeLessThan(1e-4);
  });

  test('adds gradients up until zeroGrad', () => {
    const network = new JsNetwork(spec);
    const x = normals(rows * network.inputs, 1);
    const weights = normals(rows * network.outputs, 2);
    network.forward(x, rows);
    network.backward(weights);
    const once = Float32Array.from(network.grads);
    network.backward(weights);
    expect(
      distance(
        network.grads,
        once.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-6);
    network.zeroGrad();
    expect(network.grads.every((value) => value === 0)).toBe(true);
  });

  test('gives a row the same output in every batch', () => {
    const network = new JsNetwork({ sizes: [6, 300, 5], seed: 1 });
    const x = normals(7 * 6, 1);
    const together = Float32Array.from(network.forward(x, 7));
    for (let row = 0; row < 7; row++) {
      const alone = network.forward(x.subarray(row * 6, (row + 1) * 6), 1);
      expect(Array.from(alone.subarray(0, 5))).toEqual(Array.from(together.subarray(row * 5, (row + 1) * 5)));
    }
  });

  test('starts orthogonal, with the gains sqrt(2) and outputGain, zero biases and the free outputs', () => {
    const { params } = new JsNetwork({ sizes: [4, 8, 2], seed: 5, outputGain: 0.01, freeOutputs: [7] });
    const inner = (from: number, width: number, i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += params[from + i * width + k] * params[from + j * width + k];
      return sum;
    };
    expect(inner(0, 8, 0, 0)).toBeCloseTo(2, 5);
    expect(inner(0, 8, 0, 3)).toBeCloseTo(0, 5);
    let norm = 0;
    for (let k = 0; k < 8; k++) norm += params[40 + 2 * k] ** 2;
    expect(norm).toBeCloseTo(1e-4, 8);
    expect(Array.from(params.subarray(32, 40))).toEqual(new Array(8).fill(0));
    expect(params[params.length - 1]).toBe(7);
  });

  test('is the same for the same seed and another for another', () => {
    const first = new JsNetwork(spec).params;
    expect(Array.from(new JsNetwork(spec).params)).toEqual(Array.from(first));
    expect(Array.from(new JsNetwork({ ...spec, seed: 4 }).params)).not.toEqual(Array.from(first));
  });

  test('saves, loads and clones', () => {
    const network = new JsNetwork(spec);
    const x = normals(rows * network.inputs, 1);
    const expected = Array.from(network.forward(x, rows));
    const other = new JsNetwork({ ...spec, seed: 9 });
    other.load(JSON.parse(JSON.stringify(network.save())));
    expect(Array.from(other.forward(x, rows))).toEqual(expected);
    const copy = network.clone();
    network.setParams(new Float32Array(network.params.length));
    expect(Array.from(copy.forward(x, rows))).toEqual(expected);
    expect(() => other.load({ params: [1, 2] })).toThrow(/expected params to have \d+ numbers, got 2\.$/);
    const broken = network.save().params.with(4, Number.NaN);
    expect(() => other.load({ params: broken })).toThrow(
      'Network: expected params[4] to be a finite number, got NaN.',
    );
    expect(() => other.load({} as never)).toThrow('expected params to be an array, got undefined.');
  });
});

describe('tfjs engine', () => {
  test('equals the js engine in outputs, gradients and ten steps of Adam', async () => {
    const js = await createNetwork({ ...spec, engine: 'js' });
    const tfjs = await createNetwork({ ...spec, engine: 'tfjs' });
    const x = normals(rows * js.inputs, 1);
    const weights = normals(rows * js.outputs, 2);
    for (let step = 0; step < 10; step++) {
      const outputs = js.forward(x, rows);
      expect(distance(tfjs.forward(x, rows), outputs)).toBeLessThan(1e-5);
      for (const network of [js, tfjs]) {
        network.zeroGrad();
        network.backward(weights);
      }
      expect(distance(tfjs.grads, js.grads)).toBeLessThan(1e-5);
      for (const network of [js, tfjs]) network.step(0.01);
      expect(distance(tfjs.params, js.params)).toBeLessThan(1e-5);
    }
    tfjs.dispose();
  });

  test('keeps no tensors', async () => {
    const tf = await loadTensorFlow();
    expect(['tensorflow', 'wasm', 'cpu']).toContain(tf.getBackend());
    const before = tf.memory().numTensors;
    const network = await createNetwork({ ...spec, engine: 'tfjs' });
    const x = normals(rows * network.inputs, 1);
    const weights = normals(rows * network.outputs, 2);
    const step = () => {
      network.forward(x, rows);
      network.backward(weights);
      network.step(0.01);
    };
    step();
    const during = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) step();
    expect(tf.memory().numTensors).toBe(during);
    network.dispose();
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('createNetwork', () => {
  test('takes engines by name, one file each', async () => {
    expect((await createNetwork({ sizes: [2, 1], seed: 1 })).engine).toBe('js');
    registerEngine('twin', async (given) => new JsNetwork(given));
    expect((await createNetwork({ engine: 'twin', sizes: [2, 1], seed: 1 })).outputs).toBe(1);
    expect(() => registerEngine('twin', async (given) => new JsNetwork(given))).toThrow(
      'a name that is not taken',
    );
  });

  test('names what is wrong', async () => {
    await expect(createNetwork({ engine: 'jss', sizes: [2, 1], seed: 1 })).rejects.toThrow(
      'Unknown network engine "jss". Did you mean "js"?',
    );
    await expect(createNetwork({ sizes: [2], seed: 1 })).rejects.toThrow(
      'createNetwork: expected sizes to be at least two positive integers, got [2].',
    );
  });
});

describe('Table', () => {
  test('looks rows up and adds their gradients', () => {
    const table = new Table(3, 2);
    table.setParams([1, 2, 3, 4, 5, 6]);
    expect(Array.from(table.forward(Float64Array.of(2, 0, 2), 3)).slice(0, 6)).toEqual([5, 6, 1, 2, 5, 6]);
    table.backward(Float64Array.of(1, 0, 0, 1, 1, 0));
    expect(Array.from(table.grads)).toEqual([0, 1, 0, 0, 2, 0]);
  });
});

describe('Optimizer', () => {
  test('first step of Adam is the learning rate against the sign of the gradient', () => {
    const params = Float64Array.of(1, 1, 1);
    new Optimizer().step(params, Float64Array.of(3, -0.2, 0), 0.1);
    expect(params[0]).toBeCloseTo(0.9, 6);
    expect(params[1]).toBeCloseTo(1.1, 6);
    expect(params[2]).toBe(1);
  });

  test('clips by the global norm', () => {
    const params = Float64Array.of(0, 0);
    new Optimizer({ kind: 'sgd', maxGradNorm: 1 }).step(params, Float64Array.of(3, 4), 1);
    expect(params[0]).toBeCloseTo(-0.6, 12);
    expect(params[1]).toBeCloseTo(-0.8, 12);
  });
});
