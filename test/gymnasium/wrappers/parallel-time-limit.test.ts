import { describe, expect, it } from '@jest/globals';
import '../../../envs/index.js';
import { checkAecEnv, checkParallelEnv } from '../../../gymnasium/checkers/index.js';
import { ParallelToAec } from '../../../gymnasium/conversions.js';
import { InvalidArgument, ResetNeeded } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import type { ParallelEnv } from '../../../gymnasium/parallel.js';
import { ParallelTimeLimit } from '../../../gymnasium/wrappers/parallel-time-limit.js';
import { GoodParallel } from '../checkers/good-envs.js';

const joint = { leader_0: 0, follower_0: 1 };
const dilemma = (horizon = 10) => make<ParallelEnv>('IteratedMatrixGame-v0', { horizon });
const observed = () => make<ParallelEnv>('NormalForm-v0', { observeAction: true });

/** How many steps an episode takes. */
function length(env: ParallelEnv): number {
  env.reset({ seed: 0 });
  let steps = 0;
  for (; env.agents.length > 0; steps++) env.step(joint);
  return steps;
}

describe('ParallelTimeLimit', () => {
  it('truncates all agents at the limit, leaves none, and starts anew at reset', () => {
    const env = new ParallelTimeLimit(dilemma(), 2);
    for (let episode = 0; episode < 2; episode++) {
      env.reset({ seed: 0 });
      expect(env.agents).toEqual(['leader_0', 'follower_0']);
      expect(env.step(joint).truncations).toEqual({ leader_0: false, follower_0: false });
      expect(env.agents).toHaveLength(2);
      expect(env.step(joint)).toEqual({
        observations: { leader_0: 3, follower_0: 3 },
        rewards: { leader_0: 1, follower_0: 4 },
        terminations: { leader_0: false, follower_0: false },
        truncations: { leader_0: true, follower_0: true },
        infos: { leader_0: {}, follower_0: {} },
      });
      expect([env.agents, env.numAgents]).toEqual([[], 0]);
    }
  });

  it('lets both flags be true when the game ends at the limit, and the game end before it', () => {
    const atEnd = new ParallelTimeLimit(dilemma(2), 2);
    atEnd.reset({ seed: 0 });
    atEnd.step(joint);
    const { terminations, truncations } = atEnd.step(joint);
    expect([terminations, truncations]).toEqual([
      { leader_0: true, follower_0: true },
      { leader_0: true, follower_0: true },
    ]);
    const late = new ParallelTimeLimit(dilemma(1), 2);
    late.reset({ seed: 0 });
    expect(late.step(joint).truncations).toEqual({ leader_0: false, follower_0: false });
    expect(late.agents).toEqual([]);
    expect(() => late.step(joint)).toThrow(ResetNeeded);
  });

  it('truncates only those that are still there', () => {
    const env = new ParallelTimeLimit(new GoodParallel(), 4);
    env.reset({ seed: 0 });
    const act = () =>
      env.step(Object.fromEntries(env.agents.map((id) => [id, env.actionSpace(id).sample()])));
    for (let t = 0; t < 3; t++) act();
    expect(env.agents).toEqual(['leader_0', 'follower_0']);
    expect(act().truncations).toEqual({ leader_0: true, follower_0: true });
    expect(env.agents).toEqual([]);
  });

  it('takes a new limit from the next reset on', () => {
    const env = new ParallelTimeLimit(dilemma(), 3);
    env.reset({ seed: 0 });
    env.step(joint);
    env.maxCycles = 1;
    expect([env.maxCycles, env.agents.length]).toEqual([1, 2]);
    env.step(joint);
    expect(env.step(joint).truncations).toEqual({ leader_0: true, follower_0: true });
    expect(length(env)).toBe(1);
    env.maxCycles = null;
    expect(length(env)).toBe(10);
    env.maxCycles = 4;
    expect(length(env)).toBe(4);
  });

  it('passes commit, state, order and rendering on', () => {
    const inner = make<ParallelEnv>('NormalForm-v0', { observeAction: true }, { renderMode: 'ansi' });
    const env = new ParallelTimeLimit(inner, 5);
    env.reset({ seed: 0 });
    expect(env.commit!({ leader_0: 1 })).toEqual({ follower_0: 2 });
    expect(env.moveOrder).toEqual([['leader_0'], ['follower_0']]);
    expect([env.stateSpace, env.state!()]).toEqual([inner.stateSpace, inner.state!()]);
    expect([env.renderMode, env.metadata, env.unwrapped]).toEqual(['ansi', inner.metadata, inner.unwrapped]);
    expect(env.render()).toBe(inner.render());
    expect(new ParallelTimeLimit(dilemma(), 1).commit).toBeUndefined();
  });

  it('refuses to step or commit without a running episode, also where the game goes on', () => {
    const env = new ParallelTimeLimit(new GoodParallel(), 1);
    expect(env.agents).toEqual([]);
    expect(() => env.step({})).toThrow(ResetNeeded);
    expect(() => env.commit!({ leader_0: 0 })).toThrow(ResetNeeded);
    env.reset({ seed: 0 });
    env.step({ leader_0: 0, follower_0: 0, follower_1: Float32Array.of(0, 0) });
    expect(env.env.agents).toHaveLength(3);
    expect(() => env.step({})).toThrow(/ParallelTimeLimit\.step: expected a running episode/);
    expect(() => env.commit!({ leader_0: 0 })).toThrow(ResetNeeded);
  });

  it.each([0, -1, 2.5, Infinity, '3', undefined] as any[])('refuses the limit %p', (limit) => {
    const refusal = /maxCycles to be a positive integer or null, got/;
    expect(() => new ParallelTimeLimit(dilemma(), limit)).toThrow(InvalidArgument);
    const env = new ParallelTimeLimit(dilemma(), 3);
    expect(() => {
      env.maxCycles = limit;
    }).toThrow(refusal);
    expect(env.maxCycles).toBe(3);
  });

  it('refuses what is not a ParallelEnv', () => {
    expect(() => new ParallelTimeLimit({} as any, 3)).toThrow(
      /ParallelTimeLimit: expected a ParallelEnv, got/,
    );
  });
});

