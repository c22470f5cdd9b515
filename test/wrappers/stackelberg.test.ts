import { describe, expect, it } from '@jest/globals';
import { GameModel, modelOf } from '../../envs/core/model.js';
import { uncertified } from '../../envs/core/stackelberg.js';
import { type MarkovGame, makeGame } from '../../envs/index.js';
import { checkEnv, checkVectorEnv } from '../../gymnasium/checkers/index.js';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../gymnasium/error.js';
import { make } from '../../gymnasium/make.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../gymnasium/spaces/multi-discrete.js';
import { Tuple } from '../../gymnasium/spaces/tuple.js';
import { autoresetModes } from '../../gymnasium/vector.js';
import { ExactBestResponse, FixedPolicy, type Oracle, TabularQ } from '../../oracles/index.js';
import { bestResponse, solve } from '../../solvers/index.js';
import { type StackelbergOptions, StackelbergVectorEnv, StackelbergWrapper } from '../../wrappers/index.js';
import { ContinuousGame, CountingGame, randomRules, TableGame } from '../envs/testing-games.js';
import { describeAutoreset } from '../gymnasium/autoreset-table.js';

const exact = new ExactBestResponse();
const prisoners = (parameters: object = {}) => makeGame('IteratedMatrixGame-v0', parameters);
const titForTat = [1, 0, 0, 1, 1];

interface Step {
  observation: any;
  action: any;
  reward: number;
  phase: unknown;
  queries: unknown;
}

/** Plays an outer episode; entry k is the state before step k with that step's reward. */
function episode(
  outer: StackelbergWrapper,
  leader: (observation: any, info: any) => any,
  seed: number | null = 0,
): Step[] {
  const steps: Step[] = [];
  let { observation, info } = outer.reset(seed === null ? {} : { seed });
  for (let done = false; !done; ) {
    const action = leader(observation, info);
    const result = outer.step(action);
    steps.push({
      observation,
      action,
      reward: result.reward,
      phase: info['phase'],
      queries: info['queries'],
    });
    expect(result.truncated).toBe(false);
    ({ observation, info, terminated: done } = result);
  }
  return steps;
}

const total = (steps: readonly Step[]) => steps.reduce((sum, { reward }) => sum + reward, 0);

