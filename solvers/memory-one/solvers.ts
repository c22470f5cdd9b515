import type { MarkovGame } from '../../envs/core/markov-game.js';
import { IteratedMatrixGame } from '../../envs/matrix/iterated-matrix-game.js';
import { isRational, type Solver } from '../solver.js';
import { solveDeterministic } from './memory-one.js';
import type { FollowerKind } from './memory-one-model.js';
import { solveStochastic } from './memory-one-search.js';

export const memoryOneEnumeration: Solver = {
  name: 'memory-one-enumeration',
  summary: 'all 32 deterministic memory-1 commitments of an iterated 2x2 game',
  fits: (game, { commitment, follower }) =>
    isTwoByTwo(game) && commitment !== 'stochastic' && isRational(follower),
  solve: (game: IteratedMatrixGame, { follower }) => {
    const solution = solveDeterministic(offsetGame(game), follower as FollowerKind);
    const { value, followerValue, commitment, weakValue, weak } = solution;
    return {
      value,
      followerValues: { follower_0: followerValue },
      commitment,
      kind: 'deterministic',
      status: 'optimal',
      tieBreaking: 'leader',
      weakValue: Math.max(weakValue, weak.weakValue),
    };
  },
};

export const memoryOneSearch: Solver = {
  name: 'memory-one-search',
  summary: 'mixed memory-1 commitments of an iterated 2x2 game by bilevel search, with an upper bound',
  fits: (game, { commitment, follower }) =>
    isTwoByTwo(game) && commitment === 'stochastic' && isRational(follower),
  solve: (game: IteratedMatrixGame, { follower }) => {
    const solution = solveStochastic(offsetGame(game), follower as FollowerKind);
    const { value, followerValue, commitment, weakValue, certificate } = solution;
    return {
      value,
      followerValues: { follower_0: followerValue },
      commitment: Array.from(commitment, (p) => [p, 1 - p]),
      kind: 'stochastic',
      status: certificate.tight ? 'optimal' : 'best-known',
      tieBreaking: 'leader',
      weakValue,
      certificate: { ...certificate },
    };
  },
};

function isTwoByTwo(game: MarkovGame): boolean {
  return (
    game instanceof IteratedMatrixGame &&
    game.payoffs.leader.length === 2 &&
    game.payoffs.leader[0].length === 2
  );
}

function offsetGame({ payoffs, rewardOffset, horizon, memory, discount }: IteratedMatrixGame) {
  const shift = (matrix: readonly (readonly number[])[]) =>
    matrix.map((row) => row.map((payoff) => payoff + rewardOffset));
  return { leader: shift(payoffs.leader), follower: shift(payoffs.follower), horizon, memory, discount };
}
