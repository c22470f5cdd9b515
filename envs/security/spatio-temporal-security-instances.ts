/** A target that moves on a known path. */
export interface MovingTarget {
  /** Its cell at each time; one number if it never moves. */
  readonly path: number | readonly number[];
  /** What a successful attack on it is worth at each time; one number if always the same. */
  readonly weights: number | readonly number[];
}

/** Parameters of a spatio-temporal security game. */
export interface PatrolInstance {
  readonly cells: number;
  readonly horizon: number;
  readonly targets: readonly MovingTarget[];
}

const up = (to: number) => Array.from({ length: to + 1 }, (_, cell) => cell);
const down = (from: number) => up(from).reverse();

/** Named instances, for one patroller of speed 1 and radius 0. */
export const patrolInstances: Readonly<Record<string, PatrolInstance>> = {
  static: {
    cells: 3,
    horizon: 4,
    targets: [
      { path: 0, weights: 1 },
      { path: 1, weights: 2 },
      { path: 2, weights: 3 },
    ],
  },
  two_ferries: {
    cells: 4,
    horizon: 4,
    targets: [
      { path: up(3), weights: 1 },
      { path: down(3), weights: 1 },
    ],
  },
  weighted_ferries: {
    cells: 4,
    horizon: 4,
    targets: [
      { path: up(3), weights: 1 },
      { path: down(3), weights: 2 },
    ],
  },
  three_ferries: {
    cells: 5,
    horizon: 5,
    targets: [
      { path: up(4), weights: 1 },
      { path: down(4), weights: 1 },
      { path: 2, weights: 1 },
    ],
  },
  tw: {
    cells: 5,
    horizon: 5,
    targets: [
      { path: up(4), weights: [1, 2, 3, 2, 1] },
      { path: down(4), weights: [3, 2, 1, 2, 3] },
      { path: 2, weights: 2 },
    ],
  },
  fast_targets: {
    cells: 6,
    horizon: 3,
    targets: [
      { path: [0, 2, 4], weights: 1 },
      { path: [5, 3, 1], weights: 1 },
      { path: 2, weights: 1 },
    ],
  },
};
