import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { createSetting, parameters } from './instances.js';
import { multiFollowerRenderer } from './multi-follower-rendering.js';
import { objectiveAt, payoffsAt, type Setting, violationAt } from './setting.js';

/**
 * ## Description
 * A leader designs incentives, sees its followers reach an equilibrium among themselves, and is judged by what they
 * then do (Wang et al. 2022). Three settings: `qre`, subsidies to the players of a normal-form game in logit quantal
 * response equilibrium; `ssg`, reimbursements to the defenders of overlapping sets of targets; `cyber`, insurance
 * contracts for customers who protect each other. The leader's constraints depend on the equilibrium, so they are no
 * part of its action space: violation is charged in its reward and reported by solvers.
 *
 * ## Action Space
 * All float64. `leader_0`: a `Box` from 0. `qre`: a subsidy up to `maximumSubsidy` for each follower and joint action
 * (entry `i A^n + a_0 + A a_1 + ...`). `ssg`: a reimbursement up to the whole penalty for each defender and each of
 * its targets. `cyber`: a coverage up to the loss for each customer, and after these a premium for each. Followers:
 * `qre`, a `ConstrainedBox`: the probabilities of all actions but the last, which has the rest. `ssg`, a
 * `ConstrainedBox`: the coverage of each own target, at most `resources` in all. `cyber`, a `Box`: effort, up to what
 * cannot pay.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. Followers: the leader's action space: the design, which they see before they
 * move (the game is leader-first: see `ParallelEnv.commit`), or 0 before it is made.
 *
 * ## Rewards
 * `leader_0`: the objective less `penalty` times the violation. Objective and violation: `qre`, the followers'
 * expected payoffs in all before subsidies; what the expected subsidy exceeds `budget` by. `ssg`, the leader's
 * expected loss, at most 0; what the sum of (1 - own coverage) * reimbursement exceeds `budget` by. `cyber`, premiums
 * less expected claims; how much better off customers would be without their contracts, summed over those who would.
 * Followers: `qre`, the expected subsidised payoff plus entropy / `rationality`; `ssg`, the expected reimbursed loss;
 * `cyber`, the expected payoff of an insured customer, averse to risk.
 *
 * ## Starting State
 * The instance is drawn once, by `seed`: see `drawQre`, `drawSsg` and `drawCyber`. There is only one state to act in.
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('MultiFollower-v0', { setting: 'cyber', risk: 0.2, seed: 1 })`. `setting` (`cyber`), `seed` (0), `followers`
 * (3, 5 or 10), `penalty` (10: more than a unit of violation is worth in the drawn instances); `qre`: `actions` (10),
 * `budget` (1), `rationality` (1), `maximumSubsidy` (20); `ssg`: `targets` (100), `ownTargets` (half of them),
 * `resources` (10), `budget` (1); `cyber`: `risk` (0.1). Or `instance`: the data themselves.
 *
 * ## References
 * K. Wang, L. Xu, A. Perrault, M. K. Reiter, M. Tambe. Coordinating followers to reach better equilibria: End-to-end gradient descent for
 * Stackelberg games. AAAI 2022.
 *
 * ## Version History
 * - v0: first release.
 */
export class MultiFollower extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  private readonly actionSizes: readonly number[];
  private profiles!: Float64Array;
  private outcomes!: Float64Array;

  constructor(
    readonly setting: Setting,
    readonly penalty: number,
  ) {
    super();
    const { designSpace } = setting;
    const actionSpaces = Array.from({ length: setting.followers }, (_, i) => setting.actionSpace(i));
    this.actionSizes = actionSpaces.map(({ size }) => size);
    this.agents = [
      { id: 'leader_0', role: 'leader', observationSpace: new Discrete(1), actionSpace: designSpace },
      ...actionSpaces.map((actionSpace, i) => ({
        id: `follower_${i}`,
        role: 'follower' as const,
        observationSpace: designSpace,
        actionSpace,
      })),
    ];
  }

  protected override allocateState(): void {
    this.profiles = this.array(Float64Array, this.setting.followers * this.setting.width);
    this.outcomes = this.array(Float64Array, this.setting.outcomeWidth);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { designSpace, followers, width, outcomeWidth } = this.setting;
    const { size } = designSpace;
    this.profiles.fill(0, lane * followers * width, (lane + 1) * followers * width);
    this.outcomes.fill(0, lane * outcomeWidth, (lane + 1) * outcomeWidth);
    out.observations[0][lane] = 0;
    for (let i = 1; i <= followers; i++) out.observations[i].fill(0, lane * size, (lane + 1) * size);
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { size } = this.setting.designSpace;
    const design: TypedArray = actions[0];
    for (let i = 1; i <= this.setting.followers; i++) {
      const seen = out.observations[i];
      for (let k = from * size; k < to * size; k++) seen[k] = design[k];
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { setting, profiles, outcomes, penalty } = this;
    const { followers, width, outcomeWidth } = setting;
    const payoffs = payoffsAt(setting);
    for (let lane = from; lane < to; lane++) {
      const base = lane * followers * width;
      const at = lane * outcomeWidth;
      for (let i = 0; i < followers; i++) {
        setting.decode(i, actions[i + 1], lane * this.actionSizes[i], profiles, base);
      }
      setting.outcome(actions[0], lane * setting.designSpace.size, profiles, base, outcomes, at);
      out.rewards[0][lane] = outcomes[at + objectiveAt] - penalty * outcomes[at + violationAt];
      for (let i = 0; i < followers; i++) out.rewards[i + 1][lane] = outcomes[at + payoffs + i];
    }
    out.terminated.fill(1, from, to);
    this.commit(from, to, actions, out);
  }
}

export const multiFollower = defineGame({
  id: 'MultiFollower-v0',
  summary: 'A leader designs subsidies, reimbursements or insurance; several followers reach an equilibrium',
  parameters,
  create: (p) => new MultiFollower(createSetting(p), p.penalty),
  presets: {
    qre: { setting: 'qre', actions: 2 },
    ssg: { setting: 'ssg', followers: 2, targets: 6, resources: 1 },
    cyber: { setting: 'cyber', followers: 3 },
  },
  oracle: { name: 'damped-best-response' },
  renderer: multiFollowerRenderer,
});
