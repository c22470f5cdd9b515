import { type Env, hasCentralState } from '../gymnasium/core.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { batchSpace, concatenate, createEmptyBatch, iterate } from '../gymnasium/spaces/utils.js';
import type { Info } from '../gymnasium/types.js';
import {
  type AutoresetMode,
  type Batch,
  VectorEnv,
  type VectorResetOptions,
  type VectorResetResult,
  type VectorStepResult,
} from '../gymnasium/vector.js';

/**
 * One environment as a `SameStep` vector environment of one row that adds next to nothing to the time of a step:
 * `SyncVectorEnv` checks and copies batches, which costs more than a small game does.
 */
export class SingleRow extends VectorEnv {
  readonly numEnvs = 1;
  readonly autoresetMode: AutoresetMode = 'SameStep';
  readonly singleObservationSpace: Space<any>;
  readonly singleActionSpace: Space<any>;
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  readonly stateSpace?: Space<any>;
  readonly state?: () => Float64Array;
  private readonly scalarActions: boolean;
  private readonly scalarObservations: boolean;
  private readonly infos: [Info] = [{}];
  private readonly finalInfos: [Info | null] = [null];
  private readonly result: VectorStepResult;

  constructor(private readonly env: Env) {
    super();
    this.singleObservationSpace = env.observationSpace;
    this.singleActionSpace = env.actionSpace;
    if (hasCentralState(env)) {
      this.state = () => env.state();
      this.stateSpace = env.stateSpace;
    }
    this.observationSpace = batchSpace(env.observationSpace, 1);
    this.actionSpace = batchSpace(env.actionSpace, 1);
    this.scalarObservations = env.observationSpace instanceof Discrete;
    this.scalarActions = env.actionSpace instanceof Discrete;
    this.result = {
      observations: createEmptyBatch(env.observationSpace, 1),
      infos: this.infos,
      rewards: new Float64Array(1),
      terminations: new Uint8Array(1),
      truncations: new Uint8Array(1),
      finalMask: new Uint8Array(1),
      finalObservations: createEmptyBatch(env.observationSpace, 1),
      finalInfos: this.finalInfos,
    };
  }

  override reset({ seed, options }: VectorResetOptions = {}): VectorResetResult {
    const first = Array.isArray(seed) ? seed[0] : seed;
    const { observation, info } = this.env.reset({
      seed: typeof first === 'string' ? `${first}/0` : first,
      options,
    });
    this.infos[0] = info;
    this.write(observation, this.result.observations);
    return this.result;
  }

  override step(actions: Batch): VectorStepResult {
    const { result } = this;
    const action = this.scalarActions ? actions[0] : iterate(this.singleActionSpace, actions)[0];
    const { observation, reward, terminated, truncated, info } = this.env.step(action);
    const ended = terminated || truncated;
    result.rewards[0] = reward;
    result.terminations[0] = terminated ? 1 : 0;
    result.truncations[0] = truncated ? 1 : 0;
    result.finalMask[0] = ended ? 1 : 0;
    this.finalInfos[0] = ended ? info : null;
    this.infos[0] = info;
    if (ended) this.finish(observation);
    else this.write(observation, result.observations);
    return result;
  }

  private finish(observation: unknown): void {
    const { finalObservations } = this.result;
    // The reset may overwrite what the environment owns; typed batches are copies anyway.
    const kept = Array.isArray(finalObservations) ? structuredClone(observation) : observation;
    this.write(kept, finalObservations);
    this.reset();
  }

  override close(): void {
    super.close();
    this.env.close();
  }

  private write(observation: unknown, into: Batch): void {
    if (this.scalarObservations) into[0] = observation as number;
    else concatenate(this.singleObservationSpace, [observation], into);
  }
}
