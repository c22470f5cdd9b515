import { InvalidArgument } from '../../gymnasium/error.js';
import { agentClasses, candidatePrices, type FiniteProblem, type Split, split } from './spm-worlds.js';

/** What a mechanism knows between two visits. */
export interface Belief {
  /** Agents not yet visited, by class. */
  readonly counts: readonly number[];
  /** Units left of each kind. */
  readonly left: readonly number[];
  /** Probability of each world given all that was seen so far; all 0 where that is impossible. */
  readonly weights: readonly number[];
}

/** Whom to visit, and at which prices (raw values). */
export interface Visit {
  /** An agent of this class is next. */
  readonly agentClass: number;
  readonly prices: readonly number[];
}

interface Known {
  /** Given the history. */
  readonly value: number;
  readonly visit: Visit | null;
}

const mostBeliefs = 200_000;
/** Visits whose values differ by less than this share are ties, and the first is taken. */
const tie = 1e-13;

/**
 * The optimal sequential price mechanism of unit-demand buyers with finitely many values, by dynamic programming
 * over beliefs: the agents and units that are left, and how likely each world has become. Prices that split an
 * agent's values in the same way are the same, so the candidates are all there are, and the value is exact (up to
 * rounding). Agents that nobody can tell apart are one class, which is what keeps twenty of them small.
 */
export class SpmOptimum {
  /** The class of each agent. */
  readonly classes: readonly number[];
  readonly start: Belief;
  /** Expected welfare or revenue, in raw values. */
  readonly value: number;
  private readonly representatives: readonly number[];
  private readonly prices: readonly (readonly (readonly number[])[])[];
  private readonly known = new Map<string, Known>();
  private readonly splits = new Map<string, readonly Split[]>();

  /** @throws InvalidArgument if there are more than 200000 beliefs */
  constructor(readonly problem: FiniteProblem) {
    this.classes = agentClasses(problem);
    const count = 1 + Math.max(...this.classes);
    this.representatives = Array.from({ length: count }, (_, c) => this.classes.indexOf(c));
    this.prices = this.representatives.map((agent) => candidatePrices(problem, [agent]));
    this.start = {
      counts: this.representatives.map((_, c) => this.classes.filter((of) => of === c).length),
      left: problem.units,
      weights: problem.worlds.map(({ probability }) => probability),
    };
    this.value = this.solve(this.start).value;
  }

  /** The optimal next visit, or null where the mechanism is over. */
  next(belief: Belief): Visit | null {
    return this.solve(belief).visit;
  }

  /** The belief once an agent of a class has chosen a kind, or nothing (-1), at these prices. */
  after(belief: Belief, visit: Visit, kind: number): Belief {
    const splits = this.splitsAt(visit.agentClass, visit.prices, belief.left);
    const next = this.follow(belief, visit.agentClass, splits, kind < 0 ? belief.left.length : kind);
    const total = next.weights.reduce((a, b) => a + b, 0);
    return total === 0 ? next : { ...next, weights: next.weights.map((weight) => weight / total) };
  }

  /** The same text for beliefs from which the mechanism goes on alike. */
  key({ counts, left, weights }: Belief): string {
    const total = weights.reduce((a, b) => a + b, 0);
    return `${counts}|${left}|${weights.map((w) => (w / total).toPrecision(12))}`;
  }

  private solve(belief: Belief): Known {
    const over = belief.left.every((n) => n === 0) || belief.counts.every((n) => n === 0);
    if (over) return { value: 0, visit: null };
    const key = this.key(belief);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    if (this.known.size >= mostBeliefs) {
      throw new InvalidArgument(
        `spm: strategy: expected a setting of at most ${mostBeliefs} beliefs for the optimum, got more.`,
      );
    }
    const best = this.best(belief);
    this.known.set(key, best);
    return best;
  }

  private best(belief: Belief): Known {
    let best: Known = { value: -1, visit: null };
    belief.counts.forEach((count, agentClass) => {
      if (count === 0) return;
      for (const prices of this.prices[agentClass]) {
        const value = this.worth(belief, agentClass, prices);
        if (value > best.value + tie * Math.abs(best.value)) best = { value, visit: { agentClass, prices } };
      }
    });
    return best;
  }

  /** What is gained from here on if an agent of this class is visited at these prices. */
  private worth(belief: Belief, agentClass: number, prices: readonly number[]): number {
    const splits = this.splitsAt(agentClass, prices, belief.left);
    const total = belief.weights.reduce((a, b) => a + b, 0);
    let value = 0;
    for (let choice = 0; choice <= belief.left.length; choice++) {
      const after = this.follow(belief, agentClass, splits, choice);
      const mass = after.weights.reduce((a, b) => a + b, 0);
      if (mass === 0) continue;
      const gain = belief.weights.reduce((sum, weight, w) => sum + weight * splits[w].gain[choice], 0);
      value += gain / total + (mass / total) * this.solve(after).value;
    }
    return value;
  }

  private follow(belief: Belief, agentClass: number, splits: readonly Split[], choice: number): Belief {
    return {
      counts: belief.counts.map((n, c) => n - (c === agentClass ? 1 : 0)),
      left: belief.left.map((n, k) => n - (k === choice ? 1 : 0)),
      weights: belief.weights.map((weight, w) => weight * splits[w].probability[choice]),
    };
  }

  /** In each world, how an agent of the class chooses. */
  private splitsAt(agentClass: number, prices: readonly number[], left: readonly number[]): readonly Split[] {
    const key = `${agentClass}|${prices}|${left.map((n) => (n > 0 ? 1 : 0))}`;
    const before = this.splits.get(key);
    if (before !== undefined) return before;
    const agent = this.representatives[agentClass];
    const made = this.problem.worlds.map(({ agents }) =>
      split(agents[agent], prices, left, this.problem.objective),
    );
    this.splits.set(key, made);
    return made;
  }
}
