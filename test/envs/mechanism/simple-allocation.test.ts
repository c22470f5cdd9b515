import { describe, expect, it } from '@jest/globals';
import {
  GameParallelEnv,
  makeGame,
  modelOf,
  type SimpleAllocation,
  singleLane,
} from '../../../envs/index.js';
import { simpleAllocation } from '../../../envs/mechanism/simple-allocation.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { MultiplicativeWeights } from '../../../oracles/index.js';
import { evaluateCommitment, InducedGame, solve } from '../../../solvers/index.js';
import { StackelbergWrapper } from '../../../wrappers/index.js';

const build = (parameters: object = {}) => makeGame('SimpleAllocation-v0', parameters) as SimpleAllocation;

describe('SimpleAllocation', () => {
  it('shows the leader the message before it acts, and pays both for the wanted item', () => {
    const env = new GameParallelEnv(build());
    expect(env.moveOrder).toEqual([['follower_0'], ['leader_0']]);
    let paid = 0;
    for (let episode = 0; episode < 40; episode++) {
      const { observations } = env.reset(episode === 0 ? { seed: 1 } : undefined);
      const type = observations['follower_0'] as number;
      expect(env.commit!({ follower_0: 2 - type })).toEqual({ leader_0: 2 - type });
      const { rewards, terminations } = env.step({ leader_0: 1 });
      expect(rewards).toEqual({ leader_0: type === 1 ? 1 : 0, follower_0: type === 1 ? 1 : 0 });
      expect(terminations).toEqual({ leader_0: true, follower_0: true });
      paid += rewards['leader_0'];
    }
    expect(paid).toBeGreaterThan(4);
    expect(paid).toBeLessThan(25);
  });

  it.each([
    [1, 1 / 3],
    [2, 2 / 3],
    [3, 1],
    [4, 1],
  ])('is worth min(m, 3) / 3 with %i messages', async (messages, value) => {
    const game = build({ messages });
    const solution = await solve(game);
    expect(solution).toMatchObject({ status: 'optimal', kind: 'deterministic' });
    expect(solution.value).toBeCloseTo(value, 12);
    const graded = await evaluateCommitment(game, solution.commitment);
    expect(graded.value).toBeCloseTo(value, 12);
    expect(graded.followerValues['follower_0']).toBeCloseTo(value, 12);
    expect(graded.equilibrium).toEqual({ notion: 'best response', gap: 0 });
    expect(graded.gap).toBeCloseTo(0, 12);
  });

  it('no commitment beats it: all 27 of them', async () => {
    const game = build({ messages: 3 });
    for (let code = 0; code < 27; code++) {
      const commitment = [code % 3, Math.floor(code / 3) % 3, Math.floor(code / 9)];
      const { value } = await evaluateCommitment(game, commitment, { optimum: null });
      expect(value).toBeCloseTo(new Set(commitment).size / 3, 12);
    }
  });

  it('its induced game is the table of what each type gets for each message', () => {
    const induced = new InducedGame(build({ messages: 2 }), { act: (message) => 2 * message });
    expect(induced.typeCounts).toEqual([3]);
    expect(induced.actionCounts).toEqual([2]);
    // By type, message, player: item 0 for message 0, item 2 for message 1.
    expect(Array.from(induced.payoffs)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  });

  it('multiplicative weights learn the messages, and the wrapper pays over all types', async () => {
    const game = build({ messages: 3 });
    for (let seed = 0; seed < 20; seed++) {
      const graded = await evaluateCommitment(game, [2, 0, 1], {
        oracle: new MultiplicativeWeights({ updates: 40 }),
        episodes: 1,
        seed,
        optimum: 1,
      });
      expect(graded.value).toBeCloseTo(1, 12);
      expect(graded.equilibrium.gap).toBeCloseTo(0, 12);
    }
    const outer = new StackelbergWrapper(game, {
      oracle: new MultiplicativeWeights({ updates: 40 }),
      commitment: 'episode',
      repeats: 'skip',
      rewardEpisodes: 'type-profiles',
    });
    let { observation } = outer.reset({ seed: 3 });
    let [steps, total, done] = [0, 0, false];
    while (!done) {
      const result = outer.step((observation + 1) % 3);
      ({ observation } = result);
      total += result.reward;
      done = result.terminated;
      steps++;
    }
    expect(steps).toBe(3);
    expect(total).toBeCloseTo(1, 12);
  });

  it('has no model view, since the leader answers', () => {
    expect(() => modelOf(build())).toThrow('The model view needs a leader that moves first');
  });

  it('says in its picture that it has ended', () => {
    const view = { title: 'allocation', history: [], observations: [0, 1] };
    const game = build();
    expect(simpleAllocation.renderer!.svg({ ...view, game, done: false })).not.toContain('(ended)');
    const history = [{ actions: [1, 2], rewards: [1, 1] }];
    const svg = simpleAllocation.renderer!.svg({ ...view, game, history, done: true });
    expect(svg).toContain('allocation (ended)');
    expect(svg).toContain('sends message 2 and gets item 1');
  });

  it.each([
    [{ messages: 0 }, 'SimpleAllocation-v0: messages: expected at least 1, got 0.'],
    [{ messages: 1.5 }, 'SimpleAllocation-v0: messages: expected an integer, got 1.5.'],
    [{ items: 0 }, 'SimpleAllocation-v0: items: expected at least 1, got 0.'],
    [{ message: 2 }, 'unknown parameter "message". Did you mean "messages"?'],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });

  it('starts a lane with the types that it was told to', () => {
    const lane = singleLane(build());
    lane.seed(new Rng(0));
    for (const type of [2, 0, 1]) {
      lane.freezeTypes(type);
      lane.reset();
      expect(lane.observation(1)).toBe(type);
    }
    lane.freezeTypes(null);
    const seen = new Set<number>();
    for (let episode = 0; episode < 50; episode++) {
      lane.reset();
      seen.add(lane.observation(1));
    }
    expect(seen).toEqual(new Set([0, 1, 2]));
    expect(() => lane.freezeTypes(3)).toThrow('freezeTypes: expected null or an integer from 0 to 2, got 3.');
  });
});
