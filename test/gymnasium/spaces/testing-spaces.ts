import {
  Box,
  ConstrainedBox,
  Dict,
  Discrete,
  MultiBinary,
  MultiDiscrete,
  OneOf,
  Sequence,
  type Space,
  Text,
  Tuple,
} from '../../../gymnasium/spaces/index.js';

/** Makes fresh spaces of every kind, so that no test shares a stream with another. */
export function fundamentalSpaces(): Space<any>[] {
  return [
    new Discrete(3),
    new Discrete(3, { start: -1 }),
    new Discrete(1),
    new Box(0, 1),
    new Box(0, Infinity, { shape: [2, 2] }),
    new Box([-10, 0], [10, 10], { dtype: 'float64' }),
    new Box(-Infinity, 0, { shape: [2, 1] }),
    new Box(-Infinity, Infinity, { shape: [3], dtype: 'float64' }),
    new Box(-1.7e308, 1.7e308, { shape: [4], dtype: 'float64' }),
    new Box(0.1, 0.1, { shape: [2] }),
    new ConstrainedBox(1, [{ indices: [0, 1], upper: 1.5 }], { shape: [2] }),
    new Box(0, 255, { shape: [2, 2, 3], dtype: 'uint8' }),
    new Box(-(2 ** 31), 2 ** 31 - 1, { shape: [3], dtype: 'int32' }),
    new Box(0, 2 ** 32 - 1, { shape: [2], dtype: 'uint32' }),
    new Box(-3, 3, { shape: [], dtype: 'int16' }),
    new MultiDiscrete([2, 2]),
    new MultiDiscrete([
      [2, 3],
      [3, 2],
    ]),
    new MultiDiscrete(
      [
        [2, 3],
        [3, 2],
      ],
      {
        start: [
          [10, -20],
          [30, 40],
        ],
      },
    ),
    new MultiBinary(8),
    new MultiBinary([2, 3]),
    new Text(6),
    new Text(6, { minLength: 3 }),
    new Text(4, { minLength: 0, charset: 'añ🙂' }),
  ];
}

export function compositeSpaces(): Space<any>[] {
  return [
    new Tuple([new Discrete(5), new Discrete(4)]),
    new Tuple([new Discrete(5), new Tuple([new Box(0, 1, { shape: [3] }), new Discrete(2)])]),
    new Tuple([new Discrete(3), new Dict({ position: new Box(0, 1), velocity: new Discrete(2) })]),
    new Tuple([new Sequence(new Discrete(2)), new Discrete(3)]),
    new Dict({ b: new Discrete(6), a: new Box([0, 0], [1, 5], { dtype: 'float64' }) }),
    new Dict([
      ['z', new Dict({ b: new MultiBinary(2), a: new Text(3) })],
      ['10', new MultiDiscrete([2, 4])],
      ['9', new Discrete(4, { start: 7 })],
    ]),
    new Dict({ list: new Sequence(new Box(0, 1, { shape: [2] })), flag: new Discrete(2) }),
    new Sequence(new Discrete(4)),
    new Sequence(new Discrete(4), { stack: true }),
    new Sequence(new Dict({ feature: new Box(0, 1, { shape: [3] }) })),
    new Sequence(new Box(0, 1, { shape: [2] }), { stack: true }),
    new Sequence(new Dict({ a: new Box(0, 1), b: new Discrete(5) }), { stack: true }),
    new OneOf<any>([new Discrete(3), new Box(0, 1, { shape: [2] })]),
    new OneOf<any>([new MultiBinary(2), new MultiDiscrete([2, 2])]),
    new OneOf<any>([
      new Dict({ a: new Discrete(2), b: new Text(3) }),
      new Tuple([new Discrete(2), new Box(-5, 5)]),
    ]),
  ];
}

export function allSpaces(): Space<any>[] {
  return [...fundamentalSpaces(), ...compositeSpaces()];
}

/** Rows for `it.each`: the name and the place in the list that `make` gives. */
export function named(make: () => Space<any>[]): [name: string, index: number][] {
  return make().map((space, i) => [String(space), i]);
}

export function samples<T>(space: Space<T>, n: number, seed: number | string = 1): T[] {
  space.seed(seed);
  return Array.from({ length: n }, () => space.sample());
}

/** Whether `count` of `n` draws lies within four standard deviations of the probability `p`. */
export function withinFourSigma(count: number, n: number, p: number): boolean {
  return Math.abs(count - n * p) <= 4 * Math.sqrt(n * p * (1 - p));
}

/** Values that belong to no space but, for some, a look-alike. None may make `contains` throw. */
export const strangeValues: unknown[] = [
  undefined,
  null,
  Number.NaN,
  0.5,
  2n ** 70n,
  true,
  Symbol('x'),
  () => 1,
  {},
  Object.create(null),
  new Map(),
  new Date(0),
  [undefined],
  new Array(2),
  [[[]]],
  new DataView(new ArrayBuffer(8)),
  new BigInt64Array(2),
  new Float64Array([Number.NaN, Number.NaN]),
  'ÿ',
];
