import {
  type Actions,
  type AgentSpec,
  MarkovGame,
  type StepBuffers,
  type TypeProfile,
} from '../../envs/core/markov-game.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';

/** A small game of several followers that move once, as a function: what a test can also compute by hand. */
export interface FollowersRules {
  readonly leaderActions?: number;
  /** Actions of each follower. */
  readonly actions: readonly number[];
  readonly profiles?: readonly TypeProfile[];
  /** Probabilities of an event that is drawn in every step. */
  readonly chance?: readonly number[];
  /** Rewards of the leader and then of each follower. */
  readonly rewards: (
    a: number,
    b: readonly number[],
    types: readonly number[],
    event: number,
  ) => readonly number[];
  /** Whether the leader sees the followers' joint action, b_0 + n_0 (b_1 + ...), before it moves. */
  readonly followersFirst?: boolean;
  /** Steps of an episode. Default 1. */
  readonly steps?: number;
  readonly discount?: number;
  /** First member of every space. */
  readonly start?: number;
}

/** Plays `FollowersRules`: followers see their types, and what they do in the first step holds in all. */
export class FollowersGame extends MarkovGame {
  override readonly followersMoveOnce = true;
  override readonly firstMovers: 'leader' | 'follower';
  override readonly discount: number;
  override readonly typeProfiles: readonly TypeProfile[] | null;
  readonly agents: readonly AgentSpec[];
  private readonly start: number;
  private profile = new Int32Array(0);
  private clock = new Int32Array(0);
  private kept = new Int32Array(0);

  constructor(readonly rules: FollowersRules) {
    super();
    const { actions, profiles, discount = 1, start = 0 } = rules;
    this.discount = discount;
    this.start = start;
    this.typeProfiles = profiles ?? null;
    this.firstMovers = rules.followersFirst ? 'follower' : 'leader';
    const joint = actions.reduce((product, n) => product * n, 1);
    const space = (n: number) => new Discrete(n, { start });
    const types = (i: number) => 1 + Math.max(0, ...(profiles ?? []).map((profile) => profile.types[i]));
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: space(rules.followersFirst ? joint : 1),
        actionSpace: space(rules.leaderActions ?? 1),
      },
      ...actions.map((n, i) => ({
        id: `follower_${i}`,
        role: 'follower' as const,
        observationSpace: space(types(i)),
        actionSpace: space(n),
      })),
    ];
    if (rules.followersFirst) this.commit = this.reveal;
  }

  protected override allocateState(): void {
    this.profile = this.array(Int32Array);
    this.clock = this.array(Int32Array);
    this.kept = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.profile[lane] = this.typeProfiles === null ? 0 : this.drawTypes(lane);
    this.clock[lane] = 0;
    this.kept[lane] = 0;
    out.observations[0][lane] = this.start;
    const types = this.typesOf(lane);
    this.rules.actions.forEach((_, i) => {
      out.observations[1 + i][lane] = this.start + types[i];
    });
  }

  private typesOf(lane: number): readonly number[] {
    return this.typeProfiles?.[this.profile[lane]].types ?? this.rules.actions.map(() => 0);
  }

  private reveal(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let lane = from; lane < to; lane++) {
      out.observations[0][lane] =
        this.start + (this.clock[lane] > 0 ? this.kept[lane] : this.joint(lane, actions));
    }
  }

  private joint(lane: number, actions: Actions): number {
    return this.rules.actions.reduceRight((rest, n, i) => n * rest + actions[1 + i][lane] - this.start, 0);
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { rules } = this;
    for (let lane = from; lane < to; lane++) {
      if (this.clock[lane]++ === 0) this.kept[lane] = this.joint(lane, actions);
      let rest = this.kept[lane];
      const b = rules.actions.map((n) => {
        const action = rest % n;
        rest = Math.floor(rest / n);
        return action;
      });
      const event = rules.chance ? this.rng(lane).categorical(rules.chance) : 0;
      const rewards = rules.rewards(actions[0][lane] - this.start, b, this.typesOf(lane), event);
      out.rewards.forEach((batch, k) => {
        batch[lane] = rewards[k];
      });
      if (this.clock[lane] >= (rules.steps ?? 1)) out.terminated[lane] = 1;
    }
  }
}

/** Two followers in a bimatrix game, by (row, column); the leader earns what `leader` says. */
export function bimatrix(
  table: readonly (readonly (readonly [number, number])[])[],
  leader: (a: number, row: number, column: number) => number = () => 0,
  further: Partial<FollowersRules> = {},
): FollowersGame {
  return new FollowersGame({
    actions: [table.length, table[0].length],
    rewards: (a, [row, column]) => [leader(a, row, column), ...table[row][column]],
    ...further,
  });
}

/** Cooperate or defect: 3 each, 1 each, or 5 against 0. */
export const dilemma = [
  [
    [3, 3],
    [0, 5],
  ],
  [
    [5, 0],
    [1, 1],
  ],
] as const;

/** Swerve or dare, as in Aumann (1974): 6 each, 2 against 7, or 0 each. */
export const chicken = [
  [
    [6, 6],
    [2, 7],
  ],
  [
    [7, 2],
    [0, 0],
  ],
] as const;

export const pennies = [
  [
    [1, -1],
    [-1, 1],
  ],
  [
    [-1, 1],
    [1, -1],
  ],
] as const;
