import { attackerSensitivity as beta, type SsgSetting } from '../../envs/multi-follower/ssg.js';

/** Relative accuracy of the defender's value. */
const accuracy = 1e-14;

/**
 * A defender's exact best response, written into its part of `out`. Its expected loss is a quotient N / D with one
 * term a target; for a guess v of the least loss, N - v D is a sum of functions of one coverage each, convex where
 * coverage helps, so a multiplier on the resources solves it; and the loss there is the next guess (Dinkelbach 1967).
 *
 * @param chances of each target to be uncovered and, after these, to be attacked, at the present profile
 * @param left what the others leave uncovered of each own target, defender by defender
 */
export function coverageResponse(
  setting: SsgSetting,
  follower: number,
  design: ArrayLike<number>,
  profile: Float64Array,
  chances: Float64Array,
  left: Float64Array,
  out: Float64Array,
): void {
  const { width, instance } = setting;
  const start = follower * width;
  const terms = Array.from({ length: width }, (_, k) => ({
    penalty: Math.max(0, -(instance.penalties[follower][k] + design[start + k])),
    draw: instance.attractiveness[instance.targets[follower][k]] - beta,
    left: left[start + k],
  }));
  let elsewhere = totalWeight(setting, chances);
  for (let k = 0; k < width; k++) elsewhere -= weightOf(terms[k], 1 - profile[start + k]);
  let value = lossOf(terms, Math.max(0, elsewhere), (k) => profile[start + k]);
  let price: number | undefined;
  for (let round = 0; round < 50; round++) {
    price = cover(terms, value, setting.rules.resources, out, start, price);
    const next = lossOf(terms, Math.max(0, elsewhere), (k) => out[start + k]);
    if (!(next < value - accuracy * value)) return;
    value = next;
  }
}

interface Term {
  readonly penalty: number;
  readonly draw: number;
  readonly left: number;
}

/** The attacker's weights of all targets in all. */
function totalWeight({ instance, count }: SsgSetting, chances: Float64Array): number {
  return Math.exp(instance.attractiveness[0] - beta * (1 - chances[0])) / chances[count];
}

/** The target's weight in the attacker's choice, if the defender leaves this share of it uncovered. */
function weightOf({ draw, left }: Term, open: number): number {
  return Math.exp(draw + beta * left * open);
}

function lossOf(terms: readonly Term[], elsewhere: number, coverage: (k: number) => number): number {
  let loss = 0;
  let total = elsewhere;
  for (let k = 0; k < terms.length; k++) {
    const open = 1 - coverage(k);
    const weight = weightOf(terms[k], open);
    loss += weight * terms[k].left * open * terms[k].penalty;
    total += weight;
  }
  return loss / total;
}

/**
 * Minimises N - value * D over coverages of at most `resources` in all: Newton on the logarithm of their price,
 * between brackets, from `from` on. Returns the price.
 */
function cover(
  terms: readonly Term[],
  value: number,
  resources: number,
  out: Float64Array,
  start: number,
  from?: number,
): number | undefined {
  const priced = terms.map((term, k) => pricedTerm(term, value, start + k));
  const top = priced.reduce((highest, { first }) => Math.max(highest, first), -Infinity);
  out.fill(0, start, start + terms.length);
  if (top === -Infinity) return undefined;
  let [low, high] = [top - 60, top];
  if (spread(priced, low, out).sum <= resources) return undefined;
  let guess = from !== undefined && from > low && from < high ? from : top - 1;
  for (let round = 0; round < 100; round++) {
    const { sum, slope } = spread(priced, guess, out);
    if (Math.abs(sum - resources) <= 1e-14 * resources) break;
    if (sum > resources) low = guess;
    else high = guess;
    const newton = guess - (sum - resources) / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - guess) <= 1e-15 * Math.max(1, Math.abs(guess))) break;
    guess = next;
  }
  return guess;
}

/** Logarithms of what coverage takes off N - value * D at a target. */
interface PricedTerm {
  readonly at: number;
  /** Of the first bit; -Infinity if coverage does not help. */
  readonly first: number;
  /** Of the last bit, at full coverage. */
  readonly last: number;
  /** At partial coverage c: the gain is exp(s + ln s + offset) where c = (shift - s) / reach. */
  readonly offset: number;
  readonly shift: number;
  readonly reach: number;
}

function pricedTerm({ penalty, draw, left }: Term, value: number, at: number): PricedTerm {
  const ratio = (beta * value) / penalty;
  const reach = beta * left;
  const offset = Math.log(left * penalty) + draw - 1 + ratio;
  const gain = (s: number) => (s > 0 ? s + Math.log(s) + offset : -Infinity);
  const first = left * penalty > 0 ? gain(reach + 1 - ratio) : -Infinity;
  return { at, first, last: gain(1 - ratio), offset, shift: reach + 1 - ratio, reach };
}

/** Coverages at which each target's gain is exp(price), their sum and its slope in the price. */
function spread(terms: readonly PricedTerm[], price: number, out: Float64Array) {
  let [sum, slope] = [0, 0];
  for (const { at, first, last, offset, shift, reach } of terms) {
    let coverage = 0;
    if (first > price) {
      coverage = 1;
      if (last < price) {
        const s = omega(price - offset);
        coverage = Math.min(1, Math.max(0, (shift - s) / reach));
        slope -= s / ((1 + s) * reach);
      }
    }
    out[at] = coverage;
    sum += coverage;
  }
  return { sum, slope };
}

/** The s > 0 with s + ln s = z (Wright's omega function). */
function omega(z: number): number {
  let s = z > 1 ? z - Math.log(z) : Math.exp(z) / (1 + Math.exp(z));
  for (let round = 0; round < 8; round++) {
    const next = (s * (1 + z - Math.log(s))) / (1 + s);
    if (Math.abs(next - s) <= 1e-15 * s) return next;
    s = next;
  }
  return s;
}
