import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../../envs/core/markov-game.js';
import type { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../gymnasium/spaces/multi-discrete.js';

/** A small game as tables: what a test can also compute by hand or by brute force. */
export interface TableRules {
  readonly states: number;
  /** Actions of leader and follower. */
  readonly actions: readonly [number, number];
  readonly initial: readonly number[];
  readonly next: (state: number, a: number, b: number) => readonly number[];
  /** Of leader and follower. */
  readonly rewards: (state: number, a: number, b: number) => readonly [number, number];
  readonly leaderSees: readonly number[];
  readonly followerSees: readonly number[];
  readonly horizon: number;
  readonly discount?: number;
  /** Whether the follower sees the leader's action before it moves: sight = seen * (1 + m) + 1 + action. */
  readonly leaderFirst?: boolean;
  /** Whether the follower stands first in `agents`. */
  readonly followerFirst?: boolean;
  /** First member of every space. */
  readonly start?: number;
  /** Observations as pairs of a MultiDiscrete, so that the model view has to number them. */
  readonly pairs?: boolean;
}

const count = (seen: readonly number[]) => Math.max(...seen) + 1;

/** Plays `TableRules`, all chance through `categorical`. */
export class TableGame extends MarkovGame {
  readonly agents: readonly AgentSpec[];
  override readonly discount: number;
  private readonly leader: number;
  private readonly start: number;
  private place = new Int32Array(0);
  private clock = new Int32Array(0);

  constructor(readonly rules: TableRules) {
    super();
    this.discount = rules.discount ?? 1;
    this.start = rules.start ?? 0;
    this.leader = rules.followerFirst ? 1 : 0;
    const [m, n] = rules.actions;
    const sights = count(rules.followerSees) * (rules.leaderFirst ? 1 + m : 1);
    const discrete = (size: number) => new Discrete(size, { start: this.start });
    const seen = (size: number) => (rules.pairs ? new MultiDiscrete([size, 2]) : discrete(size));
    const agents: AgentSpec[] = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: discrete(count(rules.leaderSees)),
        actionSpace: discrete(m),
      },
      { id: 'follower_0', role: 'follower', observationSpace: seen(sights), actionSpace: discrete(n) },
    ];
    this.agents = rules.followerFirst ? agents.reverse() : agents;
    if (rules.leaderFirst) this.commit = this.reveal;
  }

  protected override allocateState(): void {
    this.place = this.array(Int32Array);
    this.clock = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.place[lane] = this.rng(lane).categorical(this.rules.initial);
    this.clock[lane] = 0;
    this.look(lane, out);
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { rules, place, clock, leader, start } = this;
    for (let i = from; i < to; i++) {
      const [a, b] = [actions[leader][i] - start, actions[1 - leader][i] - start];
      const [l, f] = rules.rewards(place[i], a, b);
      out.rewards[leader][i] = l;
      out.rewards[1 - leader][i] = f;
      place[i] = this.rng(i).categorical(rules.next(place[i], a, b));
      clock[i]++;
      this.look(i, out);
      if (clock[i] >= rules.horizon) out.terminated[i] = 1;
    }
  }

  private reveal(from: number, to: number, actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) this.show(i, out, 1 + actions[this.leader][i] - this.start);
  }

  private look(lane: number, out: StepBuffers): void {
    out.observations[this.leader][lane] = this.start + this.rules.leaderSees[this.place[lane]];
    this.show(lane, out, 0);
  }

  private show(lane: number, out: StepBuffers, action: number): void {
    const { followerSees, leaderFirst, actions, pairs } = this.rules;
    const seen = followerSees[this.place[lane]];
    const sight = leaderFirst ? seen * (1 + actions[0]) + action : seen;
    const batch = out.observations[1 - this.leader];
    if (!pairs) batch[lane] = this.start + sight;
    else batch.set([sight, 1], 2 * lane);
  }
}

