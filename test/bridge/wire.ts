import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import '../../envs/index.js';
import { FrameChannel, kinds } from '../../bridge/frames.js';
import { type SessionOptions, serveSession } from '../../bridge/session.js';

/** A frame as bytes, whether it is well formed or not. */
export function frame(kind: number, env: number, request: number, payload: Uint8Array | object): Buffer {
  const body = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  const header = Buffer.alloc(16);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt8(kind, 4);
  header.writeUInt32LE(env, 8);
  header.writeUInt32LE(request, 12);
  return Buffer.concat([header, body]);
}

export const request = (json: object, env = 0, number = 7) => frame(kinds.request, env, number, json);
export const hello = (more: object = {}) => request({ verb: 'hello', protocol: 1, ...more }, 0, 1);
export const step = (payload: Uint8Array, env = 1) => frame(kinds.step, env, 7, payload);

export interface Answer {
  readonly kind: number;
  readonly flags: number;
  readonly env: number;
  readonly request: number;
  readonly payload: Buffer;
}

/** Reads frames that a server sent. @throws Error if the bytes are anything else */
export function answersIn(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 16 + bytes.readUInt32LE(at);
    const [kind, zero] = [bytes.readUInt8(at + 4), bytes.readUInt16LE(at + 6)];
    if (end > bytes.length || kind < kinds.reply || kind > kinds.call || zero !== 0) {
      throw new Error(`Expected whole frames of a server, got kind ${kind} up to ${end} of ${bytes.length}.`);
    }
    answers.push({
      kind,
      flags: bytes.readUInt8(at + 5),
      env: bytes.readUInt32LE(at + 8),
      request: bytes.readUInt32LE(at + 12),
      payload: bytes.subarray(at + 16, end),
    });
    at = end;
  }
  return answers;
}

/** The JSON of a reply, call or error. */
export const json = ({ payload }: Answer) => JSON.parse(payload.toString());

const folder = mkdtempSync(join(tmpdir(), 'bridge-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a session answers to a client that sends these bytes and then ends its stream. */
export async function converse(
  sent: Buffer | readonly Buffer[],
  options?: SessionOptions,
): Promise<Answer[]> {
  const [from, to] = [join(folder, 'sent'), join(folder, 'answered')];
  writeFileSync(from, sent instanceof Uint8Array ? sent : Buffer.concat(sent));
  const [input, output] = [openSync(from, 'r'), openSync(to, 'w')];
  try {
    await serveSession(new FrameChannel(input, output), options);
  } finally {
    closeSync(input);
    closeSync(output);
  }
  return answersIn(readFileSync(to));
}

/** A repeated prisoners' dilemma: two agents with two actions, which take 24 bytes a step. */
export const dilemma = {
  verb: 'make',
  game: 'IteratedMatrixGame-v0',
  params: { game: 'prisoners_dilemma', horizon: 3 },
};

/** Actions of the parallel view of `dilemma`. */
export function moves(leader: number, follower: number, present = [1, 1]): Buffer {
  const payload = Buffer.alloc(24);
  payload.set(present);
  payload.writeInt32LE(leader, 8);
  payload.writeInt32LE(follower, 16);
  return payload;
}
