import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { serveStdio } from '../../bridge/stdio.js';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import '../../envs/index.js';
import { type ListenerOptions, listen } from '../../bridge/socket.js';
import { readInteger, readNumber } from '../input.js';

interface Options {
  readonly stdio?: boolean;
  readonly socket?: string;
  readonly port?: string;
  readonly tokenFile?: string;
  readonly maxSessions?: string;
  readonly handshakeTimeout?: string;
}

/** The shortest token that is taken, in characters. */
const shortestToken = 16;
/** The longest token file, in bytes. */
const longestToken = 1024;
const longestTimeout = 3600;

/** `stackelberg-gym serve`: the server of the bridge, see docs/bridge.md. */
export async function serve(options: Options): Promise<undefined> {
  const { stdio, socket, port, ...listening } = options;
  if ([stdio, socket, port].filter((way) => way !== undefined).length !== 1) {
    throw new InvalidArgument('serve: expected exactly one of --stdio, --socket and --port.');
  }
  if (stdio) {
    refuseForStdio(listening);
    await serveStdio();
    return;
  }
  const { warning, ...listenerOptions } = readOptions(options);
  const ended = new Promise((told) => {
    process.once('SIGTERM', told).once('SIGINT', told);
  });
  const listener = await listen(listenerOptions);
  console.error(`listening on ${listener.address}`);
  if (warning !== null) console.error(warning);
  await ended;
  await listener.close();
}

const listenerFlags = {
  tokenFile: '--token-file',
  maxSessions: '--max-sessions',
  handshakeTimeout: '--handshake-timeout',
} as const;

/** @throws InvalidArgument for options that only a listener has */
function refuseForStdio(listening: Pick<Options, keyof typeof listenerFlags>): void {
  for (const [name, flag] of Object.entries(listenerFlags)) {
    const given = listening[name as keyof typeof listenerFlags];
    if (given !== undefined)
      throw new InvalidArgument(`${flag}: expected none with --stdio, got ${describe(given)}.`);
  }
}

/** How to listen, and what is to be said of it. */
function readOptions(options: Options): ListenerOptions & { readonly warning: string | null } {
  const { socket, port, tokenFile, maxSessions = '8' } = options;
  if (port !== undefined && tokenFile === undefined) {
    throw new InvalidArgument(
      '--port: expected --token-file too, since every user of this machine can reach a port.',
    );
  }
  const handshakeTimeout = readNumber('--handshake-timeout', options.handshakeTimeout ?? '10');
  if (handshakeTimeout > longestTimeout) {
    throw new InvalidArgument(
      `--handshake-timeout: expected at most ${longestTimeout} seconds, got ${handshakeTimeout}.`,
    );
  }
  return {
    at: socket === undefined ? { port: readPort(port!) } : { path: readPath(socket) },
    ...(tokenFile === undefined ? { token: null, warning: null } : readToken(tokenFile)),
    maxSessions: readInteger('--max-sessions', maxSessions, 1),
    handshakeTimeout,
  };
}

function readPort(text: string): number {
  const port = readInteger('--port', text, 0);
  if (port < 2 ** 16) return port;
  throw new InvalidArgument(`--port: expected a port up to 65535, got ${port}.`);
}

/** The longest path that every system takes for a socket, in bytes. */
const longestPath = 103;

function readPath(path: string): string {
  const bytes = Buffer.byteLength(path);
  if (bytes > 0 && bytes <= longestPath) return path;
  throw new InvalidArgument(`--socket: expected a path of 1 to ${longestPath} bytes, got ${describe(path)}.`);
}

function readToken(path: string): { token: string; warning: string | null } {
  const refuse = (expected: string, got: string): never => {
    throw new InvalidArgument(`--token-file: expected ${expected} in ${describe(path)}, got ${got}.`);
  };
  const { bytes, mode } = readStart(path);
  if (bytes.length > longestToken) refuse(`at most ${longestToken} bytes`, 'more');
  const token = decoded(bytes)?.trim();
  if (token === undefined || /\p{Cc}/u.test(token)) {
    return refuse('a line of text, such as 32 letters and digits', 'other bytes');
  }
  if (token.length < shortestToken)
    refuse(`a token of at least ${shortestToken} characters`, String(token.length));
  const shared = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const warning = `warning: --token-file: expected a file that only you may use, got mode ${(mode & 0o777).toString(8)} of ${describe(path)}.`;
  return { token, warning: shared ? warning : null };
}

/** The first bytes of a file, one more than a token may have, and the file's mode. @throws InvalidArgument if it is not readable */
function readStart(path: string): { bytes: Uint8Array; mode: number } {
  try {
    const file = openSync(path, 'r');
    const bytes = new Uint8Array(longestToken + 1);
    let size = 0;
    for (let count = -1; count !== 0 && size < bytes.length; size += count) {
      count = readSync(file, bytes, size, bytes.length - size, null);
    }
    const { mode } = fstatSync(file);
    closeSync(file);
    return { bytes: bytes.subarray(0, size), mode };
  } catch (error) {
    throw new InvalidArgument(
      `--token-file: expected a readable file, got ${describe(path)}: ${(error as Error).message}.`,
    );
  }
}

/** The text, or undefined if the bytes are none. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
