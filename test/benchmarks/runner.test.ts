import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contents, type Ended, emptyFolder, labels, runDemo } from './fixtures/child.js';

const summaryOf = (ended: Ended) => ended.events.at(-1).summary;

describe('runExperiment', () => {
  it('leaves a config, a curve and a result a (cell, seed), and ends with 0', async () => {
    const out = emptyFolder();
    const ended = await runDemo('demo', { out, seeds: 2 });
    expect(ended.code).toBe(0);
    expect(summaryOf(ended)).toMatchObject({ total: 6, finished: 6, skipped: 0, interrupted: false });
    const folder = join(out, 'demo', 'chicken.pg.exact', 'seed-1');
    expect(readdirSync(folder).sort()).toEqual(['config.json', 'curve.jsonl', 'result.json']);
    expect(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8'))).toMatchObject({ learned: 30.9 });
    expect(readFileSync(join(folder, 'curve.jsonl'), 'utf8').trim().split('\n')).toHaveLength(5);
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).cell.gameName).toBe('chicken');
  });

  it('refuses a folder that holds results unless it resumes', async () => {
    const out = emptyFolder();
    await runDemo('demo', { out, seeds: 1 });
    const before = contents(out);
    const again = await runDemo('demo', { out, seeds: 1 });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/already holds results; pass --resume .* or choose another --out\.\n$/);
    expect(contents(out)).toEqual(before);
    const more = await runDemo('demo', { out, seeds: 2, resume: true });
    expect(summaryOf(more)).toMatchObject({ skipped: 3, finished: 3, exitCode: 0 });
  });

  it('after kill -9 and --resume has the results of an uninterrupted run, running only what was missing', async () => {
    const whole = emptyFolder();
    const out = emptyFolder();
    await runDemo('slow', { out: whole, seeds: 2, jobs: 2 });
    const killed = await runDemo('slow', { out, seeds: 2, jobs: 2 }, (event, child) => {
      if (event.type === 'cell-progress' && event.fraction > 0.2 && event.label.startsWith('battle'))
        child.kill('SIGKILL');
    });
    expect(killed.code).toBeNull();
    const kept = Object.keys(contents(out)).filter((path) => path.endsWith('result.json'));
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.length).toBeLessThan(6);
    const leftover = join(out, 'slow', 'battle.pg.exact', 'seed-0');
    expect(existsSync(join(leftover, 'result.json'))).toBe(false);
    writeFileSync(join(leftover, 'result.json.tmp-1'), '{"exact":');
    const resumed = await runDemo('slow', { out, seeds: 2, jobs: 2, resume: true });
    expect(resumed.code).toBe(0);
    expect(summaryOf(resumed)).toMatchObject({ skipped: kept.length, finished: 6 - kept.length });
    expect(labels(resumed, 'cell-start')).toHaveLength(6 - kept.length);
    expect(contents(out)).toEqual(contents(whole));
  });

  it('stops at Ctrl-C even in a busy loop, keeps what is finished, ends with 130 and says how to go on', async () => {
    const out = emptyFolder();
    const ended = await runDemo('stuck', { out, seeds: 1, jobs: 2 }, (event, child) => {
      if (event.type === 'cell-done') child.kill('SIGINT');
    });
    expect(ended.code).toBe(130);
    expect(summaryOf(ended)).toMatchObject({
      interrupted: true,
      finished: 1,
      resumeCommand: `stackelberg-gym bench stuck --seeds 1 --jobs 2 --out ${out} --resume`,
    });
    expect(existsSync(join(out, 'stuck', 'stag_hunt.pg.exact', 'seed-0', 'result.json'))).toBe(true);
  });

  it('reports cells that throw, kill their worker or return NaN, and runs the others', async () => {
    const out = emptyFolder();
    const ended = await runDemo('troubled', { out, seeds: 1, jobs: 1 });
    expect(ended.code).toBe(1);
    expect(labels(ended, 'cell-done')).toEqual(['stag_hunt pg exact seed 0', 'chicken pg exact seed 0']);
    const [thrown, exited, nan] = summaryOf(ended).failures.map(
      (failure: { error: string }) => failure.error,
    );
    expect(thrown).toMatch(/^Error: the learner diverged/);
    expect(exited).toBe('The worker exited with code 3 before the cell ended.');
    expect(nan).toBe(
      'Bad result of troubled nan pg exact seed 0: field learned: expected a finite number, got NaN.',
    );
    expect(Object.keys(contents(out)).filter((path) => path.endsWith('result.json'))).toHaveLength(2);
  });

  it('runs a cell again when its configuration has changed, and only then', async () => {
    const out = emptyFolder();
    const options = { out, seeds: 1, resume: true };
    await runDemo('changed', options);
    expect(summaryOf(await runDemo('changed', options))).toMatchObject({ skipped: 1, finished: 0 });
    const ended = await runDemo('changed', options, undefined, { DEMO_STEPS: '500' });
    expect(summaryOf(ended)).toMatchObject({ skipped: 0, finished: 1 });
    expect(ended.events[0].text).toMatch(/^Of another configuration or version, to be run again: 1/);
  });

  it('puts a changed chart in place without running anything again', async () => {
    const out = emptyFolder();
    const options = { out, seeds: 1, resume: true };
    await runDemo('changed', options);
    const path = join(out, 'changed', 'stag_hunt.pg.exact', 'seed-0', 'config.json');
    const before = JSON.parse(readFileSync(path, 'utf8'));
    const chart = { name: 'value', title: 'Value', kind: 'curve', y: 'value', xTitle: 'x', yTitle: 'y' };
    const charts = JSON.stringify([chart]);
    const ended = await runDemo('changed', options, undefined, { DEMO_CHARTS: charts });
    expect(summaryOf(ended)).toMatchObject({ skipped: 1, finished: 0 });
    const after = JSON.parse(readFileSync(path, 'utf8'));
    expect(after).toEqual({ ...before, experiment: { ...before.experiment, charts: [chart] } });
  });

  it('runs a cell again when its curve was emptied', async () => {
    const out = emptyFolder();
    await runDemo('changed', { out, seeds: 1 });
    const path = join(out, 'changed', 'stag_hunt.pg.exact', 'seed-0', 'curve.jsonl');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, '');
    const ended = await runDemo('changed', { out, seeds: 1, resume: true });
    expect(ended.events[0].text).toMatch(/curve\.jsonl: .*expected the 5 points of the run, got 0\. It runs/);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('leaves a folder to the run that is in it, takes over from a killed one, and leaves no lock', async () => {
    const out = emptyFolder();
    let second: Promise<Ended> | undefined;
    const first = await runDemo('slow', { out, seeds: 1, jobs: 1 }, (event, child) => {
      if (event.type === 'cell-start') second ??= runDemo('slow', { out, seeds: 1, resume: true });
      if (event.label?.startsWith('battle')) second!.then(() => child.kill('SIGKILL'));
    });
    expect(first.code).toBeNull();
    const refused = await second!;
    expect(refused).toMatchObject({ code: 2, events: [] });
    expect(refused.stderr).toMatch(
      /^".*slow": expected no other run in this folder, got process \d+ on .*; wait for it, .*\n$/,
    );
    const lock = join(out, 'slow', '.lock');
    expect(existsSync(lock)).toBe(true);
    const resumed = await runDemo('slow', { out, seeds: 1, resume: true });
    expect(resumed.code).toBe(0);
    expect(summaryOf(resumed)).toMatchObject({ finished: 3 - summaryOf(resumed).skipped });
    expect(readdirSync(join(out, 'slow')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('runs a cell again when its result file is damaged, and says so', async () => {
    const out = emptyFolder();
    await runDemo('changed', { out, seeds: 1 });
    const path = join(out, 'changed', 'stag_hunt.pg.exact', 'seed-0', 'result.json');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.slice(0, 20));
    const ended = await runDemo('changed', { out, seeds: 1, resume: true });
    expect(ended.events[0].text).toMatch(/Damaged result file .*result\.json.* It runs again\.$/);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('refuses a cell whose parameters make no game in one line, and leaves nothing behind', async () => {
    const out = emptyFolder();
    const ended = await runDemo('impossible', { out });
    expect(ended).toMatchObject({ code: 2, events: [] });
    expect(ended.stderr).toMatch(/^SecurityGame-v0: .*resources.*expected .*, got -1\.\n$/);
    expect(readdirSync(out)).toEqual([]);
  });

  it('answers bad options and an --out that cannot be written with one line, before any work', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, '');
    const cases: [object, RegExp][] = [
      [
        { out: file },
        /^--out must be a folder that can be written, got ".*file": .*file is not a folder\.\n$/,
      ],
      [{ out: emptyFolder(), seeds: 1.5 }, /^--seeds must be a positive integer, got 1\.5\.\n$/],
      [{ out: emptyFolder(), jobs: 0 }, /^--jobs must be a positive integer, got 0\.\n$/],
    ];
    for (const [options, message] of cases) {
      const ended = await runDemo('demo', options);
      expect(ended.stderr).toMatch(message);
      expect(ended).toMatchObject({ code: 2, events: [] });
    }
  });
});
