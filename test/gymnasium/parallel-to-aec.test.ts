import { describe, expect, it } from '@jest/globals';
import { createGame } from '../../envs/core/definition.js';
import { GameParallelEnv } from '../../envs/core/views.js';
import { normalForm } from '../../envs/matrix/normal-form.js';
import { ResetNeeded } from '../../gymnasium/error.js';
import { ParallelToAec } from '../../gymnasium/parallel-to-aec.js';
import { GoodParallel } from './checkers/good-envs.js';
import { Matching } from './matching.js';

describe('ParallelToAec', () => {
  it('passes the turn in the order of moves, and to agents that have ended first', () => {
    const env = new ParallelToAec(new GoodParallel());
    env.reset({ seed: 1 });
    const turns: string[] = [];
    for (const agent of env.agentIter()) {
      const { terminated } = env.last();
      turns.push(terminated ? `(${agent})` : agent);
      env.step(terminated ? null : env.actionSpace(agent).sample());
    }
    const three = ['leader_0', 'follower_0', 'follower_1'];
    const two = ['leader_0', 'follower_0'];
    const ends = ['(leader_0)', '(follower_0)'];
    expect(turns).toEqual([...three, ...three, ...three, '(follower_1)', ...two, ...two, ...ends]);
  });

  it('shows those who move later what the leader has played, before the environment steps', () => {
    const env = new ParallelToAec(new GameParallelEnv(createGame(normalForm, { observeAction: true })));
    env.reset({ seed: 1 });
    expect(env.observe('follower_0')).toBe(0);
    env.step(1);
    expect(env.agentSelection).toBe('follower_0');
    expect(env.last().observation).toBe(2);
    expect(env.last().info).toBe(env.infos.follower_0);
  });

  it('does not share an action with a caller that reuses its buffer', () => {
    const inner = new GoodParallel();
    const actions: any[] = [];
    const { step } = inner;
    inner.step = (joint) => {
      actions.push(joint.follower_1);
      return step.call(inner, joint);
    };
    const env = new ParallelToAec(inner);
    env.reset({ seed: 1 });
    const buffer = Float32Array.of(0.5, 0.5);
    env.step(0);
    env.step(1);
    env.step(buffer);
    buffer.fill(0);
    expect(actions[0]).toEqual(Float32Array.of(0.5, 0.5));
  });

  it('names what it refuses', () => {
    expect(() => new ParallelToAec(new Matching() as any)).toThrow(/expected a ParallelEnv, got/);
    const env = new ParallelToAec(new GoodParallel());
    expect(() => env.step(0)).toThrow(ResetNeeded);
    expect(() => env.observe('leader_0')).toThrow(ResetNeeded);
    env.reset();
    expect(() => env.step(9)).toThrow('leader_0: expected an action in Discrete(3), got 9.');
    expect(() => env.observe('boss_0')).toThrow(
      'observe: expected an agent among leader_0, follower_0, follower_1, got "boss_0".',
    );
  });

  it('passes on metadata, state and closing', () => {
    const inner = new GoodParallel('ansi');
    const env = new ParallelToAec(inner);
    env.reset({ seed: 0 });
    expect([env.metadata, env.renderMode, `${env}`]).toEqual([inner.metadata, 'ansi', 'good']);
    expect([env.state!(), env.stateSpace, env.render()]).toEqual([inner.state(), inner.stateSpace, 'step 0']);
    expect(env.maxNumAgents).toBe(3);
    env.close();
  });
});
