import { describe, expect, it } from '@jest/globals';
import type { MarkovGame } from '../../../envs/core/markov-game.js';
import { GameParallelEnv, GameVectorEnv, makeGame, rowOf } from '../../../envs/index.js';
import { InvalidAction, InvalidArgument, ResetNeeded } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { batchSpace, iterate } from '../../../gymnasium/spaces/utils.js';
import type { TypedArray } from '../../../gymnasium/types.js';
import { type AutoresetMode, autoresetModes } from '../../../gymnasium/vector.js';
import { ContinuousGame, CountingGame, randomRules, TableGame } from '../testing-games.js';

type Batches = Record<string, TypedArray>;

const games: Record<string, () => MarkovGame> = {
  'an iterated game': () => makeGame('IteratedMatrixGame-v0', { horizon: 3 }),
  'a leader-first normal form': () => makeGame('NormalForm-v0', { observeAction: true }),
  'chance moves and other starts': () =>
    new TableGame(randomRules(new Rng(3), { states: 3, horizon: 4, start: 5, leaderFirst: true })),
  'arrays and continuous draws': () => new ContinuousGame(),
};

function drawActions(env: GameVectorEnv, rng: Rng): Batches {
  const draw = (id: string) => {
    const space = batchSpace(env.singleActionSpace(id), env.numEnvs);
    space.reseed(rng.child(id, rng.integer(1e9)));
    return [id, space.sample() as TypedArray];
  };
  return Object.fromEntries(env.possibleAgents.map(draw));
}

/** Rows as scalar environments, driven by hand as the mode says. */
class ScalarRows {
  private readonly envs: readonly GameParallelEnv[];
  observations: any[];

  constructor(
    game: MarkovGame,
    count: number,
    seed: number,
    private readonly mode: AutoresetMode,
  ) {
    this.envs = Array.from({ length: count }, () => new GameParallelEnv(game));
    this.observations = this.envs.map((env, i) => env.reset({ seed: seed + i }).observations);
  }

  step(vector: GameVectorEnv, actions: Batches) {
    const rows = (id: string) => [...iterate(vector.singleActionSpace(id), actions[id])];
    const byAgent = vector.possibleAgents.map((id) => [id, rows(id)] as const);
    return this.envs.map((env, i) => {
      const joint = Object.fromEntries(byAgent.map(([id, all]) => [id, all[i]]));
      const seen = this.stepRow(env, joint);
      this.observations[i] = seen.observations;
      return seen;
    });
  }

  private stepRow(env: GameParallelEnv, joint: any) {
    const none = Object.fromEntries(env.possibleAgents.map((id) => [id, 0]));
    if (env.agents.length === 0) {
      return { observations: env.reset().observations, rewards: none, ended: null, final: null };
    }
    const { observations, rewards, terminations } = env.step(joint);
    if (env.agents.length > 0) return { observations, rewards, ended: null, final: null };
    const ended = terminations.leader_0 ? 'terminated' : 'truncated';
    const after = this.mode === 'SameStep' ? env.reset().observations : observations;
    return { observations: after, rewards, ended, final: observations };
  }

  /** Disabled: restarts the ended rows, as the mask will. */
  restart(mask: Uint8Array): void {
    mask.forEach((set, i) => {
      if (set) this.observations[i] = this.envs[i].reset().observations;
    });
  }
}

function readRows(env: GameVectorEnv, result: ReturnType<GameVectorEnv['step']>) {
  return Array.from({ length: env.numEnvs }, (_, i) => {
    const keyed = (read: (id: string) => any) =>
      Object.fromEntries(env.possibleAgents.map((id) => [id, read(id)]));
    const ended = result.terminations[i] ? 'terminated' : result.truncations[i] ? 'truncated' : null;
    return {
      observations: keyed((id) => rowOf(env, id, result.observations[id], i)),
      rewards: keyed((id) => result.rewards[id][i]),
      ended,
      final: result.finalMask[i] ? keyed((id) => rowOf(env, id, result.finalObservations[id], i)) : null,
    };
  });
}

