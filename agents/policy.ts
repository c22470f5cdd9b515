import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { Rng, Seed } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../gymnasium/spaces/multi-discrete.js';
import type { Space, SpaceJSON } from '../gymnasium/spaces/space.js';
import {
  type ActionCodec,
  actionCodec,
  FeatureEncoder,
  IndexEncoder,
  type ObservationEncoder,
} from './codec.js';
import { Categorical, type Distribution, type Rows } from './distribution.js';
import { createNetwork, engineNames, type Network, Table } from './network/index.js';
import { check, integer, oneOf, real } from './options.js';

/** Zeros and ones over a Discrete action space; 1 allows an action. */
export type ActionMask = Int8Array | Uint8Array;

/** A policy as plain JSON; `policyFromJSON` reads it back. */
export interface PolicyJSON {
  readonly format: 'stackelberg-gym/policy';
  readonly version: 1;
  readonly kind: string;
  readonly observationSpace: SpaceJSON;
  readonly actionSpace: SpaceJSON;
  readonly params: readonly number[];
  readonly hidden?: readonly number[];
  readonly engine?: string;
  readonly logStd?: number;
}

/** A map from observations to distributions over actions. */
export interface Policy<O = any, A = any> {
  readonly observationSpace: Space<O>;
  readonly actionSpace: Space<A>;
  /** Draws an action, or takes the likeliest one if `greedy`. */
  act(observation: O, rng: Rng, options?: { greedy?: boolean; mask?: ActionMask | null }): A;
  /** A probability per action of a Discrete space, or of each MultiDiscrete head in turn. Absent for Box actions. */
  readonly probabilities?: (observation: O, mask?: ActionMask | null) => Float64Array;
  /** Log probability, or log density for Box actions; -Infinity for an action that the mask forbids. */
  logProb(observation: O, action: A, mask?: ActionMask | null): number;
  save(): PolicyJSON;
}

/** A policy that the learners of this folder train: an encoder, a network and the distribution it parametrises. */
export abstract class DifferentiablePolicy<O = any, A = any> implements Policy<O, A> {
  abstract readonly kind: string;
  readonly distribution: Distribution;
  readonly probabilities?: (observation: O, mask?: ActionMask | null) => Float64Array;
  private readonly input: Float64Array;
  private readonly action: Float64Array;

  constructor(
    readonly observationSpace: Space<O>,
    readonly actionSpace: Space<A>,
    readonly encoder: ObservationEncoder,
    readonly codec: ActionCodec,
    readonly network: Network,
  ) {
    this.distribution = codec.distribution;
    this.input = new Float64Array(encoder.width);
    this.action = new Float64Array(this.distribution.width);
    const family = this.distribution;
    if (family instanceof Categorical) {
      this.probabilities = (observation, mask) => {
        const into = new Float64Array(family.outputs);
        family.writeProbabilities(this.row(observation, mask), 0, into);
        return into;
      };
    }
  }

  /** A policy of the same shape and parameters that shares nothing which changes. */
  abstract clone(): DifferentiablePolicy<O, A>;
  /**
   * A network of the same make that maps encoded observations, and `further` numbers after each, to one number, near zero
   * at first.
   *
   * @throws InvalidArgument for further numbers with a policy that is a table
   */
  abstract createCritic(seed: Seed, further?: number): Promise<Network>;
  abstract save(): PolicyJSON;

  act(observation: O, rng: Rng, options?: { greedy?: boolean; mask?: ActionMask | null }): A {
    const row = this.row(observation, options?.mask);
    if (options?.greedy) this.distribution.mode(row, 0);
    else this.distribution.sample(row, 0, rng);
    return this.codec.decode(this.action);
  }

  logProb(observation: O, action: A, mask?: ActionMask | null): number {
    const row = this.row(observation, mask);
    this.codec.encode(action, this.action);
    return this.distribution.logProb(row, 0);
  }

  private row(observation: O, mask: ActionMask | null | undefined): Rows {
    this.encoder.encode(observation, this.input, 0);
    const masks = mask == null ? null : checkActionMask(this.actionSpace, mask);
    return { outputs: this.network.forward(this.input, 1), actions: this.action, masks };
  }

  protected header(): Omit<PolicyJSON, 'params'> {
    return {
      format: 'stackelberg-gym/policy',
      version: 1,
      kind: this.kind,
      observationSpace: this.observationSpace.toJSON(),
      actionSpace: this.actionSpace.toJSON(),
    };
  }
}

/** @throws InvalidArgument unless `mask` is an Int8Array or Uint8Array with an entry per action of a Discrete space. */
export function checkActionMask(space: Space<any>, mask: unknown): ActionMask {
  const length = space instanceof Discrete ? space.n : 0;
  if ((mask instanceof Int8Array || mask instanceof Uint8Array) && mask.length === length) return mask;
  throw new InvalidArgument(
    length === 0
      ? `Policy: expected no actionMask over ${space}, got ${describe(mask)}.`
      : `Policy: expected actionMask to be an Int8Array or Uint8Array of ${length} numbers, got ${describe(mask)}.`,
  );
}

/**
 * A softmax with one free logit for each pair of a Discrete observation and a Discrete action, or for each value of
 * each head of a MultiDiscrete action. Uniform at first.
 *
 * @throws InvalidArgument if the spaces are of other kinds.
 */
export class TabularSoftmax<A = any> extends DifferentiablePolicy<number, A> {
  readonly kind = 'tabular-softmax';

