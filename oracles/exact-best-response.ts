import type { MarkovGame } from '../envs/core/markov-game.js';
import { type GameModel, modelOf } from '../envs/core/model.js';
import {
  type Certificate,
  type FollowerPolicy,
  type JointResponse,
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  type ResponseMemory,
  responseMemories,
  type TieBreaking,
  tieBreakings,
} from '../envs/core/stackelberg.js';
import { checkCount, checkOneOf } from '../gymnasium/checks.js';
import { checkOptionNames } from '../gymnasium/error.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import { bestResponse, type CommitmentTable, onlyFollower } from '../solvers/best-response.js';
import { committedActions, committedModel } from '../solvers/commitment.js';
import { allObservations, checkLeaderMovesFirst } from './queries.js';

export interface ExactBestResponseOptions {
  /** What the follower may condition on. Default `stationary`. */
  readonly memory?: ResponseMemory;
  /** Default `leader` (strong Stackelberg). */
  readonly ties?: TieBreaking;
  /** How often each observation is asked; the answers' frequencies are taken for the leader's policy. Default 1. */
  readonly samplesPerQuery?: number;
  /**
   * Whether the leader is asked for an `action` or, where it commits to a whole policy, for the `distribution` that it draws from.
   * Default `auto`: for the distribution where it can tell one and `samplesPerQuery` is 1.
   */
  readonly answers?: 'auto' | 'action' | 'distribution';
}

/**
 * The exact best response, from the game's model view, to the policy that the leader's answers show: one query (or
 * `samplesPerQuery`) for each leader observation. Exact for a leader that keeps to its answers or tells its distributions;
 * for one that draws afresh at every step it is a best response to a sample of the policy.
 */
export class ExactBestResponse implements Oracle {
  readonly name = 'exact-best-response';
  readonly memory: ResponseMemory;
  readonly ties: TieBreaking;
  readonly samplesPerQuery: number;
  readonly answers: 'auto' | 'action' | 'distribution';

  constructor(options: ExactBestResponseOptions = {}) {
    checkOptionNames('ExactBestResponse', options, ['memory', 'ties', 'samplesPerQuery', 'answers']);
    const { memory = 'stationary', ties = 'leader', samplesPerQuery = 1, answers = 'auto' } = options;
    this.memory = checkOneOf('ExactBestResponse', 'memory', memory, responseMemories);
    this.ties = checkOneOf('ExactBestResponse', 'ties', ties, tieBreakings);
    this.samplesPerQuery = checkCount('ExactBestResponse', 'samplesPerQuery', samplesPerQuery);
    const known = ['auto', 'action', 'distribution'] as const;
    this.answers = checkOneOf('ExactBestResponse', 'answers', answers, known);
  }

  /**
   * @throws InvalidArgument unless the leader has Discrete observations and does not move after its follower; responding does
   * unless the game is finite, with one leader and one follower
   */
  start(context: OracleContext): Responder {
    const { memory, ties } = this;
    return exactResponder(
      this,
      context,
      this,
      (model, table) => bestResponse(model, table, { memory, ties }),
      { notion: memory === 'myopic' ? 'none' : 'best response', gap: memory === 'myopic' ? null : 0 },
    );
  }
}

/** A follower's response to a commitment, computed on the model view. */
type Compute = (model: GameModel, table: CommitmentTable) => { readonly policy: FollowerPolicy };

/** How many responses are remembered, by the answers that led to them. */
const remembered = 4096;
type Responses = Map<string, JointResponse>;
/** Those that keep no state of an episode serve all rows of a vector environment. */
const stateless = new WeakMap<Oracle, WeakMap<MarkovGame, Responses>>();

function sharedResponses(oracle: Oracle, game: MarkovGame): Responses {
  const games = stateless.get(oracle) ?? new WeakMap<MarkovGame, Responses>();
  const responses = games.get(game) ?? new Map<string, JointResponse>();
  stateless.set(oracle, games.set(game, responses));
  return responses;
}

/**
 * Asks the leader for its answer to each of its observations, `samplesPerQuery` times, and lets `compute` respond to
 * them; `certificate` says what that response is. A leader with other than Discrete actions is asked once: what it answers is what it does.
 */
export function exactResponder(
  oracle: Oracle,
  { lane: { game }, distributions = false }: OracleContext,
  { samplesPerQuery = 1, answers = 'auto' }: Pick<ExactBestResponseOptions, 'samplesPerQuery' | 'answers'>,
  compute: Compute,
  certificate: Certificate = { notion: 'none', gap: null },
): Responder {
  checkLeaderMovesFirst(oracle.name, game);
  const observations = allObservations(oracle.name, game);
  const { actionSpace } = game.agents[game.leaderIndex];
  const respondTo = (model: GameModel, table: CommitmentTable): JointResponse => ({
    mixture: [{ [game.agents[onlyFollower(model)].id]: compute(model, table).policy }],
    ...certificate,
  });
  if (!(actionSpace instanceof Discrete)) {
    return {
      *respond(): Response {
        const actions: any[] = [];
        for (const observation of observations) actions.push(yield { observation, answer: 'action' });
        const committed = committedActions(game, observations.length === 1 ? actions[0] : actions, true);
        return respondTo(committedModel(game, committed), committed.table);
      },
      reset() {},
    };
  }
  const whole = answers === 'distribution' || (answers === 'auto' && distributions && samplesPerQuery === 1);
  const [shared, own]: Responses[] = [sharedResponses(oracle, game), new Map()];
  return {
    *respond(): Response {
      // Plain numbers until the answers turn out to be new ones.
      const told: number[] = [];
      for (const observation of observations) {
        if (whole) {
          told.push(...(yield { observation, answer: 'distribution' }));
          continue;
        }
        const row = told.length - actionSpace.start;
        for (let action = 0; action < actionSpace.n; action++) told.push(0);
        for (let k = 0; k < samplesPerQuery; k++) told[row + (yield { observation, answer: 'action' })]++;
      }
      const key = told.join();
      const known = shared.get(key) ?? own.get(key);
      if (known !== undefined) return known;
      const unit = whole ? 1 : samplesPerQuery;
      const table = observations.map((_, o) =>
        Float64Array.from({ length: actionSpace.n }, (_, action) => told[o * actionSpace.n + action] / unit),
      );
      const response = respondTo(modelOf(game), table);
      const keepsState = Object.values(response.mixture[0]).some(({ reset }) => reset !== undefined);
      const responses = keepsState ? own : shared;
      if (responses.size < remembered) responses.set(key, response);
      return response;
    },
    reset() {},
  };
}
