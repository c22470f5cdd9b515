import { z } from 'zod';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { banditRlRenderer } from './bandit-rl-rendering.js';
import { drawReward, type RewardNoise, rewardChances, rewardNoises } from './reward-means.js';
import { mdpParameters, resolveMdps, type TabularMdp } from './tabular-mdps.js';

const positive = 'expected a positive integer';
const parameters = z.strictObject({
  ...mdpParameters,
  horizon: z.int(positive).min(1, positive).max(10_000).default(3).describe('Steps of an episode'),
  noise: z.enum(rewardNoises).default('none').describe('Rewards of 0 or 1 with these means, or the means'),
});

const stay = [
  [
    [1, 0],
    [1, 0],
  ],
  [
    [0, 1],
    [0, 1],
  ],
];
/** Arm 0: a move to state 1, worth nothing at once, or a wait; then `second` for the follower's other action there. */
const detour = (wait: number, second: number): TabularMdp => ({
  transitions: [
    [
      [0, 1],
      [1, 0],
    ],
    stay[1],
  ],
  leader: [
    [0, 0],
    [1, 0],
  ],
  follower: [
    [0, wait],
    [1, second],
  ],
});
/** Every step pays `each` to the leader, whatever the follower does. */
const constant = (each: number): TabularMdp => ({
  transitions: stay,
  leader: [
    [each, each],
    [each, each],
  ],
  follower: [
    [0, 0],
    [0, 0],
  ],
});

/**
 * ## Description
 * A bandit-RL game: the leader pulls an arm a once, the follower sees it and then acts for `horizon` steps in a Markov
 * decision process that depends on a, with rewards for both (Bai, Jin, Wang & Xiong, "Sample-efficient learning of
 * Stackelberg equilibria in general-sum games", NeurIPS 2021). Here each process is the same at every step.
 *
 * ## Action Space
 * `leader_0`: `Discrete(A)`, its arm at the first step; its later actions do nothing. `follower_0`: `Discrete(B)`.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(2)`: 0 before it has pulled its arm, then 1. `follower_0`: `Discrete(1 + A * H * S)`: 0
 * before the leader has moved and after the end, else 1 + s + S (h + H a) in state s at step h (from 0) of arm a. The
 * game is leader-first: see `ParallelEnv.commit`.
 *
 * ## Rewards
 * With noise `none` (default) the entries at (state, action) of the two reward tables of arm a; with `bernoulli`, for
 * each player on its own, 1 with that probability, else 0.
 *
 * ## Starting State
 * State 0 of every process.
 *
 * ## Episode End
 * Termination: after `horizon` steps. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('BanditRLGame-v0', { arms: 2, states: 3, actions: 2, horizon: 3, seed: 0 })` (the default) draws the
 * processes: transitions uniform on the simplex of `successors` states (all; 1 is deterministic), rewards uniform
 * among 0, 1/4, 1/2, 3/4, 1. Or `mdps: [{ transitions, leader, follower }, ...]`, one an arm. `noise`: 'none' or
 * 'bernoulli'.
 *
 * ## References
 * Y. Bai, C. Jin, H. Wang, C. Xiong. Sample-efficient learning of Stackelberg equilibria in general-sum games. NeurIPS 2021.
 *
 * ## Version History
 * - v0: first release.
 */
