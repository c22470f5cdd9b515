import type { Box } from '../../gymnasium/spaces/box.js';
import type { TypedArray } from '../../gymnasium/types.js';

/** The three settings of Wang et al. 2022. */
export type SettingName = 'qre' | 'ssg' | 'cyber';
export const settingNames: readonly SettingName[] = ['qre', 'ssg', 'cyber'];

/** Numbers to draw as bars, all at least 0. */
export interface Panel {
  readonly title: string;
  /** Whose numbers they are. */
  readonly of: 'leader' | 'followers';
  readonly values: readonly number[];
  /** The value of a full bar. */
  readonly maximum: number;
}

/**
 * What the leader designs, what its followers choose and what that is worth to all, in one of the settings. A strategy
 * profile is `followers * width` numbers, follower by follower.
 */
export interface Setting {
  readonly name: SettingName;
  readonly followers: number;
  /** Numbers in a follower's strategy. */
  readonly width: number;
  /** The leader's designs. The vector 0 is no intervention. */
  readonly designSpace: Box;
  /** Inequalities that the leader must meet at the followers' strategies. */
  readonly constraints: number;
  /** Numbers that `outcome` writes: see there. */
  readonly outcomeWidth: number;
  /** Actions of a follower: float64 vectors that stand for strategies through `decode`. */
  actionSpace(follower: number): Box;
  /** Writes the strategy that the action at `at` stands for into the profile that begins at `base`. */
  decode(follower: number, action: TypedArray, at: number, profile: Float64Array, base: number): void;
  /** The action for the follower's strategy in a profile: `decode` undoes it. */
  encode(follower: number, profile: Float64Array): Float64Array;
  /**
   * Writes, from `to` on: the leader's objective, its violation (what the constraints are exceeded by, in all), the
   * excess of each constraint (met if at most 0), each follower's payoff, and then intermediate results. Allocates
   * nothing.
   */
  outcome(
    design: TypedArray,
    at: number,
    profile: Float64Array,
    base: number,
    out: Float64Array,
    to: number,
  ): void;
  /** The design and the strategies as bars, for rendering. */
  panels(design: TypedArray, profile: Float64Array): Panel[];
}

/** Positions in what `outcome` writes. */
export const objectiveAt = 0;
export const violationAt = 1;
export const excessAt = 2;

/** Position of the followers' payoffs in what `outcome` writes. */
export function payoffsAt(setting: Setting): number {
  return excessAt + setting.constraints;
}

/** The outcome of a design at a strategy profile. */
export function outcomeOf(setting: Setting, design: TypedArray, profile: Float64Array): Float64Array {
  const out = new Float64Array(setting.outcomeWidth);
  setting.outcome(design, 0, profile, 0, out, 0);
  return out;
}
