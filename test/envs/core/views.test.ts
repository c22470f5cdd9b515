import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, gameOf, makeGame } from '../../../envs/index.js';
import { InvalidAction, InvalidArgument, ResetNeeded, UnsupportedMode } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import { ParallelEnv, ParallelWrapper } from '../../../gymnasium/parallel.js';
import { thrownBy } from '../../gymnasium/testing-env.js';
import { ContinuousGame, CountingGame } from '../testing-games.js';

const both = (leader_0: number, follower_0: number) => ({ leader_0, follower_0 });
const prisoners = (parameters = {}) =>
  new GameParallelEnv(makeGame('IteratedMatrixGame-v0', { horizon: 2, ...parameters }));
const leaderFirst = () => {
  const env = new GameParallelEnv(makeGame('NormalForm-v0', { observeAction: true }));
  env.reset({ seed: 0 });
  return env;
};
const continuous = (seed = 3) => {
  const env = new GameParallelEnv(new ContinuousGame());
  env.reset({ seed });
  return env;
};

describe('the life of an episode', () => {
  it('returns a record of all agents from reset and every step, also the last', () => {
    const env = prisoners();
    expect(env.reset({ seed: 1 })).toEqual({
      observations: both(0, 0),
      infos: { leader_0: {}, follower_0: {} },
    });
    expect(env.agents).toEqual(['leader_0', 'follower_0']);
    expect(env.step(both(0, 1))).toEqual({
      observations: both(3, 3),
      rewards: both(1, 4),
      terminations: { leader_0: false, follower_0: false },
      truncations: { leader_0: false, follower_0: false },
      infos: { leader_0: {}, follower_0: {} },
    });
    expect(env.step(both(1, 1)).terminations).toEqual({ leader_0: true, follower_0: true });
    expect(env.agents).toEqual([]);
    expect(env.reset().observations).toEqual(both(0, 0));
    expect(env.agents).toHaveLength(2);
  });

  it('tells truncation from termination', () => {
    const env = continuous();
    const actions = { leader_0: new Float32Array(2), follower_0: new Int32Array(2) };
    env.step(actions);
    env.step(actions);
    expect(env.step(actions)).toMatchObject({
      terminations: { leader_0: false, follower_0: false },
      truncations: { leader_0: true, follower_0: true },
    });
  });

  it('refuses step, commit and render out of order, saying why', () => {
    const env = new GameParallelEnv(makeGame('NormalForm-v0', { observeAction: true }));
    expect(() => env.step(both(0, 0))).toThrow(
      'step: expected a running episode, but the environment was never reset. Call reset.',
    );
    expect(() => env.commit!({ leader_0: 0 })).toThrow(ResetNeeded);
    env.reset();
    env.step(both(0, 0));
    expect(() => env.step(both(0, 0))).toThrow(
      'step: expected a running episode, but the episode has ended. Call reset.',
    );
    expect(thrownBy(() => env.commit!({ leader_0: 0 }))).toBeInstanceOf(ResetNeeded);
    const rendered = make('NormalForm-v0', {}, { renderMode: 'ansi' });
    expect(() => rendered.render()).toThrow(ResetNeeded);
  });

  it.each<[string, any, string]>([
    ['a number outside', both(2, 0), 'leader_0: expected an action in Discrete(2), got 2.'],
    ['a fraction', both(0, 0.5), 'follower_0: expected an action in Discrete(2), got 0.5.'],
    ['another type', both('1' as any, 0), 'leader_0: expected an action in Discrete(2), got "1".'],
    ['a missing agent', { leader_0: 0 }, 'Expected an action for follower_0, got actions for ["leader_0"].'],
    ['nothing', undefined, 'Expected an action for leader_0, got actions for [].'],
  ])('refuses an action that is %s, and stays as it was', (_, actions, message) => {
    const env = prisoners();
    env.reset();
    const error = thrownBy(() => env.step(actions));
    expect([error.message, error.constructor]).toEqual([message, InvalidAction]);
    expect(env.step(both(0, 0)).rewards).toEqual(both(3, 3));
  });

  it('refuses an action of an agent that is not there', () => {
    const env = prisoners();
    env.reset();
    expect(() => env.step({ ...both(0, 0), leader_1: 0 })).toThrow(
      /among leader_0, follower_0, got "leader_1"/,
    );
  });

  it('repeats itself with a seed, and goes on without one', () => {
    const env = continuous(7);
    const [first, second] = [env.reset({ seed: 7 }), env.reset()].map((r) => r.observations.leader_0);
    expect(env.reset({ seed: 7 }).observations.leader_0).toEqual(first);
    expect(env.reset().observations.leader_0).toEqual(second);
    expect(second).not.toEqual(first);
    const [one, two] = [1, 2].map(() => new GameParallelEnv(new ContinuousGame()).reset().observations);
    expect(one).not.toEqual(two);
  });

  it.each([-1, 1.5, Number.NaN])('refuses seed %p', (seed) => {
    expect(() => prisoners().reset({ seed })).toThrow(InvalidArgument);
  });
});

