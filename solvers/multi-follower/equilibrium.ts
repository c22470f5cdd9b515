import { CyberSetting } from '../../envs/multi-follower/cyber.js';
import { MultiFollower } from '../../envs/multi-follower/multi-follower.js';
import { QreSetting } from '../../envs/multi-follower/qre.js';
import { outcomeOf, payoffsAt, type Setting } from '../../envs/multi-follower/setting.js';
import { SsgSetting } from '../../envs/multi-follower/ssg.js';
import { checkAbove, checkCount, checkPositive } from '../../gymnasium/checks.js';
import { checkOptionNames, describe, InvalidArgument } from '../../gymnasium/error.js';
import { CyberSystem } from './cyber-system.js';
import type { FollowerSystem } from './follower-system.js';
import { QreSystem } from './qre-system.js';
import { SsgSystem } from './ssg-system.js';

export interface EquilibriumOptions {
  /** Weight gamma of the best response in each iteration, in (0, 1]. Default 0.5. */
  readonly damping?: number;
  /** Stop once no strategy is farther than this from its best response. Default 1e-10. */
  readonly tolerance?: number;
  /** Most iterations. Default 1000. */
  readonly iterations?: number;
}

export interface FollowerEquilibrium {
  /** `followers * width` numbers, follower by follower. */
  readonly profile: Float64Array;
  /** How far the profile was from the best responses to it, at the last look. */
  readonly residual: number;
  readonly iterations: number;
  /** Whether the residual met the tolerance. */
  readonly converged: boolean;
}

const names = ['damping', 'tolerance', 'iterations'];

/** The defaults, with what was given. @throws InvalidArgument naming the malformed option */
export function equilibriumOptions(owner: string, given: EquilibriumOptions): Required<EquilibriumOptions> {
  checkOptionNames(owner, given, names);
  const { damping = 0.5, tolerance = 1e-10, iterations = 1000 } = given;
  checkAbove(owner, 'damping', damping, 0, 1);
  checkPositive(owner, 'tolerance', tolerance);
  checkCount(owner, 'iterations', iterations);
  return { damping, tolerance, iterations };
}

/** The followers' side of the game's setting. @throws InvalidArgument for a game of another class */
export function followerSystem(game: unknown): FollowerSystem {
  const setting: Setting | undefined = game instanceof MultiFollower ? game.setting : undefined;
  if (setting instanceof QreSetting) return new QreSystem(setting);
  if (setting instanceof SsgSetting) return new SsgSystem(setting);
  if (setting instanceof CyberSetting) return new CyberSystem(setting);
  throw new InvalidArgument(
    `Expected a game of several followers (MultiFollower-v0), got ${describe(game?.constructor?.name)}.`,
  );
}

/**
 * Damped best response (Wang et al. 2022): every follower moves a share of the way to its best response to the
 * others, all at once, until none has far to go; then each takes the best response itself. A fixed point is a Nash
 * equilibrium, and where there are several the start decides.
 *
 * @param from where to begin. Default `system.start()`.
 */
export function dampedBestResponse(
  system: FollowerSystem,
  design: ArrayLike<number>,
  { damping, tolerance, iterations }: Required<EquilibriumOptions>,
  from: Float64Array = system.start(),
): FollowerEquilibrium {
  const profile = from.slice();
  const response = new Float64Array(profile.length);
  for (let iteration = 1; ; iteration++) {
    system.bestResponses(design, profile, response);
    let residual = 0;
    for (let a = 0; a < profile.length; a++)
      residual = Math.max(residual, Math.abs(response[a] - profile[a]));
    if (residual <= tolerance) return { profile: response, residual, iterations: iteration, converged: true };
    if (iteration === iterations) return { profile, residual, iterations: iteration, converged: false };
    for (let a = 0; a < profile.length; a++) profile[a] += damping * (response[a] - profile[a]);
  }
}

/** The most that a follower gains by its best response instead of its strategy, the others staying. */
export function bestResponseGap(system: FollowerSystem, design: Float64Array, profile: Float64Array): number {
  const { setting } = system;
  const { followers, width } = setting;
  const response = new Float64Array(profile.length);
  system.bestResponses(design, profile, response);
  const now = outcomeOf(setting, design, profile);
  let gap = 0;
  for (let i = 0; i < followers; i++) {
    const changed = profile.slice();
    changed.set(response.subarray(i * width, (i + 1) * width), i * width);
    const at = payoffsAt(setting) + i;
    gap = Math.max(gap, outcomeOf(setting, design, changed)[at] - now[at]);
  }
  return gap;
}
