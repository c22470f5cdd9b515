/**
 * Running mean and variance of vectors by Welford's update in the form of Chan et al., a sample at a time. Starts at
 * mean 0 and variance 1 with a small weight, as Gymnasium's `RunningMeanStd`.
 *
 * @example
 * const statistics = new RunningMeanStd(1, 0);
 * statistics.update([1]);
 * statistics.update([3]);
 * statistics.mean[0]; // 2
 * statistics.variance[0]; // 1
 */
export class RunningMeanStd {
  readonly mean: Float64Array;
  readonly variance: Float64Array;

  /** @param size length of the vectors @param count weight of the starting values, in samples */
  constructor(
    size: number,
    public count = 1e-4,
  ) {
    this.mean = new Float64Array(size);
    this.variance = new Float64Array(size).fill(1);
  }

  update(sample: ArrayLike<number>): void {
    const total = this.count + 1;
    for (let i = 0; i < this.mean.length; i++) {
      const delta = sample[i] - this.mean[i];
      this.mean[i] += delta / total;
      this.variance[i] = (this.variance[i] * this.count + (delta * delta * this.count) / total) / total;
    }
    this.count = total;
  }
}
