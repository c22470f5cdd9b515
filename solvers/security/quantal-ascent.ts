import { SecurityGame } from '../../envs/security/security-game.js';
import { attackerUtility, defenderUtility, type Target } from '../../envs/security/security-instances.js';
import { describe, GymError, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import type { FollowerModel, QuantalFollower, SubjectiveQuantalFollower } from '../follower-model.js';
import { softmax } from '../quantal-response.js';
import type { Answer, Solver, Task } from '../solver.js';
import { type OrigamiSolution, origami } from './origami.js';

type Quantal = QuantalFollower | SubjectiveQuantalFollower;

export interface QuantalAscentOptions {
  /**
   * Random starts besides those near the best-response optimum and the uniform coverage. Default 60; on large games and
   * against nearly rational attackers, whose climbs are long, as many of them as some seconds of work allow.
   */
  readonly restarts?: number;
  /** Default 0. */
  readonly seed?: Seed;
}

const defaultRestarts = 60;
/** Evaluations of the objective times targets, for the default number of starts; a climb gets a share of it. */
const work = 1_500_000;
const climbShare = 1 / 8;
const smallestStep = 1e-14;
const longestStep = 10;
/** A climb ends after `patience` steps in a row that gained less than this share of the value. */
const idle = 1e-13;
const patience = 10;
/** By how much the lures of the attacked target raise its exponent over the rest of the attack set. */
const lures = Array.from({ length: 60 }, (_, k) => k + 1);

/**
 * The attacker's exponent at each target, offset + slope * coverage; it attacks target t with a chance of exp of
 * that.
 */
class QuantalObjective {
  private readonly offset: Float64Array;
  private readonly slope: Float64Array;

  constructor(
    readonly targets: readonly Target[],
    follower: Quantal,
  ) {
    const line = (t: Target): [number, number] => {
      if (follower.kind === 'quantal') {
        const { rationality } = follower;
        return [rationality * t.attackerUncovered, rationality * (t.attackerCovered - t.attackerUncovered)];
      }
      const [w1, w2, w3] = follower.weights;
      return [w2 * t.attackerUncovered + w3 * t.attackerCovered, w1];
    };
    this.offset = Float64Array.from(targets, (t) => line(t)[0]);
    this.slope = Float64Array.from(targets, (t) => line(t)[1]);
  }

  attack(coverage: Float64Array): Float64Array {
    return softmax(coverage.map((c, t) => this.offset[t] + this.slope[t] * c));
  }

  value(coverage: Float64Array): number {
    const attack = this.attack(coverage);
    return this.targets.reduce((sum, t, i) => sum + attack[i] * defenderUtility(t, coverage[i]), 0);
  }

  /** The coverage with as much less of one target as raises its exponent by `more`. */
  lured(coverage: Float64Array, target: number, more: number): Float64Array {
    const less = this.slope[target] < 0 ? more / -this.slope[target] : 0;
    return coverage.map((c, t) => (t === target ? Math.max(0, c - less) : c));
  }

  gradient(coverage: Float64Array): Float64Array {
    const attack = this.attack(coverage);
    const value = this.targets.reduce((sum, t, i) => sum + attack[i] * defenderUtility(t, coverage[i]), 0);
    return attack.map((q, i) => {
      const t = this.targets[i];
      const own = t.defenderCovered - t.defenderUncovered;
      return q * (own + this.slope[i] * (defenderUtility(t, coverage[i]) - value));
    });
  }
}

/**
 * The best coverage found against a quantal attacker, by projected gradient ascent from many starts: the problem is
 * not convex, so this is a lower bound on the optimum (Yang et al. 2011 for QR, Nguyen et al. 2013 for SUQR).
 *
 * @throws InvalidArgument for malformed options; GymError if the payoffs are too large for a finite value
 */
export function quantalAscent(
  targets: readonly Target[],
  resources: number,
  follower: Quantal,
  options: QuantalAscentOptions = {},
): { readonly value: number; readonly coverage: Float64Array } {
  const { restarts = defaultRestarts, seed = 0 } = options;
  if (!Number.isSafeInteger(restarts) || restarts < 0) {
    throw new InvalidArgument(
      `quantal-ascent: restarts: expected a whole number of at least 0, got ${describe(restarts)}.`,
    );
  }
  const objective = new QuantalObjective(targets, follower);
  const rng = new Rng(seed).child('quantal-ascent');
  const random = () => Float64Array.from(targets, () => rng.uniform());
  const optimum = origami(targets, resources);
  const starts = [
    optimum.coverage,
    bestLure(objective, optimum),
    new Float64Array(targets.length).fill(Math.min(1, resources / targets.length)),
    ...Array.from({ length: restarts }, random),
  ];
  let best: { value: number; coverage: Float64Array } | null = null;
  let left = (work / targets.length) * Math.max(1, restarts / defaultRestarts);
  const share = Math.ceil(climbShare * left);
  for (const start of starts) {
    if (left <= 0) break;
    const found = climb(objective, project(start, resources), resources, share);
    left -= found.evaluations;
    if (best === null || found.value > best.value) best = found;
  }
  if (!best || !Number.isFinite(best.value)) {
    throw new GymError(
      `quantal-ascent: expected a finite value, got ${best?.value}: the payoffs are too large.`,
    );
  }
  return best;
}

/**
 * Against a nearly rational attacker all that is better than the rest of the attack set is to be attacked where the
 * optimum would have it, a little below its coverage; so narrow a ridge is not climbed from afar.
 */
function bestLure(objective: QuantalObjective, { coverage, attackSet }: OrigamiSolution): Float64Array {
  let best = coverage;
  let value = Number.NEGATIVE_INFINITY;
  for (const target of attackSet) {
    for (const more of lures) {
      const lured = objective.lured(coverage, target, more);
      const reached = objective.value(lured);
      if (reached > value) [best, value] = [lured, reached];
    }
  }
  return best;
}

/**
 * Spectral projected gradient: steps of the length that the last change of the gradient suggests, halved until they
 * gain.
 */
function climb(objective: QuantalObjective, start: Float64Array, resources: number, most: number) {
  let coverage = start;
  let evaluations = 2;
  let value = objective.value(coverage);
  let gradient = objective.gradient(coverage);
  let length = 1;
  for (let waited = 0; evaluations < most && waited < patience; ) {
    const step = (t: number) =>
      project(
        coverage.map((c, i) => c + t * gradient[i]),
        resources,
      );
    let next = step(length);
    let reached = objective.value(next);
    for (; reached <= value && length > smallestStep; reached = objective.value(next)) {
      length /= 2;
      evaluations++;
      next = step(length);
    }
    evaluations += 2;
    if (reached <= value) break;
    waited = reached - value > idle * Math.max(1, Math.abs(value)) ? 0 : waited + 1;
    const turned = objective.gradient(next);
    let [moved, bent] = [0, 0];
    for (let i = 0; i < next.length; i++) {
      const change = next[i] - coverage[i];
      moved += change * change;
      bent += change * (gradient[i] - turned[i]);
    }
    length = bent > 0 ? Math.min(longestStep, moved / bent) : longestStep;
    [coverage, value, gradient] = [next, reached, turned];
  }
  return { value, coverage, evaluations };
}

/** The nearest coverage to a point: in [0, 1] and of sum at most `resources`. */
function project(point: Float64Array, resources: number): Float64Array {
  const clipped = (shift: number) => point.map((x) => Math.min(1, Math.max(0, x - shift)));
  const sum = (shift: number) => {
    let total = 0;
    for (let i = 0; i < point.length; i++) {
      const x = point[i] - shift;
      if (x > 0) total += x < 1 ? x : 1;
    }
    return total;
  };
  if (sum(0) <= resources) return clipped(0);
  let [low, high] = [0, point.reduce((a, b) => Math.max(a, b), 0)];
  for (let k = 0; k < 100 && high - low > 0; k++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(middle) > resources) low = middle;
    else high = middle;
  }
  return clipped(high);
}

