import { CyberSetting } from '../../envs/multi-follower/cyber.js';
import type { MultiFollower } from '../../envs/multi-follower/multi-follower.js';
import {
  excessAt,
  objectiveAt,
  outcomeOf,
  payoffsAt,
  type SettingName,
  violationAt,
} from '../../envs/multi-follower/setting.js';
import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { bestResponseGap, dampedBestResponse, equilibriumOptions, followerSystem } from './equilibrium.js';
import { better, coverageSearch, feasible, fullInsurance, type PlayedDesign, play } from './feasible.js';
import type { FollowerSystem } from './follower-system.js';
import { implicitGradient } from './implicit-gradient.js';

export interface KktGradientOptions {
  /** Steps of Adam from each start. Default 5000 (qre, cyber) or 1000 (ssg). */
  readonly steps?: number;
  /** Default 0.01 (qre, ssg) or 0.1 (cyber). */
  readonly learningRate?: number;
  /** Weight of the quadratic penalty. Default 10 (qre, ssg) or 100 (cyber). */
  readonly mu?: number;
  /** Designs to start from, of which the best result counts. Default 1 (qre, ssg) or 3 (cyber). */
  readonly starts?: number;
  /** Seed of the starts. Default 0. */
  readonly seed?: Seed;
  /** Residual at which the followers' equilibrium is good enough for a step. Results are computed to 1e-10. Default 1e-6. */
  readonly tolerance?: number;
  /** Called as often as the multipliers are updated, every 100 steps. */
  readonly onProgress?: (progress: KktGradientProgress) => void;
}

export interface KktGradientProgress {
  /** Of all starts together. */
  readonly steps: number;
  /** How much is done, from 0 to 1. */
  readonly fraction: number;
  /** Objective of the best feasible design so far. */
  readonly objective: number;
  /** Violation of the present design, before it is made feasible. */
  readonly violation: number;
}

export interface KktGradientResult {
  /** Feasible at the equilibrium that damped best response reaches from its fixed start. */
  readonly design: Float64Array;
  readonly profile: Float64Array;
  readonly objective: number;
  readonly violation: number;
  readonly followerValues: readonly number[];
  /** The objective without a leader: at the design 0. */
  readonly base: number;
  /** Violation of the last design of the winning start, before it was made feasible. */
  readonly violationBefore: number;
  /** Distance of the profile from the best responses to it, and what the most eager follower would gain by its own. */
  readonly residual: number;
  readonly bestResponseGap: number;
  readonly converged: boolean;
  /** Steps at which the followers' KKT system was singular or their equilibrium was not reached. */
  readonly singularSteps: number;
  readonly unsettledSteps: number;
  /** Objective of full insurance, in `cyber`. */
  readonly fullInsurance?: number;
  /** What the result came from. */
  readonly origin: 'gradient' | 'full insurance' | 'no intervention';
}

const defaults: Readonly<Record<SettingName, { steps: number; learningRate: number; mu: number; starts: number }>> = {
  qre: { steps: 5000, learningRate: 0.01, mu: 10, starts: 1 },
  ssg: { steps: 1000, learningRate: 0.01, mu: 10, starts: 1 },
  cyber: { steps: 5000, learningRate: 0.1, mu: 100, starts: 3 },
};
const multiplierEvery = 100;
/** Adam (Kingma & Ba 2015). */
const [firstDecay, secondDecay, epsilon] = [0.9, 0.999, 1e-8];

/** A running ascent from one start. */
interface Ascent {
  design: Float64Array;
  profile: Float64Array;
  best: PlayedDesign;
  violation: number;
}

/**
 * Gradient ascent on the leader's design through the followers' equilibrium (Wang et al. 2022): each step finds the equilibrium by
 * damped best response, differentiates its KKT conditions implicitly, and moves by Adam on an augmented Lagrangian of the leader's
 * constraints, within the bounds of the design. Slacks are minimised out, so multipliers stay at least 0. Every 100 steps the
 * multipliers are updated and the design, made feasible, is compared with the best so far. Not stochastic: the followers'
 * equilibrium is tracked from step to step, and the result is played from their fixed start.
 *
 * @throws InvalidArgument for malformed options or a game of another class
 */
export function kktGradient(game: MultiFollower, options: KktGradientOptions = {}): KktGradientResult {
  const system = followerSystem(game);
  const { steps, starts, seed, ...rest } = checked(system.setting.name, options);
  const exact = equilibriumOptions('kkt-gradient', {});
  const loop = equilibriumOptions('kkt-gradient', { tolerance: rest.tolerance });
  const size = system.setting.designSpace.size;
  const none = play(system, new Float64Array(size), exact);
  const full = system.setting instanceof CyberSetting ? fullInsurance(system, exact) : undefined;
  const counts = { singular: 0, unsettled: 0 };
  const candidates: { played: PlayedDesign; origin: KktGradientResult['origin']; violation: number }[] = [
    { played: none, origin: 'no intervention', violation: none.outcome[violationAt] },
    ...(full ? [{ played: full, origin: 'full insurance' as const, violation: 0 }] : []),
  ];
  let best = objectiveOf(none);
  const rng = new Rng(seed).child('kkt-gradient');
  for (let start = 0; start < starts; start++) {
    const ascent = startAscent(system, none, rng.child(start));
    const adam = makeAdam(size, rest.learningRate);
    const multipliers = new Float64Array(system.setting.constraints);
    for (let step = 1; step <= steps; step++) {
      advance(system, ascent, adam, multipliers, rest.mu, loop, counts);
      if (step % multiplierEvery !== 0 && step !== steps) continue;
      review(system, ascent, multipliers, rest.mu, loop);
      best = Math.max(best, objectiveOf(ascent.best));
      const done = start * steps + step;
      options.onProgress?.({
        steps: done,
        fraction: done / (starts * steps),
        objective: best,
        violation: ascent.violation,
      });
    }
    candidates.push({
      played: feasible(system, ascent.best.design, exact),
      origin: 'gradient',
      violation: ascent.violation,
    });
  }
  const winner = candidates.reduce((a, b) => (objectiveOf(b.played) > objectiveOf(a.played) ? b : a));
  return result(system, winner, none, full, counts);
}

