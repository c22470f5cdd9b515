import type { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { excessAt, objectiveAt, type Panel, type Setting, violationAt } from './setting.js';

/** How a customer's loss draws attacks. */
const lossAttraction = 0.01;

export interface CyberInstance {
  /** What a breach costs each customer. */
  readonly losses: readonly number[];
  /** Cost of a unit of effort. */
  readonly costs: readonly number[];
  /** Row i: how much each customer's effort protects customer i. The diagonal is positive. */
  readonly weights: readonly (readonly number[])[];
}

export interface CyberRules {
  /** Risk aversion r: weight of the standard deviation of the uninsured loss. */
  readonly risk: number;
}

/** Losses uniform in [50, 100], costs in [5, 10], weights in [0, 1] plus the identity. */
export function drawCyber(rng: Rng, followers: number): CyberInstance {
  const many = <T>(draw: (k: number) => T) => Array.from({ length: followers }, (_, k) => draw(k));
  const losses = many(() => 50 + 50 * rng.uniform());
  const costs = many(() => 5 + 5 * rng.uniform());
  const weights = many((i) => many((j) => rng.uniform() + Number(i === j)));
  return { losses, costs, weights };
}

/**
 * Cyber insurance for customers who protect each other. Customer i is breached with probability q_i = sigmoid(0.01
 * loss_i - sum_j weights_ij effort_j) and gets -(loss - coverage) q - cost * effort - premium - risk |loss -
 * coverage| sqrt(q (1 - q)). The leader, an insurer, designs a coverage for each customer and after these a premium
 * for each, and earns the premiums less the expected claims. Constraint i is incentive compatibility: at its effort,
 * customer i must be no better off without its contract.
 */
export class CyberSetting implements Setting {
  readonly name = 'cyber';
  readonly width = 1;
  readonly followers: number;
  readonly constraints: number;
  readonly outcomeWidth: number;
  readonly designSpace: Box;

  constructor(
    readonly instance: CyberInstance,
    readonly rules: CyberRules,
  ) {
    const { losses } = instance;
    this.followers = losses.length;
    this.constraints = losses.length;
    this.outcomeWidth = excessAt + 2 * losses.length;
    const premiums = losses.map((loss) => this.worst(loss));
    this.designSpace = new Box(0, [...losses, ...premiums], { dtype: 'float64' });
  }

  /** More than an uninsured customer can lose, risk included: no more is ever paid, in premium or effort. */
  private worst(loss: number): number {
    return loss * (1 + this.rules.risk / 2);
  }

  /** Effort, up to what costs more than it can ever save. */
  actionSpace(follower: number): Box {
    const { losses, costs } = this.instance;
    return new Box(0, this.worst(losses[follower]) / costs[follower], { shape: [1], dtype: 'float64' });
  }

  decode(follower: number, action: TypedArray, at: number, profile: Float64Array, base: number): void {
    profile[base + follower] = action[at];
  }

  encode(follower: number, profile: Float64Array): Float64Array {
    return profile.slice(follower, follower + 1);
  }

  outcome(
    design: TypedArray,
    at: number,
    profile: Float64Array,
    base: number,
    out: Float64Array,
    to: number,
  ): void {
    const { followers, instance, rules } = this;
    const own = to + excessAt + followers;
    out[to + objectiveAt] = 0;
    out[to + violationAt] = 0;
    for (let i = 0; i < followers; i++) {
      const breach = this.breach(i, profile, base);
      const deviation = Math.sqrt(breach * (1 - breach));
      const coverage = design[at + i];
      const premium = design[at + followers + i];
      const loss = instance.losses[i];
      const effort = instance.costs[i] * profile[base + i];
      const without = -loss * breach - effort - rules.risk * loss * deviation;
      const open = Math.abs(loss - coverage);
      const insured = -(loss - coverage) * breach - effort - premium - rules.risk * open * deviation;
      out[own + i] = insured;
      out[to + excessAt + i] = without - insured;
      out[to + objectiveAt] += premium - coverage * breach;
      out[to + violationAt] += Math.max(0, without - insured);
    }
  }

  /** Customer i's chance of a breach. */
  breach(i: number, profile: Float64Array, base = 0): number {
    return 1 / (1 + Math.exp(-this.exposure(i, profile, base)));
  }

  /** The logit of that chance. */
  exposure(i: number, profile: Float64Array, base = 0): number {
    const row = this.instance.weights[i];
    let sum = lossAttraction * this.instance.losses[i];
    for (let j = 0; j < this.followers; j++) sum -= row[j] * profile[base + j];
    return sum;
  }

  /**
   * Profit under full insurance at the highest premiums that customers accept, who then make no effort: the sum of
   * risk * loss * sqrt(s (1 - s)), s = sigmoid(0.01 loss).
   */
  fullInsuranceValue(): number {
    const idle = new Float64Array(this.followers);
    return this.instance.losses.reduce((sum, loss, i) => {
      const breach = this.breach(i, idle);
      return sum + this.rules.risk * loss * Math.sqrt(breach * (1 - breach));
    }, 0);
  }

  /** risk / 2 times the losses in all: no contracts that customers accept earn more. */
  profitBound(): number {
    return (this.rules.risk / 2) * this.instance.losses.reduce((a, b) => a + b, 0);
  }

  panels(design: TypedArray, profile: Float64Array): Panel[] {
    const { followers, instance } = this;
    const each = (value: (i: number) => number) => Array.from({ length: followers }, (_, i) => value(i));
    const bars = (of: Panel['of'], title: string, values: number[], unit?: number): Panel => {
      const maximum = unit ?? Math.max(1e-12, ...values);
      return { title: `${title} (full bar ${Number(maximum.toPrecision(3))})`, of, values, maximum };
    };
    const covered = each((i) => design[i] / instance.losses[i]);
    const premiums = each((i) => design[followers + i]);
    const efforts = each((i) => profile[i]);
    const breaches = each((i) => this.breach(i, profile));
    return [
      bars('leader', 'coverage as a share of the loss, by customer', covered, 1),
      bars('leader', 'premium', premiums),
      bars('followers', 'effort', efforts),
      bars('followers', 'chance of a breach', breaches, 1),
    ];
  }
}
