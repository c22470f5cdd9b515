import { describe, InvalidArgument } from './error.js';
import { Rng, type Seed } from './rng.js';
import type { Space } from './spaces/space.js';
import type { Info, Metadata, RenderFrame, ResetOptions } from './types.js';

/** An environment, or a vector of them, with a state that a centralised critic may see and the agent may not. */
export interface CentralState {
  /** A member of `stateSpace`, or one a row behind each other; the next call may overwrite it. */
  state(): Float64Array;
  readonly stateSpace: Space<any>;
}

export function hasCentralState<T extends object>(env: T): env is T & CentralState {
  const { state, stateSpace } = env as Partial<CentralState>;
  return typeof state === 'function' && stateSpace?.shape?.length === 1;
}

export interface ResetResult<O> {
  readonly observation: O;
  readonly info: Info;
}

export interface StepResult<O> {
  readonly observation: O;
  readonly reward: number;
  /** The episode ended inside the MDP. */
  readonly terminated: boolean;
  /** The episode was cut from outside the MDP (a time limit). Both flags may be true at once. */
  readonly truncated: boolean;
  readonly info: Info;
}

/**
 * A single-agent environment, after `gymnasium.Env`.
 *
 * `info.actionMask`, where present, is an Int8Array or Uint8Array of zeros and ones over a Discrete action space; the
 * learners of `agents/` honour it. `info.committedAction`, where present, is the action that will be played whatever is
 * given: they take it for their own.
 */
export abstract class Env<O = any, A = any> {
  abstract readonly observationSpace: Space<O>;
  abstract readonly actionSpace: Space<A>;
  readonly metadata: Metadata = { renderModes: [] };
  /** Fixed at construction: one of `metadata.renderModes`, or null. */
  readonly renderMode: string | null = null;
  /** How the registry made this environment, or null if it did not. */
  spec: import('./registry.js').EnvSpec | null = null;
  private stream: Rng | null = null;
  private streamSeed: Seed | null = null;

  /** Starts an episode. A seed starts a new stream of random numbers; without one the stream goes on. */
  abstract reset(options?: ResetOptions): ResetResult<O>;
  /** @throws ResetNeeded before the first reset or after the end. @throws InvalidAction outside `actionSpace`. */
  abstract step(action: A): StepResult<O>;

  /** Text, an SVG document, or null, by `renderMode`. */
  render(): RenderFrame {
    return null;
  }

  /** Frees what the environment holds. Calling it again does nothing. */
  close(): void {}

  /** The environment's stream, made from entropy on first use if no reset gave a seed. */
  get rng(): Rng {
    this.stream ??= Rng.fromEntropy();
    return this.stream;
  }

  /** The seed of the last seeded reset, or null if there was none. */
  get rngSeed(): Seed | null {
    return this.streamSeed;
  }

  /** The first line of every `reset`: starts a new stream when a seed is given. */
  protected reseed(options: ResetOptions | undefined): void {
    checkResetOptions(options);
    if (options?.seed == null) return;
    this.stream = new Rng(options.seed);
    this.streamSeed = options.seed;
  }

  /** The environment under all wrappers. */
  get unwrapped(): Env {
    return this;
  }

  toString(): string {
    const name = this.constructor.name;
    return this.spec === null ? `<${name} instance>` : `<${name}<${this.spec.id}>>`;
  }
}

/** Wraps an environment, passing everything on. Subclasses override what they change. */
export abstract class Wrapper<O = any, A = any, InnerO = any, InnerA = any> extends Env<O, A> {
  declare readonly observationSpace: Space<O>;
  declare readonly actionSpace: Space<A>;
  declare readonly metadata: Metadata;
  declare readonly renderMode: string | null;

  /** @throws InvalidArgument if `env` is not an Env. */
  constructor(
    readonly env: Env<InnerO, InnerA>,
    spaces: { observationSpace?: Space<O>; actionSpace?: Space<A> } = {},
  ) {
    super();
    if (!(env instanceof Env)) {
      throw new InvalidArgument(`${new.target.name}: expected an Env to wrap, got ${describe(env)}.`);
    }
    this.observationSpace = spaces.observationSpace ?? (env.observationSpace as unknown as Space<O>);
    this.actionSpace = spaces.actionSpace ?? (env.actionSpace as unknown as Space<A>);
    this.metadata = env.metadata;
    this.renderMode = env.renderMode;
    this.spec = env.spec;
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    return this.env.reset(options) as unknown as ResetResult<O>;
  }

  override step(action: A): StepResult<O> {
    return this.env.step(action as unknown as InnerA) as unknown as StepResult<O>;
  }

  override render(): RenderFrame {
    return this.env.render();
  }

  override close(): void {
    this.env.close();
  }

  override get rng(): Rng {
    return this.env.rng;
  }

  override get rngSeed(): Seed | null {
    return this.env.rngSeed;
  }

  override get unwrapped(): Env {
    return this.env.unwrapped;
  }

  override toString(): string {
    return `<${this.constructor.name}${this.env}>`;
  }
}

/** Changes observations on the way out. */
export abstract class ObservationWrapper<O = any, A = any, InnerO = any> extends Wrapper<O, A, InnerO, A> {
  abstract observation(observation: InnerO): O;

  override reset(options?: ResetOptions): ResetResult<O> {
    const { observation, info } = this.env.reset(options);
    return { observation: this.observation(observation), info };
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    return { ...result, observation: this.observation(result.observation) };
  }
}

/** Changes actions on the way in. */
export abstract class ActionWrapper<O = any, A = any, InnerA = any> extends Wrapper<O, A, O, InnerA> {
  abstract action(action: A): InnerA;

  override step(action: A): StepResult<O> {
    return this.env.step(this.action(action));
  }
}

/** Changes rewards on the way out. */
export abstract class RewardWrapper<O = any, A = any> extends Wrapper<O, A, O, A> {
  abstract reward(reward: number): number;

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    return { ...result, reward: this.reward(result.reward) };
  }
}

/** Refuses a reset argument that is no object, such as a bare seed, which would be lost in silence. */
export function checkResetOptions(options: unknown): void {
  if (options == null || (typeof options === 'object' && !Array.isArray(options))) return;
  throw new InvalidArgument(`reset: expected { seed, options }, got ${describe(options)}.`);
}
