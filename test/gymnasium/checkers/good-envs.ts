import {
  type Actions,
  type AgentSpec,
  MarkovGame,
  type StepBuffers,
} from '../../../envs/core/markov-game.js';
import { GameVectorEnv } from '../../../envs/core/vector-env.js';
import { GameParallelEnv } from '../../../envs/core/views.js';
import { ParallelToAec } from '../../../gymnasium/conversions.js';
import { Env, type ResetResult, type StepResult } from '../../../gymnasium/core.js';
import { InvalidAction, ResetNeeded } from '../../../gymnasium/error.js';
import {
  ParallelEnv,
  type ParallelResetResult,
  type ParallelStepResult,
  type PerAgent,
} from '../../../gymnasium/parallel.js';
import { Rng } from '../../../gymnasium/rng.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import type { Space } from '../../../gymnasium/spaces/space.js';
import { SyncVectorEnv } from '../../../gymnasium/sync-vector-env.js';
import type { AgentId, Info, Metadata, ResetOptions } from '../../../gymnasium/types.js';
import type { AutoresetMode } from '../../../gymnasium/vector.js';

const metadata: Metadata = { renderModes: ['ansi'], renderFps: 4 };

/** Keeps every rule: three to five noisy steps, two actions of three allowed. */
export class GoodEnv extends Env {
  observationSpace: Space<any> = new Box(0, 100, { shape: [2] });
  actionSpace: Space<any> = new Discrete(3);
  override metadata: Metadata = metadata;
  private clock = -1;
  private length = 0;

  constructor(override readonly renderMode: string | null = null) {
    super();
  }

  override reset(options?: ResetOptions): ResetResult<any> {
    this.reseed(options);
    this.clock = 0;
    this.length = 3 + this.rng.integer(3);
    return { observation: this.look(), info: this.info() };
  }

  override step(action: unknown): StepResult<any> {
    if (this.clock < 0 || this.clock >= this.length) throw new ResetNeeded('step: reset first.');
    if (!this.actionSpace.contains(action)) throw new InvalidAction('step: no such action.');
    this.clock++;
    return {
      observation: this.look(),
      reward: this.rng.uniform(),
      terminated: this.clock === this.length,
      truncated: false,
      info: this.info(),
    };
  }

  override render(): string | null {
    return this.renderMode === null ? null : `step ${this.clock}`;
  }

  private look(): Float32Array {
    return Float32Array.of(this.clock, this.rng.uniform());
  }

  private info(): Info {
    return { clock: this.clock, actionMask: Int8Array.of(1, 1, 0) };
  }
}

const agents = ['leader_0', 'follower_0', 'follower_1'];

/** Keeps every rule: the leader moves first and is seen; follower_1 leaves after step 3, the others after step 5. */
export class GoodParallel extends ParallelEnv {
  possibleAgents: readonly AgentId[] = agents;
  agents: readonly AgentId[] = [];
  override metadata: Metadata = { ...metadata, name: 'good' };
  override stateSpace: Space<any> = new Box(0, 10, { shape: [1], dtype: 'float64' });
  private readonly seen = Object.fromEntries(agents.map((id) => [id, new Box(0, 100, { shape: [3] })]));
  private readonly moves: PerAgent<Space<any>> = {
    leader_0: new Discrete(3),
    follower_0: new Discrete(3),
    follower_1: new Box(-1, 1, { shape: [2] }),
  };
  private clock = 0;
  private rng = Rng.fromEntropy();
  private committed: PerAgent<any> = {};

  constructor(override readonly renderMode: string | null = null) {
    super();
  }

  override get moveOrder(): readonly (readonly AgentId[])[] {
    return [['leader_0'], ['follower_0', 'follower_1']];
  }

  override observationSpace(agent: AgentId): Space<any> {
    return this.seen[agent];
  }

  override actionSpace(agent: AgentId): Space<any> {
    return this.moves[agent];
  }

  override reset(options?: ResetOptions): ParallelResetResult {
    if (options?.seed != null) this.rng = new Rng(options.seed);
    this.agents = [...agents];
    this.clock = 0;
    this.committed = {};
    return { observations: this.each(() => this.look(0)), infos: this.each(() => ({})) };
  }

