import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, GymError, InvalidArgument } from '../gymnasium/error.js';
import type { Cell } from './experiment.js';

/** A file of a results folder is missing, damaged or contradicts the others. */
export class ResultsError extends GymError {}

/** Names of the files in the folder of one (cell, seed). */
export const FILES = { config: 'config.json', curve: 'curve.jsonl', result: 'result.json' } as const;

/** JSON text with sorted keys and without `undefined` members; refuses whatever JSON would lose. */
export function canonicalJson(value: unknown, where = 'value'): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((item, i) => canonicalJson(item, `${where}[${i}]`)).join(',')}]`;
  if (isPlainObject(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], `${where}.${key}`)}`);
    return `{${members.join(',')}}`;
  }
  throw new InvalidArgument(
    `${where} must be plain JSON data with finite numbers only, got ${describe(value)}.`,
  );
}

/** True for object literals and what `JSON.parse` makes of `{...}`. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The first 16 hexadecimal digits of the SHA-256 of the canonical JSON of `value`. */
export function hashOf(value: unknown, where?: string): string {
  return hashOfText(canonicalJson(value, where));
}

/** The first 16 hexadecimal digits of the SHA-256 of a text. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Hash of what decides the outcome of a cell, but for the seed. */
export function configurationHash(experiment: string, cell: Cell, version: string): string {
  return hashOf({ experiment, cell, version }, 'experiment');
}

/** Hash of what decides one result: experiment, cell, seed and package version. */
export function resultHash(configuration: string, seed: number): string {
  return hashOf({ configuration, seed });
}

/** A folder name for each cell: game, leader and oracle, with a hash where these alone are not unique. */
export function cellSlugs(cells: readonly Cell[]): string[] {
  const names = cells.map((cell) => [cell.gameName, cell.leader, cell.oracle].map(slug).join('.'));
  const slugs = names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name) ? name : `${name}.${hashOf(cells[i]).slice(0, 8)}`,
  );
  const twin = slugs.findIndex((name, i) => slugs.indexOf(name) !== i);
  if (twin >= 0)
    throw new InvalidArgument(
      `The cells of an experiment must differ, got ${describe(slugs[twin])} more than once.`,
    );
  return slugs;
}

function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '-') || '-';
}

/** Writes a file so that it is either wholly there or not at all, whatever interrupts. */
export function writeAtomically(path: string, text: string): void {
  const temporary = `${path}.tmp-${process.pid}`;
  const file = openSync(temporary, 'w');
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Makes a folder and those above it, one at a time: Node's own recursive `mkdir` never returns where a file system
 * answers that a new folder does not exist, as /proc does.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw new Error(`${path} is not a folder`);
    return;
  }
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The names in a folder that are folders themselves, sorted; none if it does not exist. */
export function subfolders(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) {
    throw new InvalidArgument(`Expected a folder of results, got the file ${describe(path)}.`);
  }
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

let version: string | undefined;

/** The version in the `package.json` of this package, from sources and from the build alike. */
export function packageVersion(): string {
  if (version === undefined) {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
    version = String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  }
  return version;
}
