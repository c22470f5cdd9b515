import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';

/** No exact value can be had: an oracle has to respond instead. */
export class NoExactValue extends InvalidArgument {
  /**
   * @param reason without a full stop
   * @param example of an oracle, such as `multiplicative-weights`
   */
  constructor(
    readonly reason: string,
    example?: string,
    options?: ErrorOptions,
  ) {
    const suchAs = example === undefined ? '' : `, such as ${example}`;
    super(`${reason}: grade against an oracle instead${suchAs}.`, options);
  }
}

/** Replays a given list of discrete choices and notes what else could have been chosen. */
export class EnumeratingRng extends Rng {
  private at = 0;
  private choices: { index: number; weights: readonly number[] }[] = [];

  constructor() {
    super('model');
  }

  override uniform(): number {
    throw new NoExactValue(
      'Exact values enumerate integer and categorical draws only; this game, or one of its players, draws from a continuum',
    );
  }

  override integer(n: number): number {
    return this.choose(Array.from({ length: n }, () => 1 / n));
  }

  override categorical(probabilities: ArrayLike<number>): number {
    return this.choose(Array.from(probabilities));
  }

  override child(): Rng {
    return this;
  }

  private choose(weights: readonly number[]): number {
    if (this.at === this.choices.length) this.choices.push({ index: firstPossible(weights, 0), weights });
    return this.choices[this.at++].index;
  }

  /** Runs `play` once for every combination of draws, with the probability of each. */
  enumerate(play: (probability: () => number) => void): void {
    this.choices = [];
    do {
      this.at = 0;
      play(() => this.choices.reduce((product, { index, weights }) => product * weights[index], 1));
    } while (this.advance());
  }

  private advance(): boolean {
    for (let choice = this.choices.at(-1); choice !== undefined; choice = this.choices.at(-1)) {
      const index = firstPossible(choice.weights, choice.index + 1);
      if (index < choice.weights.length) {
        choice.index = index;
        return true;
      }
      this.choices.pop();
    }
    return false;
  }
}

function firstPossible(weights: readonly number[], from: number): number {
  let index = from;
  while (index < weights.length && weights[index] <= 0) index++;
  return index;
}
