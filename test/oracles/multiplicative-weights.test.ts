import { describe, expect, it } from '@jest/globals';
import type { JointResponse, Query } from '../../envs/core/stackelberg.js';
import { makeGame, singleLane } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { MultiplicativeWeights, type MultiplicativeWeightsOptions } from '../../oracles/index.js';
import { equilibriumGap } from '../../solvers/equilibrium.js';
import { evaluateCommitment, InducedGame } from '../../solvers/index.js';
import { bimatrix, chicken, dilemma, FollowersGame, pennies } from '../envs/followers-game.js';

/** The oracle with a leader that always plays `answer`: its responses, its state, and what it asked. */
function learner(game: FollowersGame, options: MultiplicativeWeightsOptions, answer = 0) {
  const rng = new Rng('weights');
  const lane = singleLane(game);
  lane.seed(rng.child('game'));
  const queries: Query[] = [];
  const simulated: number[] = [];
  const responder = new MultiplicativeWeights(options).start({
    lane,
    leader: 0,
    rng: rng.child('oracle'),
    simulated: (reward) => simulated.push(reward),
  });
  const respond = (): JointResponse => {
    const response = responder.respond();
    let step = response.next();
    while (!step.done) {
      queries.push({ ...step.value });
      step = response.next(answer);
    }
    return step.value;
  };
  const state = () => {
    const into = new Float64Array(2 + responder.stateSize!).fill(9);
    responder.writeState!(into, 1);
    expect([into[0], into.at(-1)]).toEqual([9, 9]);
    return Array.from(into.slice(1, -1));
  };
  return { respond, state, queries, simulated, reset: () => responder.reset() };
}

const row = (response: JointResponse, k = 0, id = 'follower_0', seen = 0) =>
  Array.from(response.mixture[k][id].probabilities!(seen));
const single = (...worth: number[]) =>
  new FollowersGame({ actions: [worth.length], rewards: (_, [b]) => [b, worth[b]] });
/** Matching pennies whose row player wins 3 on the first match, so that one half each is no equilibrium. */
const biased = bimatrix([[[3, -1], pennies[0][1]], pennies[1]]);

describe('an update', () => {
  it.each([
    ['exact', 2 * 3],
    ['sampled', 2 + 3],
  ] as const)('of the %s form plays %i episodes, and asks in each step', (form, episodes) => {
    const game = new FollowersGame({ actions: [2, 3], steps: 4, rewards: (_, [x]) => [1, x, 0] });
    const { respond, queries, simulated } = learner(game, { form, updates: 7 });
    expect(respond()).toMatchObject({ notion: 'none', gap: null });
    expect(queries).toHaveLength(7 * episodes * 4);
    expect(queries.every(({ observation, answer }) => observation === 0 && answer === 'action')).toBe(true);
    expect(simulated).toEqual(new Array(7 * episodes * 4).fill(1));
  });

  it.each(['exact', 'sampled'] as const)('multiplies by (1 + epsilon)^U, %s', (form) => {
    const { respond, state } = learner(single(1, 0, -2), {
      form,
      updates: 5,
      learningRate: 0.3,
      play: 'mixed',
    });
    const weights = [1.3 ** 5, 1, 1.3 ** -10];
    const total = weights[0] + weights[1] + weights[2];
    row(respond()).forEach((p, a) => {
      expect(p).toBeCloseTo(weights[a] / total, 12);
    });
    state().forEach((weight, a) => {
      expect(weight).toBeCloseTo(weights[a] / weights[0], 12);
    });
  });

  it('integrates over the weights of the others, and discounts', () => {
    const game = bimatrix(chicken, () => 0, { steps: 2, discount: 0.5 });
    const once = learner(game, { updates: 2, play: 'mixed' }).respond();
    const step = (p: number) => {
      // Worth of swerving and of daring where the other dares with probability p, over two steps.
      const [swerve, dare] = [1.5 * (6 - 4 * p), 1.5 * (7 - 7 * p)];
      return (p * 1.1 ** dare) / (p * 1.1 ** dare + (1 - p) * 1.1 ** swerve);
    };
    for (const id of ['follower_0', 'follower_1']) {
      expect(row(once, 0, id)[1]).toBeCloseTo(step(step(0.5)), 12);
    }
  });

  it('draws the others in the sampled form: right on average', () => {
    const options = { form: 'sampled', updates: 1, play: 'mixed', learningRate: 1 } as const;
    const { respond, reset } = learner(bimatrix(chicken), options);
    let swerves = 0;
    for (let k = 0; k < 2000; k++) {
      reset();
      const [swerve, dare] = row(respond());
      // Where the other swerved it is 2^7 to 2^6, where it dared 2^0 to 2^2.
      const swerved = Math.abs(dare / swerve - 2) < 1e-9;
      expect(swerved || Math.abs(dare / swerve - 0.25) < 1e-9).toBe(true);
      if (swerved) swerves++;
    }
    expect(Math.abs(swerves / 2000 - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 2000));
  });

  it('holds the type fixed, and has weights for each', () => {
    const profiles = [0, 1].map((type) => ({ probability: 0.5, types: [type] }));
    const game = new FollowersGame({
      actions: [2],
      profiles,
      start: 3,
      rewards: (_, [b], [type]) => [0, b === type ? 1 : 0],
    });
    const { respond, state } = learner(game, { updates: 40, play: 'mixed', learningRate: 1 }, 3);
    const response = respond();
    expect(row(response, 0, 'follower_0', 3)[0]).toBeGreaterThan(0.99);
    expect(row(response, 0, 'follower_0', 4)[1]).toBeGreaterThan(0.99);
    const [a, b, c, d] = state();
    expect([a, d]).toEqual([1, 1]);
    // The types came up 40 times in all.
    expect(-Math.log2(b) - Math.log2(c)).toBeCloseTo(40, 9);
  });

  it('stays finite for steep utilities that change sign', () => {
    let sign = 1;
    const game = new FollowersGame({ actions: [2], rewards: (_, [b]) => [0, b === 0 ? sign * 1e6 : 0] });
    const { respond, state } = learner(game, { updates: 1, play: 'mixed', learningRate: 0.5 });
    expect(row(respond())).toEqual([1, 0]);
    sign = -2;
    expect(row(respond())).toEqual([0, 1]);
    expect(state()).toEqual([0, 1]);
  });
});

