import { type CentralState, Env, hasCentralState } from '../gymnasium/core.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Info, TypedArray } from '../gymnasium/types.js';
import { VectorEnv, type VectorResetResult } from '../gymnasium/vector.js';
import type { Rows } from './distribution.js';
import type { Vector } from './network/index.js';
import { checkActionMask, type DifferentiablePolicy } from './policy.js';
import { SingleRow } from './single-row.js';

/** How a row's step ended, if it did. */
export const going = 0;
export const terminated = 1;
export const truncated = 2;

/** The environment as a vector environment. @throws InvalidArgument unless it resets its rows by itself. */
export function asVector(owner: string, env: Env | VectorEnv): VectorEnv {
  if (env instanceof Env) return new SingleRow(env);
  if (!(env instanceof VectorEnv)) {
    throw new InvalidArgument(`${owner}: expected env to be an Env or a VectorEnv, got ${describe(env)}.`);
  }
  if (env.autoresetMode === 'Disabled') {
    throw new InvalidArgument(
      `${owner}: expected env.autoresetMode to be NextStep or SameStep, got ${env.autoresetMode}.`,
    );
  }
  return env;
}

/**
 * Steps a vector environment with a policy and keeps what learners need, row by row, in flat arrays.
 *
 * Row i draws from the stream `actions/i`, and only in steps that count, so that both autoreset modes see the same
 * draws.
 */
export class Runner implements Rows {
  readonly count: number;
  /** The observations to act on next. */
  readonly encoded: Float64Array;
  /** What a critic sees next: the same array, or after `seeState` the environment's state behind each observation. */
  critic: Float64Array;
  /** Numbers a row of `critic`. */
  criticWidth: number;
  readonly actions: Float64Array;
  readonly logProbs: Float64Array;
  outputs: Vector = new Float64Array(0);
  /** What actions are allowed next, or null while no row ever had a mask. */
  masks: Uint8Array | null = null;
  /** 0 for rows whose next step only resets them (`NextStep`): it is no transition. */
  readonly live: Uint8Array;
  /** Of the last step. */
  readonly rewards: Float64Array;
  readonly ended: Uint8Array;
  /** The encoded last observations of the rows that ended. */
  readonly finals: Float64Array;
  /** The return of the last episode that each row finished. */
  readonly lastReturns: Float64Array;
  /** The return of every finished episode, in order. */
  readonly returns: number[] = [];
  /** Transitions so far. */
  steps = 0;
  private readonly width: number;
  private readonly rngs: readonly Rng[];
  private readonly batch: TypedArray;
  private central: CentralState | null = null;
  private readonly running: Float64Array;
  private readonly age: Int32Array;
  private readonly restricted: Uint8Array;
  private readonly masked: boolean;
  /** Actions that the environment will take whatever is drawn. */
  private readonly given: any[];
  private readonly inputs: readonly Float64Array[];
  /** Each row by itself. */
  private readonly views: readonly { -readonly [K in keyof Rows]: Rows[K] }[];

  constructor(
    private readonly env: VectorEnv,
    private readonly policy: DifferentiablePolicy,
    rng: Rng,
  ) {
    const count = env.numEnvs;
    this.count = count;
    this.width = policy.encoder.width;
    this.encoded = new Float64Array(count * this.width);
    this.critic = this.encoded;
    this.criticWidth = this.width;
    this.given = new Array(count).fill(undefined);
    this.finals = new Float64Array(count * this.width);
    this.actions = new Float64Array(count * policy.distribution.width);
    this.logProbs = new Float64Array(count);
    this.live = new Uint8Array(count);
    this.rewards = new Float64Array(count);
    this.ended = new Uint8Array(count);
    this.rngs = Array.from({ length: count }, (_, row) => rng.child('actions', row));
    this.batch = policy.codec.batch(count);
    this.lastReturns = new Float64Array(count);
    this.running = new Float64Array(count);
    this.age = new Int32Array(count);
    this.restricted = new Uint8Array(count);
    this.masked = policy.actionSpace instanceof Discrete;
    this.inputs = Array.from({ length: count }, (_, row) =>
      this.encoded.subarray(row * this.width, (row + 1) * this.width),
    );
    const { width } = policy.distribution;
    this.views = Array.from({ length: count }, (_, row) => ({
      outputs: this.outputs,
      actions: this.actions.subarray(row * width, (row + 1) * width),
      masks: null,
    }));
    this.begin(env.reset({ seed: rng.child('env').path }));
  }

  /** Makes sure that no row is in the middle of an episode. */
  startEpisodes(): void {
    const begun = this.age.some((age, row) => age > 0 && this.live[row] === 1);
    if (begun) this.begin(this.env.reset());
  }

