import type { MarkovGame } from '../envs/core/markov-game.js';
import type { TieBreaking } from '../envs/core/stackelberg.js';
import type { AgentId } from '../gymnasium/types.js';
import type { ObservedAction } from './commitment.js';
import type { FollowerModel } from './follower-model.js';

/**
 * How far a solution is to be trusted. `optimal`: no commitment of its kind does better (up to rounding).
 * `best-known`: found by a search that proves nothing. `heuristic`: the fixed point or equilibrium that the solver's
 * own algorithm comes to, which says nothing of other commitments. `learned`: found from samples or queries.
 */
export type SolutionStatus = 'optimal' | 'best-known' | 'heuristic' | 'learned';

export interface Solution {
  /** The leader's value: its return, or where `sense` is `cost` its cost, which is minus that. */
  readonly value: number;
  /** Default `return`. */
  readonly sense?: 'return' | 'cost';
  /** Expected return of each follower. */
  readonly followerValues: Readonly<Record<AgentId, number>>;
  /**
   * An action for each observation, a distribution for each, or one distribution (or one vector of a Box action space)
   * where there is one observation; or a list of observations, each with its action, where they are not Discrete. `evaluateCommitment`
   * takes it. Null where the solver states the value and, in `details`, rules, but no commitment of this game that can be played:
   * it would be too large to list, or the leader does not observe enough to follow it.
   */
  readonly commitment: readonly number[] | readonly (readonly number[])[] | readonly ObservedAction[] | null;
  readonly solver: string;
  /** How the follower was taken to respond. */
  readonly follower: string;
  /** What the commitment was chosen among. A coverage vector is `stochastic`: it stands for a mixed strategy. */
  readonly kind: 'deterministic' | 'stochastic';
  readonly status: SolutionStatus;
  /**
   * How the follower's ties are broken: `leader` is the strong Stackelberg equilibrium. Null where ties do not
   * matter.
   */
  readonly tieBreaking: TieBreaking | null;
  /** The supremum if ties go against the leader, where the solver tells. */
  readonly weakValue?: number;
  /** Why no commitment does better. */
  readonly certificate?: Readonly<Record<string, unknown>>;
  /** Whatever else the solver found, such as responses, queries or iterations, as plain JSON data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The leader's return at a solution. */
export function leaderReturn({ value, sense }: Pick<Solution, 'value' | 'sense'>): number {
  return sense === 'cost' ? 0 - value : value;
}

/** What a solver returns; the front adds its name and the follower. */
export type Answer = Omit<Solution, 'solver' | 'follower'>;

/** What is to be solved, with checked options. */
export interface Task {
  /** Undefined where the user did not say: the first solver that fits decides. */
  readonly commitment?: 'deterministic' | 'stochastic';
  readonly follower: FollowerModel;
  readonly certify: boolean;
  /** Seconds after which a mixed-integer program gives up, with an error. */
  readonly timeLimit?: number;
  /** The solver's own options, for it to check. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What an option of a solver or an oracle is, in the words of JSON schema. */
export interface OptionNote {
  readonly type: 'integer' | 'number' | 'boolean' | 'string' | 'array' | 'object';
  readonly enum?: readonly string[];
  /** Absent where the description says what is taken instead. */
  readonly default?: unknown;
  readonly description: string;
}

/** Options by name: all that there are. */
export type OptionNotes = Readonly<Record<string, OptionNote>>;

/** One way to solve some games. The first in `catalogue.ts` that fits is used unless a name is given. */
export interface Solver {
  readonly name: string;
  /** One line for `list`. */
  readonly summary: string;
  /** Its options; absent where it has none. `solve` refuses others. */
  readonly options?: OptionNotes;
  /** Cheap: looks at the game's class, spaces and the task. */
  fits(game: MarkovGame, task: Task): boolean;
  /** @throws InvalidArgument for malformed options; SolveFailed if no proved answer was reached */
  solve(game: any, task: Task): Promise<Answer> | Answer;
}

/** A plain best response to the leader's commitment, whatever it remembers: the only kind that most solvers know. */
export function isRational(follower: FollowerModel): boolean {
  return follower === 'stationary' || follower === 'time-aware';
}