const objectiveOf = ({ outcome }: PlayedDesign) => outcome[objectiveAt];

/** Small payments, or coverage of random shares of the losses. */
function startAscent(system: FollowerSystem, none: PlayedDesign, rng: Rng): Ascent {
  const { designSpace, name, followers } = system.setting;
  const share = (k: number) => (name !== 'cyber' ? 1e-3 * rng.uniform() : k < followers ? rng.uniform() : 0);
  const design = Float64Array.from(designSpace.high, (high, k) => high * share(k));
  return { design, profile: none.profile, best: none, violation: 0 };
}

interface Adam {
  readonly rate: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
  step: number;
}

function makeAdam(size: number, rate: number): Adam {
  return { rate, first: new Float64Array(size), second: new Float64Array(size), step: 0 };
}

/** One step of the ascent. */
function advance(
  system: FollowerSystem,
  ascent: Ascent,
  adam: Adam,
  multipliers: Float64Array,
  mu: number,
  loop: ReturnType<typeof equilibriumOptions>,
  counts: { singular: number; unsettled: number },
): void {
  const { design } = ascent;
  const { profile, converged } = dampedBestResponse(system, design, loop, ascent.profile);
  ascent.profile = profile;
  const outcome = outcomeOf(system.setting, design, profile);
  const weights = multipliers.map((m, k) => Math.max(0, m + mu * outcome[excessAt + k]));
  const { gradient, singular } = implicitGradient(system, design, profile, weights);
  if (!converged) counts.unsettled++;
  if (singular) counts.singular++;
  if (system.setting.name !== 'cyber') normalise(gradient);
  climb(adam, gradient, design, system.setting.designSpace.high);
}

function normalise(gradient: Float64Array): void {
  const norm = Math.sqrt(gradient.reduce((sum, x) => sum + x * x, 0));
  if (norm > 0) for (let k = 0; k < gradient.length; k++) gradient[k] /= norm;
}

/** One step of Adam uphill, cut off at the bounds. */
function climb(adam: Adam, gradient: Float64Array, design: Float64Array, high: ArrayLike<number>): void {
  const { first, second, rate } = adam;
  adam.step++;
  const scale = rate / (1 - firstDecay ** adam.step);
  const correction = 1 - secondDecay ** adam.step;
  for (let k = 0; k < design.length; k++) {
    first[k] += (1 - firstDecay) * (gradient[k] - first[k]);
    second[k] += (1 - secondDecay) * (gradient[k] ** 2 - second[k]);
    const move = (scale * first[k]) / (Math.sqrt(second[k] / correction) + epsilon);
    design[k] = Math.min(high[k], Math.max(0, design[k] + move));
  }
}

/** Updates the multipliers and keeps the design, made feasible, if it is the best so far. */
function review(
  system: FollowerSystem,
  ascent: Ascent,
  multipliers: Float64Array,
  mu: number,
  loop: ReturnType<typeof equilibriumOptions>,
): void {
  const { outcome, profile } = play(system, ascent.design, loop, ascent.profile);
  ascent.violation = outcome[violationAt];
  for (let k = 0; k < multipliers.length; k++)
    multipliers[k] = Math.max(0, multipliers[k] + mu * outcome[excessAt + k]);
  const candidate = feasible(system, ascent.design.slice(), loop, profile);
  ascent.best = better(ascent.best, candidate);
}

function result(
  system: FollowerSystem,
  {
    played,
    origin,
    violation,
  }: { played: PlayedDesign; origin: KktGradientResult['origin']; violation: number },
  none: PlayedDesign,
  full: PlayedDesign | undefined,
  counts: { singular: number; unsettled: number },
): KktGradientResult {
  const { design, outcome } = played;
  const { profile, residual, converged } = dampedBestResponse(
    system,
    design,
    equilibriumOptions('kkt-gradient', {}),
  );
  const at = payoffsAt(system.setting);
  return {
    design,
    profile,
    objective: outcome[objectiveAt],
    violation: outcome[violationAt],
    followerValues: Array.from(outcome.slice(at, at + system.setting.followers)),
    base: objectiveOf(none),
    violationBefore: violation,
    residual,
    bestResponseGap: bestResponseGap(system, design, profile),
    converged,
    singularSteps: counts.singular,
    unsettledSteps: counts.unsettled,
    ...(full && { fullInsurance: objectiveOf(full) }),
    origin,
  };
}

const names = ['steps', 'learningRate', 'mu', 'starts', 'seed', 'tolerance', 'onProgress'];

function checked(setting: SettingName, given: KktGradientOptions) {
  checkOptionNames('kkt-gradient', given, names);
  const options = { ...defaults[setting], tolerance: 1e-6, seed: 0 as Seed, ...given };
  const refuse = (field: string, expected: string, got: unknown) => {
    throw new InvalidArgument(`kkt-gradient: ${field}: expected ${expected}, got ${describe(got)}.`);
  };
  for (const field of ['steps', 'starts'] as const) {
    if (!(Number.isSafeInteger(options[field]) && options[field] > 0))
      refuse(field, 'a positive integer', options[field]);
  }
  for (const field of ['learningRate', 'mu', 'tolerance'] as const) {
    if (!(options[field] > 0 && options[field] < Infinity)) refuse(field, 'a positive number', options[field]);
  }
  return options;
}
