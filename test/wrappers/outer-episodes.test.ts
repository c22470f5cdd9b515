import { describe, expect, it } from '@jest/globals';
import { makeGame } from '../../envs/index.js';
import { InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { ExactBestResponse, FixedPolicy, MultiplicativeWeights, TabularQ } from '../../oracles/index.js';
import { evaluateCommitment } from '../../solvers/index.js';
import { type StackelbergOptions, StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';
import { bimatrix, dilemma, FollowersGame } from '../envs/followers-game.js';

const exact = new ExactBestResponse();
const prisoners = (parameters: object = {}) => makeGame('IteratedMatrixGame-v0', parameters);
const titForTat = [1, 0, 0, 1, 1];

/** Plays an outer episode: what the leader was shown, its infos and rewards. */
function play(outer: StackelbergWrapper, leader: (observation: any) => any, seed: number | null = 0) {
  let { observation, info } = outer.reset(seed === null ? {} : { seed });
  const shown: any[] = [];
  const infos = [info];
  const rewards: number[] = [];
  for (let done = false; !done; ) {
    shown.push(observation);
    const result = outer.step(leader(observation));
    rewards.push(result.reward);
    ({ observation, info, terminated: done } = result);
    infos.push(info);
  }
  return { shown, infos, rewards, total: rewards.reduce((a, b) => a + b, 0) };
}

describe('repeats', () => {
  const outer = (repeats: any, oracle: any = exact) =>
    new StackelbergWrapper(prisoners(), { oracle, commitment: 'episode', repeats });

  it('skip: the leader is asked about each observation once, and paid for all', () => {
    const { shown, infos, rewards } = play(outer('skip'), (o) => titForTat[o]);
    expect(shown).toEqual([0, 1, 2, 3, 4]);
    expect(rewards).toEqual([0, 0, 0, 0, 31]);
    expect(infos.every((info) => (info['actionMask'] as Int8Array).every((allowed) => allowed === 1))).toBe(
      true,
    );
  });

  it('ask: it is asked again, and bound by the mask', () => {
    const { shown } = play(outer('ask'), (o) => titForTat[o]);
    expect(shown).toHaveLength(15);
    expect(play(outer('auto'), (o) => titForTat[o]).shown).toEqual(shown);
  });

  it('either way every commitment earns the same', () => {
    const [ask, skip] = [outer('ask'), outer('skip')];
    for (let code = 0; code < 32; code++) {
      const leader = (o: number) => (code >> o) & 1;
      expect(play(skip, leader, null).total).toBe(play(ask, leader, null).total);
    }
  });

  it('skip: what play comes to first is asked then', () => {
    const oracle = new FixedPolicy({ follower_0: () => 1 });
    const { shown, rewards } = play(outer('skip', oracle), (o) => titForTat[o]);
    // Both defect throughout, for 2 a step: 0 stands for the start, 4 for what came before.
    expect(shown).toEqual([0, 4]);
    expect(rewards).toEqual([2, 18]);
  });

  it('auto: vectors, which no mask can fix, are skipped', () => {
    const game = makeGame('SecurityGame-v0');
    const vectors = new StackelbergWrapper(game, { oracle: exact, commitment: 'episode', rewardEpisodes: 3 });
    const { shown, infos } = play(vectors, () => vectors.actionSpace.sample());
    expect(shown).toEqual([0]);
    expect('actionMask' in infos[0]).toBe(false);
    const asked = { oracle: exact, commitment: 'episode', rewardEpisodes: 3, repeats: 'ask' } as const;
    expect(play(new StackelbergWrapper(game, asked), () => vectors.actionSpace.sample()).shown).toHaveLength(
      4,
    );
  });

  it('leaderSteps counts the steps that were answered for the leader', () => {
    for (const [repeats, learnerSteps] of [
      ['skip', 5],
      ['ask', 15],
    ] as const) {
      const env = new StackelbergVectorEnv(prisoners(), 2, { oracle: exact, commitment: 'episode', repeats });
      env.reset({ seed: 0 });
      for (let k = 0; k < learnerSteps; k++) {
        expect(Array.from(env.step(new Int32Array(2)).terminations)).toEqual(
          new Array(2).fill(k === learnerSteps - 1 ? 1 : 0),
        );
      }
      expect([env.queries, env.leaderSteps]).toEqual([10, 30]);
    }
  });

  it.each<[Partial<StackelbergOptions>, string]>([
    [{ repeats: 'skip' }, 'repeats: expected auto or ask without commitment "episode", got "skip".'],
    [{ repeats: 'never' as any }, 'repeats: expected auto, ask or skip, got "never".'],
  ])('%p is refused', (options, message) => {
    const build = () => new StackelbergWrapper(prisoners(), { oracle: exact, ...options });
    expect(build).toThrow(InvalidArgument);
    expect(build).toThrow(`StackelbergWrapper: ${message}`);
  });
});

describe('responsePhaseProbability', () => {
  const outer = (responsePhaseProbability: number, further: object = {}) => {
    const game = prisoners({ horizon: 2 });
    const options = { oracle: exact, commitment: 'episode', responsePhaseProbability, ...further } as const;
    const env = new StackelbergWrapper(game, options);
    env.queryPolicy = (observation) => titForTat[observation];
    return env;
  };

  it.each([0, 0.3, 1])('shows the queries of the share %d of outer episodes', (share) => {
    const env = outer(share);
    let shown = 0;
    env.reset({ seed: 5 });
    for (let k = 0; k < 2000; k++) {
      const { info } = env.reset();
      if (info['phase'] === 'query') shown++;
      else expect(info['queries']).toBe(5);
    }
    expect(Math.abs(shown - 2000 * share)).toBeLessThanOrEqual(4 * Math.sqrt(2000 * share * (1 - share)));
  });

  it('answers hidden queries by queryPolicy and holds the leader to that', () => {
    const hidden = play(outer(0), () => 0);
    expect(hidden.shown).toEqual([0, 2]);
    expect((hidden.infos[0]['actionMask'] as Int8Array).join()).toBe('0,1');
    // The follower cooperates to be answered by cooperation, and defects in the last of two steps.
    expect(hidden.rewards).toEqual([4, 1]);
  });

  it('with skipped repeats it shows the answers where play comes to them', () => {
    const { shown, infos, rewards } = play(outer(0, { repeats: 'skip' }), () => 0);
    expect(shown).toEqual([0, 2]);
    expect(infos.map((info) => info['committedAction'])).toEqual([1, 0, undefined]);
    expect(rewards).toEqual([4, 1]);
    const all = play(outer(1, { repeats: 'skip' }), (o) => titForTat[o]);
    expect(all.infos.some((info) => 'committedAction' in info)).toBe(false);
    expect(all.total).toBe(5);
  });

  it('shows each hidden answer once, also where play comes there again', () => {
    const env = outer(0, { repeats: 'skip', rewardEpisodes: 3 });
    expect(play(env, () => 0)).toMatchObject({ shown: [0, 2], total: 15 });
  });

  it('needs a policy for the hidden queries', () => {
    const env = outer(0);
    env.queryPolicy = null;
    expect(() => env.reset({ seed: 0 })).toThrow(ResetNeeded);
    expect(() => env.reset({ seed: 0 })).toThrow(
      'responsePhaseProbability: expected queryPolicy to be set before reset, so that the queries can be answered.',
    );
  });

  it.each<[object, string]>([
    [{ responsePhaseProbability: 1.5 }, 'expected a probability from 0 to 1, got 1.5.'],
    [{ responsePhaseProbability: '1' }, 'expected a probability from 0 to 1, got "1".'],
    ...[{ hideQueries: true }, { rewardDuringResponse: true }, { commitment: 'policy' }].map(
      (option): [object, string] => [
        { responsePhaseProbability: 0.5, ...option },
        'expected 1 with hideQueries, rewardDuringResponse or commitment "policy", got 0.5.',
      ],
    ),
  ])('%p is refused', (options, message) => {
    const build = () => new StackelbergWrapper(prisoners(), { oracle: exact, ...options });
    expect(build).toThrow(`StackelbergWrapper: responsePhaseProbability: ${message}`);
  });
});

describe('rewardEpisodes: type-profiles', () => {
  const profiles = [0.7, 0.2, 0.1, 0].map((probability, type) => ({ probability, types: [type] }));
  const game = new FollowersGame({
    leaderActions: 2,
    actions: [3],
    profiles,
    followersFirst: true,
    steps: 2,
    discount: 0.5,
    rewards: (a, [b], [type]) => [(10 ** type * (a + b)) / 4, b === 2 - type ? 1 : 0],
  });
  const oracle = new MultiplicativeWeights({ updates: 300 });
  const outer = (options: Partial<StackelbergOptions> = {}) =>
    new StackelbergWrapper(game, {
      oracle,
      commitment: 'episode',
      repeats: 'skip',
      rewardEpisodes: 'type-profiles',
      ...options,
    });

  it('pays the expectation over types, the same whatever is drawn', async () => {
    const leader = (message: number) => message % 2;
    const { value } = await evaluateCommitment(game, leader, { optimum: null });
    // Types 0, 1, 2 say 2, 1, 0 and are answered 0, 1, 0, over two steps of weight 1 and 0.5.
    expect(value).toBeCloseTo((1.5 * (0.7 * 2 + 0.2 * 10 * 2 + 0.1 * 100 * 0)) / 4, 12);
    for (const commitment of ['episode', 'step'] as const) {
      const env = outer({ commitment, repeats: 'auto' });
      for (let k = 0; k < 5; k++) {
        expect(play(env, leader, k === 0 ? 1 : null).total).toBeCloseTo(value, 12);
      }
    }
  });

  it('lets types be drawn again while followers learn, also after an episode that was left', () => {
    const seen = new Set<number>();
    const noting = {
      name: 'noting',
      start: (context: any) => ({
        *respond(): any {
          context.lane.reset();
          seen.add(context.lane.observation(1));
          return { mixture: [{ follower_0: { act: () => 0 } }], notion: 'none', gap: null };
        },
        reset() {},
      }),
    };
    for (const left of [true, false]) {
      seen.clear();
      const env = outer({ oracle: noting, commitment: 'step', repeats: 'auto' });
      env.reset({ seed: 4 });
      for (let k = 0; k < 60; k++) {
        for (let step = 0; step < (left ? 1 : 8); step++) env.step(0);
        env.reset();
      }
      expect([...seen].sort()).toEqual([0, 1, 2]);
    }
  });

  it('is refused for games without types', () => {
    const build = () =>
      new StackelbergWrapper(prisoners(), { oracle: exact, rewardEpisodes: 'type-profiles' });
    expect(build).toThrow(
      'rewardEpisodes: expected a number, got "type-profiles" for IteratedMatrixGame, a game without private types.',
    );
  });
});

describe('info.response', () => {
  it('says in play what the oracle certifies', () => {
    const oracle = new MultiplicativeWeights({ updates: 3, certify: 0 });
    const env = new StackelbergWrapper(bimatrix(dilemma), { oracle });
    const { infos } = play(env, () => 0);
    expect(infos.slice(0, -2).every((info) => info['phase'] === 'query' && !('response' in info))).toBe(true);
    expect(infos.at(-2)).toMatchObject({ phase: 'play', response: { notion: 'Nash', gap: 0 } });
    expect('response' in env.reset().info).toBe(false);
  });

  it('claims nothing for a fixed policy, and a best response for an exact one', () => {
    const response = (oracle: any) =>
      play(new StackelbergWrapper(prisoners(), { oracle }), () => 0).infos.at(-1);
    expect(response(new FixedPolicy({ follower_0: () => 0 }))!['response']).toEqual({
      notion: 'none',
      gap: null,
    });
    expect(response(exact)!['response']).toEqual({ notion: 'best response', gap: 0 });
    expect(response(new ExactBestResponse({ memory: 'myopic' }))!['response']).toEqual({
      notion: 'none',
      gap: null,
    });
  });
});

describe('state', () => {
  const oracles = [
    new TabularQ({ episodes: 3 }),
    new MultiplicativeWeights({ updates: 4, form: 'sampled' }),
    new FixedPolicy({ follower_0: () => 0 }),
  ];

  it.each(oracles)('of the wrapper is a row of the vector env: $name', (oracle) => {
    const rewards = (a: number, [b]: readonly number[]) => [a === b ? 1 : 0, b];
    const game = new FollowersGame({ leaderActions: 2, actions: [2], followersFirst: true, rewards });
    const rows = 3;
    const vector = new StackelbergVectorEnv(game, rows, { oracle, autoresetMode: 'SameStep' });
    const single = Array.from({ length: rows }, () => new StackelbergWrapper(game, { oracle }));
    const size = single[0].stateSpace.size;
    expect([vector.stateSpace.size, single[0].state().length]).toEqual([size, size]);
    expect(vector.state()).toHaveLength(rows * size);
    vector.reset({ seed: 10 });
    single.forEach((env, row) => {
      env.reset({ seed: 10 + row });
    });
    const rng = new Rng('actions');
    for (let step = 0; step < 60; step++) {
      single.forEach((env, row) => {
        expect(vector.state().slice(row * size, (row + 1) * size)).toEqual(env.state());
        expect(env.stateSpace.contains(env.state())).toBe(true);
      });
      const actions = Int32Array.from({ length: rows }, () => rng.integer(2));
      vector.step(actions);
      single.forEach((env, row) => {
        if (env.step(actions[row]).terminated) env.reset();
      });
    }
  });

  it('is the phase, the state of the game, and what the followers have learned, at most 1 each', () => {
    const game = new FollowersGame({
      leaderActions: 2,
      actions: [2],
      rewards: (a, [b]) => [0, a === b ? 1 : 0],
    });
    const env = new StackelbergWrapper(game, {
      oracle: new MultiplicativeWeights({ updates: 2, learningRate: 1 }),
    });
    expect(Array.from(env.state())).toEqual(new Array(1 + 3 + 2).fill(0));
    env.reset({ seed: 0 });
    const learned = () => Array.from(env.state().slice(4));
    expect([env.state()[0], learned()]).toEqual([0, [1, 1]]);
    for (let k = 0; k < 4; k++) env.step(1);
    // Two updates in which action 1 earned 1: its weight is 4 times the other's.
    expect([env.state()[0], learned()]).toEqual([1, [0.25, 1]]);
    env.step(1);
    env.reset();
    expect([env.state()[0], learned()]).toEqual([0, [1, 1]]);
  });
});
