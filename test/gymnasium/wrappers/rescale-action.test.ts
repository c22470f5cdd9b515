import { describe, expect, it } from '@jest/globals';
import { InvalidAction, InvalidArgument, InvalidBound } from '../../../gymnasium/error.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { RescaleAction } from '../../../gymnasium/wrappers/rescale-action.js';
import { TestingEnv } from '../testing-env.js';

const inner = () => new TestingEnv({ actionSpace: new Box([10, 0], [30, 1]) });

describe('RescaleAction', () => {
  it('maps the new box onto that of the environment', () => {
    const base = inner();
    const env = new RescaleAction(base);
    expect(env.actionSpace.equals(new Box(-1, 1, { shape: [2] }))).toBe(true);
    for (const action of [
      [-1, -1],
      [0, 0],
      [1, 1],
      [0.5, -0.5],
    ])
      env.step(Float32Array.from(action));
    expect(base.actions.map((action) => [...action])).toEqual([
      [10, 0],
      [20, 0.5],
      [30, 1],
      [25, 0.25],
    ]);
  });

  it('takes bounds a coordinate', () => {
    const base = inner();
    new RescaleAction(base, [0, -2], [10, 2]).step(Float32Array.of(1, 1));
    expect([...base.actions[0]]).toEqual([12, 0.75]);
  });

  it('stays inside the box of the environment when rounding', () => {
    // -2 + (-0.9 + 2) is above -0.9 in double precision.
    const space = new Box(-2, -0.9, { dtype: 'float64' });
    const base = new TestingEnv({ actionSpace: space });
    new RescaleAction(base).step(Float64Array.of(1));
    expect(base.actions[0][0]).toBe(-0.9);
  });

  it('refuses actions outside its box', () => {
    const env = new RescaleAction(inner());
    expect(() => env.step(Float32Array.of(2, 0))).toThrow(InvalidAction);
    expect(() => env.step([0, 0] as any)).toThrow(InvalidAction);
  });

  it.each<[number, number]>([
    [1, 1],
    [-Infinity, 1],
  ])('refuses the bounds %p and %p', (low, high) => {
    expect(() => new RescaleAction(inner(), low, high)).toThrow(InvalidBound);
  });

  it('refuses spaces that are not bounded boxes of floats', () => {
    const of = (actionSpace: any) => () => new RescaleAction(new TestingEnv({ actionSpace }));
    expect(() => new RescaleAction(new TestingEnv())).toThrow(/actionSpace to be a Box, got Discrete\(2\)/);
    expect(of(new Box(0, Infinity))).toThrow(/finite bounds/);
    expect(of(new Box(0, 5, { dtype: 'int32' }))).toThrow(InvalidArgument);
    expect(() => new RescaleAction(5 as any)).toThrow(InvalidArgument);
  });
});
