import { DenseLu } from '../linear/dense.js';
import type { FollowerSystem } from './follower-system.js';

/** Coordinates nearer than this to a bound are held there. */
const atBound = 1e-12;

export interface ImplicitGradient {
  /** Derivative of objective - sum of multiplier * excess in the design, with the followers' equilibrium following it. */
  readonly gradient: Float64Array;
  /** Whether the KKT system was singular, so that the followers were taken to stay. */
  readonly singular: boolean;
}

/**
 * The derivative of the leader's Lagrangian through the followers' equilibrium: the stacked KKT systems of all
 * followers, differentiated implicitly (Wang et al. 2022), in the adjoint form, so that one solve serves all
 * coordinates of the design.
 *
 * Rows of constraints that are active or inactive are solved by hand: a coordinate held at a bound stays, and a bound
 * that is not reached has no multiplier. What is left is [dF/dx, -A^T; A, 0] over the free coordinates, with a row of
 * A for each sum that binds.
 */
export function implicitGradient(
  system: FollowerSystem,
  design: ArrayLike<number>,
  profile: Float64Array,
  multipliers: Float64Array,
): ImplicitGradient {
  const n = profile.length;
  const inProfile = new Float64Array(n);
  const gradient = new Float64Array(design.length);
  system.lagrangian(design, profile, multipliers, inProfile, gradient);
  const free = freeCoordinates(system, profile);
  if (free.length === 0) return { gradient, singular: false };
  const sums = bindingSums(system, profile, free);
  const order = free.length + sums.length;
  const lu = new DenseLu(order);
  if (!lu.factorise(kktMatrix(system, design, profile, free, sums))) return { gradient, singular: true };
  const right = new Float64Array(order);
  free.forEach((a, row) => {
    right[row] = inProfile[a];
  });
  const adjoint = lu.solveTransposed(right);
  const weights = new Float64Array(n);
  free.forEach((a, row) => {
    weights[a] = adjoint[row];
  });
  const total = gradient.slice();
  system.subtractMixed(design, profile, weights, total);
  const finite = total.every(Number.isFinite);
  return { gradient: finite ? total : gradient, singular: !finite };
}

function freeCoordinates({ upper }: FollowerSystem, profile: Float64Array): number[] {
  const free: number[] = [];
  for (let a = 0; a < profile.length; a++) {
    if (profile[a] > atBound && profile[a] < upper - atBound) free.push(a);
  }
  return free;
}

/** The followers whose sums bind and who have free coordinates. */
function bindingSums(system: FollowerSystem, profile: Float64Array, free: readonly number[]): number[] {
  const { followers, width } = system.setting;
  const moves = new Set(free.map((a) => Math.floor(a / width)));
  return Array.from({ length: followers }, (_, i) => i).filter(
    (i) => moves.has(i) && system.sumBinds(i, profile),
  );
}

function kktMatrix(
  system: FollowerSystem,
  design: ArrayLike<number>,
  profile: Float64Array,
  free: readonly number[],
  sums: readonly number[],
): Float64Array {
  const n = profile.length;
  const order = free.length + sums.length;
  const jacobian = new Float64Array(n * n);
  system.jacobian(design, profile, jacobian);
  const matrix = new Float64Array(order * order);
  free.forEach((a, row) => {
    free.forEach((b, column) => {
      matrix[row * order + column] = jacobian[a * n + b];
    });
    const sum = sums.indexOf(Math.floor(a / system.setting.width));
    if (sum < 0) return;
    matrix[row * order + free.length + sum] = -1;
    matrix[(free.length + sum) * order + row] = 1;
  });
  return matrix;
}
