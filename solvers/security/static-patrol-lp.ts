import { moveCount } from '../../envs/security/grid-moves.js';
import { StaticPatrol } from '../../envs/security/static-patrol.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { solveZeroSum } from '../normal-form/zero-sum.js';
import { isRational, type Solver } from '../solver.js';

const maxWalks = 100_000;

/** A mixture of whole walks: each as the cells after its steps, with its probability. */
export type WalkMixture = readonly { readonly walk: readonly number[]; readonly probability: number }[];

/**
 * The behaviour at each walk so far that a mixture of walks comes to (Kuhn 1953): probabilities of the moves, a row for each
 * observation of the patroller. Rows of walks that the mixture never makes stay still.
 *
 * @throws InvalidArgument for a walk that is no walk of the game
 */
export function walkBehaviour(game: StaticPatrol, mixture: WalkMixture): number[][] {
  const weights = game.walkEnds.map(() => new Array<number>(moveCount).fill(0));
  for (const { walk, probability } of mixture) {
    let at = 0;
    walk.forEach((cell, step) => {
      const move = moveTo(game, at, cell);
      if (move < 0 || step >= game.horizon || walk.length !== game.horizon) {
        throw new InvalidArgument(
          `walk: expected ${game.horizon} cells, each one step from the last, got ${walk.join(' ')}.`,
        );
      }
      weights[at][move] += probability;
      at = game.extensions[at * moveCount + move];
    });
  }
  return weights.map((row) => {
    const total = row.reduce((sum, weight) => sum + weight, 0);
    return row.map((weight, move) => (total > 0 ? weight / total : move === 0 ? 1 : 0));
  });
}

/** The first move that leads from the end of walk number `at` to `cell`, or -1. */
function moveTo(game: StaticPatrol, at: number, cell: number): number {
  const from = game.walkEnds[at] * moveCount;
  return game.neighbours.slice(from, from + moveCount).indexOf(cell);
}

/** Patroller's payoffs, a row a walk and a column a cell for the snare. */
export function walkPayoffs(game: StaticPatrol, walks: readonly (readonly number[])[]): number[][] {
  return walks.map((walk) => game.densities.map((_, cell) => game.walkValue(walk, cell)));
}

export const staticPatrolLp: Solver = {
  name: 'static-patrol-lp',
  summary: 'the maximin mixture of all walks of a static patrol, by one linear program',
  fits: (game, { commitment, follower }) =>
    game instanceof StaticPatrol && commitment !== 'deterministic' && isRational(follower),
  async solve(game: StaticPatrol) {
    const walks = game.allWalks();
    if (walks.length > maxWalks) {
      throw new InvalidArgument(
        `static-patrol-lp: horizon: expected a game of at most ${maxWalks} walks, got ${walks.length}.`,
      );
    }
    const { value, rows, columns, gap } = await solveZeroSum(walkPayoffs(game, walks));
    const mixture = walks
      .map((walk, k) => ({ walk, probability: rows[k] }))
      .filter(({ probability }) => probability > 0);
    return {
      value,
      followerValues: { follower_0: 0 - value },
      commitment: walkBehaviour(game, mixture),
      kind: 'stochastic',
      status: 'optimal',
      tieBreaking: null,
      weakValue: value,
      certificate: { gap, poacher: Array.from(columns) },
      details: { walks: walks.length, mixture },
    };
  },
};
