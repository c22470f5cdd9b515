import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Answer, Query } from '../envs/core/stackelberg.js';
import { checkCount, checkOneOf } from '../gymnasium/checks.js';
import { Box } from '../gymnasium/spaces/box.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { flatdim, flatten } from '../gymnasium/spaces/utils.js';
import { allObservations, checkLeaderMovesFirst, checkQueries, leaderActions } from './queries.js';

export interface ContextOptions {
  /** The leader observations to ask about. Default: all of a Discrete space. */
  readonly queries?: readonly any[];
  /** How often each is asked. Default 1. */
  readonly samplesPerQuery?: number;
  /** Sampled actions, or the probabilities of a leader that commits to a whole policy. Default `action`. */
  readonly answers?: 'action' | 'distribution';
}

const maxTable = 2 ** 22;

/**
 * What a contextual follower sees: its observation and the leader's answers to a fixed list of queries.
 *
 * With one sampled answer a query and Discrete spaces this is one `Discrete(observations * contexts)` (5 * 2^5 in the
 * paper); else a Box of the flattened observation followed by the frequency of each action at each query.
 */
export class ContextEncoding {
  readonly queries: readonly any[];
  readonly samplesPerQuery: number;
  readonly answers: 'action' | 'distribution';
  /** Number of different contexts in the tabular form, else null. */
  readonly contexts: number | null;
  private readonly firstAction: number;
  private readonly actions: number;

  /** @throws InvalidArgument for malformed options, or a leader whose actions are not Discrete or answer the followers' */
  constructor(
    private readonly game: MarkovGame,
    options: ContextOptions = {},
  ) {
    const owner = 'ContextualPolicy';
    checkLeaderMovesFirst(owner, game);
    const { n, start } = leaderActions(owner, game);
    this.firstAction = start;
    this.actions = n;
    this.queries = options.queries
      ? checkQueries(owner, game, options.queries)
      : allObservations(owner, game);
    this.samplesPerQuery = checkCount(owner, 'samplesPerQuery', options.samplesPerQuery ?? 1);
    this.answers = checkOneOf(owner, 'answers', options.answers ?? 'action', [
      'action',
      'distribution',
    ] as const);
    const contexts = n ** this.queries.length;
    const widest = Math.max(
      ...game.followerIndices.map((k) => (this.discrete(k) ? this.discrete(k)!.n : Infinity)),
    );
    this.contexts =
      this.samplesPerQuery === 1 && this.answers === 'action' && contexts * widest <= maxTable
        ? contexts
        : null;
  }

  private discrete(agent: number): Discrete | null {
    const { observationSpace } = this.game.agents[agent];
    return observationSpace instanceof Discrete ? observationSpace : null;
  }

  /** The space of `encode`'s results for the follower at this position in `game.agents`. */
  space(agent: number): Space<any> {
    if (this.contexts !== null) return new Discrete(this.discrete(agent)!.n * this.contexts);
    const width = flatdim(this.game.agents[agent].observationSpace) + this.queries.length * this.actions;
    return new Box(-Infinity, Infinity, { shape: [width] });
  }

  /** Asks the queries. Returns the context: a number in the tabular form, else the frequencies. */
  *ask(): Generator<Query, number | Float64Array, Answer> {
    const frequencies = new Float64Array(this.queries.length * this.actions);
    let context = 0;
    for (let q = this.queries.length - 1; q >= 0; q--) {
      const observation = this.queries[q];
      if (this.answers === 'distribution') {
        frequencies.set(yield { observation, answer: 'distribution' }, q * this.actions);
        continue;
      }
      for (let k = 0; k < this.samplesPerQuery; k++) {
        const action = (yield { observation, answer: 'action' }) - this.firstAction;
        frequencies[q * this.actions + action] += 1 / this.samplesPerQuery;
        context = context * this.actions + action;
      }
    }
    return this.contexts !== null ? context : frequencies;
  }

  /** The answers (action numbers, a query each) that a tabular context stands for. */
  answersOf(context: number): number[] {
    return this.queries.map((_, q) => Math.floor(context / this.actions ** q) % this.actions);
  }

  /** What the follower sees: observation and context as a member of `space(agent)`. */
  encode(agent: number, observation: any, context: number | Float64Array): any {
    if (typeof context === 'number') {
      const { n, start } = this.discrete(agent)!;
      return context * n + observation - start;
    }
    const { observationSpace } = this.game.agents[agent];
    const width = flatdim(observationSpace);
    const out = new Float32Array(width + context.length);
    out.set(flatten(observationSpace, observation) as ArrayLike<number>);
    out.set(context, width);
    return out;
  }
}
