import { checkCount } from '../../gymnasium/checks.js';
import { describe, GymError, InvalidArgument } from '../../gymnasium/error.js';

/** All that a learning leader sees of the follower: its action at a commitment, and how often it was asked. */
export interface Queries {
  /** Numbers in a commitment: the leader's actions, or the targets of a security game. */
  readonly size: number;
  /** The follower's actions are 0 to `actions - 1`. */
  readonly actions: number;
  /** Queries answered so far. */
  readonly count: number;
  /**
   * The follower's action at this commitment.
   *
   * @throws InvalidArgument for a vector that is no commitment; QueryBudgetSpent beyond the budget
   */
  query(commitment: ArrayLike<number>): number;
}

/** Something that answers queries; `response-sources.ts` has the exact, the noisy and the oracle-backed ones. */
export interface ResponseSource {
  readonly size: number;
  readonly actions: number;
  /** What a commitment must be, in words, if this vector is none. */
  refusal(commitment: Float64Array): string | undefined;
  respond(commitment: Float64Array): number;
}

/** A query was asked after the budget had been used up. */
export class QueryBudgetSpent extends GymError {
  constructor(readonly budget: number) {
    super(`BestResponseQueries: expected at most ${budget} queries, but one more was asked.`);
  }
}

/** The answers contradict those of any follower that best-responds: they are noisy, or too coarse for the precision. */
export class LearningFailed extends GymError {}

/**
 * Access to a follower by best-response queries (Letchford, Conitzer & Munagala, "Learning and approximating the optimal
 * strategy to commit to", SAGT 2009): the leader submits a commitment and sees the follower's action, and nothing of its
 * payoffs. Learners take the interface `Queries`, so that their types show what they may use.
 *
 * @example
 * const queries = new BestResponseQueries(exactResponses(makeGame('NormalForm-v0')), { budget: 500 });
 * queries.query([0.5, 0.5]); // 1
 */
export class BestResponseQueries implements Queries {
  readonly size: number;
  readonly actions: number;
  /** Infinity if there is none. */
  readonly budget: number;
  private asked = 0;

  /** @throws InvalidArgument for a budget that is not a positive integer */
  constructor(
    private readonly source: ResponseSource,
    { budget = Number.POSITIVE_INFINITY }: { readonly budget?: number } = {},
  ) {
    if (budget !== Number.POSITIVE_INFINITY) checkCount('BestResponseQueries', 'budget', budget);
    this.size = source.size;
    this.actions = source.actions;
    this.budget = budget;
  }

  get count(): number {
    return this.asked;
  }

  query(commitment: ArrayLike<number>): number {
    if (this.asked >= this.budget) throw new QueryBudgetSpent(this.budget);
    const vector = Float64Array.from(commitment);
    const refusal =
      vector.length === this.size ? this.source.refusal(vector) : `a vector of ${this.size} numbers`;
    if (refusal !== undefined) {
      throw new InvalidArgument(
        `BestResponseQueries: commitment: expected ${refusal}, got ${describe(commitment)}.`,
      );
    }
    this.asked++;
    return this.source.respond(vector);
  }
}

/**
 * Asks every query `votes` times and takes the commonest answer (the lowest of several). If a single answer is wrong with
 * probability p < 1/2, the majority is with probability at most exp(-2 votes (1/2 - p)^2) (Hoeffding). Every vote counts
 * as a query. Against a quantal follower votes do not help at a tie, which is where learners look: expect the precision
 * of about 1 / (rationality * sqrt(votes)) there.
 *
 * @throws InvalidArgument unless `votes` is a positive integer
 */
export function majorityVote(queries: Queries, votes: number): Queries {
  checkCount('majorityVote', 'votes', votes);
  const tally = new Int32Array(queries.actions);
  return {
    size: queries.size,
    actions: queries.actions,
    get count() {
      return queries.count;
    },
    query(commitment) {
      tally.fill(0);
      for (let vote = 0; vote < votes; vote++) tally[queries.query(commitment)]++;
      return tally.indexOf(tally.reduce((most, votesFor) => Math.max(most, votesFor)));
    },
  };
}
