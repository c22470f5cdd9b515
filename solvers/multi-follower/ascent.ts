import { excessAt, outcomeOf, violationAt } from '../../envs/multi-follower/setting.js';
import { dampedBestResponse, type EquilibriumOptions } from './equilibrium.js';
import { better, feasible, type PlayedDesign, play } from './feasible.js';
import type { FollowerSystem } from './follower-system.js';
import { implicitGradient } from './implicit-gradient.js';

/** Constants of Adam (Kingma & Ba 2015). */
const [firstDecay, secondDecay, epsilon] = [0.9, 0.999, 1e-8];

/**
 * Gradient ascent from one design: Adam on the augmented Lagrangian objective - sum of ((m + mu excess)^+)^2 / (2 mu)
 * of the leader's constraints, with slacks minimised out, through the followers' equilibrium.
 */
export class Ascent {
  readonly design: Float64Array;
  /** The best design so far that is feasible at an equilibrium. */
  best: PlayedDesign;
  /** Violation of the present design, as last reviewed. */
  violation = 0;
  /** Steps at which the followers' KKT system was singular. */
  singular = 0;
  /** Steps at which the followers' equilibrium was not reached. */
  unsettled = 0;
  private profile: Float64Array;
  private readonly multipliers: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private steps = 0;

  constructor(
    private readonly system: FollowerSystem,
    start: PlayedDesign,
    floor: PlayedDesign,
    private readonly rules: { readonly learningRate: number; readonly mu: number },
    private readonly equilibrium: Required<EquilibriumOptions>,
  ) {
    this.design = start.design.slice();
    this.profile = start.profile;
    this.best = floor;
    this.multipliers = new Float64Array(system.setting.constraints);
    this.first = new Float64Array(this.design.length);
    this.second = new Float64Array(this.design.length);
  }

  /** One step: equilibrium, implicit gradient, Adam. Gradients of `qre` and `ssg` are scaled to length 1. */
  advance(): void {
    const { system, design, multipliers, rules } = this;
    const { profile, converged } = dampedBestResponse(system, design, this.equilibrium, this.profile);
    this.profile = profile;
    const outcome = outcomeOf(system.setting, design, profile);
    const weights = multipliers.map((m, k) => Math.max(0, m + rules.mu * outcome[excessAt + k]));
    const { gradient, singular } = implicitGradient(system, design, profile, weights);
    if (!converged) this.unsettled++;
    if (singular) this.singular++;
    if (system.setting.name !== 'cyber') normalise(gradient);
    this.climb(gradient);
  }

  /** Uphill, cut off at the bounds of the design. */
  private climb(gradient: Float64Array): void {
    const { first, second, design } = this;
    const { high } = this.system.setting.designSpace;
    this.steps++;
    const scale = this.rules.learningRate / (1 - firstDecay ** this.steps);
    const correction = 1 - secondDecay ** this.steps;
    for (let k = 0; k < design.length; k++) {
      first[k] += (1 - firstDecay) * (gradient[k] - first[k]);
      second[k] += (1 - secondDecay) * (gradient[k] ** 2 - second[k]);
      const move = (scale * first[k]) / (Math.sqrt(second[k] / correction) + epsilon);
      design[k] = Math.min(high[k], Math.max(0, design[k] + move));
    }
  }

  /** Updates the multipliers, and keeps the present design, made feasible, if it is the best so far. */
  review(): void {
    const { system, multipliers, rules } = this;
    const { outcome, profile } = play(system, this.design, this.equilibrium, this.profile);
    this.violation = outcome[violationAt];
    for (let k = 0; k < multipliers.length; k++)
      multipliers[k] = Math.max(0, multipliers[k] + rules.mu * outcome[excessAt + k]);
    this.best = better(this.best, feasible(system, this.design.slice(), this.equilibrium, profile));
  }
}

function normalise(gradient: Float64Array): void {
  const norm = Math.sqrt(gradient.reduce((sum, x) => sum + x * x, 0));
  if (norm > 0) for (let k = 0; k < gradient.length; k++) gradient[k] /= norm;
}