describe('play', () => {
  it('argmax takes the heaviest action, the lowest of equals', () => {
    expect(row(learner(single(0, 2, 2), { updates: 3 }).respond())).toEqual([0, 1, 0]);
    const defect = learner(bimatrix(dilemma), { updates: 1 }).respond();
    expect([row(defect), row(defect, 0, 'follower_1')]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const { act } = defect.mixture[0]['follower_0'];
    expect(act(0, new Rng(0))).toBe(1);
  });

  it('mixed draws from the weights', () => {
    const response = learner(single(1, 0), { updates: 10, play: 'mixed' }).respond();
    const [p] = row(response);
    const rng = new Rng(4);
    const drawn = Array.from({ length: 4000 }, () => response.mixture[0]['follower_0'].act(0, rng));
    const share = drawn.filter((action) => action === 0).length / 4000;
    expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 4000));
  });

  it('average is one entry an update, with the weights after it', () => {
    const { mixture } = learner(single(1, 0), { updates: 6, play: 'average' }).respond();
    expect(mixture).toHaveLength(6);
    mixture.forEach((policies, k) => {
      const [p] = Array.from(policies['follower_0'].probabilities!(0));
      expect(p).toBeCloseTo(1.1 ** (k + 1) / (1.1 ** (k + 1) + 1), 12);
    });
  });

  it('begins anew after a reset and goes on without one', () => {
    const { respond, reset, state } = learner(single(1, 0), { updates: 2, play: 'mixed' });
    const first = row(respond());
    const later = row(respond());
    expect(later[0]).toBeCloseTo(1.1 ** 4 / (1.1 ** 4 + 1), 12);
    reset();
    expect(state()).toEqual([1, 1]);
    expect(row(respond())).toEqual(first);
  });
});

