import type { Rng } from '../gymnasium/rng.js';
import type { DifferentiablePolicy } from './policy.js';
import { type Runner, terminated } from './rollout.js';

/** Transitions drawn from a replay buffer, row by row in flat arrays. */
export interface TransitionBatch {
  readonly size: number;
  readonly observations: Float32Array;
  readonly actions: Int32Array;
  readonly rewards: Float64Array;
  /** 1 where the episode went on, or was only cut, after the transition. */
  readonly alive: Uint8Array;
  readonly nextObservations: Float32Array;
  /** Zeros and ones over the actions that follow; null while no transition had a mask. */
  readonly nextMasks: Uint8Array | null;
}

/** The last `capacity` transitions of Discrete actions, each drawn with the same probability. */
export class ReplayBuffer {
  size = 0;
  private at = 0;
  private readonly inputs: number;
  private readonly outputs: number;
  private readonly observations: Float32Array;
  private readonly nextObservations: Float32Array;
  private readonly actions: Int32Array;
  private readonly rewards: Float64Array;
  private readonly alive: Uint8Array;
  private masks: Uint8Array | null = null;
  private readonly slots: Int32Array;
  private readonly batch: { -readonly [K in keyof TransitionBatch]: TransitionBatch[K] };
  private readonly batchMasks: Uint8Array;

  constructor(
    policy: DifferentiablePolicy,
    rows: number,
    readonly capacity: number,
    batchSize: number,
  ) {
    this.inputs = policy.encoder.width;
    this.outputs = policy.distribution.outputs;
    this.observations = new Float32Array(capacity * this.inputs);
    this.nextObservations = new Float32Array(capacity * this.inputs);
    this.actions = new Int32Array(capacity);
    this.rewards = new Float64Array(capacity);
    this.alive = new Uint8Array(capacity);
    this.slots = new Int32Array(rows).fill(-1);
    this.batchMasks = new Uint8Array(batchSize * this.outputs);
    this.batch = {
      size: batchSize,
      observations: new Float32Array(batchSize * this.inputs),
      actions: new Int32Array(batchSize),
      rewards: new Float64Array(batchSize),
      alive: new Uint8Array(batchSize),
      nextObservations: new Float32Array(batchSize * this.inputs),
      nextMasks: null,
    };
  }

  /** Records what the live rows are about to play. */
  begin(runner: Runner): void {
    for (let row = 0; row < runner.count; row++) {
      if (runner.live[row] === 0) continue;
      copy(runner.encoded, row * this.inputs, this.observations, this.at * this.inputs, this.inputs);
      this.actions[this.at] = runner.actions[row];
      this.slots[row] = this.at;
      this.at = (this.at + 1) % this.capacity;
      this.size = Math.min(this.size + 1, this.capacity);
    }
  }

  /** Adds what came of it. */
  finish(runner: Runner): void {
    const { inputs } = this;
    for (let row = 0; row < runner.count; row++) {
      const slot = this.slots[row];
      if (slot < 0) continue;
      this.slots[row] = -1;
      this.rewards[slot] = runner.rewards[row];
      this.alive[slot] = runner.ended[row] === terminated ? 0 : 1;
      const from = runner.ended[row] === 0 ? runner.encoded : runner.finals;
      copy(from, row * inputs, this.nextObservations, slot * inputs, inputs);
      this.keepMask(runner, row, slot);
    }
  }

  /** The mask after a step; a cut episode does not tell which actions its last observation allowed. */
  private keepMask(runner: Runner, row: number, slot: number): void {
    if (runner.masks === null) return;
    const { outputs } = this;
    this.masks ??= new Uint8Array(this.capacity * outputs).fill(1);
    if (runner.ended[row] !== 0) this.masks.fill(1, slot * outputs, (slot + 1) * outputs);
    else copy(runner.masks, row * outputs, this.masks, slot * outputs, outputs);
  }

  /** A batch drawn with replacement, overwritten by the next one. */
  sample(rng: Rng): TransitionBatch {
    const { batch, inputs, outputs } = this;
    batch.nextMasks = this.masks === null ? null : this.batchMasks;
    for (let i = 0; i < batch.size; i++) {
      const at = rng.integer(this.size);
      copy(this.observations, at * inputs, batch.observations, i * inputs, inputs);
      copy(this.nextObservations, at * inputs, batch.nextObservations, i * inputs, inputs);
      batch.actions[i] = this.actions[at];
      batch.rewards[i] = this.rewards[at];
      batch.alive[i] = this.alive[at];
      if (this.masks !== null) copy(this.masks, at * outputs, this.batchMasks, i * outputs, outputs);
    }
    return batch;
  }
}

type Numbers = Float32Array | Float64Array | Uint8Array;

function copy(from: Numbers, fromAt: number, to: Numbers, toAt: number, count: number): void {
  for (let i = 0; i < count; i++) to[toAt + i] = from[fromAt + i];
}
