import type { Highs, Model, ModelData } from 'highs';
import { DependencyNotInstalled, GymError } from '../../gymnasium/error.js';
import { checkBounds, checkIndex, coefficients, type LinearProgram, packProgram } from './linear-model.js';

export type { LinearProgram, LinearRow, SparseCoefficients } from './linear-model.js';

/** Which columns and rows are basic (1) or rest at a bound (any other code), as HiGHS reports them. */
export interface LinearBasis {
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

export interface OptimalSolution {
  readonly status: 'optimal';
  readonly value: number;
  readonly x: Float64Array;
  /** Derivative of the value by each row's active bound, whatever the sense. Zeros for integer programs. */
  readonly duals: Float64Array;
  /** Absent for integer programs. */
  readonly basis?: LinearBasis;
}

export type LinearFailure =
  | 'infeasible'
  | 'unbounded'
  | 'infeasibleOrUnbounded'
  | 'timeLimit'
  | 'iterationLimit'
  | 'failed';

/** What a solve ended with. Only a proved optimum carries numbers. */
export type LinearResult = OptimalSolution | { readonly status: LinearFailure };

/** One program, solved again and again with changed objective or row bounds from the last basis. */
export interface LinearSession {
  setObjective(objective: ArrayLike<number>): void;
  setRowBounds(row: number, lower: number, upper: number): void;
  solve(): LinearResult;
}

/** Solves linear programs synchronously. Get one from `loadLp`. */
export interface LinearSolver {
  /** @throws InvalidArgument if the program is malformed. */
  solve(program: LinearProgram): LinearResult;
  /** Runs `use` with a warm-started session on the program and frees it afterwards. */
  withSession<R>(program: LinearProgram, use: (session: LinearSession) => R): R;
}

/** A program that ended without a proved optimum; nothing it held is a value. */
export class SolveFailed extends GymError {
  constructor(
    what: string,
    readonly status: LinearFailure,
  ) {
    super(`${what}: expected a proved optimum, but the program ended with status ${status}.`);
  }
}

const OPTIONS = {
  output_flag: false,
  primal_feasibility_tolerance: 1e-9,
  dual_feasibility_tolerance: 1e-9,
  mip_feasibility_tolerance: 1e-9,
  mip_rel_gap: 1e-9,
  mip_abs_gap: 1e-9,
  small_matrix_value: 1e-12,
};

let loading: Promise<LinearSolver> | undefined;

/**
 * Loads HiGHS (WebAssembly, about 0.1 s) once in the process.
 *
 * @throws DependencyNotInstalled if the package `highs` cannot be loaded.
 */
export function loadLp(): Promise<LinearSolver> {
  loading ??= load().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<LinearSolver> {
  try {
    const module = await import('highs');
    const highs = await (module.default as unknown as () => Promise<Highs>)();
    return new HighsSolver(highs);
  } catch (cause) {
    throw new DependencyNotInstalled('Linear programs need the package "highs", which could not be loaded.', {
      cause,
    });
  }
}

/**
 * The solution of a program that must have one.
 *
 * @throws SolveFailed naming `what` if the solver ended with anything but a proved optimum.
 */
export function expectOptimal(result: LinearResult, what: string): OptimalSolution {
  if (result.status === 'optimal') return result;
  throw new SolveFailed(what, result.status);
}

class HighsSolver implements LinearSolver {
  constructor(private readonly highs: Highs) {}

  solve(program: LinearProgram): LinearResult {
    return this.withSession(program, (session) => session.solve());
  }

  withSession<R>(program: LinearProgram, use: (session: LinearSession) => R): R {
    const data = modelData(program, this.highs);
    const model = this.highs.createModel();
    try {
      model.options.set({ ...OPTIONS, presolve: program.integer?.length ? 'choose' : 'off' });
      if (program.timeLimit !== undefined) model.options.set('time_limit', program.timeLimit);
      model.passModel(data);
      return use(new HighsSession(this.highs, model, data));
    } finally {
      model.dispose();
    }
  }
}

class HighsSession implements LinearSession {
  constructor(
    private readonly highs: Highs,
    private readonly model: Model,
    private readonly data: ModelData,
  ) {}

  setObjective(objective: ArrayLike<number>): void {
    const costs = coefficients('objective', objective, this.data.numCols);
    costs.forEach((cost, column) => {
      this.model.changeColCost(column, cost);
    });
  }

  setRowBounds(row: number, lower: number, upper: number): void {
    checkIndex('row', row, this.data.numRows);
    checkBounds(`rows[${row}]`, lower, upper);
    this.model.changeRowBounds(row, lower, upper);
  }

  solve(): LinearResult {
    this.model.zeroAllClocks();
    this.model.run();
    const status = this.status();
    if (status !== 'optimal') return { status };
    const { colValue, rowDual } = this.model.getSolution();
    const integer = this.data.integrality !== undefined;
    const duals = integer ? new Float64Array(this.data.numRows) : Float64Array.from(rowDual);
    const value = this.model.getObjectiveValue();
    const optimum = { status, value, x: Float64Array.from(colValue), duals } as const;
    if (integer || this.model.info.get('basis_validity') !== 1) return optimum;
    const basis = this.model.getBasis();
    return { ...optimum, basis: { columns: basis.colStatus, rows: basis.rowStatus } };
  }

  private status(): 'optimal' | LinearFailure {
    const codes = this.highs.constants.modelStatus;
    const names: Partial<Record<number, 'optimal' | LinearFailure>> = {
      [codes.optimal]: 'optimal',
      [codes.infeasible]: 'infeasible',
      [codes.unbounded]: 'unbounded',
      [codes.unboundedOrInfeasible]: 'infeasibleOrUnbounded',
      [codes.timeLimit]: 'timeLimit',
      [codes.iterationLimit]: 'iterationLimit',
    };
    return names[this.model.getModelStatus()] ?? 'failed';
  }
}

function modelData(program: LinearProgram, highs: Highs): ModelData {
  const { integer, ...data } = packProgram(program);
  const { continuous, integer: whole } = highs.constants.variableType;
  const sense = highs.constants.objectiveSense[program.sense];
  if (!integer.includes(true)) return { ...data, sense };
  return { ...data, sense, integrality: integer.map((flag) => (flag ? whole : continuous)) };
}
