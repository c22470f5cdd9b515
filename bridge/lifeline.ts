import { Worker } from 'node:worker_threads';

/** As text, since a bundle has no file for it. */
const watch = `
const { workerData: parent } = require('node:worker_threads');
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

/**
 * Ends this process, however busy it is, once `parent` is not its parent any more, which is looked at every second. It keeps no process running.
 * On Windows a process never learns that its parent is gone.
 */
export function followParent(parent: number): void {
  // Piped to ours, its output would make standard output non-blocking, and every frame would wait for a timer.
  const output = { stdout: true, stderr: true };
  new Worker(watch, { eval: true, workerData: parent, ...output }).unref();
}
