import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { emptyFolder, gym, start } from './command.js';

const results = (out: string) =>
  readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('result.json'));

describe('stackelberg-gym bench', () => {
  it('stops at Ctrl-C with 130, resumes to the whole, and the report is built from it', async () => {
    const out = emptyFolder();
    const args = ['bench', 'of-all-games-exact', '--seeds', '1', '--steps', '5000', '--out', out];
    const running = start([...args, '--jobs', '1']);
    const poll = setInterval(() => {
      if (results(out).length === 0) return;
      clearInterval(poll);
      running.child.kill('SIGINT');
    }, 20);
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout + stopped.stderr).toMatch(/--resume/);
    const kept = results(out);
    expect(kept.length).toBeGreaterThanOrEqual(1);
    expect(kept.length).toBeLessThan(24);
    const before = kept.map((path) => statSync(join(out, path)).mtimeMs);

    const resumed = await gym([...args, '--resume']);
    expect(resumed.code).toBe(0);
    expect(results(out)).toHaveLength(24);
    expect(kept.map((path) => statSync(join(out, path)).mtimeMs)).toEqual(before);

    const { code, stdout, stderr } = await gym(['report', out]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const page = /^Report: (.*)$/m.exec(stdout)![1];
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i);
    expect(existsSync(join(out, 'report', 'results.json'))).toBe(true);
  });
});
