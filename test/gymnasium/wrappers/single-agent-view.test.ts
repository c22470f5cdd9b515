import { describe, expect, it } from '@jest/globals';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../../gymnasium/error.js';
import { ParallelEnv, type PerAgent } from '../../../gymnasium/parallel.js';
import { Discrete } from '../../../gymnasium/spaces/discrete.js';
import type { ResetOptions } from '../../../gymnasium/types.js';
import { SingleAgentView } from '../../../gymnasium/wrappers/single-agent-view.js';

/**
 * Agents observe the actions committed so far in the stage, a digit (action + 1) each in order of commitment; at the
 * start of a stage and at the end they observe 0. All are paid the number that the joint action spells in move order.
 */
class DigitGame extends ParallelEnv {
  readonly possibleAgents: readonly string[];
  agents: string[] = [];
  readonly resets: (ResetOptions | undefined)[] = [];
  private readonly space = new Discrete(1000);
  private committed: PerAgent<number> = {};
  private stage = 0;

  constructor(
    private readonly order: string[][],
    leaderFirst: boolean,
    private readonly lifetimes: PerAgent<number>,
  ) {
    super();
    this.possibleAgents = order.flat();
    if (leaderFirst) this.commit = (actions) => this.take(actions);
  }

  override get moveOrder() {
    return this.order;
  }

  observationSpace = () => this.space;
  actionSpace = () => this.space;

  override reset(options?: ResetOptions) {
    this.resets.push(options);
    this.agents = [...this.possibleAgents];
    this.stage = 0;
    this.committed = {};
    return { observations: this.each(() => 0), infos: this.each(() => ({ stage: 0 })) };
  }

  override step(actions: PerAgent<number>) {
    const spelt = Number(this.agents.map((id) => actions[id] + 1).join(''));
    this.stage++;
    this.committed = {};
    const ends = (id: string) => this.stage >= this.lifetimes[id];
    const result = {
      observations: this.each(() => 0),
      rewards: this.each(() => spelt),
      terminations: this.each(ends),
      truncations: this.each(() => false),
      infos: this.each(() => ({ stage: this.stage })),
    };
    this.agents = this.agents.filter((id) => !ends(id));
    return result;
  }

  private take(actions: PerAgent<number>) {
    Object.assign(this.committed, actions);
    const seen = Number(
      Object.values(this.committed)
        .map((action) => action + 1)
        .join(''),
    );
    const rest = this.agents.filter((id) => !(id in this.committed));
    return Object.fromEntries(rest.map((id) => [id, seen]));
  }

  private each<T>(value: (id: string) => T): PerAgent<T> {
    return Object.fromEntries(this.agents.map((id) => [id, value(id)]));
  }
}

const two = (leaderFirst = true) =>
  new DigitGame([['leader_0'], ['follower_0']], leaderFirst, { leader_0: 2, follower_0: 2 });
const copy = (observation: number) => observation % 10;

describe('SingleAgentView of the leader', () => {
  it('lets the follower act on what it observes after the commitment', () => {
    const env = new SingleAgentView(two(), 'leader_0', { follower_0: copy });
    expect(env.reset({ seed: 1 })).toEqual({ observation: 0, info: { stage: 0 } });
    expect(env.step(4)).toEqual({
      ...{ observation: 0, reward: 56, terminated: false, truncated: false, info: { stage: 1 } },
    });
    expect(env.step(1)).toMatchObject({ reward: 23, terminated: true, info: { stage: 2 } });
  });

  it('lets the follower act on the joint observation where all move at once', () => {
    const env = new SingleAgentView(two(false), 'leader_0', { follower_0: copy });
    env.reset();
    expect(env.step(4).reward).toBe(51);
  });
});

