import {
  expectOptimal,
  type LinearProgram,
  type LinearRow,
  type LinearSolver,
} from '../linear/linear-program.js';
import { type FiniteHorizonMdp, lexicographicPlan, type Plan, type ValuedPlan } from './finite-horizon.js';
import type { BanditTies } from './options.js';

/**
 * The best or worst that the leader can get from a follower whose plan is within `slack` of its optimum, by a linear
 * program over occupancy measures x[h][s][b] (the probability of being in state s at step h and then choosing b) with
 * the constraint V2 >= V2* - slack (Bai et al. 2021). The follower may mix, so that the value is concave or convex in
 * `slack`, and not a step function as in a bandit game.
 *
 * @param slack at least 0; at 0 `lexicographicPlan` gives the same value without a program
 * @throws SolveFailed if the program ended without an optimum
 */
export function nearBestPlan(
  lp: LinearSolver,
  mdp: FiniteHorizonMdp,
  slack: number,
  ties: BanditTies,
): ValuedPlan {
  const best = lexicographicPlan(mdp, ties);
  if (slack === 0) return best;
  const program = occupancyProgram(mdp, best.followerValue - slack, ties);
  const { x, value } = expectOptimal(lp.solve(program), 'The occupancy program of a bandit-RL game');
  const follower = flatten(mdp, mdp.follower);
  return {
    leaderValue: value,
    followerValue: x.reduce((sum, mass, k) => sum + mass * follower[k], 0),
    plan: planOf(mdp, x, best.plan),
  };
}

function flatten(
  { horizon, states, actions }: FiniteHorizonMdp,
  table: FiniteHorizonMdp['leader'],
): number[] {
  return Array.from({ length: horizon * states * actions }, (_, k) => {
    const b = k % actions;
    const s = Math.floor(k / actions) % states;
    return table[Math.floor(k / (actions * states))][s][b];
  });
}

/** Variable (h, s, b) has number (h * states + s) * actions + b. */
function occupancyProgram(mdp: FiniteHorizonMdp, floor: number, ties: BanditTies): LinearProgram {
  const { horizon, states } = mdp;
  const rows: LinearRow[] = [
    { coefficients: flatten(mdp, mdp.follower), lower: floor, upper: Number.POSITIVE_INFINITY },
  ];
  for (let h = 0; h < horizon; h++) for (let s = 0; s < states; s++) rows.push(flowRow(mdp, h, s));
  return { sense: ties === 'leader' ? 'maximize' : 'minimize', objective: flatten(mdp, mdp.leader), rows };
}

/** What leaves state s at step h is what came in: sum_b x[h][s][b] = sum x[h-1][r][c] P(s | r, c), or the start. */
function flowRow({ states, actions, transitions }: FiniteHorizonMdp, h: number, s: number): LinearRow {
  const indices = Array.from({ length: actions }, (_, b) => (h * states + s) * actions + b);
  const values = indices.map(() => 1);
  if (h > 0) {
    for (let r = 0; r < states; r++) {
      for (let c = 0; c < actions; c++) {
        const p = transitions[h - 1][r][c][s];
        if (p === 0) continue;
        indices.push(((h - 1) * states + r) * actions + c);
        values.push(-p);
      }
    }
  }
  const start = h === 0 && s === 0 ? 1 : 0;
  return { coefficients: { indices, values }, lower: start, upper: start };
}

/** Probabilities of actions where the plan leads, `otherwise` elsewhere. */
function planOf({ horizon, states, actions }: FiniteHorizonMdp, x: Float64Array, otherwise: Plan): Plan {
  return Array.from({ length: horizon }, (_, h) =>
    Array.from({ length: states }, (_, s) => {
      const at = (h * states + s) * actions;
      const masses = x.slice(at, at + actions).map((mass) => Math.max(0, mass));
      const total = masses.reduce((sum, mass) => sum + mass, 0);
      return total > 1e-9 ? masses.map((mass) => mass / total) : otherwise[h][s];
    }),
  );
}
