import type { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { ConstrainedBox } from '../../gymnasium/spaces/constrained-box.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { excessAt, objectiveAt, type Panel, type Setting, violationAt } from './setting.js';

/** How strongly the attacker shuns coverage. */
export const attackerSensitivity = 5;

export interface SsgInstance {
  /** How the attacker is drawn to each target. */
  readonly attractiveness: readonly number[];
  /** What an attack on each uncovered target is to the leader, at most 0. */
  readonly leaderPenalties: readonly number[];
  /** The targets that each defender can cover: rows of one length, without repeats. */
  readonly targets: readonly (readonly number[])[];
  /** What an attack on each of these is to the defender while uncovered, at most 0; in the order of `targets`. */
  readonly penalties: readonly (readonly number[])[];
}

export interface SsgRules {
  /** Coverage that each defender has in all. */
  readonly resources: number;
  /** Greatest expected reimbursement in all. */
  readonly budget: number;
}

/**
 * Attractiveness standard normal; the leader's and the defenders' penalties uniform in [-10, 0]; targets drawn
 * without repeats.
 */
export function drawSsg(rng: Rng, followers: number, targets: number, own: number): SsgInstance {
  const penalty = () => -10 * rng.uniform();
  const all = Array.from({ length: targets }, (_, t) => t);
  const attractiveness = all.map(() => rng.normal());
  const leaderPenalties = all.map(penalty);
  const mine = Array.from({ length: followers }, () =>
    rng
      .shuffle([...all])
      .slice(0, own)
      .sort((a, b) => a - b),
  );
  const penalties = mine.map((row) => row.map(penalty));
  return { attractiveness, leaderPenalties, targets: mine, penalties };
}

/**
 * Reimbursements to defenders who guard overlapping sets of targets against one attacker. A target is uncovered with
 * the product of the chances that its defenders leave it so; the attacker strikes target t with probability
 * proportional to exp(attractiveness - 5 * coverage). A defender's payoff is its expected loss, with penalties
 * lightened by the leader; the leader's objective is its own expected loss. The design holds, defender by defender in
 * the order of its targets, what is paid back of each penalty; the constraint is that the sum of (1 - the defender's
 * coverage) * reimbursement is at most the budget.
 */
export class SsgSetting implements Setting {
  readonly name = 'ssg';
  readonly constraints = 1;
  readonly followers: number;
  readonly width: number;
  readonly count: number;
  readonly outcomeWidth: number;
  readonly designSpace: Box;

  constructor(
    readonly instance: SsgInstance,
    readonly rules: SsgRules,
  ) {
    this.followers = instance.targets.length;
    this.width = instance.targets[0].length;
    this.count = instance.attractiveness.length;
    this.outcomeWidth = excessAt + 1 + this.followers + 2 * this.count;
    const high = instance.penalties.flat().map((penalty) => Math.abs(penalty));
    this.designSpace = new Box(0, high, { dtype: 'float64' });
  }

  /** Coverage of each of the defender's targets, of `resources` in all. */
  actionSpace(): Box {
    const indices = Array.from({ length: this.width }, (_, k) => k);
    return new ConstrainedBox(1, [{ indices, upper: this.rules.resources }], { shape: [this.width] });
  }

  decode(follower: number, action: TypedArray, at: number, profile: Float64Array, base: number): void {
    const start = base + follower * this.width;
    for (let k = 0; k < this.width; k++) profile[start + k] = action[at + k];
  }

  encode(follower: number, profile: Float64Array): Float64Array {
    return profile.slice(follower * this.width, (follower + 1) * this.width);
  }

  outcome(
    design: TypedArray,
    at: number,
    profile: Float64Array,
    base: number,
    out: Float64Array,
    to: number,
  ): void {
    const { followers, width } = this;
    const { targets, penalties } = this.instance;
    const own = to + excessAt + 1;
    const uncovered = own + followers;
    const attacked = uncovered + this.count;
    this.attack(profile, base, out, uncovered);
    out[to + objectiveAt] = this.leaderLoss(out, uncovered);
    let paid = 0;
    for (let i = 0; i < followers; i++) {
      let payoff = 0;
      for (let k = 0; k < width; k++) {
        const t = targets[i][k];
        const reimbursed = design[at + i * width + k];
        payoff += out[attacked + t] * out[uncovered + t] * (penalties[i][k] + reimbursed);
        paid += (1 - profile[base + i * width + k]) * reimbursed;
      }
      out[own + i] = payoff;
    }
    out[to + excessAt] = paid - this.rules.budget;
    out[to + violationAt] = Math.max(0, out[to + excessAt]);
  }

  /** Writes each target's chance to be uncovered from `to` on, and after these the chances to be attacked. */
  attack(profile: Float64Array, base: number, out: Float64Array, to: number): void {
    const { followers, width, count } = this;
    const { targets, attractiveness } = this.instance;
    out.fill(1, to, to + count);
    for (let i = 0; i < followers; i++) {
      for (let k = 0; k < width; k++) out[to + targets[i][k]] *= 1 - profile[base + i * width + k];
    }
    let highest = -Infinity;
    for (let t = 0; t < count; t++) {
      const exponent = attractiveness[t] - attackerSensitivity * (1 - out[to + t]);
      out[to + count + t] = exponent;
      if (exponent > highest) highest = exponent;
    }
    let total = 0;
    for (let t = to + count; t < to + 2 * count; t++) {
      out[t] = Math.exp(out[t] - highest);
      total += out[t];
    }
    for (let t = to + count; t < to + 2 * count; t++) out[t] /= total;
  }

  private leaderLoss(out: Float64Array, uncovered: number): number {
    let loss = 0;
    for (let t = 0; t < this.count; t++) {
      loss += out[uncovered + this.count + t] * out[uncovered + t] * this.instance.leaderPenalties[t];
    }
    return loss;
  }

  panels(design: TypedArray, profile: Float64Array): Panel[] {
    const { followers, width, count } = this;
    const chances = new Float64Array(2 * count);
    this.attack(profile, 0, chances, 0);
    const attacked = Array.from(chances.slice(count));
    const paid = Array.from({ length: followers }, (_, i) =>
      Array.from({ length: width }, (_, k) => (1 - profile[i * width + k]) * design[i * width + k]).reduce(
        (a, b) => a + b,
        0,
      ),
    );
    const spread = (i: number) => {
      const row = new Array<number>(count).fill(0);
      this.instance.targets[i].forEach((t, k) => {
        row[t] = profile[i * width + k];
      });
      return row;
    };
    return [
      {
        title: 'expected reimbursement by defender',
        of: 'leader',
        values: paid,
        maximum: Math.max(1e-12, ...paid),
      },
      ...Array.from({ length: followers }, (_, i) => ({
        title: `follower_${i}: coverage by target`,
        of: 'followers' as const,
        values: spread(i),
        maximum: 1,
      })),
      {
        title: `attack probability by target (full bar ${Math.max(...attacked).toFixed(3)})`,
        of: 'followers',
        values: attacked,
        maximum: Math.max(...attacked),
      },
    ];
  }
}
