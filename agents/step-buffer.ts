import { InvalidArgument } from '../gymnasium/error.js';
import type { DifferentiablePolicy } from './policy.js';
import { going, type Runner, truncated } from './rollout.js';

/** A growing record of transitions in flat arrays, in the order in which they were played. */
export class StepBuffer {
  size = 0;
  observations: Float64Array;
  /** What the critic saw, where that is more than the observation. */
  private states: Float64Array | null = null;
  actions: Float64Array;
  /** Zeros and ones per action of each transition, or null while no transition had a mask. */
  masks: Uint8Array | null = null;
  logProbs: Float64Array;
  rewards: Float64Array;
  ended: Uint8Array;
  /** Which row of the vector environment played it. */
  rows: Int32Array;
  /** The last observations of truncated episodes, in order; `cut` of them. */
  finals: Float64Array;
  cut = 0;
  /** A number a row, for scans backwards in time. */
  readonly carry: Float64Array;
  readonly inputs: number;
  readonly width: number;
  readonly outputs: number;
  /** Numbers that the critic sees of a transition. */
  readonly criticInputs: number;
  private capacity = 256;
  private readonly slots: Int32Array;

  constructor(policy: DifferentiablePolicy, rows: number, criticInputs = policy.encoder.width) {
    this.inputs = policy.encoder.width;
    this.criticInputs = criticInputs;
    if (criticInputs !== this.inputs) this.states = new Float64Array(this.capacity * criticInputs);
    this.width = policy.distribution.width;
    this.outputs = policy.distribution.outputs;
    this.carry = new Float64Array(rows);
    this.slots = new Int32Array(rows).fill(-1);
    this.observations = new Float64Array(this.capacity * this.inputs);
    this.finals = new Float64Array(this.inputs);
    this.actions = new Float64Array(this.capacity * this.width);
    this.logProbs = new Float64Array(this.capacity);
    this.rewards = new Float64Array(this.capacity);
    this.ended = new Uint8Array(this.capacity);
    this.rows = new Int32Array(this.capacity);
  }

  /** What the critic saw, a row a transition. */
  get critic(): Float64Array {
    return this.states ?? this.observations;
  }

  /** Whether the mask left a choice at this transition; where it left one action there is nothing to learn. */
  isFree(at: number): boolean {
    if (this.masks === null) return true;
    let allowed = 0;
    for (let i = at * this.outputs; i < (at + 1) * this.outputs; i++) allowed += this.masks[i];
    return allowed > 1;
  }

  clear(): void {
    this.size = 0;
    this.cut = 0;
  }

  /** Records what a live row is about to play. */
  append(runner: Runner, row: number): void {
    if (this.size === this.capacity) this.grow();
    const { inputs, width, outputs } = this;
    const at = this.size++;
    for (let i = 0; i < inputs; i++) this.observations[at * inputs + i] = runner.encoded[row * inputs + i];
    for (let i = 0; i < width; i++) this.actions[at * width + i] = runner.actions[row * width + i];
    this.logProbs[at] = runner.logProbs[row];
    if (this.states !== null) {
      const { criticInputs } = this;
      for (let i = 0; i < criticInputs; i++) {
        this.states[at * criticInputs + i] = runner.critic[row * criticInputs + i];
      }
    }
    this.rows[at] = row;
    this.slots[row] = at;
    if (runner.masks === null) return;
    this.masks ??= new Uint8Array(this.capacity * outputs).fill(1);
    for (let i = 0; i < outputs; i++) this.masks[at * outputs + i] = runner.masks[row * outputs + i];
  }

  /** Adds what came of the appended transitions. */
  finish(runner: Runner): void {
    for (let row = 0; row < this.slots.length; row++) {
      const at = this.slots[row];
      if (at < 0) continue;
      this.slots[row] = -1;
      this.rewards[at] = runner.rewards[row];
      this.ended[at] = runner.ended[row];
      if (runner.ended[row] === truncated) this.keepFinal(runner, row);
    }
  }

  private keepFinal(runner: Runner, row: number): void {
    if (this.states !== null) {
      throw new InvalidArgument(
        'critic: expected observation for episodes that are truncated, whose last state is not known, got state.',
      );
    }
    const at = this.cut++ * this.inputs;
    if (at === this.finals.length) this.finals = extended(this.finals);
    for (let i = 0; i < this.inputs; i++) this.finals[at + i] = runner.finals[row * this.inputs + i];
  }

  private grow(): void {
    this.capacity *= 2;
    this.observations = extended(this.observations);
    if (this.states !== null) this.states = extended(this.states);
    this.actions = extended(this.actions);
    this.logProbs = extended(this.logProbs);
    this.rewards = extended(this.rewards);
    this.ended = extended(this.ended);
    this.rows = extended(this.rows);
    if (this.masks !== null) {
      const half = this.masks.length;
      this.masks = extended(this.masks).fill(1, half);
    }
  }
}

/**
 * Plays exactly `episodes` whole episodes, an equal share in every row, so that short episodes are not favoured.
 * Returns false, with an incomplete record, once `budget` transitions are spent.
 */
export function collectEpisodes(
  runner: Runner,
  buffer: StepBuffer,
  episodes: number,
  budget: number,
): boolean {
  const { count } = runner;
  const left = Int32Array.from({ length: count }, (_, row) =>
    Math.floor((episodes + count - 1 - row) / count),
  );
  let missing = episodes;
  buffer.clear();
  runner.startEpisodes();
  while (missing > 0) {
    if (runner.steps >= budget) return false;
    runner.sample();
    for (let row = 0; row < count; row++) {
      if (runner.live[row] === 1 && left[row] > 0) buffer.append(runner, row);
    }
    runner.step();
    buffer.finish(runner);
    for (let row = 0; row < count; row++) {
      if (runner.ended[row] !== going && left[row] > 0) {
        left[row]--;
        missing--;
      }
    }
  }
  return true;
}

/** Plays `steps` steps in every row and records all that are transitions. */
export function collectSteps(runner: Runner, buffer: StepBuffer, steps: number): void {
  buffer.clear();
  for (let t = 0; t < steps; t++) {
    runner.sample();
    runner.measure();
    for (let row = 0; row < runner.count; row++) {
      if (runner.live[row] === 1) buffer.append(runner, row);
    }
    runner.step();
    buffer.finish(runner);
  }
}

type Growing = Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

function extended<T extends Float64Array | Uint8Array | Int32Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => Growing)(array.length * 2);
  larger.set(array);
  return larger as unknown as T;
}
