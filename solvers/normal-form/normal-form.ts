import { type LinearProgram, type LinearSolver, loadLp, SolveFailed } from '../linear/linear-program.js';
import {
  type Bimatrix,
  bimatrix,
  column,
  expected,
  extremes,
  type PayoffMatrix,
  type ReducedBimatrix,
  reduced,
  scaledAdvantage,
  unitRange,
} from './payoffs.js';
import { isNegligible, keepsPromise, PayoffsTooDifferent, strongValue } from './verify.js';
import { polishVertex } from './vertex.js';
import { type WeakCommitment, weakCommitment } from './weak-commitment.js';

/** The best pure (deterministic) commitment and what each rule for ties makes of it. */
export interface PureCommitment {
  readonly row: number;
  readonly response: number;
  readonly value: number;
  readonly followerValue: number;
  /** The best row if ties go against the leader. */
  readonly weakRow: number;
  readonly weakValue: number;
}

/** A strong Stackelberg equilibrium: ties are broken in the leader's favour. */
export interface StrongCommitment {
  readonly value: number;
  readonly followerValue: number;
  /** Probability of each row. */
  readonly commitment: Float64Array;
  /** The follower's column. */
  readonly response: number;
  /** Whether `commitment` solves its active constraints to float64 accuracy (see `polishVertex`). */
  readonly polished: boolean;
}

export interface NormalFormSolution extends StrongCommitment {
  readonly method: NormalFormMethod;
  /** The supremum of the leader's payoff if ties go against the leader. */
  readonly weakValue: number;
  /** Whether some commitment earns `weakValue`; if not, it is only approached. */
  readonly weakAttained: boolean;
  readonly weakCommitment: Float64Array;
  /** Mixing any positive share of this point into `weakCommitment` makes the follower's response strict. */
  readonly weakInterior: Float64Array;
  readonly pure: PureCommitment;
}

export type NormalFormMethod = 'multipleLps' | 'singleLp';

/** Candidates this close to the best (in units of the range of their column) are compared after polishing. */
const CLOSE = 1e-7;
const SAME = 1e-12;
/** What a program may be off, in units of the range of its objective. */
const LP_ERROR = 1e-9;

/**
 * Optimal commitments in a bimatrix game. `multipleLps`: one linear program a follower column (Conitzer & Sandholm,
 * "Computing the Optimal Strategy to Commit to", EC 2006, section 3); `singleLp`: one over correlated play (Conitzer
 * & Korzhyk, "Commitment to Correlated Strategies", AAAI 2011, section 3). Both give the same value. Of several
 * optimal responses the lowest column is returned.
 *
 * @param leader rows of the leader's payoffs; rows are the leader's actions.
 * @param follower the follower's payoffs, of the same shape.
 * @throws InvalidArgument if the matrices are empty, ragged, not finite or of different shapes; PayoffsTooDifferent if
 * the payoffs differ so much in size (beyond about 1e9 once dominated columns are gone) that no commitment is proved
 */
export async function solveNormalForm(
  leader: PayoffMatrix,
  follower: PayoffMatrix,
  options: { method?: NormalFormMethod } = {},
): Promise<NormalFormSolution> {
  return solveNormalFormWith(await loadLp(), leader, follower, options);
}

/** `solveNormalForm` with a solver already loaded, synchronously. */
export function solveNormalFormWith(
  lp: LinearSolver,
  leader: PayoffMatrix,
  follower: PayoffMatrix,
  options: { method?: NormalFormMethod } = {},
): NormalFormSolution {
  const game = bimatrix(leader, follower);
  const method = options.method ?? 'multipleLps';
  const strong = strongCommitment(lp, game, method);
  const weak: WeakCommitment = weakCommitment(lp, game, strong);
  return {
    ...strong,
    method,
    weakValue: weak.value,
    weakAttained: weak.attained,
    weakCommitment: weak.commitment,
    weakInterior: weak.interior,
    pure: pureCommitment(leader, follower),
  };
}

/**
 * The best row to commit to without mixing. Ties are exact equality of payoffs; the lowest row and column win.
 *
 * @throws InvalidArgument as `solveNormalForm`.
 */
