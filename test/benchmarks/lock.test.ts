import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../benchmarks/lock.js';
import { emptyFolder } from './fixtures/child.js';

/** No process has this number: it is above the largest that Linux gives. */
const nobody = 2 ** 22 + 7;

function folderWith(lock: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, '.lock'), lock);
  return folder;
}

const statusOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** A process that has ended, and whose parent will never ask how. */
async function defunct(): Promise<{ pid: number; parent: ChildProcess }> {
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 20']);
  const [line] = await once(parent.stdout!, 'data');
  const pid = Number(line);
  while (statusOf(pid)[0] !== 'Z') await new Promise((wake) => setTimeout(wake, 20));
  return { pid, parent };
}

const onLinux = existsSync('/proc/self/stat') ? it : it.skip;

describe('lockFolder', () => {
  it('keeps a folder for one holder until it is given back, and leaves nothing behind', () => {
    const folder = emptyFolder();
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      `expected no other run in this folder, got process ${process.pid} on ${hostname()}; wait for it`,
    );
    expect(readdirSync(folder)).toEqual(['.lock']);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder)();
  });

  it.each([
    ['a dead process', JSON.stringify({ pid: nobody, host: hostname() })],
    [
      'an earlier process of the same number',
      JSON.stringify({ pid: process.pid, host: hostname(), began: '1' }),
    ],
    ['nobody', ''],
    ['no process at all', '{"pid": -1}'],
  ])('takes over the lock of %s', (_, lock) => {
    const folder = folderWith(lock);
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  onLinux('takes over the lock of a killed process that nobody has waited for', async () => {
    const { pid, parent } = await defunct();
    try {
      const folder = folderWith(JSON.stringify({ pid, host: hostname(), began: statusOf(pid)[19] }));
      lockFolder(folder)();
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      parent.kill();
    }
  });

  it('cannot know of other machines, and says what to remove', () => {
    const folder = folderWith(JSON.stringify({ pid: 1, host: 'elsewhere' }));
    expect(() => lockFolder(folder)).toThrow(/got process 1 on elsewhere; .* or remove .*\.lock if/);
    expect(existsSync(join(folder, '.lock'))).toBe(true);
  });

  it('does not give back what has become the lock of another', () => {
    const folder = emptyFolder();
    const unlock = lockFolder(folder);
    writeFileSync(join(folder, '.lock'), JSON.stringify({ pid: 1, host: 'elsewhere' }));
    unlock();
    expect(existsSync(join(folder, '.lock'))).toBe(true);
  });
});
