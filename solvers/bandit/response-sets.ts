import type { BanditMeans } from '../../envs/bandit/bandit-game.js';
import type { BanditTies } from './options.js';

/** Means closer than this count as equal. */
const tolerance = 1e-9;

/** The leader's arm, with what it was chosen by. */
export interface ArmChoice {
  readonly arm: number;
  /** The follower's answer to the arm that the value is taken at. */
  readonly response: number;
  readonly value: number;
  /** phi of every arm: the leader's mean at the worst (or best) response in the set. */
  readonly values: readonly number[];
  /** BR of every arm: the follower's arms that are good enough for it. */
  readonly responses: readonly (readonly number[])[];
}

/**
 * BR_slack(a): the follower's arms whose mean is within `slack` of its best against leader arm a.
 *
 * @param row the follower's means against that arm
 */
export function responseSet(row: readonly number[], slack: number): number[] {
  const floor = Math.max(...row) - slack - tolerance;
  return row.flatMap((mean, b) => (mean >= floor ? [b] : []));
}

/**
 * The leader's best arm where the follower may answer by any arm of BR_slack. With ties `against` its value is
 * phi_slack(a) = min over BR_slack(a) of the leader's mean (Bai et al. 2021); with ties `leader` the maximum. Of
 * equal arms the lowest.
 */
export function chooseArm({ leader, follower }: BanditMeans, slack: number, ties: BanditTies): ArmChoice {
  const responses = follower.map((row) => responseSet(row, slack));
  const picks = responses.map((set, a) =>
    set.reduce((best, b) => (prefers(leader[a][b], leader[a][best], ties) ? b : best)),
  );
  const values = picks.map((b, a) => leader[a][b]);
  const arm = values.reduce((best, value, a) => (value > values[best] + tolerance ? a : best), 0);
  return { arm, response: picks[arm], value: values[arm], values, responses };
}

function prefers(value: number, best: number, ties: BanditTies): boolean {
  return ties === 'leader' ? value > best + tolerance : value < best - tolerance;
}

/**
 * gap_eps = max_a phi_0(a) - max_a phi_eps(a) >= 0: what no algorithm that sees finitely many noisy rewards can be
 * sure to avoid losing (Bai et al. 2021).
 */
export function gapOf(means: BanditMeans, epsilon: number): number {
  return chooseArm(means, 0, 'against').value - chooseArm(means, epsilon, 'against').value;
}