describe('an outer episode', () => {
  it('is the queries with reward 0, then the game against the response', () => {
    const steps = episode(new StackelbergWrapper(prisoners(), { oracle: exact }), (o) => titForTat[o]);
    expect(steps.map(({ phase }) => phase)).toEqual([...Array(5).fill('query'), ...Array(10).fill('play')]);
    expect(steps.map(({ queries }) => queries)).toEqual([0, 1, 2, 3, 4, ...Array(10).fill(5)]);
    expect(steps.map(({ observation }) => observation)).toEqual([0, 1, 2, 3, 4, 0, 2, ...Array(8).fill(1)]);
    expect(steps.map(({ reward }) => reward)).toEqual([0, 0, 0, 0, 0, 4, ...Array(9).fill(3)]);
  });

  it('plays as many reward episodes as asked, each from a start of the game and of the followers', () => {
    let resets = 0;
    const oracle = new FixedPolicy({ follower_0: { reset: () => resets++, act: () => 1 } });
    const outer = new StackelbergWrapper(prisoners({ horizon: 2 }), { oracle, rewardEpisodes: 3 });
    const steps = episode(outer, () => 0);
    expect(steps.map(({ observation }) => observation)).toEqual([0, 3, 0, 3, 0, 3]);
    expect([total(steps), resets]).toEqual([6, 3]);
  });

  it('begins with play where the oracle asks nothing', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: new FixedPolicy({ follower_0: () => 0 }) });
    expect(outer.reset({ seed: 0 })).toEqual({
      observation: 0,
      info: { phase: 'play', queries: 0, response: { notion: 'none', gap: null } },
    });
  });

  it('ends with the last observation of the game, and goes on only after reset', () => {
    const outer = new StackelbergWrapper(new CountingGame(2), {
      oracle: new FixedPolicy({ follower_0: () => 0 }),
    });
    outer.reset();
    expect(outer.step(0)).toEqual({
      observation: 1,
      reward: 1,
      terminated: false,
      truncated: false,
      info: { phase: 'play', queries: 0, response: { notion: 'none', gap: null } },
    });
    expect(outer.step(0)).toMatchObject({ observation: 2, reward: 2, terminated: true });
    expect(() => outer.step(0)).toThrow(ResetNeeded);
  });

  it('lets leaders commit first in a leader-first game', () => {
    const normal = makeGame('NormalForm-v0', { observeAction: true });
    const seen: number[] = [];
    const follower_0 = (o: number) => {
      seen.push(o);
      return 0;
    };
    const outer = new StackelbergWrapper(normal, { oracle: new FixedPolicy({ follower_0 }) });
    episode(outer, () => 1);
    episode(outer, () => 0);
    expect(seen).toEqual([2, 1]);
    expect(total(episode(new StackelbergWrapper(normal, { oracle: exact }), () => 1))).toBe(3);
  });

  it('takes an environment, a wrapped one, or a game, and leaves it alone', () => {
    const env = make('IteratedMatrixGame-v0', { horizon: 2 });
    env.reset({ seed: 0 });
    env.step({ leader_0: 1, follower_0: 1 });
    episode(new StackelbergWrapper(env, { oracle: exact }), () => 0);
    expect(env.step({ leader_0: 0, follower_0: 0 }).terminations.leader_0).toBe(true);
  });

  it('shows a critic the phase and the state of the game', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact });
    outer.reset({ seed: 0 });
    outer.step(0);
    expect(outer.state()).toEqual(Float64Array.of(0, 0));
    for (let k = 0; k < 6; k++) outer.step(0);
    expect(outer.state()).toEqual(Float64Array.of(1, 2));
  });

  it('does not alias its arrays: observations, infos, commitments', () => {
    const query = Float32Array.of(1, 2);
    const asked: any[] = [];
    const oracle: Oracle = {
      name: 'asking',
      start: () => ({
        reset() {},
        *respond(): any {
          for (let k = 0; k < 3; k++) asked.push(Array.from(yield { observation: query, answer: 'action' }));
          return uncertified({ follower_0: { act: () => Int32Array.of(0, 0) } });
        },
      }),
    };
    const outer = new StackelbergWrapper(new ContinuousGame(), {
      oracle,
      commitment: 'episode',
      repeats: 'ask',
    });
    const { observation } = outer.reset({ seed: 0 });
    observation.fill(9);
    const action = Float32Array.of(0.5, -0.5);
    expect(outer.step(action).observation).toEqual(Float32Array.of(1, 2));
    action.fill(0);
    outer.step(action);
    outer.step(action);
    expect(asked).toEqual(new Array(3).fill([0.5, -0.5]));
  });

  it.each<[string, any]>([
    ['a high action', 2],
    ['a fraction', 0.5],
    ['nothing', undefined],
  ])('refuses %s and stays where it is', (_, action) => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact });
    outer.reset({ seed: 0 });
    expect(() => outer.step(action)).toThrow(InvalidAction);
    expect(() => outer.step(action)).toThrow(/^step: expected an action in Discrete\(2\), got /);
    expect(outer.step(0).observation).toBe(1);
  });

  it('says which budget an action exceeds', () => {
    const game = makeGame('SecurityGame-v0', { resources: 2 });
    const why = /, whose sum over \[.*\] is 8 and may be 2 at most\.$/;
    const outer = new StackelbergWrapper(game, { oracle: exact });
    outer.reset({ seed: 0 });
    expect(() => outer.step(new Float64Array(8).fill(1))).toThrow(why);
    const rows = new StackelbergVectorEnv(game, 2, { oracle: exact });
    rows.reset({ seed: 0 });
    expect(() => rows.step(new Float64Array(16).fill(1))).toThrow(why);
  });
});

describe('seeds', () => {
  const outer = () =>
    new StackelbergWrapper(new TableGame(randomRules(new Rng(0), { horizon: 4 })), {
      oracle: new TabularQ({ episodes: 3 }),
    });
  const transcript = (env: StackelbergWrapper, seed: number | null) =>
    JSON.stringify(episode(env, (o) => o % 2, seed));

  it('repeat an outer episode to the letter', () => {
    const [one, two] = [outer(), outer()];
    const first = transcript(one, 7);
    expect(transcript(two, 7)).toBe(first);
    const next = transcript(one, null);
    expect(transcript(two, null)).toBe(next);
    expect(next).not.toBe(first);
    expect(transcript(one, 7)).toBe(first);
    expect(transcript(one, 8)).not.toBe(first);
  });

  it('give every wrapper without one a stream of its own', () => {
    const transcripts = Array.from({ length: 12 }, () => transcript(outer(), null));
    expect(new Set(transcripts).size).toBeGreaterThan(1);
  });
});

