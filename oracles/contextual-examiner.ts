import type { MarkovGame } from '../envs/core/markov-game.js';
import { type GameModel, modelOf } from '../envs/core/model.js';
import type { Discrete } from '../gymnasium/spaces/discrete.js';
import { bestResponse, onlyFollower, stationaryValues } from '../solvers/best-response.js';
import type { ContextEncoding } from './context-encoding.js';
import type { ContextTable } from './context-table.js';

/** Tells in which contexts the greedy follower is an exact best response, where the model view can. */
export class Examiner {
  private readonly bestValues: readonly number[];

  private constructor(
    private readonly model: GameModel,
    private readonly encoding: ContextEncoding,
    private readonly table: ContextTable,
  ) {
    this.bestValues = Array.from({ length: encoding.contexts! }, (_, context) => {
      const options = { memory: 'stationary', ties: 'leader' } as const;
      return bestResponse(model, this.commitment(context), options).followerValue;
    });
  }

  /** Null where there are several followers, queries that leave parts of the leader unknown, or too much to count. */
  static for(game: MarkovGame, encoding: ContextEncoding, tables: readonly ContextTable[]): Examiner | null {
    const leaderSpace = game.agents[game.leaderIndex].observationSpace as Discrete;
    const complete = new Set(encoding.queries).size === leaderSpace.n;
    if (tables.length !== 1 || !complete || encoding.contexts! > 4096) return null;
    const followerSpace = game.agents[tables[0].agent].observationSpace as Discrete;
    if (tables[0].actions ** followerSpace.n > 4096) return null;
    return new Examiner(modelOf(game), encoding, tables[0]);
  }

  private commitment(context: number): Float64Array[] {
    const { n } = this.model.game.agents[this.model.game.leaderIndex].actionSpace as Discrete;
    const rows: Float64Array[] = [];
    this.encoding.answersOf(context).forEach((answer, q) => {
      const row = new Float64Array(n);
      row[answer] = 1;
      rows[this.model.numberOf(this.model.game.leaderIndex, this.encoding.queries[q])] = row;
    });
    return rows;
  }

  /** The contexts whose greedy follower is not a best response. */
  failing(): number[] {
    const follower = onlyFollower(this.model);
    const leader = this.model.game.leaderIndex;
    const observations = this.model.observationCount(follower);
    const failing: number[] = [];
    for (let context = 0; context < this.bestValues.length; context++) {
      const actions = Array.from({ length: observations }, (_, o) =>
        this.table.greedy(this.encoding.encode(follower, this.model.observationValue(follower, o), context)),
      );
      const [, value] = stationaryValues(this.model, leader, follower, this.commitment(context), actions);
      if (value < this.bestValues[context] - 1e-9) failing.push(context);
    }
    return failing;
  }
}