  /** Draws an action for every live row, all rows in one pass of the policy. */
  sample(): void {
    const { policy, live } = this;
    this.outputs = policy.network.forward(this.encoded, this.count);
    for (let row = 0; row < this.count; row++) {
      if (live[row] === 1) policy.distribution.sample(this, row, this.rngs[row]);
      this.takeGiven(row);
    }
  }

  /** Puts `info.committedAction`, where there is one, in the place of the row's action. */
  takeGiven(row: number): void {
    if (this.given[row] !== undefined) this.policy.codec.encode(this.given[row], this.views[row].actions);
  }

  /** Shows critics the environment's state from here on. @throws InvalidArgument if it has none */
  seeState(owner: string): void {
    if (!hasCentralState(this.env)) {
      throw new InvalidArgument(
        `${owner}: critic: expected observation for an env without state, got state.`,
      );
    }
    this.central = this.env;
    this.criticWidth = this.width + this.env.stateSpace.shape![0];
    this.critic = new Float64Array(this.count * this.criticWidth);
    this.readState();
  }

  private readState(): void {
    const { critic, encoded, width, criticWidth } = this;
    if (this.central === null) return;
    const state = this.central.state();
    const size = criticWidth - width;
    for (let row = 0; row < this.count; row++) {
      const at = row * criticWidth;
      for (let i = 0; i < width; i++) critic[at + i] = encoded[row * width + i];
      for (let i = 0; i < size; i++) critic[at + width + i] = state[row * size + i];
    }
  }

  /** Draws row `row`'s action from a policy of its own, or takes its likeliest one. */
  sampleRow(row: number, policy: DifferentiablePolicy, greedy: boolean): void {
    const view = this.views[row];
    const { outputs } = policy.distribution;
    if (this.masks !== null) view.masks ??= this.masks.subarray(row * outputs, (row + 1) * outputs);
    view.outputs = policy.network.forward(this.inputs[row], 1);
    if (greedy) policy.distribution.mode(view, 0);
    else policy.distribution.sample(view, 0, this.rngs[row]);
    this.takeGiven(row);
  }

  /** Log probabilities of the drawn actions, for the learners that need those of the policy that drew them. */
  measure(): void {
    for (let row = 0; row < this.count; row++) {
      if (this.live[row] === 1) this.logProbs[row] = this.policy.distribution.logProb(this, row);
    }
  }

  /** Plays the drawn actions. */
  step(): void {
    const { codec, encoder } = this.policy;
    for (let row = 0; row < this.count; row++) {
      if (this.live[row] === 1) codec.writeRow(this.actions, row, this.batch);
    }
    const result = this.env.step(this.batch);
    for (let row = 0; row < this.count; row++) {
      if (this.live[row] === 0) this.restart(row);
      else {
        const end = result.terminations[row] ? terminated : result.truncations[row] ? truncated : going;
        if (end !== going) encoder.encodeRow(result.finalObservations, row, this.finals, row * this.width);
        this.record(row, result.rewards[row], end);
      }
      encoder.encodeRow(result.observations, row, this.encoded, row * this.width);
      if (this.masked) this.readMask(result.infos[row], row);
      this.given[row] = result.infos[row]['committedAction'];
    }
    this.readState();
  }

  private begin({ observations, infos }: VectorResetResult): void {
    for (let row = 0; row < this.count; row++) {
      this.restart(row);
      this.policy.encoder.encodeRow(observations, row, this.encoded, row * this.width);
      if (this.masked) this.readMask(infos[row], row);
      this.given[row] = infos[row]['committedAction'];
    }
    this.readState();
  }

  private restart(row: number): void {
    this.live[row] = 1;
    this.age[row] = 0;
    this.running[row] = 0;
    this.rewards[row] = 0;
    this.ended[row] = going;
  }

  private record(row: number, reward: number, end: number): void {
    if (!Number.isFinite(reward)) {
      throw new InvalidArgument(
        `env: expected a finite reward, got ${reward} in row ${row} after ${this.steps} steps.`,
      );
    }
    this.steps++;
    this.age[row]++;
    this.running[row] += reward;
    this.rewards[row] = reward;
    this.ended[row] = end;
    if (end === going) return;
    this.returns.push(this.running[row]);
    this.lastReturns[row] = this.running[row];
    this.running[row] = 0;
    this.age[row] = 0;
    if (this.env.autoresetMode === 'NextStep') this.live[row] = 0;
  }

  private readMask(info: Info, row: number): void {
    const given = info.actionMask;
    const width = this.policy.distribution.outputs;
    if (given == null) {
      if (this.restricted[row] === 0) return;
      this.masks!.fill(1, row * width, (row + 1) * width);
      this.restricted[row] = 0;
      return;
    }
    const mask = checkActionMask(this.policy.actionSpace, given);
    this.masks ??= new Uint8Array(this.count * width).fill(1);
    this.masks.set(mask, row * width);
    this.restricted[row] = 1;
  }
}