describe('commit', () => {
  it('is there in leader-first games alone, as moveOrder says', () => {
    expect(prisoners().commit).toBeUndefined();
    expect(prisoners().moveOrder).toEqual([['leader_0', 'follower_0']]);
    expect(leaderFirst().moveOrder).toEqual([['leader_0'], ['follower_0']]);
  });

  it('shows followers the action and lets step leave it out or repeat it', () => {
    for (const repeat of [{}, { leader_0: 1 }]) {
      const env = leaderFirst();
      expect(env.commit!({ leader_0: 1 })).toEqual({ follower_0: 2 });
      expect(env.step({ follower_0: 1, ...repeat }).rewards).toEqual(both(3, 1));
    }
  });

  it('does not change what step does', () => {
    expect(leaderFirst().step(both(0, 1)).rewards).toEqual(both(4, 0));
  });

  it('holds the leader to its word, in step and in a second commit', () => {
    const env = leaderFirst();
    env.commit!({ leader_0: 1 });
    expect(() => env.step(both(0, 0))).toThrow('leader_0 committed to 1 but now plays 0.');
    expect(() => env.commit!({ leader_0: 0 })).toThrow(InvalidAction);
    expect(env.commit!({ leader_0: 1 })).toEqual({ follower_0: 2 });
    expect(env.step({ follower_0: 0 }).rewards).toEqual(both(1, 0));
  });

  it('holds the leader to its word where actions are arrays, whatever becomes of the array', () => {
    const env = continuous();
    const action = Float32Array.of(0.5, -0.5);
    const follower_0 = new Int32Array(2);
    expect(env.commit!({ leader_0: action }).follower_0).toEqual(Float32Array.of(0.5, -0.5, 0));
    action.fill(0);
    expect(() => env.step({ leader_0: action, follower_0 })).toThrow(
      'leader_0 committed to Float32Array[0.5, -0.5] but now plays Float32Array[0, 0].',
    );
    const there = continuous();
    const expected = there.step({ leader_0: Float32Array.of(0.5, -0.5), follower_0 });
    expect(env.step({ follower_0 })).toEqual(expected);
  });

  it.each<[string, any]>([
    ['nothing', {}],
    ['a follower', { follower_0: 0 }],
    ['everyone', both(0, 0)],
  ])('refuses %s', (_, actions) => {
    const env = leaderFirst();
    expect(() => env.commit!(actions)).toThrow(
      /^commit: expected an action for leader_0, got actions for \[/,
    );
    expect(env.step(both(0, 0)).rewards).toEqual(both(2, 1));
  });

  it('refuses an action outside its space and keeps no trace of it', () => {
    const env = leaderFirst();
    expect(() => env.commit!({ leader_0: 5 })).toThrow('leader_0: expected an action in Discrete(2), got 5.');
    expect(env.step(both(1, 0)).rewards).toEqual(both(1, 0));
  });

  it('is forgotten at reset', () => {
    const env = leaderFirst();
    env.commit!({ leader_0: 1 });
    expect(env.reset().observations).toEqual(both(0, 0));
    expect(env.step(both(0, 0)).rewards).toEqual(both(2, 1));
  });
});

describe('copies', () => {
  it('do not change with the environment, nor the environment with them', () => {
    const env = continuous();
    const first = env.reset({ seed: 3 }).observations;
    const kept = first.leader_0.slice();
    const state = env.state();
    first.leader_0.fill(9);
    state.fill(9);
    expect(env.state()[0]).not.toBe(9);
    const actions = { leader_0: Float32Array.of(0.5, 0), follower_0: Int32Array.of(1, 1) };
    const result = env.step(actions);
    expect(first.leader_0).toEqual(Float32Array.of(9, 9));
    expect(result.observations.leader_0[0]).toBeCloseTo(kept[0] + 0.5, 6);
    env.step(actions);
    expect(result.observations.leader_0[0]).toBeCloseTo(kept[0] + 0.5, 6);
  });

  it('of actions stay in the history that is drawn', () => {
    const seen: any[] = [];
    const renderer = {
      ansi: (view: any) => {
        seen.push(view.history.map((step: any) => Array.from(step.actions[0])));
        return 'drawn';
      },
      svg: () => '',
    };
    const env = new GameParallelEnv(new ContinuousGame(), { renderMode: 'ansi', renderer });
    env.reset({ seed: 0 });
    const leader_0 = Float32Array.of(0.5, 0.25);
    env.step({ leader_0, follower_0: new Int32Array(2) });
    leader_0.fill(0);
    expect(env.render()).toBe('drawn');
    expect(seen).toEqual([[[0.5, 0.25]]]);
  });

  it('of a game do not share lanes', () => {
    const game = makeGame('IteratedMatrixGame-v0', { horizon: 5 });
    const [one, two] = [new GameParallelEnv(game), new GameParallelEnv(game)];
    one.reset();
    two.reset();
    one.step(both(1, 1));
    expect([one.state()[0], two.state()[0]]).toEqual([1, 0]);
    expect(two.step(both(0, 0)).observations).toEqual(both(1, 1));
  });
});

describe('state and spaces', () => {
  it('has a state in its space, also where a game has none', () => {
    for (const env of [prisoners(), leaderFirst(), continuous()]) {
      env.reset({ seed: 0 });
      expect(env.stateSpace.contains(env.state())).toBe(true);
    }
    expect(leaderFirst().state()).toEqual(new Float64Array(1));
  });

  it('hands out the same spaces at every call, and names agents it does not know', () => {
    const env = prisoners();
    expect(env.observationSpace('leader_0')).toBe(env.observationSpace('leader_0'));
    expect(env.actionSpace('follower_0')).toBe(env.actionSpace('follower_0'));
    expect(() => env.actionSpace('nobody')).toThrow(InvalidArgument);
  });

  it('refuses a render mode that is not offered', () => {
    const mode = { renderMode: 'ansi' as const };
    expect(() => new GameParallelEnv(new CountingGame(), mode)).toThrow(UnsupportedMode);
    expect(() => new GameParallelEnv(new CountingGame(), mode)).toThrow(
      'renderMode: expected one of none, got "ansi".',
    );
    expect(() => make('NormalForm-v0', { renderMode: 'rgb' })).toThrow(
      /expected one of ansi, svg, got "rgb"/,
    );
    expect(prisoners().render()).toBeNull();
  });
});

describe('gameOf', () => {
  class Outer extends ParallelWrapper {}
  class Foreign extends ParallelEnv {
    readonly possibleAgents = ['a'];
    readonly agents = [];
    observationSpace = () => null as any;
    actionSpace = () => null as any;
    reset = () => ({ observations: {}, infos: {} });
    step = () => null as any;
  }

  it('finds the game under wrappers, and takes a game for itself', () => {
    const game = new CountingGame();
    const env = new GameParallelEnv(game);
    expect(gameOf(game)).toBe(game);
    expect(gameOf(env)).toBe(env.game);
    expect(gameOf(new Outer(env))).toBe(env.game);
  });

  it('refuses an environment that was not made from one', () => {
    expect(() => gameOf(new Foreign())).toThrow(
      'Expected an environment made from a MarkovGame, got Foreign.',
    );
  });
});