export function pureCommitment(leader: PayoffMatrix, follower: PayoffMatrix): PureCommitment {
  const game = bimatrix(leader, follower);
  const options = game.leader.map((payoffs, row) => {
    const best = Math.max(...game.follower[row]);
    const responses = Array.from(payoffs.keys()).filter((j) => game.follower[row][j] === best);
    const values = responses.map((j) => payoffs[j]);
    const value = Math.max(...values);
    return { row, value, weakValue: Math.min(...values), response: responses[values.indexOf(value)] };
  });
  const strong = options.reduce((best, option) => (option.value > best.value ? option : best));
  const weak = options.reduce((best, option) => (option.weakValue > best.weakValue ? option : best));
  const { row, value, response } = strong;
  const followerValue = game.follower[row][response];
  return { row, response, value, followerValue, weakRow: weak.row, weakValue: weak.weakValue };
}

interface Candidate {
  readonly response: number;
  /** In the game's own payoffs. */
  readonly value: number;
  readonly x: ArrayLike<number>;
}

/**
 * The strong commitment of a reduced game, proved by its original payoffs. A program over all columns is quick but drowns
 * differences below about 1e-9 of the greatest; where its promise does not hold, each response gets a program of its own
 * in which every pair of columns has its own scale.
 */
function strongCommitment(lp: LinearSolver, game: Bimatrix, method: NormalFormMethod): StrongCommitment {
  const small = reduced(game);
  const attempts = method === 'multipleLps' ? [multipleLps, separateLps] : [singleLp, separateLps];
  for (const attempt of attempts) {
    const found = attempt(lp, small);
    if (found && keepsPromise(strongValue(game.leader, game.follower, found.commitment), found.value)) {
      const response = small.original[found.response];
      return { ...found, response, followerValue: expected(game.follower, found.commitment, response) };
    }
  }
  throw new PayoffsTooDifferent('solveNormalForm');
}

function multipleLps(lp: LinearSolver, game: ReducedBimatrix): StrongCommitment | undefined {
  const program = bestResponseProgram({ ...game, follower: unitRange(game.follower) });
  const candidates = lp.withSession(program, (session) => {
    const found: Candidate[] = [];
    for (let j = 0; j < game.columns; j++) {
      session.setObjective([...unitColumn(game.leader, j), 0]);
      session.setRowBounds(j + 1, 0, 0);
      const result = session.solve();
      session.setRowBounds(j + 1, Number.NEGATIVE_INFINITY, 0);
      if (result.status === 'infeasible') continue;
      if (result.status !== 'optimal') throw new SolveFailed(`the program for response ${j}`, result.status);
      found.push(candidate(game, j, result.x.subarray(0, game.rows)));
    }
    return found;
  });
  return bestCandidate(game, candidates);
}

/** A program for each response, without the follower's value as a variable and with rows of their own scale. */
function separateLps(lp: LinearSolver, game: ReducedBimatrix): StrongCommitment | undefined {
  const ones = new Array(game.rows).fill(1);
  const found: Candidate[] = [];
  for (let j = 0; j < game.columns; j++) {
    const result = lp.solve({
      sense: 'maximize',
      objective: unitColumn(game.leader, j),
      rows: [
        { coefficients: ones, lower: 1, upper: 1 },
        ...leads(game, j).map((coefficients) => ({
          coefficients,
          lower: 0,
          upper: Number.POSITIVE_INFINITY,
        })),
      ],
    });
    if (result.status === 'optimal') found.push(candidate(game, j, result.x));
    else if (result.status !== 'infeasible') throw new SolveFailed(`response ${j}`, result.status);
  }
  return bestCandidate(game, found);
}

function candidate(game: Bimatrix, response: number, x: ArrayLike<number>): Candidate {
  return { response, x, value: expected(game.leader, x, response) };
}

/** The column shifted and scaled to [0, 1]. */
function unitColumn(matrix: readonly Float64Array[], j: number): Float64Array {
  return unitRange([column(matrix, j)])[0];
}

