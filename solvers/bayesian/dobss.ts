import { checkOneOf } from '../../gymnasium/checks.js';
import { expectOptimal, type LinearRow, type LinearSolver, loadLp } from '../linear/linear-program.js';
import type { Answer, Solver } from '../solver.js';
import { cutOff, type Formulation, formulations, markedProfile, responseProgram } from './dobss-program.js';
import { fitsBayesian, type OneShotForm, oneShotForm } from './one-shot-form.js';
import {
  bayesianAnswer,
  checkCommitment,
  type Profile,
  type ProfileCommitment,
  profileCommitment,
  ResponseProgram,
} from './responses.js';
import { type UnitForm, unitForm } from './unit-form.js';

export interface DobssOptions {
  /** Default `obedience`; `big-m` is the paper's. Both have the same optimum. */
  readonly formulation?: Formulation;
  /** Seconds after which the search gives up with SolveFailed. Default: none. */
  readonly timeLimit?: number;
}

export interface DobssSolution extends ProfileCommitment {
  /** Mixed-integer programs solved: more than one if tolerances had let a profile pass that no commitment induces. */
  readonly programs: number;
}

/** What the program may promise beyond an exact commitment (in units of the payoff range) before it is doubted. */
const slack = 1e-7;
/** Of profiles whose values are this close the first found is kept. */
const same = 1e-11;
/** The gap of the mixed-integer programs. */
const gap = 1e-9;

/**
 * The best mixed commitment of a Bayesian game by one mixed-integer program (DOBSS; Paruchuri et al., "Playing games for
 * security", AAMAS 2008).
 *
 * The program only names the responses: the commitment and its value are those of the linear program with these responses
 * fixed, so that integrality tolerances do not show. If that falls short of what the mixed-integer program promised, the
 * responses are cut off and it is solved again, until it promises no more than the best commitment found.
 *
 * @throws SolveFailed if a program was infeasible or time ran out
 */
export function solveDobss(
  lp: LinearSolver,
  game: OneShotForm,
  form: UnitForm,
  { formulation = 'obedience', timeLimit }: DobssOptions = {},
): DobssSolution {
  const started = performance.now();
  const program = responseProgram(form, formulation);
  const cuts: LinearRow[] = [];
  let best: Exact | undefined;
  for (;;) {
    const left = timeLimit && Math.max(1e-3, timeLimit - (performance.now() - started) / 1000);
    const result = lp.solve({ ...program, rows: [...program.rows, ...cuts], timeLimit: left });
    const programs = cuts.length + 1;
    if (best && result.status === 'infeasible') return { ...best.found, programs };
    const { value: promised, x } = expectOptimal(result, 'dobss');
    const profile = markedProfile(form, x);
    const exact = commitTo(lp, game, form, profile);
    if (exact && (!best || exact.unitValue > best.unitValue + same)) best = exact;
    if (best && promised <= best.unitValue + slack) return { ...best.found, programs };
    cuts.push(cutOff(form, profile));
  }
}

interface Exact {
  readonly found: ProfileCommitment;
  /** In the units of the form. */
  readonly unitValue: number;
}

/** The linear program with these responses fixed, or undefined if no commitment induces them. */
function commitTo(lp: LinearSolver, game: OneShotForm, form: UnitForm, profile: Profile): Exact | undefined {
  const payoffs = Float64Array.from({ length: form.rows }, (_, i) =>
    form.types.reduce((sum, { leader }, t) => sum + leader[profile[t]][i], 0),
  );
  const result = ResponseProgram.use(lp, form, (program) => {
    profile.forEach((response, type) => {
      program.fix(type, response);
    });
    return program.solve(payoffs);
  });
  if (result.status === 'infeasible') return undefined;
  const { value, x } = expectOptimal(result, 'dobss');
  return { found: profileCommitment(game, form, profile, x.subarray(0, form.rows)), unitValue: value };
}

export const dobss: Solver = {
  name: 'dobss',
  summary:
    'mixed commitments of a one-shot game with follower types, by a mixed-integer program (Paruchuri et al. 2008)',
  options: {
    formulation: {
      type: 'string',
      enum: formulations,
      default: 'obedience',
      description: "of the mixed-integer program: big-m is the paper's, the optimum is the same",
    },
  },
  fits: fitsBayesian,
  solve: async (source, { options, timeLimit }): Promise<Answer> => {
    const formulation = checkOneOf(
      'dobss',
      'formulation',
      options['formulation'] ?? 'obedience',
      formulations,
    );
    const game = oneShotForm(source)!;
    const form = unitForm(game);
    const lp = await loadLp();
    const found = solveDobss(lp, game, form, { formulation, timeLimit });
    checkCommitment('dobss', game, form, found, gap);
    return bayesianAnswer(lp, game, form, found, { formulation, programs: found.programs });
  },
};
