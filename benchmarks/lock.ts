import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, InvalidArgument } from '../gymnasium/error.js';

const LOCK_FILE = '.lock';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the units of its system; tells it from a later process of the same number. */
  readonly began?: string;
}

/**
 * Takes the lock of a folder, so that no two runs write into it at once, and returns what gives it back. It is given back at the
 * exit of the process as well; a lock left by a killed process of this machine is taken over.
 *
 * @throws InvalidArgument if a living process, or one of another machine, holds it
 */
export function lockFolder(directory: string): () => void {
  const path = join(directory, LOCK_FILE);
  const text = `${JSON.stringify(self())}\n`;
  if (!create(path, text)) {
    removeStale(path, directory);
    if (!create(path, text)) throw held(directory, path, read(path));
  }
  const release = () => {
    process.off('exit', release);
    if (read(path) === text) rmSync(path, { force: true });
  };
  process.on('exit', release);
  return release;
}

function self(): Holder {
  return { pid: process.pid, host: hostname(), began: beginningOf(process.pid) };
}

/** Linking a whole file into place is atomic: nobody sees a lock without its holder. Some file systems have no links. */
function create(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    return attempt(() => linkSync(draft, path), 'EEXIST');
  } catch {
    return attempt(() => writeFileSync(path, text, { flag: 'wx' }), 'EEXIST');
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whether an action succeeds; an error of another code than the expected one is thrown. */
function attempt(action: () => void, expected: string): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === expected) return false;
    throw error;
  }
}

/** Moves a dead process's lock aside; if another took it over in between, that one's lock is put back. */
function removeStale(path: string, directory: string): void {
  const text = read(path);
  if (text === undefined) return;
  if (isAlive(text)) throw held(directory, path, text);
  const aside = `${path}.stale-${process.pid}`;
  if (!attempt(() => renameSync(path, aside), 'ENOENT')) return;
  const moved = read(aside);
  rmSync(aside, { force: true });
  if (moved !== text && moved !== undefined) {
    create(path, moved);
    throw held(directory, path, moved);
  }
}

function held(directory: string, path: string, text: string | undefined): InvalidArgument {
  const holder = parse(text);
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  return new InvalidArgument(
    `${describe(directory)}: expected no other run in this folder, got ${who}; wait for it, choose another --out, or remove ${path} if it no longer runs.`,
  );
}

function isAlive(text: string): boolean {
  const holder = parse(text);
  if (holder === undefined) return false;
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isDefunct(holder.pid) && holder.began === beginningOf(holder.pid);
}

function parse(text: string | undefined): Holder | undefined {
  try {
    const { pid, host, began } = JSON.parse(text ?? '');
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string'
      ? { pid, host, began }
      : undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether a process has ended and only waits for its parent to ask how: a killed one may stay so for long. */
function isDefunct(pid: number): boolean {
  return ['Z', 'X'].includes(statusOf(pid)?.[0] ?? '');
}

function beginningOf(pid: number): string | undefined {
  return statusOf(pid)?.[19];
}

/** /proc/<pid>/stat from its third field, the state, on; undefined where there is no such file. */
function statusOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}
