import { Rng, type Seed } from '../rng.js';
import { Discrete } from '../spaces/discrete.js';
import type { Space } from '../spaces/space.js';
import type { Metadata } from '../types.js';
import type { CheckOptions } from './rule.js';

/** What all kinds of environment have in common. */
export interface Playable {
  readonly metadata: Metadata;
  readonly renderMode?: string | null;
  reset(options?: any): unknown;
  render?(): unknown;
  close(): void;
  state?(): unknown;
  readonly stateSpace?: Space<any>;
}

/** Builds one environment more, with a render mode if one is given. */
export type Build<E> = (renderMode?: string) => E;

/** One value that came back, with the name that messages give it. */
export interface Named<T = unknown> {
  readonly name: string;
  readonly value: T;
}

export interface SeenObservation extends Named {
  readonly space: Space<any>;
  /** The object that was returned, where `value` is a copy made at once. */
  readonly raw: unknown;
}

/** One call of `reset` or `step` in a recorded episode. */
export interface Moment {
  /** `the reset`, `step 3`. */
  readonly at: string;
  /** A copy of all that came back, for comparison. */
  readonly data: unknown;
  readonly observations: readonly SeenObservation[];
  readonly rewards: readonly Named[];
  readonly flags: readonly Named[];
  readonly infos: readonly (Named & { readonly actionSpace?: Space<any> })[];
  readonly action: unknown;
  /** A copy of the action made before it was handed over. */
  readonly given: unknown;
}

export interface Episode<M extends Moment = Moment> {
  readonly moments: readonly M[];
  /** Whether the episode came to its end, not to the limit of steps or to an error. */
  readonly finished: boolean;
  /** What an environment threw where it should not have, or null. */
  readonly error: unknown;
}

/** A way to hand an action to an environment that has just been reset. */
export interface Offer {
  /** The agent, or empty in an Env. */
  readonly agent: string;
  readonly space: Space<any>;
  readonly step: (action: unknown) => unknown;
}

/** A moment in which nothing came back, to be filled in. */
export function emptyMoment(at: string): Omit<Moment, 'data'> {
  return { at, observations: [], rewards: [], flags: [], infos: [], action: undefined, given: undefined };
}

/** Draws actions that depend on the seed and on when and by whom they are drawn, and on nothing else. */
export class ActionSource {
  private readonly stream: Rng;

  constructor(seed: Seed) {
    this.stream = new Rng(seed).child('actions');
  }

  draw(space: Space<any>, info: unknown, ...path: (string | number)[]): any {
    space.reseed(this.stream.child(...path));
    const mask = usableMask(space, info);
    return space.sample(mask === null ? undefined : { mask });
  }
}

function usableMask(space: Space<any>, info: unknown): Int8Array | Uint8Array | null {
  const mask = (info as { actionMask?: unknown } | null | undefined)?.actionMask;
  return space instanceof Discrete && isMask(mask, space.n) ? mask : null;
}

/** Whether `mask` is an Int8Array or Uint8Array of zeros and ones with this length. */
export function isMask(mask: unknown, length: number): mask is Int8Array | Uint8Array {
  const typed = mask instanceof Int8Array || mask instanceof Uint8Array;
  return typed && mask.length === length && mask.every((value) => value === 0 || value === 1);
}

/** An environment under check, seen in the same way whatever its kind. */
export abstract class Subject<E extends Playable = any, M extends Moment = Moment> {
  readonly episodeCount: number;
  readonly seed: Seed;
  readonly maxSteps: number;
  private recorded: Episode<M>[] | null = null;

  constructor(
    readonly env: E,
    /** Null if nobody said how to build another one. */
    readonly build: Build<E> | null,
    options: CheckOptions,
  ) {
    this.episodeCount = options.episodes ?? 3;
    this.seed = options.seed ?? 42;
    this.maxSteps = options.maxSteps ?? 200;
  }

  /** Plays until the end or the limit, yielding every moment; returns whether the end came. */
  protected abstract turns(env: E, reset: object, actions: ActionSource): Generator<M, boolean>;
  /** One `step` with members of the action spaces, whatever state the environment is in. */
  abstract stepOnce(env: E): void;
  /** Every place where an action can be handed in after a reset. */
  abstract offers(env: E): readonly Offer[];

  /** Records an episode. The actions depend on `actionSeed` alone, by default the seed of the check. */
  play(env: E, reset: object = {}, actionSeed: Seed = this.seed): Episode<M> {
    const moments: M[] = [];
    try {
      const turns = this.turns(env, reset, new ActionSource(actionSeed));
      for (let turn = turns.next(); ; turn = turns.next()) {
        if (turn.done) return { moments, finished: turn.value, error: null };
        moments.push(turn.value);
      }
    } catch (error) {
      return { moments, finished: false, error };
    }
  }

  /** The episodes that most rules look at: the first is seeded, the others go on, each with actions of its own. */
  get episodes(): readonly Episode<M>[] {
    this.recorded ??= Array.from({ length: this.episodeCount }, (_, i) =>
      this.play(this.env, i === 0 ? { seed: this.seed } : {}, `${this.seed}/${i}`),
    );
    return this.recorded;
  }

  get moments(): readonly M[] {
    return this.episodes.flatMap((episode) => episode.moments);
  }

  /** Lends a new environment and closes it. */
  withFresh<T>(use: (env: E) => T, renderMode?: string): T {
    const env = this.build!(renderMode);
    try {
      return use(env);
    } finally {
      env.close();
    }
  }
}
