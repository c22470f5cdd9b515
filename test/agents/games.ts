import type { DifferentiablePolicy } from '../../agents/index.js';
import { Env } from '../../gymnasium/core.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../gymnasium/spaces/multi-discrete.js';
import { SyncVectorEnv } from '../../gymnasium/sync-vector-env.js';
import type { Info, ResetOptions, TypedArray } from '../../gymnasium/types.js';
import type { AutoresetMode } from '../../gymnasium/vector.js';

export const rows = (count: number, make: () => Env, autoresetMode: AutoresetMode) =>
  new SyncVectorEnv(new Array(count).fill(make), { autoresetMode });
export const params = (policy: DifferentiablePolicy) => Array.from(policy.network.params);

/** One-step episodes; arm i pays `means[i]` plus standard normal noise times `noise`. */
export class Bandit extends Env<number, number> {
  readonly observationSpace = new Discrete(1);
  readonly actionSpace: Discrete;

  constructor(
    private readonly means: readonly number[],
    private readonly noise = 0,
    private readonly mask: Int8Array | null = null,
  ) {
    super();
    this.actionSpace = new Discrete(means.length);
  }

  reset(options?: ResetOptions) {
    this.reseed(options);
    return { observation: 0, info: this.info() };
  }

  step(action: number) {
    if (this.mask?.[action] === 0) throw new Error(`arm ${action} is masked`);
    const reward = this.means[action] + this.noise * this.rng.normal();
    return { observation: 0, reward, terminated: true, truncated: false, info: this.info() };
  }

  private info(): Info {
    return this.mask === null ? {} : { actionMask: this.mask };
  }
}

/**
 * Three states in a row. Action 1 moves on with probability 0.9, else stays; reaching the end pays 1. Action 0 ends the
 * episode and pays 0.2. The optimum is 1: always action 1.
 */
export class Stairs extends Env<number, number> {
  readonly observationSpace = new Discrete(3, { start: 10 });
  readonly actionSpace = new Discrete(2, { start: 5 });
  private state = 0;

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.state = 0;
    return { observation: 10, info: {} };
  }

  step(action: number) {
    if (action === 5) return this.result(0.2, true);
    if (this.rng.uniform() < 0.9) this.state++;
    return this.state === 3 ? this.result(1, true) : this.result(0, false);
  }

  private result(reward: number, terminated: boolean) {
    const observation = 10 + Math.min(2, this.state);
    return { observation, reward, terminated, truncated: false, info: {} };
  }
}

/**
 * One step from either of two states. State 1 pays 5 and terminates. In state 0, action 0 pays nothing and is truncated
 * on the way to state 1; action 1 pays 2 and terminates.
 */
export class Crossroads extends Env<number, number> {
  readonly observationSpace = new Discrete(2);
  readonly actionSpace = new Discrete(2);
  private state = 0;

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.state = this.rng.integer(2);
    return { observation: this.state, info: {} };
  }

  step(action: number) {
    const truncated = this.state === 0 && action === 0;
    const reward = truncated ? 0 : this.state === 0 ? 2 : 5;
    return { observation: 1, reward, terminated: !truncated, truncated, info: {} };
  }
}

/** Deterministic episodes of `length` steps, the last one truncated; pays the action, and the time once in a while. */
export class Clock extends Env<number, number> {
  readonly observationSpace: Discrete;
  readonly actionSpace = new Discrete(3);
  private time = 0;
  private end: number;

  constructor(
    length: number,
    private readonly masked = false,
  ) {
    super();
    this.end = length;
    this.observationSpace = new Discrete(length + 1);
  }

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.time = 0;
    return { observation: 0, info: this.info() };
  }

  step(action: number) {
    this.time++;
    const reward = action + (this.time % 2);
    const truncated = this.time === this.end;
    return { observation: this.time, reward, terminated: false, truncated, info: this.info() };
  }

  /** Episodes of another length over the same spaces. */
  limit(length: number): this {
    this.end = length;
    return this;
  }

  private info(): Info {
    return this.masked && this.time % 2 === 1 ? { actionMask: Int8Array.of(1, 0, 1) } : {};
  }
}

/** One step; pays minus the squared distance of the action from 0.5 in each of two coordinates. */
export class Target extends Env<TypedArray, TypedArray> {
  readonly observationSpace = new Box(-1, 1, { shape: [2] });
  readonly actionSpace = new Box(-1, 1, { shape: [2] });

  reset(options?: ResetOptions) {
    this.reseed(options);
    return { observation: Float32Array.of(1, -1), info: {} };
  }

  step(action: TypedArray) {
    const reward = -((action[0] - 0.5) ** 2) - (action[1] - 0.5) ** 2;
    return { observation: Float32Array.of(1, -1), reward, terminated: true, truncated: false, info: {} };
  }
}

/** One step; each of two heads pays 1 for its last value. */
export class Locks extends Env<number, Int32Array> {
  readonly observationSpace = new Discrete(1);
  readonly actionSpace = new MultiDiscrete([2, 3], { start: [0, 1] });

  reset(options?: ResetOptions) {
    this.reseed(options);
    return { observation: 0, info: {} };
  }

  step(action: Int32Array) {
    const reward = (action[0] === 1 ? 1 : 0) + (action[1] === 3 ? 1 : 0);
    return { observation: 0, reward, terminated: true, truncated: false, info: {} };
  }
}

/** In state 0, action 1 pays 2 and ends; action 0 pays nothing and leads to state 1, where the only action pays 5. */
export class Detour extends Env<number, number> {
  readonly observationSpace = new Discrete(2);
  readonly actionSpace = new Discrete(2);
  private state = 0;

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.state = 0;
    return { observation: 0, info: this.info() };
  }

  step(action: number) {
    const ends = this.state === 1 || action === 1;
    const reward = this.state === 1 ? 5 : action === 1 ? 2 : 0;
    this.state = 1;
    return { observation: 1, reward, terminated: ends, truncated: false, info: this.info() };
  }

  private info(): Info {
    return { actionMask: Int8Array.of(1, this.state === 0 ? 1 : 0) };
  }
}