/** Tables with small integers, so that ties happen and sums are exact; chance in quarters. */
export function randomRules(rng: Rng, shape: Partial<TableRules> = {}): TableRules {
  const { states = 2, actions = [2, 2] } = shape;
  const key = (s: number, a: number, b: number) => s + states * (a + actions[0] * b);
  const size = states * actions[0] * actions[1];
  const payoffs = Array.from({ length: size }, () => [rng.integer(3), rng.integer(3)] as const);
  const moves = Array.from({ length: size }, () => quarters(rng, states));
  return {
    states,
    actions,
    initial: quarters(rng, states),
    next: (s, a, b) => moves[key(s, a, b)],
    rewards: (s, a, b) => payoffs[key(s, a, b)],
    leaderSees: Array.from({ length: states }, (_, s) => s % 2),
    followerSees: Array.from({ length: states }, (_, s) => s % 2),
    horizon: 2,
    ...shape,
  };
}

/** A distribution with probabilities that are multiples of 1/4. */
export function quarters(rng: Rng, n: number): number[] {
  const p = new Array(n).fill(0);
  for (let k = 0; k < 4; k++) p[rng.integer(n)] += 0.25;
  return p;
}

/** A leader's table, half of them deterministic. */
export function randomCommitment(rng: Rng, rows: number, actions: number): number[][] {
  const pure = rng.uniform() < 0.5;
  return Array.from({ length: rows }, () => {
    if (!pure) return quarters(rng, actions);
    const row = new Array(actions).fill(0);
    row[rng.integer(actions)] = 1;
    return row;
  });
}

/** Episodes of length `first` + lane; observation and leader's reward count the steps. */
export class CountingGame extends MarkovGame {
  readonly agents: readonly AgentSpec[] = (['leader', 'follower'] as const).map((role) => ({
    id: `${role}_0`,
    role,
    observationSpace: new Discrete(100),
    actionSpace: new Discrete(2),
  }));
  private clock = new Int32Array(0);

  constructor(readonly first = 3) {
    super();
  }

  protected override allocateState(): void {
    this.clock = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.clock[lane] = 0;
    for (const batch of out.observations) batch[lane] = 0;
  }

  override step(from: number, to: number, _actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      const time = ++this.clock[i];
      for (const batch of out.observations) batch[i] = time;
      for (const rewards of out.rewards) rewards[i] = time;
      if (time >= this.first + i) out.terminated[i] = 1;
    }
  }
}

/** Leader-first, with array observations and actions and continuous draws; ends by truncation after three steps. */
export class ContinuousGame extends MarkovGame {
  readonly agents: readonly AgentSpec[] = [
    {
      id: 'leader_0',
      role: 'leader',
      observationSpace: new Box(0, 10, { shape: [2] }),
      actionSpace: new Box(-1, 1, { shape: [2] }),
    },
    {
      id: 'follower_0',
      role: 'follower',
      observationSpace: new Box(-10, 10, { shape: [3] }),
      actionSpace: new MultiDiscrete([2, 3]),
    },
  ];
  private position = new Float64Array(0);
  private clock = new Int32Array(0);

  protected override allocateState(): void {
    this.position = this.array(Float64Array, 2);
    this.clock = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const rng = this.rng(lane);
    for (let k = 0; k < 2; k++) this.position[2 * lane + k] = rng.uniform();
    this.clock[lane] = 0;
    this.look(lane, out);
  }

  override commit(from: number, to: number, [leader]: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      for (let k = 0; k < 2; k++) out.observations[1][3 * i + k] = leader[2 * i + k];
    }
  }

  override step(from: number, to: number, [leader, follower]: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      for (let k = 0; k < 2; k++) {
        this.position[2 * i + k] = Math.abs(this.position[2 * i + k] + leader[2 * i + k]);
      }
      out.rewards[0][i] = this.position[2 * i] + follower[2 * i];
      out.rewards[1][i] = this.position[2 * i + 1] * follower[2 * i + 1];
      if (++this.clock[i] === 3) out.truncated[i] = 1;
      this.look(i, out);
    }
  }

  private look(lane: number, out: StepBuffers): void {
    for (let k = 0; k < 2; k++) out.observations[0][2 * lane + k] = this.position[2 * lane + k];
    out.observations[1].set([0, 0, this.clock[lane]], 3 * lane);
  }
}
