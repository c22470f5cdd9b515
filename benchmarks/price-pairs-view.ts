import type { Discrete } from '../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../gymnasium/spaces/multi-discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { batchSpace } from '../gymnasium/spaces/utils.js';
import {
  type AutoresetMode,
  type Batch,
  VectorEnv,
  type VectorResetOptions,
  type VectorResetResult,
  type VectorStepResult,
} from '../gymnasium/vector.js';

/**
 * A vector environment whose observations are pairs of price indices in one number, a + m b, with the two indices apart:
 * `MultiDiscrete([m, m])`, from which a network learns of either price at once.
 */
export class PricePairsView extends VectorEnv {
  readonly numEnvs: number;
  readonly singleObservationSpace: MultiDiscrete;
  readonly singleActionSpace: Space<any>;
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  readonly autoresetMode: AutoresetMode;
  private readonly prices: number;

  constructor(private readonly inner: VectorEnv) {
    super();
    this.prices = Math.sqrt((inner.singleObservationSpace as Discrete).n);
    this.numEnvs = inner.numEnvs;
    this.singleObservationSpace = new MultiDiscrete([this.prices, this.prices]);
    this.singleActionSpace = inner.singleActionSpace;
    this.observationSpace = batchSpace(this.singleObservationSpace, inner.numEnvs);
    this.actionSpace = inner.actionSpace;
    this.autoresetMode = inner.autoresetMode;
  }

  /** The pair of indices that one number stands for. */
  pair(profile: number): Int32Array {
    return Int32Array.of(profile % this.prices, Math.floor(profile / this.prices));
  }

  override reset(options?: VectorResetOptions): VectorResetResult {
    const result = this.inner.reset(options);
    return { ...result, observations: this.pairs(result.observations) };
  }

  override step(actions: Batch): VectorStepResult {
    const result = this.inner.step(actions);
    const { observations, finalObservations } = result;
    return {
      ...result,
      observations: this.pairs(observations),
      finalObservations: this.pairs(finalObservations),
    };
  }

  private pairs(profiles: Batch): Int32Array {
    const pairs = new Int32Array(2 * this.numEnvs);
    for (let row = 0; row < this.numEnvs; row++) {
      pairs.set(this.pair((profiles as Int32Array)[row]), 2 * row);
    }
    return pairs;
  }
}
