import type { SecurityGame } from '../../envs/security/security-game.js';
import type { ConstrainedBox } from '../../gymnasium/spaces/constrained-box.js';
import {
  expectOptimal,
  type LinearProgram,
  type LinearRow,
  type LinearSolver,
  loadLp,
  SolveFailed,
} from '../linear/linear-program.js';
import type { Answer, Solver, Task } from '../solver.js';
import { securityAnswer, securityTask } from './security-answer.js';

const free = Number.POSITIVE_INFINITY;

/** A payoff at target t as an affine function of the defender's action: offset + slope * (coverage of t). */
interface Affine {
  readonly offset: number;
  readonly slope: number;
  /** The action's entries that add up to the coverage. */
  readonly indices: readonly number[];
}

/** The game's payoffs as functions of the defender's action, shared by both programs. */
class SecurityProgram {
  readonly width: number;
  readonly defender: readonly Affine[];
  readonly attacker: readonly Affine[];

  constructor(readonly game: SecurityGame) {
    const { targets, schedules } = game;
    this.width = schedules?.length ?? targets.length;
    const covering = (t: number) =>
      schedules === null ? [t] : schedules.flatMap((schedule, s) => (schedule.includes(t) ? [s] : []));
    this.defender = targets.map((t, i) => ({
      offset: t.defenderUncovered,
      slope: t.defenderCovered - t.defenderUncovered,
      indices: covering(i),
    }));
    this.attacker = targets.map((t, i) => ({
      offset: t.attackerUncovered,
      slope: t.attackerCovered - t.attackerUncovered,
      indices: covering(i),
    }));
  }

  /** Budget and caps on the action. */
  limits(): LinearRow[] {
    const space = this.game.agents[0].actionSpace as ConstrainedBox;
    return space.constraints.map(({ indices, values, upper }) => ({
      coefficients: { indices, values },
      lower: -free,
      upper,
    }));
  }

  /** Sparse coefficients of sign * slope * coverage, with `more` beside them. */
  terms({ slope, indices }: Affine, sign: number, more: readonly (readonly [number, number])[] = []) {
    return {
      indices: [...indices, ...more.map(([index]) => index)],
      values: [...indices.map(() => sign * slope), ...more.map(([, value]) => value)],
    };
  }

  /** The best action for which `attacked` is a best target: maximise its defender payoff. */
  bestFor(attacked: number): LinearProgram {
    const { offset, slope, indices } = this.attacker[attacked];
    const rows = this.attacker.flatMap((other, t) => {
      if (t === attacked) return [];
      const values = new Float64Array(this.width);
      for (const i of indices) values[i] += slope;
      for (const i of other.indices) values[i] -= other.slope;
      return [{ coefficients: values, lower: other.offset - offset, upper: free }];
    });
    const objective = new Float64Array(this.width);
    for (const i of this.defender[attacked].indices) objective[i] = this.defender[attacked].slope;
    return {
      sense: 'maximize',
      objective,
      rows: [...rows, ...this.limits()],
      upper: new Float64Array(this.width).fill(1),
    };
  }

  /** The action that makes `attacked` a best target at the highest defender payoff, or null if none does. */
  commitTo(
    lp: LinearSolver,
    attacked: number,
  ): { readonly value: number; readonly action: Float64Array } | null {
    const result = lp.solve(this.bestFor(attacked));
    if (result.status === 'infeasible') return null;
    const { value, x } = expectOptimal(result, `security game, target ${attacked} attacked`);
    return { value: value + this.defender[attacked].offset, action: this.tidy(x) };
  }

  /** Rounding of the solver taken off: into [0, 1] and within the constraints. */
  private tidy(x: Float64Array): Float64Array {
    const action = x.map((p) => Math.min(1, Math.max(0, p)));
    return (this.game.agents[0].actionSpace as ConstrainedBox).shrink(action);
  }

  /**
   * ERASER (Kiekintveld et al. 2009): variables action, defender value d, attacker value k, and a binary per target
   * that says whether it is attacked. Each row's big-M is the least that does no harm.
   */
  eraser(timeLimit: number | undefined): LinearProgram {
    const { width, defender, attacker } = this;
    const n = defender.length;
    const [d, k] = [width, width + 1];
    const binary = (t: number) => width + 2 + t;
    const highest = (all: readonly Affine[]) =>
      Math.max(...all.map(({ offset, slope }) => offset + Math.max(0, slope)));
    const lowest = ({ offset, slope }: Affine) => offset + Math.min(0, slope);
    const [topD, topK] = [highest(defender), highest(attacker)];
    const rows = defender.flatMap((own, t): LinearRow[] => {
      const slackD = topD - lowest(own);
      const slackK = topK - lowest(attacker[t]);
      return [
        {
          coefficients: this.terms(own, -1, [
            [d, 1],
            [binary(t), slackD],
          ]),
          lower: -free,
          upper: own.offset + slackD,
        },
        { coefficients: this.terms(attacker[t], -1, [[k, 1]]), lower: attacker[t].offset, upper: free },
        {
          coefficients: this.terms(attacker[t], -1, [
            [k, 1],
            [binary(t), slackK],
          ]),
          lower: -free,
          upper: attacker[t].offset + slackK,
        },
      ];
    });
    const targets = Array.from({ length: n }, (_, t) => binary(t));
    const one = { coefficients: { indices: targets, values: targets.map(() => 1) }, lower: 1, upper: 1 };
    const bound = (action: number, value: number, flag: number) =>
      Float64Array.from({ length: width + 2 + n }, (_, i) =>
        i < width ? action : i < width + 2 ? value : flag,
      );
    const objective = new Float64Array(width + 2 + n);
    objective[d] = 1;
    return {
      sense: 'maximize',
      objective,
      rows: [...rows, one, ...this.limits()],
      lower: bound(0, -free, 0),
      upper: bound(1, free, 1),
      integer: targets,
      timeLimit,
    };
  }
}

/** A linear program for each target that may be attacked; the best of them is the strong Stackelberg equilibrium. */
async function solveByTargets(game: SecurityGame): Promise<Answer> {
  const lp = await loadLp();
  const program = new SecurityProgram(game);
  let best: { readonly value: number; readonly action: Float64Array } | null = null;
  for (let t = 0; t < game.targets.length; t++) {
    const found = program.commitTo(lp, t);
    if (found !== null && (best === null || found.value > best.value)) best = found;
  }
  if (best === null) throw new SolveFailed('security game', 'infeasible');
  return securityAnswer(game, best.action, {});
}

/**
 * The mixed-integer program finds the target; its coverage is then computed without the program's integrality
 * tolerance.
 */
async function solveByEraser(game: SecurityGame, { timeLimit }: Task): Promise<Answer> {
  const lp = await loadLp();
  const program = new SecurityProgram(game);
  const { x } = expectOptimal(lp.solve(program.eraser(timeLimit)), 'ERASER');
  const flags = x.subarray(program.width + 2);
  const attacked = flags.indexOf(Math.max(...flags));
  const found = program.commitTo(lp, attacked);
  if (found === null) throw new SolveFailed('ERASER, the target it found', 'infeasible');
  return securityAnswer(game, found.action, {});
}

export const securityLps: Solver = {
  name: 'security-lps',
  summary: 'optimal coverage of a static security game, with or without schedules: a linear program a target',
  fits: securityTask,
  solve: solveByTargets,
};

export const eraser: Solver = {
  name: 'eraser',
  summary: 'the same by one mixed-integer program (ERASER; Kiekintveld et al. 2009)',
  fits: securityTask,
  solve: solveByEraser,
};
