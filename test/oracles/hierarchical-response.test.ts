import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { GymError, InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { HierarchicalResponse } from '../../oracles/hierarchical-response.js';
import { evaluateCommitment } from '../../solvers/evaluate.js';
import { StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';
import { hierarchy } from '../solvers/hierarchical/games.js';
import { Driver } from './driving.js';

const rng = new Rng(0);

/** What all followers play against a root, each shown `seen`. */
function responses(parameters: object, root: number, seen: Float64Array): number[] {
  const game = hierarchy(parameters);
  const policies = new Driver(game, new HierarchicalResponse()).respond(() => Float64Array.of(root));
  return game.agents.slice(1).map(({ id }) => policies[id].act(seen, rng)[0]);
}

/** The leader's reward for committing to a root action. */
async function reward(parameters: object, root: number): Promise<number> {
  const oracle = new HierarchicalResponse();
  const options = { oracle, optimum: null, episodes: 1 };
  return (await evaluateCommitment(hierarchy(parameters), [root], options)).value;
}

describe('HierarchicalResponse', () => {
  it('asks one question', () => {
    const driver = new Driver(hierarchy(), new HierarchicalResponse());
    driver.respond(() => Float64Array.of(0.5));
    expect(driver.queries).toEqual([{ observation: 0, answer: 'action' }]);
  });

  it('plays the subgame-perfect response in a chain: the root costs 9/29 at 35/29, 0.3125 at 1.25', async () => {
    expect(responses({ setting: 'chain' }, 2.5, Float64Array.of(1, 2.5))).toEqual([2, 1]);
    expect(await reward({ setting: 'chain' }, 35 / 29)).toBeCloseTo(-9 / 29, 12);
    expect(await reward({ setting: 'chain' }, 1.25)).toBeCloseTo(-0.3125, 12);
    expect(await reward({ setting: 'chain' }, 1)).toBeCloseTo(-0.36, 12);
  });

  it.each([
    [{ setting: 'security', k: 0.1 }, 0.3087736, -4.38216],
    [{ setting: 'security', k: 0.5 }, 0.0211492, -4.38216],
    [{ setting: 'public_goods' }, 0, 1.258834],
  ])('gives the root of %p its cost at the fixed point', async (parameters, root, cost) => {
    expect(Math.abs((await reward(parameters, root)) + cost)).toBeLessThan(1e-5);
  });

  it('responds to the action that it sees, and to the answer before it sees one', () => {
    const chain = { setting: 'chain' };
    expect(responses(chain, 2.5, Float64Array.of(0, 0))).toEqual([2, 1]);
    expect(responses(chain, 2.5, Float64Array.of(1, 5))).toEqual([4, 2]);
  });

  it('serves the wrapper, where an action of the leader is the whole policy', () => {
    const outer = new StackelbergWrapper(hierarchy({ setting: 'chain' }), {
      oracle: new HierarchicalResponse(),
      commitment: 'policy',
      policyForm: 'deterministic',
    });
    outer.reset({ seed: 0 });
    const { reward, terminated, info } = outer.step(Float64Array.of(1.25));
    expect(reward).toBeCloseTo(-0.3125, 12);
    expect([terminated, info['queries']]).toEqual([true, 1]);
  });

  it('serves many leaders side by side', () => {
    const outer = new StackelbergVectorEnv(hierarchy({ setting: 'chain' }), 2, {
      oracle: new HierarchicalResponse(),
      commitment: 'policy',
      policyForm: 'deterministic',
    });
    outer.reset({ seed: 0 });
    const { rewards } = outer.step(Float64Array.of(1, 1.25));
    expect(rewards[0]).toBeCloseTo(-0.36, 12);
    expect(rewards[1]).toBeCloseTo(-0.3125, 12);
  });

  it('is an error where the descent does not settle', () => {
    const driver = new Driver(hierarchy(), new HierarchicalResponse({ iterations: 2 }));
    const { follower_0 } = driver.respond(() => Float64Array.of(0.5));
    const call = () => follower_0.act(Float64Array.of(1, 0.5), rng);
    expect(call).toThrow(GymError);
    expect(call).toThrow('expected the lower levels to settle below 0.5, got a gradient of');
  });

  it('refuses other games and options', () => {
    const start = () => new Driver(makeGame('NormalForm-v0'), new HierarchicalResponse());
    expect(start).toThrow(InvalidArgument);
    expect(start).toThrow('expected a StructuredHierarchicalGame, got NormalForm.');
    const option = (options: any) => () => new HierarchicalResponse(options);
    expect(option({ method: 'dbi' })).toThrow('HierarchicalResponse: Unknown option "method".');
    expect(option({ tolerance: 'x' })).toThrow(
      'HierarchicalResponse: tolerance: expected a number of at least 0',
    );
  });
});
