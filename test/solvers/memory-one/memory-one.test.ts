import { describe, expect, test } from '@jest/globals';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { Rng } from '../../../gymnasium/rng.js';
import {
  type FollowerKind,
  type IteratedGame,
  type Memory,
  MemoryOneEvaluator,
  solveDeterministic,
} from '../../../solvers/memory-one/memory-one.js';
import {
  AXELROD,
  BATTLE_OF_SEXES,
  CHICKEN_0,
  IPD,
  integerMatrix,
  MATCHING_PENNIES,
  named,
} from '../games.js';

const KINDS: FollowerKind[] = ['time-aware', 'stationary'];
const PLAIN_VALUES: Record<string, [value: number, commitment: string]> = {
  stag_hunt: [40, '00000'],
  assurance: [40, '00000'],
  coordination: [40, '00000'],
  mixedharmony: [40, '00000'],
  harmony: [40, '00000'],
  noconflict: [40, '00000'],
  deadlock: [30, '11111'],
  prisoners_delight: [30, '11111'],
  hero: [40, '11111'],
  battle: [40, '11111'],
  chicken: [40, '11111'],
};
/** Every deterministic commitment in the prisoner's dilemma: time-aware value (against ties) / stationary value. */
const PD_TABLE = `
00000 10/10; 00001 10/10; 00010 28(16)/19; 00011 28/30; 00100 10/10; 00101 10/10; 00110 28(16)/19; 00111 28/30;
01000 10/10; 01001 10/10; 01010 15/15; 01011 23/25; 01100 10/10; 01101 10/10; 01110 15/15; 01111 19/19;
10000 11/11; 10001 13/13; 10010 27(15)/15; 10011 29/31; 10100 11/11; 10101 20/20; 10110 27(15)/15; 10111 20/20;
11000 11/11; 11001 13/13; 11010 15/15; 11011 25/25; 11100 11/11; 11101 20/20; 11110 15/15; 11111 20/20`;

