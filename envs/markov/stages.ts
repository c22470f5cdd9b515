import { describe, InvalidArgument } from '../../gymnasium/error.js';

/**
 * Where a joint action leads: the position of a state, `end`, or the probabilities of all states, to which one more may
 * be added for the end of play.
 */
export type Transition = number | 'end' | readonly number[];

/** A state as users write it. */
export interface StateInput {
  readonly name?: string;
  /** Leader's payoffs: a row per leader action, a column per follower action. */
  readonly leader: readonly (readonly number[])[];
  readonly follower: readonly (readonly number[])[];
  /** One transition for all joint actions, or a matrix of them. Default `end`. */
  readonly next?: Transition | readonly (readonly Transition[])[];
}

/** A state's stage game, checked. */
export interface Stage {
  readonly name: string;
  readonly leader: readonly (readonly number[])[];
  readonly follower: readonly (readonly number[])[];
  /** `next[a][b]`: the probability of each state, and last that of the end. */
  readonly next: readonly (readonly (readonly number[])[])[];
}

/** A finite leader-follower Markov game, checked. */
export interface MarkovRules {
  readonly stages: readonly Stage[];
  /** Probability of each state at the start. */
  readonly start: readonly number[];
  /** Steps after which play ends whatever the state; null if the states see to that themselves. */
  readonly horizon: number | null;
  /** Weight of the reward at step t is discount^t, in (0, 1]. */
  readonly discount: number;
}

/** A finite Markov game as users write it. */
export interface MarkovInput {
  readonly states: readonly StateInput[];
  /** Position of the first state or a probability for each state. Default 0. */
  readonly start?: number | readonly number[];
  readonly horizon?: number;
  readonly discount?: number;
}

/** How far probabilities may be from a sum of 1. */
const slack = 1e-9;

/**
 * Checks a game given as data and writes every transition as a distribution.
 *
 * @throws InvalidArgument for matrices that are ragged, not finite or of different shapes, for states that do not exist,
 * numbers that are no distribution, and play that need not end, naming the field
 */
export function resolveMarkovGame(owner: string, input: MarkovInput): MarkovRules {
  const { states, start = 0, horizon = null, discount = 1 } = input;
  const stages = states.map((state, s) => resolveStage(`${owner}: states[${s}]`, state, s, states.length));
  const names = stages.map(({ name }) => name);
  names.forEach((name, s) => {
    if (names.indexOf(name) < s) {
      throw new InvalidArgument(
        `${owner}: states[${s}].name: expected a name of its own, got ${describe(name)} again.`,
      );
    }
  });
  const rules = {
    stages,
    start: distribution(`${owner}: start`, start, states.length, false),
    horizon,
    discount,
  };
  if (horizon === null) requireEnd(owner, stages);
  return rules;
}

function resolveStage(field: string, state: StateInput, index: number, count: number): Stage {
  const { name = `s${index}`, leader, follower, next = 'end' } = state;
  const columns = leader[0].length;
  checkMatrix(`${field}.leader`, leader, leader.length, columns);
  checkMatrix(`${field}.follower`, follower, leader.length, columns);
  const whole = isMatrix(next);
  const table = whole ? next : leader.map((row) => row.map(() => next));
  checkShape(`${field}.next`, table, leader.length, columns);
  return {
    name,
    leader,
    follower,
    next: table.map((row, a) =>
      row.map((transition, b) => {
        const where = whole ? `${field}.next[${a}][${b}]` : `${field}.next`;
        return transition === 'end' ? oneHot(count, count + 1) : distribution(where, transition, count, true);
      }),
    ),
  };
}

function isMatrix(next: NonNullable<StateInput['next']>): next is readonly (readonly Transition[])[] {
  return Array.isArray(next) && Array.isArray(next[0]);
}

function checkMatrix(
  field: string,
  matrix: readonly (readonly number[])[],
  rows: number,
  columns: number,
): void {
  checkShape(field, matrix, rows, columns);
  matrix.forEach((row, a) => {
    row.forEach((payoff, b) => {
      if (Number.isFinite(payoff)) return;
      throw new InvalidArgument(`${field}[${a}][${b}]: expected a finite payoff, got ${describe(payoff)}.`);
    });
  });
}

function checkShape(
  field: string,
  matrix: readonly (readonly unknown[])[],
  rows: number,
  columns: number,
): void {
  if (matrix.length !== rows) {
    throw new InvalidArgument(
      `${field}: expected ${rows} rows as in the leader's payoffs, got ${matrix.length}.`,
    );
  }
  matrix.forEach((row, a) => {
    if (row.length === columns) return;
    throw new InvalidArgument(
      `${field}[${a}]: expected ${columns} entries as in the leader's first row, got ${row.length}.`,
    );
  });
}

/** Probabilities of all states and, with `mayEnd`, of the end. */
function distribution(
  field: string,
  given: number | readonly number[],
  count: number,
  mayEnd: boolean,
): number[] {
  const length = mayEnd ? count + 1 : count;
  if (typeof given === 'number') {
    if (Number.isSafeInteger(given) && given >= 0 && given < count) return oneHot(given, length);
    throw new InvalidArgument(
      `${field}: expected the position of a state below ${count}, got ${describe(given)}.`,
    );
  }
  const sum = given.reduce((total, p) => total + p, 0);
  const fits = given.length === count || given.length === length;
  if (!fits || !given.every((p) => p >= 0) || Math.abs(sum - 1) > slack) {
    const number = mayEnd ? `${count} probabilities, or ${length} with the end,` : `${count} probabilities`;
    throw new InvalidArgument(`${field}: expected ${number} that sum to 1, got ${describe(given)}.`);
  }
  return Array.from({ length }, (_, s) => given[s] ?? 0);
}

function oneHot(index: number, length: number): number[] {
  return Array.from({ length }, (_, s) => (s === index ? 1 : 0));
}

/** The states that can come after state `s`. */
export function successors(stages: readonly Stage[], s: number): number[] {
  const leads = (t: number) => stages[s].next.some((row) => row.some((p) => p[t] > 0));
  return [...stages.keys()].filter(leads);
}

/** Every state after all that can follow it, or null if some state can come again. */
export function backwardStates(stages: readonly Stage[]): number[] | null {
  const order: number[] = [];
  const marks = new Uint8Array(stages.length);
  const visit = (s: number): boolean => {
    if (marks[s] > 0) return marks[s] === 2;
    marks[s] = 1;
    const following = successors(stages, s);
    if (!following.every(visit)) return false;
    marks[s] = 2;
    order.push(s);
    return true;
  };
  return [...stages.keys()].every(visit) ? order : null;
}

function requireEnd(owner: string, stages: readonly Stage[]): void {
  if (backwardStates(stages) !== null) return;
  throw new InvalidArgument(
    `${owner}: horizon: expected a positive integer, as some state can come again, got undefined.`,
  );
}

/** Most steps that play from the start can take. */
export function longestPlay({ stages, start, horizon }: MarkovRules): number {
  if (horizon !== null) return horizon;
  const steps = new Int32Array(stages.length);
  for (const s of backwardStates(stages)!) {
    steps[s] = 1 + Math.max(0, ...successors(stages, s).map((t) => steps[t]));
  }
  return Math.max(...start.map((p, s) => (p > 0 ? steps[s] : 0)));
}
