import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { type ClinchOptions, type CoverageProblem, clinch, shave } from './clinch.js';
import {
  type HyperplaneLearnerOptions,
  type LearnedCommitment,
  learnCommitment,
} from './hyperplane-learner.js';

/** The defender's own payoffs at one target. */
export interface DefenderTarget {
  readonly covered: number;
  /** At most `covered`. */
  readonly uncovered: number;
}

/** What the defender knows: its own payoffs and resources, and how to ask. */
export interface SecurityProblem extends CoverageProblem {
  readonly defender: readonly DefenderTarget[];
}

export interface LearnedCoverage {
  /** The defender's payoff at `coverage` and `attacked`. */
  readonly value: number;
  readonly coverage: Float64Array;
  /** What the attacker answered at exactly this coverage. */
  readonly attacked: number;
  /** Targets that the attacker is as good as indifferent between. */
  readonly attackSet: readonly number[];
  readonly queries: number;
  /** Those of the queries that Clinch took. */
  readonly clinchQueries: number;
}

const smallestStep = 1e-12;

/**
 * Learns the optimal coverage of a security game against an unknown attacker: Clinch finds the level that the
 * attacker can be held to, shaving the coverage that all optimal solutions share, with it the attack set; the
 * attacker is then lured to the target of that set that is best for the defender by as little coverage as the
 * bisection resolves. Exact up to the precision where defender payoffs do not fall and attacker payoffs fall with
 * coverage, strictly (Kiekintveld et al. 2009: the optimum holds the attacker down).
 *
 * @param options.precision see `ClinchOptions`. Default 1e-10.
 * @throws InvalidArgument for malformed input; QueryBudgetSpent
 */
export function learnCoverage(problem: SecurityProblem, options: ClinchOptions = {}): LearnedCoverage {
  const { defender, queries } = problem;
  checkDefender('learnCoverage', problem);
  const before = queries.count;
  const clinched = clinch(problem, { precision: 1e-10, ...options });
  const { coverage, attackedAt } = shave(problem, clinched.coverage, clinched.attacked);
  const attackSet = Array.from(attackedAt.keys()).filter((target) => attackedAt[target] !== null);
  const worth = (target: number) => defenderPayoff(defender[target], attackedAt[target]!);
  const lured = attackSet.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const attacked = lure(problem, coverage, lured, attackedAt[lured]!);
  return {
    value: defenderPayoff(defender[attacked], coverage[attacked]),
    coverage,
    attacked,
    attackSet,
    queries: queries.count - before,
    clinchQueries: clinched.queries,
  };
}

/**
 * Lowers a target's coverage in place, from `level` by as little as will do, until it is attacked. Returns the last
 * answer.
 */
function lure({ queries }: SecurityProblem, coverage: Float64Array, target: number, level: number): number {
  coverage[target] = level;
  let attacked = queries.query(coverage);
  for (let step = smallestStep; attacked !== target && coverage[target] > 0; step *= 2) {
    coverage[target] = Math.max(0, level - step);
    attacked = queries.query(coverage);
  }
  return attacked;
}

function defenderPayoff({ covered, uncovered }: DefenderTarget, coverage: number): number {
  return coverage * covered + (1 - coverage) * uncovered;
}

function checkDefender(owner: string, { defender, queries }: SecurityProblem): void {
  if (defender.length !== queries.size) {
    throw new InvalidArgument(
      `${owner}: defender: expected payoffs at ${queries.size} targets, got ${defender.length}.`,
    );
  }
  const bad = defender.findIndex(
    ({ covered, uncovered }) => !(covered >= uncovered && Number.isFinite(covered - uncovered)),
  );
  if (bad < 0) return;
  throw new InvalidArgument(
    `${owner}: defender[${bad}]: expected finite payoffs with covered at least uncovered, got ${describe(defender[bad])}.`,
  );
}

/**
 * The same for a single resource without using the structure: covering target i with certainty is row i of a matrix game
 * whose mixed rows are the coverages, so the learner for matrix games applies. It is the baseline that Clinch is compared
 * with; its queries grow with the boundaries between all pairs of targets, and its vertices exponentially.
 *
 * @throws InvalidArgument for more or less than one resource; otherwise as `learnCommitment`
 */
export function learnCoverageByHyperplanes(
  problem: SecurityProblem,
  options: HyperplaneLearnerOptions = {},
): LearnedCommitment {
  const { defender, queries, resources } = problem;
  checkDefender('learnCoverageByHyperplanes', problem);
  if (resources !== 1) {
    throw new InvalidArgument(
      `learnCoverageByHyperplanes: resources: expected 1, got ${describe(resources)}.`,
    );
  }
  const leader = defender.map((_, i) =>
    defender.map(({ covered, uncovered }, t) => (t === i ? covered : uncovered)),
  );
  return learnCommitment({ leader, queries }, options);
}
