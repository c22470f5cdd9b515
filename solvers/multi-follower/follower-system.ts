import type { Setting } from '../../envs/multi-follower/setting.js';

/**
 * The followers' side of one setting: exact best responses, and the derivatives that the implicit gradient needs.
 * Profiles and designs are laid out as in `Setting`; F is the gradient of each follower's payoff in its own strategy,
 * stacked.
 */
export interface FollowerSystem {
  readonly setting: Setting;
  /** Greatest value of a coordinate of a strategy; the least is 0. */
  readonly upper: number;
  /** Where damped best responses begin: the same profile for every design. */
  start(): Float64Array;
  /** Writes every follower's best response to the others in `profile` into `out`. */
  bestResponses(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void;
  /** Whether the coordinates of this follower's strategy add up to a constant at the equilibrium. */
  sumBinds(follower: number, profile: Float64Array): boolean;
  /** Writes dF / d profile, row-major. */
  jacobian(design: ArrayLike<number>, profile: Float64Array, out: Float64Array): void;
  /** Subtracts (dF / d design)^T times `weights` from `out`. */
  subtractMixed(
    design: ArrayLike<number>,
    profile: Float64Array,
    weights: Float64Array,
    out: Float64Array,
  ): void;
  /**
   * Partial derivatives of objective - sum of multiplier * excess: in the profile into `inProfile`, in the design
   * into `inDesign`.
   */
  lagrangian(
    design: ArrayLike<number>,
    profile: Float64Array,
    multipliers: Float64Array,
    inProfile: Float64Array,
    inDesign: Float64Array,
  ): void;
}
