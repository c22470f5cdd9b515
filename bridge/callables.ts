import { describe, GymError } from '../gymnasium/error.js';
import {
  type Frame,
  type FrameChannel,
  headerSize,
  kinds,
  outgoing,
  ProtocolError,
  StreamError,
} from './frames.js';
import { decodeJson, encodeJson } from './json.js';

/** Calls one function of the client and waits for what it returns. */
export type Call = (request: object) => unknown;

/** A callable of the client's raised an exception. */
export class CallableError extends GymError {}

/** Functions that live in the client: the server calls them in the middle of a request and waits for the answer. */
export class Callables {
  private frame: Pick<Frame, 'env' | 'request'> = { env: 0, request: 0 };

  constructor(private readonly channel: FrameChannel) {}

  /** The request that calls belong to from now on. */
  serving({ env, request }: Frame): void {
    this.frame = { env, request };
  }

  /** Function `callable` of the client. */
  bind(callable: number): Call {
    return (request) => this.call(callable, request);
  }

  /**
   * Calls function `callable` of the client.
   *
   * @param call plain JSON, whatever the function's kind needs
   * @throws CallableError if it raised, StreamError if the client answered with anything but a return
   */
  call(callable: number, call: object): unknown {
    const payload = encodeJson({ callable, ...call });
    const buffer = outgoing(payload.length);
    buffer.set(payload, headerSize);
    this.channel.write(kinds.call, this.frame.env, this.frame.request, buffer);
    const answer = this.channel.read();
    if (answer === null) throw new StreamError('call: expected an answer, got the end.');
    if (answer.kind === kinds.return) return decodeJson(answer.payload);
    if (answer.kind !== kinds.raise)
      throw new StreamError(`call: expected a return or a raise, got kind ${answer.kind}.`);
    const raised = decodeJson(answer.payload) as { type?: unknown; message?: unknown } | null;
    if (typeof raised?.type !== 'string' || typeof raised.message !== 'string')
      throw new ProtocolError(`raise: expected a type and a message, got ${describe(raised)}.`);
    throw new CallableError(`${raised.type}: ${raised.message}`);
  }
}
