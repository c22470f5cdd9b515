import type { SecurityGame } from '../../envs/security/security-game.js';
import { attackerUtility, defenderUtility, type Target } from '../../envs/security/security-instances.js';
import type { Solver } from '../solver.js';
import { plainSecurityGame, securityAnswer } from './security-answer.js';

/** The coverage that leaves the attacker the least, and what follows from it. */
export interface OrigamiSolution {
  /** Probability that each target is covered. */
  readonly coverage: Float64Array;
  /** The attacker's utility at every target of the attack set. */
  readonly attackerUtility: number;
  /** Targets that are best for the attacker. */
  readonly attackSet: readonly number[];
  /** The target of the attack set that is best for the defender. */
  readonly attacked: number;
}

/** Utilities this close, in units of the attacker's payoff range, count as equal. */
const same = 1e-10;

/**
 * ORIGAMI (Kiekintveld et al., "Computing optimal randomized resource allocations for massive security games", AAMAS
 * 2009): the optimal coverage with homogeneous resources and no schedules, in O(n log n). Targets are taken into the
 * attack set in descending order of their uncovered payoff; at attacker utility u a member needs the coverage
 * (uncovered - u) / (uncovered
 * - covered), and u falls until the resources are used up or a member is fully covered.
 */
export function origami(targets: readonly Target[], resources: number): OrigamiSolution {
  const u = leastUtility(targets, resources);
  const coverage = Float64Array.from(targets, (t) => needed(t, u));
  const range = Math.max(
    1,
    ...targets.map((t) => Math.max(Math.abs(t.attackerUncovered), Math.abs(t.attackerCovered))),
  );
  const attackSet = targets.flatMap((t, i) =>
    Math.abs(attackerUtility(t, coverage[i]) - u) <= same * range ? [i] : [],
  );
  const spare = resources - coverage.reduce((sum, c) => sum + c, 0);
  const best = attackSet.map((i) => {
    const { attackerCovered, attackerUncovered } = targets[i];
    const extra = attackerCovered === attackerUncovered ? Math.max(0, Math.min(1, spare)) : 0;
    const covered = Math.max(coverage[i], extra);
    return { target: i, covered, value: defenderUtility(targets[i], covered) };
  });
  const chosen = best.reduce((a, b) => (b.value > a.value + 1e-12 * Math.max(1, Math.abs(a.value)) ? b : a));
  coverage[chosen.target] = chosen.covered;
  return { coverage, attackerUtility: u, attackSet, attacked: chosen.target };
}

/** The coverage that brings a target down to attacker utility u; one whose payoffs are equal cannot be brought down. */
function needed({ attackerCovered, attackerUncovered }: Target, u: number): number {
  if (attackerUncovered <= u || attackerUncovered === attackerCovered) return 0;
  return Math.min(1, (attackerUncovered - u) / (attackerUncovered - attackerCovered));
}

/** The least u that the coverage within the resources can hold all targets to. */
function leastUtility(targets: readonly Target[], resources: number): number {
  const floor = targets.reduce((u, t) => Math.max(u, t.attackerCovered), -Infinity);
  const sorted = targets
    .filter((t) => t.attackerUncovered > t.attackerCovered)
    .sort((a, b) => b.attackerUncovered - a.attackerUncovered);
  let [weighted, weights] = [0, 0];
  for (let k = 0; k < sorted.length; k++) {
    const { attackerCovered, attackerUncovered } = sorted[k];
    const weight = 1 / (attackerUncovered - attackerCovered);
    weighted += attackerUncovered * weight;
    weights += weight;
    const u = (weighted - resources) / weights;
    const next = sorted[k + 1]?.attackerUncovered ?? -Infinity;
    if (u >= next || next <= floor) return Math.max(u, floor);
  }
  return floor;
}

export const origamiSolver: Solver = {
  name: 'origami',
  summary:
    'optimal coverage of a static security game without schedules, in O(n log n) (Kiekintveld et al. 2009)',
  fits: plainSecurityGame,
  solve: (game: SecurityGame) => {
    const { coverage, attackSet, attackerUtility } = origami(game.targets, game.resources);
    return securityAnswer(game, coverage, { attackSet, attackerUtility });
  },
};
