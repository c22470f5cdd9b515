import { attackerSensitivity as beta, type SsgSetting } from '../../envs/multi-follower/ssg.js';
import { coverageResponse } from './coverage-response.js';
import type { FollowerSystem } from './follower-system.js';

/** Defenders of overlapping sets of targets. */
export class SsgSystem implements FollowerSystem {
  readonly upper = 1;
  /** Chances to be uncovered and, after these, to be attacked. */
  private readonly chances: Float64Array;
  /** What the other defenders leave uncovered of each own target of each defender. */
  private readonly left: Float64Array;
  /** Place of a target among a defender's own, or -1. */
  private readonly place: Int32Array;
  private readonly gain: Float64Array;

  constructor(readonly setting: SsgSetting) {
    const { followers, width, count, instance } = setting;
    this.chances = new Float64Array(2 * count);
    this.left = new Float64Array(followers * width);
    this.gain = new Float64Array(followers * count);
    this.place = new Int32Array(followers * count).fill(-1);
    instance.targets.forEach((row, i) => {
      row.forEach((t, k) => {
        this.place[i * count + t] = k;
      });
    });
  }

  /** Resources spread evenly over each defender's targets. */
  start(): Float64Array {
    const { followers, width, rules } = this.setting;
    return new Float64Array(followers * width).fill(Math.min(1, rules.resources / width));
  }

  /** Whether the defender's resources are used up. */
  sumBinds(follower: number, profile: Float64Array): boolean {
    const { width, rules } = this.setting;
    let sum = 0;
    for (let k = follower * width; k < (follower + 1) * width; k++) sum += profile[k];
    return sum > rules.resources - 1e-7;
  }

  /** Chances at the profile, and what the others leave to each defender. */
  private prepare(profile: Float64Array): void {
    const { followers, width, instance } = this.setting;
    this.setting.attack(profile, 0, this.chances, 0);
    for (let i = 0; i < followers; i++) {
      for (let k = 0; k < width; k++) {
        this.left[i * width + k] = this.uncoveredWithout(instance.targets[i][k], profile, i, i);
      }
    }
  }

  /** Chance that a target is left uncovered by all defenders but i and j. */
  private uncoveredWithout(target: number, profile: Float64Array, i: number, j: number): number {
    const { followers, width, count } = this.setting;
    let product = 1;
    for (let k = 0; k < followers; k++) {
      const at = this.place[k * count + target];
      if (k !== i && k !== j && at >= 0) product *= 1 - profile[k * width + at];
    }
    return product;
  }

  bestResponses(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void {
    this.prepare(profile);
    for (let i = 0; i < this.setting.followers; i++) {
      coverageResponse(this.setting, i, design, profile, this.chances, this.left, out);
    }
  }

  /** What an attack on an own target costs a defender while uncovered, as a number at most 0. */
  private penalty(i: number, k: number, design: ArrayLike<number>): number {
    return this.setting.instance.penalties[i][k] + design[i * this.setting.width + k];
  }

  /**
   * For each defender and target, the derivative of the defender's payoff in the chance that the target is uncovered,
   * over the chance that it is attacked.
   */
  private gains(design: ArrayLike<number>): void {
    const { followers, count } = this.setting;
    const { chances, gain, place } = this;
    for (let i = 0; i < followers; i++) {
      let payoff = 0;
      for (let t = 0; t < count; t++) {
        const k = place[i * count + t];
        const penalty = k < 0 ? 0 : this.penalty(i, k, design);
        gain[i * count + t] = penalty * (1 + beta * chances[t]);
        payoff += chances[count + t] * chances[t] * penalty;
      }
      for (let t = 0; t < count; t++) gain[i * count + t] -= beta * payoff;
    }
  }

  jacobian(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void {
    const { followers, width, count, instance } = this.setting;
    const { left, gain, chances } = this;
    this.prepare(profile);
    this.gains(design);
    const n = followers * width;
    for (let row = 0; row < n; row++) {
      const [i, k] = [Math.floor(row / width), row % width];
      const t = instance.targets[i][k];
      const [attacked, mine] = [chances[count + t], gain[i * count + t]];
      for (let column = 0; column < n; column++) {
        const j = Math.floor(column / width);
        const s = instance.targets[j][column - j * width];
        let second = -beta * attacked * chances[count + s] * (mine + gain[i * count + s]);
        if (s === t) second += beta * attacked * (mine + this.penalty(i, k, design));
        out[row * n + column] = left[row] * left[column] * second;
        if (s === t && j !== i)
          out[row * n + column] += attacked * mine * this.uncoveredWithout(t, profile, i, j);
      }
    }
  }

  subtractMixed(
    _design: ArrayLike<number>,
    profile: Float64Array,
    weights: Float64Array,
    out: Float64Array,
  ): void {
    const { followers, width, count, instance } = this.setting;
    const { left, chances } = this;
    this.prepare(profile);
    for (let i = 0; i < followers; i++) {
      let mean = 0;
      for (let k = 0; k < width; k++) {
        const at = i * width + k;
        mean += weights[at] * left[at] * chances[count + instance.targets[i][k]];
      }
      for (let k = 0; k < width; k++) {
        const at = i * width + k;
        const t = instance.targets[i][k];
        const attacked = chances[count + t];
        out[at] += attacked * (weights[at] * left[at] * (1 + beta * chances[t]) - beta * chances[t] * mean);
      }
    }
  }

  lagrangian(
    design: ArrayLike<number>,
    profile: Float64Array,
    [multiplier]: Float64Array,
    inProfile: Float64Array,
    inDesign: Float64Array,
  ): void {
    const { followers, width, count, instance } = this.setting;
    const { left, chances } = this;
    this.prepare(profile);
    let objective = 0;
    for (let t = 0; t < count; t++)
      objective += chances[count + t] * chances[t] * instance.leaderPenalties[t];
    for (let at = 0; at < followers * width; at++) {
      const i = Math.floor(at / width);
      const t = instance.targets[i][at - i * width];
      const penalty = instance.leaderPenalties[t];
      const gain = penalty * (1 + beta * chances[t]) - beta * objective;
      inProfile[at] = multiplier * design[at] - left[at] * chances[count + t] * gain;
      inDesign[at] = -multiplier * (1 - profile[at]);
    }
  }
}
