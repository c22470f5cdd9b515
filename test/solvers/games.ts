import type { Rng } from '../../gymnasium/rng.js';

/** The twelve 2 x 2 games of "Oracles & Followers": rows are leader actions, a cell is (leader, follower). */
export const CELLS: Record<string, string> = {
  prisoners_dilemma: '33 14/41 22',
  stag_hunt: '44 13/31 22',
  assurance: '44 12/21 33',
  coordination: '44 21/12 33',
  mixedharmony: '44 31/13 22',
  harmony: '44 32/23 11',
  noconflict: '44 23/32 11',
  deadlock: '22 14/41 33',
  prisoners_delight: '11 24/42 33',
  hero: '11 34/43 22',
  battle: '22 34/43 11',
  chicken: '33 24/42 11',
};

export function cells(text: string): { leader: number[][]; follower: number[][] } {
  const rows = text.split('/').map((row) => row.split(' '));
  return {
    leader: rows.map((row) => row.map((cell) => Number(cell[0]))),
    follower: rows.map((row) => row.map((cell) => Number(cell[1]))),
  };
}

export function named(name: string) {
  return { ...cells(CELLS[name]), horizon: 10 };
}

export const AXELROD = { ...cells('33 05/50 11'), horizon: 10 };
export const IPD = {
  leader: [
    [-1, -3],
    [0, -2],
  ],
  follower: [
    [-1, 0],
    [-3, -2],
  ],
  horizon: 10,
};
export const MATCHING_PENNIES = {
  leader: [
    [1, -1],
    [-1, 1],
  ],
  follower: [
    [-1, 1],
    [1, -1],
  ],
  horizon: 10,
};
export const BATTLE_OF_SEXES = { ...cells('21 00/00 12'), horizon: 10 };
export const CHICKEN_0 = {
  leader: [
    [0, -1],
    [1, -2],
  ],
  follower: [
    [0, 1],
    [-1, -2],
  ],
  horizon: 10,
};

export function uniformMatrix(rng: Rng, rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.uniform()));
}

export function integerMatrix(rng: Rng, rows: number, columns: number, below: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => rng.integer(below)));
}

export function earned(matrix: number[][], x: ArrayLike<number>, j: number): number {
  return matrix.reduce((sum, row, i) => sum + x[i] * row[j], 0);
}

/** The least leader payoff over the follower's best responses to x, ties within `tolerance`. */
export function pessimistic(
  leader: number[][],
  follower: number[][],
  x: ArrayLike<number>,
  tolerance = 1e-9,
) {
  const payoffs = leader[0].map((_, j) => earned(follower, x, j));
  const best = Math.max(...payoffs);
  return Math.min(...payoffs.flatMap((p, j) => (p >= best - tolerance ? [earned(leader, x, j)] : [])));
}
