import { describe, InvalidArgument } from '../../gymnasium/error.js';

const maxAssignments = 2 ** 20;
/** Tasks of two machines or more whose assignments are few enough to search. */
export const maxTasks = Math.log2(maxAssignments);

/** Instances in flat arrays, a block a lane, in it a row a machine: what a step of `UnrelatedScheduling-v0` works on. */
export interface ScheduleArrays {
  readonly machines: number;
  readonly tasks: number;
  /** The time that each machine needs for each task. */
  readonly times: Float64Array;
  /** The times that the machines declare. */
  readonly reports: Float64Array;
  /** The machine of each task. */
  readonly allocation: Int32Array;
  /** The true time that each machine is busy. */
  readonly work: Float64Array;
  /** What each machine is paid. */
  readonly payments: Float64Array;
  /** The least makespan of any assignment. */
  readonly optimum: Float64Array;
}

/** What a mechanism makes of an instance. */
export interface Schedule {
  /** The machine of each task. */
  readonly allocation: readonly number[];
  /** What each machine is paid. */
  readonly payments: readonly number[];
  /** The true time that each machine is busy. */
  readonly work: readonly number[];
  /** Of each machine, its payment minus its work. */
  readonly utilities: readonly number[];
  /** The largest work. */
  readonly makespan: number;
}

export interface MinWorkOptions {
  /** What the machines declare. Default: the truth. */
  readonly reports?: readonly (readonly number[])[];
  /** Of each machine, a positive factor on its reports when they are compared. Default: 1 each. */
  readonly biases?: readonly number[];
  /** From 0, which pays a machine its own report (first price), to 1, the truthful critical value. Default 1. */
  readonly payment?: number;
}

/**
 * MinWork (Nisan & Ronen 2001): each task goes to the machine with the least biased report, the lowest of
 * equals, and for each task that a machine gets it is paid the largest report with which it still had got it. Without biases this
 * is a second-price auction a task, and VCG for the total work.
 *
 * @param times a row a machine, a column a task
 * @throws InvalidArgument for times that are not positive, ragged rows, or options that do not fit
 * @example
 * minWork([[1, 3, 2], [2, 1, 4]]).payments; // [6, 3]
 */
export function minWork(
  times: readonly (readonly number[])[],
  { reports = times, biases = times.map(() => 1), payment = 1 }: MinWorkOptions = {},
): Schedule {
  checkTimes('minWork: times', times);
  checkTimes('minWork: reports', reports, times);
  checkMechanism(times.length, biases, payment);
  const arrays = arraysOf(times, reports);
  settle(arrays, 0, [...biases, payment]);
  const { allocation, payments, work } = arrays;
  return {
    allocation: Array.from(allocation),
    payments: Array.from(payments),
    work: Array.from(work),
    utilities: Array.from(payments, (paid, i) => paid - work[i]),
    makespan: Math.max(...work),
  };
}

/**
 * The least makespan of any assignment of the tasks, by branch and bound.
 *
 * @throws InvalidArgument as `minWork`, or if there are more than 2^20 assignments
 */
export function optimalMakespan(times: readonly (readonly number[])[]): number {
  checkTimes('optimalMakespan: times', times);
  checkAssignments('optimalMakespan: times', times.length, times[0].length);
  const arrays = arraysOf(times, times);
  findOptimum(arrays, 0);
  return arrays.optimum[0];
}

/** @throws InvalidArgument unless there are at least two rows of positive numbers, all of one length: that of `like` if given */
export function checkTimes(
  field: string,
  times: readonly (readonly number[])[],
  like: readonly (readonly number[])[] = times,
): void {
  if (times.length < 2) {
    throw new InvalidArgument(
      `${field}: expected a row for each of at least 2 machines, got ${times.length}.`,
    );
  }
  if (times.length !== like.length)
    throw new InvalidArgument(`${field}: expected ${like.length} rows, got ${times.length}.`);
  times.forEach((row, i) => {
    if (row.length !== like[0].length || row.length === 0) {
      throw new InvalidArgument(
        `${field}[${i}]: expected ${Math.max(1, like[0].length)} times, one a task, got ${describe(row)}.`,
      );
    }
    const bad = row.findIndex((time) => !(time > 0 && time < Infinity));
    if (bad >= 0) {
      throw new InvalidArgument(
        `${field}[${i}][${bad}]: expected a positive time, got ${describe(row[bad])}.`,
      );
    }
  });
}

/** @throws InvalidArgument if the search for the optimal makespan could take long */
export function checkAssignments(field: string, machines: number, tasks: number): void {
  if (machines ** tasks <= maxAssignments) return;
  throw new InvalidArgument(
    `${field}: expected at most ${maxAssignments} assignments of tasks to machines, got ${machines} ** ${tasks}.`,
  );
}

