import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listen } from '../../bridge/socket.js';
import { serve as serveCommand } from '../../cli/commands/serve.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { build, gym } from '../cli/command.js';
import { misbehaviour } from './fuzz.js';
import { type Answer, answersIn, dilemma, hello, json, moves, request, step } from './wire.js';

const secret = 'a token of the test, long enough';

let folder: string;
let servers: ChildProcess[];
let sockets: Socket[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bridge-socket-'));
  [servers, sockets] = [[], []];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map(stop));
  rmSync(folder, { recursive: true });
});

function stop(server: ChildProcess): Promise<number | null> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve(server.exitCode);
  return new Promise((ended) => {
    server.on('exit', ended);
    server.kill('SIGTERM');
  });
}

/** Starts a listener and waits until it listens; returns its address, and all that it says later on. */
async function serve(
  ...args: string[]
): Promise<{ server: ChildProcess; address: string; more: Promise<string> }> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const server = spawn(process.execPath, [join(build, 'cli/main.js'), 'serve', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  servers.push(server);
  let text = '';
  const told = await new Promise<string>((settle) => {
    server.stderr!.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) settle(text);
    });
  });
  expect(told).toMatch(/^listening on (unix|tcp):\S+\n/);
  const more = new Promise<string>((settle) =>
    server.on('close', () => settle(text.slice(text.indexOf('\n') + 1))),
  );
  return { server, address: told.split(/\s/)[2], more };
}

const atPath = (...args: string[]) => serve('--socket', join(folder, 's'), ...args);

/** A client that keeps what it was answered. */
class Client {
  readonly socket: Socket;
  readonly ended: Promise<void>;
  private bytes = Buffer.alloc(0);
  private wake: () => void = () => {};
  private over = false;

  constructor(address: string) {
    const place = address.slice(address.indexOf(':') + 1);
    this.socket = address.startsWith('unix') ? connect(place) : connect(Number(place), '127.0.0.1');
    sockets.push(this.socket);
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.wake();
    });
    this.ended = new Promise((settle) =>
      this.socket.on('close', () => {
        this.over = true;
        this.wake();
        settle();
      }),
    );
  }

  /** Sends a frame and waits for the next answer; undefined if the server hangs up instead. */
  async ask(sent: Buffer): Promise<Answer | undefined> {
    if (!this.over) this.socket.write(sent);
    for (;;) {
      const size = this.bytes.length < 16 ? Infinity : 16 + this.bytes.readUInt32LE(0);
      if (this.bytes.length >= size) {
        const [answer] = answersIn(this.bytes.subarray(0, size));
        this.bytes = this.bytes.subarray(size);
        return answer;
      }
      if (this.over) return undefined;
      await new Promise<void>((settle) => {
        this.wake = settle;
      });
    }
  }
}

describe('options', () => {
  it.each([
    ['no way to be reached', {}, /exactly one of --stdio, --socket and --port/],
    ['a token file with --stdio', { stdio: true, tokenFile: '/nowhere' }, /--token-file: expected none with/],
    [
      'sessions with --stdio',
      { stdio: true, maxSessions: 'x' },
      /--max-sessions: expected none with --stdio/,
    ],
    ['a timeout with --stdio', { stdio: true, handshakeTimeout: '1' }, /--handshake-timeout: expected none/],
    ['two ways', { stdio: true, port: '0' }, /exactly one/],
    ['a port without a token', { port: '0' }, /expected --token-file too/],
    ['a port that is none', { port: '65536', tokenFile: 'package.json' }, /up to 65535, got 65536/],
    ['a token file that is not there', { port: '0', tokenFile: '/nowhere' }, /expected a readable file/],
    ['no sessions', { socket: '/nowhere/s', maxSessions: '0' }, /--max-sessions: expected/],
    ['no time', { socket: '/nowhere/s', handshakeTimeout: '0' }, /--handshake-timeout: expected/],
    ['too much time', { socket: '/nowhere/s', handshakeTimeout: '4000' }, /at most 3600 seconds/],
    ['a path that is too long', { socket: `/${'x'.repeat(103)}` }, /1 to 103 bytes/],
    [
      'a token file without end',
      { port: '0', tokenFile: '/dev/zero' },
      /expected at most 1024 bytes in "\/dev\/zero", got more/,
    ],
    [
      'a folder that is not there',
      { socket: '/nowhere/s' },
      /expected an address to listen at, got: listen E/,
    ],
  ])('refuses %s', async (_what, options, message) => {
    const failure = await serveCommand(options).catch((error) => error);
    expect(failure).toBeInstanceOf(InvalidArgument);
    expect(failure.message).toMatch(message);
  });

  it.each([
    [
      'a NUL byte',
      Buffer.from('a token with \0 in it'),
      /expected a line of text, such as 32 letters and digits/,
    ],
    ['two lines', Buffer.from('a token of two\nlines, long enough'), /expected a line of text/],
    ['no UTF-8', Buffer.alloc(32, 0xff), /expected a line of text/],
    ['too many bytes', Buffer.alloc(1025, 'x'), /expected at most 1024 bytes in ".*", got more/],
  ])('refuses a token of %s', async (_what, bytes, message) => {
    writeFileSync(join(folder, 'token'), bytes);
    const options = { port: '0', tokenFile: join(folder, 'token') };
    const failure = await serveCommand(options).catch((error) => error);
    expect(failure).toBeInstanceOf(InvalidArgument);
    expect(failure.message).toMatch(message);
  });

  it('refuses a token that is short', async () => {
    writeFileSync(join(folder, 'token'), '123456789012345\n');
    const { code, stderr } = await gym(['serve', '--port', '0', '--token-file', join(folder, 'token')]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/at least 16 characters .* got 15/)]);
  });
});

