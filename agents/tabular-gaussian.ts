import { InvalidArgument } from '../gymnasium/error.js';
import type { Seed } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { TypedArray } from '../gymnasium/types.js';
import { actionCodec, IndexEncoder } from './codec.js';
import { type Network, Table } from './network/index.js';
import { check, real } from './options.js';
import { DifferentiablePolicy, noState, type PolicyJSON } from './policy.js';

/**
 * A Gaussian with a free mean for each Discrete observation and each coordinate of a Box action, and a fixed standard
 * deviation: no more parameters than there are numbers to find, as evolution strategies want it. Means are 0 at first.
 *
 * @throws InvalidArgument if the spaces are of other kinds.
 */
export class TabularGaussian extends DifferentiablePolicy<number, TypedArray> {
  readonly kind = 'tabular-gaussian';
  readonly logStd: number;

  constructor(
    observationSpace: Space<number>,
    actionSpace: Space<TypedArray>,
    options: { readonly means?: ArrayLike<number>; readonly logStd?: number } = {},
  ) {
    if (!(observationSpace instanceof Discrete && actionSpace instanceof Box)) {
      throw new InvalidArgument(
        `TabularGaussian: expected Discrete observations and Box actions, got ${observationSpace} and ${actionSpace}.`,
      );
    }
    const { means, logStd = -1 } = options;
    check('TabularGaussian', 'logStd', logStd, real(-20, 20));
    const codec = actionCodec(actionSpace);
    const { width } = codec.distribution;
    const table = new Table(observationSpace.n, width, new Array(width).fill(logStd));
    super(observationSpace, actionSpace, new IndexEncoder(observationSpace), codec, table);
    this.logStd = logStd;
    if (means !== undefined) this.network.setParams(means);
  }

  override clone(): TabularGaussian {
    const { observationSpace, actionSpace, logStd } = this;
    return new TabularGaussian(observationSpace, actionSpace, { means: this.network.params, logStd });
  }

  override async createCritic(_seed: Seed, further = 0): Promise<Network> {
    if (further > 0) throw noState('TabularGaussian');
    return new Table((this.observationSpace as Discrete).n, 1);
  }

  override save(): PolicyJSON {
    return { ...this.header(), logStd: this.logStd, params: this.network.save().params };
  }
}
