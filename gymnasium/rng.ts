import seedrandom from 'seedrandom';
import { describe, InvalidArgument } from './error.js';

/** A non-negative integer (also a bigint of any size) or any string. */
export type Seed = number | bigint | string;

/** The serialisable position of a stream. */
export interface RngState {
  readonly path: string;
  readonly alea: object;
  readonly spare: number | null;
}

/** A place in the tree of streams, and how far the stream there has been read. */
class StreamPosition {
  constructor(
    readonly path: string,
    readonly alea?: object,
  ) {}
}

/**
 * A seeded stream of random numbers with independent children by path: `new Rng(42).child('lane', 7)` is the
 * same stream on every machine and in every process. Generator: Alea of `seedrandom`.
 *
 * @throws InvalidArgument if the seed is negative, fractional, beyond 2^53 as a number, or of another type.
 */
export class Rng {
  readonly path: string;
  private generator: seedrandom.StatefulPRNG<seedrandom.State.Alea>;
  private spare: number | null = null;

  constructor(seed: Seed | StreamPosition) {
    this.path = seed instanceof StreamPosition ? seed.path : seedPath(seed);
    const state = seed instanceof StreamPosition && seed.alea ? (seed.alea as seedrandom.State.Alea) : true;
    this.generator = seedrandom.alea(this.path, { state });
  }

  /** A stream from fresh entropy, for callers that gave no seed. */
  static fromEntropy(): Rng {
    return new Rng(globalThis.crypto.getRandomValues(new BigUint64Array(1))[0]);
  }

  /**
   * An independent stream named by `path` below this one. Does not draw from this stream. `child('a', 'b')` is
   * `child('a').child('b')` and not `child('a/b')`; 1 and '1' name the same child.
   */
  child(...path: (string | number)[]): Rng {
    return new Rng(new StreamPosition([this.path, ...path.map(escapeStep)].join('/')));
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    return this.generator.double();
  }

  /** Uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.generator.double() * n);
  }

  /** Standard normal (polar method). */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        this.spare = v * factor;
        return u * factor;
      }
    }
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log1p(-this.uniform());
  }

  /** An index drawn with the given probabilities, which must be non-negative and sum to 1 (up to rounding). */
  categorical(probabilities: ArrayLike<number>): number {
    let rest = this.uniform();
    let last = 0;
    for (let i = 0; i < probabilities.length; i++) {
      if (probabilities[i] <= 0) continue;
      last = i;
      rest -= probabilities[i];
      if (rest < 0) return i;
    }
    return last;
  }

  /** Shuffles in place (Fisher-Yates). */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  state(): RngState {
    return { path: this.path, alea: this.generator.state(), spare: this.spare };
  }

  static fromState(state: RngState): Rng {
    const rng = new Rng(new StreamPosition(state.path, state.alea));
    rng.spare = state.spare;
    return rng;
  }
}

/** The path that a seed stands for. Numbers and their bigint twins give the same stream; strings their own. */
function seedPath(seed: Seed): string {
  if (typeof seed === 'string') return `s:${escapeStep(seed)}`;
  const valid = typeof seed === 'bigint' ? seed >= 0n : Number.isSafeInteger(seed) && seed >= 0;
  if (!valid) {
    throw new InvalidArgument(
      `seed: expected a non-negative integer, a non-negative bigint or a string, got ${describe(seed)}.`,
    );
  }
  return `i:${seed}`;
}

/** Keeps a slash inside a name apart from the slash between names, as JSON pointers do. */
function escapeStep(step: string | number): string {
  return String(step).replaceAll('~', '~0').replaceAll('/', '~1');
}
