import type { BanditGame, BanditMeans } from '../../envs/bandit/bandit-game.js';
import { checkAbove, checkPositive } from '../../gymnasium/checks.js';
import { checkOptionNames, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import type { Answer, Solver } from '../solver.js';
import { isBandit } from './bandit-exact.js';
import { PairSampler } from './pair-sampler.js';
import { type ArmChoice, chooseArm, gapOf } from './response-sets.js';

const name = 'bandit-stackelberg';
const maxPulls = 1e9;

export interface BanditLearnerOptions {
  /** Accuracy, in (0, 1]: answers that cost the follower more than this are ruled out. Default 0.1. */
  readonly epsilon: number;
  /** Probability of failure, in (0, 1]. Default 0.05. */
  readonly delta: number;
  /** Every pair is pulled ceil(constant * ln(4AB / delta) / epsilon^2) times. Default 8, a choice of this package. */
  readonly constant: number;
  /**
   * Answers with estimated means within `share * epsilon` of the best form the response set; in (0, 1]. Default 3/4.
   */
  readonly share: number;
  /** Default 0. */
  readonly seed: Seed;
}

const defaults: BanditLearnerOptions = { epsilon: 0.1, delta: 0.05, constant: 8, share: 0.75, seed: 0 };

/** @throws InvalidArgument for unknown options, numbers out of range, or more than 10^9 pulls */
export function banditLearnerOptions(
  { means }: BanditGame,
  given: Readonly<Record<string, unknown>>,
): BanditLearnerOptions & { readonly pullsPerPair: number } {
  checkOptionNames(name, given, Object.keys(defaults));
  const value = (field: keyof BanditLearnerOptions) => given[field] ?? defaults[field];
  const epsilon = checkAbove(name, 'epsilon', value('epsilon'), 0, 1);
  const delta = checkAbove(name, 'delta', value('delta'), 0, 1);
  const constant = checkPositive(name, 'constant', value('constant'));
  const share = checkAbove(name, 'share', value('share'), 0, 1);
  const seed = value('seed') as Seed;
  const pairs = means.leader.length * means.leader[0].length;
  const pullsPerPair = Math.ceil((constant * Math.log((4 * pairs) / delta)) / epsilon ** 2);
  if (!(pullsPerPair * pairs <= maxPulls)) {
    throw new InvalidArgument(
      `${name}: epsilon: expected at most ${maxPulls} pulls in all, got ${pullsPerPair * pairs} for ${epsilon}.`,
    );
  }
  return { epsilon, delta, constant, share, seed, pullsPerPair };
}

/** The algorithm's answer to estimated means: the arm that is best at its worst response of the estimated set. */
export function pessimisticArm(
  means: BanditMeans,
  { epsilon, share }: Pick<BanditLearnerOptions, 'epsilon' | 'share'>,
): ArmChoice {
  return chooseArm(means, share * epsilon, 'against');
}

/**
 * Learns a bandit game from noisy rewards (Bai et al. 2021, Algorithm 1): pulls every pair of arms equally often,
 * keeps for each leader arm the follower's answers with estimated means within `share * epsilon` of the best, and
 * takes the arm whose worst such answer is best for the leader. Options: see `BanditLearnerOptions`.
 *
 * If share >= 1/2 and every estimate is within (1 - share) epsilon / 2 of its mean, then the set holds BR_0 and lies
 * in BR_epsilon: the response is epsilon-best, and the arm a has phi_0(a) >= max phi_0 - gap_epsilon - (1 - share)
 * epsilon. By Hoeffding's inequality that has probability 1 - delta if constant >= 2 / (1 - share)^2: 32 for share
 * 3/4, 8 for share 1/2. `details.proved` says whether it holds.
 *
 * `value` and `details.graded` are computed from the true means, which the algorithm does not see; its own numbers are
 * `details.estimatedMeans` and `details.estimatedValue`.
 */
export const banditStackelberg: Solver = {
  name,
  summary:
    'learns a bandit game by pulling every pair of arms, then the best arm at its worst near-best response',
  options: {
    epsilon: {
      type: 'number',
      default: defaults.epsilon,
      description: 'accuracy in (0, 1]: answers that cost the follower more than this are ruled out',
    },
    delta: { type: 'number', default: defaults.delta, description: 'probability of failure, in (0, 1]' },
    constant: {
      type: 'number',
      default: defaults.constant,
      description: 'every pair is pulled ceil(constant * ln(4AB / delta) / epsilon^2) times',
    },
    share: {
      type: 'number',
      default: defaults.share,
      description:
        'answers with estimated means within share * epsilon of the best form the response set; in (0, 1]',
    },
    seed: { type: 'integer', default: 0, description: 'of the pulls' },
  },
  fits: isBandit,
  solve: (game: BanditGame, { commitment, options: given }) => {
    const options = banditLearnerOptions(game, given);
    const sampler = new PairSampler(game, new Rng(options.seed).child(name));
    sampler.pull(options.pullsPerPair);
    return { ...learnedAnswer(game, sampler, options), kind: commitment ?? 'deterministic' };
  },
};

function learnedAnswer(
  { means }: BanditGame,
  sampler: PairSampler,
  options: BanditLearnerOptions,
): Omit<Answer, 'kind'> {
  const estimatedMeans = sampler.means();
  const choice = pessimisticArm(estimatedMeans, options);
  const truth = chooseArm(means, 0, 'against');
  const value = truth.values[choice.arm];
  const best = Math.max(...means.follower[choice.arm]);
  const { epsilon, constant, share } = options;
  return {
    value,
    followerValues: { follower_0: best },
    commitment: [choice.arm],
    status: 'learned',
    tieBreaking: 'against',
    details: {
      pulls: sampler.pulls,
      pullsPerPair: sampler.pullsPerPair,
      proved: share >= 0.5 && constant >= 2 / (1 - share) ** 2,
      response: choice.response,
      responses: choice.responses,
      estimatedMeans,
      estimatedValue: choice.value,
      estimatedGap: gapOf(estimatedMeans, share * epsilon),
      graded: {
        gap: gapOf(means, epsilon),
        regret: truth.value - value,
        followerLoss: best - means.follower[choice.arm][choice.response],
      },
    },
  };
}
