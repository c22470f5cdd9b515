import { FlatNetwork } from './network.js';
import type { Vector } from './optimizer.js';

/** A row of free numbers for each of `states` indices: a network whose one input is the index. All zero at first. */
export class Table extends FlatNetwork {
  readonly engine = 'table';
  private output = new Float64Array(0);
  private indices = new Int32Array(0);
  private rows = 0;

  constructor(
    readonly states: number,
    outputs: number,
  ) {
    super(1, outputs, new Float64Array(states * outputs), new Float64Array(states * outputs));
  }

  forward(x: Vector, rows: number): Float64Array {
    const { outputs, params } = this;
    if (this.indices.length < rows) {
      this.indices = new Int32Array(rows);
      this.output = new Float64Array(rows * outputs);
    }
    const { indices, output } = this;
    this.rows = rows;
    for (let row = 0; row < rows; row++) {
      const from = x[row] * outputs;
      indices[row] = x[row];
      for (let j = 0; j < outputs; j++) output[row * outputs + j] = params[from + j];
    }
    return output;
  }

  backward(outputGradient: Vector): void {
    const { outputs, grads, indices } = this;
    for (let row = 0; row < this.rows; row++) {
      const to = indices[row] * outputs;
      for (let j = 0; j < outputs; j++) grads[to + j] += outputGradient[row * outputs + j];
    }
  }

  clone(): Table {
    const copy = new Table(this.states, this.outputs);
    copy.setParams(this.params);
    return copy;
  }
}
