import { z } from 'zod';
import { describe, InvalidArgument } from '../../gymnasium/error.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { defineGame } from '../core/definition.js';
import { type Actions, type AgentSpec, MarkovGame, type StepBuffers } from '../core/markov-game.js';
import { integerFrom } from '../core/schemas.js';
import {
  checkAssignments,
  checkTimes,
  findOptimum,
  maxTasks,
  optimalMakespan,
  type ScheduleArrays,
  settle,
} from './scheduling.js';
import { unrelatedSchedulingRenderer } from './unrelated-scheduling-rendering.js';

export { type MinWorkOptions, minWork, optimalMakespan, type Schedule } from './scheduling.js';

/** Where times are drawn; given ones are bounded by the number of assignments alone. */
const maxMachines = 16;
/** Of multipliers and biases. */
const maxFactor = 1e6;
const usualMultipliers: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5];

const time = z
  .number('expected a number')
  .positive('expected a positive time')
  .min(1e-9, 'expected at least 1e-9')
  .max(1e9, 'expected at most 1e9');

const parameters = z.strictObject({
  times: z
    .array(z.array(time, { error: 'expected a row of times' }), { error: 'expected a matrix of times' })
    .optional()
    .describe(
      'The time that each machine (row) needs for each task (column). Default: drawn in every episode',
    ),
  machines: integerFrom(2, maxMachines).optional().describe('Machines, where times are drawn (2)'),
  tasks: integerFrom(1, maxTasks).optional().describe('Tasks, where times are drawn (3)'),
  reports: z
    .enum(['multiplier', 'row'], { error: 'expected multiplier or row' })
    .default('multiplier')
    .describe('Whether a machine declares a multiple of its true times or any times'),
  multipliers: z
    .array(
      z
        .number('expected a number')
        .positive('expected a positive number')
        .max(maxFactor, 'expected at most 1e6'),
      { error: 'expected a list of multipliers' },
    )
    .min(1, 'expected at least one multiplier')
    .refine((list) => new Set(list).size === list.length, 'expected different multipliers')
    .optional()
    .describe(
      'With reports "multiplier": what a machine can declare, as multiples of its true times (0.5, 0.75, 1, 1.25, 1.5)',
    ),
  maximumReport: z
    .number('expected a number')
    .positive('expected a positive number')
    .max(1e12, 'expected at most 1e12')
    .optional()
    .describe(
      'With reports "row": the longest time that can be declared. Default: twice the longest true one',
    ),
  maximumBias: z
    .number('expected a number')
    .min(1, 'expected at least 1')
    .max(maxFactor, 'expected at most 1e6')
    .default(4)
    .describe('Biases lie between 1 / maximumBias and this'),
});

/** The rules of `UnrelatedScheduling`. */
export interface SchedulingRules {
  /** Null: drawn in every episode. */
  readonly times: readonly (readonly number[])[] | null;
  readonly machines: number;
  readonly tasks: number;
  readonly reports: 'multiplier' | 'row';
  readonly multipliers: readonly number[];
  readonly maximumReport: number;
  readonly maximumBias: number;
}

/** The least number that `1 - uniform()` can be: drawn times lie in (0, 1]. */
const leastDraw = 2 ** -53;