  constructor(observationSpace: Space<number>, actionSpace: Space<A>, logits?: ArrayLike<number>) {
    const space = discreteOnly(observationSpace, actionSpace);
    const codec = actionCodec(actionSpace);
    super(space, actionSpace, new IndexEncoder(space), codec, new Table(space.n, codec.distribution.outputs));
    if (logits !== undefined) this.network.setParams(logits);
  }

  /** Observation-major: the logits of observation `start + i` begin at `i * n`. Change them through `setLogits`. */
  get logits(): Float64Array {
    return this.network.params as Float64Array;
  }

  setLogits(logits: ArrayLike<number>): void {
    this.network.setParams(logits);
  }

  override clone(): TabularSoftmax<A> {
    return new TabularSoftmax(this.observationSpace, this.actionSpace, this.logits);
  }

  override async createCritic(_seed: Seed, further = 0): Promise<Network> {
    if (further > 0) throw noState('TabularSoftmax');
    return new Table((this.observationSpace as Discrete).n, 1);
  }

  override save(): PolicyJSON {
    return { ...this.header(), params: this.network.save().params };
  }
}

export interface MlpPolicyOptions {
  readonly seed: Seed;
  /** Widths of the hidden layers; [] makes a policy linear in the flattened observation. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** A network engine: 'auto', 'js', 'tfjs' or a registered one. Default 'auto'. */
  readonly engine?: string;
  /** First log standard deviation of Box actions, the same for every observation. Default 0. */
  readonly logStd?: number;
}

/** A multi-layer perceptron from any flattenable observation to Discrete, MultiDiscrete or float Box actions. */
export class MlpPolicy<O = any, A = any> extends DifferentiablePolicy<O, A> {
  readonly kind = 'mlp';

  private constructor(
    observationSpace: Space<O>,
    actionSpace: Space<A>,
    codec: ActionCodec,
    network: Network,
    readonly hidden: readonly number[],
    readonly engine: string,
  ) {
    super(observationSpace, actionSpace, new FeatureEncoder(observationSpace), codec, network);
  }

  /** @throws InvalidArgument if a space cannot be encoded or an option is out of range. */
  static async create<O, A>(
    observationSpace: Space<O>,
    actionSpace: Space<A>,
    options: MlpPolicyOptions,
  ): Promise<MlpPolicy<O, A>> {
    const { seed, hidden = [64, 64], engine = 'auto', logStd = 0 } = options;
    check('MlpPolicy', 'hidden', hidden, { expected: 'an array of positive integers', holds: areWidths });
    check('MlpPolicy', 'engine', engine, oneOf(...engineNames()));
    check('MlpPolicy', 'logStd', logStd, real(-20, 20));
    const codec = actionCodec(actionSpace);
    const { distribution } = codec;
    const discrete = distribution instanceof Categorical;
    const outputs = discrete ? distribution.outputs : distribution.width;
    const network = await createNetwork({
      engine,
      seed,
      sizes: [new FeatureEncoder(observationSpace).width, ...hidden, outputs],
      outputGain: 0.01,
      freeOutputs: discrete ? [] : new Array(distribution.width).fill(logStd),
    });
    return new MlpPolicy(observationSpace, actionSpace, codec, network, [...hidden], engine);
  }

  override clone(): MlpPolicy<O, A> {
    const { observationSpace, actionSpace, hidden, engine } = this;
    const codec = actionCodec(actionSpace);
    return new MlpPolicy(observationSpace, actionSpace, codec, this.network.clone(), hidden, engine);
  }

  override createCritic(seed: Seed, further = 0): Promise<Network> {
    const sizes = [this.encoder.width + further, ...this.hidden, 1];
    return createNetwork({ engine: this.engine, seed, sizes });
  }

  override save(): PolicyJSON {
    const { hidden, engine } = this;
    return { ...this.header(), hidden, engine, params: this.network.save().params };
  }
}

/** A table where observations and actions are discrete, else a network: what the learners use if given no policy. */
export async function defaultPolicy(
  observationSpace: Space<any>,
  actionSpace: Space<any>,
  seed: Seed,
): Promise<DifferentiablePolicy> {
  const discreteActions = actionSpace instanceof Discrete || actionSpace instanceof MultiDiscrete;
  if (observationSpace instanceof Discrete && discreteActions) {
    return new TabularSoftmax(observationSpace, actionSpace as Space<any>);
  }
  return MlpPolicy.create(observationSpace, actionSpace, { seed });
}

/** A table has no place for numbers that come beside the observation. */
export function noState(policy: string): InvalidArgument {
  return new InvalidArgument(`critic: expected observation for a ${policy}, got state: use an MlpPolicy.`);
}

function areWidths(value: unknown): boolean {
  return Array.isArray(value) && value.every((width) => integer(1).holds(width));
}

function discreteOnly(observationSpace: Space<any>, actionSpace: Space<any>): Discrete {
  if (!(observationSpace instanceof Discrete)) {
    throw new InvalidArgument(
      `TabularSoftmax: expected observationSpace to be Discrete, got ${observationSpace}.`,
    );
  }
  if (!(actionSpace instanceof Discrete || actionSpace instanceof MultiDiscrete)) {
    throw new InvalidArgument(
      `TabularSoftmax: expected actionSpace to be Discrete or MultiDiscrete, got ${actionSpace}.`,
    );
  }
  return observationSpace;
}
