/** One follower's logits, action-minor, and their Adam moments. */
export class ContextTable {
  readonly logits: Float64Array;
  readonly gradient: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  readonly probabilities: Float64Array;

  constructor(
    readonly agent: number,
    readonly rows: number,
    readonly actions: number,
  ) {
    this.logits = new Float64Array(rows * actions);
    this.gradient = new Float64Array(rows * actions);
    this.first = new Float64Array(rows * actions);
    this.second = new Float64Array(rows * actions);
    this.probabilities = new Float64Array(actions);
  }

  softmax(row: number): Float64Array {
    const { logits, probabilities, actions } = this;
    let highest = -Infinity;
    for (let a = 0; a < actions; a++) highest = Math.max(highest, logits[row * actions + a]);
    let total = 0;
    for (let a = 0; a < actions; a++) {
      probabilities[a] = Math.exp(logits[row * actions + a] - highest);
      total += probabilities[a];
    }
    for (let a = 0; a < actions; a++) probabilities[a] /= total;
    return probabilities;
  }

  /** Adds the gradient of advantage * log p(action) + entropyWeight * entropy. */
  accumulate(row: number, action: number, advantage: number, entropyWeight: number): void {
    const p = this.softmax(row);
    let entropy = 0;
    for (let a = 0; a < this.actions; a++) if (p[a] > 0) entropy -= p[a] * Math.log(p[a]);
    for (let a = 0; a < this.actions; a++) {
      const logP = p[a] > 0 ? Math.log(p[a]) : 0;
      const slope = (a === action ? 1 : 0) - p[a];
      this.gradient[row * this.actions + a] += advantage * slope - entropyWeight * p[a] * (logP + entropy);
    }
  }

  adam(update: number, learningRate: number): void {
    const [decay1, decay2] = [0.9, 0.99];
    const { logits, gradient, first, second } = this;
    const [correction1, correction2] = [1 - decay1 ** update, 1 - decay2 ** update];
    for (let i = 0; i < logits.length; i++) {
      first[i] = decay1 * first[i] + (1 - decay1) * gradient[i];
      second[i] = decay2 * second[i] + (1 - decay2) * gradient[i] * gradient[i];
      logits[i] += (learningRate * (first[i] / correction1)) / (Math.sqrt(second[i] / correction2) + 1e-8);
      gradient[i] = 0;
    }
  }

  greedy(row: number): number {
    let best = 0;
    for (let a = 1; a < this.actions; a++) {
      if (this.logits[row * this.actions + a] > this.logits[row * this.actions + best]) best = a;
    }
    return best;
  }
}
