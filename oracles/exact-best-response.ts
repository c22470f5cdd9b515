import { modelOf } from '../envs/core/model.js';
import {
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  type ResponseMemory,
  responseMemories,
  type TieBreaking,
  tieBreakings,
} from '../envs/core/stackelberg.js';
import { checkOptionNames } from '../gymnasium/error.js';
import { type BestResponse, bestResponse, onlyFollower } from '../solvers/best-response.js';
import { allObservations, checkCount, checkOneOf, leaderActions } from './queries.js';

export interface ExactBestResponseOptions {
  /** What the follower may condition on. Default `stationary`. */
  readonly memory?: ResponseMemory;
  /** Default `leader` (strong Stackelberg). */
  readonly ties?: TieBreaking;
  /** How often each observation is asked; the answers' frequencies are taken for the leader's policy. Default 1. */
  readonly samplesPerQuery?: number;
  /** `distribution` asks a leader that commits to a whole policy for its probabilities. Default `action`. */
  readonly answers?: 'action' | 'distribution';
}

/**
 * The exact best response, from the game's model view, to the policy that the leader's answers show: one query (or
 * `samplesPerQuery`) for each leader observation. Exact for a leader that keeps to its answers; for one that draws
 * afresh at every step it is a best response to a sample of the policy.
 */
export class ExactBestResponse implements Oracle {
  readonly name = 'exact-best-response';
  readonly memory: ResponseMemory;
  readonly ties: TieBreaking;
  readonly samplesPerQuery: number;
  readonly answers: 'action' | 'distribution';

  constructor(options: ExactBestResponseOptions = {}) {
    checkOptionNames('ExactBestResponse', options, ['memory', 'ties', 'samplesPerQuery', 'answers']);
    const { memory = 'stationary', ties = 'leader', samplesPerQuery = 1, answers = 'action' } = options;
    this.memory = checkOneOf('ExactBestResponse', 'memory', memory, responseMemories);
    this.ties = checkOneOf('ExactBestResponse', 'ties', ties, tieBreakings);
    this.samplesPerQuery = checkCount('ExactBestResponse', 'samplesPerQuery', samplesPerQuery);
    this.answers = checkOneOf('ExactBestResponse', 'answers', answers, ['action', 'distribution'] as const);
  }

  /** @throws InvalidArgument unless the game is finite with one Discrete leader and one follower */
  start({ lane: { game } }: OracleContext): Responder {
    const model = modelOf(game);
    const follower = game.agents[onlyFollower(model)].id;
    const observations = allObservations(this.name, game);
    const actions = leaderActions(this.name, game);
    const known = new Map<string, BestResponse>();
    const { answers, samplesPerQuery, memory, ties } = this;
    const respondTo = (table: Float64Array[]) => {
      const key = table.join(';');
      let response = known.get(key);
      if (response === undefined) {
        response = bestResponse(model, table, { memory, ties });
        if (known.size < 4096) known.set(key, response);
      }
      return { [follower]: response.policy };
    };
    return {
      *respond(): Response {
        const table: Float64Array[] = [];
        for (const observation of observations) {
          if (answers === 'distribution') {
            table.push(Float64Array.from(yield { observation, answer: 'distribution' }));
            continue;
          }
          const row = new Float64Array(actions.n);
          for (let k = 0; k < samplesPerQuery; k++) {
            row[(yield { observation, answer: 'action' }) - actions.start] += 1 / samplesPerQuery;
          }
          table.push(row);
        }
        return respondTo(table);
      },
      reset() {},
    };
  }
}
