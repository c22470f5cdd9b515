/** A typed array that can hold observations, actions or rewards. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

export type DType = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';

export const arrayTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** `leader_0`, `follower_1`: a role and an index, as PettingZoo has them. */
export type AgentId = string;

/** Auxiliary information, keyed by name. Deterministic: no wall-clock time, no process ids. */
export type Info = Record<string, unknown>;

/** What `render` returns: text, an SVG document, or nothing. */
export type RenderFrame = string | null;

export interface Metadata {
  readonly name?: string;
  readonly renderModes: readonly string[];
  readonly renderFps?: number;
  /** Whether the environment draws randomness that no seed controls. */
  readonly nondeterministic?: boolean;
}

export interface ResetOptions {
  /** Seeds the environment's own stream. Left out, the stream goes on. */
  readonly seed?: import('./rng.js').Seed | null;
  /** Environment-specific options. Unknown keys are ignored, as in Gymnasium. */
  readonly options?: Readonly<Record<string, unknown>> | null;
}
