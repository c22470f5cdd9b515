import { Worker } from 'node:worker_threads';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { CellResult, Experiment } from './experiment.js';
import { lockFolder } from './lock.js';
import {
  noteStrangers,
  planTasks,
  prepareFolder,
  requireCells,
  requireNoResults,
  withoutFinished,
} from './plan.js';
import type { Task, WorkerMessage } from './worker.js';

/** Options of {@link runExperiment}. */
export interface RunOptions {
  /** Number of seeds, 0 to n - 1; the experiment's own by default. */
  readonly seeds?: number;
  /** Worker threads. Default 2. */
  readonly jobs?: number;
  /** Results folder. Default `runs`. */
  readonly out?: string;
  /** Keep finished cells of the same configuration and run the others. */
  readonly resume?: boolean;
  /** Stops the run, keeping finished cells. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Module whose export `experiments` holds the experiment under its id, for the workers to import. */
  readonly module?: string | URL;
}

/** A cell that did not finish, and why. */
export interface Failure {
  readonly directory: string;
  readonly label: string;
  readonly error: string;
}

/** How a run ended. */
export interface RunSummary {
  readonly experiment: string;
  readonly directory: string;
  /** (cell, seed) pairs asked for; then how many ran now, and how many were there already. */
  readonly total: number;
  readonly finished: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  readonly interrupted: boolean;
  readonly seconds: number;
  /** 0; 1 if a cell failed; 130 if interrupted. */
  readonly exitCode: 0 | 1 | 130;
  /** The command that runs what is missing. */
  readonly resumeCommand: string;
}

/** What happens during a run, in order. */
export type RunEvent =
  | {
      readonly type: 'start';
      readonly experiment: string;
      readonly directory: string;
      readonly total: number;
      readonly skipped: number;
      readonly jobs: number;
    }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'cell-start'; readonly label: string }
  | {
      readonly type: 'cell-progress';
      readonly label: string;
      readonly fraction: number;
      readonly note?: string;
    }
  | { readonly type: 'cell-done'; readonly label: string; readonly result: CellResult }
  | { readonly type: 'cell-failed'; readonly label: string; readonly error: string }
  | { readonly type: 'end'; readonly summary: RunSummary };

interface Run {
  readonly queue: Task[];
  readonly module: string;
  readonly signal?: AbortSignal;
  readonly emit: (event: RunEvent) => void;
  readonly failures: Failure[];
  finished: number;
}

/**
 * Runs every (cell, seed) of an experiment in worker threads, a folder each under `<out>/<experiment>/`.
 *
 * @throws InvalidArgument for bad options, a cell that cannot run, a folder that cannot be written, holds results already (without `resume`) or is in the
 * hands of another run
 */
export async function runExperiment(experiment: Experiment, options: RunOptions = {}): Promise<RunSummary> {
  const { seeds = experiment.seeds, jobs = 2, out = 'runs', resume = false } = options;
  requirePositive('seeds', seeds);
  requirePositive('jobs', jobs);
  const tasks = planTasks(experiment, seeds, out);
  requireCells(experiment);
  const directory = prepareFolder(experiment.id, out);
  const unlock = lockFolder(directory);
  try {
    if (!resume) requireNoResults(directory);
    const summary = await runTasks(tasks, directory, { ...options, seeds, jobs, out }, experiment.id);
    options.onEvent?.({ type: 'end', summary });
    return summary;
  } finally {
    unlock();
  }
}

async function runTasks(
  tasks: readonly Task[],
  directory: string,
  options: RunOptions & { readonly jobs: number },
  experiment: string,
): Promise<RunSummary> {
  const begun = performance.now();
  const { seeds, jobs, out, signal, onEvent: emit = () => {} } = options;
  const queue = withoutFinished(tasks, emit);
  const counts = { experiment, directory, total: tasks.length };
  const skipped = tasks.length - queue.length;
  emit({ type: 'start', ...counts, skipped, jobs });
  noteStrangers(directory, tasks, emit);
  const module = new URL(options.module ?? './experiments/index.js', import.meta.url).href;
  const run: Run = { queue, module, signal, emit, failures: [], finished: 0 };
  await Promise.all(Array.from({ length: Math.min(jobs, queue.length) }, () => runLane(run)));
  const interrupted = signal?.aborted === true && run.finished + run.failures.length + skipped < tasks.length;
  return {
    ...counts,
    finished: run.finished,
    skipped,
    failures: run.failures,
    interrupted,
    seconds: (performance.now() - begun) / 1000,
    exitCode: interrupted ? 130 : run.failures.length > 0 ? 1 : 0,
    resumeCommand: `stackelberg-gym bench ${experiment} --seeds ${seeds} --jobs ${jobs} --out ${out} --resume`,
  };
}

/** A signal that the first Ctrl-C (or SIGTERM) raises; a second one ends the process at once. */
export function abortOnInterrupt(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, stop);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, stop);
    },
  };
}

async function runLane(run: Run): Promise<void> {
  let worker: Worker | undefined;
  while (run.signal?.aborted !== true) {
    const task = run.queue.shift();
    if (task === undefined) break;
    worker ??= startWorker(run);
    const outcome = await runInWorker(worker, task, run);
    if (outcome === 'stopped') break;
    if (outcome === 'crashed') worker = undefined;
  }
  await worker?.terminate();
}

function startWorker(run: Run): Worker {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { experiments: run.module },
  });
  return worker.on('error', () => {});
}

type Outcome = 'answered' | 'crashed' | 'stopped';

function runInWorker(worker: Worker, task: Task, run: Run): Promise<Outcome> {
  const label = taskLabel(task);
  run.emit({ type: 'cell-start', label });
  return new Promise((settle) => {
    const finish = (outcome: Outcome) => {
      worker.off('message', heard).off('error', crashed).off('exit', exited);
      run.signal?.removeEventListener('abort', stopped);
      settle(outcome);
    };
    const heard = (message: WorkerMessage) => {
      if (hear(message, run, task)) finish('answered');
    };
    const crashed = (error: unknown) => {
      fail(run, task, `The worker crashed: ${error instanceof Error ? error.stack : error}`);
      finish('crashed');
    };
    const exited = (code: number) => {
      fail(run, task, `The worker exited with code ${code} before the cell ended.`);
      finish('crashed');
    };
    const stopped = () => finish('stopped');
    worker.on('message', heard).on('error', crashed).on('exit', exited);
    run.signal?.addEventListener('abort', stopped);
    worker.postMessage(task);
  });
}

function hear(message: WorkerMessage, run: Run, task: Task): boolean {
  const label = taskLabel(task);
  if (message.type === 'progress') {
    run.emit({ type: 'cell-progress', label, fraction: message.fraction, note: message.note });
    return false;
  }
  if (message.type === 'failed') fail(run, task, message.error);
  else {
    run.finished++;
    run.emit({ type: 'cell-done', label, result: message.result });
  }
  return true;
}

function fail(run: Run, task: Task, error: string): void {
  const label = taskLabel(task);
  run.failures.push({ directory: task.directory, label, error });
  run.emit({ type: 'cell-failed', label, error });
}

function taskLabel({ config: { cell, seed } }: Task): string {
  return `${cell.gameName} ${cell.leader} ${cell.oracle} seed ${seed}`;
}

function requirePositive(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgument(`--${name} must be a positive integer, got ${describe(value)}.`);
}
