import { checkCount, checkNonNegative } from '../gymnasium/checks.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { type LinearSolver, loadLp } from './linear/linear-program.js';
import { solveZeroSumWith } from './normal-form/zero-sum.js';

export interface Weighted<S> {
  readonly strategy: S;
  readonly probability: number;
}

/** A zero-sum game with too many strategies to list: some of them, and a way to find more. */
export interface DoubleOracleProblem<R, C> {
  /** The row player's first strategies, at least one. */
  readonly rows: readonly R[];
  /** The column player's first strategies, at least one. */
  readonly columns: readonly C[];
  /** To the row player, who maximises; finite. Asked once for each pair in play, and for responses before they join. */
  payoff(row: R, column: C): number | Promise<number>;
  /**
   * A response to a mixture of columns (those of positive probability), exact or learned; null if none is known that is
   * better than what is in play. `iteration` counts from 1.
   */
  bestRow(against: readonly Weighted<C>[], iteration: number): R | null | Promise<R | null>;
  /** The same for the column player, who minimises. */
  bestColumn(against: readonly Weighted<R>[], iteration: number): C | null | Promise<C | null>;
}

/** One iteration: the restricted game's value, and what the new strategies earn over it. */
export interface DoubleOracleRecord {
  /** From 1. */
  readonly iteration: number;
  /** To the row player, before the responses joined. */
  readonly value: number;
  /**
   * Payoff of the row response minus `value`; 0 where there was none. With an exact oracle, never below 0 but for
   * rounding.
   */
  readonly rowGain: number;
  /** `value` minus payoff of the column response; 0 where there was none. */
  readonly columnGain: number;
}

/** What `onIteration` sees: the record and the equilibrium of the restricted game that the responses answered. */
export interface DoubleOracleState<R, C> extends DoubleOracleRecord {
  readonly rows: readonly Weighted<R>[];
  readonly columns: readonly Weighted<C>[];
}

export interface DoubleOracleOptions<R, C> {
  /** Most times that both oracles are asked: a positive integer. */
  readonly iterations: number;
  /** Gains up to this count as none. Default 1e-9. */
  readonly tolerance?: number;
  /** Called after every iteration; `false` ends the run. */
  onIteration?(state: DoubleOracleState<R, C>): void | boolean | Promise<void | boolean>;
}

export interface DoubleOracleResult<R, C> {
  /**
   * Every row strategy in play, in the order of joining, with its probability in the equilibrium of the restricted
   * game.
   */
  readonly rows: readonly Weighted<R>[];
  readonly columns: readonly Weighted<C>[];
  /** Value of the restricted game of those strategies. */
  readonly value: number;
  readonly history: readonly DoubleOracleRecord[];
  /**
   * Whether neither oracle gained. With exact oracles that proves an equilibrium of the whole game; with learned ones it
   * says only that they found nothing better.
   */
  readonly converged: boolean;
}

/**
 * The double oracle method (McMahan, Gordon & Blum, "Planning in the presence of cost functions controlled by an
 * adversary", ICML 2003): solves the game restricted to the strategies in play, adds each player's response to the
 * other's mixture, and repeats until no response gains. With learned responses it is PSRO with a Nash meta-solver
 * (Lanctot et al., NeurIPS 2017). A response whose payoffs equal those of a strategy in play is not added.
 *
 * With exact oracles the value of the whole game lies in [value - columnGain, value + rowGain] at every iteration.
 *
 * @throws InvalidArgument for malformed options, missing start strategies or payoffs that are not finite; SolveFailed if a
 * restricted game was not solved
 */
