import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { GymError, InvalidArgument, unknownName } from '../gymnasium/error.js';
import type { Cell, CellContext, CellResult, CurvePoint, Experiment } from './experiment.js';
import { writePicture } from './pictures.js';
import { type CellConfig, parsePoint, parseResult, resultText } from './result-schema.js';
import { canonicalJson, FILES, makeFolder, ResultsError, writeAtomically } from './storage.js';

/** What the runner hands to a worker: one (cell, seed) and the folder for its files. */
export interface Task {
  readonly directory: string;
  readonly config: CellConfig;
}

/** What a worker hands back. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly fraction: number; readonly note?: string }
  | { readonly type: 'done'; readonly result: CellResult }
  | { readonly type: 'failed'; readonly error: string };

/** Runs one cell of an experiment and checks what it returns. */
export async function runCell(
  experiment: Experiment,
  cell: Cell,
  seed: number,
  context: CellContext,
): Promise<CellResult> {
  const where = `result of ${experiment.id} ${cell.gameName} ${cell.leader} ${cell.oracle} seed ${seed}`;
  const result = parseResult(await experiment.run(cell, seed, context), where);
  canonicalJson(result.extra ?? {}, `Field extra of the ${where}`);
  return result;
}

/** Runs a task and leaves its three files and its pictures, `result.json` last. */
export async function runTask(
  task: Task,
  experiment: Experiment,
  report: CellContext['progress'],
): Promise<CellResult> {
  const { directory, config } = task;
  rmSync(directory, { recursive: true, force: true });
  makeFolder(resolve(directory));
  writeAtomically(join(directory, FILES.config), `${JSON.stringify(config, null, 2)}\n`);
  const curve = new CurveWriter(join(directory, FILES.curve));
  try {
    const context: CellContext = {
      metric: (point) => curve.append(point),
      picture: (name, svg) => writePicture(directory, name, svg),
      progress: report,
    };
    const result = await runCell(experiment, config.cell, config.seed, context);
    writeAtomically(join(directory, FILES.result), resultText(result, curve.finish()));
    return result;
  } finally {
    curve.close();
  }
}

class CurveWriter {
  private readonly file: number;
  private last = 0;

  constructor(private readonly path: string) {
    this.file = openSync(path, 'w');
  }

  append(point: CurvePoint): void {
    parsePoint(point, `point of ${this.path}`);
    if (point.steps < this.last)
      throw new InvalidArgument(
        `The steps of a learning curve must not decrease: expected at least ${this.last}, got ${point.steps}.`,
      );
    this.last = point.steps;
    writeSync(this.file, `${JSON.stringify(point)}\n`);
  }

  /** Makes sure that the file is on the disk, and returns its text. */
  finish(): string {
    fsyncSync(this.file);
    return readFileSync(this.path, 'utf8');
  }

  close(): void {
    closeSync(this.file);
  }
}

const PROGRESS_INTERVAL_MS = 200;

function throttledProgress(send: (message: WorkerMessage) => void): CellContext['progress'] {
  let next = 0;
  return (fraction, note) => {
    const now = performance.now();
    if (now < next) return;
    next = now + PROGRESS_INTERVAL_MS;
    send({ type: 'progress', fraction: Math.min(1, Math.max(0, fraction || 0)), note });
  };
}

async function findExperiment(specifier: string, id: string): Promise<Experiment> {
  const { experiments } = (await import(specifier)) as { experiments: Record<string, Experiment> };
  if (!Object.hasOwn(experiments, id))
    throw new InvalidArgument(unknownName('experiment', id, Object.keys(experiments)));
  return experiments[id];
}

async function answer(task: Task, send: (message: WorkerMessage) => void): Promise<void> {
  try {
    const experiment = await findExperiment(workerData.experiments, task.config.experiment.id);
    send({ type: 'done', result: await runTask(task, experiment, throttledProgress(send)) });
  } catch (error) {
    send({ type: 'failed', error: explain(error) });
  }
}

function explain(error: unknown): string {
  if (error instanceof ResultsError) return error.message.replace(/^Damaged /, 'Bad ');
  if (error instanceof GymError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

parentPort?.on('message', (task: Task) => {
  void answer(task, (message) => parentPort!.postMessage(message));
});
