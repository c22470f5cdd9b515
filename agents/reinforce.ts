import type { Env } from '../gymnasium/core.js';
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
import type { Network } from './network/index.js';
import {
  flag,
  fraction,
  integer,
  maxNorm,
  oneOf,
  positive,
  type Rule,
  readOptions,
  real,
  type Schedule,
  schedule,
  scheduled,
} from './options.js';
import type { DifferentiablePolicy } from './policy.js';
import { going, truncated } from './rollout.js';
import { mean, normalize } from './statistics.js';
import { collectEpisodes, StepBuffer } from './step-buffer.js';

export interface ReinforceOptions extends LearnerOptions {
  /** Default 0.05 for a table, 0.001 for a network. */
  readonly learningRate?: Schedule;
  /** Default 'adam'. */
  readonly optimizer?: 'adam' | 'sgd';
  /** Whole episodes an update. Default 10. */
  readonly batchEpisodes?: number;
  /** Default 0.99. */
  readonly gamma?: number;
  /** What is taken off the return: nothing, the batch's mean return-to-go, or a learned value. Default 'none'. */
  readonly baseline?: 'none' | 'mean' | 'value';
  /** Step size of the value, by Adam. Default: as `learningRate` defaults. */
  readonly valueLearningRate?: Schedule;
  /** Whether advantages are shifted and scaled to mean 0 and deviation 1 over the batch. Default false. */
  readonly normalizeAdvantages?: boolean;
  /** Weight of the entropy bonus. Default 0. */
  readonly entropyCoefficient?: Schedule;
  /** Default Infinity, which clips nothing. */
  readonly maxGradNorm?: number;
}

const rules = {
  ...learnerRules,
  learningRate: schedule(positive),
  optimizer: oneOf('adam', 'sgd'),
  batchEpisodes: integer(1),
  gamma: fraction,
  baseline: oneOf('none', 'mean', 'value'),
  valueLearningRate: schedule(positive),
  normalizeAdvantages: flag,
  entropyCoefficient: schedule(real(0)),
  maxGradNorm: maxNorm,
};

const defaults: Required<
  Pick<
    ReinforceOptions,
    | 'optimizer'
    | 'batchEpisodes'
    | 'gamma'
    | 'baseline'
    | 'normalizeAdvantages'
    | 'entropyCoefficient'
    | 'maxGradNorm'
  >
> = {
  optimizer: 'adam',
  batchEpisodes: 10,
  gamma: 0.99,
  baseline: 'none',
  normalizeAdvantages: false,
  entropyCoefficient: 0,
  maxGradNorm: Infinity,
};

/**
 * REINFORCE (Williams, Machine Learning 1992): after every `batchEpisodes` whole episodes, one step up the mean over
 * their steps of (return-to-go - baseline) * grad log probability. Steps whose mask leaves one action are left out.
 *
 * Returns-to-go start from 0 at the end of an episode, also of a truncated one, unless the baseline is 'value': then
 * a truncated episode goes on with the value of its last observation. Learning ends with the last whole batch within
 * `steps`.
 *
 * @throws InvalidArgument naming the option that is out of range.
 */
export async function reinforce(env: Env | VectorEnv, options: ReinforceOptions): Promise<LearnerResult> {
  const settings = readOptions('reinforce', rules, defaults, options);
  const session = await startSession('reinforce', env, settings);
  const { policy, runner, rng } = session;
  const { network } = policy;
  const { baseline, gamma, optimizer, maxGradNorm } = settings;
  const rate = byMake(policy, 0.05, 0.001);
  const { learningRate = rate, valueLearningRate = rate } = settings;
  const critic = baseline === 'value' ? await policy.createCritic(rng.child('critic').path) : null;
  network.optimizeWith({ kind: optimizer, maxGradNorm });
  const buffer = new StepBuffer(policy, runner.count);
  const scratch: Scratch = {
    returns: new Float64Array(0),
    advantages: new Float64Array(0),
    slopes: new Float64Array(0),
  };
  let updates = 0;
  while (collectEpisodes(runner, buffer, settings.batchEpisodes, settings.steps)) {
    const at = (
      name: 'learningRate' | 'valueLearningRate' | 'entropyCoefficient',
      value: Schedule,
      rule: Rule,
    ) => scheduled('reinforce', name, value, Math.min(1, runner.steps / settings.steps), rule);
    reserve(scratch, buffer);
    returnsToGo(buffer, gamma, critic, scratch.returns);
    const count = subtractBaseline(buffer, baseline, critic, scratch);
    if (settings.normalizeAdvantages) normalize(scratch.advantages, count);
    policyGradient(
      buffer,
      policy,
      scratch,
      count,
      at('entropyCoefficient', settings.entropyCoefficient, real(0)),
    );
    network.step(at('learningRate', learningRate, positive));
    if (critic !== null) {
      valueGradient(buffer, critic, scratch);
      critic.step(at('valueLearningRate', valueLearningRate, positive));
    }
    if (await report(settings, runner, ++updates)) break;
  }
  critic?.dispose();
  return resultOf(session, updates);
}