describe('SingleAgentView of a follower', () => {
  it('observes the commitment, after reset and step, and the true end', () => {
    const plays = [4, 7];
    const env = new SingleAgentView(two(), 'follower_0', { leader_0: () => plays.shift() });
    expect(env.reset().observation).toBe(5);
    expect(env.step(0)).toMatchObject({ observation: 8, reward: 51, terminated: false });
    expect(env.step(1)).toMatchObject({ observation: 0, reward: 82, terminated: true });
    expect(plays).toEqual([]);
  });

  it('keeps the order in a game of three turns, with company in its own', () => {
    const order = [['leader_0'], ['follower_0', 'follower_1'], ['follower_2']];
    const lifetimes = { leader_0: 9, follower_0: 9, follower_1: 9, follower_2: 9 };
    const seen: PerAgent<number> = {};
    const policy = (id: string, action: number) => (observation: number) => {
      seen[id] = observation;
      return action;
    };
    const env = new SingleAgentView(new DigitGame(order, true, lifetimes), 'follower_1', {
      leader_0: policy('leader_0', 1),
      follower_0: policy('follower_0', 2),
      follower_2: policy('follower_2', 6),
    });
    expect(env.reset().observation).toBe(2);
    expect(env.step(3).reward).toBe(2347);
    expect(seen).toEqual({ leader_0: 0, follower_0: 2, follower_2: 234 });
  });
});

describe('SingleAgentView episodes', () => {
  it('end with the agent, and go on without the others', () => {
    const game = (lifetimes: PerAgent<number>) => new DigitGame([['a'], ['b']], true, lifetimes);
    const leaves = new SingleAgentView(game({ a: 1, b: 3 }), 'a', { b: copy });
    leaves.reset();
    expect(leaves.step(0).terminated).toBe(true);
    expect(() => leaves.step(0)).toThrow(ResetNeeded);
    const stays = new SingleAgentView(game({ a: 1, b: 2 }), 'b', { a: () => 5 });
    expect(stays.reset().observation).toBe(6);
    expect(stays.step(0)).toMatchObject({ observation: 0, reward: 61, terminated: false });
    expect(stays.step(0)).toMatchObject({ reward: 1, terminated: true });
  });

  it('repeat with the seed, and go on differently without one', () => {
    const env = new SingleAgentView(two(), 'leader_0', {
      follower_0: (_observation, rng) => rng.integer(900),
    });
    const rewards = (seed?: number) => {
      env.reset({ seed });
      return [env.step(0).reward, env.step(0).reward];
    };
    const first = rewards(3);
    const second = rewards();
    expect(second).not.toEqual(first);
    expect([rewards(3), rewards()]).toEqual([first, second]);
    expect(rewards(4)).not.toEqual(first);
    expect((env.parallelEnv as DigitGame).resets[0]).toEqual({ seed: 3 });
  });

  it('can go on after an invalid action', () => {
    const draws: number[] = [];
    const env = new SingleAgentView(two(), 'leader_0', {
      follower_0: (observation) => draws.push(observation),
    });
    env.reset();
    expect(() => env.step(-1)).toThrow(InvalidAction);
    expect(draws).toEqual([]);
    expect(env.step(0).reward).toBe(12);
  });

  it('need a reset first', () => {
    expect(() => new SingleAgentView(two(), 'leader_0', { follower_0: copy }).step(0)).toThrow(ResetNeeded);
  });
});

describe('SingleAgentView arguments', () => {
  it.each<[string, any, any, any, RegExp]>([
    ['an Env', 5, 'leader_0', {}, /expected a ParallelEnv, got 5/],
    ['an unknown agent', two(), 'leader_1', {}, /Unknown agent "leader_1". Did you mean "leader_0"/],
    ['no policies', two(), 'leader_0', null, /a record of policies, got null/],
    ['a missing policy', two(), 'leader_0', {}, /a policy for follower_0 as a function, got undefined/],
    ['a policy for nobody', two(), 'leader_0', { folower_0: copy }, /Did you mean "follower_0"/],
    ['a policy that is no function', two(), 'leader_0', { follower_0: 1 }, /as a function, got 1/],
  ])('refuse %s', (_name, game, agent, policies, message) => {
    expect(() => new SingleAgentView(game, agent, policies)).toThrow(InvalidArgument);
    expect(() => new SingleAgentView(game, agent, policies)).toThrow(message);
  });

  it('give the spaces of the agent', () => {
    const game = two();
    const env = new SingleAgentView(game, 'follower_0', { leader_0: copy });
    expect(env.actionSpace).toBe(game.actionSpace());
    expect(env.observationSpace).toBe(game.observationSpace());
    expect(`${env}`).toContain('follower_0');
  });
});
