import {
  type BenefitCosts,
  ChainCosts,
  type Costs,
  PublicGoodsCosts,
  SecurityCosts,
} from '../../envs/hierarchical/costs.js';
import { InvalidArgument } from '../../gymnasium/error.js';

/** Partial derivatives of the costs at a joint action `x`, a number a player. */
export interface Derivatives {
  /** Of a player's cost by its own action. */
  own(player: number, x: ArrayLike<number>): number;
  /** Of a player's cost by the action of a leaf below it. */
  byLeaf(player: number, leaf: number, x: ArrayLike<number>): number;
  /** Of a player's cost by its own action twice. */
  curvature(player: number, x: ArrayLike<number>): number;
  /** Of a player's cost by its own action and its parent's. */
  mixed(player: number, x: ArrayLike<number>): number;
}

/** @throws InvalidArgument for costs that this package does not know */
export function derivativesOf(costs: Costs): Derivatives {
  if (costs instanceof PublicGoodsCosts) return new BenefitDerivatives(costs, publicGoodsBenefit(costs));
  if (costs instanceof SecurityCosts) return new BenefitDerivatives(costs, securityBenefit(costs));
  if (costs instanceof ChainCosts) return chainDerivatives;
  throw new InvalidArgument(
    `dbi: expected costs with known derivatives, got ${(costs as object).constructor.name}.`,
  );
}

/** Derivatives of the leaves' benefits. Leaves are numbered from 0; leaf i's action is `x[first + i]`. */
interface BenefitGradients {
  /** Of leaf m's benefit by leaf j's action. */
  gradient(m: number, j: number, x: ArrayLike<number>): number;
  /** Of leaf m's benefit by its own action twice. */
  curvature(m: number, x: ArrayLike<number>): number;
  /** Of the root's benefit, the sum over the leaves, by leaf j's action. */
  rootGradient(j: number, x: ArrayLike<number>): number;
}

/** Costs of -k benefit + (1 - k) (own action - parent's action)^2, and -benefit at the root. */
class BenefitDerivatives implements Derivatives {
  constructor(
    private readonly costs: BenefitCosts,
    private readonly benefit: BenefitGradients,
  ) {}

  own(player: number, x: ArrayLike<number>): number {
    if (player === 0) return 0;
    const { k, tree, firstLeaf } = this.costs;
    const departure = 2 * (1 - k) * (x[player] - x[tree.parents[player]]);
    const leaf = player - firstLeaf;
    return leaf < 0 ? departure : departure - k * this.benefit.gradient(leaf, leaf, x);
  }

  byLeaf(player: number, leaf: number, x: ArrayLike<number>): number {
    const { k, tree, firstLeaf } = this.costs;
    if (player === 0) return -this.benefit.rootGradient(leaf - firstLeaf, x);
    const leaves = tree.leaves[player];
    let sum = 0;
    for (let i = 0; i < leaves.length; i++) {
      sum += this.benefit.gradient(leaves[i] - firstLeaf, leaf - firstLeaf, x);
    }
    return -k * sum;
  }

  curvature(player: number, x: ArrayLike<number>): number {
    if (player === 0) return 0;
    const { k, firstLeaf } = this.costs;
    const leaf = player - firstLeaf;
    return 2 * (1 - k) - (leaf < 0 ? 0 : k * this.benefit.curvature(leaf, x));
  }

  mixed(player: number): number {
    return player === 0 ? 0 : -2 * (1 - this.costs.k);
  }
}

function publicGoodsBenefit(costs: PublicGoodsCosts): BenefitGradients {
  const { linear, quadratic, neighbours, firstLeaf: first } = costs;
  const adjacent = neighbours.map((list) => new Set(list));
  return {
    gradient(m, j, x) {
      if (m !== j) return adjacent[m].has(j) ? x[first + m] : 0;
      return linear - 2 * quadratic * x[first + m] + costs.neighbourSum(m, x, first);
    },
    curvature: () => -2 * quadratic,
    rootGradient(j, x) {
      const own = x[first + j];
      const squares = neighbours[j].reduce((sum, i) => sum + x[first + i] ** 2, 0);
      return linear - 2 * quadratic * own + 2 * own * costs.neighbourSum(j, x, first) + squares;
    },
  };
}

/** Leaf m's benefit is -price x_m + sum over i of P(i) v_i, with v_i = `costs.defence(m, i)`. */
function securityBenefit(costs: SecurityCosts): BenefitGradients {
  const { leafCount, rationality, price, influence, firstLeaf: first } = costs;
  const leaves = Array.from({ length: leafCount }, (_, leaf) => leaf);

  const attack = (x: ArrayLike<number>): number[] => {
    const least = Math.min(...leaves.map((i) => x[first + i]));
    const weights = leaves.map((i) => Math.exp(rationality * (least - x[first + i])));
    const total = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / total);
  };
  const mean = (p: readonly number[], value: (i: number) => number) =>
    p.reduce((sum, probability, i) => sum + probability * value(i), 0);
  /** Derivative of v_i of leaf m by x_m. */
  const byOwn = (m: number, i: number, x: ArrayLike<number>) => {
    const own = 1 + x[first + m];
    return i === m ? 1 / own ** 2 : influence / (own ** 2 * (1 + x[first + i]));
  };

  return {
    gradient(m, j, x) {
      const p = attack(x);
      const value = (i: number) => costs.defence(m, i, x, first);
      const shift = -rationality * p[j] * (value(j) - mean(p, value));
      if (m === j) return shift - price + mean(p, (i) => byOwn(m, i, x));
      return shift + (p[j] * influence) / ((1 + x[first + m]) * (1 + x[first + j]) ** 2);
    },
    curvature(m, x) {
      const p = attack(x);
      const excess = costs.defence(m, m, x, first) - mean(p, (i) => costs.defence(m, i, x, first));
      const slope = mean(p, (i) => byOwn(m, i, x));
      const excessSlope = byOwn(m, m, x) - slope;
      const shifts = rationality * (1 - 2 * p[m]) * excess - 2 * excessSlope;
      return rationality * p[m] * shifts - (2 * slope) / (1 + x[first + m]);
    },
    rootGradient(j, x) {
      return leaves.reduce((sum, m) => sum + this.gradient(m, j, x), 0);
    },
  };
}

const chainDerivatives: Derivatives = {
  own(player, x) {
    if (player === 0) return 2 * (x[0] - 1);
    return 2 * (x[player] - x[player - 1]) + (player === 2 ? 2 * x[2] : 0);
  },
  byLeaf: (player, _leaf, x) => 2 * (player === 0 ? x[2] - 1 : x[2]),
  curvature: (player) => (player === 2 ? 4 : 2),
  mixed: (player) => (player === 0 ? 0 : -2),
};
