import { expect, test } from '@jest/globals';
import { dqn, MlpPolicy, ppo, reinforce, TabularSoftmax } from '../../agents/index.js';
import { Runner } from '../../agents/rollout.js';
import { StepBuffer } from '../../agents/step-buffer.js';
import { Env } from '../../gymnasium/core.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import type { ResetOptions } from '../../gymnasium/types.js';
import { MultiplicativeWeights, TabularQ } from '../../oracles/index.js';
import { StackelbergVectorEnv } from '../../wrappers/index.js';
import { FollowersGame } from '../envs/followers-game.js';
import { Bandit, rows } from './games.js';

/** One step, one observation. A hidden coin moves the reward by `luck` either way; action 1 pays 1 more than action 0. */
class HiddenCoin extends Env<number, number> {
  readonly observationSpace = new Discrete(1);
  readonly actionSpace = new Discrete(2);
  readonly stateSpace = new Box(-1, 1, { shape: [2], dtype: 'float64' });
  private coin = 0;

  /** @param luck how much the coin is worth */
  constructor(
    private readonly luck: number,
    private readonly truncates = false,
  ) {
    super();
  }

  state(): Float64Array {
    return Float64Array.of(0.5, this.coin);
  }

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.coin = 2 * this.rng.integer(2) - 1;
    return { observation: 0, info: {} };
  }

  step(action: number) {
    const reward = action + this.luck * this.coin;
    return { observation: 0, reward, terminated: !this.truncates, truncated: this.truncates, info: {} };
  }
}

/** Plays the committed action whatever it is given, a random one of two, and pays 1 for the second. */
class Committed extends Env<number, number> {
  readonly observationSpace = new Discrete(1);
  readonly actionSpace = new Discrete(2, { start: 3 });
  private committed = 3;

  reset(options?: ResetOptions) {
    this.reseed(options);
    this.committed = 3 + this.rng.integer(2);
    return { observation: 0, info: { committedAction: this.committed } };
  }

  step(_action: number) {
    return { observation: 0, reward: this.committed - 3, terminated: true, truncated: false, info: {} };
  }
}

const network = (env: { observationSpace: any; actionSpace: any }, hidden = [16]) =>
  MlpPolicy.create(env.observationSpace, env.actionSpace, { seed: 'policy', hidden });

/** What the critic of a run on `HiddenCoin` ends up saying of inputs. */
async function criticOf(critic: 'observation' | 'state', inputs: readonly number[][]): Promise<number[]> {
  const env = new HiddenCoin(3);
  const policy = await network(env);
  const create = policy.createCritic.bind(policy);
  let values: number[] = [];
  policy.createCritic = async (seed, further) => {
    const made = await create(seed, further);
    expect(made.inputs).toBe(inputs[0].length);
    const dispose = made.dispose.bind(made);
    made.dispose = () => {
      values = inputs.map((row) => made.forward(Float64Array.from(row), 1)[0]);
      dispose();
    };
    return made;
  };
  await ppo(env, { policy, critic, steps: 8000, seed: 1, learningRate: 0.01 });
  expect(policy.probabilities!(0)[1]).toBeGreaterThan(0.95);
  return values;
}

test('a critic that sees the state learns what depends on it alone', async () => {
  const observed = [1];
  const [lucky, unlucky] = await criticOf('state', [
    [...observed, 0.5, 1],
    [...observed, 0.5, -1],
  ]);
  // Action 1 pays 1, and the coin 3 either way.
  expect(Math.abs(lucky - 4)).toBeLessThan(0.2);
  expect(Math.abs(unlucky + 2)).toBeLessThan(0.2);
  const [blind] = await criticOf('observation', [observed]);
  expect(Math.abs(blind - 1)).toBeLessThan(1);
});