describe('commitment: episode', () => {
  it('keeps the first answer to an observation, whatever comes later', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact, commitment: 'episode' });
    const masks: number[][] = [];
    const steps = episode(outer, (o, info) => {
      masks.push(Array.from(info.actionMask));
      return info.phase === 'query' ? titForTat[o] : 1 - titForTat[o];
    });
    expect(total(steps)).toBe(31);
    const kept = (o: number) => (titForTat[o] === 0 ? [1, 0] : [0, 1]);
    const inPlay = [0, 2, ...Array(8).fill(1)].map(kept);
    expect(masks).toEqual([...Array(5).fill([1, 1]), ...inPlay]);
  });

  it('is free again in the next outer episode', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact, commitment: 'episode' });
    expect(total(episode(outer, () => 0))).toBe(10);
    const { info } = outer.reset();
    expect(Array.from(info['actionMask'] as Int8Array)).toEqual([1, 1]);
    expect(total(episode(outer, () => 1, null))).toBe(20);
  });

  it('also holds from one reward episode to the next', () => {
    const outer = new StackelbergWrapper(prisoners({ horizon: 1 }), {
      oracle: new FixedPolicy({ follower_0: () => 0 }),
      commitment: 'episode',
      rewardEpisodes: 3,
    });
    const actions = [1, 0, 0];
    expect(total(episode(outer, () => actions.shift()))).toBe(12);
  });

  it('copies the mask that it hands out, counted from the start of the space', () => {
    const game = new TableGame(randomRules(new Rng(0), { start: 3, actions: [3, 2] }));
    const outer = new StackelbergWrapper(game, { oracle: exact, commitment: 'episode' });
    const first = outer.reset({ seed: 0 }).info['actionMask'] as Int8Array;
    let result = outer.step(5);
    result = outer.step(4);
    expect(Array.from(first)).toEqual([1, 1, 1]);
    const o = result.observation - 3;
    expect(Array.from(result.info['actionMask'] as Int8Array)).toEqual(o === 0 ? [0, 0, 1] : [0, 1, 0]);
  });

  it('step mode draws no mask and plays what it is given', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact });
    const steps = episode(outer, (o, info) => {
      expect('actionMask' in info).toBe(false);
      return info.phase === 'query' ? titForTat[o] : 1;
    });
    expect(total(steps)).toBe(40);
  });
});

