import { describe, expect, it } from '@jest/globals';
import type { JointResponse } from '../../envs/core/stackelberg.js';
import { makeGame, singleLane } from '../../envs/index.js';
import type { StackelbergRouting } from '../../envs/routing/stackelberg-routing.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { ReplicatorResponse } from '../../oracles/replicator.js';
import { WardropResponse } from '../../oracles/wardrop-response.js';
import { evaluateCommitment } from '../../solvers/evaluate.js';
import { wardropPlay } from '../../solvers/routing/response.js';
import { StackelbergWrapper } from '../../wrappers/index.js';
import { Driver } from './driving.js';

const make = (parameters: object) => makeGame('StackelbergRouting-v0', parameters) as StackelbergRouting;

/** The whole response of an oracle to a leader that always acts the same, and how often it asked. */
function respondTo(game: StackelbergRouting, oracle: WardropResponse | ReplicatorResponse, action: number[]) {
  const lane = singleLane(game);
  const rng = new Rng(0);
  lane.seed(rng);
  const rewards: number[] = [];
  const responder = oracle.start({ lane, leader: 0, rng, simulated: (reward) => rewards.push(reward) });
  const response = responder.respond();
  let queries = 0;
  let step = response.next();
  for (; !step.done; queries++) step = response.next(Float64Array.from(action));
  return { queries, rewards, responder, ...(step.value as JointResponse) };
}

const graded = async (parameters: object, action: number[], oracle: WardropResponse | ReplicatorResponse) =>
  evaluateCommitment(make(parameters), action, { oracle, optimum: null, episodes: 1 });

describe('WardropResponse', () => {
  it('asks once, and certifies a Nash equilibrium with a measured gap', () => {
    const { queries, notion, gap } = respondTo(make({ name: 'braess' }), new WardropResponse(), [1, 0, 1]);
    expect(queries).toBe(1);
    expect(notion).toBe('Nash');
    expect(gap).toBeLessThan(1e-12);
  });

  it.each([
    [{ name: 'pigou' }, [1, 0], 0.75],
    [{ name: 'pigou', leaderShare: 0.25 }, [1, 0], 0.8125],
    [{ name: 'pigou' }, [0, 1], 1],
    [{ name: 'pigou', control: 'tolls' }, [0, 0.5], 0.75],
    [{ name: 'braess', control: 'tolls' }, [0.5, 0, 0, 0.5, 0], 1.5],
    [{ name: 'braess', control: 'tolls' }, [0, 0, 0, 0, 0], 2],
  ])('in %j after %j costs %d', async (parameters, action, cost) => {
    const { value, equilibrium } = await graded(parameters, action, new WardropResponse());
    expect(value).toBeCloseTo(-cost, 9);
    expect(equilibrium.notion).toBe('Nash');
  });

  it('responds in play to the action that it sees', () => {
    const game = make({ name: 'two_bridges', leaderShare: 0.3 });
    const policies = new Driver(game, new WardropResponse()).respond(() => Float64Array.of(1, 0, 0, 0, 0, 0));
    const rng = new Rng(4);
    for (let trial = 0; trial < 5; trial++) {
      const action = game.agents[0].actionSpace.sample() as Float64Array;
      expect(policies['follower_0'].act(action, rng)).toEqual(wardropPlay(game, action).weights);
    }
  });

  it('refuses other games', () => {
    expect(() => new Driver(makeGame('NormalForm-v0'), new WardropResponse())).toThrow(
      'WardropResponse: expected a game StackelbergRouting, got "NormalForm".',
    );
  });
});

describe('ReplicatorResponse', () => {
  it.each([
    [{ name: 'pigou' }, [1, 0], 0.75],
    [{ name: 'pigou' }, [0, 1], 1],
    [{ name: 'pigou', control: 'tolls' }, [0, 0.5], 0.75],
    [{ name: 'braess' }, [0.5, 0, 0.5], 1.625],
    [{ name: 'braess', control: 'tolls' }, [0.5, 0, 0, 0.5, 0], 1.5],
    [{ name: 'two_bridges', leaderShare: 0.3 }, [1, 0, 0, 0, 0, 0], null],
  ])('comes within 1 %% of the Wardrop equilibrium in %j after %j', async (parameters, action, cost) => {
    const exact = await graded(parameters, action, new WardropResponse());
    if (cost !== null) expect(exact.value).toBeCloseTo(-cost, 9);
    const { value, equilibrium } = await graded(parameters, action, new ReplicatorResponse());
    expect(Math.abs(value - exact.value)).toBeLessThan(0.01 * Math.abs(exact.value));
    expect(equilibrium.notion).toBe('Nash');
    expect(equilibrium.gap).toBeGreaterThanOrEqual(0);
    expect(equilibrium.gap).toBeLessThan(0.01);
  });

  it('asks every round until the gap is small enough, and tells what the leader earned', () => {
    const game = make({ name: 'pigou' });
    const few = respondTo(game, new ReplicatorResponse({ rounds: 3 }), [0, 1]);
    expect(few.queries).toBe(3);
    expect(few.rewards).toHaveLength(3);
    expect(few.rewards[0]).toBeCloseTo(-(0.25 + 0.75 ** 2), 12);
    expect(few.gap).toBeGreaterThan(0.05);
    const many = respondTo(game, new ReplicatorResponse({ rounds: 5000, tolerance: 1e-4 }), [0, 1]);
    expect(many.queries).toBeLessThan(5000);
    expect(many.gap).toBeLessThanOrEqual(1e-4);
  });

  it('starts afresh after reset, and shows its shares', () => {
    const { responder } = respondTo(make({ name: 'braess' }), new ReplicatorResponse(), [1, 0, 1]);
    const state = new Float64Array(responder.stateSize! + 1);
    responder.writeState!(state, 1);
    expect(state.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(Math.max(...state)).toBeGreaterThan(0.5);
    responder.reset();
    responder.writeState!(state, 1);
    for (const share of state.subarray(1)) expect(share).toBeCloseTo(1 / 3, 12);
  });

  it('pays a leader in the outer MDP after its queries', () => {
    const outer = new StackelbergWrapper(make({ name: 'pigou' }), {
      oracle: new ReplicatorResponse(),
      commitment: 'policy',
      policyForm: 'deterministic',
    });
    outer.reset({ seed: 1 });
    const { reward, terminated, info } = outer.step(Float64Array.of(1, 0));
    expect(reward).toBeCloseTo(-0.75, 2);
    expect(terminated).toBe(true);
    expect(info['queries']).toBeGreaterThan(1);
  });

  it('refuses other games and malformed options', () => {
    expect(() => new Driver(makeGame('NormalForm-v0'), new ReplicatorResponse())).toThrow(InvalidArgument);
    expect(() => new ReplicatorResponse({ rounds: 0 })).toThrow(
      'ReplicatorResponse: rounds: expected a positive integer, got 0.',
    );
    expect(() => new ReplicatorResponse({ rate: 0 })).toThrow(InvalidArgument);
    expect(() => new ReplicatorResponse({ speed: 1 } as object)).toThrow(InvalidArgument);
  });
});
