import { textbookGames } from '../matrix/classics.js';
import type { MarkovInput } from './stages.js';

const { conitzer_sandholm, paruchuri, openspiel_game1 } = textbookGames;

/** Markov games with a name. */
export const namedMarkovGames: Readonly<Record<string, MarkovInput>> = {
  /**
   * The leader's action decides which stage game comes second. Against a myopic follower it is worth 6 by (1/2, 1/2)
   * at the start: 3.5 there, then 11/3 or 4/3.
   */
  leader_controls: {
    states: [
      {
        name: 'start',
        ...conitzer_sandholm,
        next: [
          [1, 1],
          [2, 2],
        ],
      },
      { name: 'high', ...paruchuri },
      { name: 'low', ...openspiel_game1 },
    ],
  },
  /**
   * The follower's action decides. Worth 53/6 against a myopic follower, which does not mind that column 1 leads where
   * it earns nothing; 17/3 in feedback equilibrium with a farsighted one, which does.
   */
  follower_controls: {
    states: [
      {
        name: 'start',
        leader: [
          [2, 8],
          [1, 7],
        ],
        follower: [
          [0.5, 0],
          [0, 0.5],
        ],
        next: [
          [1, 2],
          [1, 2],
        ],
      },
      { name: 'high', ...paruchuri },
      { name: 'low', ...openspiel_game1 },
    ],
  },
  /**
   * A regulator trusts (0) or inspects (1) a firm that complies (0) or cheats (1), for six years; cheating tends to
   * make the river dirty, where complying earns the firm less.
   */
  inspection: {
    states: [
      {
        name: 'clean',
        leader: [
          [3, 0],
          [2, 1],
        ],
        follower: [
          [1, 2],
          [1, -1],
        ],
        next: [
          [
            [0.9, 0.1],
            [0.5, 0.5],
          ],
          [
            [0.9, 0.1],
            [0.8, 0.2],
          ],
        ],
      },
      {
        name: 'dirty',
        leader: [
          [1, -2],
          [0, -1],
        ],
        follower: [
          [0, 2],
          [0, -2],
        ],
        next: [
          [
            [0.5, 0.5],
            [0.1, 0.9],
          ],
          [
            [0.5, 0.5],
            [0.3, 0.7],
          ],
        ],
      },
    ],
    horizon: 6,
  },
};
