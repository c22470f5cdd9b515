import type { BanditRlGame } from '../../envs/bandit/bandit-rl-game.js';
import type { BanditTies } from './options.js';

/** Values closer than this, relative to the best or absolute below 1, count as equal. */
const tolerance = 1e-9;

/**
 * A decision process of `horizon` steps from state 0, with rewards for leader and follower. Rows of transition
 * probabilities may sum to less than 1: the rest ends the episode.
 */
export interface FiniteHorizonMdp {
  readonly horizon: number;
  readonly states: number;
  readonly actions: number;
  /** Probabilities of the next states, by step, state and action. The last step's do not matter. */
  readonly transitions: readonly (readonly (readonly ArrayLike<number>[])[])[];
  /** Rewards by step, state and action. */
  readonly leader: readonly (readonly (readonly number[])[])[];
  readonly follower: readonly (readonly (readonly number[])[])[];
}

/** The follower's probabilities of its actions, by step and state. */
export type Plan = readonly (readonly ArrayLike<number>[])[];

/** A plan with what it is worth from state 0. */
export interface ValuedPlan {
  readonly leaderValue: number;
  readonly followerValue: number;
  readonly plan: Plan;
}

/** The follower's process after the leader has pulled this arm. */
export function processOf({ mdps, horizon, states, actions }: BanditRlGame, arm: number): FiniteHorizonMdp {
  const { transitions, leader, follower } = mdps[arm];
  const every = <T>(table: T) => new Array<T>(horizon).fill(table);
  return {
    horizon,
    states,
    actions,
    transitions: every(transitions),
    leader: every(leader),
    follower: every(follower),
  };
}

/**
 * The follower's optimum by value iteration, and of all its optimal plans the best or worst for the leader: backward
 * induction on pairs of values compared lexicographically, over the actions that are optimal for the follower. The
 * plan is deterministic.
 */
export function lexicographicPlan(mdp: FiniteHorizonMdp, ties: BanditTies): ValuedPlan {
  const { horizon, states, actions } = mdp;
  let [leaderNext, followerNext] = [new Float64Array(states), new Float64Array(states)];
  const plan: Float64Array[][] = [];
  for (let h = horizon - 1; h >= 0; h--) {
    const [leader, follower] = [new Float64Array(states), new Float64Array(states)];
    const step: Float64Array[] = [];
    for (let s = 0; s < states; s++) {
      const worth = (rewards: FiniteHorizonMdp['leader'], next: Float64Array) =>
        Array.from({ length: actions }, (_, b) =>
          backup(rewards[h][s][b], h + 1 < horizon ? mdp.transitions[h][s][b] : [], next),
        );
      const followerWorth = worth(mdp.follower, followerNext);
      const leaderWorth = worth(mdp.leader, leaderNext);
      const b = lexicographicBest(followerWorth, leaderWorth, ties);
      leader[s] = leaderWorth[b];
      follower[s] = Math.max(...followerWorth);
      step.push(Float64Array.from(followerWorth, (_, k) => (k === b ? 1 : 0)));
    }
    [leaderNext, followerNext] = [leader, follower];
    plan.unshift(step);
  }
  return { leaderValue: leaderNext[0], followerValue: followerNext[0], plan };
}

function backup(reward: number, row: ArrayLike<number>, next: ArrayLike<number>): number {
  let value = reward;
  for (let s = 0; s < row.length; s++) value += row[s] * next[s];
  return value;
}

function lexicographicBest(follower: readonly number[], leader: readonly number[], ties: BanditTies): number {
  const top = Math.max(...follower);
  const floor = top - tolerance * Math.max(1, Math.abs(top));
  const sign = ties === 'leader' ? 1 : -1;
  let best = follower.indexOf(top);
  follower.forEach((worth, b) => {
    if (worth >= floor && sign * (leader[b] - leader[best]) > tolerance) best = b;
  });
  return best;
}

/** What a plan is worth to both, from state 0. */
export function planValues(mdp: FiniteHorizonMdp, plan: Plan): readonly [leader: number, follower: number] {
  const { horizon, states, actions } = mdp;
  let here = Float64Array.from({ length: states }, (_, s) => (s === 0 ? 1 : 0));
  let [leader, follower] = [0, 0];
  for (let h = 0; h < horizon; h++) {
    const next = new Float64Array(states);
    for (let s = 0; s < states; s++) {
      for (let b = 0; b < actions; b++) {
        const mass = here[s] * plan[h][s][b];
        if (mass === 0) continue;
        leader += mass * mdp.leader[h][s][b];
        follower += mass * mdp.follower[h][s][b];
        for (let k = 0; k < states; k++) next[k] += mass * mdp.transitions[h][s][b][k];
      }
    }
    here = next;
  }
  return [leader, follower];
}