/**
 * ## Description
 * Tasks are to be done by machines that need different times for each, so that the last is ready early (Nisan & Ronen
 * 1999, 2001). A machine alone knows its times, declares some, and is paid; the leader is the mechanism, which says who does what and
 * for how much. Each task goes to the machine whose report, times the machine's bias, is least (the lowest machine of equals). For each
 * task that it gets, a machine is paid between its own report (payment parameter 0: first price) and the largest report with which
 * it still had got the task (1: the truthful critical value). Biases of 1 and payment 1 are MinWork, which is VCG for the
 * total work: no machine gains by a lie, and the makespan is at most `machines` times the optimal one.
 *
 * ## Action Space
 * `leader_0`: `Box([1/b, ..., 1/b, 0], [b, ..., b, 1], [machines + 1], float64)` with b = `maximumBias`: a bias for each machine, then
 * the payment parameter. `follower_i`, a machine each: `Discrete(multipliers.length)`, the number of the multiplier on its true
 * times that it declares; with `reports: 'row'`, `Box(2^-53, maximumReport, [tasks], float64)`, the declared times.
 *
 * ## Observation Space
 * `leader_0`: `Discrete(1)`, always 0. `follower_i`: `Box(2^-53, longest time, [tasks], float64)`, its true times. All move
 * at once: machines know the mechanism as far as they have asked.
 *
 * ## Rewards
 * `leader_0`: minus the makespan by the true times over the optimal makespan, at most -1. `follower_i`: its payment minus
 * the true time that it works.
 *
 * ## Starting State
 * The given `times`, or times drawn uniformly from (0, 1] (1 - u for u from [0, 1), so never 0).
 *
 * ## Episode End
 * Termination: after one step. No truncation.
 *
 * ## Information
 * Empty.
 *
 * ## Arguments
 * `make('UnrelatedScheduling-v0', { times: [[1, 3, 2], [2, 1, 4]] })`. `times`, or `machines` (2) and `tasks` (3) where they are
 * drawn; `reports` ('multiplier') with `multipliers` ([0.5, 0.75, 1, 1.25, 1.5]) or, for 'row', `maximumReport` (twice the
 * longest time); `maximumBias` (4). At most 2^20 assignments of tasks to machines, since every instance is solved.
 *
 * ## References
 * N. Nisan, A. Ronen. Algorithmic mechanism design. Games and Economic Behavior 35, 2001 (STOC 1999).
 *
 * ## Version History
 * - v0: first release.
 */
export class UnrelatedScheduling extends MarkovGame implements ScheduleArrays {
  override readonly followersMoveOnce = true;
  readonly agents: readonly AgentSpec[];
  readonly machines: number;
  readonly tasks: number;
  times!: Float64Array;
  reports!: Float64Array;
  allocation!: Int32Array;
  work!: Float64Array;
  payments!: Float64Array;
  optimum!: Float64Array;
  /** Of given times. */
  private readonly knownOptimum: number | null;

  constructor(readonly rules: SchedulingRules) {
    super();
    const { times, machines, tasks, maximumBias } = rules;
    this.machines = machines;
    this.tasks = tasks;
    this.knownOptimum = times === null ? null : optimalMakespan(times);
    const low = [...new Array<number>(machines).fill(1 / maximumBias), 0];
    const high = [...new Array<number>(machines).fill(maximumBias), 1];
    const rows = (most: number) => new Box(leastDraw, most, { shape: [tasks], dtype: 'float64' });
    this.agents = [
      {
        id: 'leader_0',
        role: 'leader',
        observationSpace: new Discrete(1),
        actionSpace: new Box(low, high, { dtype: 'float64' }),
      },
      ...Array.from(
        { length: machines },
        (_, i): AgentSpec => ({
          id: `follower_${i}`,
          role: 'follower',
          observationSpace: rows(longestTime(times)),
          actionSpace:
            rules.reports === 'row' ? rows(rules.maximumReport) : new Discrete(rules.multipliers.length),
        }),
      ),
    ];
  }

  protected override allocateState(): void {
    const { machines, tasks } = this;
    this.times = this.array(Float64Array, machines * tasks);
    this.reports = this.array(Float64Array, machines * tasks);
    this.allocation = this.array(Int32Array, tasks);
    this.work = this.array(Float64Array, machines);
    this.payments = this.array(Float64Array, machines);
    this.optimum = this.array(Float64Array);
  }

  override resetLane(lane: number, out: StepBuffers): void {
    const { machines, tasks, times, reports } = this;
    const size = machines * tasks;
    for (let k = 0; k < size; k++) times[lane * size + k] = this.time(lane, k);
    reports.fill(0, lane * size, (lane + 1) * size);
    this.allocation.fill(0, lane * tasks, (lane + 1) * tasks);
    this.payments.fill(0, lane * machines, (lane + 1) * machines);
    this.work.fill(0, lane * machines, (lane + 1) * machines);
    if (this.knownOptimum === null) findOptimum(this, lane);
    else this.optimum[lane] = this.knownOptimum;
    this.observe(lane, out);
  }

  private time(lane: number, at: number): number {
    const { times, tasks } = this.rules;
    return times === null ? 1 - this.rng(lane).uniform() : times[Math.floor(at / tasks)][at % tasks];
  }

