import { describe, expect, it } from '@jest/globals';
import { type MultiFollower, makeGame, singleLane } from '../../../envs/index.js';
import type { CyberSetting } from '../../../envs/multi-follower/cyber.js';
import type { QreSetting } from '../../../envs/multi-follower/qre.js';
import type { SsgSetting } from '../../../envs/multi-follower/ssg.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import { Rng } from '../../../gymnasium/rng.js';
import { expectWellFormed, textsOf } from '../xml.js';

const game = (parameters: object) => makeGame('MultiFollower-v0', parameters) as MultiFollower;
const settingOf = <S>(parameters: object) => game(parameters).setting as unknown as S;

/** Plays one step and returns all rewards. */
function rewards(parameters: object, ...actions: number[][]): number[] {
  const lane = singleLane(game(parameters));
  lane.reset();
  for (const [agent, action] of actions.entries()) lane.act(agent, action);
  expect(lane.step()).toBe(true);
  return actions.map((_, agent) => lane.reward(agent));
}

const instances = {
  qre: {
    payoffs: [
      [1, 2, 3, 4],
      [5, 1, 0, 2],
    ],
  },
  ssg: {
    attractiveness: [0, 1],
    leaderPenalties: [-4, -2],
    targets: [[0], [0]],
    penalties: [[-3], [-1]],
  },
  cyber: {
    losses: [50, 100],
    costs: [5, 10],
    weights: [
      [1, 0.5],
      [0, 2],
    ],
  },
};

describe('qre', () => {
  const parameters = { setting: 'qre', budget: 1, rationality: 2, instance: instances.qre };
  const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);

  it('pays expected subsidised payoffs and entropy, and the leader the welfare', () => {
    const design = [0, 1, 0, 0, 2, 0, 0, 4];
    const [p, q] = [0.25, 0.6];
    const chances = [p * q, (1 - p) * q, p * (1 - q), (1 - p) * (1 - q)];
    const expected = (row: number[]) => row.reduce((sum, x, joint) => sum + x * chances[joint], 0);
    const paid = expected([2, 1, 0, 4]);
    const [leader, first, second] = rewards(parameters, design, [p], [q]);
    expect(leader).toBeCloseTo(expected([6, 3, 3, 6]) - 10 * (paid - 1), 12);
    expect(first).toBeCloseTo(expected([1, 3, 3, 4]) + entropy(p) / 2, 12);
    expect(second).toBeCloseTo(expected([7, 1, 0, 6]) + entropy(q) / 2, 12);
  });

  it('charges no violation within the budget, and as much as asked beyond', () => {
    const small = [1, 1, 1, 1, 0, 0, 0, 0];
    expect(rewards(parameters, small, [1], [1])).toEqual([6, 2, 5]);
    const large = small.map((x) => 3 * x);
    expect(rewards({ ...parameters, penalty: 0 }, large, [1], [1])[0]).toBe(6);
    expect(rewards({ ...parameters, penalty: 2.5 }, large, [1], [1])[0]).toBe(1);
  });

  it('bounds welfare by that of a dictator', () => {
    expect(settingOf<QreSetting>(parameters).dictatorValue()).toBe(6);
  });
});

describe('ssg', () => {
  const parameters = { setting: 'ssg', resources: 1, budget: 1, instance: instances.ssg };

  it('attacks by softmax of attractiveness less 5 times coverage', () => {
    const [c, d] = [0.5, 0.2];
    const uncovered = (1 - c) * (1 - d);
    const weight = Math.exp(-5 * (1 - uncovered));
    const attacked = weight / (weight + Math.E);
    const design = [1, 0.5];
    const paid = (1 - c) * 1 + (1 - d) * 0.5;
    expect(paid).toBeLessThan(1);
    const [leader, first, second] = rewards(parameters, design, [c], [d]);
    expect(leader).toBeCloseTo(attacked * uncovered * -4 + (1 - attacked) * -2, 12);
    expect(first).toBeCloseTo(attacked * uncovered * -2, 12);
    expect(second).toBeCloseTo(attacked * uncovered * -0.5, 12);
    const [over] = rewards(parameters, [3, 1], [c], [d]);
    expect(over).toBeCloseTo(leader - 10 * (0.5 * 3 + 0.8 - 1), 12);
  });

  it('reimburses up to the whole penalty', () => {
    expect(Array.from(game(parameters).setting.designSpace.high)).toEqual([3, 1]);
  });
});