/** `reinforce`, by the name that the Stackelberg learning literature uses. */
export const pg = reinforce;

/** Arrays that every update uses anew, at least as long as the batch. */
interface Scratch {
  returns: Float64Array;
  advantages: Float64Array;
  /** Derivatives of the loss by the policy's or the critic's outputs. */
  slopes: Float64Array;
}

function reserve(scratch: Scratch, buffer: StepBuffer): void {
  if (scratch.returns.length >= buffer.size) return;
  const length = 2 * buffer.size;
  scratch.returns = new Float64Array(length);
  scratch.advantages = new Float64Array(length);
  scratch.slopes = new Float64Array(length * buffer.outputs);
}

function returnsToGo(buffer: StepBuffer, gamma: number, critic: Network | null, into: Float64Array): void {
  const beyond = critic !== null && buffer.cut > 0 ? critic.forward(buffer.finals, buffer.cut) : null;
  let cut = buffer.cut;
  for (let at = buffer.size - 1; at >= 0; at--) {
    const row = buffer.rows[at];
    if (buffer.ended[at] === truncated) buffer.carry[row] = beyond === null ? 0 : beyond[--cut];
    else if (buffer.ended[at] !== going) buffer.carry[row] = 0;
    buffer.carry[row] = buffer.rewards[at] + gamma * buffer.carry[row];
    into[at] = buffer.carry[row];
  }
}

/**
 * Writes the advantages of the transitions where a choice was free, one after another, and returns how many there are:
 * where a mask left one action, the return says nothing of the policy.
 */
function subtractBaseline(
  buffer: StepBuffer,
  baseline: string,
  critic: Network | null,
  { returns, advantages }: Scratch,
): number {
  const values = critic?.forward(buffer.observations, buffer.size) ?? null;
  let count = 0;
  for (let at = 0; at < buffer.size; at++) {
    if (buffer.isFree(at)) advantages[count++] = returns[at] - (values === null ? 0 : values[at]);
  }
  const constant = baseline === 'mean' ? mean(advantages, count) : 0;
  for (let k = 0; k < count; k++) advantages[k] -= constant;
  return count;
}

function policyGradient(
  buffer: StepBuffer,
  { network, distribution }: DifferentiablePolicy,
  { advantages, slopes }: Scratch,
  count: number,
  entropyCoefficient: number,
): void {
  const { size, actions, masks, outputs } = buffer;
  const rows = { outputs: network.forward(buffer.observations, size), actions, masks };
  let next = 0;
  for (let at = 0; at < size; at++) {
    if (buffer.isFree(at)) {
      distribution.gradient(rows, at, -advantages[next++] / count, -entropyCoefficient / count, slopes);
    } else slopes.fill(0, at * outputs, (at + 1) * outputs);
  }
  network.zeroGrad();
  network.backward(slopes);
}

function valueGradient(
  { size, observations }: StepBuffer,
  critic: Network,
  { returns, slopes }: Scratch,
): void {
  const values = critic.forward(observations, size);
  for (let at = 0; at < size; at++) slopes[at] = (values[at] - returns[at]) / size;
  critic.zeroGrad();
  critic.backward(slopes);
}
