import { describe, expect, it } from '@jest/globals';
import { Rng } from '../../../gymnasium/rng.js';
import {
  featureVectors,
  LinearLeastSquares,
  TabularLeastSquares,
} from '../../../solvers/markov/least-squares.js';

const oneHot = (n: number) =>
  Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)));

describe('least squares', () => {
  it('with one-hot vectors is the table', () => {
    const rng = new Rng('one-hot');
    const [table, linear] = [new TabularLeastSquares(5, 0.3), new LinearLeastSquares(oneHot(5), 0.3)];
    const totals = new Float64Array(5);
    for (let k = 0; k < 200; k++) {
      const cell = rng.integer(4);
      table.add(cell);
      linear.add(cell);
      totals[cell] += rng.normal();
    }
    const [ours, theirs] = [new Float64Array(5), new Float64Array(5)];
    table.predict(totals, ours);
    linear.predict(totals, theirs);
    for (let cell = 0; cell < 5; cell++) {
      expect(linear.width(cell)).toBeCloseTo(table.width(cell), 10);
      expect(theirs[cell]).toBeCloseTo(ours[cell], 10);
    }
    expect(table.width(4)).toBeCloseTo(1 / Math.sqrt(0.3), 12);
    expect(ours[4]).toBe(0);
  });

  it('finds the weights of a linear function, and is less sure where it saw less', () => {
    const rng = new Rng('weights');
    const features = Array.from({ length: 30 }, () => Float64Array.from({ length: 3 }, () => rng.normal()));
    const truth = features.map((phi) => 2 * phi[0] - phi[1] + 0.5 * phi[2]);
    const regression = new LinearLeastSquares(features, 1e-9);
    const before = regression.width(29);
    const totals = new Float64Array(30);
    for (let k = 0; k < 500; k++) {
      const cell = rng.integer(20);
      regression.add(cell);
      totals[cell] += truth[cell];
    }
    const out = new Float64Array(30);
    regression.predict(totals, out);
    out.forEach((value, cell) => {
      expect(value).toBeCloseTo(truth[cell], 6);
    });
    expect(regression.width(29)).toBeLessThan(before / 1000);
  });
});

describe('features', () => {
  it('are read by observation, leader action and follower action', () => {
    const given = [[[[1], [2]]], [[[3], [4]]]];
    expect(featureVectors('x', given, [2, 1, 2]).map((phi) => phi[0])).toEqual([1, 2, 3, 4]);
  });

  it.each<[unknown, string]>([
    ['one-hot', 'x: features: expected a list over 2 observations, got "one-hot".'],
    [[[]], 'x: features: expected a list over 2 observations, got 1.'],
    [[[[[1], [2]]], []], 'x: features[1]: expected a list over 1 leader actions, got 0.'],
    [[[[[1], [2]]], [[[3]]]], 'x: features[1][0]: expected a list over 2 follower actions, got 1.'],
    [[[[[1], [2]]], [[[3], [4, 5]]]], 'x: features[1][0][1]: expected 1 finite numbers, got [4, 5].'],
    [[[[[1], [2]]], [[[3], [NaN]]]], 'x: features[1][0][1]: expected 1 finite numbers, got [NaN].'],
    [[[[[], []]], [[[], []]]], 'x: features[0][0][0]: expected some finite numbers, got [].'],
  ])('%j are refused', (given, message) => {
    expect(() => featureVectors('x', given, [2, 1, 2])).toThrow(message);
  });
});
