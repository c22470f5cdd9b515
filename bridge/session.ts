import { timingSafeEqual } from 'node:crypto';
import { describe, GymError, InvalidArgument, unknownName } from '../gymnasium/error.js';
import { isRecord } from '../gymnasium/spaces/space.js';
import { Callables } from './callables.js';
import { type Endpoint, readOptions, readSeeds } from './endpoints/endpoint.js';
import {
  type Frame,
  type FrameChannel,
  finalFlag,
  headerSize,
  kinds,
  maxPayload,
  outgoing,
  ProtocolError,
  protocolVersion,
  StreamError,
} from './frames.js';
import { decodeJson, encodeJson } from './json.js';
import { makeEndpoint } from './make.js';
import { memoryOfRequest, requireRoom } from './memory.js';
import { picture } from './picture.js';
import { evaluateVerb, respondVerb, solveVerb } from './solving.js';
import { serverName } from './version.js';

/** The JSON of a REQUEST. */
export type Request = Readonly<Record<string, unknown>>;

/** How many environments a session may hold at a time. */
const maxEnvironments = 4096;
const longestVerb = 64;

export interface SessionOptions {
  /** What the client must say in `hello`; null for none. */
  readonly token?: string | null;
  /** Called once the handshake is done. */
  readonly greeted?: () => void;
  /** Called once, before the first request that may take long: meanwhile nobody sees whether the client is still there. */
  readonly lasting?: () => void;
}

/** Requests that may take long, or whose environment's steps may: there followers can be trained. */
function takesLong({ verb, view }: Request): boolean {
  return verb === 'make'
    ? view === 'stackelberg' || view === 'stackelberg-vector'
    : verb === 'solve' || verb === 'respond' || verb === 'evaluate';
}

/**
 * Serves one client until it closes the stream. Its mistakes are answered by an error frame; the session ends after a failed
 * handshake and after a frame that leaves the stream unreadable.
 */
export async function serveSession(channel: FrameChannel, options: SessionOptions = {}): Promise<void> {
  const session = new Session(channel, options);
  try {
    while (await session.serveNext());
  } catch (error) {
    // The client may vanish while it is being answered.
    if (!channel.gone) throw error;
  } finally {
    session.close();
  }
}

class Session {
  private readonly environments = new Map<number, Endpoint>();
  private readonly callables: Callables;
  private readonly verbs: Readonly<Record<string, (request: Request, frame: Frame) => void | Promise<void>>>;
  /** Bytes of memory that the open environments are counted for. */
  private memory = 0;
  private handles = 0;
  private lasting = false;

  constructor(
    private readonly channel: FrameChannel,
    private readonly options: SessionOptions,
  ) {
    this.callables = new Callables(channel);
    this.verbs = {
      make: (request, frame) => this.make(request, frame),
      reset: (request, frame) => this.reset(request, frame),
      state: (_request, frame) => this.sendNumbers(frame, this.environment(frame).state()),
      render: (request, frame) => this.render(request, frame),
      commitment: (request, frame) => this.commitment(request, frame),
      close: (_request, frame) => this.closeEnvironment(frame),
      solve: async (request, frame) => this.reply(frame, await solveVerb(request)),
      respond: async (request, frame) => this.reply(frame, await respondVerb(request, this.callables)),
      evaluate: async (request, frame) => this.reply(frame, await evaluateVerb(request, this.callables)),
    };
  }

  /** Serves one frame; false at the end of the session. */
  async serveNext(): Promise<boolean> {
    let frame: Frame | null = null;
    try {
      frame = this.channel.read();
      if (frame === null) return false;
      // Steps are answered at once: waiting for a promise would cost more than a step.
      const pending = this.handle(frame);
      if (pending !== undefined) await pending;
      return true;
    } catch (error) {
      if (this.channel.gone) return false;
      this.fail(frame, error);
      return frame !== null && this.channel.trusted && !(error instanceof StreamError);
    }
  }

  close(): void {
    for (const endpoint of this.environments.values()) endpoint.close();
    this.environments.clear();
  }

  private handle(frame: Frame): void | Promise<void> {
    if (!this.channel.trusted) return this.greet(frame);
    this.callables.serving(frame);
    switch (frame.kind) {
      case kinds.step:
        this.environment(frame).step(frame.payload);
        return this.sendResults(frame);
      case kinds.commit:
        this.environment(frame).commit(frame.payload);
        return this.sendResults(frame);
      case kinds.request:
        return this.request(frame);
      default:
        throw new ProtocolError(`frame: expected a request, got kind ${frame.kind}, which answers a call.`);
    }
  }

  private request(frame: Frame): void | Promise<void> {
    const request = readRequest(frame);
    const verb = request['verb'];
    const known = Object.keys(this.verbs);
    if (typeof verb !== 'string' || verb.length > longestVerb) {
      throw new ProtocolError(`verb: expected one of ${known.join(', ')}, got ${describe(verb)}.`);
    }
    if (known.includes(verb)) {
      if (takesLong(request)) this.prepareToLast();
      return this.verbs[verb](request, frame);
    }
    throw new ProtocolError(`verb: ${unknownName('verb', verb, known)}`);
  }

