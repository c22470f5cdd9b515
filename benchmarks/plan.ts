import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { makeGame } from '../envs/index.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { Cell, Experiment } from './experiment.js';
import { type About, type CellConfig, parseAbout } from './result-schema.js';
import { readSeed } from './results.js';
import type { RunEvent } from './runner.js';
import {
  canonicalJson,
  cellSlugs,
  configurationHash,
  FILES,
  makeFolder,
  packageVersion,
  resultHash,
  writeAtomically,
} from './storage.js';
import type { Task } from './worker.js';

type Emit = (event: RunEvent) => void;

/**
 * The (cell, seed) pairs of an experiment, all cells of a seed before those of the next.
 *
 * @throws InvalidArgument for a bad id or chart, and for cells that are no plain data or not apart
 */
export function planTasks(experiment: Experiment, seeds: number, out: string): Task[] {
  requireId(experiment.id);
  const { id } = experiment;
  const about = aboutOf(experiment);
  const slugs = cellSlugs(experiment.cells);
  const version = packageVersion();
  const machine = describeMachine();
  const tasks: Task[] = [];
  for (let seed = 0; seed < seeds; seed++)
    experiment.cells.forEach((original, i) => {
      const cell = JSON.parse(canonicalJson(original, `${id}.cells[${i}]`)) as CellConfig['cell'];
      const hash = resultHash(configurationHash(id, cell, version), seed);
      const config = { hash, experiment: about, cell, seed, version, machine };
      tasks.push({ directory: join(out, id, slugs[i], `seed-${seed}`), config });
    });
  return tasks;
}

/** Refuses an experiment with a cell that cannot run. @throws InvalidArgument, one line */
export function requireCells({ cells, check = makes }: Experiment): void {
  for (const cell of cells) check(cell);
}

function makes({ game, parameters }: Cell): void {
  makeGame(game, parameters);
}

function aboutOf(experiment: Experiment): About {
  const { id, title, description, figure, reference, valueTitle, charts, extras } = experiment;
  const all = { id, title, description, figure, reference, valueTitle, charts, extras };
  const about = JSON.parse(JSON.stringify(all));
  try {
    return parseAbout(about, `experiment ${id}`);
  } catch (error) {
    throw new InvalidArgument((error as Error).message.replace(/^Damaged /, 'Bad '));
  }
}

function describeMachine(): CellConfig['machine'] {
  const processors = cpus();
  return {
    node: process.version,
    platform: `${platform()} ${process.arch}`,
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
  };
}

/** Makes the folder of an experiment and proves that it can be written, or says in one line why not. */
export function prepareFolder(id: string, out: string): string {
  const directory = join(out, id);
  const probe = join(directory, `.probe-${process.pid}`);
  try {
    makeFolder(resolve(directory));
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new InvalidArgument(
      `--out must be a folder that can be written, got ${describe(out)}: ${(error as Error).message}.`,
    );
  }
  return directory;
}

/** Refuses a folder with anything in it but hidden files, such as the lock. */
export function requireNoResults(directory: string): void {
  if (readdirSync(directory).every((name) => name.startsWith('.'))) return;
  throw new InvalidArgument(
    `${describe(directory)} already holds results; pass --resume to keep them and run what is missing, or choose another --out.`,
  );
}

/** The tasks without a finished result of the same configuration. Finished ones get what the experiment now says of itself. */
export function withoutFinished(tasks: readonly Task[], emit: Emit): Task[] {
  const outdated: Task[] = [];
  const missing = tasks.filter((task) => {
    const state = stateOf(task, emit);
    if (state === 'outdated') outdated.push(task);
    return state !== 'finished';
  });
  if (outdated.length > 0)
    emit({
      type: 'note',
      text: `Of another configuration or version, to be run again: ${outdated.length}, the first is ${outdated[0].directory}.`,
    });
  return missing;
}

function stateOf(task: Task, emit: Emit): 'finished' | 'outdated' | 'missing' {
  if (!existsSync(join(task.directory, FILES.result))) return 'missing';
  try {
    const { config } = readSeed(task.directory);
    if (config.hash !== task.config.hash) return 'outdated';
    refreshAbout(task, config);
    return 'finished';
  } catch (error) {
    emit({ type: 'note', text: `${(error as Error).message} It runs again.` });
    return 'missing';
  }
}

/** Title, charts and the like are no part of what makes a result outdated: only their words are put in place. */
function refreshAbout({ directory, config: { experiment } }: Task, config: CellConfig): void {
  if (canonicalJson(experiment) === canonicalJson(config.experiment)) return;
  const text = JSON.stringify({ ...config, experiment }, null, 2);
  writeAtomically(join(directory, FILES.config), `${text}\n`);
}

/** Says which folders belong to no cell of the experiment as it is now. */
export function noteStrangers(directory: string, tasks: readonly Task[], emit: Emit): void {
  const known = new Set(tasks.map((task) => resolve(task.directory, '..')));
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory() && !known.has(resolve(directory, entry.name)))
      emit({
        type: 'note',
        text: `${join(directory, entry.name)} is no cell of this experiment; it stays as it is.`,
      });
}

function requireId(id: string): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(id) || id === 'report')
    throw new InvalidArgument(
      `An experiment id must be lower-case letters, digits and hyphens, and not "report", got ${describe(id)}.`,
    );
}
