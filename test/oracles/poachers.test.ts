import { describe, expect, it } from '@jest/globals';
import { type GreenSecurity, makeGame, singleLane } from '../../envs/index.js';
import { Rng } from '../../gymnasium/rng.js';
import {
  HeuristicPoacher,
  heuristicPoacher,
  RandomPoacher,
  randomPoacher,
  randomSweeping,
} from '../../oracles/poachers.js';

const density = [
  [0.1, 0.2, 0.3],
  [0.4, 0.5, 0.6],
  [0.7, 0.8, 0.9],
];
const game = (parameters: object = {}) =>
  makeGame('GreenSecurity-v0', { density, entry: 0, horizon: 20, ...parameters }) as GreenSecurity;

/** An observation in which only the given (plane, cell) are 1, with all snares or none. */
function sight(
  planes: number,
  cell: number,
  options: { carried?: number; entry?: number; tracks?: number[] },
) {
  const observation = new Float32Array(planes * 9);
  observation[17 * 9 + cell] = 1;
  for (const plane of options.tracks ?? []) observation[plane * 9 + cell] = 1;
  observation.fill(options.carried ?? 1, 19 * 9, 20 * 9);
  if (planes === 22) observation[21 * 9 + (options.entry ?? 0)] = 1;
  return observation;
}

/** How often each action is taken, each time in a new episode. */
function frequencies(policy: { reset(): void; act(observation: any, rng: Rng): number }, observation: any) {
  const counts = new Float64Array(10);
  const rng = new Rng(3);
  for (let k = 0; k < 20_000; k++) {
    policy.reset();
    counts[policy.act(observation, rng)] += 1 / 20_000;
  }
  return counts;
}

const close = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expected.forEach((p, k) => {
    expect(Math.abs(actual[k] - p)).toBeLessThan(0.015);
  });
};
const softmax = (logits: readonly number[]) => {
  const powers = logits.map((logit) => Math.exp(logit / 5));
  return powers.map((power) => power / powers.reduce((a, b) => a + b, 0));
};

describe('the heuristic poacher', () => {
  it('follows the published softmax rules while it has snares', () => {
    const seen = frequencies(heuristicPoacher(game()), sight(22, 4, { tracks: [0, 7] }));
    const [, sets] = softmax([10 * 0.5, 0.5]);
    // Mean densities: here .5; above .2, below .8, left .4, right .6. Tracks: in from above, left to the right.
    const moves = softmax([3 * 0.5, 3 * 0.2 + 0.3, 3 * 0.8, 3 * 0.4, 3 * 0.6 - 1]);
    close(seen, [...moves.map((p) => p * (1 - sets)), ...moves.map((p) => p * sets)]);
  });

  it('counts what lies beyond the edge as 0', () => {
    const seen = frequencies(heuristicPoacher(game()), sight(22, 0, {}));
    const moves = softmax([3 * 0.1, 0, 3 * 0.65, 0, 3 * 0.55]);
    close(
      moves.map((_, move) => seen[move] + seen[move + 5]),
      moves,
    );
  });

  it('heads home without snares, and never sets or stays', () => {
    const seen = frequencies(heuristicPoacher(game()), sight(22, 5, { carried: 0, entry: 0 }));
    const far = Math.hypot(1, 2);
    const [u, d, l, r] = softmax([3 / far, -3 / far, 6 / far, -6 / far]);
    close(seen, [0, u, d, l, r, 0, 0, 0, 0, 0]);
  });

  it('sets no second snare in a cell before the episode is over', () => {
    const policy = heuristicPoacher(game());
    const rng = new Rng(1);
    const observation = sight(22, 4, {});
    let sets = 0;
    for (let k = 0; k < 200; k++) if (policy.act(observation, rng) >= 5) sets++;
    expect(sets).toBe(1);
    policy.reset();
    for (let k = 0; k < 200; k++) if (policy.act(observation, rng) >= 5) sets++;
    expect(sets).toBe(2);
  });
});

describe('random sweeping', () => {
  const walk = (rules: GreenSecurity, steps: number, seed: number) => {
    const policy = randomSweeping(rules);
    const lane = singleLane(rules);
    const rng = new Rng(seed);
    lane.seed(rng.child('game'));
    lane.reset();
    policy.reset();
    const cells: number[] = [];
    for (let t = 0; t < steps; t++) {
      lane.act(0, policy.act(lane.observation(0), rng));
      lane.act(1, 0);
      lane.step();
      cells.push((lane.game as GreenSecurity).situation().patroller);
    }
    return cells;
  };

  it('goes to a border and then round the grid', () => {
    const rounds = new Set<string>();
    for (let seed = 0; seed < 120; seed++) {
      const [first, ...rest] = walk(game(), 10, seed);
      expect([1, 3, 5, 7]).toContain(first);
      const ring = [0, 1, 2, 5, 8, 7, 6, 3];
      const at = rest.map((cell) => ring.indexOf(cell));
      const turn = (at[1] - at[0] + 8) % 8;
      expect([1, 7]).toContain(turn);
      at.slice(1).forEach((place, k) => {
        expect((place - at[k] + 8) % 8).toBe(turn);
      });
      rounds.add(`${first} ${turn}`);
    }
    expect(rounds.size).toBe(8);
  });

  it('follows footprints that leave its cell', () => {
    const policy = randomSweeping(game());
    const follow = new Float32Array(20 * 9);
    follow[17 * 9 + 4] = 1;
    for (const plane of [2, 5, 6]) follow[plane * 9 + 4] = 1;
    const taken = new Set<number>();
    for (let k = 0; k < 50; k++) taken.add(policy.act(follow, new Rng(k)));
    expect([...taken].sort()).toEqual([2, 3]);
  });
});

describe('as oracles', () => {
  it.each([new HeuristicPoacher(), new RandomPoacher()])(
    '%p asks nothing and plays legal actions',
    (oracle) => {
      const lane = singleLane(game());
      const rng = new Rng(2);
      const response = oracle
        .start({ lane, leader: 0, rng, simulated() {} })
        .respond()
        .next();
      expect(response.done).toBe(true);
      const policy = (response.value as any).mixture[0]['follower_0'];
      lane.seed(rng.child('game'));
      const taken = new Set<number>();
      for (let episode = 0; episode < 100; episode++) {
        lane.reset();
        policy.reset();
        do {
          const action = policy.act(lane.observation(1), rng);
          taken.add(action);
          lane.act(0, 0);
          lane.act(1, action);
        } while (!lane.step());
      }
      expect(Math.min(...taken)).toBe(0);
      expect(Math.max(...taken)).toBe(9);
    },
  );

  it('refuse other games', () => {
    const other = makeGame('NormalForm-v0');
    const context = { lane: singleLane(other), leader: 0, rng: new Rng(0), simulated() {} };
    expect(() => new HeuristicPoacher().start(context)).toThrow(
      'heuristicPoacher: expected a GreenSecurity game, got NormalForm.',
    );
    expect(() => randomPoacher(other)).toThrow('expected a GreenSecurity game');
    expect(() => randomSweeping(other)).toThrow('expected a GreenSecurity game');
  });
});
