import type { QreSetting } from '../../envs/multi-follower/qre.js';
import type { FollowerSystem } from './follower-system.js';

/** Logit followers in a subsidised normal-form game. Their best response is a softmax, so every action is played. */
export class QreSystem implements FollowerSystem {
  readonly upper = Infinity;
  private readonly digits: Int32Array;
  private readonly expected: Float64Array;

  constructor(readonly setting: QreSetting) {
    this.digits = new Int32Array(setting.followers);
    this.expected = new Float64Array(setting.followers * setting.width);
  }

  /** Uniform play. */
  start(): Float64Array {
    return new Float64Array(this.setting.followers * this.setting.width).fill(1 / this.setting.width);
  }

  sumBinds(): boolean {
    return true;
  }

  bestResponses(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void {
    const { followers, width, rules } = this.setting;
    this.expectedPayoffs(design, profile);
    for (let i = 0; i < followers; i++) {
      const start = i * width;
      let highest = -Infinity;
      for (let a = start; a < start + width; a++) highest = Math.max(highest, this.expected[a]);
      let total = 0;
      for (let a = start; a < start + width; a++) {
        out[a] = Math.exp(rules.rationality * (this.expected[a] - highest));
        total += out[a];
      }
      for (let a = start; a < start + width; a++) out[a] /= total;
    }
  }

  /** Expected subsidised payoff of each follower at each of its actions. */
  private expectedPayoffs(design: ArrayLike<number>, profile: Float64Array): void {
    const { followers, width, entries, instance } = this.setting;
    const { expected, digits } = this;
    expected.fill(0);
    digits.fill(0);
    for (let joint = 0; joint < entries; joint++) {
      for (let i = 0; i < followers; i++) {
        const others = this.others(profile, i, i);
        expected[i * width + digits[i]] +=
          others * (instance.payoffs[i][joint] + design[i * entries + joint]);
      }
      this.advance();
    }
  }

  /** Probability of the present digits of all followers but i and j. */
  private others(profile: Float64Array, i: number, j: number): number {
    const { digits } = this;
    const { width } = this.setting;
    let product = 1;
    for (let k = 0; k < digits.length; k++) if (k !== i && k !== j) product *= profile[k * width + digits[k]];
    return product;
  }

  private advance(): void {
    const { digits } = this;
    const { width } = this.setting;
    for (let k = 0; k < digits.length; k++) {
      if (++digits[k] < width) return;
      digits[k] = 0;
    }
  }

  jacobian(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void {
    const { followers, width, entries, instance, rules } = this.setting;
    const { digits } = this;
    const n = followers * width;
    out.fill(0);
    digits.fill(0);
    for (let joint = 0; joint < entries; joint++) {
      for (let i = 0; i < followers; i++) {
        const payoff = instance.payoffs[i][joint] + design[i * entries + joint];
        const row = (i * width + digits[i]) * n;
        for (let j = 0; j < followers; j++) {
          if (j !== i) out[row + j * width + digits[j]] += this.others(profile, i, j) * payoff;
        }
      }
      this.advance();
    }
    for (let a = 0; a < n; a++) out[a * n + a] = -1 / (rules.rationality * profile[a]);
  }

  subtractMixed(
    _design: ArrayLike<number>,
    profile: Float64Array,
    weights: Float64Array,
    out: Float64Array,
  ): void {
    const { followers, width, entries } = this.setting;
    const { digits } = this;
    digits.fill(0);
    for (let joint = 0; joint < entries; joint++) {
      for (let i = 0; i < followers; i++) {
        out[i * entries + joint] -= weights[i * width + digits[i]] * this.others(profile, i, i);
      }
      this.advance();
    }
  }

  lagrangian(
    design: ArrayLike<number>,
    profile: Float64Array,
    [multiplier]: Float64Array,
    inProfile: Float64Array,
    inDesign: Float64Array,
  ): void {
    const { followers, width, entries, instance } = this.setting;
    const { digits } = this;
    inProfile.fill(0);
    digits.fill(0);
    for (let joint = 0; joint < entries; joint++) {
      let worth = 0;
      for (let i = 0; i < followers; i++) {
        worth += instance.payoffs[i][joint] - multiplier * design[i * entries + joint];
      }
      for (let i = 0; i < followers; i++) {
        const others = this.others(profile, i, i);
        const own = i * width + digits[i];
        inProfile[own] += others * worth;
        inDesign[i * entries + joint] = -multiplier * others * profile[own];
      }
      this.advance();
    }
  }
}