describe('certificates', () => {
  const induced = (game: FollowersGame) => new InducedGame(game, { act: () => 0 });
  const gapOf = (game: FollowersGame, { mixture }: JointResponse) =>
    equilibriumGap(
      induced(game),
      mixture.map((policies) => induced(game).strategies(policies)),
    );

  it('are of mixed play where it is close enough, and cost no query more', () => {
    const { respond, queries } = learner(bimatrix(dilemma), { updates: 50, certify: 0.1 });
    const response = respond();
    expect(queries).toHaveLength(50 * 4);
    expect(row(response)[0]).toBeGreaterThan(0);
    expect([response.notion, response.mixture.length]).toEqual(['Nash', 1]);
    expect(response.gap).toBeGreaterThan(0);
    expect(response.gap).toBeLessThan(0.1);
    expect(response.gap).toBe(gapOf(bimatrix(dilemma), response));
  });

  it('are of the heaviest actions where mixed play is not', () => {
    const response = learner(bimatrix(dilemma), { updates: 2, certify: 0 }).respond();
    expect(response).toMatchObject({ notion: 'Nash', gap: 0 });
    expect(row(response)).toEqual([0, 1]);
  });

  it('are worked for until they hold, by average play in a game without pure equilibrium', () => {
    const target = 0.1;
    const { respond, queries } = learner(biased, { updates: 5, learningRate: 0.2, certify: target });
    const response = respond();
    expect(queries.length).toBeGreaterThan(5 * 4);
    expect(response.gap).toBeLessThanOrEqual(target);
    expect(response.gap).toBeCloseTo(gapOf(biased, response), 12);
    expect(response.notion).toBe(response.mixture.length > 1 ? 'coarse correlated' : 'Nash');
    const sooner = learner(biased, { updates: 5, learningRate: 0.2, certify: 10 });
    sooner.respond();
    expect(sooner.queries).toHaveLength(5 * 4);
  });

  it('are of the closest where the updates are spent', () => {
    const options = { updates: 5, learningRate: 0.2, certify: 0, mostUpdates: 12 };
    const { respond, queries } = learner(biased, options);
    const response = respond();
    expect(queries).toHaveLength(12 * 4);
    const gaps = (['mixed', 'argmax', 'average'] as const).map((play) =>
      gapOf(biased, learner(biased, { updates: 12, learningRate: 0.2, play }).respond()),
    );
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(response.gap).toBeCloseTo(Math.min(...gaps), 12);
  });

  it('ask for the answers that learning never came to', () => {
    const game = new FollowersGame({
      leaderActions: 3,
      actions: [2, 2],
      followersFirst: true,
      rewards: (a, [x, y]) => [0, a * x, a * y],
    });
    const { respond, queries } = learner(game, { form: 'sampled', updates: 1, certify: 100 }, 2);
    const response = respond();
    // Trying each action against one draw shows three of the four joint actions, one of them twice.
    expect(queries).toHaveLength(4 + 1);
    expect(new Set(queries.map(({ observation }) => observation))).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(queries.slice(0, 4).map(({ observation }) => observation)).size).toBe(3);
    expect(response.gap).toBeCloseTo(2 * (1 - row(response)[1]), 12);
  });

  it('of the Bayesian kind agree with what evaluateCommitment measures', async () => {
    const profiles = [0, 1].flatMap((s) => [0, 1].map((t) => ({ probability: 0.25, types: [s, t] })));
    const game = new FollowersGame({
      actions: [2, 2],
      profiles,
      rewards: (_, [x, y], [s, t]) => [x + y, (x === s ? 2 : 0) + (x === y ? 1 : 0), (y === t ? 2 : 0) - x],
    });
    const oracle = new MultiplicativeWeights({ updates: 60, certify: 0.05 });
    const graded = await evaluateCommitment(game, [0], { oracle, episodes: 5, optimum: null });
    expect(graded.equilibrium.notion).toBe('Bayesian Nash');
    expect(graded.equilibrium.gap).toBeLessThanOrEqual(0.05);
    expect(graded.followerValues['follower_0']).toBeGreaterThan(2.3);
  });
});

describe('refusals', () => {
  it.each<[any, string]>([
    [{ updates: 0 }, 'MultiplicativeWeights: updates: expected a positive integer, got 0.'],
    [{ learningRate: 0 }, 'MultiplicativeWeights: learningRate: expected a positive number'],
    [{ form: 'quick' }, 'MultiplicativeWeights: form: expected one of exact, sampled, got "quick".'],
    [{ play: 'best' }, 'MultiplicativeWeights: play: expected one of argmax, mixed, average, got "best".'],
    [{ certify: -1 }, 'MultiplicativeWeights: certify: expected'],
    [{ mostUpdates: 1.5 }, 'MultiplicativeWeights: mostUpdates: expected a positive integer, got 1.5.'],
    [{ epsilon: 1 }, 'MultiplicativeWeights: Unknown option "epsilon".'],
  ])('names what is wrong in %p', (options, message) => {
    expect(() => new MultiplicativeWeights(options)).toThrow(InvalidArgument);
    expect(() => new MultiplicativeWeights(options)).toThrow(message);
  });

  it('names games in which followers move again', () => {
    const start = () => learner(makeGame('IteratedMatrixGame-v0') as any, {});
    expect(start).toThrow(
      'MultiplicativeWeights: expected a game in which followers move once, got IteratedMatrixGame.',
    );
  });
});
