import { BanditGame } from '../../envs/bandit/bandit-game.js';
import { checkNonNegative, checkOneOf } from '../../gymnasium/checks.js';
import type { Answer, Solver, Task } from '../solver.js';
import { banditTies } from './options.js';
import { chooseArm, gapOf } from './response-sets.js';

const name = 'bandit-exact';

/** Whether the game is a bandit game against a best response. In one step all kinds of memory are the same. */
export function isBandit(game: unknown, { follower }: Task): boolean {
  return game instanceof BanditGame && typeof follower === 'string';
}

/**
 * The optimum of a bandit game from its true means, which no learner sees: max_a phi_0(a), with the follower's ties
 * broken against the leader (Bai et al. 2021), and what an eps-best response makes of every arm. Options: `epsilon`
 * (0.1), at least 0; `ties` ('against'), or 'leader'.
 *
 * The solver `enumeration` plays the same games, where they are small, with ties broken for the leader: its `value`
 * is the strong Stackelberg value, ours with ties 'leader', and its `weakValue` is ours with ties 'against'. Its
 * commitment may be an arm whose weak value is low. Since the follower sees the arm, no mixed commitment does better.
 */
export const banditExact: Solver = {
  name,
  summary: 'the best arm of a bandit game by its true means, ties against the leader (Bai et al. 2021)',
  options: {
    epsilon: { type: 'number', default: 0.1, description: 'slack of the near-best responses in the details' },
    ties: {
      type: 'string',
      enum: banditTies,
      default: 'against',
      description: "how the follower's ties are broken",
    },
  },
  fits: isBandit,
  solve: (game: BanditGame, { commitment, options }) => {
    const epsilon = checkNonNegative(name, 'epsilon', options['epsilon'] ?? 0.1);
    const ties = checkOneOf(name, 'ties', options['ties'] ?? 'against', banditTies);
    return exactAnswer(game, epsilon, ties, commitment);
  },
};

function exactAnswer(
  { means }: BanditGame,
  epsilon: number,
  ties: (typeof banditTies)[number],
  commitment: Task['commitment'],
): Answer {
  const best = chooseArm(means, 0, ties);
  const weak = chooseArm(means, 0, 'against');
  const slack = chooseArm(means, epsilon, 'against');
  return {
    value: best.value,
    followerValues: { follower_0: means.follower[best.arm][best.response] },
    commitment: [best.arm],
    kind: commitment ?? 'deterministic',
    status: 'optimal',
    tieBreaking: ties,
    weakValue: weak.value,
    details: {
      response: best.response,
      values: best.values,
      responses: best.responses,
      epsilon,
      slackArm: slack.arm,
      slackValues: slack.values,
      slackResponses: slack.responses,
      gap: gapOf(means, epsilon),
    },
  };
}
