import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';

/** Animal density of every cell, a row of the grid a row: numbers in [0, 1]. */
export type DensityMap = readonly (readonly number[])[];

export const densityRecipes = ['random', 'gauss'] as const;
export type DensityRecipe = (typeof densityRecipes)[number];

/** Greatest density at each distance from the nearest corner, in steps, where the grid has at least so many rows. */
const cornerCaps = [
  { distance: 0, rows: 0, cap: 0.28 },
  { distance: 1, rows: 5, cap: 0.42 },
  { distance: 2, rows: 7, cap: 0.56 },
];

/**
 * A density map by one of the two recipes of Wang et al. (2019), from a stream of the seed. The numbers are not those of the
 * original, which drew from NumPy's generator.
 */
export function densityMap(recipe: DensityRecipe, rows: number, columns: number, seed: Seed): DensityMap {
  const rng = new Rng(seed).child('density', recipe);
  return recipe === 'random' ? randomMap(rows, columns, rng) : ridgeMap(rows, columns, rng);
}

/** Uniform in [0.2, 1], but low near the corners, where poachers enter. */
function randomMap(rows: number, columns: number, rng: Rng): DensityMap {
  return grid(rows, columns, (row, column) => {
    const density = 0.2 + 0.8 * rng.uniform();
    const distance = Math.min(row, rows - 1 - row) + Math.min(column, columns - 1 - column);
    const rule = cornerCaps.find((cap) => cap.distance === distance && rows >= cap.rows);
    return rule === undefined ? density : Math.min(density, rule.cap);
  });
}

/** Two crossing ridges through the middle, each with noise of its own. */
function ridgeMap(rows: number, columns: number, rng: Rng): DensityMap {
  const across = grid(rows, columns, (row) => ridge(row, rows) + 0.1 * rng.uniform());
  const along = grid(rows, columns, (_, column) => ridge(column, columns) + 0.1 * rng.uniform());
  return grid(rows, columns, (row, column) =>
    Math.min(1, Math.max(0.1, across[row][column] + along[row][column] - 0.08)),
  );
}

/** 0.1 at both ends and 0.5 in the middle. */
function ridge(at: number, length: number): number {
  const middle = Math.floor(length / 2);
  if (at === 0 || at === length - 1) return 0.1;
  const slope = 0.4 / middle;
  return at <= middle ? 0.1 + at * slope : 0.5 - (at - middle) * slope;
}

function grid(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): readonly (readonly number[])[] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => value(row, column)),
  );
}

/** @throws InvalidArgument unless the map has at least two rows and columns, all rows of one length */
export function checkDensity(owner: string, map: DensityMap): DensityMap {
  const columns = map[0]?.length ?? 0;
  const ragged = map.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new InvalidArgument(
      `${owner}: density[${ragged}]: expected ${columns} numbers as in the first row, got ${map[ragged].length}.`,
    );
  }
  if (map.length < 2 || columns < 2) {
    throw new InvalidArgument(
      `${owner}: density: expected at least two rows and two columns, got ${map.length} by ${columns}.`,
    );
  }
  return map;
}
