import { SecurityGame } from '../../envs/security/security-game.js';
import { attackerUtility, defenderUtility, type Target } from '../../envs/security/security-instances.js';
import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import type { FollowerModel, QuantalFollower, SubjectiveQuantalFollower } from '../follower-model.js';
import { softmax } from '../quantal-response.js';
import type { Answer, Solver, Task } from '../solver.js';
import { origami } from './origami.js';

type Quantal = QuantalFollower | SubjectiveQuantalFollower;

export interface QuantalAscentOptions {
  /** Random starts besides the best-response optimum and the uniform coverage. Default 60. */
  readonly restarts?: number;
  /** Default 0. */
  readonly seed?: Seed;
}

const maxSteps = 5_000;
const smallestStep = 1e-14;
const longestStep = 10;
/** A climb ends after `patience` steps in a row that gained less than this share of the value. */
const idle = 1e-13;
const patience = 10;

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

  gradient(coverage: Float64Array): Float64Array {
    const attack = this.attack(coverage);
    const value = this.value(coverage);
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
 * @throws InvalidArgument for malformed options
 */
export function quantalAscent(
  targets: readonly Target[],
  resources: number,
  follower: Quantal,
  options: QuantalAscentOptions = {},
): { readonly value: number; readonly coverage: Float64Array } {
  const { restarts = 60, seed = 0 } = options;
  if (!Number.isSafeInteger(restarts) || restarts < 0) {
    throw new InvalidArgument(
      `quantal-ascent: restarts: expected a whole number of at least 0, got ${describe(restarts)}.`,
    );
  }
  const objective = new QuantalObjective(targets, follower);
  const rng = new Rng(seed).child('quantal-ascent');
  const random = () => Float64Array.from(targets, () => rng.uniform());
  const starts = [
    origami(targets, resources).coverage,
    new Float64Array(targets.length).fill(Math.min(1, resources / targets.length)),
    ...Array.from({ length: restarts }, random),
  ];
  let best: { value: number; coverage: Float64Array } | null = null;
  for (const start of starts) {
    const found = climb(objective, project(start, resources), resources);
    if (best === null || found.value > best.value) best = found;
  }
  return best!;
}

/**
 * Spectral projected gradient: steps of the length that the last change of the gradient suggests, halved until they
 * gain.
 */
function climb(objective: QuantalObjective, start: Float64Array, resources: number) {
  let coverage = start;
  let value = objective.value(coverage);
  let gradient = objective.gradient(coverage);
  let length = 1;
  for (let k = 0, waited = 0; k < maxSteps && waited < patience; k++) {
    const step = (t: number) =>
      project(
        coverage.map((c, i) => c + t * gradient[i]),
        resources,
      );
    let next = step(length);
    let reached = objective.value(next);
    for (; reached <= value && length > smallestStep; reached = objective.value(next)) {
      length /= 2;
      next = step(length);
    }
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
  return { value, coverage };
}

/** The nearest coverage to a point: in [0, 1] and of sum at most `resources`. */
function project(point: Float64Array, resources: number): Float64Array {
  const clipped = (shift: number) => point.map((x) => Math.min(1, Math.max(0, x - shift)));
  const sum = (x: Float64Array) => x.reduce((a, b) => a + b, 0);
  if (sum(clipped(0)) <= resources) return clipped(0);
  let [low, high] = [0, point.reduce((a, b) => Math.max(a, b), 0)];
  for (let k = 0; k < 100 && high - low > 0; k++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(clipped(middle)) > resources) low = middle;
    else high = middle;
  }
  return clipped(high);
}

function solveQuantal(game: SecurityGame, task: Task): Answer {
  checkOptionNames('quantal-ascent', task.options, ['restarts', 'seed']);
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
  fits: (game, { commitment, follower }) =>
    game instanceof SecurityGame &&
    game.schedules === null &&
    commitment !== 'deterministic' &&
    isQuantal(follower),
  solve: solveQuantal,
};