describe('commitment: policy', () => {
  const deterministic = { oracle: exact, commitment: 'policy', policyForm: 'deterministic' } as const;
  const logits = { oracle: exact, commitment: 'policy' } as const;
  const sharp = (actions: readonly number[]) =>
    Float64Array.from(actions.flatMap((a) => (a === 0 ? [10, -10] : [-10, 10])));

  it('plays a whole outer episode in one step, from actions', () => {
    const outer = new StackelbergWrapper(prisoners(), deterministic);
    expect(outer.actionSpace.equals(new MultiDiscrete([2, 2, 2, 2, 2]))).toBe(true);
    expect(outer.observationSpace.equals(new Discrete(1))).toBe(true);
    expect(outer.reset({ seed: 0 }).observation).toBe(0);
    expect(outer.step(Int32Array.from(titForTat))).toMatchObject({
      observation: 0,
      reward: 31,
      terminated: true,
      info: { queries: 5 },
    });
  });

  it('plays a whole outer episode in one step, from logits', () => {
    const outer = new StackelbergWrapper(prisoners(), logits);
    expect(outer.actionSpace.equals(new Box(-10, 10, { shape: [5, 2], dtype: 'float64' }))).toBe(true);
    outer.reset({ seed: 0 });
    expect(outer.step(sharp(titForTat))).toMatchObject({ reward: 31, terminated: true });
  });

  it('answers for distributions, in both forms', () => {
    const oracle = new ExactBestResponse();
    const normal = makeGame('NormalForm-v0');
    const earned = (log: number, seed: number) => {
      const outer = new StackelbergWrapper(normal, { ...logits, oracle });
      outer.reset({ seed });
      return outer.step(Float64Array.of(log, 0)).reward;
    };
    // At (1/2, 1/2) the follower is indifferent and plays for the leader: 4 or 3; just above it plays the first column.
    const mean = (log: number) =>
      Array.from({ length: 400 }, (_, seed) => earned(log, seed)).reduce((a, b) => a + b) / 400;
    expect(mean(0)).toBeCloseTo(3.5, 0);
    expect(mean(0.01)).toBeCloseTo(1.5, 0);
    const whole = new StackelbergWrapper(normal, { ...deterministic, oracle });
    whole.reset({ seed: 0 });
    expect(whole.step(Int32Array.of(1)).reward).toBe(3);
  });

  it('is softmax in the logits, action by action', () => {
    const counts = [0, 0, 0];
    const oracle: Oracle = {
      name: 'counting',
      start: () => ({
        reset() {},
        *respond(): any {
          counts.forEach((_, k) => {
            counts[k] = 0;
          });
          for (let k = 0; k < 4000; k++) counts[(yield { observation: 0, answer: 'action' }) as number]++;
          return uncertified({ follower_0: { act: () => 0 } });
        },
      }),
    };
    const matrix = [[1], [2], [3]];
    const outer = new StackelbergWrapper(makeGame('NormalForm-v0', { leader: matrix, follower: matrix }), {
      ...logits,
      oracle,
    });
    outer.reset({ seed: 1 });
    outer.step(Float64Array.of(0, Math.log(2), Math.log(5)));
    const p = [1, 2, 5].map((weight) => weight / 8);
    p.forEach((expected, k) => {
      const error = Math.sqrt((expected * (1 - expected)) / 4000);
      expect(Math.abs(counts[k] / 4000 - expected)).toBeLessThan(4 * error);
    });
  });

  it('counts actions from the start of their space', () => {
    const rules = randomRules(new Rng(8), { start: 4, actions: [3, 2], initial: [1, 0], horizon: 2 });
    const game = new TableGame({ ...rules, next: () => [1, 0] });
    const commitment = [2, 0];
    const table = commitment.map((a) => [0, 1, 2].map((k) => Number(k === a)));
    const value = bestResponse(new GameModel(game), table, {
      memory: 'stationary',
      ties: 'leader',
    }).leaderValue;
    const outer = new StackelbergWrapper(game, deterministic);
    outer.reset({ seed: 0 });
    expect(outer.step(Int32Array.from(commitment)).reward).toBe(value);
  });

  it('takes the action for the policy where there is one observation and the actions are no numbers', () => {
    class OneSight extends ContinuousGame {
      override readonly agents = new ContinuousGame().agents.map((agent) =>
        agent.role === 'leader' ? { ...agent, observationSpace: new Discrete(1) } : agent,
      );
      override resetLane(...[lane, out]: Parameters<ContinuousGame['resetLane']>): void {
        this.writeState(lane, [0, 0, 0]);
        out.observations[1].fill(0);
      }
      override step(...[, , [leader], out]: Parameters<ContinuousGame['step']>): void {
        out.rewards[0][0] = leader[0];
        out.terminated[0] = 1;
      }
    }
    const follower_0 = () => Int32Array.of(0, 0);
    const oracle = new FixedPolicy({ follower_0 });
    const raw = new StackelbergWrapper(new OneSight(), { ...deterministic, oracle });
    raw.reset({ seed: 0 });
    expect(raw.step(Float32Array.of(0.5, 0)).reward).toBe(0.5);
    const outer = new StackelbergWrapper(new OneSight(), { ...logits, oracle });
    expect(outer.actionSpace.equals(new Box(-10, 10, { shape: [2], dtype: 'float64' }))).toBe(true);
    outer.reset({ seed: 0 });
    expect(outer.step(Float64Array.of(Math.log(3), 0)).reward).toBeCloseTo(0.5, 6);
    expect(() => new StackelbergWrapper(new ContinuousGame(), { ...logits, oracle: exact })).toThrow(
      InvalidArgument,
    );
  });

  it('pays the sum of several reward episodes', () => {
    const outer = new StackelbergWrapper(prisoners(), { ...deterministic, rewardEpisodes: 2 });
    outer.reset({ seed: 0 });
    expect(outer.step(Int32Array.from(titForTat)).reward).toBe(62);
  });
});