describe.each(Object.entries(games))('%s', (_, makeOne) => {
  it.each(autoresetModes)('plays row by row what scalar environments play: %s', (autoresetMode) => {
    const env = new GameVectorEnv(makeOne(), 5, { autoresetMode });
    const rows = new ScalarRows(makeOne(), 5, 40, autoresetMode);
    const { observations } = env.reset({ seed: 40 });
    for (const id of env.possibleAgents) {
      const first = rows.observations.map((row) => row[id]);
      expect([...iterate(env.singleObservationSpace(id), observations[id])]).toEqual(first);
    }
    const rng = new Rng('actions');
    for (let t = 0; t < 12; t++) {
      const actions = drawActions(env, rng);
      const result = env.step(actions);
      expect(readRows(env, result)).toEqual(rows.step(env, actions));
      if (autoresetMode !== 'Disabled' || !result.finalMask.includes(1)) continue;
      const resetMask = result.finalMask.slice();
      env.reset({ options: { resetMask } });
      rows.restart(resetMask);
    }
  });
});

describe('autoreset with rows of different lengths', () => {
  const zeros = (env: GameVectorEnv) => ({
    leader_0: new Int32Array(env.numEnvs),
    follower_0: new Int32Array(env.numEnvs),
  });
  const make = (autoresetMode: AutoresetMode, rows = 3) => {
    const env = new GameVectorEnv(new CountingGame(2), rows, { autoresetMode });
    env.reset({ seed: 0 });
    const step = () => {
      const { observations, rewards, terminations, finalMask, finalObservations } = env.step(zeros(env));
      const finals = Array.from(finalObservations.leader_0, (x, i) => (finalMask[i] ? x : null));
      return [observations.leader_0, rewards.leader_0, terminations, finals].map((x) =>
        Array.from(x as any[]),
      );
    };
    return { env, step };
  };

  it('NextStep resets an ended row at the next step, with reward 0', () => {
    const { step } = make('NextStep');
    const rows = [step(), step(), step(), step()];
    expect(rows).toEqual([
      [
        [1, 1, 1],
        [1, 1, 1],
        [0, 0, 0],
        [null, null, null],
      ],
      [
        [2, 2, 2],
        [2, 2, 2],
        [1, 0, 0],
        [2, null, null],
      ],
      [
        [0, 3, 3],
        [0, 3, 3],
        [0, 1, 0],
        [null, 3, null],
      ],
      [
        [1, 0, 4],
        [1, 0, 4],
        [0, 0, 1],
        [null, null, 4],
      ],
    ]);
  });

  it('SameStep resets an ended row at once and keeps its last observation', () => {
    const { step } = make('SameStep');
    const rows = [step(), step(), step(), step()];
    expect(rows).toEqual([
      [
        [1, 1, 1],
        [1, 1, 1],
        [0, 0, 0],
        [null, null, null],
      ],
      [
        [0, 2, 2],
        [2, 2, 2],
        [1, 0, 0],
        [2, null, null],
      ],
      [
        [1, 0, 3],
        [1, 3, 3],
        [0, 1, 0],
        [null, 3, null],
      ],
      [
        [0, 1, 0],
        [2, 1, 4],
        [1, 0, 1],
        [2, null, 4],
      ],
    ]);
  });

  it('Disabled refuses to step an ended row, before it moves any other', () => {
    const { env, step } = make('Disabled');
    step();
    step();
    const before = [0, 1, 2].map((lane) => env.game.readState(lane)[0]);
    expect(step).toThrow('Row 0 has ended: reset it with options.resetMask before the next step.');
    expect([0, 1, 2].map((lane) => env.game.readState(lane)[0])).toEqual(before);
    env.reset({ options: { resetMask: [true, false, false] } });
    expect(step()[0]).toEqual([1, 3, 3]);
    const { env: other, step: next } = make('Disabled');
    for (let t = 0; t < 2; t++) next();
    other.reset({ options: { resetMask: [true, false, false] } });
    next();
    expect(next).toThrow(/^Row 1 has ended/);
    expect([0, 1, 2].map((lane) => other.game.readState(lane)[0])).toEqual([1, 3, 3]);
  });

  it('a row after the fourth word of flags ends like any other', () => {
    for (const mode of autoresetModes) {
      const { step } = make(mode, 6);
      for (let t = 0; t < 2; t++) step();
      const ended = mode === 'Disabled' ? [] : [3, 4, 5, 6].map(() => step()[2].map(Number));
      if (mode === 'Disabled') continue;
      expect(ended.map((row, t) => row[t + 1])).toEqual([1, 1, 1, 1]);
    }
  });

  it('NextStep ignores the action of a row that it only resets', () => {
    const { env, step } = make('NextStep');
    step();
    step();
    const actions = (...leader: number[]) => ({
      leader_0: Int32Array.from(leader),
      follower_0: new Int32Array(3),
    });
    expect(() => env.step(actions(0, 9, 0))).toThrow(/^leader_0, row 1:/);
    expect(Array.from(env.step(actions(9, 0, 0)).observations.leader_0)).toEqual([0, 3, 3]);
    expect(() => env.step(actions(9, 0, 0))).toThrow(/^leader_0, row 0:/);
  });

  it('a reset by hand ends the waiting for an automatic one', () => {
    const { env, step } = make('NextStep');
    step();
    step();
    env.reset({ options: { resetMask: Uint8Array.of(1, 0, 0) } });
    expect(step()[0]).toEqual([1, 3, 3]);
  });
});