function solveQuantal(game: SecurityGame, task: Task): Answer {
  const follower = task.follower as Quantal;
  const { value, coverage } = quantalAscent(game.targets, game.resources, follower, task.options);
  const attack = new QuantalObjective(game.targets, follower).attack(coverage);
  const attackerValue = game.targets.reduce(
    (sum, t, i) => sum + attack[i] * attackerUtility(t, coverage[i]),
    0,
  );
  return {
    value,
    followerValues: { follower_0: attackerValue },
    commitment: Array.from(coverage),
    kind: 'stochastic',
    status: 'best-known',
    tieBreaking: null,
    details: { attack: Array.from(attack) },
  };
}

const isQuantal = (follower: FollowerModel) => typeof follower !== 'string';

export const quantalAscentSolver: Solver = {
  name: 'quantal-ascent',
  summary: 'coverage against a quantal attacker (QR or SUQR), by gradient ascent from many starts',
  options: {
    restarts: {
      type: 'integer',
      description: 'random starts; without it 60, or on large games as many as some seconds allow',
    },
    seed: { type: 'integer', default: 0, description: 'of these starts' },
  },
  fits: (game, { commitment, follower }) =>
    game instanceof SecurityGame &&
    game.schedules === null &&
    commitment !== 'deterministic' &&
    isQuantal(follower),
  solve: solveQuantal,
};
