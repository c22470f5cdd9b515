import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { kinds } from '../../bridge/frames.js';
import { build } from '../cli/command.js';
import { misbehaviour } from './fuzz.js';
import { answersIn, dilemma, frame, hello, json, moves, request, step } from './wire.js';

/** The engine as Python starts it. */
function start(...nodeOptions: string[]): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<[number | null, string]>;
} {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [...nodeOptions, join(build, 'bridge/engine.js')], { env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  return { child, ended: new Promise((settle) => child.on('close', (code) => settle([code, stderr]))) };
}

/** A client that passes on what it is given, and what it is answered. */
const relay = `
const { spawn } = require('node:child_process');
const child = spawn(process.execPath, process.argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
process.stdin.pipe(child.stdin);
child.stdout.pipe(process.stdout);
`;

const make = request({ ...dilemma, view: 'parallel', params: { ...dilemma.params, horizon: 100 } });
const reset = request({ verb: 'reset', seed: '0' }, 1);
const evaluate = request({ ...dilemma, verb: 'evaluate', commitment: { callable: 1 } });

it('answers over standard output and ends with standard input', async () => {
  const { child, ended } = start();
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  // A byte at a time, so that no frame comes whole.
  for (const byte of Buffer.concat([hello(), make, reset, step(moves(0, 1))]))
    child.stdin.write(Buffer.of(byte));
  child.stdin.end();
  expect(await ended).toEqual([0, '']);
  const answers = answersIn(Buffer.concat(chunks));
  expect(answers.map(({ kind }) => kind)).toEqual([129, 129, 130, 130]);
});

it('ends in order when the client is gone in the middle of a frame', async () => {
  const { child, ended } = start();
  child.stdin.write(Buffer.concat([hello(), make.subarray(0, 40)]));
  await new Promise((settle) => child.stdout.once('data', settle));
  child.stdin.destroy();
  child.stdout.destroy();
  expect(await ended).toEqual([0, '']);
});

it('ends in order when the client is gone while it is answered', async () => {
  const { child, ended } = start();
  const rows = request({ ...dilemma, view: 'vector', numEnvs: 50_000 });
  // Far more answers than a pipe holds, and nobody reads them.
  child.stdin.write(Buffer.concat([hello(), rows, ...Array(20).fill(reset)]));
  await new Promise((settle) => child.stdout.once('data', settle));
  child.stdout.destroy();
  expect(await ended).toEqual([0, '']);
});

it('ends in order when the client is gone in the middle of a call', async () => {
  const { child, ended } = start();
  child.stdin.write(Buffer.concat([hello(), evaluate]));
  let bytes = Buffer.alloc(0);
  await new Promise<void>((settle) => {
    child.stdout.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        if (answersIn(bytes).some(({ kind }) => kind === kinds.call)) settle();
      } catch {
        // A frame is not whole yet.
      }
    });
  });
  child.stdin.end();
  child.stdout.destroy();
  expect(await ended).toEqual([0, '']);
});

it('ends the session when a call is answered by another request', async () => {
  const { child, ended } = start();
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stdin.write(Buffer.concat([hello(), evaluate, frame(kinds.request, 0, 8, { verb: 'state' }), make]));
  expect(await ended).toEqual([0, '']);
  const answers = answersIn(Buffer.concat(chunks));
  expect(answers.map(({ kind }) => kind)).toEqual([kinds.reply, kinds.call, kinds.error]);
  expect(json(answers[2]).message).toMatch(/expected a return or a raise, got kind 1/);
});

it.each([
  ['an engine', ['bridge/engine.js']],
  ['serve --stdio', ['cli/main.js', 'serve', '--stdio']],
])('%s ends in the middle of a long request when its parent is killed', async (_what, [main, ...args]) => {
  const parent = spawn(process.execPath, ['-e', relay, join(build, main), ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  // The engine has the same standard error, so this comes with the end of both.
  const ended = new Promise((settle) => parent.on('close', (_code, signal) => settle([signal, stderr])));
  let stderr = '';
  parent.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const options = { oracle: 'tabular-q', episodes: 3_000_000, commitment: [0, 0, 0, 0, 0] };
  parent.stdin.write(Buffer.concat([hello(), request({ ...dilemma, verb: 'evaluate', ...options })]));
  await new Promise((settle) => parent.stdout.once('data', settle));
  await wait(500);
  const killed = performance.now();
  parent.kill('SIGKILL');
  expect(await ended).toEqual(['SIGKILL', '']);
  expect(performance.now() - killed).toBeLessThan(3000);
});

it.each([
  ['BanditRLGame-v0', { arms: 5, states: 70, actions: 70, successors: 70, seed: 1 }],
  ['SecurityGame-v0', { generate: { targets: 100_000 } }],
])('refuses environments that would fill the heap, in every view: %s', async (game, params) => {
  const { child, ended } = start('--max-old-space-size=200');
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const large = ['parallel', 'aec', 'vector', 'stackelberg', 'stackelberg-vector'].map((view) => {
    const more = view.includes('vector') ? { numEnvs: 1 } : {};
    return request({
      verb: 'make',
      view,
      game,
      params,
      oracle: view[0] === 's' ? 'tabular-q' : undefined,
      ...more,
    });
  });
  const all = Array.from({ length: 5 }, () => large).flat();
  const room = Array.from({ length: all.length }, (_, k) => request({ verb: 'close' }, k + 1));
  child.stdin.end(Buffer.concat([hello(), ...all, ...room, large[0]]));
  expect(await ended).toEqual([0, '']);
  const [, ...answers] = answersIn(Buffer.concat(chunks));
  const made = answers.slice(0, all.length);
  const refused = made.filter(({ kind }) => kind === kinds.error).map(json);
  for (const { name, message } of refused) {
    expect(name).toBe('InvalidArgument');
    expect(message).toMatch(/^make: expected (at most \d+ MiB in use|environments of at most \d+ MiB)/);
  }
  expect(made.length - refused.length).toBeGreaterThan(1);
  for (let view = 0; view < large.length; view++) {
    expect(made.filter(({ kind }, k) => kind === kinds.error && k % large.length === view)).not.toEqual([]);
  }
  expect(answers.at(-1)?.kind).toBe(kinds.reply);
});

it('ends with status 0 after whatever comes', async () => {
  for (let seed = 100; seed < 112; seed += 3) {
    const sessions = [seed, seed + 1, seed + 2].map((each) => {
      const { child, ended } = start();
      child.stdout.resume();
      child.stdin.end(misbehaviour(each));
      return ended;
    });
    for (const [code, stderr] of await Promise.all(sessions)) expect([code, stderr]).toEqual([0, '']);
  }
});
