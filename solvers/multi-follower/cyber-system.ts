import type { CyberSetting } from '../../envs/multi-follower/cyber.js';
import type { FollowerSystem } from './follower-system.js';

/** Customers of an insurer, each with one effort, whose best response has a closed form. */
export class CyberSystem implements FollowerSystem {
  readonly upper = Infinity;

  constructor(readonly setting: CyberSetting) {}

  /** No effort. */
  start(): Float64Array {
    return new Float64Array(this.setting.followers);
  }

  sumBinds(): boolean {
    return false;
  }

  bestResponses(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void {
    for (let i = 0; i < this.setting.followers; i++) out[i] = this.bestEffort(i, design[i], profile);
  }

  /**
   * With q = sin^2(angle / 2), the gain of a unit of effort is proportional to 1 - cos(2 angle) + risk sin(2 angle),
   * a wave in the angle: its falling side meets the cost at the only local maximum besides no effort.
   */
  private bestEffort(i: number, coverage: number, profile: Float64Array): number {
    const { instance, rules } = this.setting;
    const weight = instance.weights[i][i];
    const idle = this.setting.exposure(i, profile) + weight * profile[i];
    const open = instance.losses[i] - coverage;
    const height = Math.hypot(1, rules.risk);
    const level = ((8 * instance.costs[i]) / (weight * open) - 1) / height;
    if (!(level < 1)) return 0;
    const angle = (Math.PI - Math.atan(rules.risk) - Math.acos(level)) / 2;
    const exposure = 2 * Math.log(Math.tan(angle / 2));
    const effort = (idle - exposure) / weight;
    if (!(effort > 0)) return 0;
    const saved = this.burden(open, idle) - this.burden(open, exposure);
    return saved > instance.costs[i] * effort ? effort : 0;
  }

  /** Expected open loss with its risk, at this logit of a breach. */
  private burden(open: number, exposure: number): number {
    const breach = 1 / (1 + Math.exp(-exposure));
    return open * (breach + this.setting.rules.risk * Math.sqrt(breach * (1 - breach)));
  }

  jacobian(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void {
    const { followers, instance, rules } = this.setting;
    for (let i = 0; i < followers; i++) {
      const breach = this.setting.breach(i, profile);
      const deviation = Math.sqrt(breach * (1 - breach));
      const slope = 1 - 2 * breach;
      const curvature =
        deviation ** 2 * slope + (rules.risk / 2) * deviation * (slope ** 2 / 2 - 2 * deviation ** 2);
      const factor = -instance.weights[i][i] * (instance.losses[i] - design[i]) * curvature;
      for (let j = 0; j < followers; j++) out[i * followers + j] = factor * instance.weights[i][j];
    }
  }

  subtractMixed(
    _design: ArrayLike<number>,
    profile: Float64Array,
    weights: Float64Array,
    out: Float64Array,
  ): void {
    const { followers, instance, rules } = this.setting;
    for (let i = 0; i < followers; i++) {
      const breach = this.setting.breach(i, profile);
      const deviation = Math.sqrt(breach * (1 - breach));
      const gain = deviation ** 2 + (rules.risk / 2) * (1 - 2 * breach) * deviation;
      out[i] += weights[i] * instance.weights[i][i] * gain;
    }
  }

  lagrangian(
    design: ArrayLike<number>,
    profile: Float64Array,
    multipliers: Float64Array,
    inProfile: Float64Array,
    inDesign: Float64Array,
  ): void {
    const { followers, instance, rules } = this.setting;
    inProfile.fill(0);
    for (let i = 0; i < followers; i++) {
      const breach = this.setting.breach(i, profile);
      const deviation = Math.sqrt(breach * (1 - breach));
      const multiplier = multipliers[i];
      const claims = breach + rules.risk * deviation;
      const steepness = deviation ** 2 + (rules.risk / 2) * (1 - 2 * breach) * deviation;
      const inExposure = design[i] * (multiplier * steepness - deviation ** 2);
      for (let j = 0; j < followers; j++) inProfile[j] -= instance.weights[i][j] * inExposure;
      inDesign[i] = multiplier * claims - breach;
      inDesign[followers + i] = 1 - multiplier;
    }
  }
}