test('what a critic sees of a row is its observation and its state', async () => {
  const rewards = (a: number, [b]: readonly number[]) => [a === b ? 1 : 0, a === b ? 1 : 0];
  const game = new FollowersGame({ leaderActions: 2, actions: [2], followersFirst: true, rewards });
  const env = new StackelbergVectorEnv(game, 3, { oracle: new TabularQ({ episodes: 5 }) });
  const policy = await network({
    observationSpace: env.singleObservationSpace,
    actionSpace: env.singleActionSpace,
  });
  const runner = new Runner(env, policy, new Rng(1));
  expect([runner.critic, runner.criticWidth]).toEqual([runner.encoded, 2]);
  runner.seeState('test');
  const size = env.stateSpace.shape[0];
  const buffer = new StepBuffer(policy, 3, runner.criticWidth);
  for (let step = 0; step < 40; step++) {
    for (let row = 0; row < 3; row++) {
      const seen = runner.critic.slice(row * (2 + size), (row + 1) * (2 + size));
      const state = env.state().slice(row * size, (row + 1) * size);
      expect(Array.from(seen)).toEqual([...runner.encoded.slice(2 * row, 2 * row + 2), ...state]);
    }
    runner.sample();
    for (let row = 0; row < 3; row++) {
      if (runner.live[row] === 0) continue;
      const at = buffer.size * (2 + size);
      buffer.append(runner, row);
      const seen = runner.critic.slice(row * (2 + size), (row + 1) * (2 + size));
      expect(buffer.critic.slice(at, at + 2 + size)).toEqual(seen);
    }
    runner.step();
  }
  // The rows' followers have learned different things.
  expect(env.state().slice(-2)).not.toEqual(env.state().slice(size - 2, size));
});

test('the critic of a wrapper reads the rows of its state, and the run repeats itself', async () => {
  const rewards = (a: number, [b]: readonly number[]) => [a === 1 - b ? 1 : 0, a === b ? 1 : 0];
  const game = new FollowersGame({ leaderActions: 2, actions: [2], followersFirst: true, rewards });
  const run = async (critic: 'observation' | 'state') => {
    const env = new StackelbergVectorEnv(game, 3, { oracle: new MultiplicativeWeights({ updates: 3 }) });
    const policy = await network({
      observationSpace: env.singleObservationSpace,
      actionSpace: env.singleActionSpace,
    });
    await ppo(env, { policy, critic, steps: 600, seed: 1, rolloutSteps: 32 });
    return Array.from(policy.network.params);
  };
  const [first, again, plain] = [await run('state'), await run('state'), await run('observation')];
  expect(again).toEqual(first);
  expect(plain).not.toEqual(first);
});

test('a critic of the state is refused where there is none, for a table, and where episodes are cut', async () => {
  const options = { critic: 'state', steps: 500, seed: 1 } as const;
  const policy = await network(new Bandit([0, 1]));
  await expect(ppo(new Bandit([0, 1]), { ...options, policy })).rejects.toThrow(
    'ppo: critic: expected observation for an env without state, got state.',
  );
  await expect(
    ppo(
      rows(2, () => new HiddenCoin(1), 'SameStep'),
      { ...options, policy },
    ),
  ).rejects.toThrow('ppo: critic: expected observation for an env without state, got state.');
  const table = new TabularSoftmax(new Discrete(1), new Discrete(2));
  await expect(ppo(new HiddenCoin(1), { ...options, policy: table })).rejects.toThrow(
    'critic: expected observation for a TabularSoftmax, got state: use an MlpPolicy.',
  );
  await expect(ppo(new HiddenCoin(1, true), { ...options, policy })).rejects.toThrow(
    'critic: expected observation for episodes that are truncated, whose last state is not known, got state.',
  );
  await expect(ppo(new HiddenCoin(1), { ...options, critic: 'both' as any })).rejects.toThrow(
    'ppo: expected critic to be one of observation, state, got "both".',
  );
});

test('learners take info.committedAction for their own', async () => {
  for (const learn of [ppo, reinforce]) {
    const { policy } = await learn(new Committed(), { steps: 8000, seed: 1, learningRate: 0.05 });
    expect(policy.probabilities!(0)[1]).toBeGreaterThan(0.9);
  }
  const { policy } = await dqn(new Committed(), { steps: 3000, seed: 1 });
  const [low, high] = Array.from(policy.network.forward(Float64Array.of(0), 1).slice(0, 2));
  expect(low).toBeCloseTo(0, 1);
  expect(high).toBeCloseTo(1, 1);
});
