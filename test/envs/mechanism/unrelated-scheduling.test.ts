import { describe, expect, it } from '@jest/globals';
import {
  GameParallelEnv,
  GameVectorEnv,
  makeGame,
  minWork,
  optimalMakespan,
  type UnrelatedScheduling,
} from '../../../envs/index.js';
import { unrelatedScheduling } from '../../../envs/mechanism/unrelated-scheduling.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { FixedPolicy, MultiplicativeWeights } from '../../../oracles/index.js';
import { evaluateCommitment, InducedGame } from '../../../solvers/index.js';
import { StackelbergWrapper } from '../../../wrappers/index.js';
import { Driver } from '../../oracles/driving.js';

const build = (parameters: object = {}) =>
  makeGame('UnrelatedScheduling-v0', parameters) as UnrelatedScheduling;
const worked = {
  times: [
    [1, 3, 2],
    [2, 1, 4],
  ],
};
const three = {
  times: [
    [1, 2, 3],
    [3, 1, 2],
    [2, 3, 1],
  ],
};
const rowsOf = (observations: Record<string, unknown>): number[][] =>
  Object.entries(observations)
    .filter(([id]) => id !== 'leader_0')
    .map(([, row]) => Array.from(row as Float64Array));

describe('UnrelatedScheduling', () => {
  it('plays the worked example: tasks to 0, 1, 0, payments 6 and 3, optimal', () => {
    const env = new GameParallelEnv(build(worked));
    const { observations } = env.reset({ seed: 0 });
    expect(observations['leader_0']).toBe(0);
    expect(rowsOf(observations)).toEqual(worked.times);
    const result = env.step({ leader_0: Float64Array.of(1, 1, 1), follower_0: 2, follower_1: 2 });
    expect(result.rewards).toEqual({ leader_0: -1, follower_0: 3, follower_1: 2 });
    expect(result.terminations['leader_0']).toBe(true);
    env.reset();
    // Machine 0 declares half of its times, and gets task 1 as well for the 1 of machine 1.
    const lie = env.step({ leader_0: Float64Array.of(1, 1, 1), follower_0: 0, follower_1: 4 });
    expect(lie.rewards['follower_0']).toBe(3 + 1.5 + 6 - 6);
    expect(lie.rewards['leader_0']).toBe(-6 / 3);
  });

  it.each(['multiplier', 'row'])('pays as minWork says, with reports %s', (reports) => {
    const game = build({ machines: 3, tasks: 4, reports });
    const env = new GameParallelEnv(game);
    for (const { id } of game.agents) env.actionSpace(id).seed(1);
    const seen = new Set<number>();
    for (let episode = 0; episode < 50; episode++) {
      const { observations } = env.reset(episode === 0 ? { seed: 4 } : undefined);
      const times = rowsOf(observations);
      seen.add(times[0][0]);
      expect(times.flat().every((time) => time > 0 && time <= 1)).toBe(true);
      const actions: Record<string, any> = Object.fromEntries(
        env.agents.map((id) => [id, env.actionSpace(id).sample()]),
      );
      const { rewards } = env.step(actions);
      const declared = times.map((row, i) => {
        const action = actions[`follower_${i}`];
        return reports === 'row'
          ? Array.from<number>(action)
          : row.map((t) => t * game.rules.multipliers[action]);
      });
      const rule: number[] = Array.from(actions['leader_0']);
      const expected = minWork(times, { reports: declared, biases: rule.slice(0, 3), payment: rule[3] });
      expect(rewards['leader_0']).toBeCloseTo(-expected.makespan / optimalMakespan(times), 12);
      expected.utilities.forEach((utility, i) => {
        expect(rewards[`follower_${i}`]).toBeCloseTo(utility, 12);
      });
    }
    expect(seen.size).toBe(50);
  });

  it('lanes keep their instances apart', () => {
    const vector = new GameVectorEnv(build({ machines: 2, tasks: 3 }), 5);
    const scalar = new GameParallelEnv(build({ machines: 2, tasks: 3 }));
    const { observations } = vector.reset({ seed: 10 });
    for (let lane = 0; lane < 5; lane++) {
      const one = scalar.reset({ seed: 10 + lane });
      const row = (observations['follower_1'] as Float64Array).slice(3 * lane, 3 * lane + 3);
      expect(row).toEqual(one.observations['follower_1']);
    }
  });

  it('truthful rows are worth 1.172 times the optimum on average', async () => {
    const game = build({ reports: 'row' });
    const truth = (times: Float64Array) => times;
    const oracle = new FixedPolicy({ follower_0: truth, follower_1: truth });
    const graded = await evaluateCommitment(game, [1, 1, 1], { oracle, episodes: 2000, optimum: null });
    expect(Math.abs(graded.value + 1.172)).toBeLessThan(0.02);
  });
});

