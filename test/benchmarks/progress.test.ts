import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createProgress, duration, Estimate } from '../../benchmarks/progress.js';
import type { RunEvent, RunSummary } from '../../benchmarks/runner.js';

class Sink extends Writable {
  text = '';
  columns = 120;
  constructor(readonly isTTY = false) {
    super();
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
  cursorTo = () => true;
  clearLine = () => true;
  moveCursor = () => true;
}

const summary: RunSummary = {
  experiment: 'demo',
  directory: 'runs/demo',
  total: 3,
  finished: 1,
  skipped: 1,
  failures: [{ directory: 'd', label: 'chicken', error: 'it broke' }],
  interrupted: false,
  seconds: 75,
  exitCode: 1,
  resumeCommand: 'stackelberg-gym bench demo --resume',
};

const events: RunEvent[] = [
  { type: 'start', experiment: 'demo', directory: 'runs/demo', total: 3, skipped: 1, jobs: 2 },
  { type: 'cell-start', label: 'battle' },
  { type: 'cell-progress', label: 'battle', fraction: 0.5, note: 'value 30' },
  { type: 'cell-done', label: 'battle', result: {} as never },
  { type: 'cell-failed', label: 'chicken', error: 'it broke' },
  { type: 'end', summary },
];

describe('Estimate', () => {
  it('reckons the time left from the work of this run alone', () => {
    let now = 0;
    const estimate = new Estimate(10, 4, () => now);
    expect(estimate.secondsLeft).toBeUndefined();
    now = 30_000;
    estimate.end('a');
    estimate.advance('b', 0.5);
    expect(estimate.fraction).toBeCloseTo(0.55, 12);
    expect(estimate.secondsLeft).toBeCloseTo(90, 9);
    expect(estimate.over).toBe(5);
  });
});

describe('createProgress', () => {
  it('says a start line, at most one line an interval, failures at once and an end line', async () => {
    const sink = new Sink();
    const show = await createProgress({ stream: sink, interval: 60_000 });
    for (const event of events) show(event);
    expect(sink.text.trim().split('\n')).toEqual([
      'demo: 3 cells, 1 of them already done, 2 jobs, results in runs/demo',
      'failed: chicken: it broke',
      'demo: ended after 1 min 15 s: 1 done, 1 already there, 1 failed, of 3',
      'To run what is missing: stackelberg-gym bench demo --resume',
    ]);
  });

  it('gives the position when the interval is over', async () => {
    const sink = new Sink();
    const show = await createProgress({ stream: sink, interval: 0 });
    for (const event of events) show(event);
    expect(sink.text).toMatch(/demo: 1\/3 done, 50 %, ETA /);
    expect(sink.text).toMatch(/demo: 2\/3 done, 66 %, ETA /);
  });

  it('draws a bar on a terminal and keeps failures and the end line readable', async () => {
    const sink = new Sink(true);
    const show = await createProgress({ stream: sink });
    for (const event of events) show(event);
    expect(sink.text).toContain('█');
    expect(sink.text).toContain('failed: chicken: it broke');
    expect(sink.text).toMatch(/demo: ended after 1 min 15 s: 1 done/);
  });
});

describe('duration', () => {
  it('is short', () => {
    expect([1.25, 59.7, 75, 3725].map(duration)).toEqual(['1.3 s', '1 min 0 s', '1 min 15 s', '1 h 2 min']);
  });
});
