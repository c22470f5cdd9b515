import { type Tree, treeOf } from './tree.js';

/**
 * What every player of a structured hierarchical game pays. A joint action is `x[at]` to `x[at + players - 1]`, a
 * number a player in the order of the tree. A player's cost depends on its own action, its parent's and those of the
 * leaves.
 */
export interface Costs {
  readonly tree: Tree;
  /** Bounds of every action, both included. */
  readonly low: number;
  readonly high: number;
  cost(player: number, x: ArrayLike<number>, at: number): number;
}

/**
 * Leaves have benefits; a player above them counts those of its leaves. All but the root also pay for departing from
 * their parent: cost = -k benefit + (1 - k) (own action - parent's action)^2; the root's cost is -benefit.
 */
export abstract class BenefitCosts implements Costs {
  readonly low = 0;
  readonly high = 1;
  /** Player number of leaf 0. */
  readonly firstLeaf: number;

  constructor(
    readonly tree: Tree,
    /** Weight of the benefit, in [0, 1). */
    readonly k: number,
  ) {
    this.firstLeaf = tree.levels.at(-1)![0];
  }

  /** Benefit of leaf `m`; leaf i's action is `x[first + i]`. */
  abstract benefit(m: number, x: ArrayLike<number>, first: number): number;

  /** What the root counts for leaf `m`. */
  rootBenefit(m: number, x: ArrayLike<number>, first: number): number {
    return this.benefit(m, x, first);
  }

  cost(player: number, x: ArrayLike<number>, at: number): number {
    const leaves = this.tree.leaves[player];
    const first = this.firstLeaf;
    let benefit = 0;
    for (let i = 0; i < leaves.length; i++) {
      const m = leaves[i] - first;
      benefit += player === 0 ? this.rootBenefit(m, x, at + first) : this.benefit(m, x, at + first);
    }
    if (player === 0) return -benefit;
    const departure = x[at + player] - x[at + this.tree.parents[player]];
    return -this.k * benefit + (1 - this.k) * departure * departure;
  }
}

/**
 * Public goods on a network (Li et al. 2022): benefit constant + linear x - quadratic x^2 + x (sum of the neighbours'
 * actions). In the root's sum the last x is squared, as in the authors' code.
 */
export class PublicGoodsCosts extends BenefitCosts {
  constructor(
    k: number,
    /** Neighbours of each leaf. */
    readonly neighbours: readonly (readonly number[])[],
    /** For each leaf, the number of its group, from 0. */
    groups: readonly number[],
    readonly constant: number,
    readonly linear: number,
    readonly quadratic: number,
  ) {
    const count = Math.max(...groups) + 1;
    super(treeOf([0, ...Array.from({ length: count }, () => 0), ...groups.map((group) => 1 + group)]), k);
  }

  override benefit(m: number, x: ArrayLike<number>, first: number): number {
    const own = x[first + m];
    return this.private(own) + own * this.neighbourSum(m, x, first);
  }

  override rootBenefit(m: number, x: ArrayLike<number>, first: number): number {
    const own = x[first + m];
    return this.private(own) + own * own * this.neighbourSum(m, x, first);
  }

  private private(own: number): number {
    return this.constant + this.linear * own - this.quadratic * own * own;
  }

  neighbourSum(m: number, x: ArrayLike<number>, first: number): number {
    const neighbours = this.neighbours[m];
    let sum = 0;
    for (let i = 0; i < neighbours.length; i++) sum += x[first + neighbours[i]];
    return sum;
  }
}

/** Leaves of a security game and the leaves that each region defends. */
const defenders = 6;
const regions = [0, 0, 1, 1, 2, 2];

/**
 * Interdependent defence (Li et al. 2022): leaf m invests x_m; the attacker draws leaf i with probability proportional to
 * exp(rationality (1 - x_i)). Benefit -price x_m + P(m) x_m / (1 + x_m) + sum over i != m of
 * P(i) (1 - influence / ((1 + x_m) (1 + x_i))).
 */
export class SecurityCosts extends BenefitCosts {
  readonly leafCount = defenders;

  constructor(
    k: number,
    readonly rationality: number,
    readonly price: number,
    readonly influence: number,
  ) {
    super(treeOf([0, 0, 0, 0, ...regions.map((region) => 1 + region)]), k);
  }

  /** What leaf `m` gains if leaf `i` is attacked. */
  defence(m: number, i: number, x: ArrayLike<number>, first: number): number {
    const own = x[first + m];
    return i === m ? own / (1 + own) : 1 - this.influence / ((1 + own) * (1 + x[first + i]));
  }

  override benefit(m: number, x: ArrayLike<number>, first: number): number {
    let least = Infinity;
    for (let i = 0; i < this.leafCount; i++) least = Math.min(least, x[first + i]);
    let [total, expected] = [0, 0];
    for (let i = 0; i < this.leafCount; i++) {
      const weight = Math.exp(this.rationality * (least - x[first + i]));
      total += weight;
      expected += weight * this.defence(m, i, x, first);
    }
    return expected / total - this.price * x[first + m];
  }
}

/**
 * Three players in a row, each a level of its own, with quadratic costs, so that backward induction has a closed
 * form: root (x - 1)^2 + (z - 1)^2, middle (y - x)^2 + z^2, leaf (z - y)^2 + z^2.
 */
export class ChainCosts implements Costs {
  readonly tree = treeOf([0, 0, 1]);
  readonly low = -10;
  readonly high = 10;

  cost(player: number, x: ArrayLike<number>, at: number): number {
    const z = x[at + 2];
    if (player === 0) return (x[at] - 1) ** 2 + (z - 1) ** 2;
    return (x[at + player] - x[at + player - 1]) ** 2 + z ** 2;
  }
}
