import { closeSync, writeSync } from 'node:fs';
import { FrameChannel } from './frames.js';
import { followParent } from './lifeline.js';
import { type SessionOptions, serveSession } from './session.js';

/** Set for the sessions of a listener (`socket.ts`): the token that the client must say, or nothing where none is asked for. */
export const tokenVariable = 'STACKELBERG_GYM_SESSION_TOKEN';
/** Where such a session tells its listener that the handshake is done. */
export const greetingDescriptor = 3;

/** Serves one client over standard input and output. Everything else that this process says goes to standard error. */
export async function serveStdio(): Promise<void> {
  console.log = console.error;
  console.info = console.error;
  // Asked for later, it might be the process that adopts orphans.
  const parent = process.ppid;
  const options = listenerOptions() ?? { lasting: () => followParent(parent) };
  await serveSession(new FrameChannel(0, 1), options);
}

/** Null without a listener. The sessions of one that is killed are left to their clients. */
function listenerOptions(): SessionOptions | null {
  const token = process.env[tokenVariable];
  if (token === undefined) return null;
  delete process.env[tokenVariable];
  return { token: token === '' ? null : token, greeted: tellListener };
}

function tellListener(): void {
  try {
    writeSync(greetingDescriptor, '\n');
  } catch {
    // The listener is gone; the session goes on.
  }
  closeSync(greetingDescriptor);
}