describe('the conditions of Theorem 1, switched off one by one', () => {
  it('revealPhase tells play from queries', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact, revealPhase: true });
    expect(outer.observationSpace.equals(new Discrete(10))).toBe(true);
    const steps = episode(outer, (o) => (o < 5 ? titForTat[o] : 1));
    expect(steps.map(({ observation }) => observation).slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 7]);
    expect(total(steps)).toBe(40);
    const shifted = new StackelbergWrapper(new TableGame(randomRules(new Rng(0), { start: 3 })), {
      oracle: exact,
      revealPhase: true,
    });
    expect(shifted.observationSpace.equals(new Discrete(4, { start: 3 }))).toBe(true);
    for (const { observation, phase } of episode(shifted, () => 3)) {
      expect(observation >= 5).toBe(phase === 'play');
      expect(shifted.observationSpace.contains(observation)).toBe(true);
    }
  });

  it('revealPhase pairs observations that are no numbers with the phase', () => {
    const oracle = new FixedPolicy({ follower_0: () => Int32Array.of(0, 0) });
    const outer = new StackelbergWrapper(new ContinuousGame(), { oracle, revealPhase: true });
    expect(outer.observationSpace).toBeInstanceOf(Tuple);
    const { observation } = outer.reset({ seed: 0 });
    expect(observation[1]).toBe(1);
    expect(outer.observationSpace.contains(observation)).toBe(true);
  });

  it('hideQueries answers them inside reset, by queryPolicy', () => {
    const outer = new StackelbergWrapper(prisoners(), { oracle: exact, hideQueries: true });
    expect(() => outer.reset({ seed: 0 })).toThrow(
      'hideQueries: expected queryPolicy to be set before reset',
    );
    expect(() => outer.step(0)).toThrow(ResetNeeded);
    outer.queryPolicy = () => 0;
    outer.reset({ seed: 0 });
    outer.queryPolicy = null;
    expect(() => outer.reset()).toThrow(ResetNeeded);
    expect(() => outer.step(0)).toThrow(ResetNeeded);
    const asked: number[] = [];
    outer.queryPolicy = (o) => {
      asked.push(o);
      return titForTat[o];
    };
    const steps = episode(outer, () => 1);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
    expect(steps.map(({ phase }) => phase)).toEqual(Array(10).fill('play'));
    expect([steps[0].queries, total(steps)]).toEqual([5, 40]);
  });

  it('hideQueries keeps the hidden answers in episode commitment, and draws from a stream', () => {
    const draws: number[][] = [];
    const outer = new StackelbergWrapper(prisoners(), {
      oracle: exact,
      hideQueries: true,
      commitment: 'episode',
    });
    outer.queryPolicy = (o, rng) => {
      if (o === 0) draws.push([]);
      draws.at(-1)!.push(rng.integer(1000));
      return titForTat[o];
    };
    expect(total(episode(outer, (o) => 1 - titForTat[o], 4))).toBe(31);
    episode(outer, () => 0, 4);
    episode(outer, () => 0, 5);
    expect(draws[1]).toEqual(draws[0]);
    expect(draws[2]).not.toEqual(draws[0]);
  });

  it('rewardDuringResponse pays what the leader earned in simulated play, in the step that earned it', () => {
    const game = new CountingGame(3);
    for (const rewardDuringResponse of [true, false]) {
      const outer = new StackelbergWrapper(game, {
        oracle: new TabularQ({ episodes: 2 }),
        rewardDuringResponse,
      });
      const steps = episode(outer, () => 0);
      const queries = steps.filter(({ phase }) => phase === 'query').map(({ reward }) => reward);
      expect(queries).toEqual(rewardDuringResponse ? [1, 2, 3, 1, 2, 3] : [0, 0, 0, 0, 0, 0]);
      expect(total(steps)).toBe(rewardDuringResponse ? 18 : 6);
    }
    const whole = new StackelbergWrapper(prisoners({ horizon: 2 }), {
      oracle: new TabularQ({ episodes: 3, epsilon: 0, initial: 'zero' }),
      commitment: 'policy',
      policyForm: 'deterministic',
      rewardDuringResponse: true,
    });
    const plain = new StackelbergWrapper(prisoners({ horizon: 2 }), {
      ...whole.options,
      rewardDuringResponse: false,
    });
    const cooperate = (outer: StackelbergWrapper) =>
      [{ seed: 0 }, {}].map((options) => {
        outer.reset(options);
        return outer.step(new Int32Array(5)).reward;
      });
    const [[paid, again], [base]] = [cooperate(whole), cooperate(plain)];
    // Nothing of the three inner episodes, of two steps each, is left over for the next outer one.
    expect(again).toBe(paid);
    expect(paid - base).toBeGreaterThanOrEqual(6);
    expect(paid - base).toBeLessThanOrEqual(18);
  });

  it('resetFollowers: false keeps what followers have learned', () => {
    const resets: string[] = [];
    const oracle: Oracle = {
      name: 'noting',
      start: () => ({
        reset: () => resets.push('reset'),
        *respond(): any {
          resets.push('respond');
          return uncertified({ follower_0: { act: () => 0 } });
        },
      }),
    };
    for (const resetFollowers of [true, false]) {
      const outer = new StackelbergWrapper(prisoners({ horizon: 1 }), { oracle, resetFollowers });
      episode(outer, () => 0);
      episode(outer, () => 0, null);
    }
    expect(resets).toEqual(['reset', 'respond', 'reset', 'respond', 'respond', 'respond']);
  });
});

