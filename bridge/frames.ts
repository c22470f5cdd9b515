import { readSync, writeSync } from 'node:fs';
import { GymError } from '../gymnasium/error.js';

/** Version of the frames, verbs and layouts in docs/bridge.md. Both sides must have the same. */
export const protocolVersion = 1;
/** Bytes before a payload: length (u32), kind (u8), flags (u8), zero (u16), environment (u32), request (u32). */
export const headerSize = 16;
/** The largest payload of a frame, in bytes. */
export const maxPayload = 2 ** 28;
/** The largest payload before the handshake. */
export const maxGreeting = 2 ** 16;

/** What a frame is. Below 128 the client sends it, from there on the server. */
export const kinds = {
  request: 1,
  step: 2,
  commit: 3,
  return: 4,
  raise: 5,
  reply: 129,
  data: 130,
  error: 131,
  call: 132,
} as const;
const clientKinds: readonly number[] = Object.values(kinds).filter((kind) => kind < 128);

/** A flag of `data`: the layout `final` follows the layout `results`. */
export const finalFlag = 1;

/** A message that the protocol does not know. */
export class ProtocolError extends GymError {}
/** A frame after which the stream cannot be read on: the session ends. */
export class StreamError extends ProtocolError {}

/** A frame from the client. The payload is a view that the next `read` overwrites. */
export interface Frame {
  readonly kind: number;
  readonly env: number;
  readonly request: number;
  readonly payload: Uint8Array;
}

/** A buffer with room for the header before the payload, so that one write sends both. */
export function outgoing(payloadSize: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(headerSize + payloadSize);
}

/** Frames over two file descriptors, one call at a time: reading waits, without polling, until a frame is whole. */
export class FrameChannel {
  /** The largest payload that is accepted now. */
  limit = maxGreeting;
  private buffer = new Uint8Array(2 ** 16);
  private header = new DataView(this.buffer.buffer);
  /** Bytes in the buffer; the frame that was read last is at its start. */
  private filled = 0;
  private consumed = 0;

  constructor(
    private readonly input: number,
    private readonly output: number,
  ) {}

  /** The next frame, or null at the end of the stream. @throws StreamError for a malformed header or a cut frame */
  read(): Frame | null {
    this.buffer.copyWithin(0, this.consumed, this.filled);
    this.filled -= this.consumed;
    this.consumed = 0;
    if (!this.fill(headerSize)) return null;
    const length = this.header.getUint32(0, true);
    const kind = this.header.getUint8(4);
    if (this.header.getUint16(6, true) !== 0 || !clientKinds.includes(kind)) {
      throw new StreamError(
        `frame: expected a kind among ${clientKinds.join(', ')} and two zero bytes, got kind ${kind} and ${this.header.getUint16(6, true)}.`,
      );
    }
    if (length > this.limit) {
      throw new StreamError(`frame: expected a payload of at most ${this.limit} bytes, got ${length}.`);
    }
    const env = this.header.getUint32(8, true);
    const request = this.header.getUint32(12, true);
    if (!this.fill(headerSize + length)) throw new StreamError('frame: expected a payload, got the end.');
    this.consumed = headerSize + length;
    return { kind, env, request, payload: this.buffer.subarray(headerSize, this.consumed) };
  }

  /** Reads until the buffer holds `size` bytes; it grows with what arrives, not with what was announced. */
  private fill(size: number): boolean {
    while (this.filled < size) {
      if (this.filled === this.buffer.length) this.grow(Math.min(2 * this.filled, size));
      const count = readSome(this.input, this.buffer, this.filled);
      if (count > 0) this.filled += count;
      else if (this.filled === 0) return false;
      else throw new StreamError(`frame: expected ${size} bytes, got the end after ${this.filled}.`);
    }
    return true;
  }

  private grow(size: number): void {
    const larger = new Uint8Array(size);
    larger.set(this.buffer);
    this.buffer = larger;
    this.header = new DataView(larger.buffer);
  }

  /** Sends a buffer made by `outgoing`, up to `payloadSize`. */
  write(
    kind: number,
    env: number,
    request: number,
    frame: Uint8Array<ArrayBuffer>,
    payloadSize = frame.length - headerSize,
    flags = 0,
  ): void {
    const header = new DataView(frame.buffer, frame.byteOffset);
    header.setUint32(0, payloadSize, true);
    header.setUint8(4, kind);
    header.setUint8(5, flags);
    header.setUint32(8, env, true);
    header.setUint32(12, request, true);
    const size = headerSize + payloadSize;
    for (let sent = 0; sent < size; ) sent += writeSome(this.output, frame, sent, size - sent);
  }
}

function readSome(fd: number, into: Uint8Array, at: number): number {
  for (;;) {
    try {
      return readSync(fd, into, at, into.length - at, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A peer that is gone is the end of its stream; on Windows a closed pipe says EOF.
      if (code === 'EOF' || code === 'ECONNRESET' || code === 'EPIPE') return 0;
      if (code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

function writeSome(fd: number, from: Uint8Array, at: number, size: number): number {
  for (;;) {
    try {
      return writeSync(fd, from, at, size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** For descriptors that their owner made non-blocking. */
function pause(): void {
  Atomics.wait(never, 0, 0, 1);
}
