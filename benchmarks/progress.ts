import type { RunEvent, RunSummary } from './runner.js';

/** Where progress is shown: a terminal gets a bar, anything else plain lines. */
export interface ProgressOptions {
  /** Default `process.stderr`. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Least time between two plain lines, in milliseconds. Default 5000. */
  readonly interval?: number;
}

/** Takes the events of a run, for `RunOptions.onEvent`, and shows them. */
export type ProgressSink = (event: RunEvent) => void;

/** How far a run is; the estimate counts only work of this run. */
export class Estimate {
  private readonly fractions = new Map<string, number>();
  private readonly begun: number;
  private ended = 0;

  constructor(
    readonly total: number,
    readonly skipped: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.begun = clock();
  }

  /** (cell, seed) pairs that are over, be it now or before. */
  get over(): number {
    return this.skipped + this.ended;
  }

  advance(label: string, fraction: number): void {
    this.fractions.set(label, fraction);
  }

  end(label: string): void {
    this.fractions.delete(label);
    this.ended++;
  }

  /** Share of the whole that is done, from 0 to 1. */
  get fraction(): number {
    return this.total === 0 ? 1 : (this.skipped + this.work) / this.total;
  }

  /** Seconds left, or undefined before any work is done. */
  get secondsLeft(): number | undefined {
    const left = this.total - this.skipped - this.work;
    if (this.work <= 0) return left === 0 ? 0 : undefined;
    return ((this.clock() - this.begun) / 1000) * (left / this.work);
  }

  private get work(): number {
    let running = 0;
    for (const fraction of this.fractions.values()) running += fraction;
    return this.ended + running;
  }
}

/** A sink that fits the stream: a progress bar on a terminal, else a line every few seconds. */
export async function createProgress(options: ProgressOptions = {}): Promise<ProgressSink> {
  const { stream = process.stderr, interval = 5000 } = options;
  return stream.isTTY === true ? barProgress(stream) : lineProgress(stream, interval);
}

function lineProgress(stream: NodeJS.WritableStream, interval: number): ProgressSink {
  const say = (text: string) => void stream.write(`${text}\n`);
  let estimate = new Estimate(0, 0);
  let experiment = '';
  let next = 0;
  const tick = () => {
    if (performance.now() < next) return;
    next = performance.now() + interval;
    say(`${experiment}: ${position(estimate)}`);
  };
  return (event) => {
    if (event.type === 'start') {
      ({ experiment } = event);
      estimate = new Estimate(event.total, event.skipped);
      next = performance.now() + interval;
    }
    for (const line of announcements(event)) say(line);
    track(event, estimate);
    if (event.type === 'cell-progress' || event.type === 'cell-done') tick();
  };
}

async function barProgress(stream: NodeJS.WritableStream): Promise<ProgressSink> {
  const { MultiBar } = (await import('cli-progress')).default;
  const bars = new MultiBar({
    stream,
    format: '{experiment} {bar} {position} {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    linewrap: false,
    forceRedraw: true,
    gracefulExit: false,
  });
  let bar: ReturnType<typeof bars.create> | undefined;
  let estimate = new Estimate(0, 0);
  let note = '';
  return (event) => {
    if (event.type === 'start') estimate = new Estimate(event.total, event.skipped);
    track(event, estimate);
    if (event.type === 'cell-progress') note = [event.label, event.note].filter(Boolean).join(': ');
    const payload = { experiment: 'experiment' in event ? event.experiment : undefined };
    const shown = { position: position(estimate), note };
    if (event.type === 'end') {
      bars.update();
      bars.stop();
    }
    for (const line of announcements(event))
      if (bar === undefined || event.type === 'end') stream.write(`${line}\n`);
      else bars.log(`${line}\n`);
    if (event.type === 'start') bar = bars.create(1, estimate.fraction, { ...payload, ...shown });
    else if (event.type !== 'end') bar?.update(estimate.fraction, shown);
  };
}

function track(event: RunEvent, estimate: Estimate): void {
  if (event.type === 'cell-progress') estimate.advance(event.label, event.fraction);
  if (event.type === 'cell-done' || event.type === 'cell-failed') estimate.end(event.label);
}

function position(estimate: Estimate): string {
  const left = estimate.secondsLeft;
  const percent = `${Math.floor(100 * estimate.fraction)} %`;
  return `${estimate.over}/${estimate.total} done, ${percent}, ETA ${left === undefined ? '?' : duration(left)}`;
}

function announcements(event: RunEvent): string[] {
  if (event.type === 'start')
    return [
      `${event.experiment}: ${event.total} cells, ${event.skipped} of them already done, ${event.jobs} jobs, results in ${event.directory}`,
    ];
  if (event.type === 'note') return [`note: ${event.text}`];
  if (event.type === 'cell-failed') return [`failed: ${event.label}: ${event.error}`];
  if (event.type === 'end') return ending(event.summary);
  return [];
}

function ending(summary: RunSummary): string[] {
  const { experiment, finished, skipped, failures, interrupted, total, seconds } = summary;
  const lines = [
    `${experiment}: ${interrupted ? 'interrupted' : 'ended'} after ${duration(seconds)}: ${finished} done, ${skipped} already there, ${failures.length} failed, of ${total}`,
  ];
  if (interrupted || failures.length > 0) lines.push(`To run what is missing: ${summary.resumeCommand}`);
  return lines;
}

/** `75` as `1 min 15 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