describe('Theorem 1 in the prisoners dilemma', () => {
  it('the best of the 32 phase-blind policies of the outer MDP is the Stackelberg commitment', async () => {
    for (const memory of ['stationary', 'time-aware'] as const) {
      const outer = new StackelbergWrapper(prisoners(), { oracle: new ExactBestResponse({ memory }) });
      const values = Array.from({ length: 32 }, (_, code) => {
        const leader = [16, 8, 4, 2, 1].map((bit) => Number((code & bit) > 0));
        return { leader, value: total(episode(outer, (o) => leader[o])) };
      });
      const best = values.reduce((a, b) => (b.value > a.value ? b : a));
      const { value, commitment } = await solve(prisoners(), { follower: memory });
      expect(best).toEqual({ leader: commitment, value });
      expect(values.filter((each) => each.value === value)).toHaveLength(1);
    }
  });

  it('a leader that tells the phases apart, or is paid too early, can do better than any commitment', () => {
    const revealed = new StackelbergWrapper(prisoners(), { oracle: exact, revealPhase: true });
    expect(total(episode(revealed, (o) => (o < 5 ? titForTat[o] : 1)))).toBe(40);
  });
});

describe('options', () => {
  const start = (options: any, game: MarkovGame = prisoners()) => new StackelbergWrapper(game, options);

  it.each<[any, string]>([
    [{}, 'oracle: expected an oracle such as new TabularQ(), got undefined.'],
    [{ oracle: 'tabular-q' }, 'oracle: expected an oracle such as new TabularQ(), got "tabular-q".'],
    [
      { oracle: exact, commitment: 'steps' },
      'commitment: expected one of step, episode, policy, got "steps".',
    ],
    [{ oracle: exact, policyForm: 'table' }, 'policyForm: expected deterministic or logits, got "table".'],
    [
      { oracle: exact, rewardEpisodes: 0 },
      'rewardEpisodes: expected a positive integer or type-profiles, got 0.',
    ],
    [
      { oracle: exact, rewardEpisodes: 1.5 },
      'rewardEpisodes: expected a positive integer or type-profiles, got 1.5.',
    ],
    [{ oracle: exact, revealPhase: 1 }, 'revealPhase: expected true or false, got 1.'],
    [{ oracle: exact, hideQueries: 'no' }, 'hideQueries: expected true or false, got "no".'],
    [
      { oracle: exact, rewardDuringResponse: null },
      'rewardDuringResponse: expected true or false, got null.',
    ],
    [{ oracle: exact, resetFollowers: 0 }, 'resetFollowers: expected true or false, got 0.'],
    [
      { oracle: exact, commitment: 'policy', revealPhase: true },
      'revealPhase: expected false with commitment "policy", which has one phase, got true.',
    ],
  ])('%p is refused', (options, message) => {
    expect(() => start(options)).toThrow(InvalidArgument);
    expect(() => start(options)).toThrow(`StackelbergWrapper: ${message}`);
    expect(() => new StackelbergVectorEnv(prisoners(), 2, options)).toThrow(
      `StackelbergVectorEnv: ${message}`,
    );
  });

  it('an unknown one is refused with the closest match', () => {
    expect(() => start({ oracle: exact, hideQuery: true })).toThrow(
      /^StackelbergWrapper: Unknown option "hideQuery"\. Did you mean "hideQueries"\?/,
    );
  });

  it('undefined ones are left at their defaults', () => {
    expect(start({ oracle: exact, commitment: undefined }).options.commitment).toBe('step');
  });

  it('a leader that is none is refused', () => {
    expect(() => start({ oracle: exact, leader: 'follower_0' })).toThrow(
      'leader: expected an agent with the role of leader, got "follower_0".',
    );
    expect(() => start({ oracle: exact, leader: 'leader_7' })).toThrow(
      /among leader_0, follower_0, got "leader_7"/,
    );
    expect(() => start({ oracle: exact, leader: 'leader_0' })).not.toThrow();
  });

  it('an oracle that cannot answer the game is refused at once', () => {
    expect(() => start({ oracle: exact }, new ContinuousGame())).toThrow(InvalidArgument);
    expect(() => start({ oracle: new FixedPolicy({}) })).toThrow(
      /^FixedPolicy: expected policies for follower_0/,
    );
  });

  it('a question for distributions is refused in step-by-step play', () => {
    const outer = start({ oracle: new ExactBestResponse({ answers: 'distribution' }) });
    expect(() => outer.reset()).toThrow(
      /exact-best-response asks for distributions, which only commitment "policy"/,
    );
    expect(() => outer.step(0)).toThrow(ResetNeeded);
  });
});

