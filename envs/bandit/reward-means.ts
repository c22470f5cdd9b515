import { z } from 'zod';
import type { Rng } from '../../gymnasium/rng.js';

/** How a reward comes from its mean: a draw of 0 or 1, or the mean itself. */
export const rewardNoises = ['bernoulli', 'none'] as const;
export type RewardNoise = (typeof rewardNoises)[number];

const inUnit = 'expected a number in [0, 1]';

/** A mean reward or a probability. */
const unitNumber = z.number(inUnit).min(0, inUnit).max(1, inUnit);

/** Rows of numbers in [0, 1]; that they are of one length is for `raggedRow` to check. */
export const unitMatrix = z
  .array(z.array(unitNumber, 'expected a row of numbers').min(1, 'expected at least one number'))
  .min(1, 'expected at least one row');

/** The first row that has not `width` entries, or -1. */
export function raggedRow(matrix: readonly (readonly unknown[])[], width: number): number {
  return matrix.findIndex((row) => row.length !== width);
}

/**
 * For every mean, what `drawReward` needs: the probabilities of reward 0 and 1. In one array a mean, so that a step
 * allocates nothing.
 */
export function rewardChances(means: readonly number[]): readonly Float64Array[] {
  return means.map((mean) => Float64Array.of(1 - mean, mean));
}

/** 0 or 1, by a draw that the model view can enumerate. */
export function drawReward(chances: ArrayLike<number>, rng: Rng): number {
  return rng.categorical(chances);
}
