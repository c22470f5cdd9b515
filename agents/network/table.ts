import { FlatNetwork } from './network.js';
import type { Vector } from './optimizer.js';

/** A row of free numbers for each of `states` indices: a network whose one input is the index. All zero at first. */
export class Table extends FlatNetwork {
  readonly engine = 'table';
  private output = new Float64Array(0);
  private indices = new Int32Array(0);
  private rows = 0;

  /** @param constants outputs that follow those of the table, the same in every row and never learned */
  constructor(
    readonly states: number,
    private readonly free: number,
    private readonly constants: readonly number[] = [],
  ) {
    super(1, free + constants.length, new Float64Array(states * free), new Float64Array(states * free));
  }

  forward(x: Vector, rows: number): Float64Array {
    const { outputs, params, free, constants } = this;
    if (this.indices.length < rows) {
      this.indices = new Int32Array(rows);
      this.output = new Float64Array(rows * outputs);
    }
    const { indices, output } = this;
    this.rows = rows;
    for (let row = 0; row < rows; row++) {
      const from = x[row] * free;
      indices[row] = x[row];
      for (let j = 0; j < free; j++) output[row * outputs + j] = params[from + j];
      for (let j = free; j < outputs; j++) output[row * outputs + j] = constants[j - free];
    }
    return output;
  }

  backward(outputGradient: Vector): void {
    const { outputs, grads, indices, free } = this;
    for (let row = 0; row < this.rows; row++) {
      const to = indices[row] * free;
      for (let j = 0; j < free; j++) grads[to + j] += outputGradient[row * outputs + j];
    }
  }

  clone(): Table {
    const copy = new Table(this.states, this.free, this.constants);
    copy.setParams(this.params);
    return copy;
  }
}
