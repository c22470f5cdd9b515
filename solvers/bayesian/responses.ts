import {
  expectOptimal,
  type LinearProgram,
  type LinearResult,
  type LinearSession,
  type LinearSolver,
} from '../linear/linear-program.js';
import { column, expected, extremes, scaledAdvantage } from '../normal-form/payoffs.js';
import { isNegligible, keepsPromise, PayoffsTooDifferent, strongValue } from '../normal-form/verify.js';
import { polishVertex } from '../normal-form/vertex.js';
import type { Answer } from '../solver.js';
import type { FollowerType, OneShotForm } from './one-shot-form.js';
import type { UnitForm } from './unit-form.js';

/** A response for every type of a `UnitForm`: positions in its `columns`. */
export type Profile = readonly number[];

/** The best commitment to a profile of responses, with the value in the game's own payoffs. */
export interface ProfileCommitment {
  readonly profile: Profile;
  readonly commitment: Float64Array;
  readonly value: number;
  /** Whether `commitment` solves its active constraints to float64 accuracy (see `polishVertex`). */
  readonly polished: boolean;
}

const free = Number.NEGATIVE_INFINITY;
const tied = 1e-9;
const margin = 1e-8;

/**
 * The linear program of a response profile, solved again and again as responses are fixed and freed: x is mixed over the
 * leader's rows, and every fixed response is a best one of its type.
 */
export class ResponseProgram {
  private readonly firstRow: readonly number[];

  private constructor(
    private readonly form: UnitForm,
    private readonly session: LinearSession,
  ) {
    let next = 1;
    this.firstRow = form.types.map(({ columns }) => {
      next += columns.length;
      return next - columns.length;
    });
  }

  static use<R>(lp: LinearSolver, form: UnitForm, work: (program: ResponseProgram) => R): R {
    return lp.withSession(freeProgram(form), (session) => work(new ResponseProgram(form, session)));
  }

  fix(type: number, response: number): void {
    this.session.setRowBounds(this.firstRow[type] + response, 0, 0);
  }

  free(type: number, response: number): void {
    this.session.setRowBounds(this.firstRow[type] + response, free, 0);
  }

  /** @param payoffs what the leader earns a row, maximised in expectation; scaled for the program, not for the result */
  solve(payoffs: ArrayLike<number>): LinearResult {
    const { types, rows } = this.form;
    const [low, high] = extremes([payoffs]);
    const scaled = Array.from(payoffs, (payoff) => (payoff - low) / (high - low || 1));
    this.session.setObjective([...scaled, ...types.map(() => 0)]);
    const result = this.session.solve();
    if (result.status !== 'optimal') return result;
    return {
      ...result,
      value: expected(
        Array.from(payoffs, (payoff) => [payoff]),
        result.x.subarray(0, rows),
        0,
      ),
    };
  }
}

/**
 * Variables: the mixed row x and each type's value. Row 0: x sums to 1; then a row a type and column: the column earns
 * the type at most its value. Making one of these an equality makes that column a best response.
 */
function freeProgram({ rows, types }: UnitForm): LinearProgram {
  const columns = rows + types.length;
  const x = Array.from({ length: rows }, (_, i) => i);
  const ones = x.map(() => 1);
  return {
    sense: 'maximize',
    objective: new Array(columns).fill(0),
    rows: [
      { coefficients: { indices: x, values: ones }, lower: 1, upper: 1 },
      ...types.flatMap(({ follower }, t) =>
        follower.map((payoffs) => ({
          coefficients: { indices: [...x, rows + t], values: [...payoffs, -1] },
          lower: free,
          upper: 0,
        })),
      ),
    ],
    lower: [...x.map(() => 0), ...types.map(() => -1)],
    upper: [...ones, ...types.map(() => 2)],
  };
}

/** Sharpens a program's solution and values it in the game's own payoffs. */
export function profileCommitment(
  game: OneShotForm,
  form: UnitForm,
  profile: Profile,
  x: ArrayLike<number>,
): ProfileCommitment {
  const inequalities = form.types.flatMap(({ index, columns }, t) =>
    columns
      .filter((j) => j !== columns[profile[t]])
      .map((j) => scaledAdvantage(aboveBest(game.types[index], columns), columns[profile[t]], j)),
  );
  const vertex = polishVertex(x, inequalities);
  const value = form.types.reduce((sum, { index, columns }, t) => {
    const { probability, leader } = game.types[index];
    return sum + probability * expected(leader, vertex.x, columns[profile[t]]);
  }, 0);
  return { profile, commitment: vertex.x, value, polished: vertex.polished };
}