/** Weight of each machine on multipliers that are worth as much to it as the truth. */
function weights(game: UnrelatedScheduling, rule: Float64Array, oracle: MultiplicativeWeights) {
  const policies = new Driver(game, oracle).respond(() => rule);
  const induced = new InducedGame(game, { act: () => rule });
  const strategies = induced.strategies(policies);
  const truth = game.rules.multipliers.indexOf(1);
  return strategies.map(([row], i) => {
    const values = induced.actionValues(strategies, i, 0)!;
    const alike = Array.from(row).filter((_, a) => Math.abs(values[a] - values[truth]) < 1e-6);
    return alike.reduce((sum, p) => sum + p, 0);
  });
}

describe('machines that learn by multiplicative weights', () => {
  const oracle = new MultiplicativeWeights({ updates: 1000, learningRate: 1, play: 'mixed' });

  it.each([
    ['worked', worked],
    ['three', three],
  ])('turn truthful under MinWork (%s), or as good as', async (_, parameters) => {
    const game = build(parameters);
    const rule = new Float64Array(game.machines + 1).fill(1);
    for (const weight of weights(game, rule, oracle)) expect(weight).toBeGreaterThan(0.95);
    const graded = await evaluateCommitment(game, Array.from(rule), { oracle, episodes: 1, optimum: null });
    expect(graded.equilibrium.notion).toBe('Nash');
    expect(graded.equilibrium.gap).toBeLessThan(1e-8);
    expect(graded.value).toBeCloseTo(-1, 6);
  });

  it.each([
    ['worked', worked],
    ['three', three],
  ])('do not under first price (%s)', async (_, parameters) => {
    const game = build(parameters);
    const rule = new Float64Array(game.machines + 1).fill(1);
    rule[game.machines] = 0;
    for (const weight of weights(game, rule, oracle)) expect(weight).toBeLessThan(1e-6);
    const graded = await evaluateCommitment(game, Array.from(rule), { oracle, episodes: 1, optimum: null });
    expect(graded.equilibrium.gap).toBeLessThan(1e-8);
    // They declare half as much again as they work, and are paid that.
    minWork(parameters.times).work.forEach((work, i) => {
      expect(graded.followerValues[`follower_${i}`]).toBeCloseTo(work / 2, 6);
    });
  });

  it('the wrapper takes the whole mechanism as one action', () => {
    const outer = new StackelbergWrapper(build(worked), {
      oracle: new MultiplicativeWeights({ updates: 100, learningRate: 1 }),
      commitment: 'policy',
      policyForm: 'deterministic',
    });
    outer.reset({ seed: 0 });
    const { reward, terminated, info } = outer.step(Float64Array.of(1, 1, 1));
    expect([reward, terminated]).toEqual([-1, true]);
    expect(info['queries']).toBe(100 * 25);
    outer.reset();
    // A bias of 4 against machine 0 leaves it nothing: machine 1 works for 7, where 3 would do.
    expect(outer.step(Float64Array.of(4, 0.25, 1)).reward).toBeCloseTo(-7 / 3, 12);
  });

  it('over drawn instances the truth itself wins under MinWork, and the greatest lie under first price', () => {
    const game = build({ machines: 2, tasks: 3 });
    const learner = new MultiplicativeWeights({ updates: 600, learningRate: 1, play: 'mixed' });
    const policies = (payment: number) =>
      new Driver(game, learner).respond(() => Float64Array.of(1, 1, payment));
    for (const [payment, learned] of [
      [1, 2],
      [0, 4],
    ]) {
      for (const policy of Object.values(policies(payment)))
        expect(policy.probabilities!(null)[learned]).toBeGreaterThan(0.95);
    }
  });

  it('says who does what in words, numbers every task and has a time axis', () => {
    const times = [
      [1, 30, 2, 0.001, 0.001],
      [2, 1, 40, 0.1, 0.1],
    ];
    const view = {
      game: build({ times }),
      title: 'scheduling',
      history: [{ actions: [[1, 1, 1], 2, 2], rewards: [-1, 0, 0] }],
      observations: [0, ...times],
      done: true,
    };
    const { ansi, svg } = unrelatedScheduling.renderer!;
    expect(ansi(view)).toContain('true / declared times; in brackets: the machine that does the task');
    const picture = svg(view);
    expect(picture).toContain('scheduling (ended)');
    expect(picture).toContain('in yellow: the machine that does the task');
    const bars = picture.slice(picture.lastIndexOf('paid'));
    const below = Array.from(
      bars.matchAll(/<text x="([\d.]+)"[^>]*font-size="11">([34])<\/text>/g),
      ([, x, task]) => [x, task],
    );
    expect(below.map(([, task]) => task)).toEqual(['3', '4']);
    expect(Number(below[1][0]) - Number(below[0][0])).toBeGreaterThan(10);
    for (const tick of ['0.5', '1.5', '2.5']) expect(bars).toContain(`>${tick}</text>`);
    expect(ansi({ ...view, history: [], done: false })).not.toContain('brackets');
  });
});

