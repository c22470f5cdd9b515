import { modelOf } from '../../envs/core/model.js';
import { FiniteMarkovGame } from '../../envs/markov/finite-markov-game.js';
import type { Discrete } from '../../gymnasium/spaces/discrete.js';
import { bestResponse } from '../best-response.js';
import { loadLp } from '../linear/linear-program.js';
import type { Answer, Solver, Task } from '../solver.js';
import { backwardObservations, continuation, initialValue, myopicOptimum } from './backward-induction.js';
import {
  checkValueIteration,
  type StagePolicy,
  ValueIterationLearner,
  valueIterationNotes,
} from './value-iteration-learner.js';

/** Points kept of a regret curve. */
const curvePoints = 50;

/**
 * The leader's exact expected return if both players draw from a row of probabilities at each observation. For grading:
 * learners do not see it.
 */
export function expectedReturn(
  game: FiniteMarkovGame,
  leaderRows: readonly ArrayLike<number>[],
  followerRows: readonly ArrayLike<number>[],
): number {
  const values = new Float64Array(leaderRows.length);
  for (const o of backwardObservations(game)) {
    const { leader } = game.stageAt(o);
    for (let row = 0; row < leaderRows[o].length; row++) {
      for (let column = 0; column < followerRows[o].length; column++) {
        const p = leaderRows[o][row] * followerRows[o][column];
        const a = Math.min(row, leader.length - 1);
        const b = Math.min(column, leader[0].length - 1);
        if (p > 0) values[o] += p * (leader[a][b] + continuation(game, o, a, b, values));
      }
    }
  }
  return initialValue(game, values);
}

/** What an episode of a policy is worth on average, if the follower plays the recommended responses. */
export function policyValue(game: FiniteMarkovGame, { commitment, responses }: StagePolicy): number {
  const { n } = game.agents[1].actionSpace as Discrete;
  const followerRows = Array.from(responses, (response) =>
    Array.from({ length: n }, (_, b) => Number(b === response)),
  );
  return expectedReturn(game, commitment, followerRows);
}

/** A policy's commitment as solutions hold it. */
export function rowsOf({ commitment }: StagePolicy): number[][] {
  return commitment.map((x) => Array.from(x));
}

/** A learned commitment, graded by the exact best response of a myopic follower with ties for the leader. */
function graded(game: FiniteMarkovGame, learner: ValueIterationLearner, details: object): Answer {
  const commitment = rowsOf(learner.policy);
  const response = bestResponse(modelOf(game), commitment, { memory: 'myopic', ties: 'leader' });
  const { episodes, steps, estimate } = learner;
  return {
    value: response.leaderValue,
    followerValues: { follower_0: response.followerValue },
    commitment,
    kind: 'stochastic',
    status: 'learned',
    tieBreaking: 'leader',
    details: { episodes, steps, estimate, ...details },
  };
}

const fits: Solver['fits'] = (game, { commitment, follower }) =>
  game instanceof FiniteMarkovGame && commitment !== 'deterministic' && follower === 'myopic';

/** A learner with checked options, ready to play. @throws InvalidArgument for malformed options */
export async function valueIterationLearner(
  owner: string,
  game: FiniteMarkovGame,
  sign: 1 | -1,
  options: Readonly<Record<string, unknown>>,
): Promise<ValueIterationLearner> {
  return new ValueIterationLearner(owner, game, await loadLp(), sign, checkValueIteration(owner, options));
}

/**
 * Optimistic least-squares value iteration, online (Zhong et al., JMLR 2023): every episode is played by the policy
 * that would be best if all that is uncertain were as good as it can be. `details.regret` is the sum over episodes of
 * optimum - expected return.
 */
export const optimisticLsvi: Solver = {
  name: 'optimistic-lsvi',
  summary:
    'optimistic least-squares value iteration, played online against a myopic follower (Zhong et al. 2023)',
  options: valueIterationNotes,
  fits,
  solve: async (game: FiniteMarkovGame, { options }: Task) => {
    const { episodes } = checkValueIteration('optimistic-lsvi', options);
    const learner = await valueIterationLearner('optimistic-lsvi', game, 1, options);
    const optimum = await myopicOptimum(game);
    const curve: { episode: number; regret: number }[] = [];
    let regret = 0;
    for (let episode = 1; episode <= episodes; episode++) {
      regret += optimum - policyValue(game, learner.policy);
      learner.playEpisode();
      if (Math.floor((episode * curvePoints) / episodes) > curve.length) curve.push({ episode, regret });
    }
    return graded(game, learner, { regret: curve, averageRegret: regret / episodes });
  },
};

/**
 * Pessimistic least-squares value iteration, offline (Zhong et al., JMLR 2023): from episodes in which both players
 * drew their actions uniformly, the policy that is best if all that is uncertain is as bad as it can be.
 * `details.estimate` is its pessimistic value, meant as a lower bound.
 */
export const pessimisticLsvi: Solver = {
  name: 'pessimistic-lsvi',
  summary:
    'pessimistic least-squares value iteration on episodes of uniform play, for a myopic follower (Zhong et al. 2023)',
  options: valueIterationNotes,
  fits,
  solve: async (game: FiniteMarkovGame, { options }: Task) => {
    const { episodes } = checkValueIteration('pessimistic-lsvi', options);
    const learner = await valueIterationLearner('pessimistic-lsvi', game, -1, options);
    while (learner.episodes < episodes) learner.exploreEpisode();
    return graded(game, learner, { behaviour: 'uniform' });
  },
};