const settings: Record<string, { game: () => MarkovGame; options: StackelbergOptions }> = {
  'tabular Q, step by step': {
    game: () => prisoners({ horizon: 3 }),
    options: { oracle: new TabularQ({ episodes: 2 }) },
  },
  'exact, per episode, several reward episodes': {
    game: () => prisoners({ horizon: 3 }),
    options: { oracle: exact, commitment: 'episode', rewardEpisodes: 2 },
  },
  'chance, other starts, phases revealed': {
    game: () => new TableGame(randomRules(new Rng(2), { start: 3, followerFirst: true })),
    options: { oracle: exact, revealPhase: true },
  },
  'logits in one step': {
    game: () => prisoners({ horizon: 3 }),
    options: { oracle: exact, commitment: 'policy' },
  },
  'actions in one step, kept followers, early pay': {
    game: () => prisoners({ horizon: 3 }),
    options: {
      oracle: new TabularQ({ episodes: 2 }),
      commitment: 'policy',
      policyForm: 'deterministic',
      resetFollowers: false,
      rewardDuringResponse: true,
    },
  },
  arrays: {
    game: () => new ContinuousGame(),
    options: {
      oracle: new FixedPolicy({ follower_0: (_: any, rng: Rng) => Int32Array.of(rng.integer(2), 0) }),
    },
  },
};

describe.each(Object.entries(settings))('%s', (_, { game, options }) => {
  const build = () => new StackelbergWrapper(game(), options);

  it('passes checkEnv', () => {
    checkEnv(build);
  });

  it.each(autoresetModes)(
    'passes checkVectorEnv, row i being the wrapper with seed s + i: %s',
    (autoresetMode) => {
      const vector = () => new StackelbergVectorEnv(game(), 3, { ...options, autoresetMode });
      const report = checkVectorEnv(vector, { twin: build, maxSteps: 60 });
      expect(report.passed).toContain('every row plays what its scalar twin plays');
    },
  );
});

describeAutoreset('StackelbergVectorEnv', (n, autoresetMode) => {
  const oracle = new FixedPolicy({ follower_0: () => 0 });
  return new StackelbergVectorEnv(new CountingGame(3), n, { oracle, autoresetMode });
});