describe('parameters of UnrelatedScheduling', () => {
  it.each([
    [
      {
        times: [
          [1, -1],
          [1, 1],
        ],
      },
      'UnrelatedScheduling-v0: times[0][1]: expected a positive time, got -1.',
    ],
    [
      {
        times: [
          [1, 0],
          [1, 1],
        ],
      },
      'UnrelatedScheduling-v0: times[0][1]: expected a positive time, got 0.',
    ],
    [{ times: [[1, 1], [1]] }, 'UnrelatedScheduling-v0: times[1]: expected 2 times, one a task, got [1].'],
    [{ times: [[1, 1]] }, 'times: expected a row for each of at least 2 machines, got 1.'],
    [{ ...worked, machines: 2 }, 'UnrelatedScheduling-v0: machines: expected no number beside times, got 2.'],
    [{ machines: 1 }, 'UnrelatedScheduling-v0: machines: expected at least 2, got 1.'],
    [
      { machines: 5, tasks: 10 },
      'tasks: expected at most 1048576 assignments of tasks to machines, got 5 ** 10.',
    ],
    [{ multipliers: [1, 0] }, 'UnrelatedScheduling-v0: multipliers[1]: expected a positive number, got 0.'],
    [{ multipliers: [] }, 'UnrelatedScheduling-v0: multipliers: expected at least one multiplier, got [].'],
    [
      { multipliers: [1, 0.5, 1] },
      'UnrelatedScheduling-v0: multipliers: expected different multipliers, got [1, 0.5, 1].',
    ],
    [
      { reports: 'row', multipliers: [1] },
      'UnrelatedScheduling-v0: multipliers: expected none with reports row, got [1].',
    ],
    [{ reports: 'rows' }, 'UnrelatedScheduling-v0: reports: expected multiplier or row, got "rows".'],
    [
      { ...worked, reports: 'row', maximumReport: 3 },
      'maximumReport: expected at least the longest time 4, got 3.',
    ],
    [{ maximumBias: 0.5 }, 'UnrelatedScheduling-v0: maximumBias: expected at least 1, got 0.5.'],
    [{ machine: 2 }, 'Did you mean "machines"?'],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });
});
