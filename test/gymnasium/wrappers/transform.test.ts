import { describe, expect, it } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import { TransformAction } from '../../../gymnasium/wrappers/transform-action.js';
import { TransformObservation } from '../../../gymnasium/wrappers/transform-observation.js';
import { TransformReward } from '../../../gymnasium/wrappers/transform-reward.js';
import { countingEnv, TestingEnv } from '../testing-env.js';

describe('TransformObservation', () => {
  it('maps the observations of reset and step, and takes their space', () => {
    const space = new Discrete(50, { start: 50 });
    const env = new TransformObservation(countingEnv(3), (x: number) => x + 50, space);
    expect(env.observationSpace).toBe(space);
    expect(env.reset().observation).toBe(50);
    expect(env.step(0)).toMatchObject({ observation: 51, reward: 1, info: { step: 1 } });
  });

  it('keeps the inner space without one', () => {
    const inner = countingEnv(3);
    expect(new TransformObservation(inner, (x) => x).observationSpace).toBe(inner.observationSpace);
    expect(new TransformObservation(inner, (x) => x, null).observationSpace).toBe(inner.observationSpace);
  });
});

describe('TransformAction', () => {
  it('maps actions and takes their space', () => {
    const inner = new TestingEnv();
    const space = new Discrete(2, { start: 1 });
    const env = new TransformAction(inner, (action: number) => action - 1, space);
    expect(env.actionSpace).toBe(space);
    expect(env.observationSpace).toBe(inner.observationSpace);
    env.step(2);
    expect(inner.actions).toEqual([1]);
  });
});

describe('TransformReward', () => {
  it('maps rewards and nothing else', () => {
    const env = new TransformReward(countingEnv(3), (reward) => 10 * reward);
    env.reset();
    expect(env.step(0)).toMatchObject({ observation: 1, reward: 10 });
    expect(env.step(0)).toMatchObject({ observation: 2, reward: 20 });
  });
});

it.each([TransformObservation, TransformAction, TransformReward] as any[])('%p needs a function', (Class) => {
  expect(() => new Class(new TestingEnv(), 5)).toThrow(InvalidArgument);
  expect(() => new Class(new TestingEnv(), 5)).toThrow(
    `${Class.name}: expected func to be a function, got 5.`,
  );
  expect(() => new Class(5, () => 5)).toThrow(/expected an Env to wrap, got 5/);
});