export async function doubleOracle<R, C>(
  problem: DoubleOracleProblem<R, C>,
  options: DoubleOracleOptions<R, C>,
): Promise<DoubleOracleResult<R, C>> {
  const { iterations, tolerance = 1e-9, onIteration } = options;
  checkCount('doubleOracle', 'iterations', iterations);
  checkNonNegative('doubleOracle', 'tolerance', tolerance);
  const game = await RestrictedGame.start(problem, await loadLp());
  const history: DoubleOracleRecord[] = [];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { value, rows, columns } = game.solve();
    const row = await problem.bestRow(inPlay(columns), iteration);
    const column = await problem.bestColumn(inPlay(rows), iteration);
    const rowPayoffs = row === null ? null : await game.rowPayoffs(row);
    const columnPayoffs = column === null ? null : await game.columnPayoffs(column);
    const rowGain = rowPayoffs ? expectation(columns, rowPayoffs) - value : 0;
    const columnGain = columnPayoffs ? value - expectation(rows, columnPayoffs) : 0;
    const record = { iteration, value, rowGain, columnGain };
    history.push(record);
    const converged = rowGain <= tolerance && columnGain <= tolerance;
    const halted = (await onIteration?.({ ...record, rows, columns })) === false;
    if (converged) return { rows, columns, value, history, converged };
    if (rowPayoffs) game.addRow(row as R, rowPayoffs);
    if (columnPayoffs) await game.addColumn(column as C, columnPayoffs);
    if (halted) break;
  }
  return { ...game.solve(), history, converged: false };
}

function inPlay<S>(mixture: readonly Weighted<S>[]): Weighted<S>[] {
  return mixture.filter(({ probability }) => probability > 0);
}

function expectation(mixture: readonly Weighted<unknown>[], payoffs: readonly number[]): number {
  return mixture.reduce((sum, { probability }, k) => sum + probability * payoffs[k], 0);
}

/** The strategies in play and their payoffs, a row of the matrix a row strategy. */
class RestrictedGame<R, C> {
  private readonly rows: R[] = [];
  private readonly columns: C[];
  private readonly matrix: number[][] = [];

  private constructor(
    private readonly problem: DoubleOracleProblem<R, C>,
    private readonly lp: LinearSolver,
  ) {
    this.columns = [...problem.columns];
  }

  static async start<R, C>(
    problem: DoubleOracleProblem<R, C>,
    lp: LinearSolver,
  ): Promise<RestrictedGame<R, C>> {
    for (const side of ['rows', 'columns'] as const) {
      if (problem[side].length === 0) {
        throw new InvalidArgument(`doubleOracle: ${side}: expected at least one start strategy, got none.`);
      }
    }
    const game = new RestrictedGame(problem, lp);
    for (const row of problem.rows) {
      game.matrix.push(await game.rowPayoffs(row));
      game.rows.push(row);
    }
    return game;
  }

  solve(): { rows: Weighted<R>[]; columns: Weighted<C>[]; value: number } {
    const { value, rows, columns } = solveZeroSumWith(this.lp, this.matrix);
    return {
      rows: this.rows.map((strategy, i) => ({ strategy, probability: rows[i] })),
      columns: this.columns.map((strategy, j) => ({ strategy, probability: columns[j] })),
      value,
    };
  }

  /** What a row earns against each column in play. */
  async rowPayoffs(row: R): Promise<number[]> {
    const known = this.rows.indexOf(row);
    if (known >= 0) return this.matrix[known];
    const payoffs: number[] = [];
    for (const column of this.columns) payoffs.push(await this.payoff(row, column));
    return payoffs;
  }

  /** What each row in play earns against a column. */
  async columnPayoffs(column: C): Promise<number[]> {
    const known = this.columns.indexOf(column);
    if (known >= 0) return this.matrix.map((row) => row[known]);
    const payoffs: number[] = [];
    for (const row of this.rows) payoffs.push(await this.payoff(row, column));
    return payoffs;
  }

  addRow(row: R, payoffs: number[]): void {
    if (this.matrix.some((known) => payoffs.every((payoff, j) => payoff === known[j]))) return;
    this.matrix.push(payoffs);
    this.rows.push(row);
  }

  /** @param payoffs against the rows that were in play when the column was found; a newer row is asked about here */
  async addColumn(column: C, payoffs: readonly number[]): Promise<void> {
    if (this.columns.includes(column)) return;
    const all = [...payoffs];
    for (const row of this.rows.slice(payoffs.length)) all.push(await this.payoff(row, column));
    if (this.columns.some((_, j) => all.every((payoff, i) => payoff === this.matrix[i][j]))) return;
    all.forEach((payoff, i) => {
      this.matrix[i].push(payoff);
    });
    this.columns.push(column);
  }

  private async payoff(row: R, column: C): Promise<number> {
    const payoff = await this.problem.payoff(row, column);
    if (Number.isFinite(payoff)) return payoff;
    throw new InvalidArgument(`doubleOracle: payoff: expected a finite number, got ${describe(payoff)}.`);
  }
}