/** The type's payoffs less the best of these columns in the row, whose size says nothing about their differences. */
function aboveBest({ follower }: FollowerType, columns: readonly number[]): Float64Array[] {
  return follower.map((row) => {
    const most = Math.max(...columns.map((j) => row[j]));
    return Float64Array.from(row, (payoff) => payoff - most);
  });
}

/**
 * @param share of the form's scale that the program may be off
 * @throws PayoffsTooDifferent unless the commitment earns its value by the payoffs themselves, and a better one could not
 * have been lost in the size of others
 */
export function checkCommitment(
  owner: string,
  game: OneShotForm,
  form: UnitForm,
  { profile, commitment, value }: ProfileCommitment,
  share: number,
): void {
  const earned = form.types.reduce((sum, { index }) => {
    const { probability, leader, follower } = game.types[index];
    return sum + probability * strongValue(leader, follower, commitment);
  }, 0);
  const ranges = form.types.map(({ index, columns }, t) => {
    const [low, high] = extremes([column(game.types[index].leader, columns[profile[t]])]);
    return high - low;
  });
  const clear = isNegligible(share, form.scale, value, Math.max(...ranges));
  if (!clear || !keepsPromise(earned, value)) throw new PayoffsTooDifferent(owner);
}

/** What column j earns more than each other column, by row. */
function leads(follower: readonly Float64Array[], j: number): Float64Array[] {
  return follower.filter((_, k) => k !== j).map((other) => follower[j].map((payoff, i) => payoff - other[i]));
}

/** The commitment as a solver returns it, with the response of every type and what it is worth. */
export function bayesianAnswer(
  lp: LinearSolver,
  game: OneShotForm,
  form: UnitForm,
  found: ProfileCommitment,
  details: Readonly<Record<string, unknown>>,
): Answer {
  const responses = game.types.map((type) => bestColumn(type, found.commitment));
  form.types.forEach(({ index, columns }, t) => {
    responses[index] = columns[found.profile[t]];
  });
  const types = game.types.map(({ observation, probability, leader, follower }, t) => ({
    observation,
    probability,
    response: responses[t],
    value: expected(leader, found.commitment, responses[t]),
    followerValue: expected(follower, found.commitment, responses[t]),
  }));
  return {
    value: found.value,
    followerValues: {
      [game.follower]: types.reduce((sum, type) => sum + type.probability * type.followerValue, 0),
    },
    commitment: Array.from(found.commitment),
    kind: 'stochastic',
    status: 'optimal',
    tieBreaking: 'leader',
    ...(isApproachedStrictly(lp, game, form, found.profile) && { weakValue: found.value }),
    details: { responses, types, polished: found.polished, ...details },
  };
}

/** The best response to x, of tied ones the leader's favourite. */
function bestColumn({ leader, follower }: FollowerType, x: Float64Array): number {
  const columns = Array.from(follower[0], (_, j) => j);
  const best = Math.max(...columns.map((j) => expected(follower, x, j)));
  return columns
    .filter((j) => expected(follower, x, j) >= best - tied * Math.max(1, Math.abs(best)))
    .reduce((a, b) => (expected(leader, x, b) > expected(leader, x, a) ? b : a));
}

/**
 * Whether some mixed row makes every response of the profile strictly best, columns apart that pay the type the same and
 * the leader no less. Mixing a little of it into the commitment then makes up for any rule for ties, so that the weak
 * value, never above the strong one, equals it.
 */
function isApproachedStrictly(
  lp: LinearSolver,
  game: OneShotForm,
  { rows, types }: UnitForm,
  profile: Profile,
): boolean {
  if (types.some(({ index, columns }, t) => hasRival(game.types[index], columns[profile[t]]))) return false;
  const strict = types.flatMap(({ follower }, t) => leads(follower, profile[t]));
  const ones = new Array(rows).fill(1);
  const result = lp.solve({
    sense: 'maximize',
    objective: [...ones.map(() => 0), 1],
    rows: [
      { coefficients: [...ones, 0], lower: 1, upper: 1 },
      ...strict.map((lead) => ({ coefficients: [...lead, -1], lower: 0, upper: Number.POSITIVE_INFINITY })),
    ],
    lower: [...ones.map(() => 0), -2],
    upper: [...ones, 2],
  });
  return expectOptimal(result, 'the margin of the responses').value > margin;
}

/** Whether another column pays the type the same in every row, and the leader less in one. */
function hasRival({ leader, follower }: FollowerType, j: number): boolean {
  const columns = Array.from(follower[0], (_, k) => k);
  return columns.some(
    (k) => follower.every((row) => row[k] === row[j]) && leader.some((row) => row[k] < row[j]),
  );
}
