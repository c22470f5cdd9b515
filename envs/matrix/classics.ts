/** Payoff matrices of a two-player game: rows are the leader's actions, columns the follower's. */
export interface Bimatrix {
  readonly leader: readonly (readonly number[])[];
  readonly follower: readonly (readonly number[])[];
}

/** Reads "33 14 / 41 22": a cell is the leader's then the follower's payoff, one digit each. */
function ordinal(cells: string): Bimatrix {
  const rows = cells.split('/').map((row) => row.trim().split(' '));
  const side = (index: number) => rows.map((row) => row.map((cell) => Number(cell[index])));
  return { leader: side(0), follower: side(1) };
}

/** The twelve symmetric 2x2 games with payoffs 1 to 4 (Gerstgrasser & Parkes 2023; Balaguer et al. 2022). */
export const ordinalGames: Readonly<Record<string, Bimatrix>> = {
  prisoners_dilemma: ordinal('33 14 / 41 22'),
  stag_hunt: ordinal('44 13 / 31 22'),
  assurance: ordinal('44 12 / 21 33'),
  coordination: ordinal('44 21 / 12 33'),
  mixedharmony: ordinal('44 31 / 13 22'),
  harmony: ordinal('44 32 / 23 11'),
  noconflict: ordinal('44 23 / 32 11'),
  deadlock: ordinal('22 14 / 41 33'),
  prisoners_delight: ordinal('11 24 / 42 33'),
  hero: ordinal('11 34 / 43 22'),
  battle: ordinal('22 34 / 43 11'),
  chicken: ordinal('33 24 / 42 11'),
};

/** Games of the commitment literature, with the strong Stackelberg value each is known for. */
export const textbookGames: Readonly<Record<string, Bimatrix>> = {
  /** Conitzer & Sandholm 2006: 3.5 by (1/2, 1/2); Nash gives 2, a pure commitment 3. */
  conitzer_sandholm: {
    leader: [
      [2, 4],
      [1, 3],
    ],
    follower: [
      [1, 0],
      [0, 1],
    ],
  },
  /** Paruchuri et al. 2008: 11/3 by (2/3, 1/3). */
  paruchuri: {
    leader: [
      [2, 4],
      [1, 3],
    ],
    follower: [
      [1, 0],
      [0, 2],
    ],
  },
  /** OpenSpiel's second test game: 4/3 by (1/3, 2/3). */
  openspiel_game1: {
    leader: [
      [2, 0, 0],
      [1, 0, 0],
    ],
    follower: [
      [0, 2, 5],
      [0, -1, -4],
    ],
  },
  /** OpenSpiel's third test game, with a weakly dominated column: 9 by (1, 0). */
  openspiel_game2: {
    leader: [
      [3, 9],
      [9, 1],
    ],
    follower: [
      [0, 0],
      [1, 8],
    ],
  },
  /** Conitzer & Korzhyk 2011: 2.5 by (1/2, 1/2); Nash gives 1. */
  conitzer_korzhyk: {
    leader: [
      [1, 3],
      [0, 2],
    ],
    follower: [
      [1, 0],
      [0, 1],
    ],
  },
  /** 2 by the leader's favourite. */
  battle_of_the_sexes: {
    leader: [
      [2, 0],
      [0, 1],
    ],
    follower: [
      [1, 0],
      [0, 2],
    ],
  },
  /** 0 by (1/2, 1/2); a pure commitment gets -1. */
  matching_pennies: {
    leader: [
      [1, -1],
      [-1, 1],
    ],
    follower: [
      [-1, 1],
      [1, -1],
    ],
  },
  /** 0 by the uniform mixture. */
  rock_paper_scissors: {
    leader: [
      [0, -1, 1],
      [1, 0, -1],
      [-1, 1, 0],
    ],
    follower: [
      [0, 1, -1],
      [-1, 0, 1],
      [1, -1, 0],
    ],
  },
  /** Zhang et al. 2020: 30, by the row that meets the follower in the last cell. */
  escape: {
    leader: [
      [15, 10, 0],
      [10, 10, 0],
      [0, 0, 30],
    ],
    follower: [
      [15, 10, 0],
      [10, 10, 0],
      [0, 0, 30],
    ],
  },
  /** Zhang et al. 2020: 27.5 by (1/4, 3/4, 0); a pure commitment gets 20. */
  maintain: {
    leader: [
      [20, 0, 0],
      [30, 10, 0],
      [0, 0, 5],
    ],
    follower: [
      [15, 0, 0],
      [0, 5, 0],
      [0, 0, 10],
    ],
  },
  /** Brero et al. 2022: 2.5 by (1/2, 1/2); a pure commitment gets 2. */
  game_3: {
    leader: [
      [1, 3],
      [0, 2],
    ],
    follower: [
      [1, 0],
      [0, 1],
    ],
  },
  /** Brero et al. 2022: 1, whose column dominates the other for the follower. */
  game_4: {
    leader: [
      [3, 1],
      [2, 0],
    ],
    follower: [
      [2, 3],
      [0, 1],
    ],
  },
};

export const namedGames: Readonly<Record<string, Bimatrix>> = { ...ordinalGames, ...textbookGames };