  override commit(actions: PerAgent<any>): PerAgent<any> {
    this.check(actions);
    this.committed = { ...this.committed, ...actions };
    const waiting = this.agents.filter((id) => !(id in this.committed));
    const seen = Float32Array.of(this.clock, 1 + this.committed.leader_0, 0);
    return Object.fromEntries(waiting.map((id) => [id, seen.slice()]));
  }

  override step(actions: PerAgent<any>): ParallelStepResult {
    this.check(actions);
    const joint = { ...this.committed, ...actions };
    for (const id of this.agents) if (!(id in joint)) throw new InvalidAction(`${id}: no action.`);
    this.clock++;
    this.committed = {};
    const isDone = (id: AgentId) => this.clock === 5 || (this.clock === 3 && id === 'follower_1');
    const result = {
      observations: this.each(() => this.look(1 + joint.leader_0)),
      rewards: this.each(() => this.rng.uniform()),
      terminations: this.each(isDone),
      truncations: this.each(() => false),
      infos: this.each(() => ({ clock: this.clock })),
    };
    this.agents = this.agents.filter((id) => !isDone(id));
    return result;
  }

  override state(): Float64Array {
    return Float64Array.of(this.clock);
  }

  override render(): string | null {
    return this.renderMode === null ? null : `step ${this.clock}`;
  }

  private check(actions: PerAgent<any>): void {
    if (this.agents.length === 0) throw new ResetNeeded('step: reset first.');
    for (const id of this.agents) {
      if (!(id in actions)) continue;
      const broken = id in this.committed && this.committed[id] !== actions[id];
      if (broken || !this.moves[id].contains(actions[id])) throw new InvalidAction(`${id}: no such action.`);
    }
  }

  private look(seen: number): Float32Array {
    return Float32Array.of(this.clock, seen, this.rng.uniform());
  }

  private each<T>(value: (id: AgentId) => T): PerAgent<T> {
    return Object.fromEntries(this.agents.map((id) => [id, value(id)]));
  }
}

/** A game of two players with noise and three to five steps. */
export class NoisyGame extends MarkovGame {
  readonly agents: readonly AgentSpec[] = (['leader', 'follower'] as const).map((role) => ({
    id: `${role}_0`,
    role,
    observationSpace: new Box(0, 100, { shape: [2] }),
    actionSpace: new Discrete(3),
  }));
  private clock = new Int32Array(0);
  private length = new Int32Array(0);

  protected override allocateState(): void {
    this.clock = this.array(Int32Array);
    this.length = this.array(Int32Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    this.clock[lane] = 0;
    this.length[lane] = 3 + this.rng(lane).integer(3);
    this.look(lane, out);
  }

  override step(from: number, to: number, _actions: Actions, out: StepBuffers): void {
    for (let i = from; i < to; i++) {
      this.clock[i]++;
      this.look(i, out);
      for (const rewards of out.rewards) rewards[i] = this.rng(i).uniform();
      out.terminated[i] = Number(this.clock[i] >= this.length[i]);
      out.truncated[i] = 0;
    }
  }

  private look(lane: number, out: StepBuffers): void {
    for (const observations of out.observations) {
      observations.set([this.clock[lane], this.rng(lane).uniform()], 2 * lane);
    }
  }
}

export const goodEnv = (renderMode?: string) => new GoodEnv(renderMode);
export const goodParallel = (renderMode?: string) => new GoodParallel(renderMode);
export const goodAec = (renderMode?: string) => new ParallelToAec(new GoodParallel(renderMode));
export const goodVector = (autoresetMode: AutoresetMode) => () =>
  new SyncVectorEnv(
    [goodEnv, goodEnv, goodEnv].map((build) => () => build()),
    { autoresetMode },
  );
export const goodParallelVector = (autoresetMode: AutoresetMode) => () =>
  new GameVectorEnv(new NoisyGame(), 3, { autoresetMode });
export const noisyTwin = () => new GameParallelEnv(new NoisyGame());