describe('cyber', () => {
  const parameters = { setting: 'cyber', risk: 0.2, instance: instances.cyber };
  const sigmoid = (u: number) => 1 / (1 + Math.exp(-u));

  it('breaches by effort, and pays claims and premiums', () => {
    const [x, y] = [0.5, 0.3];
    const breach = [sigmoid(0.5 - x - 0.5 * y), sigmoid(1 - 2 * y)];
    const risk = breach.map((q) => 0.2 * Math.sqrt(q * (1 - q)));
    const [leader, first, second] = rewards(parameters, [20, 100, 5, 20], [x], [y]);
    expect(first).toBeCloseTo(-30 * breach[0] - 5 * x - 5 - 30 * risk[0], 12);
    expect(second).toBeCloseTo(-10 * y - 20, 12);
    const without = [-50 * breach[0] - 5 * x - 50 * risk[0], -100 * breach[1] - 10 * y - 100 * risk[1]];
    const violation = Math.max(0, without[0] - first) + Math.max(0, without[1] - second);
    expect(leader).toBeCloseTo(25 - 20 * breach[0] - 100 * breach[1] - 10 * violation, 12);
    const [greedy] = rewards(parameters, [20, 100, 45, 20], [x], [y]);
    const more = without[0] - (first - 40);
    expect(more).toBeGreaterThan(0);
    expect(greedy).toBeCloseTo(leader + 40 - 10 * (more - Math.max(0, without[0] - first)), 10);
  });

  it('knows the profit of full insurance and a bound above it', () => {
    const setting = settingOf<CyberSetting>(parameters);
    const part = (loss: number) => 0.2 * loss * Math.sqrt(sigmoid(loss / 100) * (1 - sigmoid(loss / 100)));
    expect(setting.fullInsuranceValue()).toBeCloseTo(part(50) + part(100), 12);
    expect(setting.profitBound()).toBeCloseTo(15, 12);
    const ten = settingOf<CyberSetting>({ setting: 'cyber', risk: 0 });
    expect([ten.fullInsuranceValue(), ten.profitBound()]).toEqual([0, 0]);
  });
});

describe.each(['qre', 'ssg', 'cyber'] as const)('%s', (name) => {
  const drawn = (seed: number) => game({ setting: name, seed });

  it('draws the instance by its seed alone', () => {
    expect(drawn(3).signature).toBe(drawn(3).signature);
    expect(drawn(3).signature).not.toBe(drawn(4).signature);
  });

  it('takes every action for a strategy, and every strategy for an action', () => {
    const { setting, agents } = drawn(0);
    const profile = new Float64Array(setting.followers * setting.width);
    for (let i = 0; i < setting.followers; i++) {
      const { actionSpace } = agents[i + 1];
      actionSpace.reseed(new Rng(i));
      const action = actionSpace.sample();
      setting.decode(i, action, 0, profile, 0);
      const mine = profile.slice(i * setting.width, (i + 1) * setting.width);
      const sum = mine.reduce((a, b) => a + b, 0);
      if (name === 'qre') expect(sum).toBeCloseTo(1, 12);
      if (name === 'ssg') expect(sum).toBeLessThanOrEqual(10 + 1e-8);
      expect(mine.every((value) => value >= 0)).toBe(true);
      expect(setting.encode(i, profile)).toEqual(action);
    }
  });

  it('shows the design to the followers before they move', () => {
    const env = make('MultiFollower-v0', { setting: name, followers: 2 });
    const { observations } = env.reset({ seed: 0 });
    expect(observations['leader_0']).toBe(0);
    expect(observations['follower_1'].every((x: number) => x === 0)).toBe(true);
    const design = env.actionSpace('leader_0').sample();
    const seen = env.commit!({ leader_0: design });
    expect(seen).toEqual({ follower_0: design, follower_1: design });
  });

  it('renders before and after the step', () => {
    const frames = (['ansi', 'svg'] as const).map((renderMode) => {
      const env = make('MultiFollower-v0', { setting: name, followers: 2 }, { renderMode });
      env.reset({ seed: 0 });
      const before = env.render() as string;
      const joint = Object.fromEntries(env.agents.map((id) => [id, env.actionSpace(id).sample()]));
      const reward = env.step(joint).rewards['leader_0'];
      return { before, after: env.render() as string, reward };
    });
    const [ansi, svg] = frames;
    expect(ansi.before).toContain('no design yet');
    expect(ansi.after).toContain(`reward of leader_0 ${Math.round(ansi.reward * 1000) / 1000}`);
    expect(ansi.after).toMatch(/\|[ ▁-█]+\|/);
    for (const text of [svg.before, svg.after]) expectWellFormed(text);
    expect(textsOf(svg.after).join(' ')).toMatch(/violation/);
  });
});

