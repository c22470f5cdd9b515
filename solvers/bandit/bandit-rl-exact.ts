import { BanditRlGame } from '../../envs/bandit/bandit-rl-game.js';
import { checkNonNegative, checkOneOf } from '../../gymnasium/checks.js';
import { type LinearSolver, loadLp } from '../linear/linear-program.js';
import { type Answer, isRational, type Solver, type Task } from '../solver.js';
import { lexicographicPlan, type Plan, processOf } from './finite-horizon.js';
import { nearBestPlan } from './occupancy.js';
import { type BanditTies, banditTies } from './options.js';

const name = 'bandit-rl-exact';

/** Whether the game is a bandit-RL game against a best response; the follower sees the step, so both memories agree. */
export function isBanditRl(game: unknown, { follower }: Task): boolean {
  return game instanceof BanditRlGame && isRational(follower);
}

/** Number of the largest value; of equal ones the lowest. */
export function bestArm(values: readonly number[]): number {
  return values.reduce((best, value, arm) => (value > values[best] + 1e-9 ? arm : best), 0);
}

/** A plan as plain data: probabilities by step and state. */
export function planData(plan: Plan): number[][][] {
  return plan.map((step) => step.map((row) => Array.from(row)));
}

/**
 * The optimum of a bandit-RL game from its true processes: for every arm value iteration for the follower, its ties
 * broken lexicographically, and the arm that is best for the leader. Options: `ties` ('leader', as everywhere in the
 * suite, or 'against', as in Bai et al. 2021); `epsilon` (0.1), at least 0, for `details.slackValues`: the worst that
 * a plan within epsilon of the follower's optimum does to the leader at each arm, by a linear program over occupancy
 * measures.
 *
 * Where `enumeration` can list the follower's policies, it finds the same value and weak value.
 */
export const banditRlExact: Solver = {
  name,
  summary: 'the best arm of a bandit-RL game: value iteration for the follower, ties by backward induction',
  options: {
    epsilon: { type: 'number', default: 0.1, description: 'slack of the near-best plans in the details' },
    ties: {
      type: 'string',
      enum: banditTies,
      default: 'leader',
      description: "how the follower's ties are broken",
    },
  },
  fits: isBanditRl,
  solve: async (game: BanditRlGame, { commitment, options }) => {
    const epsilon = checkNonNegative(name, 'epsilon', options['epsilon'] ?? 0.1);
    const ties = checkOneOf(name, 'ties', options['ties'] ?? 'leader', banditTies);
    return exactAnswer(await loadLp(), game, epsilon, ties, commitment);
  },
};

function exactAnswer(
  lp: LinearSolver,
  game: BanditRlGame,
  epsilon: number,
  ties: BanditTies,
  commitment: Task['commitment'],
): Answer {
  const mdps = game.mdps.map((_, arm) => processOf(game, arm));
  const plans = mdps.map((mdp) => lexicographicPlan(mdp, ties));
  const values = plans.map(({ leaderValue }) => leaderValue);
  const weakValues = mdps.map((mdp) => lexicographicPlan(mdp, 'against').leaderValue);
  const slackValues = mdps.map((mdp) => nearBestPlan(lp, mdp, epsilon, 'against').leaderValue);
  const arm = bestArm(values);
  const weakValue = Math.max(...weakValues);
  return {
    value: values[arm],
    followerValues: { follower_0: plans[arm].followerValue },
    commitment: [arm, 0],
    kind: commitment ?? 'deterministic',
    status: 'optimal',
    tieBreaking: ties,
    weakValue,
    details: {
      values,
      weakValues,
      followerValues: plans.map(({ followerValue }) => followerValue),
      plan: planData(plans[arm].plan),
      epsilon,
      slackArm: bestArm(slackValues),
      slackValues,
      gap: weakValue - Math.max(...slackValues),
    },
  };
}
