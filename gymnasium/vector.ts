import type { Seed } from './rng.js';
import type { Space } from './spaces/space.js';
import type { AgentId, Info, Metadata, RenderFrame, TypedArray } from './types.js';

/**
 * What a vector environment does with a sub-environment whose episode has ended, as in Gymnasium >= 1.1:
 * - `NextStep`: the ending step returns the true last observation; the next step ignores that row's action, resets it,
 *   and returns the reset observation with reward 0 and both flags 0 (a learner must leave this row out);
 * - `SameStep`: the ending step returns the reset observation; the last one is in `finalObservations`;
 * - `Disabled`: the row must be reset by `reset({ options: { resetMask } })` before the next step.
 */
export type AutoresetMode = 'NextStep' | 'SameStep' | 'Disabled';
export const autoresetModes: readonly AutoresetMode[] = ['NextStep', 'SameStep', 'Disabled'];

/** A batch of observations or actions: a flat row-major typed array for array spaces, else an array of values. */
export type Batch = TypedArray | unknown[];

export interface VectorResetOptions {
  /** One seed s gives row i the seed s + i (a string s the seed "s/i"); an array gives each row its own, null for none. */
  readonly seed?: Seed | readonly (Seed | null)[] | null;
  readonly options?: {
    readonly resetMask?: Uint8Array | readonly boolean[];
    readonly [key: string]: unknown;
  } | null;
}

export interface VectorResetResult {
  readonly observations: Batch;
  /** A record a row. */
  readonly infos: readonly Info[];
}

/** All members are owned by the environment and overwritten by its next `step` or `reset`: copy what you keep. */
export interface VectorStepResult extends VectorResetResult {
  readonly rewards: Float64Array;
  /** 0 or 1 a row. */
  readonly terminations: Uint8Array;
  /** 0 or 1 a row. */
  readonly truncations: Uint8Array;
  /** 1 for each row whose episode ended with this step: its entries in the two fields below are valid. */
  readonly finalMask: Uint8Array;
  /** The true last observation of the rows marked in `finalMask`, in every autoreset mode. */
  readonly finalObservations: Batch;
  /** The true last info of the rows marked in `finalMask`, else null. */
  readonly finalInfos: readonly (Info | null)[];
}

/** N copies of a single-agent environment stepped together, after `gymnasium.vector.VectorEnv`. */
export abstract class VectorEnv {
  abstract readonly numEnvs: number;
  abstract readonly singleObservationSpace: Space<any>;
  abstract readonly singleActionSpace: Space<any>;
  /** `batchSpace(single..., numEnvs)`. */
  abstract readonly observationSpace: Space<any>;
  abstract readonly actionSpace: Space<any>;
  abstract readonly autoresetMode: AutoresetMode;
  readonly metadata: Metadata = { renderModes: [] };
  spec: import('./registry.js').EnvSpec | null = null;
  closed = false;

  /** @throws InvalidArgument if a seed array or resetMask has the wrong length or type. */
  abstract reset(options?: VectorResetOptions): VectorResetResult;
  /** @throws ResetNeeded, or InvalidAction naming the row. */
  abstract step(actions: Batch): VectorStepResult;

  /** A frame a row. */
  render(): readonly RenderFrame[] {
    return new Array(this.numEnvs).fill(null);
  }

  close(): void {
    this.closed = true;
  }

  get unwrapped(): VectorEnv {
    return this;
  }
}

/** As `VectorStepResult`, keyed by agent where agents differ. Overwritten by the next `step` or `reset`. */
export interface ParallelVectorStepResult {
  readonly observations: Readonly<Record<AgentId, TypedArray>>;
  readonly rewards: Readonly<Record<AgentId, Float64Array>>;
  readonly terminations: Uint8Array;
  readonly truncations: Uint8Array;
  readonly finalMask: Uint8Array;
  readonly finalObservations: Readonly<Record<AgentId, TypedArray>>;
}

/** N lanes of a multi-agent environment stepped together over flat buffers. */
export abstract class ParallelVectorEnv {
  abstract readonly numEnvs: number;
  abstract readonly possibleAgents: readonly AgentId[];
  abstract readonly autoresetMode: AutoresetMode;
  readonly metadata: Metadata = { renderModes: [] };
  spec: import('./registry.js').EnvSpec | null = null;

  abstract singleObservationSpace(agent: AgentId): Space<any>;
  abstract singleActionSpace(agent: AgentId): Space<any>;
  abstract reset(options?: VectorResetOptions): {
    readonly observations: Readonly<Record<AgentId, TypedArray>>;
  };
  abstract step(actions: Readonly<Record<AgentId, TypedArray>>): ParallelVectorStepResult;
  close(): void {}
}
