import type { Env } from '../gymnasium/core.js';
import { InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { VectorEnv } from '../gymnasium/vector.js';
import {
  byMake,
  type LearnerOptions,
  type LearnerResult,
  learnerRules,
  report,
  resultOf,
  startSession,
} from './learner.js';
import type { Network, OptimizerOptions, Vector } from './network/index.js';
import {
  flag,
  fraction,
  integer,
  maxNorm,
  positive,
  readOptions,
  type Schedule,
  schedule,
  scheduled,
} from './options.js';
import type { DifferentiablePolicy } from './policy.js';
import { ReplayBuffer, type TransitionBatch } from './replay-buffer.js';
import type { Runner } from './rollout.js';

export interface DqnOptions extends LearnerOptions {
  /** Default 0.05 for a table, 0.0005 for a network. */
  readonly learningRate?: Schedule;
  /** Transitions kept. Default 50,000. */
  readonly capacity?: number;
  /** Transitions an update learns from. Default 32. */
  readonly batchSize?: number;
  /** Transitions before the first update. Default 500. */
  readonly learningStarts?: number;
  /** Steps of all rows together from one update to the next. Default 1. */
  readonly stepsPerUpdate?: number;
  /** Updates from one copy of the target network to the next. Default 500. */
  readonly targetUpdates?: number;
  /** Default 0.99. */
  readonly gamma?: number;
  /** Probability of a uniform action. Default: from 1 down to 0.05 over the first half of the steps. */
  readonly epsilon?: Schedule;
  /** Whether the network chooses the next action and the target network values it (van Hasselt et al. 2016). Default true. */
  readonly double?: boolean;
  /** Whether a value and the advantages over it are learned apart (Wang et al. 2016). Default false. */
  readonly dueling?: boolean;
  /** Errors beyond this count linearly and not by their square. Default 1; Infinity for squares alone. */
  readonly errorLimit?: number;
  /** Default 10. */
  readonly maxGradNorm?: number;
}

const rules = {
  ...learnerRules,
  learningRate: schedule(positive),
  capacity: integer(1),
  batchSize: integer(1),
  learningStarts: integer(1),
  stepsPerUpdate: integer(1),
  targetUpdates: integer(1),
  gamma: fraction,
  epsilon: schedule(fraction),
  double: flag,
  dueling: flag,
  errorLimit: maxNorm,
  maxGradNorm: maxNorm,
};

const defaults = {
  capacity: 50_000,
  batchSize: 32,
  learningStarts: 500,
  stepsPerUpdate: 1,
  targetUpdates: 500,
  gamma: 0.99,
  epsilon: ((spent) => Math.max(0.05, 1 - 1.9 * spent)) as Schedule,
  double: true,
  dueling: false,
  errorLimit: 1,
  maxGradNorm: 10,
};

/**
 * Deep Q-learning (Mnih et al., Nature 2015) with a replay buffer and a target network, double (van Hasselt et al., AAAI
 * 2016) unless told otherwise, and dueling (Wang et al., ICML 2016) on request. Actions must be Discrete.
 *
 * The outputs of the policy's network are learned as action values, so the policy is meant to be played `greedy`; drawn from, it is a
 * softmax of the values. With `dueling` they are advantages, and the value is a network of its own beside the policy's,
 * so that neither the policy's form nor its greedy actions change.
 *
 * Terminated episodes end with value 0; truncated ones go on with the value of their last observation.
 *
 * @throws InvalidArgument naming the option that is out of range, or for actions that are not Discrete
 */
export async function dqn(env: Env | VectorEnv, options: DqnOptions): Promise<LearnerResult> {
  const settings = readOptions('dqn', rules, defaults, options);
  const session = await startSession('dqn', env, settings);
  const { policy, runner, rng } = session;
  if (!(policy.actionSpace instanceof Discrete)) {
    throw new InvalidArgument(`dqn: expected a Discrete action space, got ${policy.actionSpace}.`);
  }
  const { learningRate = byMake(policy, 0.05, 0.0005) } = settings;
  const online = await ActionValues.of(policy, settings.dueling, rng.child('value'));
  const target = online.clone();
  online.optimizeWith({ maxGradNorm: settings.maxGradNorm });
  const player = new EpsilonGreedy(runner, policy, rng);
  const replaying = rng.child('replay');
  const replay = new ReplayBuffer(policy, runner.count, settings.capacity, settings.batchSize);
  const goals = new Float64Array(settings.batchSize);
  let updates = 0;
  let due = settings.learningStarts;
  let stopped = false;
  while (!stopped && runner.steps < settings.steps) {
    const spent = runner.steps / settings.steps;
    player.choose(scheduled('dqn', 'epsilon', settings.epsilon, spent, fraction));
    replay.begin(runner);
    runner.step();
    replay.finish(runner);
    for (; !stopped && due <= runner.steps; due += settings.stepsPerUpdate) {
      const batch = replay.sample(replaying);
      writeGoals(batch, online, target, settings, goals);
      online.learn(batch, goals, settings.errorLimit);
      online.step(scheduled('dqn', 'learningRate', learningRate, spent, positive));
      updates++;
      if (updates % settings.targetUpdates === 0) target.copy(online);
      stopped = await report(settings, runner, updates);
    }
  }
  target.dispose();
  online.disposeValue();
  return resultOf(session, updates);
}

/** The rewards plus the discounted values of what follows. */
function writeGoals(
  batch: TransitionBatch,
  online: ActionValues,
  target: ActionValues,
  { gamma, double }: { readonly gamma: number; readonly double: boolean },
  into: Float64Array,
): void {
  const { size, nextObservations, nextMasks, rewards, alive } = batch;
  const values = target.values(nextObservations, size);
  const judge = double ? online.values(nextObservations, size) : values;
  const n = online.actions;
  for (let i = 0; i < size; i++) {
    const best = greatest(judge, nextMasks, i * n, n);
    into[i] = rewards[i] + (alive[i] === 1 ? gamma * values[i * n + best] : 0);
  }
}

/** Index of the greatest allowed entry of a row, the lowest among equals. */
function greatest(values: Vector, masks: Uint8Array | null, from: number, n: number): number {
  let best = -1;
  for (let k = 0; k < n; k++) {
    if (masks !== null && masks[from + k] === 0) continue;
    if (best < 0 || values[from + k] > values[from + best]) best = k;
  }
  return Math.max(best, 0);
}

/** The value of each action: a network's outputs, or with a second network its value plus the centred outputs. */
class ActionValues {
  readonly actions: number;
  private combined = new Float64Array(0);
  private slopes = new Float64Array(0);
  private valueSlopes = new Float64Array(0);

  private constructor(
    private readonly network: Network,
    private readonly value: Network | null,
  ) {
    this.actions = network.outputs;
  }

  static async of(policy: DifferentiablePolicy, dueling: boolean, rng: Rng): Promise<ActionValues> {
    return new ActionValues(policy.network, dueling ? await policy.createCritic(rng.path) : null);
  }

  clone(): ActionValues {
    return new ActionValues(this.network.clone(), this.value?.clone() ?? null);
  }

  copy(from: ActionValues): void {
    this.network.setParams(from.network.params);
    if (from.value !== null) this.value?.setParams(from.value.params);
  }

  optimizeWith(options: OptimizerOptions): void {
    this.network.optimizeWith(options);
    this.value?.optimizeWith(options);
  }

  step(learningRate: number): void {
    this.network.step(learningRate);
    this.value?.step(learningRate);
  }

  dispose(): void {
    this.network.dispose();
    this.disposeValue();
  }

  disposeValue(): void {
    this.value?.dispose();
  }

  /** A row of values an observation; overwritten by the next call. */
  values(observations: Vector, rows: number): Vector {
    const outputs = this.network.forward(observations, rows);
    if (this.value === null) return outputs;
    const bases = this.value.forward(observations, rows);
    const n = this.actions;
    if (this.combined.length < rows * n) this.combined = new Float64Array(rows * n);
    for (let i = 0; i < rows; i++) {
      let mean = 0;
      for (let k = 0; k < n; k++) mean += outputs[i * n + k] / n;
      for (let k = 0; k < n; k++) this.combined[i * n + k] = bases[i] + outputs[i * n + k] - mean;
    }
    return this.combined;
  }

  /** Writes the gradient of the mean error of the taken actions against their goals. */
  learn({ size, observations, actions }: TransitionBatch, goals: Float64Array, errorLimit: number): void {
    const n = this.actions;
    const values = this.values(observations, size);
    if (this.slopes.length < size * n) {
      this.slopes = new Float64Array(size * n);
      this.valueSlopes = new Float64Array(size);
    }
    const shared = this.value === null ? 0 : 1 / n;
    for (let i = 0; i < size; i++) {
      const error = values[i * n + actions[i]] - goals[i];
      const slope = Math.max(-errorLimit, Math.min(errorLimit, error)) / size;
      this.valueSlopes[i] = slope;
      for (let k = 0; k < n; k++) this.slopes[i * n + k] = slope * ((k === actions[i] ? 1 : 0) - shared);
    }
    this.network.zeroGrad();
    this.network.backward(this.slopes);
    this.value?.zeroGrad();
    this.value?.backward(this.valueSlopes);
  }
}

/** Chooses the rows' actions. Row i explores by the stream `exploration/i`, in steps that count. */
class EpsilonGreedy {
  private readonly rngs: readonly Rng[];

  constructor(
    private readonly runner: Runner,
    private readonly policy: DifferentiablePolicy,
    rng: Rng,
  ) {
    this.rngs = Array.from({ length: runner.count }, (_, row) => rng.child('exploration', row));
  }

  choose(epsilon: number): void {
    const { runner, policy } = this;
    runner.outputs = policy.network.forward(runner.encoded, runner.count);
    for (let row = 0; row < runner.count; row++) {
      if (runner.live[row] === 0) continue;
      const rng = this.rngs[row];
      if (rng.uniform() < epsilon) runner.actions[row] = this.anyAction(row, rng);
      else policy.distribution.mode(runner, row);
      runner.takeGiven(row);
    }
  }

  private anyAction(row: number, rng: Rng): number {
    const { masks } = this.runner;
    const n = this.policy.distribution.outputs;
    if (masks === null) return rng.integer(n);
    let allowed = 0;
    for (let k = 0; k < n; k++) allowed += masks[row * n + k];
    let skip = rng.integer(allowed);
    for (let k = 0; k < n; k++) if (masks[row * n + k] === 1 && skip-- === 0) return k;
    return 0;
  }
}
