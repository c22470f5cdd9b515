import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Optimizer, type OptimizerOptions, type Vector } from './optimizer.js';

/** A network as plain JSON. */
export interface NetworkJSON {
  readonly params: readonly number[];
}

/**
 * A differentiable map from rows of `inputs` numbers to rows of `outputs` numbers, with its parameters and optimiser.
 *
 * `forward` and `backward` work on row-major batches. The arrays that a network returns are its own and are
 * overwritten by its next `forward`: copy what you keep.
 */
export interface Network {
  readonly engine: string;
  readonly inputs: number;
  readonly outputs: number;
  /** All parameters, flat. Change them through `setParams`. */
  readonly params: Vector;
  /** The sum of the gradients of all `backward` calls since `zeroGrad`, laid out as `params`. */
  readonly grads: Vector;
  /** Maps the first `rows` rows of `x`; the array returned may be longer than rows * outputs. */
  forward(x: Vector, rows: number): Vector;
  /** Adds the gradient of the loss, given its derivatives by the outputs of the last `forward`. */
  backward(outputGradient: Vector): void;
  zeroGrad(): void;
  /** One step of the optimiser against `grads`. */
  step(learningRate: number): void;
  /** Starts a fresh optimiser; networks are made with Adam and no clipping. */
  optimizeWith(options: OptimizerOptions): void;
  /** @throws InvalidArgument if the length differs or a value is not finite. */
  setParams(values: ArrayLike<number>): void;
  /** A network of the same shape and parameters, with a fresh optimiser. */
  clone(): Network;
  save(): NetworkJSON;
  /** @throws InvalidArgument naming what is wrong with the saved network. */
  load(saved: NetworkJSON): void;
  /** Frees what the engine holds. Calling it again does nothing. */
  dispose(): void;
}

/** What all engines share: flat parameters, their gradients and the optimiser. */
export abstract class FlatNetwork implements Network {
  abstract readonly engine: string;
  private optimizer = new Optimizer();

  constructor(
    readonly inputs: number,
    readonly outputs: number,
    readonly params: Vector,
    readonly grads: Vector,
  ) {}

  abstract forward(x: Vector, rows: number): Vector;
  abstract backward(outputGradient: Vector): void;
  abstract clone(): Network;

  /** Called after `params` changed. */
  protected paramsChanged(): void {}

  dispose(): void {}

  zeroGrad(): void {
    this.grads.fill(0);
  }

  step(learningRate: number): void {
    this.optimizer.step(this.params, this.grads, learningRate);
    this.paramsChanged();
  }

  optimizeWith(options: OptimizerOptions): void {
    this.optimizer = new Optimizer(options);
  }

  setParams(values: ArrayLike<number>): void {
    checkParams(values, this.params.length);
    this.params.set(values);
    this.paramsChanged();
  }

  save(): NetworkJSON {
    return { params: Array.from(this.params) };
  }

  load(saved: NetworkJSON): void {
    if (!Array.isArray(saved?.params)) {
      throw new InvalidArgument(
        `Network.load: expected params to be an array, got ${describe(saved?.params)}.`,
      );
    }
    this.setParams(saved.params);
  }
}

function checkParams(values: ArrayLike<number>, length: number): void {
  if (values.length !== length) {
    throw new InvalidArgument(`Network: expected params to have ${length} numbers, got ${values.length}.`);
  }
  for (let i = 0; i < length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new InvalidArgument(
        `Network: expected params[${i}] to be a finite number, got ${describe(values[i])}.`,
      );
    }
  }
}
