import type { BanditRlGame } from '../../envs/bandit/bandit-rl-game.js';
import { checkCount, checkNonNegative, checkOneOf } from '../../gymnasium/checks.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { type LinearSolver, loadLp } from '../linear/linear-program.js';
import type { Answer, Solver, Task } from '../solver.js';
import { ArmExplorer, type Exploration, explorations } from './arm-explorer.js';
import { bestArm, isBanditRl, planData } from './bandit-rl-exact.js';
import { lexicographicPlan, planValues, processOf } from './finite-horizon.js';
import { nearBestPlan } from './occupancy.js';
import { type BanditTies, banditTies } from './options.js';

const name = 'bandit-rl-learner';

export interface BanditRlLearnerOptions {
  /** Episodes in the process of each arm. Default 1000. */
  readonly episodes: number;
  /** Follower plans within this of its estimated optimum are taken for responses; at least 0. Default 0.1. */
  readonly epsilon: number;
  /** Default `coverage`. */
  readonly exploration: Exploration;
  /** Whether the follower's near-best plan is taken to be the worst or the best for the leader. Default `against`. */
  readonly ties: BanditTies;
  /** Default 0. */
  readonly seed: Seed;
}

const defaults: BanditRlLearnerOptions = {
  epsilon: 0.1,
  episodes: 1000,
  exploration: 'coverage',
  ties: 'against',
  seed: 0,
};

/** @throws InvalidArgument for unknown options and values out of range */
function learnerOptions(given: Readonly<Record<string, unknown>>): BanditRlLearnerOptions {
  const value = (field: keyof BanditRlLearnerOptions) => given[field] ?? defaults[field];
  return {
    episodes: checkCount(name, 'episodes', value('episodes')),
    epsilon: checkNonNegative(name, 'epsilon', value('epsilon')),
    exploration: checkOneOf(name, 'exploration', value('exploration'), explorations),
    ties: checkOneOf(name, 'ties', value('ties'), banditTies),
    seed: value('seed') as Seed,
  };
}

/**
 * Learns a bandit-RL game (Bai et al. 2021): explores the process of every arm without regard to rewards, then plans
 * in the estimated processes. An arm is worth what the worst plan within `epsilon` of the follower's estimated
 * optimum leaves the leader, by a linear program over occupancy measures. Options: see `BanditRlLearnerOptions`. With
 * deterministic transitions and rewards the estimates are exact once every action that can be reached was tried
 * (`details.untried` is 0 for each arm).
 *
 * `value` and `details.graded` are computed from the true processes, which the algorithm does not see: the arm's
 * value against a best response, and for the planned response its loss to the follower.
 */
export const banditRlLearner: Solver = {
  name,
  summary:
    'learns a bandit-RL game by reward-free exploration of every arm and planning over occupancy measures',
  options: {
    episodes: {
      type: 'integer',
      default: defaults.episodes,
      description: 'episodes in the process of each arm',
    },
    epsilon: {
      type: 'number',
      default: defaults.epsilon,
      description: 'follower plans within this of its estimated optimum are taken for responses',
    },
    exploration: {
      type: 'string',
      enum: explorations,
      default: defaults.exploration,
      description: 'how processes are explored',
    },
    ties: {
      type: 'string',
      enum: banditTies,
      default: defaults.ties,
      description:
        "whether the follower's near-best plan is taken to be the best or the worst for the leader",
    },
    seed: { type: 'integer', default: 0, description: 'of exploration' },
  },
  fits: isBanditRl,
  solve: async (game: BanditRlGame, { commitment, options: given }) => {
    const options = learnerOptions(given);
    return learn(await loadLp(), game, options, commitment);
  },
};

function learn(
  lp: LinearSolver,
  game: BanditRlGame,
  options: BanditRlLearnerOptions,
  commitment: Task['commitment'],
): Answer {
  const { epsilon, episodes, exploration, ties, seed } = options;
  const rng = new Rng(seed).child(name);
  const explorers = game.mdps.map((_, arm) => new ArmExplorer(game, arm, rng.child('arm', arm)));
  for (const explorer of explorers) explorer.explore(episodes, exploration);
  const plans = explorers.map((explorer) => nearBestPlan(lp, explorer.estimate(), epsilon, ties));
  const values = plans.map(({ leaderValue }) => leaderValue);
  const arm = bestArm(values);
  const truth = game.mdps.map((_, k) => lexicographicPlan(processOf(game, k), ties));
  const { leaderValue, followerValue } = truth[arm];
  const [, planned] = planValues(processOf(game, arm), plans[arm].plan);
  return {
    value: leaderValue,
    followerValues: { follower_0: followerValue },
    commitment: [arm, 0],
    kind: commitment ?? 'deterministic',
    status: 'learned',
    tieBreaking: ties,
    details: {
      episodes: episodes * game.arms,
      steps: episodes * game.arms * game.horizon,
      untried: explorers.map((explorer) => explorer.untried()),
      estimatedValues: values,
      plan: planData(plans[arm].plan),
      epsilon,
      graded: {
        regret: Math.max(...truth.map((best) => best.leaderValue)) - leaderValue,
        followerLoss: followerValue - planned,
      },
    },
  };
}
