import { describe, expect, test } from '@jest/globals';
import { Categorical, DiagonalGaussian, type Distribution } from '../../agents/distribution.js';
import { Rng } from '../../gymnasium/rng.js';

function rowsFor(distribution: Distribution, masks: Uint8Array | null = null) {
  const rng = new Rng(11);
  const outputs = Float64Array.from({ length: 2 * distribution.outputs }, () => rng.normal());
  return { outputs, actions: new Float64Array(2 * distribution.width), masks };
}

test.each<[string, Distribution, Uint8Array | null]>([
  ['categorical', new Categorical([4]), null],
  ['masked categorical', new Categorical([4]), Uint8Array.of(1, 1, 1, 1, 1, 0, 1, 0)],
  ['several heads', new Categorical([2, 3]), null],
  ['normal', new DiagonalGaussian(3), null],
])('the gradient of the %s distribution agrees with finite differences', (_, distribution, masks) => {
  const rows = rowsFor(distribution, masks);
  distribution.sample(rows, 1, new Rng(1));
  const into = new Float64Array(2 * distribution.outputs);
  distribution.gradient(rows, 1, 0.7, 0.3, into);
  const value = () => 0.7 * distribution.logProb(rows, 1) + 0.3 * distribution.entropy(rows, 1);
  for (let i = distribution.outputs; i < 2 * distribution.outputs; i++) {
    const at = rows.outputs[i];
    rows.outputs[i] = at + 1e-5;
    const above = value();
    rows.outputs[i] = at - 1e-5;
    const below = value();
    rows.outputs[i] = at;
    expect(into[i]).toBeCloseTo((above - below) / 2e-5, 7);
  }
  expect(into.subarray(0, distribution.outputs).every((slope) => slope === 0)).toBe(true);
});

describe('Categorical', () => {
  test('a determined action has log probability 0 and gradient 0, exactly', () => {
    const distribution = new Categorical([3]);
    const rows = {
      outputs: Float64Array.of(1, 20, -3),
      actions: new Float64Array(1),
      masks: Uint8Array.of(0, 0, 1),
    };
    distribution.sample(rows, 0, new Rng(1));
    const into = Float64Array.of(9, 9, 9);
    distribution.gradient(rows, 0, 5, 5, into);
    expect(rows.actions[0]).toBe(2);
    expect(distribution.logProb(rows, 0)).toBe(0);
    expect(into.every((slope) => slope === 0)).toBe(true);
    expect(distribution.entropy(rows, 0)).toBe(0);
  });

  test('a forbidden action has log probability -Infinity', () => {
    const rows = { outputs: Float64Array.of(1, 2), actions: Float64Array.of(0), masks: Uint8Array.of(0, 1) };
    expect(new Categorical([2]).logProb(rows, 0)).toBe(-Infinity);
  });

  test('draws with its probabilities', () => {
    const distribution = new Categorical([3]);
    const rows = {
      outputs: Float64Array.of(0, Math.log(2), 5),
      actions: new Float64Array(1),
      masks: Uint8Array.of(1, 1, 0),
    };
    const rng = new Rng(2);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) {
      distribution.sample(rows, 0, rng);
      counts[rows.actions[0]]++;
    }
    expect(Math.abs(counts[1] / 3000 - 2 / 3)).toBeLessThan(0.03);
    expect(counts[2]).toBe(0);
  });

  test('says what is wrong with masks and logits', () => {
    const distribution = new Categorical([2]);
    const none = { outputs: Float64Array.of(1, 2), actions: Float64Array.of(0), masks: Uint8Array.of(0, 0) };
    expect(() => distribution.mode(none, 0)).toThrow(
      'actionMask to allow at least one of 2 actions, got all zeros.',
    );
    const broken = { outputs: Float64Array.of(Number.NaN, 2), actions: Float64Array.of(0), masks: null };
    expect(() => distribution.mode(broken, 0)).toThrow('Policy: expected 2 finite logits, got NaN, 2.');
  });
});

test('DiagonalGaussian has the density and entropy of independent normals', () => {
  const distribution = new DiagonalGaussian(2);
  const rows = {
    outputs: Float64Array.of(0, 1, 0, Math.log(2)),
    actions: Float64Array.of(0, 3),
    masks: null,
  };
  const density = (1 / Math.sqrt(2 * Math.PI)) * (Math.exp(-0.5) / (2 * Math.sqrt(2 * Math.PI)));
  expect(distribution.logProb(rows, 0)).toBeCloseTo(Math.log(density), 12);
  expect(distribution.entropy(rows, 0)).toBeCloseTo(Math.log(2 * Math.PI * Math.E) + Math.log(2), 12);
});
