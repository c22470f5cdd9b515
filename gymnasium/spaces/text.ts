import { describe, InvalidArgument, InvalidProbability } from '../error.js';
import {
  listOfParts,
  readItems,
  type SampleOptions,
  Space,
  type SpaceJSON,
  sampleIndex,
  splitOptions,
} from './space.js';

/** Digits, then upper case, then lower case letters: the default characters of `Text`, in code point order. */
export const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Strings of `minLength` (1 unless told) to `maxLength` characters out of `charset`. A character is a Unicode code
 * point. The order of a charset string is kept, without its duplicates; a Set is sorted by code point.
 *
 * `sample({mask})` and `sample({probability})` take `[length or null, characters or null]`: a fixed length, and a mask
 * or probability over `charset` as `Discrete` takes it. An all-zero mask gives '' if `minLength` is 0, else throws.
 *
 * @throws InvalidArgument if maxLength is not a positive integer, minLength not an integer in [0, maxLength], or
 * charset empty or not of single characters.
 */
export class Text extends Space<string> {
  readonly minLength: number;
  readonly maxLength: number;
  readonly charset: readonly string[];
  private readonly indices: ReadonlyMap<string, number>;

  constructor(
    maxLength: number,
    options: { minLength?: number; charset?: string | ReadonlySet<string> } = {},
  ) {
    super(null, null);
    const minLength = options.minLength ?? 1;
    if (!Number.isSafeInteger(maxLength) || maxLength <= 0) {
      throw new InvalidArgument(
        `Text: expected maxLength to be a positive integer, got ${describe(maxLength)}.`,
      );
    }
    if (!Number.isSafeInteger(minLength) || minLength < 0 || minLength > maxLength) {
      throw new InvalidArgument(
        `Text: expected minLength to be an integer from 0 to ${maxLength}, got ${describe(minLength)}.`,
      );
    }
    this.minLength = minLength;
    this.maxLength = maxLength;
    this.charset = Object.freeze(characters(options.charset ?? alphanumeric));
    this.indices = new Map(this.charset.map((character, i) => [character, i]));
  }

  /** The position of a character in `charset`, or -1. */
  characterIndex(character: string): number {
    return this.indices.get(character) ?? -1;
  }

  override sample(
    options?: SampleOptions<
      readonly [length: number | null, characters: Int8Array | Uint8Array | null],
      readonly [length: number | null, characters: Float64Array | null]
    >,
  ): string {
    const parts = splitOptions('Text', options, listOfParts('Text', 2));
    const given = parts?.[0].mask ?? parts?.[0].probability ?? null;
    const spread = this.maxLength - this.minLength + 1;
    const length = given === null ? this.minLength + this.rng.integer(spread) : this.checkLength(given);
    const characters = parts?.[1];
    if (this.isEmptyMask(characters?.mask)) return '';
    const draw = () => this.charset[sampleIndex('Text', this.charset.length, this.rng, characters)];
    return Array.from({ length }, draw).join('');
  }

  private checkLength(length: unknown): number {
    const integer = typeof length === 'number' && Number.isInteger(length);
    if (integer && length >= this.minLength && length <= this.maxLength) return length;
    throw new InvalidProbability(
      `Text.sample: expected the length to be an integer from ${this.minLength} to ${this.maxLength}, got ${describe(length)}.`,
    );
  }

  private isEmptyMask(mask: unknown): boolean {
    const typed = mask instanceof Int8Array || mask instanceof Uint8Array;
    if (!typed || mask.length !== this.charset.length || mask.some((m) => m !== 0)) return false;
    if (this.minLength === 0) return true;
    throw new InvalidProbability(
      `Text.sample: expected the mask to allow a character, since minLength is ${this.minLength}, got all zeros.`,
    );
  }

  override contains(x: unknown): x is string {
    if (typeof x !== 'string') return false;
    const points = Array.from(x);
    const fits = points.length >= this.minLength && points.length <= this.maxLength;
    return fits && points.every((character) => this.indices.has(character));
  }

  /** Also compares the order of the characters, which decides what `flatten` gives. */
  override equals(other: unknown): boolean {
    return (
      other instanceof Text &&
      other.minLength === this.minLength &&
      other.maxLength === this.maxLength &&
      other.charset.join('') === this.charset.join('')
    );
  }

  override toJSON(): SpaceJSON {
    return {
      type: 'Text',
      minLength: this.minLength,
      maxLength: this.maxLength,
      charset: this.charset.join(''),
    };
  }

  override toString(): string {
    return `Text(${this.minLength}, ${this.maxLength}, charset=${this.charset.join('')})`;
  }

  override toJSONable(batch: readonly string[]): unknown[] {
    return [...batch];
  }

  override fromJSONable(items: unknown): string[] {
    return readItems(this, items);
  }
}

function characters(charset: string | ReadonlySet<string>): string[] {
  if (typeof charset !== 'string' && !(charset instanceof Set)) {
    throw new InvalidArgument(`Text: expected charset to be a string or a Set, got ${describe(charset)}.`);
  }
  const list = [...new Set<string>(charset)];
  const single = (character: unknown) => typeof character === 'string' && Array.from(character).length === 1;
  if (list.length === 0 || !list.every(single)) {
    throw new InvalidArgument(
      `Text: expected charset to hold one or more single characters, got ${describe(list)}.`,
    );
  }
  if (typeof charset === 'string') return list;
  return list.sort((a, b) => (a.codePointAt(0) as number) - (b.codePointAt(0) as number));
}
