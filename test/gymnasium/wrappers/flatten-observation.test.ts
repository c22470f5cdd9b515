import { describe, expect, it } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { Dict } from '../../../gymnasium/spaces/dict.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../../gymnasium/spaces/multi-discrete.js';
import { Sequence } from '../../../gymnasium/spaces/sequence.js';
import { FlattenObservation } from '../../../gymnasium/wrappers/flatten-observation.js';
import { OneHotObservation } from '../../../gymnasium/wrappers/one-hot-observation.js';
import { scriptedEnv, TestingEnv } from '../testing-env.js';

describe('FlattenObservation', () => {
  it('lays a Dict out part after part, inside its space', () => {
    const observationSpace = new Dict([
      ['cell', new Discrete(3, { start: 5 })],
      ['speed', new Box(-1, 1, { shape: [2] })],
    ]);
    const first = { cell: 6, speed: Float32Array.of(0.5, -0.5) };
    const next = { cell: 7, speed: Float32Array.of(0, 1) };
    const env = new FlattenObservation(scriptedEnv(first, [{ observation: next }], { observationSpace }));
    expect(env.observationSpace.shape).toEqual([5]);
    const { observation } = env.reset();
    expect([...observation]).toEqual([0, 1, 0, 0.5, -0.5]);
    expect(env.observationSpace.contains(observation)).toBe(true);
    expect([...env.step(0).observation]).toEqual([0, 0, 1, 0, 1]);
  });

  it('refuses a space without a flat Box, and what is not an Env', () => {
    const observationSpace = new Sequence(new Discrete(2));
    expect(() => new FlattenObservation(new TestingEnv({ observationSpace }))).toThrow(InvalidArgument);
    expect(() => new FlattenObservation(5 as any)).toThrow(/expected an Env to wrap, got 5/);
  });
});

describe('OneHotObservation', () => {
  const env = (first: any, observationSpace: any) =>
    new OneHotObservation(scriptedEnv(first, [{ observation: first }], { observationSpace }));

  it('sets one entry for Discrete, from its start', () => {
    const wrapped = env(6, new Discrete(4, { start: 5 }));
    const { observation } = wrapped.reset();
    expect(observation).toEqual(Float32Array.of(0, 1, 0, 0));
    expect(wrapped.observationSpace.contains(observation)).toBe(true);
    expect(wrapped.step(0).observation).toEqual(observation);
  });

  it('sets one entry an axis for MultiDiscrete', () => {
    const wrapped = env(Int32Array.of(1, 12), new MultiDiscrete([2, 3], { start: [0, 10] }));
    expect(wrapped.reset().observation).toEqual(Float32Array.of(0, 1, 0, 0, 1));
    expect(wrapped.observationSpace.shape).toEqual([5]);
  });

  it('refuses other spaces', () => {
    expect(() => env(0, new Box(0, 1))).toThrow(/Discrete or MultiDiscrete, got Box/);
    expect(() => new OneHotObservation(null as any)).toThrow(InvalidArgument);
  });
});
