import { describe, expect, it } from '@jest/globals';
import { GameModel, makeGame, singleLane } from '../../envs/index.js';
import { InvalidArgument } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { ExactBestResponse } from '../../oracles/index.js';
import { bestResponse } from '../../solvers/index.js';
import { ContinuousGame, randomRules, TableGame } from '../envs/testing-games.js';
import { actionsOf, Driver } from './driving.js';

const prisoners = makeGame('IteratedMatrixGame-v0');
const pure = (actions: readonly number[]) => actions.map((a) => (a === 0 ? [1, 0] : [0, 1]));

describe('ExactBestResponse', () => {
  it('asks each observation once, and simulates nothing', () => {
    const driver = new Driver(prisoners, new ExactBestResponse());
    driver.respond((o) => [1, 0, 0, 1, 1][o]);
    expect(driver.queries).toEqual([0, 1, 2, 3, 4].map((observation) => ({ observation, answer: 'action' })));
    expect(driver.simulated).toEqual([]);
  });

  it('asks observations and takes actions of spaces with another start', () => {
    const game = new TableGame(randomRules(new Rng(2), { start: 4 }));
    const driver = new Driver(game, new ExactBestResponse());
    const actions = actionsOf(
      driver.respond(() => 5),
      2,
      4,
    );
    expect(driver.queries.map(({ observation }) => observation)).toEqual([4, 5]);
    const { actions: expected } = bestResponse(new GameModel(game), pure([1, 1]), {
      memory: 'stationary',
      ties: 'leader',
    });
    expect(actions).toEqual(expected!.map((b) => 4 + b));
  });

  it.each([1, 3])(
    'is the best response to every deterministic leader, asked %d times a query',
    (samplesPerQuery) => {
      const driver = new Driver(prisoners, new ExactBestResponse({ samplesPerQuery }));
      const model = new GameModel(prisoners);
      for (let code = 0; code < 34; code++) {
        const leader = [16, 8, 4, 2, 1].map((bit) => Number(((7 * code) & bit) !== 0));
        const actions = actionsOf(
          driver.respond((o) => leader[o]),
          5,
        );
        const expected = bestResponse(model, pure(leader), { memory: 'stationary', ties: 'leader' });
        expect(actions).toEqual(expected.actions);
      }
    },
  );

  it.each([
    ['stationary', true],
    ['time-aware', false],
  ] as const)('shares responses between rows unless they keep state: %s', (memory, shares) => {
    const [oracle, lane] = [new ExactBestResponse({ memory }), singleLane(prisoners)];
    const respond = () => {
      const context = { lane, leader: prisoners.leaderIndex, rng: new Rng(0), simulated() {} };
      const response = oracle.start(context).respond();
      let step = response.next();
      while (!step.done) step = response.next(1);
      return step.value;
    };
    const [first, second] = [respond(), respond()];
    expect(first === second).toBe(shares);
  });

  it('takes the frequencies of several answers for the policy', () => {
    const normal = makeGame('NormalForm-v0', { name: 'paruchuri' });
    const answers = [0, 1, 0];
    const driver = new Driver(normal, new ExactBestResponse({ samplesPerQuery: 3 }));
    const respond = () => {
      let k = 0;
      return actionsOf(
        driver.respond(() => answers[k++]),
        1,
      );
    };
    expect(respond()).toEqual([1]);
    expect(driver.queries).toHaveLength(3);
    answers[1] = 0;
    expect(respond()).toEqual([0]);
  });

  it('asks for distributions on request, once each', () => {
    const normal = makeGame('NormalForm-v0');
    const driver = new Driver(normal, new ExactBestResponse({ answers: 'distribution', samplesPerQuery: 5 }));
    const respondTo = (p: number) =>
      actionsOf(
        driver.respond(() => [p, 1 - p]),
        1,
      );
    expect([respondTo(0.5), respondTo(0.51), respondTo(0.49)]).toEqual([[1], [0], [1]]);
    expect(driver.queries).toEqual(new Array(3).fill({ observation: 0, answer: 'distribution' }));
  });

  it('asks for distributions where the leader can tell them, unless it is to count samples', () => {
    const normal = makeGame('NormalForm-v0');
    const asked = (options: object, distributions: boolean) => {
      const driver = new Driver(normal, new ExactBestResponse(options), 0, distributions);
      driver.respond((_, answer) => (answer === 'action' ? 0 : [1, 0]));
      return driver.queries.map(({ answer }) => answer);
    };
    expect([asked({}, true), asked({}, false)]).toEqual([['distribution'], ['action']]);
    expect(asked({ answers: 'action' }, true)).toEqual(['action']);
    expect(asked({ samplesPerQuery: 2 }, true)).toEqual(['action', 'action']);
  });

  it('breaks ties as asked', () => {
    const normal = makeGame('NormalForm-v0');
    const answer = (ties: any) =>
      actionsOf(
        new Driver(normal, new ExactBestResponse({ ties, answers: 'distribution' })).respond(() => [
          0.5, 0.5,
        ]),
        1,
      );
    expect([answer('leader'), answer('against'), answer('lowest')]).toEqual([[1], [0], [0]]);
  });

  it('counts the steps with memory time-aware, afresh in every episode', () => {
    const driver = new Driver(prisoners, new ExactBestResponse({ memory: 'time-aware' }));
    const { follower_0: policy } = driver.respond((o) => [1, 0, 0, 1, 1][o]);
    for (let episode = 0; episode < 2; episode++) {
      policy.reset!();
      const played: number[] = [];
      for (let t = 0, o = 0; t < 10; t++) {
        const a = [1, 0, 0, 1, 1][o];
        played.push(policy.act(o, new Rng(0)));
        o = 1 + a + 2 * played.at(-1)!;
      }
      expect(played).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    }
  });

  it.each<[any, string]>([
    [{ memory: 'long' }, 'memory: expected one of time-aware, stationary, myopic, got "long".'],
    [{ ties: 'mine' }, 'ties: expected one of leader, against, lowest, got "mine".'],
    [{ samplesPerQuery: 0 }, 'samplesPerQuery: expected a positive integer, got 0.'],
    [{ samplesPerQuery: 1.5 }, 'samplesPerQuery: expected a positive integer, got 1.5.'],
    [{ answers: 'all' }, 'answers: expected one of auto, action, distribution, got "all".'],
  ])('refuses %p', (options, message) => {
    expect(() => new ExactBestResponse(options)).toThrow(InvalidArgument);
    expect(() => new ExactBestResponse(options)).toThrow(`ExactBestResponse: ${message}`);
  });

  it('refuses a game that it cannot enumerate, at start', () => {
    expect(() => new Driver(new ContinuousGame(), new ExactBestResponse())).toThrow(InvalidArgument);
  });
});