export class BanditRlGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  readonly arms: number;
  readonly states: number;
  readonly actions: number;
  /** Next-state probabilities, reward means and reward chances by arm, state and action, flat. */
  private readonly nextChances: readonly (readonly number[])[];
  private readonly leaderMeans: Float64Array;
  private readonly followerMeans: Float64Array;
  private readonly leaderChances: readonly Float64Array[];
  private readonly followerChances: readonly Float64Array[];
  private arm = new Int32Array(0);
  private state = new Int32Array(0);
  private time = new Int32Array(0);

  constructor(
    readonly mdps: readonly TabularMdp[],
    readonly horizon: number,
    readonly noise: RewardNoise = 'none',
  ) {
    super();
    this.arms = mdps.length;
    this.states = mdps[0].leader.length;
    this.actions = mdps[0].leader[0].length;
    this.nextChances = mdps.flatMap(({ transitions }) => transitions.flat());
    const leader = mdps.flatMap((mdp) => mdp.leader.flat());
    const follower = mdps.flatMap((mdp) => mdp.follower.flat());
    this.leaderMeans = Float64Array.from(leader);
    this.followerMeans = Float64Array.from(follower);
    this.leaderChances = rewardChances(leader);
    this.followerChances = rewardChances(follower);
    const sights = new Discrete(1 + this.arms * horizon * this.states);
    const [pull, act] = [new Discrete(this.arms), new Discrete(this.actions)];
    this.agents = [
      { id: 'leader_0', role: 'leader', observationSpace: new Discrete(2), actionSpace: pull },
      { id: 'follower_0', role: 'follower', observationSpace: sights, actionSpace: act },
    ];
  }

  protected override allocateState(): void {
    this.arm = this.array(Int32Array);
    this.state = this.array(Int32Array);
    this.time = this.array(Int32Array);
  }

  /** What the follower observes in this state (from 0) at this step (from 0) of this arm. */
  sight(arm: number, time: number, state: number): number {
    return 1 + state + this.states * (time + this.horizon * arm);
  }

  /** The state in a sight of the follower's, which must not be 0. */
  stateOf(sight: number): number {
    return (sight - 1) % this.states;
  }

  /** Where a lane is, for renderers; the arm is null before it is pulled. */
  situation(lane: number): { readonly arm: number | null; readonly state: number; readonly time: number } {
    const time = this.time[lane];
    return { arm: time === 0 ? null : this.arm[lane], state: this.state[lane], time };
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.arm[lane] = 0;
    this.state[lane] = 0;
    this.time[lane] = 0;
    out.observations[0][lane] = 0;
    out.observations[1][lane] = 0;
  }

  override commit(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      if (this.time[i] === 0) out.observations[1][i] = this.sight(actions[0][i], 0, this.state[i]);
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      if (this.time[i] === 0) this.arm[i] = actions[0][i];
      const at = (this.arm[i] * this.states + this.state[i]) * this.actions + actions[1][i];
      this.pay(i, at, out);
      const over = ++this.time[i] === this.horizon;
      if (!over) this.state[i] = this.rng(i).categorical(this.nextChances[at]);
      out.observations[0][i] = 1;
      out.observations[1][i] = over ? 0 : this.sight(this.arm[i], this.time[i], this.state[i]);
      out.terminated[i] = over ? 1 : 0;
    }
  }

  private pay(lane: number, at: number, out: StepBuffers): void {
    const noisy = this.noise === 'bernoulli';
    out.rewards[0][lane] = noisy ? drawReward(this.leaderChances[at], this.rng(lane)) : this.leaderMeans[at];
    out.rewards[1][lane] = noisy
      ? drawReward(this.followerChances[at], this.rng(lane))
      : this.followerMeans[at];
  }
}

export const banditRlGame = defineGame({
  id: 'BanditRLGame-v0',
  summary:
    'Bandit-RL game: the arm that the leader pulls is the Markov decision process that the follower plays',
  parameters,
  create: ({ horizon, noise, ...given }) =>
    new BanditRlGame(resolveMdps('BanditRLGame-v0', given), horizon, noise),
  presets: {
    tiny: { arms: 2, states: 3, actions: 2, horizon: 3, seed: 0 },
    deterministic: { arms: 3, states: 3, actions: 2, successors: 1, horizon: 3, seed: 1 },
    noisy: { arms: 2, states: 2, actions: 2, horizon: 2, seed: 2, noise: 'bernoulli' },
    tied: { mdps: [detour(0.5, 1), constant(0.2)], horizon: 2 },
    gap: { mdps: [detour(0.4, 0.8), constant(0.25)], horizon: 2 },
  },
  oracle: { name: 'exact-best-response', options: { memory: 'time-aware' } },
  renderer: banditRlRenderer,
});