const sources: [string, (renderMode?: string) => ParallelEnv][] = [
  ['agents that leave at different times', (renderMode) => new GoodParallel(renderMode)],
  ['a game of simultaneous moves', (renderMode) => make('IteratedMatrixGame-v0', {}, { renderMode })],
  ['a game with commit', (renderMode) => make('NormalForm-v0', { observeAction: true }, { renderMode })],
];

describe.each(sources)('with %s', (_name, build) => {
  it.each([1, 2, 3, 4, null])('keeps the contracts of ParallelEnv and AecEnv at the limit %p', (limit) => {
    const limited = (renderMode?: string) => new ParallelTimeLimit(build(renderMode), limit);
    const parallel = checkParallelEnv(limited);
    const aec = checkAecEnv((renderMode) => new ParallelToAec(limited(renderMode)));
    const skipped = [...parallel.skipped, ...aec.skipped].filter((rule) => !rule.includes('commit'));
    expect(skipped).toEqual([]);
    if (limited().commit) expect(parallel.skipped).toEqual([]);
  });
});

describe('under ParallelToAec', () => {
  it('gives every agent the turns of the limit and one more to end', () => {
    const env = new ParallelToAec(new ParallelTimeLimit(dilemma(), 3));
    env.reset({ seed: 0 });
    const turns: Record<string, number> = { leader_0: 0, follower_0: 0 };
    for (const agent of env.agentIter()) {
      const { terminated, truncated } = env.last();
      turns[agent]++;
      expect([terminated, truncated]).toEqual([false, turns[agent] === 4]);
      env.step(truncated ? null : 0);
    }
    expect(turns).toEqual({ leader_0: 4, follower_0: 4 });
  });

  it('keeps the order of moves within a step', () => {
    const env = new ParallelToAec(new ParallelTimeLimit(observed(), 3));
    env.reset({ seed: 0 });
    env.step(1);
    expect([env.agentSelection, env.last().observation]).toEqual(['follower_0', 2]);
  });
});
