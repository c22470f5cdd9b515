import type { MarkovGame } from '../envs/core/markov-game.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { isTypedArray } from '../gymnasium/spaces/space.js';
import type { Info } from '../gymnasium/types.js';
import type { StackelbergOptions } from './stackelberg-options.js';

/** With `episode` commitment: what the leader has answered in an outer episode, and what a learner is told of it. */
export class CommittedAnswers {
  /** Whether an observation that the leader has answered is answered for it. */
  readonly skips: boolean;
  /** 1 for each action that the leader is free to take; null where it has no mask. */
  readonly mask: Int8Array | null;
  private readonly keeps: boolean;
  private readonly firstAction: number;
  private readonly answers = new Map<Key, any>();
  /** Observations of hidden queries that the leader was not shown yet. */
  private readonly unseen = new Set<Key>();

  constructor(
    { agents }: MarkovGame,
    leader: number,
    { commitment, repeats }: Pick<Required<StackelbergOptions>, 'commitment' | 'repeats'>,
  ) {
    const { actionSpace } = agents[leader];
    const discrete = actionSpace instanceof Discrete ? actionSpace : null;
    this.keeps = commitment === 'episode';
    this.firstAction = discrete?.start ?? 0;
    this.mask = this.keeps && discrete !== null ? new Int8Array(discrete.n) : null;
    this.skips = this.keeps && (repeats === 'skip' || (repeats === 'auto' && this.mask === null));
  }

  clear(): void {
    this.answers.clear();
    this.unseen.clear();
  }

  /** The first action given for this observation; without `episode` commitment the one given now. */
  keep(observation: any, action: any): any {
    if (!this.keeps) return action;
    const key = keyOf(observation);
    this.unseen.delete(key);
    if (!this.answers.has(key)) this.answers.set(key, copyOf(action));
    return this.answers.get(key);
  }

  /** The same for a query that the learner does not see. */
  keepHidden(observation: any, action: any): any {
    const kept = this.keep(observation, action);
    if (this.skips) this.unseen.add(keyOf(observation));
    return kept;
  }

  /** Whether the leader's turn at this observation is to be taken for it. */
  isSkipped(observation: any): boolean {
    if (!this.skips) return false;
    const key = keyOf(observation);
    return this.answers.has(key) && !this.unseen.has(key);
  }

  /**
   * Brings `info` up to date: `actionMask`, which actions the leader is still free to take, and with `skips` `committedAction`, what
   * a hidden query was answered with, for the learner to take and to learn from.
   */
  describe(info: Info, observation: any, done: boolean): void {
    const told = 'committedAction' in info;
    if (this.mask === null && this.unseen.size === 0 && !told) return;
    const key = keyOf(observation);
    if (!done && this.unseen.has(key)) info['committedAction'] = copyOf(this.answers.get(key));
    else if (told) delete info['committedAction'];
    if (this.mask === null) return;
    const kept = done || this.skips ? undefined : this.answers.get(key);
    this.mask.fill(kept === undefined ? 1 : 0);
    if (kept !== undefined) this.mask[kept - this.firstAction] = 1;
  }
}

type Key = number | string;

function keyOf(observation: any): Key {
  return typeof observation === 'number' ? observation : String(observation);
}

/** Learners may write to the arrays that they are given, and reuse those that they hand over. */
export function copyOf<T>(value: T): T {
  return isTypedArray(value) ? (value.slice() as T) : value;
}
