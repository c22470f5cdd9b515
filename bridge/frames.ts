import { readSync, writeSync } from 'node:fs';
import { GymError } from '../gymnasium/error.js';

/** Version of the frames, verbs and layouts in docs/bridge.md. Both sides must have the same. */
export const protocolVersion = 1;
/** Bytes before a payload: length (u32), kind (u8), flags (u8), zero (u16), environment (u32), request (u32). */
export const headerSize = 16;
/** The largest payload of a frame with numbers, in bytes. */
export const maxPayload = 2 ** 28;
/** The largest payload of a frame with JSON, which takes many times its size when it is read. */
export const maxJson = 2 ** 24;
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

/** The size of the buffer for what comes in, while nothing larger comes. */
const usualBuffer = 2 ** 16;

/** Frames over two file descriptors, one call at a time: reading waits, without polling, until a frame is whole. */
export class FrameChannel {
  /** Whether the handshake is done, so that frames may be large. */
  trusted = false;
  /** Whether the client is gone, so that nothing more can be read or written. */
  gone = false;
  private buffer = new Uint8Array(usualBuffer);
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
    this.discard();
    if (this.gone || !this.fill(headerSize)) return null;
    const length = this.header.getUint32(0, true);
    const kind = this.header.getUint8(4);
    const [flags, zero] = [this.header.getUint8(5), this.header.getUint16(6, true)];
    if (flags !== 0 || zero !== 0 || !clientKinds.includes(kind)) {
      throw new StreamError(
        `frame: expected a kind among ${clientKinds.join(', ')} and three zero bytes, got kind ${kind}, flags ${flags} and ${zero}.`,
      );
    }
    const limit = this.limit(kind);
    if (length > limit) {
      throw new StreamError(`frame: expected a payload of at most ${limit} bytes, got ${length}.`);
    }
    const env = this.header.getUint32(8, true);
    const request = this.header.getUint32(12, true);
    if (!this.fill(headerSize + length)) throw new StreamError('frame: expected a payload, got the end.');
    this.consumed = headerSize + length;
    return { kind, env, request, payload: this.buffer.subarray(headerSize, this.consumed) };
  }

  private limit(kind: number): number {
    if (!this.trusted) return maxGreeting;
    return kind === kinds.step || kind === kinds.commit ? maxPayload : maxJson;
  }

  /** Drops the frame that was read last, and the memory for a large one once a frame with JSON has followed it. */
  private discard(): void {
    const json = this.consumed > 0 && this.limit(this.header.getUint8(4)) !== maxPayload;
    this.buffer.copyWithin(0, this.consumed, this.filled);
    this.filled -= this.consumed;
    this.consumed = 0;
    if (json && this.filled === 0 && this.buffer.length > usualBuffer) this.resize(usualBuffer);
  }

  /** Reads until the buffer holds `size` bytes; it grows with what arrives, not with what was announced. */
  private fill(size: number): boolean {
    while (this.filled < size) {
      if (this.filled === this.buffer.length) this.resize(Math.min(2 * this.filled, size));
      const count = readSome(this.input, this.buffer, this.filled);
      if (count > 0) this.filled += count;
      else if (this.filled === 0) return false;
      else throw new StreamError(`frame: expected ${size} bytes, got the end after ${this.filled}.`);
    }
    return true;
  }

  private resize(size: number): void {
    const resized = new Uint8Array(size);
    resized.set(this.buffer.subarray(0, this.filled));
    this.buffer = resized;
    this.header = new DataView(resized.buffer);
  }

  /** Sends a buffer made by `outgoing`, up to `payloadSize`. @throws StreamError if the client is gone */
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
    for (let sent = 0; sent < size && !this.gone; ) {
      const count = writeSome(this.output, frame, sent, size - sent);
      if (count === 0) this.gone = true;
      sent += count;
    }
    if (this.gone) throw new StreamError('frame: expected a client to answer, but it is gone.');
  }
}

/** What a read or write says when the peer is gone: its stream has ended. On Windows a closed pipe says EOF. */
const endings = ['EOF', 'EPIPE', 'ECONNRESET', 'ECONNABORTED', 'ENOTCONN', 'ETIMEDOUT'];

/** Waits for bytes and returns how many came, 0 at the end. */
function readSome(fd: number, into: Uint8Array, at: number): number {
  return untilDone(() => readSync(fd, into, at, into.length - at, null));
}

/** Waits until some bytes are taken and returns how many, 0 where nobody is left to take them. */
function writeSome(fd: number, from: Uint8Array, at: number, size: number): number {
  return untilDone(() => writeSync(fd, from, at, size));
}

function untilDone(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (endings.includes(code)) return 0;
      if (code !== 'EAGAIN') throw error;
      // The owner of the descriptor made it non-blocking.
      Atomics.wait(never, 0, 0, 1);
    }
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));
