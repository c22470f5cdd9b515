import { existsSync, readdirSync, writeFileSync } from 'node:fs';
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
