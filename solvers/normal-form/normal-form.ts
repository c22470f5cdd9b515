import { type LinearProgram, type LinearSolver, loadLp, SolveFailed } from '../linear/linear-program.js';
import {
  advantage,
  type Bimatrix,
  bimatrix,
  column,
  expected,
  normalized,
  type PayoffMatrix,
} from './payoffs.js';
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

/** Candidates this close to the best (in units of the payoff range) are compared after polishing. */
const CLOSE = 1e-7;
const SAME = 1e-12;

/**
 * Optimal commitments in a bimatrix game. `multipleLps`: one linear program a follower column (Conitzer & Sandholm,
 * "Computing the Optimal Strategy to Commit to", EC 2006, section 3); `singleLp`: one over correlated play (Conitzer
 * & Korzhyk, "Commitment to Correlated Strategies", AAAI 2011, section 3). Both give the same value. Of several
 * optimal responses the lowest column is returned.
 *
 * @param leader rows of the leader's payoffs; rows are the leader's actions.
 * @param follower the follower's payoffs, of the same shape.
 * @throws InvalidArgument if the matrices are empty, ragged, not finite or of different shapes.
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
  const strong = method === 'multipleLps' ? multipleLps(lp, game) : singleLp(lp, game);
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
  readonly value: number;
  readonly x: ArrayLike<number>;
}

function multipleLps(lp: LinearSolver, game: Bimatrix): StrongCommitment {
  const unit = normalized(game);
  const candidates = lp.withSession(bestResponseProgram(unit), (session) => {
    const found: Candidate[] = [];
    for (let j = 0; j < game.columns; j++) {
      session.setObjective([...column(unit.leader, j), 0]);
      session.setRowBounds(j + 1, 0, 0);
      const result = session.solve();
      session.setRowBounds(j + 1, Number.NEGATIVE_INFINITY, 0);
      if (result.status === 'infeasible') continue;
      if (result.status !== 'optimal') throw new SolveFailed(`the program for response ${j}`, result.status);
      found.push({ response: j, value: result.value, x: result.x.subarray(0, game.rows) });
    }
    return found;
  });
  return bestCandidate(game, unit, candidates);
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

function singleLp(lp: LinearSolver, game: Bimatrix): StrongCommitment {
  const unit = normalized(game);
  const result = lp.solve(correlatedProgram(unit));
  if (result.status !== 'optimal') throw new SolveFailed('correlated commitment', result.status);
  const candidates: Candidate[] = [];
  for (let j = 0; j < game.columns; j++) {
    const joint = Float64Array.from({ length: game.rows }, (_, i) => result.x[i * game.columns + j]);
    const mass = joint.reduce((sum, value) => sum + value, 0);
    if (mass <= CLOSE) continue;
    const x = joint.map((value) => value / mass);
    candidates.push({ response: j, value: expected(unit.leader, x, j), x });
  }
  return bestCandidate(game, unit, candidates);
}

/** Variables: p[i * columns + j], the chance that row i is drawn and column j recommended, which must be obeyed. */
function correlatedProgram(unit: Bimatrix): LinearProgram {
  const { rows, columns } = unit;
  const obey = [];
  for (let j = 0; j < columns; j++) {
    const indices = Array.from({ length: rows }, (_, i) => i * columns + j);
    for (let k = 0; k < columns; k++) {
      if (k === j) continue;
      const coefficients = { indices, values: advantage(unit.follower, j, k) };
      obey.push({ coefficients, lower: 0, upper: Number.POSITIVE_INFINITY });
    }
  }
  const mass = { coefficients: new Array(rows * columns).fill(1), lower: 1, upper: 1 };
  return { sense: 'maximize', objective: unit.leader.flatMap((row) => [...row]), rows: [mass, ...obey] };
}

function bestCandidate(game: Bimatrix, unit: Bimatrix, candidates: readonly Candidate[]): StrongCommitment {
  const top = Math.max(...candidates.map((candidate) => candidate.value));
  const polished = candidates
    .filter((candidate) => candidate.value >= top - CLOSE)
    .map((candidate) => polishCandidate(game, unit, candidate));
  const gap = SAME * Math.max(1, ...polished.map((candidate) => Math.abs(candidate.value)));
  return polished.reduce((best, candidate) => (candidate.value > best.value + gap ? candidate : best));
}

function polishCandidate(game: Bimatrix, unit: Bimatrix, { response, x }: Candidate): StrongCommitment {
  const others = Array.from({ length: game.columns }, (_, k) => k).filter((k) => k !== response);
  const vertex = polishVertex(
    x,
    others.map((k) => advantage(unit.follower, response, k)),
  );
  return {
    value: expected(game.leader, vertex.x, response),
    followerValue: expected(game.follower, vertex.x, response),
    commitment: vertex.x,
    response,
    polished: vertex.polished,
  };
}
