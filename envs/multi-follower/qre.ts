import type { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { ConstrainedBox } from '../../gymnasium/spaces/constrained-box.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { excessAt, objectiveAt, outcomeOf, type Panel, type Setting, violationAt } from './setting.js';

/** Payoffs of the followers without the leader: a row a follower, an entry a joint action `a_0 + A a_1 + A^2 a_2 ...`. */
export interface QreInstance {
  readonly payoffs: readonly (readonly number[])[];
}

export interface QreRules {
  readonly actions: number;
  /** Greatest expected subsidy in all. */
  readonly budget: number;
  /** lambda of the logit followers. */
  readonly rationality: number;
  /** Greatest subsidy of an entry. */
  readonly maximumSubsidy: number;
}

/** Payoffs uniform in [0, 10]. */
export function drawQre(rng: Rng, followers: number, actions: number): QreInstance {
  const entries = actions ** followers;
  const row = () => Array.from({ length: entries }, () => 10 * rng.uniform());
  return { payoffs: Array.from({ length: followers }, row) };
}

/**
 * Subsidies to players of a normal-form game in logit quantal response equilibrium. A follower's payoff is its
 * expected subsidised payoff plus the entropy of its mixed strategy over the rationality, so that its best response
 * is the softmax of rationality times expected payoffs. The leader's objective is the followers' expected payoff in
 * all, before subsidies and entropy; its constraint is expected subsidy <= budget. The design holds a subsidy a
 * follower and joint action.
 */
export class QreSetting implements Setting {
  readonly name = 'qre';
  readonly constraints = 1;
  readonly followers: number;
  readonly width: number;
  /** Joint actions. */
  readonly entries: number;
  readonly outcomeWidth: number;
  readonly designSpace: Box;

  constructor(
    readonly instance: QreInstance,
    readonly rules: QreRules,
  ) {
    this.followers = instance.payoffs.length;
    this.width = rules.actions;
    this.entries = this.width ** this.followers;
    this.outcomeWidth = excessAt + 1 + this.followers;
    const shape = [this.followers * this.entries];
    this.designSpace = new Box(0, rules.maximumSubsidy, { shape, dtype: 'float64' });
  }

  /** Probabilities of all actions but the last, which has the rest. */
  actionSpace(): Box {
    const indices = Array.from({ length: this.width - 1 }, (_, k) => k);
    return new ConstrainedBox(1, [{ indices, upper: 1 }], { shape: [this.width - 1] });
  }

  decode(follower: number, action: TypedArray, at: number, profile: Float64Array, base: number): void {
    const start = base + follower * this.width;
    let rest = 1;
    for (let k = 0; k < this.width - 1; k++) {
      profile[start + k] = action[at + k];
      rest -= action[at + k];
    }
    profile[start + this.width - 1] = Math.max(0, rest);
  }

  encode(follower: number, profile: Float64Array): Float64Array {
    return profile.slice(follower * this.width, (follower + 1) * this.width - 1);
  }

  outcome(
    design: TypedArray,
    at: number,
    profile: Float64Array,
    base: number,
    out: Float64Array,
    to: number,
  ): void {
    const { followers, entries } = this;
    const { payoffs } = this.instance;
    const own = to + excessAt + 1;
    out.fill(0, to, to + this.outcomeWidth);
    let subsidy = 0;
    for (let joint = 0; joint < entries; joint++) {
      const probability = this.probability(joint, profile, base);
      for (let i = 0; i < followers; i++) {
        const added = probability * design[at + i * entries + joint];
        const plain = probability * payoffs[i][joint];
        out[to + objectiveAt] += plain;
        out[own + i] += plain + added;
        subsidy += added;
      }
    }
    for (let i = 0; i < followers; i++)
      out[own + i] += this.entropy(i, profile, base) / this.rules.rationality;
    out[to + excessAt] = subsidy - this.rules.budget;
    out[to + violationAt] = Math.max(0, out[to + excessAt]);
  }

  private probability(joint: number, profile: Float64Array, base: number): number {
    let rest = joint;
    let product = 1;
    for (let i = 0; i < this.followers; i++) {
      product *= profile[base + i * this.width + (rest % this.width)];
      rest = Math.floor(rest / this.width);
    }
    return product;
  }

  private entropy(follower: number, profile: Float64Array, base: number): number {
    let sum = 0;
    for (let k = 0; k < this.width; k++) {
      const p = profile[base + follower * this.width + k];
      if (p > 0) sum -= p * Math.log(p);
    }
    return sum;
  }

  /** The greatest sum of payoffs at any joint action: no leader of any budget gets more. */
  dictatorValue(): number {
    const { payoffs } = this.instance;
    return payoffs[0].reduce(
      (best, _, joint) =>
        Math.max(
          best,
          payoffs.reduce((sum, row) => sum + row[joint], 0),
        ),
      -Infinity,
    );
  }

  panels(design: TypedArray, profile: Float64Array): Panel[] {
    const { followers, width, entries } = this;
    const paid = new Float64Array(followers * width);
    for (let joint = 0; joint < entries; joint++) {
      const probability = this.probability(joint, profile, 0);
      for (let i = 0; i < followers; i++) {
        paid[i * width + (Math.floor(joint / width ** i) % width)] +=
          probability * design[i * entries + joint];
      }
    }
    const most = Math.max(1e-12, ...paid);
    const spent = outcomeOf(this, design, profile)[excessAt] + this.rules.budget;
    return Array.from({ length: followers }, (_, i) => {
      const part = (values: Float64Array) => Array.from(values.slice(i * width, (i + 1) * width));
      const share = part(paid).reduce((a, b) => a + b, 0);
      return [
        {
          title: `follower_${i}: mixed strategy`,
          of: 'followers' as const,
          values: part(profile),
          maximum: 1,
        },
        {
          title: `follower_${i}: expected subsidy by action (${share.toFixed(3)} of ${spent.toFixed(3)})`,
          of: 'leader' as const,
          values: part(paid),
          maximum: most,
        },
      ];
    }).flat();
  }
}
