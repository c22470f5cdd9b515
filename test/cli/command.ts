import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The build that the tests of the command line and of the package run. */
export const build = resolve(process.env.STACKELBERG_GYM_DIST ?? 'dist');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `node` in a child process. */
export function startNode(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((settle) => child.on('close', (code) => settle({ code, stdout, stderr })));
  return { child, ended };
}

/** Starts the compiled `stackelberg-gym`. */
export function start(args: readonly string[]): ReturnType<typeof startNode> {
  const main = join(build, 'cli', 'main.js');
  if (!existsSync(main)) throw new Error(`Expected a build with ${main}, got none: run \`npm run build\`.`);
  return startNode([main, ...args]);
}

/** Runs the compiled `stackelberg-gym` to its end. */
export const gym = (args: readonly string[]): Promise<Ended> => start(args).ended;

/** A fresh empty folder. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'cli-test-'));