function rangeOf(matrix: readonly Float64Array[], j: number): number {
  const [low, high] = extremes([column(matrix, j)]);
  return high - low;
}

/**
 * Variables: the mixed row x and the follower's value v. Row 0: x sums to 1; row k + 1: column k earns at most v.
 * Making one of these an equality makes that column a best response.
 */
function bestResponseProgram(unit: Bimatrix): LinearProgram {
  const rows = Array.from({ length: unit.columns }, (_, k) => ({
    coefficients: [...column(unit.follower, k), -1],
    lower: Number.NEGATIVE_INFINITY,
    upper: 0,
  }));
  const ones = new Array(unit.rows).fill(1);
  return {
    sense: 'maximize',
    objective: new Array(unit.rows + 1).fill(0),
    rows: [{ coefficients: [...ones, 0], lower: 1, upper: 1 }, ...rows],
    lower: [...ones.map(() => 0), -1],
    upper: [...ones, 2],
  };
}

/** Undefined if the leader's payoffs differ too much in size for one objective. */
function singleLp(lp: LinearSolver, game: ReducedBimatrix): StrongCommitment | undefined {
  const [low, high] = extremes(game.leader);
  const result = lp.solve(correlatedProgram({ ...game, leader: unitRange(game.leader) }));
  if (result.status !== 'optimal') throw new SolveFailed('correlated commitment', result.status);
  const candidates: Candidate[] = [];
  for (let j = 0; j < game.columns; j++) {
    const joint = Float64Array.from({ length: game.rows }, (_, i) => result.x[i * game.columns + j]);
    const mass = joint.reduce((sum, value) => sum + value, 0);
    if (mass <= CLOSE) continue;
    candidates.push(
      candidate(
        game,
        j,
        joint.map((value) => value / mass),
      ),
    );
  }
  const best = bestCandidate(game, candidates);
  const range = best && rangeOf(game.leader, best.response);
  return best && isNegligible(LP_ERROR, high - low, best.value, range!) ? best : undefined;
}

/** Variables: p[i * columns + j], the chance that row i is drawn and column j recommended, which must be obeyed. */
function correlatedProgram(unit: Bimatrix): LinearProgram {
  const { rows, columns } = unit;
  const obey = [];
  for (let j = 0; j < columns; j++) {
    const indices = Array.from({ length: rows }, (_, i) => i * columns + j);
    for (let k = 0; k < columns; k++) {
      if (k === j) continue;
      const coefficients = { indices, values: scaledAdvantage(unit.follower, j, k) };
      obey.push({ coefficients, lower: 0, upper: Number.POSITIVE_INFINITY });
    }
  }
  const mass = { coefficients: new Array(rows * columns).fill(1), lower: 1, upper: 1 };
  return { sense: 'maximize', objective: unit.leader.flatMap((row) => [...row]), rows: [mass, ...obey] };
}

function bestCandidate(game: Bimatrix, candidates: readonly Candidate[]): StrongCommitment | undefined {
  if (candidates.length === 0) return undefined;
  const error = ({ response }: Candidate) => CLOSE * rangeOf(game.leader, response);
  const top = Math.max(...candidates.map((found) => found.value - error(found)));
  const polished = candidates
    .filter((found) => found.value + error(found) >= top)
    .map((found) => polishCandidate(game, found));
  const gap = SAME * Math.max(1, ...polished.map((found) => Math.abs(found.value)));
  return polished.reduce((best, found) => (found.value > best.value + gap ? found : best));
}

function polishCandidate(game: Bimatrix, { response, x }: Candidate): StrongCommitment {
  const vertex = polishVertex(x, leads(game, response));
  return {
    value: expected(game.leader, vertex.x, response),
    followerValue: expected(game.follower, vertex.x, response),
    commitment: vertex.x,
    response,
    polished: vertex.polished,
  };
}

function leads({ follower, columns }: Bimatrix, j: number): Float64Array[] {
  const others = Array.from({ length: columns }, (_, k) => k).filter((k) => k !== j);
  return others.map((k) => scaledAdvantage(follower, j, k));
}