describe('a Unix socket', () => {
  it('is for its owner alone, and is removed at the end', async () => {
    const { server, address } = await atPath();
    expect(address).toBe(`unix:${join(folder, 's')}`);
    expect(statSync(join(folder, 's')).mode & 0o777).toBe(0o600);
    expect(await stop(server)).toBe(0);
    expect(existsSync(join(folder, 's'))).toBe(false);
  });

  it('takes the place of one whose server is gone, but of nothing else', async () => {
    const path = join(folder, 's');
    const { server, address } = await atPath();
    const inUse = await gym(['serve', '--socket', path]);
    expect([inUse.code, inUse.stderr]).toEqual([1, expect.stringMatching(/one listens at/)]);
    expect((await new Client(address).ask(hello()))?.kind).toBe(129);
    server.kill('SIGKILL');
    await new Promise((ended) => server.on('exit', ended));
    expect(existsSync(path)).toBe(true);
    expect((await new Client((await atPath()).address).ask(hello()))?.kind).toBe(129);
    const file = join(folder, 'file');
    writeFileSync(file, 'kept');
    expect((await gym(['serve', '--socket', file])).stderr).toMatch(
      /expected a path that is free or a socket/,
    );
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });
});

describe('a port', () => {
  it('is open on this machine alone, to those who know the token', async () => {
    writeFileSync(join(folder, 'token'), `${secret}\n`);
    const { address } = await serve('--port', '0', '--token-file', join(folder, 'token'));
    const port = Number(address.slice(4));
    // Another address of this machine is still free at that port.
    const other = createServer().listen(port, '127.0.0.2');
    await new Promise((settle) => other.on('listening', settle));
    other.close();
    expect((await new Client(address).ask(hello({ token: secret })))?.kind).toBe(129);
    for (const token of [undefined, 'another token of the test']) {
      const stranger = new Client(address);
      expect(json((await stranger.ask(hello({ token })))!).message).toMatch(/expected the token/);
      await stranger.ended;
    }
    const page = await new Client(address).ask(Buffer.from('POST / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    expect(json(page!).name).toBe('StreamError');
  });

  it.each([
    [0o600, /^$/],
    [0o644, /^warning: --token-file: expected a file that only you may use, got mode 644 of/],
  ])('warns of a token file that others may read: mode %i', async (mode, warning) => {
    writeFileSync(join(folder, 'token'), secret);
    chmodSync(join(folder, 'token'), mode);
    const { server, more } = await serve('--port', '0', '--token-file', join(folder, 'token'));
    await stop(server);
    expect(await more).toMatch(warning);
  });

  it('does not show the token in the list of processes', async () => {
    writeFileSync(join(folder, 'token'), secret);
    const { server, address } = await serve('--port', '0', '--token-file', join(folder, 'token'));
    await new Client(address).ask(hello({ token: secret }));
    if (process.platform !== 'linux') return;
    const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
      .trim()
      .split(' ');
    expect(children).toHaveLength(1);
    for (const pid of [server.pid, ...children])
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(secret);
  });
});

describe('sessions', () => {
  it('are limited in number, and a place is free again once a client has left', async () => {
    const { address } = await atPath('--max-sessions', '1');
    const client = new Client(address);
    expect((await client.ask(hello()))?.kind).toBe(129);
    const refused = new Client(address);
    const answer = (await refused.ask(hello()))!;
    expect([answer.kind, answer.request]).toEqual([131, 0]);
    expect(json(answer)).toEqual({
      name: 'ServerBusy',
      message: 'serve: expected at most 1 sessions at a time; try again later.',
    });
    await refused.ended;
    client.socket.end();
    await client.ended;
    for (let tries = 0; ; tries++) {
      if ((await new Client(address).ask(hello()))?.kind === 129) break;
      expect(tries).toBeLessThan(200);
      await new Promise((settle) => setTimeout(settle, 20));
    }
  });

  it('end if there is no handshake in time, and go on if there is', async () => {
    const { address } = await atPath('--handshake-timeout', '1.5');
    // Alone, so that its process starts in time on a busy machine.
    const client = new Client(address);
    expect((await client.ask(hello()))?.kind).toBe(129);
    const [silent, slow] = [new Client(address), new Client(address)];
    slow.socket.write(hello().subarray(0, 20));
    await Promise.all([silent.ended, slow.ended]);
    expect((await client.ask(request({ ...dilemma, view: 'parallel' })))?.kind).toBe(129);
  });

  it('end with the listener', async () => {
    const { server, address } = await atPath();
    const client = new Client(address);
    await client.ask(hello());
    expect(await stop(server)).toBe(0);
    await client.ended;
  });

  it('that cannot be started are refused, and the listener goes on', async () => {
    const at = { path: join(folder, 's') };
    const { address, close } = await listen({ at, token: 'no\0text', maxSessions: 1, handshakeTimeout: 10 });
    for (let times = 0; times < 2; times++) {
      const refused = json((await new Client(address).ask(hello()))!);
      expect(refused.name).toBe('ServerBusy');
      expect(refused.message).toMatch(/^serve: could not start a session: /);
    }
    await close();
  });

  it('go on when the listener is killed, through long requests too', async () => {
    const { server, address } = await atPath();
    const client = new Client(address);
    await client.ask(hello());
    server.kill('SIGKILL');
    await new Promise((ended) => server.on('exit', ended));
    const solve = request({ verb: 'solve', game: dilemma.game, params: dilemma.params });
    expect((await client.ask(solve))?.kind).toBe(129);
    await new Promise((settle) => setTimeout(settle, 2500));
    expect((await client.ask(solve))?.kind).toBe(129);
    client.socket.end();
    await client.ended;
  });

  it('go on untouched while others misbehave and vanish', async () => {
    const { server, address } = await atPath('--max-sessions', '4');
    const client = new Client(address);
    await client.ask(hello());
    await client.ask(request({ ...dilemma, view: 'parallel', params: { ...dilemma.params, horizon: 1000 } }));
    const play = async () => (await client.ask(step(moves(0, 1))))?.payload.toString('hex');
    await client.ask(request({ verb: 'reset', seed: '0' }, 1));
    const expected = await play();
    let steps = 0;
    let busy = true;
    const playing = (async () => {
      for (; busy; steps++) {
        const seen = await play();
        if (seen !== expected) throw new Error(`Step ${steps}: expected ${expected}, got ${seen}.`);
        if (steps % 900 === 899) await client.ask(request({ verb: 'reset', seed: '0' }, 1));
        await new Promise((settle) => setTimeout(settle, 2));
      }
    })();
    for (let seed = 0; seed < 12; seed += 3) {
      await Promise.all([seed, seed + 1, seed + 2].map((each) => disturb(address, each)));
    }
    busy = false;
    await playing;
    expect(steps).toBeGreaterThan(50);
    expect(await stop(server)).toBe(0);
  });
});

/** A client that sends nonsense in pieces; every other one leaves without reading what it is answered. */
async function disturb(address: string, seed: number): Promise<void> {
  const client = new Client(address);
  const bytes = misbehaviour(seed);
  const half = Math.floor(bytes.length / 2);
  client.socket.write(bytes.subarray(0, half));
  await new Promise((settle) => setTimeout(settle, 30 * (seed % 4)));
  if (seed % 2 === 0) client.socket.end(bytes.subarray(half));
  else client.socket.destroy();
  await client.ended;
}