describe('StackelbergVectorEnv', () => {
  it('counts the queries of all rows', () => {
    const env = new StackelbergVectorEnv(prisoners({ horizon: 1 }), 3, {
      oracle: exact,
      autoresetMode: 'SameStep',
    });
    env.reset({ seed: 0 });
    for (let t = 0; t < 8; t++) env.step(new Int32Array(3));
    expect(env.queries).toBe(3 * 7);
    env.reset({ seed: 1 });
    expect(env.queries).toBe(0);
  });

  it('shares one model of the game between its rows', () => {
    const env = new StackelbergVectorEnv(prisoners(), 3, { oracle: exact });
    const model = modelOf(env.game);
    env.reset({ seed: 0 });
    expect(modelOf(env.game)).toBe(model);
    expect(env.game.lanes).toBe(3);
  });

  it('answers hidden queries in every row by queryPolicy', () => {
    const env = new StackelbergVectorEnv(prisoners(), 2, { oracle: exact, hideQueries: true });
    expect(() => env.reset({ seed: 0 })).toThrow(ResetNeeded);
    env.queryPolicy = (o) => titForTat[o];
    const { observations, infos } = env.reset({ seed: 0 });
    expect([Array.from(observations as Int32Array), infos.map((info) => info['queries'])]).toEqual([
      [0, 0],
      [5, 5],
    ]);
    expect(Array.from(env.step(Int32Array.of(1, 0)).rewards)).toEqual([4, 3]);
  });

  it('NextStep ignores the action of a row that it only resets', () => {
    const oracle = new FixedPolicy({ follower_0: () => 0 });
    const env = new StackelbergVectorEnv(new CountingGame(1), 2, { oracle });
    env.reset({ seed: 0 });
    env.step(Int32Array.of(0, 0));
    expect(() => env.step(Int32Array.of(0, 9))).toThrow(/^row 1:/);
    expect(Array.from(env.step(Int32Array.of(9, 0)).observations as Int32Array)).toEqual([0, 2]);
  });

  it('keeps the last info of an ended row', () => {
    const env = new StackelbergVectorEnv(prisoners({ horizon: 1 }), 1, {
      oracle: exact,
      commitment: 'episode',
      autoresetMode: 'SameStep',
    });
    env.reset({ seed: 0 });
    let result = env.step(Int32Array.of(1));
    for (let t = 0; t < 5; t++) result = env.step(Int32Array.of(0));
    expect(Array.from(result.finalMask)).toEqual([1]);
    expect(result.finalInfos[0]).toEqual({
      phase: 'play',
      queries: 5,
      response: { notion: 'best response', gap: 0 },
      actionMask: Int8Array.of(1, 1),
    });
    expect(result.infos[0]).toEqual({ phase: 'query', queries: 0, actionMask: Int8Array.of(1, 1) });
  });

  it.each<[any, RegExp]>([
    [Int32Array.of(0), /expected/],
    [Int32Array.of(0, 5), /^row 1: expected an action in Discrete\(2\), got 5\.$/],
    ['no', /./],
  ])('refuses the actions %p before any row moves', (actions, message) => {
    const env = new StackelbergVectorEnv(prisoners(), 2, { oracle: exact });
    env.reset({ seed: 0 });
    expect(() => env.step(actions)).toThrow(message);
    expect(Array.from(env.step(Int32Array.of(0, 0)).observations as Int32Array)).toEqual([1, 1]);
  });

  it.each([0, -2, 1.5])('refuses %p rows', (rows) => {
    expect(() => new StackelbergVectorEnv(prisoners(), rows, { oracle: exact })).toThrow(InvalidArgument);
  });
});

it('weights rewards by the discount of the game, anew in each reward episode', () => {
  const game = makeGame('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 3, discount: 0.5 });
  const oracle = new FixedPolicy({ follower_0: () => 0 });
  const outer = new StackelbergWrapper(game, { oracle, rewardEpisodes: 2 });
  outer.reset({ seed: 0 });
  const rewards = Array.from({ length: 6 }, () => outer.step(0).reward);
  expect(rewards).toEqual([3, 1.5, 0.75, 3, 1.5, 0.75]);
});

it('refuses to pay for hidden queries, which have no step', () => {
  const game = makeGame('IteratedMatrixGame-v0');
  const oracle = new TabularQ();
  expect(
    () => new StackelbergWrapper(game, { oracle, hideQueries: true, rewardDuringResponse: true }),
  ).toThrow(
    'StackelbergWrapper: rewardDuringResponse: expected false with hideQueries, which has no step to pay for a hidden query, got true.',
  );
});