describe('reset', () => {
  const make = () => new GameVectorEnv(new ContinuousGame(), 3);
  const rows = (env: GameVectorEnv, options?: any) =>
    [0, 1, 2].map((i) => rowOf(env, 'leader_0', env.reset(options).observations.leader_0, i));

  it('gives row i the seed s + i, or the seed of its own', () => {
    const env = make();
    const alone = (seed: any) =>
      new GameParallelEnv(new ContinuousGame()).reset({ seed }).observations.leader_0;
    const at = (options: any) => {
      const { leader_0 } = env.reset(options).observations;
      return [0, 1, 2].map((i) => rowOf(env, 'leader_0', leader_0, i));
    };
    expect(at({ seed: 5 })).toEqual([alone(5), alone(6), alone(7)]);
    expect(at({ seed: [9, 5, 9] })).toEqual([alone(9), alone(5), alone(9)]);
    expect(at({ seed: 'a' })).toEqual([alone('a/0'), alone('a/1'), alone('a/2')]);
    expect(at({ seed: 2n ** 70n })).toEqual([0n, 1n, 2n].map((i) => alone(2n ** 70n + i)));
  });

  it('touches the masked rows alone, and goes on with their streams', () => {
    const env = make();
    env.reset({ seed: 1 });
    const before = [0, 1, 2].map((i) => Array.from(env.game.readState(i)));
    env.reset({ options: { resetMask: [false, true, false] } });
    const after = [0, 1, 2].map((i) => Array.from(env.game.readState(i)));
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]).not.toEqual(before[1]);
    const scalar = new GameParallelEnv(new ContinuousGame());
    scalar.reset({ seed: 2 });
    scalar.reset();
    expect(after[1]).toEqual(Array.from(scalar.state()));
  });

  it('refuses masks and seeds that do not fit, and a first reset of some rows', () => {
    const env = make();
    expect(() => env.reset({ options: { resetMask: [true, false, true] } })).toThrow(
      'resetMask: the first reset must reset every row.',
    );
    env.reset({ options: { resetMask: [true, true, true] } });
    const bad: any[] = [[true], [false, false, false], Uint8Array.of(1, 2, 0), 'all'];
    for (const resetMask of bad) expect(() => rows(env, { options: { resetMask } })).toThrow(InvalidArgument);
    for (const seed of [-1, 0.5, [1, 2]] as any[]) expect(() => env.reset({ seed })).toThrow(InvalidArgument);
  });
});

