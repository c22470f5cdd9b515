import { FrameChannel } from './frames.js';
import { type SessionOptions, serveSession } from './session.js';

/** Serves one client over standard input and output. Everything else that this process says goes to standard error. */
export async function serveStdio(options: SessionOptions = {}): Promise<void> {
  console.log = console.error;
  console.info = console.error;
  await serveSession(new FrameChannel(0, 1), options);
}
