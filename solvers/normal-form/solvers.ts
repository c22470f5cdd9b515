import type { MarkovGame } from '../../envs/core/markov-game.js';
import { NormalForm } from '../../envs/matrix/normal-form.js';
import { type Answer, isRational, type Solver, type Task } from '../solver.js';
import { pureCommitment, solveNormalForm } from './normal-form.js';
import { certifyNormalForm } from './rational.js';

const mixed = (game: MarkovGame, { commitment, follower }: Task) =>
  game instanceof NormalForm && !game.observeAction && commitment !== 'deterministic' && isRational(follower);

export const multipleLps: Solver = {
  name: 'multiple-lps',
  summary:
    'mixed commitments of a bimatrix game, a linear program a follower column (Conitzer & Sandholm 2006)',
  fits: mixed,
  solve: (game: NormalForm, task) => solveBy(game, task, 'multipleLps'),
};

export const singleLp: Solver = {
  name: 'single-lp',
  summary: 'the same by one linear program over correlated play (Conitzer & Korzhyk 2011)',
  fits: mixed,
  solve: (game: NormalForm, task) => solveBy(game, task, 'singleLp'),
};

async function solveBy(
  { payoffs }: NormalForm,
  { certify }: Task,
  method: 'multipleLps' | 'singleLp',
): Promise<Answer> {
  const solution = await solveNormalForm(payoffs.leader, payoffs.follower, { method });
  const { value, followerValue, commitment, weakValue, weakAttained } = solution;
  return {
    value,
    followerValues: { follower_0: followerValue },
    commitment: Array.from(commitment),
    kind: 'stochastic',
    status: 'optimal',
    tieBreaking: 'leader',
    weakValue,
    certificate: {
      weakAttained,
      ...(certify && { exact: await certifyNormalForm(payoffs.leader, payoffs.follower) }),
    },
  };
}

/** Best row: also what mixing comes to where the follower sees the row before it moves. */
export const pureEnumeration: Solver = {
  name: 'pure-enumeration',
  summary: 'the best row of a bimatrix game',
  fits: (game, { commitment, follower }) =>
    game instanceof NormalForm &&
    (game.observeAction || commitment === 'deterministic') &&
    isRational(follower),
  solve: ({ payoffs }: NormalForm, { commitment }) => {
    const { row, value, followerValue, weakValue } = pureCommitment(payoffs.leader, payoffs.follower);
    return {
      value,
      followerValues: { follower_0: followerValue },
      commitment: [row],
      kind: commitment ?? 'stochastic',
      status: 'optimal',
      tieBreaking: 'leader',
      weakValue,
    };
  },
};
