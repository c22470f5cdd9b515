import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { headerSize, kinds, outgoing } from './frames.js';
import { encodeJson } from './json.js';
import { greetingDescriptor, tokenVariable } from './stdio.js';

export interface ListenerOptions {
  /** A path for a Unix socket that only its owner may use, or a port of 127.0.0.1 (0 for any that is free). */
  readonly at: { readonly path: string } | { readonly port: number };
  /** What clients must say in the handshake; null for none, on Unix sockets only. */
  readonly token: string | null;
  readonly maxSessions: number;
  /** Seconds within which a client must have said hello. */
  readonly handshakeTimeout: number;
}

export interface Listener {
  /** `unix:PATH` or `tcp:PORT`, as clients name it. */
  readonly address: string;
  /** Ends the listener and its sessions. */
  close(): Promise<void>;
}

/** How long a client that was refused may take to read why, in milliseconds. */
const farewell = 1000;
/** How many of these there may be at a time; more are cut off without a word. */
const maxRefused = 64;

/**
 * Listens for clients and gives each a process of its own, which has the connection as its standard input and output: nothing
 * that a client does reaches another one's session.
 *
 * @throws InvalidArgument if the address cannot be listened at
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { at } = options;
  if (process.platform === 'win32') {
    throw new InvalidArgument(
      'serve: expected a system with Unix processes for --socket and --port: use --stdio.',
    );
  }
  if ('port' in at && options.token === null) {
    throw new InvalidArgument(
      'serve: expected a token for a port, which every user of this machine can reach.',
    );
  }
  const sessions = new Sessions(options);
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (connection) =>
    sessions.open(connection),
  );
  if ('path' in at) await listenAtPath(server, at.path);
  else await listenAt(server, { host: '127.0.0.1', port: at.port });
  server.on('error', ({ message }) => console.error(`serve: a connection was lost: ${message}.`));
  server.maxConnections = options.maxSessions + maxRefused;
  const bound = server.address() as { port: number };
  return {
    address: 'path' in at ? `unix:${at.path}` : `tcp:${bound.port}`,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      await sessions.close();
      await closed;
    },
  };
}

class Sessions {
  private readonly children = new Set<ChildProcess>();
  private readonly refused = new Set<Socket>();

  constructor(private readonly options: ListenerOptions) {}

  open(connection: Socket): void {
    // A client that resets its connection is no fault of the listener's.
    connection.on('error', () => connection.destroy());
    if (this.children.size < this.options.maxSessions) this.serve(connection);
    else
      this.refuse(
        connection,
        `expected at most ${this.options.maxSessions} sessions at a time; try again later.`,
      );
  }

  private serve(connection: Socket): void {
    let child: ChildProcess;
    try {
      child = this.start(connection);
    } catch (error) {
      this.refuse(connection, `could not start a session: ${(error as Error).message}.`);
      return;
    }
    this.children.add(child);
    const late = setTimeout(() => child.kill('SIGKILL'), 1000 * this.options.handshakeTimeout);
    // Where the system is out of descriptors there are no streams; `error` follows.
    const greeting = child.stdio?.[greetingDescriptor] as Socket | undefined;
    greeting?.on('data', () => clearTimeout(late)).on('error', () => greeting.destroy());
    child.on('close', () => {
      clearTimeout(late);
      this.children.delete(child);
    });
    child.on('error', (error) => {
      clearTimeout(late);
      this.children.delete(child);
      this.refuse(connection, `could not start a session: ${error.message}.`);
    });
    child.on('spawn', () => connection.destroy());
  }

  private start(connection: Socket): ChildProcess {
    const engine = fileURLToPath(new URL('./engine.js', import.meta.url));
    return spawn(process.execPath, [...process.execArgv, engine], {
      stdio: [connection, connection, 'inherit', 'pipe'],
      env: { ...process.env, [tokenVariable]: this.options.token ?? '' },
    });
  }

  /** Says why and hangs up, once the client has read it. */
  private refuse(connection: Socket, why: string): void {
    const payload = encodeJson({ name: 'ServerBusy', message: `serve: ${why}` });
    const frame = outgoing(payload.length);
    frame.set(payload, headerSize);
    const header = new DataView(frame.buffer);
    header.setUint32(0, payload.length, true);
    header.setUint8(4, kinds.error);
    this.refused.add(connection);
    const late = setTimeout(() => connection.destroy(), farewell);
    connection.on('close', () => {
      clearTimeout(late);
      this.refused.delete(connection);
    });
    // What the client sends meanwhile is dropped: unread bytes would make the system take the answer back.
    connection.resume().end(frame);
  }

  async close(): Promise<void> {
    for (const connection of this.refused) connection.destroy();
    await Promise.all(
      [...this.children].map(
        (child) =>
          new Promise((ended) => {
            child.on('close', ended);
            child.kill();
          }),
      ),
    );
  }
}

/** Listens at a path, in place of a socket that a server which is gone has left there. */
async function listenAtPath(server: Server, path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (!found.isSocket()) {
      throw new InvalidArgument(`--socket: expected a path that is free or a socket, got ${describe(path)}.`);
    }
    if (await answers(path)) {
      throw new InvalidArgument(
        `--socket: expected a path without a server, but one listens at ${describe(path)}.`,
      );
    }
    unlinkSync(path);
  }
  // Between bind and chmod anybody could connect.
  const mask = process.umask(0o177);
  try {
    await listenAt(server, { path });
  } finally {
    process.umask(mask);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const probe = connect(path);
    probe
      .on('connect', () => settle(true))
      .on('error', ({ code }: NodeJS.ErrnoException) => settle(code !== 'ECONNREFUSED'));
    probe.on('connect', () => probe.destroy());
  });
}

function listenAt(server: Server, at: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((settle, fail) => {
    server.once('error', ({ message }) =>
      fail(new InvalidArgument(`serve: expected an address to listen at, got: ${message}.`)),
    );
    server.listen(at, () => settle());
  });
}
