import { checkCount } from '../../gymnasium/checks.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { expectOptimal, type LinearSolver, loadLp, SolveFailed } from '../linear/linear-program.js';
import type { Answer, Solver } from '../solver.js';
import { fitsBayesian, type OneShotForm, oneShotForm } from './one-shot-form.js';
import {
  bayesianAnswer,
  checkCommitment,
  type ProfileCommitment,
  profileCommitment,
  ResponseProgram,
} from './responses.js';
import { type UnitForm, unitForm } from './unit-form.js';

export interface HarsanyiOptions {
  /** More response profiles than this, after pruning, are refused. Default 10,000,000. */
  readonly maxProfiles?: number;
  /** Seconds after which the search gives up with SolveFailed. Default: none. */
  readonly timeLimit?: number;
}

export interface HarsanyiSolution extends ProfileCommitment {
  /** Response profiles that were left once columns were pruned. */
  readonly profiles: number;
  /** Linear programs solved. */
  readonly programs: number;
}

/** Profiles whose bound is this close to the best found (in units of the payoff range) cannot be told from it. */
const same = 1e-11;

/**
 * The best mixed commitment of a Bayesian game by the Harsanyi transformation: a linear program for each profile of
 * responses, one a type (Conitzer & Sandholm, "Computing the optimal strategy to commit to", EC 2006). Columns
 * that are nowhere a best response are pruned first. Profiles are then built up type by type; one that no commitment
 * induces, or that promises no more than the best found even if all later types were to respond as the leader likes, is
 * cut with all that extend it.
 *
 * @throws InvalidArgument if there are too many profiles; SolveFailed if time runs out
 */
export function solveHarsanyi(
  lp: LinearSolver,
  game: OneShotForm,
  form: UnitForm,
  { maxProfiles = 10_000_000, timeLimit }: HarsanyiOptions = {},
): HarsanyiSolution {
  return ResponseProgram.use(lp, form, (program) => {
    const search = new ProfileSearch(program, game, form, timeLimit);
    const profiles = search.prune();
    if (profiles > maxProfiles) {
      throw new InvalidArgument(
        `harsanyi: expected at most ${maxProfiles} response profiles (the option maxProfiles), got ${profiles}: use dobss.`,
      );
    }
    return { ...search.run(), profiles, programs: search.programs };
  });
}

class ProfileSearch {
  programs = 0;
  /** The responses of each type that some commitment induces, the most promising first. */
  private live: number[][];
  /** Types in the order in which they are fixed: the weightiest first. */
  private readonly order: readonly number[];
  private best: ProfileCommitment | undefined;
  private bestUnit = Number.NEGATIVE_INFINITY;
  private readonly deadline: number;

  constructor(
    private readonly program: ResponseProgram,
    private readonly game: OneShotForm,
    private readonly form: UnitForm,
    timeLimit = Number.POSITIVE_INFINITY,
  ) {
    this.deadline = performance.now() + 1000 * timeLimit;
    this.live = form.types.map(({ columns }) => Array.from(columns, (_, j) => j));
    const weights = form.types.map(({ leader }) =>
      Math.max(...leader.map((payoffs) => Math.max(...payoffs))),
    );
    this.order = form.types.map((_, t) => t).sort((a, b) => weights[b] - weights[a] || a - b);
  }

  /** Drops responses that no commitment induces. Returns how many profiles are left. */
  prune(): number {
    this.live = this.live.map((columns, t) => {
      const bounds = new Map(columns.map((j) => [j, this.solveWith(t, j, this.hopes([[t, j]]))?.value]));
      const induced = columns.filter((j) => bounds.get(j) !== undefined);
      return induced.sort((a, b) => bounds.get(b)! - bounds.get(a)! || a - b);
    });
    return this.live.reduce((product, columns) => product * columns.length, 1);
  }

  run(): ProfileCommitment {
    this.extend([]);
    if (this.best === undefined) throw new SolveFailed('harsanyi', 'infeasible');
    return this.best;
  }

  /** Fixes the next type's response in every way. `fixed` are (type, response) pairs, which the program holds. */
  private extend(fixed: readonly (readonly [number, number])[]): void {
    const type = this.order[fixed.length];
    for (const response of this.live[type]) {
      const longer = [...fixed, [type, response] as const];
      this.program.fix(type, response);
      const found = this.solve(this.hopes(longer));
      if (found && found.value > this.bestUnit + same) {
        if (longer.length < this.order.length) this.extend(longer);
        else this.improve(longer, found.x, found.value);
      }
      this.program.free(type, response);
    }
  }

  private improve(fixed: readonly (readonly [number, number])[], x: Float64Array, unitValue: number): void {
    const profile = new Array<number>(fixed.length);
    for (const [type, response] of fixed) profile[type] = response;
    this.best = profileCommitment(this.game, this.form, profile, x.subarray(0, this.form.rows));
    this.bestUnit = unitValue;
  }

  /** What each row earns the leader if the types in `fixed` respond so, and the others with its favourite. */
  private hopes(fixed: readonly (readonly [number, number])[]): Float64Array {
    const hopes = new Float64Array(this.form.rows);
    this.form.types.forEach(({ leader }, t) => {
      const own = fixed.find(([type]) => type === t);
      const columns = own === undefined ? this.live[t] : [own[1]];
      for (let i = 0; i < hopes.length; i++) hopes[i] += Math.max(...columns.map((j) => leader[j][i]));
    });
    return hopes;
  }

  private solveWith(type: number, response: number, payoffs: Float64Array) {
    this.program.fix(type, response);
    const found = this.solve(payoffs);
    this.program.free(type, response);
    return found;
  }

  /** The optimum, or undefined if no commitment induces the fixed responses. */
  private solve(payoffs: Float64Array) {
    if (performance.now() > this.deadline) throw new SolveFailed('harsanyi', 'timeLimit');
    this.programs++;
    const result = this.program.solve(payoffs);
    return result.status === 'infeasible' ? undefined : expectOptimal(result, 'harsanyi');
  }
}

export const harsanyi: Solver = {
  name: 'harsanyi',
  summary:
    'mixed commitments of a one-shot game with follower types, a linear program a response profile (Conitzer & Sandholm 2006)',
  options: {
    maxProfiles: {
      type: 'integer',
      default: 10_000_000,
      description: 'more response profiles than this, after pruning, are refused',
    },
  },
  fits: fitsBayesian,
  solve: async (source, task): Promise<Answer> => {
    const given = task.options['maxProfiles'];
    const maxProfiles = given === undefined ? given : checkCount('harsanyi', 'maxProfiles', given);
    const game = oneShotForm(source)!;
    const form = unitForm(game);
    const lp = await loadLp();
    const options = { maxProfiles, timeLimit: task.timeLimit };
    const found = solveHarsanyi(lp, game, form, options);
    checkCommitment('harsanyi', game, form, found, same);
    return bayesianAnswer(lp, game, form, found, { profiles: found.profiles, programs: found.programs });
  },
};