function checkMechanism(machines: number, biases: readonly number[], payment: number): void {
  if (biases.length !== machines || !biases.every((bias) => bias > 0 && bias < Infinity)) {
    throw new InvalidArgument(
      `minWork: biases: expected ${machines} positive numbers, got ${describe(biases)}.`,
    );
  }
  if (!(payment >= 0 && payment <= 1))
    throw new InvalidArgument(`minWork: payment: expected a number in [0, 1], got ${describe(payment)}.`);
}

function arraysOf(
  times: readonly (readonly number[])[],
  reports: readonly (readonly number[])[],
): ScheduleArrays {
  const [machines, tasks] = [times.length, times[0].length];
  return {
    machines,
    tasks,
    times: Float64Array.from(times.flat()),
    reports: Float64Array.from(reports.flat()),
    allocation: new Int32Array(tasks),
    work: new Float64Array(machines),
    payments: new Float64Array(machines),
    optimum: new Float64Array(1),
  };
}

/**
 * Assigns and pays the tasks of a lane in place.
 *
 * @param mechanism for each lane the machines' biases, then the payment parameter
 */
export function settle(arrays: ScheduleArrays, lane: number, mechanism: ArrayLike<number>): void {
  const { machines, tasks, times, reports, allocation, work, payments } = arrays;
  const first = lane * machines;
  const rule = lane * (machines + 1);
  const share = mechanism[rule + machines];
  work.fill(0, first, first + machines);
  payments.fill(0, first, first + machines);
  for (let task = 0; task < tasks; task++) {
    const winner = leastBiased(arrays, lane, task, mechanism, -1);
    const second = leastBiased(arrays, lane, task, mechanism, winner);
    const own = (first + winner) * tasks + task;
    const rival = mechanism[rule + second] * reports[(first + second) * tasks + task];
    allocation[lane * tasks + task] = winner;
    work[first + winner] += times[own];
    payments[first + winner] += (1 - share) * reports[own] + (share * rival) / mechanism[rule + winner];
  }
}

/** The machine whose biased report for a task is least, the lowest of equals, without machine `except`. */
function leastBiased(
  { machines, tasks, reports }: ScheduleArrays,
  lane: number,
  task: number,
  mechanism: ArrayLike<number>,
  except: number,
): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < machines; i++) {
    if (i === except) continue;
    const biased = mechanism[lane * (machines + 1) + i] * reports[(lane * machines + i) * tasks + task];
    if (biased < least) {
      least = biased;
      best = i;
    }
  }
  return best;
}

/** Of each task in the search: its least time, the machine that is tried, and how long that is busy without it. */
const leastTimes = new Float64Array(maxTasks);
const tried = new Int32Array(maxTasks);
const idle = new Float64Array(maxTasks);
/** Of the tasks before one: their makespan, and their work with the least work of the others. */
const reached = new Float64Array(maxTasks + 1);
const totals = new Float64Array(maxTasks + 1);

/**
 * Writes the optimal makespan of a lane, found by branch and bound. Its `work` is used for the search and left at 0. The search
 * keeps its numbers in arrays, since a recursion would box them at every node.
 */
export function findOptimum(arrays: ScheduleArrays, lane: number): void {
  const { machines, tasks, work, optimum } = arrays;
  openSearch(arrays, lane);
  let best = Number.POSITIVE_INFINITY;
  for (let task = 0; task >= 0; ) {
    if (tried[task] >= 0) work[lane * machines + tried[task]] = idle[task];
    tried[task]++;
    if (tried[task] === machines) {
      task--;
      continue;
    }
    assign(arrays, lane, task);
    const next = task + 1;
    // No makespan is below the mean work of machines. That is rounded: only what lies clearly above is cut off.
    if (reached[next] >= best || totals[next] > machines * best * (1 + 1e-12)) continue;
    if (next === tasks) best = reached[next];
    else {
      task = next;
      tried[task] = -1;
    }
  }
  optimum[lane] = best;
}

function openSearch({ machines, tasks, times, work }: ScheduleArrays, lane: number): void {
  work.fill(0, lane * machines, (lane + 1) * machines);
  tried[0] = -1;
  reached[0] = 0;
  totals[0] = 0;
  for (let task = 0; task < tasks; task++) {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < machines; i++) least = Math.min(least, times[(lane * machines + i) * tasks + task]);
    leastTimes[task] = least;
    totals[0] += least;
  }
}

/** Gives a task to the machine that is tried. */
function assign({ machines, tasks, times, work }: ScheduleArrays, lane: number, task: number): void {
  const machine = lane * machines + tried[task];
  const time = times[machine * tasks + task];
  idle[task] = work[machine];
  work[machine] += time;
  reached[task + 1] = Math.max(reached[task], work[machine]);
  totals[task + 1] = totals[task] + time - leastTimes[task];
}
