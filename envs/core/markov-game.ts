import { describe, InvalidArgument } from '../../gymnasium/error.js';
import type { Rng } from '../../gymnasium/rng.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import { type AgentId, arrayTypes, type TypedArray } from '../../gymnasium/types.js';

export type Role = 'leader' | 'follower';

/** One player of a game. Both spaces are array spaces: Discrete, MultiDiscrete, MultiBinary or Box. */
export interface AgentSpec {
  readonly id: AgentId;
  readonly role: Role;
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
}

/** Actions of all lanes: a flat row-major array an agent, in the order of `MarkovGame.agents`. */
export type Actions = readonly TypedArray[];

/** A joint type of the followers of a game with private types, and how likely it is. */
export interface TypeProfile {
  readonly probability: number;
  /** A type for each follower, counted from 0, in the order of `followerIndices`. */
  readonly types: readonly number[];
}

/** What a step writes, a row a lane, an array an agent in the order of `MarkovGame.agents`. */
export interface StepBuffers {
  readonly observations: readonly TypedArray[];
  readonly rewards: readonly Float64Array[];
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
}

/**
 * A Markov game with leaders and followers (Gerstgrasser & Parkes 2023, Definition 1), written once as rules over
 * lanes: the state is a set of typed arrays with a row a lane, and both methods work in place. The scalar, AEC,
 * vector and model views are derived from it.
 *
 * Random draws come from `this.rng(lane)` alone. Draws through `integer` and `categorical` can be enumerated by the
 * model view; continuous draws cannot.
 */
export abstract class MarkovGame {
  abstract readonly agents: readonly AgentSpec[];
  /** Weight of the reward at step t is discount^t, in (0, 1]. */
  readonly discount: number = 1;
  /** Who moves first within a step, in games that have `commit`. */
  readonly firstMovers: Role = 'leader';
  /**
   * Whether followers move once an episode, in its first step: they send a message, report a type, or play a one-shot
   * game. What they do in later steps is ignored.
   */
  readonly followersMoveOnce: boolean = false;
  /**
   * Every joint type that the followers can have, for games with private types: `resetLane` takes one by `drawTypes`,
   * and each follower's first observation tells its own. Null for games without.
   */
  readonly typeProfiles: readonly TypeProfile[] | null = null;
  lanes = 0;
  private rows: { readonly width: number; readonly array: TypedArray }[] = [];
  private streams: (Rng | undefined)[] = [];
  /** The type profile that a lane's episodes start with, or -1 for draws. */
  private frozen = new Int32Array(0);

  /** Makes the state arrays for this many lanes, through `this.array`. */
  protected abstract allocateState(): void;
  /** Starts an episode in a lane: writes its state and its first observations. */
  abstract resetLane(lane: number, out: StepBuffers): void;
  /**
   * Advances lanes `from` (included) to `to` (excluded) by one step: writes their observations and rewards, and sets the
   * flags of those that end. Flags are 0 on entry.
   */
  abstract step(from: number, to: number, actions: Actions, out: StepBuffers): void;

  /**
   * Games that are not simultaneous within a step: given the actions of the `firstMovers` in the coming step, rewrites
   * what the others observe before they move. Leaders go first unless `firstMovers` says otherwise; where followers do, the
   * leader sees their messages, reports or moves and then acts.
   */
  commit?(from: number, to: number, actions: Actions, out: StepBuffers): void;

  /** Makes room for `lanes` lanes. Every lane must be reset before it is stepped. */
  allocate(lanes: number): void {
    if (!Number.isSafeInteger(lanes) || lanes <= 0) {
      throw new InvalidArgument(`lanes: expected a positive integer, got ${describe(lanes)}.`);
    }
    this.lanes = lanes;
    this.rows = [];
    this.streams = new Array(lanes);
    this.frozen = new Int32Array(lanes).fill(-1);
    this.allocateState();
  }

  /** The same rules with lanes of its own. Everything but the state arrays is shared and must not change. */
  twin(): this {
    const twin: this = Object.assign(Object.create(Object.getPrototypeOf(this)), this);
    twin.allocate(1);
    return twin;
  }

  /** The rules as text: the same for two games exactly if their class and all that is not state are the same. */
  get signature(): string {
    if (this.lanes === 0) return this.twin().signature;
    const state = new Set<unknown>([
      this.rows,
      this.streams,
      this.frozen,
      ...this.rows.map(({ array }) => array),
    ]);
    const rules = Object.entries(this).filter(([name, value]) => name !== 'lanes' && !state.has(value));
    return JSON.stringify([this.constructor.name, rules]);
  }

  /** A state array with `width` numbers a lane. */
  protected array<T extends TypedArray>(type: { new (length: number): T }, width = 1): T {
    const array = new type(this.lanes * width);
    this.rows.push({ width, array });
    return array;
  }

  /** Gives a lane its stream of random numbers. */
  seedLane(lane: number, rng: Rng): void {
    this.streams[lane] = rng;
  }

  protected rng(lane: number): Rng {
    const rng = this.streams[lane];
    if (rng === undefined) throw new InvalidArgument(`Lane ${lane} draws random numbers but was not seeded.`);
    return rng;
  }

