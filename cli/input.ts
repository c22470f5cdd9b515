import { readFileSync } from 'node:fs';
import type { TieBreaking } from '../envs/core/stackelberg.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { FollowerInput } from '../solvers/follower-model.js';

/**
 * The value of `--params`: inline JSON or `@file`.
 *
 * @throws InvalidArgument if the file cannot be read or the text is not a JSON object
 */
export function readParameters(text: string): Record<string, unknown> {
  return readObject('--params', text.startsWith('@') ? readText('--params', text.slice(1)) : text);
}

/** A JSON object given on the command line. @throws InvalidArgument naming the option if it is none */
export function readObject(option: string, text: string): Record<string, unknown> {
  const value = readJson(option, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgument(`${option}: expected a JSON object, got ${describe(value)}.`);
  }
  return value as Record<string, unknown>;
}

/** The text of a file. @throws InvalidArgument naming the option if it cannot be read */
export function readText(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidArgument(
      `${option}: expected a readable file, got ${describe(path)}: ${(error as Error).message}.`,
    );
  }
}

function readJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, ' ');
    throw new InvalidArgument(`${option}: expected JSON, got ${describe(text)}: ${reason}.`);
  }
}

/** A JSON list given on the command line, or `@file`. @throws InvalidArgument naming the option if it is none */
export function readList(option: string, text: string): readonly unknown[] {
  const value = readJson(option, text.startsWith('@') ? readText(option, text.slice(1)) : text);
  if (Array.isArray(value)) return value;
  throw new InvalidArgument(`${option}: expected a JSON list, got ${describe(value)}.`);
}

/** A word, or a JSON object such as `{"kind":"quantal","rationality":2}`. */
export function readFollower(text: string | undefined): FollowerInput | undefined {
  if (text === undefined || !text.trimStart().startsWith('{')) return text as FollowerInput | undefined;
  return readObject('--follower', text) as unknown as FollowerInput;
}

/** How ties are broken, in words. */
export const tieWords: Readonly<Record<TieBreaking, string>> = {
  leader: 'for the leader',
  against: 'against the leader',
  lowest: 'by the lowest action',
};

/** A number for a terminal. */
export function digits(value: number): string {
  return String(Number(value.toPrecision(12)));
}

/** A difference for a terminal: 0 where it is the rounding of what it was taken of, or beside which it stands. */
export function difference(value: number, ...sizes: readonly number[]): string {
  const scale = Math.max(...sizes.map(Math.abs)) || 1;
  return digits(Math.abs(value) < 1e-12 * scale ? 0 : value);
}

/** A whole number of at least `least` given on the command line. */
export function readInteger(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgument(
      `${option}: expected a whole number of at least ${least}, got ${describe(text)}.`,
    );
  }
  return value;
}

/** A positive number given on the command line. */
export function readNumber(option: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < Infinity)) {
    throw new InvalidArgument(`${option}: expected a positive number, got ${describe(text)}.`);
  }
  return value;
}

/** Prints one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