describe('solveDeterministic', () => {
  for (const kind of KINDS) {
    test.each(Object.keys(PLAIN_VALUES))(`%s, ${kind}`, (name) => {
      const { value, weakValue, commitment } = solveDeterministic(named(name), kind);
      const [known, actions] = PLAIN_VALUES[name];
      expect([value, weakValue, commitment.join('')]).toEqual([known, known, actions]);
    });
  }

  test.each<[string, IteratedGame, number, number]>([
    ['prisoners_dilemma', named('prisoners_dilemma'), 29, 31],
    ['Axelrod', AXELROD, 29, 32],
    ['IPD', IPD, -11, -9],
    ['matching pennies', MATCHING_PENNIES, -10, -10],
    ['battle of the sexes', BATTLE_OF_SEXES, 20, 20],
    ['chicken with 0, 1, 2', CHICKEN_0, 10, 10],
  ])('%s: time-aware and stationary', (_, game, timeAware, stationary) => {
    expect(solveDeterministic(game, 'time-aware').value).toBe(timeAware);
    expect(solveDeterministic(game, 'stationary').value).toBe(stationary);
  });

  test('suspicious tit-for-tat is the prisoner-dilemma commitment', () => {
    for (const kind of KINDS) {
      expect(solveDeterministic(named('prisoners_dilemma'), kind).commitment).toEqual([1, 0, 0, 1, 1]);
      expect(solveDeterministic(IPD, kind).commitment).toEqual([1, 0, 0, 1, 1]);
    }
  });

  test('all 32 commitments of the prisoner dilemma', () => {
    const [timeAware, stationary] = KINDS.map(
      (kind) => solveDeterministic(named('prisoners_dilemma'), kind).table,
    );
    const rows = timeAware.map(({ commitment, value, weakValue }, n) => {
      const pessimistic = weakValue === value ? '' : `(${weakValue})`;
      return `${commitment.join('')} ${value}${pessimistic}/${stationary[n].value}`;
    });
    expect(rows).toEqual(PD_TABLE.trim().split(/;\s*/));
  });

  test.each<[Memory, number]>([
    ['none', 2],
    ['small', 8],
    ['full', 32],
  ])('memory %s has %d deterministic commitments', (memory, size) => {
    for (const kind of KINDS) {
      const { table, value } = solveDeterministic({ ...named('prisoners_dilemma'), memory }, kind);
      expect(table).toHaveLength(size);
      expect(value).toBe(memory === 'none' ? 20 : { 'time-aware': 29, stationary: 31 }[kind]);
    }
  });

  test('discounting: 1 is none, and long horizons give the known averages', () => {
    for (const kind of KINDS) {
      const game = named('prisoners_dilemma');
      expect(solveDeterministic({ ...game, discount: 1 }, kind)).toEqual(solveDeterministic(game, kind));
      for (const [discount, average] of [
        [0.9, 3.1],
        [0.96, 3.04],
      ]) {
        const { value, commitment } = solveDeterministic({ ...game, discount, horizon: 800 }, kind);
        expect((1 - discount) * value).toBeCloseTo(average, 6);
        expect(commitment.join('')).toBe('10011');
      }
    }
  });

  test.each<[string, Partial<IteratedGame>, string]>([
    [
      'shape',
      {
        leader: [
          [1, 2, 3],
          [1, 2, 3],
        ],
        follower: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
      'leader: expected a 2 x 2 payoff matrix, got 2 x 3.',
    ],
    ['horizon', { horizon: 2.5 }, 'horizon: expected a positive integer, got 2.5.'],
    ['discount', { discount: 0 }, 'discount: expected a number above 0 and at most 1, got 0.'],
    ['memory', { memory: 'big' as never }, 'memory: expected "none", "small" or "full", got "big".'],
  ])('refuses a bad %s', (_, change, message) => {
    expect(() => solveDeterministic({ ...named('chicken'), ...change }, 'stationary')).toThrow(
      new InvalidArgument(message),
    );
  });

  test('refuses an unknown follower', () => {
    expect(() => solveDeterministic(named('chicken'), 'clever' as never)).toThrow(
      'follower: expected "time-aware" or "stationary", got "clever".',
    );
  });
});

describe('MemoryOneEvaluator', () => {
  test('the mixed prisoner-dilemma commitment, its ties and its robust neighbour', () => {
    const evaluator = new MemoryOneEvaluator(named('prisoners_dilemma'), 'time-aware');
    expect(evaluator.evaluate([0, 0.5, 0.5, 0, 0])).toEqual({ value: 33.5, followerValue: 20 });
    expect(evaluator.evaluate([0, 0.5, 0.5, 0, 0], 'against').value).toBe(20);
    expect(evaluator.evaluate([0, 0.501, 0.501, 0, 0], 'against').value).toBeCloseTo(33.491, 9);
  });

  test('refuses what is not a commitment', () => {
    const evaluator = new MemoryOneEvaluator(named('chicken'), 'stationary');
    expect(() => evaluator.evaluate([1])).toThrow('action0: expected 5 probabilities');
    expect(() => evaluator.evaluate([1, 0, 0, 0, Number.NaN])).toThrow(
      'action0[4]: expected a probability, got NaN.',
    );
  });

  test.each(KINDS)('agrees with trying every plan of a %s follower', (kind) => {
    const rng = new Rng(`plans ${kind}`);
    for (let g = 0; g < 150; g++) {
      const game: IteratedGame = {
        leader: integerMatrix(rng, 2, 2, 4),
        follower: integerMatrix(rng, 2, 2, 4),
        horizon: 1 + (g % 3),
        discount: [1, 0.5][g % 2],
        memory: (['none', 'small', 'full'] as const)[rng.integer(3)],
      };
      const evaluator = new MemoryOneEvaluator(game, kind);
      const size = evaluator.model.observations;
      const action0 = Float64Array.from({ length: size }, () =>
        rng.uniform() < 0.5 ? rng.integer(2) : rng.integer(5) / 4,
      );
      for (const ties of ['leader', 'against'] as const) {
        const { value, followerValue } = evaluator.evaluate(action0, ties);
        const [follower, leader] = tryPlans(game, kind, action0, ties === 'leader' ? 1 : -1);
        expect(followerValue).toBeCloseTo(follower, 10);
        expect(value).toBeCloseTo(leader, 10);
      }
    }
  });
});

/** [follower value, leader value] of the follower's best plan, by playing out every one of them. */
function tryPlans(
  game: IteratedGame,
  kind: FollowerKind,
  action0: Float64Array,
  favour: number,
): [number, number] {
  const leaderSees = {
    none: () => 0,
    small: (s: number) => (s === 0 ? 0 : 1 + ((s - 1) >> 1)),
    full: (s: number) => s,
  };
  const followerSees = {
    none: () => 0,
    small: (s: number) => (s === 0 ? 0 : 1 + ((s - 1) & 1)),
    full: (s: number) => s,
  };
  const memory = game.memory ?? 'full';
  const keyOf = (t: number, s: number) =>
    kind === 'stationary' ? followerSees[memory](s) : t === 0 ? 0 : 4 * (t - 1) + s;
  const keys = kind === 'stationary' ? { none: 1, small: 3, full: 5 }[memory] : 1 + 4 * (game.horizon - 1);
  const outcomes: [number, number][] = [];
  for (let plan = 0; plan < 2 ** keys; plan++) {
    const totals: [number, number] = [0, 0];
    let chances = [1, 0, 0, 0, 0];
    for (let t = 0; t < game.horizon; t++) {
      const next = [0, 0, 0, 0, 0];
      chances.forEach((chance, s) => {
        const b = (plan >> keyOf(t, s)) & 1;
        const p = action0[leaderSees[memory](s)];
        [p, 1 - p].forEach((q, a) => {
          const weight = chance * q * (game.discount ?? 1) ** t;
          totals[0] += weight * game.follower[a][b];
          totals[1] += weight * game.leader[a][b];
          next[1 + a + 2 * b] += chance * q;
        });
      });
      chances = next;
    }
    outcomes.push(totals);
  }
  const best = Math.max(...outcomes.map(([follower]) => follower));
  const tied = outcomes.filter(([follower]) => follower > best - 1e-9).map(([, leader]) => favour * leader);
  return [best, favour * Math.max(...tied)];
}
