/** Numbers of either precision: networks compute in 32 bits, tables in 64. */
export type Vector = Float32Array | Float64Array;

export interface OptimizerOptions {
  /** Default 'adam'. */
  readonly kind?: 'adam' | 'sgd';
  /** Decay of Adam's mean and of its mean square. Defaults 0.9 and 0.999. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Gradients of a greater Euclidean norm are scaled down to it. Default Infinity. */
  readonly maxGradNorm?: number;
}

/** Gradient descent, plain or by Adam (Kingma & Ba, ICLR 2015), on one flat array of parameters. */
export class Optimizer {
  private readonly settings: Required<OptimizerOptions>;
  private mean: Float64Array | null = null;
  private square: Float64Array | null = null;
  private steps = 0;

  constructor(options: OptimizerOptions = {}) {
    this.settings = {
      kind: 'adam',
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      maxGradNorm: Infinity,
      ...options,
    };
  }

  /** Moves `params` against `grads`, in place. */
  step(params: Vector, grads: Vector, learningRate: number): void {
    const scale = this.clipScale(grads);
    if (this.settings.kind === 'adam') this.adam(params, grads, learningRate, scale);
    else for (let i = 0; i < params.length; i++) params[i] -= learningRate * scale * grads[i];
  }

  private clipScale(grads: Vector): number {
    const { maxGradNorm } = this.settings;
    if (maxGradNorm === Infinity) return 1;
    let square = 0;
    for (let i = 0; i < grads.length; i++) square += grads[i] * grads[i];
    const norm = Math.sqrt(square);
    return norm > maxGradNorm ? maxGradNorm / norm : 1;
  }

  private adam(params: Vector, grads: Vector, learningRate: number, scale: number): void {
    const { beta1, beta2, epsilon } = this.settings;
    this.mean ??= new Float64Array(params.length);
    this.square ??= new Float64Array(params.length);
    this.steps++;
    const meanCorrection = 1 / (1 - beta1 ** this.steps);
    const squareCorrection = 1 / (1 - beta2 ** this.steps);
    for (let i = 0; i < params.length; i++) {
      const gradient = scale * grads[i];
      this.mean[i] = beta1 * this.mean[i] + (1 - beta1) * gradient;
      this.square[i] = beta2 * this.square[i] + (1 - beta2) * gradient * gradient;
      const denominator = Math.sqrt(this.square[i] * squareCorrection) + epsilon;
      params[i] -= (learningRate * this.mean[i] * meanCorrection) / denominator;
    }
  }
}
