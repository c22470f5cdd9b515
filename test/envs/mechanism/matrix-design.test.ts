import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, type MatrixDesign, makeGame } from '../../../envs/index.js';
import { matrixDesign } from '../../../envs/mechanism/matrix-design.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import { Box } from '../../../gymnasium/spaces/box.js';
import { MultiDiscrete } from '../../../gymnasium/spaces/multi-discrete.js';
import { MultiplicativeWeights } from '../../../oracles/index.js';
import { evaluateCommitment } from '../../../solvers/index.js';
import { StackelbergWrapper } from '../../../wrappers/index.js';
import { Driver } from '../../oracles/driving.js';

const build = (parameters: object = {}) => makeGame('MatrixDesign-v0', parameters) as MatrixDesign;
const nothing = Float64Array.of(0, 0);

describe('MatrixDesign', () => {
  it('shows the leader the joint action, pays what it says, and earns it the payoffs alone', () => {
    const env = new GameParallelEnv(build());
    expect(env.moveOrder).toEqual([['follower_0', 'follower_1'], ['leader_0']]);
    expect(env.observationSpace('leader_0').equals(new MultiDiscrete([2, 2]))).toBe(true);
    expect(env.actionSpace('leader_0').equals(new Box(0, 10, { shape: [2], dtype: 'float64' }))).toBe(true);
    const known = [
      [0, 0, 3, 3],
      [0, 1, 6, 4],
      [1, 0, 4, 6],
      [1, 1, 2, 2],
    ];
    for (const [row, column, first, second] of known) {
      env.reset({ seed: 0 });
      const seen = env.commit!({ follower_0: row, follower_1: column });
      expect(Array.from(seen['leader_0'] as Int32Array)).toEqual([row, column]);
      const { rewards, terminations } = env.step({ leader_0: Float64Array.of(0.5, 7) });
      expect(rewards['leader_0']).toBeCloseTo((first + second) / 6, 12);
      expect(rewards['follower_0']).toBeCloseTo(first / 6 + 0.5, 12);
      expect(rewards['follower_1']).toBeCloseTo(second / 6 + 7, 12);
      expect(terminations['leader_0']).toBe(true);
    }
  });

  it('without compensation, learners without regret drift to 0.8 on action 0 and end at (0, 0), worth 1', async () => {
    const game = build();
    const mixed = new Driver(game, new MultiplicativeWeights({ updates: 3000, play: 'mixed' }));
    const policies = mixed.respond(() => nothing);
    for (const id of ['follower_0', 'follower_1'])
      expect(policies[id].probabilities!(0)[0]).toBeCloseTo(0.8, 3);
    const graded = await evaluateCommitment(game, () => nothing, {
      oracle: new MultiplicativeWeights(),
      episodes: 1,
      optimum: 10 / 6,
    });
    expect(graded.value).toBeCloseTo(1, 12);
    expect(graded.gap).toBeCloseTo(4 / 6, 12);
    // (0, 0) is no equilibrium: either follower would rather get 4 than 3.
    expect(graded.equilibrium.notion).toBe('Nash');
    expect(graded.equilibrium.gap).toBeCloseTo(1 / 6, 12);
  });

  it('the wrapper asks about every joint action once, and pays for the one that is learned', () => {
    const outer = new StackelbergWrapper(build(), {
      oracle: new MultiplicativeWeights(),
      commitment: 'episode',
    });
    let { observation } = outer.reset({ seed: 1 });
    const asked: string[] = [];
    for (;;) {
      asked.push(String(observation));
      const [row, column] = observation as Int32Array;
      const step = outer.step(Float64Array.of(row === 1 ? 10 : 0, column === 0 ? 10 : 0));
      ({ observation } = step);
      if (!step.terminated) continue;
      expect(step.reward).toBeCloseTo(10 / 6, 12);
      break;
    }
    expect(asked.sort()).toEqual(['0,0', '0,1', '1,0', '1,1']);
  });

  it('any shape: each follower has its own actions', () => {
    const game = build({
      payoffs: [
        [
          [1, 2, 3],
          [4, 5, -8],
        ],
        [
          [0, 0, 0],
          [1, 1, 1],
        ],
      ],
    });
    expect(game.unit).toBe(8);
    expect(game.payoff(0, 1, 2)).toBe(-1);
    expect(game.payoff(1, 1, 2)).toBe(1 / 8);
    const rng = new Rng(0);
    const env = new GameParallelEnv(game);
    for (let k = 0; k < 20; k++) {
      env.reset({ seed: k });
      const [row, column] = [rng.integer(2), rng.integer(3)];
      const { rewards } = env.step({ leader_0: nothing, follower_0: row, follower_1: column });
      expect(rewards['leader_0']).toBe(game.payoff(0, row, column) + game.payoff(1, row, column));
    }
  });

  it('says in its picture that it has ended', () => {
    const view = { game: build(), title: 'design', history: [], observations: [[0, 0], 0, 0] };
    expect(matrixDesign.renderer!.svg({ ...view, done: false })).not.toContain('(ended)');
    const history = [{ actions: [[1, 2], 0, 1], rewards: [1, 2, 2] }];
    expect(matrixDesign.renderer!.svg({ ...view, history, done: true })).toContain('design (ended)');
  });

  it.each([
    [{ maximumCompensation: -1 }, 'MatrixDesign-v0: maximumCompensation: expected at least 0, got -1.'],
    [{ payoffs: [[[1]]] }, 'MatrixDesign-v0: payoffs'],
    [
      { payoffs: [[[1, 2]], [[1]]] },
      'MatrixDesign-v0: payoffs[1][0]: expected 2 payoffs as in payoffs[0][0], got [1].',
    ],
    [
      { payoffs: [[[1]], [[1], [2]]] },
      'MatrixDesign-v0: payoffs[1]: expected 1 rows as in payoffs[0], got 2.',
    ],
    [{ payoffs: [[[0]], [[0]]] }, 'MatrixDesign-v0: payoffs: expected a payoff other than 0, got none.'],
    [{ payoffs: [[['x']], [[0]]] }, 'MatrixDesign-v0: payoffs[0][0][0]: expected a number, got "x".'],
    [{ maxCompensation: 1 }, 'Did you mean "maximumCompensation"?'],
  ])('refuses %j', (parameters, message) => {
    expect(() => build(parameters)).toThrow(InvalidArgument);
    expect(() => build(parameters)).toThrow(message);
  });
});
