import { CyberSetting } from '../../envs/multi-follower/cyber.js';
import type { MultiFollower } from '../../envs/multi-follower/multi-follower.js';
import { objectiveAt, payoffsAt, type SettingName, violationAt } from '../../envs/multi-follower/setting.js';
import { checkCount, checkPositive } from '../../gymnasium/checks.js';
import { checkOptionNames } from '../../gymnasium/error.js';
import { Rng, type Seed } from '../../gymnasium/rng.js';
import { Ascent } from './ascent.js';
import { bestResponseGap, dampedBestResponse, equilibriumOptions, followerSystem } from './equilibrium.js';
import { coverageSearch, feasible, fullInsurance, type PlayedDesign, play, settled } from './feasible.js';
import type { FollowerSystem } from './follower-system.js';

export interface KktGradientOptions {
  /** Steps of Adam from each start. Default 1000, or 300 in `ssg`; 5000 in the paper. */
  readonly steps?: number;
  /** Default 0.01 (qre, ssg) or 0.1 (cyber). */
  readonly learningRate?: number;
  /** Weight of the quadratic penalty. Default 10 (qre, ssg) or 100 (cyber). */
  readonly mu?: number;
  /** Designs to start from, of which the best result counts. Default 1 (qre, ssg) or 3 (cyber). */
  readonly starts?: number;
  /** Seed of the starts. Default 0. */
  readonly seed?: Seed;
  /**
   * Residual at which the followers' equilibrium is good enough for a step. The result is computed to 1e-10. Default
   * 1e-6.
   */
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

/** Where a design came from. */
export type DesignOrigin = 'gradient' | 'coverage search' | 'full insurance' | 'no intervention';

export interface KktGradientResult {
  /** Feasible at the equilibrium that damped best response reaches from its fixed start. */
  readonly design: Float64Array;
  readonly profile: Float64Array;
  readonly objective: number;
  readonly violation: number;
  readonly followerValues: readonly number[];
  readonly origin: DesignOrigin;
  /** The objective without a leader: at the design 0. */
  readonly base: number;
  /** Best objective by gradient ascent alone. */
  readonly byGradient: number;
  /** Violation of the last design of the last start, before it was made feasible. */
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
}

const defaults = {
  qre: { steps: 1000, learningRate: 0.01, mu: 10, starts: 1 },
  ssg: { steps: 300, learningRate: 0.01, mu: 10, starts: 1 },
  cyber: { steps: 1000, learningRate: 0.1, mu: 100, starts: 3 },
};
const reviewEvery = 100;

interface Candidate {
  readonly played: PlayedDesign;
  readonly origin: DesignOrigin;
}

const objectiveOf = ({ outcome }: PlayedDesign) => outcome[objectiveAt];

/**
 * Gradient ascent on the leader's design through the followers' equilibrium (Wang et al. 2022): each step finds the
 * equilibrium by damped best response, differentiates its KKT conditions implicitly, and moves by Adam on an
 * augmented Lagrangian of the leader's constraints. Every 100 steps the multipliers are updated and the design, made
 * feasible, is compared with the best so far. Other than in the paper the equilibrium is tracked from step to step
 * instead of drawn, and the result is played from the followers' fixed start. In `cyber`, full insurance and a search
 * from there are candidates beside the gradient's.
 *
 * @throws InvalidArgument for malformed options or a game of another class
 */
export function kktGradient(game: MultiFollower, options: KktGradientOptions = {}): KktGradientResult {
  const system = followerSystem(game);
  const { steps, starts, seed, tolerance, ...rules } = checked(system.setting.name, options);
  const exact = equilibriumOptions('kkt-gradient', {});
  const loop = equilibriumOptions('kkt-gradient', { tolerance });
  const none = play(system, new Float64Array(system.setting.designSpace.size), exact);
  const candidates: Candidate[] = [{ played: none, origin: 'no intervention' }, ...insured(system)];
  const rng = new Rng(seed).child('kkt-gradient');
  const ascents: Ascent[] = [];
  let objective = Math.max(...candidates.map(({ played }) => objectiveOf(played)));
  for (let start = 0; start < starts; start++) {
    const from = startOf(system, none, rng.child(start));
    const ascent = new Ascent(system, from, none, rules, loop);
    ascents.push(ascent);
    for (let step = 1; step <= steps; step++) {
      ascent.advance();
      if (step % reviewEvery !== 0 && step !== steps) continue;
      ascent.review();
      objective = Math.max(objective, objectiveOf(ascent.best));
      const done = start * steps + step;
      const { violation } = ascent;
      options.onProgress?.({ steps: done, fraction: done / (starts * steps), objective, violation });
    }
    candidates.push({ played: feasible(system, ascent.best.design, exact), origin: 'gradient' });
  }
  return resultOf(system, candidates, ascents);
}

/** Full insurance, and what a search from there finds; nothing in other settings. */
function insured(system: FollowerSystem): Candidate[] {
  if (!(system.setting instanceof CyberSetting)) return [];
  const exact = equilibriumOptions('kkt-gradient', {});
  const full = fullInsurance(system, exact);
  const found = coverageSearch(system, full, exact);
  return [
    { played: full, origin: 'full insurance' },
    { played: found, origin: 'coverage search' },
  ];
}

/** Small payments, or coverage of random shares of the losses. */
function startOf(system: FollowerSystem, none: PlayedDesign, rng: Rng): PlayedDesign {
  const { designSpace, name, followers } = system.setting;
  const share = (k: number) => (name !== 'cyber' ? 1e-3 * rng.uniform() : k < followers ? rng.uniform() : 0);
  return { ...none, design: Float64Array.from(designSpace.high, (high, k) => high * share(k)) };
}

function resultOf(
  system: FollowerSystem,
  candidates: readonly Candidate[],
  ascents: readonly Ascent[],
): KktGradientResult {
  const valid = candidates.filter(({ played }, k) => k === 0 || settled(played));
  const { played, origin } = valid.reduce((a, b) => (objectiveOf(b.played) > objectiveOf(a.played) ? b : a));
  const { design, outcome } = played;
  const reached = dampedBestResponse(system, design, equilibriumOptions('kkt-gradient', {}));
  const at = payoffsAt(system.setting);
  const of = (wanted: DesignOrigin) => valid.filter((candidate) => candidate.origin === wanted);
  const [full] = of('full insurance');
  const total = (count: (ascent: Ascent) => number) => ascents.reduce((sum, each) => sum + count(each), 0);
  return {
    design,
    profile: reached.profile,
    objective: outcome[objectiveAt],
    violation: outcome[violationAt],
    followerValues: Array.from(outcome.slice(at, at + system.setting.followers)),
    origin,
    base: objectiveOf(candidates[0].played),
    byGradient: Math.max(
      ...[candidates[0], ...of('gradient')].map((candidate) => objectiveOf(candidate.played)),
    ),
    violationBefore: ascents[ascents.length - 1].violation,
    residual: reached.residual,
    bestResponseGap: bestResponseGap(system, design, reached.profile),
    converged: reached.converged,
    singularSteps: total(({ singular }) => singular),
    unsettledSteps: total(({ unsettled }) => unsettled),
    ...(full && { fullInsurance: objectiveOf(full.played) }),
  };
}

const names = ['steps', 'learningRate', 'mu', 'starts', 'seed', 'tolerance', 'onProgress'];

function checked(setting: SettingName, given: KktGradientOptions) {
  checkOptionNames('kkt-gradient', given, names);
  const options = { ...defaults[setting], tolerance: 1e-6, seed: 0 as Seed, ...given };
  for (const field of ['steps', 'starts'] as const) checkCount('kkt-gradient', field, options[field]);
  for (const field of ['learningRate', 'mu', 'tolerance'] as const)
    checkPositive('kkt-gradient', field, options[field]);
  return options;
}
