import type { Env } from '../gymnasium/core.js';
import type { VectorEnv } from '../gymnasium/vector.js';
import type { Rows } from './distribution.js';
import {
  byMake,
  type LearnerOptions,
  type LearnerResult,
  learnerRules,
  report,
  resultOf,
  startSession,
} from './learner.js';
import type { Network } from './network/index.js';
import {
  flag,
  fraction,
  integer,
  maxNorm,
  oneOf,
  positive,
  readOptions,
  real,
  type Schedule,
  schedule,
  scheduled,
} from './options.js';
import type { DifferentiablePolicy } from './policy.js';
import { going, type Runner, truncated } from './rollout.js';
import { normalize } from './statistics.js';
import { collectSteps, StepBuffer } from './step-buffer.js';

export interface PpoOptions extends LearnerOptions {
  /** Of the policy and of the critic. Default 0.02 for a table, 0.0003 for a network. */
  readonly learningRate?: Schedule;
  /** Steps of every row between updates. Default 128. */
  readonly rolloutSteps?: number;
  /** Passes over a rollout. Default 4. */
  readonly epochs?: number;
  /** Default 256. */
  readonly minibatchSize?: number;
  /** Default 0.99. */
  readonly gamma?: number;
  /** Default 0.95. */
  readonly gaeLambda?: number;
  /** How far a probability ratio may move from 1 before its sample is left out. Default 0.2. */
  readonly clip?: number;
  /** Weight of the entropy bonus. Default 0. */
  readonly entropyCoefficient?: Schedule;
  /** Weight of the critic's squared error. Default 0.5. */
  readonly valueCoefficient?: number;
  /** Of the policy's gradient and of the critic's, each. Default 0.5. */
  readonly maxGradNorm?: number;
  /** Whether advantages are shifted and scaled to mean 0 and deviation 1 in each minibatch. Default true. */
  readonly normalizeAdvantages?: boolean;
  /**
   * What the critic sees: the observation, or also `env.state()` (a centralised critic, as in MAPPO), which needs an
   * `MlpPolicy` and an env that has a state and truncates no episode. Default `observation`.
   */
  readonly critic?: 'observation' | 'state';
  /** Ends the passes over a rollout once the estimated divergence from the old policy exceeds this. Default never. */
  readonly targetKl?: number;
}

const rules = {
  ...learnerRules,
  learningRate: schedule(positive),
  rolloutSteps: integer(1),
  epochs: integer(1),
  minibatchSize: integer(1),
  gamma: fraction,
  gaeLambda: fraction,
  clip: positive,
  entropyCoefficient: schedule(real(0)),
  valueCoefficient: real(0),
  maxGradNorm: maxNorm,
  normalizeAdvantages: flag,
  critic: oneOf('observation', 'state'),
  targetKl: positive,
};

const defaults = {
  rolloutSteps: 128,
  epochs: 4,
  minibatchSize: 256,
  gamma: 0.99,
  gaeLambda: 0.95,
  clip: 0.2,
  entropyCoefficient: 0 as Schedule,
  valueCoefficient: 0.5,
  maxGradNorm: 0.5,
  normalizeAdvantages: true,
  critic: 'observation' as const,
};

/**
 * Proximal policy optimisation with a clipped surrogate (Schulman et al., 2017, arXiv 1707.06347) and generalised
 * advantage estimates (2016, arXiv 1506.02438). Policy and critic are separate networks of one make.
 *
 * Terminated episodes end with value 0; truncated ones go on with the value of their last observation. Learning ends
 * with the first update at or after `steps`.
 *
 * @throws InvalidArgument naming the option that is out of range.
 */
export async function ppo(env: Env | VectorEnv, options: PpoOptions): Promise<LearnerResult> {
  const settings = readOptions('ppo', rules, defaults, options);
  const session = await startSession('ppo', env, settings);
  const { policy, runner, rng } = session;
  const { learningRate = byMake(policy, 0.02, 0.0003) } = settings;
  if (settings.critic === 'state') runner.seeState('ppo');
  const further = runner.criticWidth - policy.encoder.width;
  const critic = await policy.createCritic(rng.child('critic').path, further);
  policy.network.optimizeWith({ maxGradNorm: settings.maxGradNorm, epsilon: 1e-5 });
  critic.optimizeWith({ maxGradNorm: settings.maxGradNorm, epsilon: 1e-5 });
  const shuffling = rng.child('minibatch');
  const buffer = new StepBuffer(policy, runner.count, runner.criticWidth);
  const minibatch = new Minibatch(buffer, settings.minibatchSize);
  let updates = 0;
  while (runner.steps < settings.steps) {
    const spent = runner.steps / settings.steps;
    const rate = scheduled('ppo', 'learningRate', learningRate, spent, positive);
    const entropy = scheduled('ppo', 'entropyCoefficient', settings.entropyCoefficient, spent, real(0));
    collectSteps(runner, buffer, settings.rolloutSteps);
    const targets = estimate(runner, buffer, critic, settings);
    const all = Array.from({ length: buffer.size }, (_, at) => at);
    // Where a mask left one action there is nothing to teach the policy, but the critic bootstraps there too.
    const free = all.filter((at) => buffer.isFree(at));
    for (let epoch = 0, near = true; epoch < settings.epochs && near; epoch++) {
      shuffling.shuffle(free);
      for (let from = 0; from < free.length && near; from += settings.minibatchSize) {
        minibatch.load(buffer, targets, free, from);
        if (settings.normalizeAdvantages) normalize(minibatch.advantages, minibatch.size);
        near = policyGradient(minibatch, policy, settings.clip, entropy) <= (settings.targetKl ?? Infinity);
        if (near) policy.network.step(rate);
      }
      shuffling.shuffle(all);
      for (let from = 0; from < all.length; from += settings.minibatchSize) {
        minibatch.load(buffer, targets, all, from);
        valueGradient(minibatch, critic, settings.valueCoefficient);
        critic.step(rate);
      }
    }
    if (await report(settings, runner, ++updates)) break;
  }
  critic.dispose();
  return resultOf(session, updates);
}

