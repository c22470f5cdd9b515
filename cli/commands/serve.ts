import { serveStdio } from '../../bridge/stdio.js';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import '../../envs/index.js';
import { type ListenerOptions, listen } from '../../bridge/socket.js';
import { readInteger, readNumber, readText } from '../input.js';

interface Options {
  readonly stdio?: boolean;
  readonly socket?: string;
  readonly port?: string;
  readonly tokenFile?: string;
  readonly maxSessions: string;
  readonly handshakeTimeout: string;
}

/** The shortest token that is taken, in characters. */
const shortestToken = 16;
const longestTimeout = 3600;

/** `stackelberg-gym serve`: the server of the bridge, see docs/bridge.md. */
export async function serve(options: Options): Promise<undefined> {
  const { stdio, socket, port } = options;
  if ([stdio, socket, port].filter((way) => way !== undefined).length !== 1) {
    throw new InvalidArgument('serve: expected exactly one of --stdio, --socket and --port.');
  }
  if (stdio) {
    await serveStdio();
    return;
  }
  const ended = new Promise((told) => {
    process.once('SIGTERM', told).once('SIGINT', told);
  });
  const listener = await listen(listenerOptions(options));
  console.error(`listening on ${listener.address}`);
  await ended;
  await listener.close();
}

function listenerOptions(options: Options): ListenerOptions {
  const { socket, port, tokenFile } = options;
  if (port !== undefined && tokenFile === undefined) {
    throw new InvalidArgument(
      '--port: expected --token-file too, since every user of this machine can reach a port.',
    );
  }
  const handshakeTimeout = readNumber('--handshake-timeout', options.handshakeTimeout);
  if (handshakeTimeout > longestTimeout) {
    throw new InvalidArgument(
      `--handshake-timeout: expected at most ${longestTimeout} seconds, got ${handshakeTimeout}.`,
    );
  }
  return {
    at: socket === undefined ? { port: readPort(port!) } : { path: readPath(socket) },
    token: tokenFile === undefined ? null : readToken(tokenFile),
    maxSessions: readInteger('--max-sessions', options.maxSessions, 1),
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

function readToken(path: string): string {
  const token = readText('--token-file', path).trim();
  if (token.length >= shortestToken) return token;
  throw new InvalidArgument(
    `--token-file: expected a token of at least ${shortestToken} characters in ${describe(path)}, got ${token.length}.`,
  );
}