describe('errors', () => {
  const make = () => new GameVectorEnv(makeGame('IteratedMatrixGame-v0', { horizon: 3 }), 3);
  const good = new Int32Array(3);

  it('come before a step that was not preceded by reset', () => {
    const actions = { leader_0: good, follower_0: good };
    expect(() => make().step(actions)).toThrow(ResetNeeded);
  });

  it.each<[string, any, string]>([
    ['too high', Int32Array.of(0, 2, 0), 'follower_0, row 1: expected an action in Discrete(2), got 2.'],
    ['too low', Int32Array.of(0, 1, -1), 'follower_0, row 2: expected an action in Discrete(2), got -1.'],
    [
      'lowest',
      Int32Array.of(-(2 ** 31), 1, 1),
      'follower_0, row 0: expected an action in Discrete(2), got -2147483648.',
    ],
    ['few', Int32Array.of(0), 'follower_0: expected actions as Int32Array of length 3, got Int32Array[0].'],
    [
      'of another type',
      Float64Array.of(0, 1, 0),
      'follower_0: expected actions as Int32Array of length 3, got Float64Array[0, 1, 0].',
    ],
    ['a list', [0, 1, 0], 'follower_0: expected actions as Int32Array of length 3, got [0, 1, 0].'],
    ['absent', undefined, 'follower_0: expected actions as Int32Array of length 3, got undefined.'],
  ])('name agent and row where actions are %s, and no row moves', (_, follower_0, message) => {
    const env = make();
    env.reset({ seed: 0 });
    const call = () => env.step({ leader_0: good, follower_0 });
    expect(call).toThrow(InvalidAction);
    expect(call).toThrow(message);
    expect([0, 1, 2].map((i) => env.game.readState(i)[0])).toEqual([0, 0, 0]);
  });

  it('find actions outside a space with another start', () => {
    const env = new GameVectorEnv(new TableGame(randomRules(new Rng(0), { start: 5 })), 2);
    env.reset({ seed: 0 });
    const step = (...a: number[]) =>
      env.step({ leader_0: Int32Array.from(a), follower_0: Int32Array.of(5, 6) });
    expect(() => step(5, 4)).toThrow('leader_0, row 1: expected an action in Discrete(2, start=5), got 4.');
    expect(() => step(7, 5)).toThrow('leader_0, row 0: expected an action in Discrete(2, start=5), got 7.');
    step(5, 6);
  });

  it.each<[string, any, RegExp]>([
    ['outside the Box', Float32Array.of(0, 0, 0, 2), /^leader_0, row 1: expected an action in Box/],
    ['a list', [0, 0, 0, 0], /^leader_0: expected actions as Float32Array of length 4, got \[0, 0, 0, 0\]/],
    ['of another type', new Float64Array(4), /^leader_0: expected actions as Float32Array of length 4/],
    ['too few', new Float32Array(2), /^leader_0: expected actions as Float32Array of length 4/],
  ])('name the agent where array actions are %s', (_, leader_0, message) => {
    const env = new GameVectorEnv(new ContinuousGame(), 2);
    env.reset({ seed: 0 });
    const call = () => env.step({ leader_0, follower_0: new Int32Array(4) });
    expect(call).toThrow(InvalidAction);
    expect(call).toThrow(message);
  });

  it.each([0, -1, 2.5, Number.NaN])('refuse %p rows', (rows) => {
    expect(() => new GameVectorEnv(new CountingGame(), rows)).toThrow(InvalidArgument);
  });

  it('refuse an unknown mode, with the nearest one', () => {
    const options: any = { autoresetMode: 'NextSteps' };
    expect(() => new GameVectorEnv(new CountingGame(), 2, options)).toThrow(/Did you mean "NextStep"\?/);
  });
});

it('hands out the same buffers at every step and reset', () => {
  for (const autoresetMode of autoresetModes) {
    const env = new GameVectorEnv(new CountingGame(2), 2, { autoresetMode });
    const { observations } = env.reset({ seed: 0 });
    const actions = { leader_0: new Int32Array(2), follower_0: new Int32Array(2) };
    const first = env.step(actions);
    const buffers = () => [
      first.observations.leader_0,
      first.rewards.follower_0,
      first.terminations,
      first.finalMask,
    ];
    const before = buffers();
    expect(env.step(actions)).toBe(first);
    expect(env.reset({ seed: 1 })).toBe(first);
    buffers().forEach((buffer, i) => {
      expect(buffer).toBe(before[i]);
    });
    expect(first.observations).toBe(observations);
  }
});

it('does not share lanes with the game it was made from', () => {
  const game = new CountingGame();
  game.allocate(1);
  const env = new GameVectorEnv(game, 4);
  env.reset({ seed: 0 });
  env.step({ leader_0: new Int32Array(4), follower_0: new Int32Array(4) });
  expect([game.lanes, game.readState(0)[0]]).toEqual([1, 0]);
});
