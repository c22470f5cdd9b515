import { describe, expect, it } from '@jest/globals';
import { minWork, optimalMakespan } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';

const worked = [
  [1, 3, 2],
  [2, 1, 4],
];
const drawn = (rng: Rng, machines: number, tasks: number) =>
  Array.from({ length: machines }, () => Array.from({ length: tasks }, () => 1 - rng.uniform()));

describe('minWork', () => {
  it('is a second-price auction for each task', () => {
    expect(minWork(worked)).toEqual({
      allocation: [0, 1, 0],
      payments: [6, 3],
      work: [3, 1],
      utilities: [3, 2],
      makespan: 3,
    });
    expect(optimalMakespan(worked)).toBe(3);
  });

  it('first price pays the reports, and the parameter goes between', () => {
    expect(minWork(worked, { payment: 0 })).toMatchObject({ payments: [3, 1], utilities: [0, 0] });
    expect(minWork(worked, { payment: 0.5 }).payments).toEqual([4.5, 2]);
  });

  it('biases move tasks and critical values', () => {
    // 2.5 times 1 and 2 exceeds 2 but not 4: machine 0 keeps task 2 alone, and is paid 4 / 2.5 for it.
    const { allocation, payments } = minWork([[1, 3, 1]].concat([[2, 1, 4]]), { biases: [2.5, 1] });
    expect(allocation).toEqual([1, 1, 0]);
    expect(payments[0]).toBeCloseTo(4 / 2.5, 12);
    expect(payments[1]).toBeCloseTo(2.5 + 7.5, 12);
  });

  it('gives ties to the lowest machine', () => {
    expect(minWork([[1], [1], [1]])).toMatchObject({ allocation: [0], payments: [1, 0, 0] });
  });

  it.each([
    ['MinWork', 0],
    ['biased', 3],
  ])('%s: no lie pays in 10,000 random triples of instance, machine and misreport', (_, most) => {
    const rng = new Rng('lies');
    let [gain, changed] = [Number.NEGATIVE_INFINITY, 0];
    for (let k = 0; k < 10_000; k++) {
      const [machines, tasks] = [2 + rng.integer(3), 1 + rng.integer(5)];
      const times = drawn(rng, machines, tasks);
      const liar = rng.integer(machines);
      const reports = times.map((row, i) => (i === liar ? row.map(() => 2 * (1 - rng.uniform())) : row));
      const biases = times.map(() => 1 + most * rng.uniform());
      const truth = minWork(times, { biases });
      const lie = minWork(times, { reports, biases });
      gain = Math.max(gain, lie.utilities[liar] - truth.utilities[liar]);
      if (String(lie.allocation) !== String(truth.allocation)) changed++;
    }
    expect(gain).toBeLessThanOrEqual(1e-12);
    expect(changed).toBeGreaterThan(5000);
  });

  it('under first price many lies pay', () => {
    const rng = new Rng('first price');
    let profitable = 0;
    for (let k = 0; k < 10_000; k++) {
      const times = drawn(rng, 2, 3);
      const reports = [times[0].map((time) => (0.5 + rng.uniform()) * time), times[1]];
      const [truth, lie] = [{ payment: 0 }, { payment: 0, reports }].map((options) =>
        minWork(times, options),
      );
      if (lie.utilities[0] > truth.utilities[0] + 1e-12) profitable++;
    }
    expect(profitable).toBeGreaterThan(2000);
  });

  it.each([
    [2, 3, 1.172],
    [2, 5, 1.225],
    [3, 5, 1.274],
  ])(
    '%i machines and %i tasks: ratio %d on average over 2,000 draws, never above the machines',
    (machines, tasks, mean) => {
      const rng = new Rng(0).child('ratios', machines, tasks);
      let [sum, worst] = [0, 0];
      for (let k = 0; k < 2000; k++) {
        const times = drawn(rng, machines, tasks);
        const ratio = minWork(times).makespan / optimalMakespan(times);
        expect(ratio).toBeGreaterThanOrEqual(1);
        sum += ratio;
        worst = Math.max(worst, ratio);
      }
      expect(Math.abs(sum / 2000 - mean)).toBeLessThan(0.02);
      expect(worst).toBeLessThanOrEqual(machines);
      expect(worst).toBeGreaterThan(1.6);
    },
  );

  it.each([2, 3, 4])('is as bad as %i machines allow on the tight family', (n) => {
    for (const epsilon of [0.1, 0.01, 1e-6]) {
      const times = Array.from({ length: n }, (_, i) => new Array<number>(n).fill(i === 0 ? 1 - epsilon : 1));
      expect(optimalMakespan(times)).toBe(1);
      expect(Math.abs(minWork(times).makespan - n * (1 - epsilon))).toBeLessThan(1e-9);
    }
  });

  it.each<[() => unknown, string]>([
    [() => minWork([[1]]), 'minWork: times: expected a row for each of at least 2 machines, got 1.'],
    [() => minWork([[1, 2], [1]]), 'minWork: times[1]: expected 2 times, one a task, got [1].'],
    [() => minWork([[1], [0]]), 'minWork: times[1][0]: expected a positive time, got 0.'],
    [() => minWork([[1], [Number.NaN]]), 'minWork: times[1][0]: expected a positive time, got NaN.'],
    [() => minWork([[], []]), 'minWork: times[0]: expected 1 times, one a task, got [].'],
    [
      () => minWork(worked, { reports: [[1, 1, 1]] }),
      'minWork: reports: expected a row for each of at least 2',
    ],
    [
      () => minWork(worked, { reports: [[1], [1]] }),
      'minWork: reports[0]: expected 3 times, one a task, got [1].',
    ],
    [() => minWork(worked, { biases: [1, 0] }), 'minWork: biases: expected 2 positive numbers, got [1, 0].'],
    [() => minWork(worked, { payment: 2 }), 'minWork: payment: expected a number in [0, 1], got 2.'],
    [
      () => optimalMakespan(drawn(new Rng(0), 2, 21)),
      'optimalMakespan: times: expected at most 1048576 assignments of tasks to machines, got 2 ** 21.',
    ],
  ])('refuses what makes no sense: %s', (call, message) => {
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(message);
  });
});

describe('optimalMakespan', () => {
  it('is the least over all assignments', () => {
    const rng = new Rng('assignments');
    for (let k = 0; k < 300; k++) {
      const [machines, tasks] = [2 + rng.integer(3), 1 + rng.integer(5)];
      const times = drawn(rng, machines, tasks).map((row) => row.map((t) => (k % 2 ? t : Math.ceil(4 * t))));
      let least = Number.POSITIVE_INFINITY;
      for (let code = 0; code < machines ** tasks; code++) {
        const work = new Float64Array(machines);
        for (let task = 0, rest = code; task < tasks; task++, rest = Math.floor(rest / machines))
          work[rest % machines] += times[rest % machines][task];
        least = Math.min(least, Math.max(...work));
      }
      expect(optimalMakespan(times)).toBe(least);
    }
  });
});