  private prepareToLast(): void {
    if (this.lasting) return;
    this.lasting = true;
    this.options.lasting?.();
  }

  private greet(frame: Frame): void {
    const request = frame.kind === kinds.request ? readRequest(frame) : { verb: null };
    const { verb, protocol, token } = request as Request;
    if (verb !== 'hello')
      throw new ProtocolError(`hello: expected a hello first, got ${describe(verb ?? frame.kind)}.`);
    if (protocol !== protocolVersion) {
      throw new ProtocolError(
        `hello: expected protocol ${protocolVersion}, got ${describe(protocol)}: install client and server of the same release.`,
      );
    }
    if (this.options.token != null && !sameText(this.options.token, token)) {
      throw new ProtocolError('hello: expected the token that the server was started with, got another.');
    }
    this.channel.trusted = true;
    this.options.greeted?.();
    this.reply(frame, { protocol: protocolVersion, server: serverName, maxPayload });
  }

  private async make(request: Request, frame: Frame): Promise<void> {
    if (this.environments.size >= maxEnvironments) {
      throw new InvalidArgument(
        `make: expected at most ${maxEnvironments} environments in a session; close some.`,
      );
    }
    requireRoom();
    const endpoint = await makeEndpoint(request, this.callables, this.memory);
    endpoint.memory += memoryOfRequest(frame.payload.length);
    this.memory += endpoint.memory;
    this.handles++;
    this.environments.set(this.handles, endpoint);
    this.reply(frame, { env: this.handles, ...endpoint.description });
  }

  private reset({ verb: _, seed, options, maxCycles, ...others }: Request, frame: Frame): void {
    const endpoint = this.environment(frame);
    refuseFields('reset', others, ['seed', 'options', 'maxCycles']);
    if (maxCycles !== undefined && !endpoint.limits) {
      throw new InvalidArgument('maxCycles: expected a view parallel or aec, got another.');
    }
    endpoint.reset({
      seed: readSeeds(seed),
      options: readOptions(options),
      maxCycles: maxCycles as number | null | undefined,
    });
    this.sendResults(frame);
  }

  private async render({ verb: _, row = 0, ...others }: Request, frame: Frame): Promise<void> {
    const endpoint = this.environment(frame);
    refuseFields('render', others, ['row']);
    if (!Number.isInteger(row) || Number(row) < 0 || Number(row) >= endpoint.rows) {
      throw new InvalidArgument(
        `render: row: expected an integer below ${endpoint.rows}, got ${describe(row)}.`,
      );
    }
    const drawn = endpoint.render(Number(row));
    if (drawn === null || !drawn.trimStart().startsWith('<')) this.reply(frame, { text: drawn });
    else this.send(frame, kinds.data, await picture(drawn));
  }

  private commitment({ verb: _, action, ...others }: Request, frame: Frame): void {
    const endpoint = this.environment(frame);
    refuseFields('commitment', others, ['action']);
    this.reply(frame, { commitment: endpoint.commitment(action) });
  }

  private closeEnvironment(frame: Frame): void {
    const endpoint = this.environment(frame);
    this.environments.delete(frame.env);
    this.memory -= endpoint.memory;
    endpoint.close();
    this.reply(frame, {});
  }

  private environment({ env }: Frame): Endpoint {
    const endpoint = this.environments.get(env);
    if (endpoint !== undefined) return endpoint;
    throw new ProtocolError(`env: expected the handle of an open environment, got ${env}.`);
  }

  private sendResults(frame: Frame): void {
    const endpoint = this.environment(frame);
    endpoint.requireFinite();
    const flags = endpoint.finished ? finalFlag : 0;
    this.channel.write(kinds.data, frame.env, frame.request, endpoint.frame, endpoint.payloadSize, flags);
  }

  private sendNumbers(frame: Frame, numbers: Float64Array): void {
    this.send(frame, kinds.data, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }

  private reply(frame: Frame, value: unknown): void {
    this.send(frame, kinds.reply, encodeJson(value));
  }

  private send({ env, request }: Pick<Frame, 'env' | 'request'>, kind: number, payload: Uint8Array): void {
    if (payload.length > maxPayload) {
      throw new ProtocolError(
        `answer: expected at most ${maxPayload} bytes to send, got ${payload.length}: ask for less.`,
      );
    }
    const buffer = outgoing(payload.length);
    buffer.set(payload, headerSize);
    this.channel.write(kind, env, request, buffer);
  }

  private fail(frame: Frame | null, error: unknown): void {
    const known = error instanceof GymError;
    if (!known) console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    const shown = { name: known ? error.name : 'InternalError', message };
    this.send(frame ?? { env: 0, request: 0 }, kinds.error, encodeJson(shown));
  }
}

/** @throws InvalidArgument if a request has fields beside the known ones */
function refuseFields(verb: string, others: object, known: readonly string[]): void {
  const [other] = Object.keys(others);
  if (other !== undefined) throw new InvalidArgument(`${verb}: ${unknownName('field', other, known)}`);
}

function readRequest({ payload }: Frame): Request {
  const request = decodeJson(payload);
  if (isRecord(request)) return request as Request;
  throw new ProtocolError(`request: expected a JSON object with a verb, got ${describe(request)}.`);
}

function sameText(expected: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
