import { CyberSetting } from '../../envs/multi-follower/cyber.js';
import { excessAt, objectiveAt, outcomeOf } from '../../envs/multi-follower/setting.js';
import { dampedBestResponse, type EquilibriumOptions } from './equilibrium.js';
import type { FollowerSystem } from './follower-system.js';

/** A design with the equilibrium of its followers. */
export interface PlayedDesign {
  readonly design: Float64Array;
  readonly profile: Float64Array;
  readonly outcome: Float64Array;
  /** Distance of the profile from the best responses to it. */
  readonly residual: number;
}

/** How often a design is scaled in search of the budget. */
const scalings = 40;
/** Share of the budget that may stay unspent. */
const unspent = 1e-9;
/** Residual up to which a profile counts as an equilibrium. */
const settledWithin = 1e-5;

/** Plays a design. */
export function play(
  system: FollowerSystem,
  design: Float64Array,
  options: Required<EquilibriumOptions>,
  from?: Float64Array,
): PlayedDesign {
  const { profile, residual } = dampedBestResponse(system, design, options, from);
  return { design, profile, outcome: outcomeOf(system.setting, design, profile), residual };
}

/**
 * A design near this one that meets the leader's constraints at the followers' equilibrium: payments are scaled down
 * until they fit the budget; premiums are set to the most that customers accept, which leaves their efforts as they
 * are.
 */
export function feasible(
  system: FollowerSystem,
  design: Float64Array,
  options: Required<EquilibriumOptions>,
  from?: Float64Array,
): PlayedDesign {
  const played = play(system, design, options, from);
  if (system.setting instanceof CyberSetting) return withPremiums(system.setting, played);
  return played.outcome[excessAt] <= 0 ? played : scaledDown(system, played, options);
}

/** Bisection, sped up by the Illinois rule, on the factor at which the budget is just spent. */
function scaledDown(
  system: FollowerSystem,
  over: PlayedDesign,
  options: Required<EquilibriumOptions>,
): PlayedDesign {
  const nothing = new Float64Array(over.design.length);
  let within = play(system, nothing, options, over.profile);
  const budget = -within.outcome[excessAt];
  let [low, high] = [0, 1];
  let [below, above] = [-budget, over.outcome[excessAt]];
  let side = 0;
  for (let round = 0; round < scalings && below < -unspent * budget; round++) {
    const factor = (low * above - high * below) / (above - below);
    if (!(factor > low && factor < high)) break;
    const scaled = over.design.map((value) => value * factor);
    const trial = play(system, scaled, options, within.profile);
    const excess = trial.outcome[excessAt];
    if (excess <= 0) {
      [within, low, below] = [trial, factor, excess];
      if (side === -1) above /= 2;
      side = -1;
    } else {
      [high, above] = [factor, excess];
      if (side === 1) below /= 2;
      side = 1;
    }
    if (-within.outcome[excessAt] <= unspent * budget) break;
  }
  return within;
}

function withPremiums(setting: CyberSetting, { design, profile, residual }: PlayedDesign): PlayedDesign {
  const { followers, instance, rules } = setting;
  const priced = design.slice();
  for (let i = 0; i < followers; i++) {
    const breach = setting.breach(i, profile);
    const deviation = Math.sqrt(breach * (1 - breach));
    const worth = design[i] * (breach + rules.risk * deviation);
    priced[followers + i] = Math.max(0, worth - 1e-14 * instance.losses[i]);
  }
  return { design: priced, profile, outcome: outcomeOf(setting, priced, profile), residual };
}

/** Whether the followers are as good as in equilibrium: if not, nothing is known of the design. */
export function settled({ residual }: PlayedDesign): boolean {
  return residual <= settledWithin;
}

/** The better of two: the second if its followers are settled and its objective is greater. */
export function better(best: PlayedDesign, other: PlayedDesign): PlayedDesign {
  return settled(other) && other.outcome[objectiveAt] > best.outcome[objectiveAt] ? other : best;
}

/** Full insurance at the highest premiums that customers accept: their equilibrium is to make no effort. */
export function fullInsurance(system: FollowerSystem, options: Required<EquilibriumOptions>): PlayedDesign {
  const { losses } = (system.setting as CyberSetting).instance;
  const design = new Float64Array(system.setting.designSpace.size);
  design.set(losses);
  return feasible(system, design, options);
}

/**
 * From full insurance, sets the coverage of whichever customer gains most to one of eleven shares of its loss, until
 * nothing gains: a customer with part of its loss open makes an effort, and that makes the others' contracts worth
 * more to them. A gradient cannot find this, since the effort appears at once as coverage falls.
 */
export function coverageSearch(
  system: FollowerSystem,
  full: PlayedDesign,
  options: Required<EquilibriumOptions>,
): PlayedDesign {
  const { losses } = (system.setting as CyberSetting).instance;
  let best = full;
  for (let before: PlayedDesign | undefined; before !== best; ) {
    before = best;
    for (let i = 0; i < losses.length; i++) {
      for (let tenth = 0; tenth <= 10; tenth++) {
        const design = before.design.slice();
        design[i] = (losses[i] * tenth) / 10;
        best = better(best, feasible(system, design, options));
      }
    }
  }
  return best;
}
