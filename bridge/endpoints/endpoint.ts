import { describe, GymError, InvalidArgument } from '../../gymnasium/error.js';
import { isRecord } from '../../gymnasium/spaces/space.js';
import type { RenderFrame, TypedArray } from '../../gymnasium/types.js';
import { headerSize, maxPayload, outgoing, ProtocolError } from '../frames.js';
import { type FieldShape, type Layout, layoutOf, type Views, viewsOf } from '../layout.js';

/** What a client may say when it resets. */
export interface ResetRequest {
  readonly seed: bigint | (bigint | null)[] | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** In views that `limits`: truncate episodes after so many steps from now on, null for never; undefined leaves it as it is. */
  readonly maxCycles?: number | null | undefined;
}

/** Fields that hold finite numbers: no space of a game's observations has others. */
const finiteFields = /^(observations|finalObservations|rewards|cumulativeRewards)\b/;

/** What an environment says of itself in the reply to `make`: spaces, agents and layouts. */
export type Description = Readonly<Record<string, unknown>>;

/**
 * An environment as the session drives it: actions come as a payload in the layout `actions`; after `reset` and `step` the
 * results lie in `frame` in the layout `results`, and `final` behind it where `finished` is set.
 */
export abstract class Endpoint {
  abstract readonly description: Description;
  /** Bytes that it is counted for in its session: an estimate from above (`memory.ts`). */
  memory = 0;
  readonly frame: Uint8Array<ArrayBuffer>;
  /** Whether the last step ended a row and began it anew, so that the layout `final` is to be sent too. */
  finished = false;
  protected readonly actions: Views;
  protected readonly results: Views;
  protected readonly final: Views;
  protected readonly layouts: Readonly<Record<'actions' | 'results' | 'final', Layout>>;
  private readonly incoming: Uint8Array;
  private readonly floats: Readonly<Record<'results' | 'final', readonly (readonly [string, TypedArray])[]>>;

  /** @throws InvalidArgument if a message would be larger than a frame may be */
  constructor(
    actions: readonly FieldShape[],
    results: readonly FieldShape[],
    final: readonly FieldShape[] = [],
  ) {
    const layouts = { actions: layoutOf(actions), results: layoutOf(results), final: layoutOf(final) };
    const size = layouts.results.size + layouts.final.size;
    const largest = Math.max(size, layouts.actions.size);
    if (largest > maxPayload) {
      throw new InvalidArgument(
        `make: expected messages of at most ${maxPayload} bytes, got ${largest}: take fewer rows.`,
      );
    }
    this.layouts = layouts;
    this.incoming = new Uint8Array(layouts.actions.size);
    this.frame = outgoing(size);
    this.actions = viewsOf(layouts.actions, this.incoming.buffer as ArrayBuffer, 0);
    this.results = viewsOf(layouts.results, this.frame.buffer, headerSize);
    this.final = viewsOf(layouts.final, this.frame.buffer, headerSize + layouts.results.size);
    this.floats = { results: floatsOf(this.results), final: floatsOf(this.final) };
  }

  /** Bytes of the payload of the last reset or step. */
  get payloadSize(): number {
    return this.layouts.results.size + (this.finished ? this.layouts.final.size : 0);
  }

  /** Copies actions to where `this.actions` shows them. @throws ProtocolError if the payload has another size */
  protected receive(payload: Uint8Array, what: 'step' | 'commit' = 'step'): void {
    if (payload.length !== this.incoming.length) {
      throw new ProtocolError(
        `${what}: expected ${this.incoming.length} bytes of actions, got ${payload.length}.`,
      );
    }
    this.incoming.set(payload);
  }

  /** @throws GymError if a game made a reward or an observation that is not a finite number */
  requireFinite(): void {
    for (const [name, array] of this.floats.results) requireFiniteIn(name, array);
    if (!this.finished) return;
    for (const [name, array] of this.floats.final) requireFiniteIn(name, array);
  }

  /** Whether `reset` takes `maxCycles`. */
  get limits(): boolean {
    return false;
  }

  abstract reset(request: ResetRequest): void;
  abstract step(payload: Uint8Array): void;

  /** The first movers' actions, for views with turns within a step. @throws InvalidArgument in all others */
  commit(_payload: Uint8Array): void {
    throw new InvalidArgument('commit: expected a parallel view of a game with turns within a step.');
  }

  /** @throws InvalidArgument where there is no global state */
  state(): Float64Array {
    throw new InvalidArgument('state: expected an environment with a state.');
  }

  /** What a whole policy as one action (JSON) commits the leader to. @throws InvalidArgument in views without such actions */
  commitment(_action: unknown): unknown {
    throw new InvalidArgument('commitment: expected the view of a leader, got another.');
  }

  /** How many rows `render` draws. */
  get rows(): number {
    return 1;
  }

  /** The frame of a row. */
  render(_row: number): RenderFrame {
    return null;
  }

  close(): void {}
}

function floatsOf(views: Views): [string, TypedArray][] {
  return [...views].filter(
    ([name, array]) =>
      finiteFields.test(name) && (array instanceof Float64Array || array instanceof Float32Array),
  );
}

function requireFiniteIn(name: string, array: TypedArray): void {
  let sum = 0;
  for (let i = 0; i < array.length; i++) sum += array[i] * 0;
  if (sum === 0) return;
  const at = array.findIndex((value) => !Number.isFinite(value));
  throw new GymError(`${name}: expected finite numbers from the game, got ${array[at]} at ${at}.`);
}

/** Seeds as the wire has them: a decimal string, which may be of any size, or null; or a list of these, one a row. */
export function readSeeds(value: unknown): ResetRequest['seed'] {
  return Array.isArray(value) ? value.map(readSeed) : readSeed(value);
}

function readSeed(value: unknown): bigint | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' && /^\d{1,4096}$/.test(value)) return BigInt(value);
  throw new InvalidArgument(`seed: expected a non-negative integer as a string, got ${describe(value)}.`);
}

/** Options as the wire has them: those that nobody knows are ignored, and flags may be 0 and 1. */
export function readOptions(value: unknown): ResetRequest['options'] {
  if (value === null || value === undefined) return {};
  if (!isRecord(value)) throw new InvalidArgument(`options: expected an object, got ${describe(value)}.`);
  const mask = value['resetMask'];
  if (!Array.isArray(mask)) return value;
  return { ...value, resetMask: mask.map((flag) => (flag === 0 || flag === 1 ? flag === 1 : flag)) };
}

/** The seed of an environment without rows. @throws InvalidArgument for a list */
export function oneSeed(seed: ResetRequest['seed']): bigint | null {
  if (Array.isArray(seed))
    throw new InvalidArgument(`seed: expected one seed, got a list of ${seed.length}.`);
  return seed;
}