  /** Position in `typeProfiles` of the types that a lane's new episode has: drawn, or those it was told to start with. */
  protected drawTypes(lane: number): number {
    if (this.frozen[lane] >= 0) return this.frozen[lane];
    return this.rng(lane).categorical(probabilitiesOf(this.typeProfiles!));
  }

  /**
   * Makes a lane's next episodes start with this position in `typeProfiles`, or with a draw again for null. Sums over
   * types and responses that are learned with the types held fixed use it.
   */
  freezeTypes(lane: number, profile: number | null): void {
    const count = this.typeProfiles?.length ?? 0;
    if (profile !== null && !(Number.isSafeInteger(profile) && profile >= 0 && profile < count)) {
      throw new InvalidArgument(
        `freezeTypes: expected null or an integer from 0 to ${count - 1}, got ${describe(profile)}.`,
      );
    }
    this.frozen[lane] = profile ?? -1;
  }

  /** How many numbers `readState` returns. */
  get stateSize(): number {
    return this.rows.reduce((sum, { width }) => sum + width, 0);
  }

  /** A lane's state as plain numbers; `writeState` puts it back. */
  readState(lane: number, out = new Float64Array(this.stateSize)): Float64Array {
    let at = 0;
    for (const { width, array } of this.rows) {
      for (let k = 0; k < width; k++) out[at++] = array[lane * width + k];
    }
    return out;
  }

  writeState(lane: number, state: ArrayLike<number>): void {
    let at = 0;
    for (const { width, array } of this.rows) {
      for (let k = 0; k < width; k++) array[lane * width + k] = state[at++];
    }
  }

  /** Whether the leader moves after its followers within a step, and sees what they did. */
  get followersFirst(): boolean {
    return this.commit !== undefined && this.firstMovers === 'follower';
  }

  /** Position in `agents` of the only leader. @throws InvalidArgument if there is not exactly one. */
  get leaderIndex(): number {
    const leaders = this.agents.flatMap(({ role }, index) => (role === 'leader' ? [index] : []));
    if (leaders.length !== 1)
      throw new InvalidArgument(`Expected a game with one leader, got ${leaders.length}.`);
    return leaders[0];
  }

  /** Positions in `agents` of the followers. */
  get followerIndices(): readonly number[] {
    return this.agents.flatMap(({ role }, index) => (role === 'follower' ? [index] : []));
  }

  /** Position in `agents` of an id. @throws InvalidArgument for an id the game does not have. */
  agentIndex(id: AgentId): number {
    for (let index = 0; index < this.agents.length; index++) if (this.agents[index].id === id) return index;
    const ids = this.agents.map((agent) => agent.id).join(', ');
    throw new InvalidArgument(`Expected an agent among ${ids}, got ${describe(id)}.`);
  }
}

const knownProbabilities = new WeakMap<readonly TypeProfile[], readonly number[]>();

/** The profiles' probabilities as one array, made once: a draw allocates nothing. */
function probabilitiesOf(profiles: readonly TypeProfile[]): readonly number[] {
  let known = knownProbabilities.get(profiles);
  if (known === undefined) {
    known = profiles.map(({ probability }) => probability);
    knownProbabilities.set(profiles, known);
  }
  return known;
}

/** Numbers a lane takes in a flat batch of members of an array space. */
export function laneWidth(space: Space<any>): number {
  if (space.shape === null || space.dtype === null) {
    throw new InvalidArgument(
      `Expected an array space (Discrete, MultiDiscrete, MultiBinary, Box), got ${space}.`,
    );
  }
  return space.shape.reduce((product, side) => product * side, 1);
}

/** A flat array for `lanes` members of an array space. */
export function laneArray(space: Space<any>, lanes: number): TypedArray {
  return new arrayTypes[space.dtype!](laneWidth(space) * lanes);
}

/** Fresh buffers for the observations, rewards and flags of `lanes` lanes. */
export function stepBuffers(game: MarkovGame, lanes: number): StepBuffers {
  return {
    observations: game.agents.map((agent) => laneArray(agent.observationSpace, lanes)),
    rewards: game.agents.map(() => new Float64Array(lanes)),
    terminated: new Uint8Array(lanes),
    truncated: new Uint8Array(lanes),
  };
}

/** Fresh buffers for the actions of `lanes` lanes. */
export function actionBuffers(game: MarkovGame, lanes: number): TypedArray[] {
  return game.agents.map((agent) => laneArray(agent.actionSpace, lanes));
}

/** Row `lane` of a batch as a member of the space: a number for Discrete, else a copied typed array. */
export function readRow(space: Space<any>, batch: TypedArray, lane: number): any {
  const width = laneWidth(space);
  return space.shape!.length === 0 ? batch[lane] : batch.slice(lane * width, (lane + 1) * width);
}

/** Writes a member of the space into row `lane` of a batch. */
export function writeRow(space: Space<any>, batch: TypedArray, lane: number, value: any): void {
  if (space.shape!.length === 0) batch[lane] = value;
  else batch.set(value, lane * laneWidth(space));
}
