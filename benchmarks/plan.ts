import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { Experiment } from './experiment.js';
import { type CellConfig, readSeed } from './results.js';
import type { RunEvent } from './runner.js';
import {
  canonicalJson,
  cellSlugs,
  configurationHash,
  FILES,
  makeFolder,
  packageVersion,
  resultHash,
} from './storage.js';
import type { Task } from './worker.js';

type Emit = (event: RunEvent) => void;

/** The (cell, seed) pairs of an experiment, all cells of a seed before those of the next. */
export function planTasks(experiment: Experiment, seeds: number, out: string): Task[] {
  requireId(experiment.id);
  const { id, title, description, figure } = experiment;
  const slugs = cellSlugs(experiment.cells);
  const version = packageVersion();
  const machine = describeMachine();
  const tasks: Task[] = [];
  for (let seed = 0; seed < seeds; seed++)
    experiment.cells.forEach((original, i) => {
      const cell = JSON.parse(canonicalJson(original, `${id}.cells[${i}]`)) as CellConfig['cell'];
      const hash = resultHash(configurationHash(id, cell, version), seed);
      const config = { hash, experiment: { id, title, description, figure }, cell, seed, version, machine };
      tasks.push({ directory: join(out, id, slugs[i], `seed-${seed}`), config });
    });
  return tasks;
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
export function prepareFolder(id: string, out: string, resume: boolean): string {
  const directory = join(out, id);
  const probe = join(directory, `.probe-${process.pid}`);
  let entries: string[];
  try {
    makeFolder(resolve(directory));
    entries = readdirSync(directory);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new InvalidArgument(
      `--out must be a folder that can be written, got ${describe(out)}: ${(error as Error).message}.`,
    );
  }
  if (!resume && entries.length > 0)
    throw new InvalidArgument(
      `${describe(directory)} already holds results; pass --resume to keep them and run what is missing, or choose another --out.`,
    );
  return directory;
}

/** The tasks without a finished result of the same configuration. */
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
    return readSeed(task.directory).config.hash === task.config.hash ? 'finished' : 'outdated';
  } catch (error) {
    emit({ type: 'note', text: `${(error as Error).message} It runs again.` });
    return 'missing';
  }
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