describe('draws', () => {
  it('are from the ranges of the paper', () => {
    const { payoffs } = settingOf<QreSetting>({ setting: 'qre' }).instance;
    const all = payoffs.flat();
    expect(payoffs.map((row) => row.length)).toEqual([1000, 1000, 1000]);
    expect([Math.min(...all) >= 0, Math.max(...all) <= 10]).toEqual([true, true]);
    expect(all.reduce((a, b) => a + b, 0) / 3000).toBeCloseTo(5, 0);

    const { attractiveness, targets, penalties } = settingOf<SsgSetting>({ setting: 'ssg' }).instance;
    expect([attractiveness.length, targets.length, new Set(targets[0]).size]).toEqual([100, 5, 50]);
    expect(Math.min(...penalties.flat())).toBeGreaterThan(-10);
    expect(Math.max(...penalties.flat())).toBeLessThanOrEqual(0);

    const { losses, costs, weights } = settingOf<CyberSetting>({ setting: 'cyber' }).instance;
    expect(losses.every((loss) => loss >= 50 && loss <= 100)).toBe(true);
    expect(costs.every((cost) => cost >= 5 && cost <= 10)).toBe(true);
    weights.forEach((row, i) => {
      row.forEach((weight, j) => {
        expect(Math.floor(weight)).toBe(Number(i === j));
      });
    });
  });
});

describe('errors', () => {
  const cases: [object, string][] = [
    [{ risk: 0.1, setting: 'qre' }, 'risk: expected it only with setting cyber, got 0.1.'],
    [{ setting: 'cyber', budget: 1 }, 'budget: expected it only with setting qre or ssg, got 1.'],
    [{ setting: 'ssg', targets: 4, ownTargets: 5 }, 'ownTargets: expected at most the 4 targets, got 5.'],
    [
      { setting: 'qre', followers: 5, actions: 10 },
      'followers: expected 2 to 6 followers with at most 20000 joint actions, got [5, 10].',
    ],
    [{ setting: 'cyber', seed: 1, instance: instances.cyber }, 'seed: expected it only without an instance'],
    [{ setting: 'ssg', instance: instances.cyber }, 'instance: expected data of setting ssg, with attr'],
    [
      { setting: 'qre', instance: { payoffs: [[1, 2, 3, 4], [1]] } },
      'instance.payoffs[1]: expected an entry for each joint action, got [1].',
    ],
    [
      { setting: 'cyber', instance: { ...instances.cyber, costs: [1] } },
      'instance.costs: expected 2 numbers, got [1].',
    ],
    [
      {
        setting: 'cyber',
        instance: {
          ...instances.cyber,
          weights: [
            [1, 0],
            [1, 0],
          ],
        },
      },
      'instance.weights[1]: expected 2 numbers with a positive one on the diagonal, got [1, 0].',
    ],
    [
      { setting: 'ssg', instance: { ...instances.ssg, targets: [[0], [2]] } },
      'instance.targets[1]: expected 1 different targets below 2, got [2].',
    ],
    [{ setting: 'ssg', instance: { ...instances.ssg, penalties: [[3], [-1]] } }, 'instance.penalties[0][0]'],
    [{ penalty: -1 }, 'penalty: '],
    [{ colour: 1 }, 'unknown parameter "colour".'],
  ];
  it.each(cases)('%j', (parameters, message) => {
    const call = () => game(parameters);
    expect(call).toThrow(InvalidArgument);
    expect(call).toThrow(`MultiFollower-v0: ${message}`);
    expect(call).not.toThrow('\n');
  });
});