interface Targets {
  readonly advantages: Float64Array;
  readonly returns: Float64Array;
}

/** Generalised advantage estimates, and the returns that the critic is to learn. */
export function estimate(
  runner: Pick<Runner, 'critic' | 'count'>,
  buffer: StepBuffer,
  critic: Network,
  { gamma, gaeLambda }: { gamma: number; gaeLambda: number },
): Targets {
  const { size, rows, rewards, ended, carry } = buffer;
  const next = Float64Array.from(critic.forward(runner.critic, runner.count).subarray(0, runner.count));
  const beyond = Float64Array.from(
    buffer.cut === 0 ? [] : critic.forward(buffer.finals, buffer.cut).subarray(0, buffer.cut),
  );
  const values = critic.forward(buffer.critic, size);
  const advantages = new Float64Array(size);
  const returns = new Float64Array(size);
  let cut = buffer.cut;
  carry.fill(0);
  for (let at = size - 1; at >= 0; at--) {
    const row = rows[at];
    if (ended[at] !== going) {
      next[row] = ended[at] === truncated ? beyond[--cut] : 0;
      carry[row] = 0;
    }
    const surprise = rewards[at] + gamma * next[row] - values[at];
    carry[row] = surprise + gamma * gaeLambda * carry[row];
    advantages[at] = carry[row];
    returns[at] = carry[row] + values[at];
    next[row] = values[at];
  }
  return { advantages, returns };
}

/** Transitions picked from a rollout, as arrays of their own. */
class Minibatch {
  size = 0;
  readonly observations: Float64Array;
  readonly critic: Float64Array;
  readonly actions: Float64Array;
  readonly advantages: Float64Array;
  readonly returns: Float64Array;
  readonly logProbs: Float64Array;
  /** Derivatives of the loss by a network's outputs. */
  readonly slopes: Float64Array;
  masks: Uint8Array | null = null;
  private readonly mask: Uint8Array;

  constructor(
    { inputs, width, outputs, criticInputs }: StepBuffer,
    private readonly capacity: number,
  ) {
    this.observations = new Float64Array(capacity * inputs);
    this.critic = new Float64Array(capacity * criticInputs);
    this.actions = new Float64Array(capacity * width);
    this.mask = new Uint8Array(capacity * outputs);
    this.advantages = new Float64Array(capacity);
    this.returns = new Float64Array(capacity);
    this.logProbs = new Float64Array(capacity);
    this.slopes = new Float64Array(capacity * outputs);
  }

  load(buffer: StepBuffer, targets: Targets, order: readonly number[], from: number): void {
    const { inputs, width, outputs, criticInputs } = buffer;
    this.size = Math.min(this.capacity, order.length - from);
    this.masks = buffer.masks === null ? null : this.mask;
    for (let i = 0; i < this.size; i++) {
      const at = order[from + i];
      copyRow(buffer.observations, at, this.observations, i, inputs);
      copyRow(buffer.critic, at, this.critic, i, criticInputs);
      copyRow(buffer.actions, at, this.actions, i, width);
      if (buffer.masks !== null) copyRow(buffer.masks, at, this.mask, i, outputs);
      this.advantages[i] = targets.advantages[at];
      this.returns[i] = targets.returns[at];
      this.logProbs[i] = buffer.logProbs[at];
    }
  }
}

function copyRow<T extends Float64Array | Uint8Array>(
  from: T,
  at: number,
  to: T,
  row: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) to[row * width + i] = from[at * width + i];
}

/** Writes the gradient of the clipped loss; returns the estimated divergence of the policy from the old one. */
function policyGradient(
  batch: Minibatch,
  { network, distribution }: DifferentiablePolicy,
  clip: number,
  entropyCoefficient: number,
): number {
  const { size, actions, masks, slopes } = batch;
  const rows: Rows = { outputs: network.forward(batch.observations, size), actions, masks };
  let divergence = 0;
  for (let i = 0; i < size; i++) {
    const logRatio = distribution.logProb(rows, i) - batch.logProbs[i];
    const ratio = Math.exp(logRatio);
    const advantage = batch.advantages[i];
    const clipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
    const weight = clipped ? 0 : ratio * advantage;
    distribution.gradient(rows, i, -weight / size, -entropyCoefficient / size, slopes);
    divergence += (ratio - 1 - logRatio) / size;
  }
  network.zeroGrad();
  network.backward(slopes);
  return divergence;
}

function valueGradient(batch: Minibatch, critic: Network, coefficient: number): void {
  const { size, returns, slopes } = batch;
  const values = critic.forward(batch.critic, size);
  for (let i = 0; i < size; i++) slopes[i] = (2 * coefficient * (values[i] - returns[i])) / size;
  critic.zeroGrad();
  critic.backward(slopes);
}