  private observe(lane: number, out: StepBuffers): void {
    const { machines, tasks, times } = this;
    out.observations[0][lane] = 0;
    for (let i = 0; i < machines; i++) {
      const seen = out.observations[i + 1];
      for (let k = 0; k < tasks; k++) seen[lane * tasks + k] = times[(lane * machines + i) * tasks + k];
    }
  }

  override step(from: number, to: number, actions: Actions, out: StepBuffers): void {
    const { machines, work, payments, optimum } = this;
    for (let lane = from; lane < to; lane++) {
      for (let i = 0; i < machines; i++) this.declare(lane, i, actions[i + 1]);
      settle(this, lane, actions[0]);
      let makespan = 0;
      for (let i = 0; i < machines; i++) {
        const at = lane * machines + i;
        makespan = Math.max(makespan, work[at]);
        out.rewards[i + 1][lane] = payments[at] - work[at];
      }
      out.rewards[0][lane] = -makespan / optimum[lane];
      this.observe(lane, out);
    }
    out.terminated.fill(1, from, to);
  }

  /** Writes a machine's report. */
  private declare(lane: number, machine: number, action: ArrayLike<number>): void {
    const { machines, tasks, times, reports } = this;
    const at = (lane * machines + machine) * tasks;
    const { reports: form, multipliers } = this.rules;
    for (let k = 0; k < tasks; k++) {
      reports[at + k] = form === 'row' ? action[lane * tasks + k] : multipliers[action[lane]] * times[at + k];
    }
  }
}

function longestTime(times: SchedulingRules['times']): number {
  return times === null ? 1 : Math.max(...times.flat());
}

/** @throws InvalidArgument for times that do not fit together, too many assignments, arguments of the other form of reports, or a report that cannot be true */
function rulesOf(p: z.infer<typeof parameters>): SchedulingRules {
  const id = 'UnrelatedScheduling-v0';
  const { times = null } = p;
  if (times !== null) {
    for (const name of ['machines', 'tasks'] as const) {
      if (p[name] === undefined) continue;
      throw new InvalidArgument(`${id}: ${name}: expected no number beside times, got ${p[name]}.`);
    }
    checkTimes(`${id}: times`, times);
  }
  const machines = times?.length ?? p.machines ?? 2;
  const tasks = times?.[0].length ?? p.tasks ?? 3;
  checkAssignments(`${id}: ${times === null ? 'tasks' : 'times'}`, machines, tasks);
  const longest = longestTime(times);
  const { reports, multipliers = usualMultipliers, maximumBias, maximumReport = 2 * longest } = p;
  if (p.multipliers !== undefined && reports === 'row') {
    throw new InvalidArgument(
      `${id}: multipliers: expected none with reports row, got ${describe(p.multipliers)}.`,
    );
  }
  if (p.maximumReport !== undefined && reports !== 'row') {
    throw new InvalidArgument(
      `${id}: maximumReport: expected none with reports ${reports}, got ${p.maximumReport}.`,
    );
  }
  if (maximumReport < longest) {
    throw new InvalidArgument(
      `${id}: maximumReport: expected at least the longest time ${longest}, got ${maximumReport}.`,
    );
  }
  return { times, machines, tasks, reports, multipliers, maximumReport, maximumBias };
}

export const unrelatedScheduling = defineGame({
  id: 'UnrelatedScheduling-v0',
  summary: 'Machines report their times, the leader assigns tasks and pays for them',
  parameters,
  create: (p) => new UnrelatedScheduling(rulesOf(p)),
  presets: {
    worked: {
      times: [
        [1, 3, 2],
        [2, 1, 4],
      ],
    },
    tight: {
      times: [
        [0.99, 0.99, 0.99],
        [1, 1, 1],
        [1, 1, 1],
      ],
    },
    drawn: { machines: 3, tasks: 5 },
    rows: { reports: 'row' },
  },
  oracle: ({ reports }) =>
    reports === 'row'
      ? { name: 'truthful' }
      : { name: 'multiplicative-weights', options: { form: 'sampled' } },
  renderer: unrelatedSchedulingRenderer,
});
