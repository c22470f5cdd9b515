import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, type GreenSecurity, gameDefinitions, makeGame } from '../../../envs/index.js';
import { make } from '../../../gymnasium/make.js';
import { Rng } from '../../../gymnasium/rng.js';
import { expectWellFormed, textsOf } from '../xml.js';

const [still, up, down, left, right] = [0, 1, 2, 3, 4];
const snare = 5;
/** Nothing is ever killed here. */
const bare = [
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0],
];
const game = (parameters: object) => makeGame('GreenSecurity-v0', parameters) as GreenSecurity;

function start(parameters: object) {
  const env = new GameParallelEnv(game(parameters));
  let { observations } = env.reset({ seed: 0 });
  const rules = env.game as GreenSecurity;
  return {
    env,
    rules,
    now: () => rules.situation(),
    play(patroller: number, poacher: number) {
      const result = env.step({ leader_0: patroller, follower_0: poacher });
      observations = result.observations;
      return { ...result, pay: [result.rewards['leader_0'], result.rewards['follower_0']] };
    },
    plane: (id: string, channel: number): number[] => {
      const { cells } = rules;
      return Array.from(observations[id].subarray(channel * cells, (channel + 1) * cells));
    },
  };
}

/** A plane with ones in the given cells. */
const ones = (...cells: number[]) => Array.from({ length: 9 }, (_, cell) => (cells.includes(cell) ? 1 : 0));

describe('the start', () => {
  it('has the patroller in the middle and the poacher in a corner', () => {
    const { now, plane } = start({ entry: 1 });
    expect(now()).toMatchObject({
      time: 0,
      patroller: 4,
      poacher: 2,
      entry: 2,
      carried: 3,
      status: 'active',
    });
    expect(plane('leader_0', 17)).toEqual(ones(4));
    expect([plane('follower_0', 17), plane('follower_0', 21)]).toEqual([ones(2), ones(2)]);
    expect([0, 1, 2, 3].map((entry) => start({ entry }).now().poacher)).toEqual([0, 2, 8, 6]);
    expect(start({ rows: 5, columns: 4, entry: 2 }).now()).toMatchObject({ patroller: 10, poacher: 19 });
  });

  it('draws the corners uniformly by default', () => {
    const env = new GameParallelEnv(game({}));
    const counts = new Map<number, number>();
    env.reset({ seed: 1 });
    for (let k = 0; k < 2000; k++) {
      env.reset();
      const { entry } = (env.game as GreenSecurity).situation();
      counts.set(entry, (counts.get(entry) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 2, 6, 8]);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
  });
});

describe('footprints', () => {
  it('are seen by the other in the cell where they are, and remembered as they were', () => {
    const { play, plane } = start({ density: bare, entry: 0, horizon: 9 });
    // Poacher 0 -> 1, patroller 4 -> 3: nobody sees anything but its own tracks.
    play(left, right);
    for (let channel = 0; channel < 8; channel++) {
      expect([plane('leader_0', channel), plane('follower_0', channel)]).toEqual([ones(), ones()]);
    }
    expect([plane('leader_0', 15), plane('leader_0', 14), plane('leader_0', 11)]).toEqual([
      ones(),
      ones(4),
      ones(3),
    ]);
    expect([plane('follower_0', 15), plane('follower_0', 10)]).toEqual([ones(0), ones(1)]);
    // Patroller 3 -> 0 finds a track that left to the right; poacher 1 -> 4 one that left to the left.
    play(up, down);
    expect(plane('leader_0', 7)).toEqual(ones(0));
    expect(plane('follower_0', 6)).toEqual(ones(4));
    // The patroller comes to cell 1: in from the left, left downwards. The poacher stays.
    play(right, still);
    expect([plane('leader_0', 2), plane('leader_0', 5), plane('leader_0', 7)]).toEqual([
      ones(1),
      ones(1),
      ones(0),
    ]);
  });

  it('stay as last seen when the tracks change later', () => {
    const { play, plane } = start({ density: bare, entry: 0, horizon: 9 });
    play(still, still);
    play(left, still);
    play(up, right); // the patroller arrives in cell 0 as the poacher leaves to the right
    expect(plane('leader_0', 7)).toEqual(ones(0));
    play(down, left); // both have left and come: the poacher is back in cell 0
    expect(plane('leader_0', 3)).toEqual(ones());
  });

  it('are not made against the edge, where a visit still counts', () => {
    const { play, plane, now } = start({ density: bare, entry: 0, horizon: 9 });
    play(still, up);
    expect(now().poacher).toBe(0);
    expect([12, 13, 14, 15].map((channel) => plane('follower_0', channel))).toEqual(
      new Array(4).fill(ones()),
    );
    expect(plane('follower_0', 18)[0]).toBeCloseTo(0.1, 6);
    expect(plane('leader_0', 18)[4]).toBeCloseTo(0.1, 6);
  });
});

describe('snares', () => {
  it('are set before the poacher moves, and removed all at once for 2 each', () => {
    const { play, plane, now } = start({ density: bare, entry: 1, horizon: 9 });
    expect(play(right, still + snare).pay).toEqual([0, 0]);
    expect(now()).toMatchObject({ snares: [0, 0, 1, 0, 0, 0, 0, 0, 0], carried: 2 });
    expect(plane('follower_0', 19)[3]).toBeCloseTo(2 / 3, 6);
    play(still, left + snare);
    expect(now().snares[2]).toBe(2);
    expect(play(up, still).pay).toEqual([4, -4]);
    expect(now()).toMatchObject({ removed: 2, snares: new Array(9).fill(0) });
  });

  it('kill with probability density / 5, and are used up', () => {
    const { env, play, now } = start({
      density: [
        [1, 1],
        [1, 1],
      ],
      entry: 0,
      horizon: 1,
      snares: 1,
    });
    let kills = 0;
    for (let k = 0; k < 4000; k++) {
      env.reset();
      const { pay } = play(still, still + snare);
      kills += now().killed;
      expect(pay[0]).toBe(now().killed === 1 ? -2 : 0);
      expect(now().snares[0]).toBe(1 - now().killed);
    }
    expect(Math.abs(kills / 4000 - 0.2)).toBeLessThan(0.02);
  });

  it('are set in vain once there are none left', () => {
    const { play, now } = start({ density: bare, entry: 0, snares: 1, horizon: 9 });
    play(still, right + snare);
    play(still, still + snare);
    expect(now().snares).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('the catch', () => {
  it('pays 8 once; after it the poacher does nothing, and the episode ends with the last snare', () => {
    const { play, now } = start({ density: bare, entry: 0, horizon: 9 });
    expect(play(up, right + snare).pay).toEqual([8, -8]);
    expect(now()).toMatchObject({ status: 'caught', poacher: 1, carried: 2 });
    const after = play(still, left + snare);
    expect([after.pay, now().poacher, now().carried]).toEqual([[0, 0], 1, 2]);
    const last = play(left, still);
    expect([last.pay, last.terminations]).toEqual([[2, -2], { leader_0: true, follower_0: true }]);
  });

  it('does not happen when they swap cells', () => {
    const { play, now } = start({ density: bare, entry: 0, horizon: 9 });
    play(up, still);
    expect(play(left, right).pay).toEqual([0, 0]);
    expect(now()).toMatchObject({ patroller: 0, poacher: 1, status: 'active' });
  });

  it('is beyond reach at home, and in the entry with the patroller there it comes before home', () => {
    const safe = start({ density: bare, entry: 0, horizon: 9, snares: 1 });
    safe.play(up, still + snare);
    expect(safe.now().status).toBe('home');
    expect(safe.play(left, still).pay).toEqual([2, -2]);
    const unlucky = start({ density: bare, entry: 0, horizon: 9, snares: 1 });
    unlucky.play(up, right);
    const met = start({ density: bare, entry: 0, horizon: 9, snares: 2 });
    met.play(up, still + snare);
    expect(met.play(left, still + snare).pay).toEqual([12, -12]);
    expect(met.now().status).toBe('caught');
  });
});

it('pays the poacher for its own with zeroSum false: kills while it is about, and the catch', () => {
  const everywhere = [
    [1, 1],
    [1, 1],
  ];
  const { env, play, now } = start({ density: everywhere, entry: 0, snares: 9, horizon: 40, zeroSum: false });
  let seenLate = false;
  for (let episode = 0; episode < 30; episode++) {
    env.reset();
    for (let t = 0, before = 0; env.agents.length > 0; t++) {
      const { status } = now();
      const { pay } = play(t < 9 ? still : t === 9 ? left : t === 10 ? up : down, still + snare);
      const kills = now().killed - before;
      const caught = status === 'active' && now().status === 'caught';
      expect(pay[1]).toBe(
        (status === 'active' && now().status !== 'home' ? 2 * kills : 0) - (caught ? 8 : 0),
      );
      seenLate ||= kills > 0 && now().status === 'home';
      before = now().killed;
    }
  }
  expect(seenLate).toBe(true);
});

it('ends after the horizon by termination', () => {
  const { play, plane, env } = start({ density: bare, entry: 0 });
  for (let t = 1; t <= 4; t++) {
    const { terminations, truncations } = play(still, still);
    expect([terminations['leader_0'], truncations['leader_0']]).toEqual([t === 4, false]);
    expect([plane('leader_0', 19)[0], plane('follower_0', 20)[8]]).toEqual([t / 2, t / 2]);
  }
  expect(env.agents).toEqual([]);
});

it('random episodes are zero-sum and keep to the spaces', () => {
  const env = new GameParallelEnv(game({ rows: 4, columns: 6, horizon: 30, snares: 5 }));
  const rng = new Rng(4);
  for (let episode = 0; episode < 40; episode++) {
    env.reset({ seed: episode });
    while (env.agents.length > 0) {
      const { observations, rewards } = env.step({ leader_0: rng.integer(5), follower_0: rng.integer(10) });
      expect(rewards['leader_0'] + rewards['follower_0']).toBe(0);
      for (const id of env.possibleAgents) {
        expect(env.observationSpace(id).contains(observations[id])).toBe(true);
      }
    }
  }
});

describe('density recipes', () => {
  const corner = (cell: number, rows: number) =>
    Math.min(Math.floor(cell / rows), rows - 1 - Math.floor(cell / rows)) +
    Math.min(cell % rows, rows - 1 - (cell % rows));

  it.each([3, 5, 7])('random, %i rows: in [0.2, 1], low near the corners', (rows) => {
    for (let seed = 0; seed < 20; seed++) {
      const flat = game({ rows, seed }).rules.density.flat();
      flat.forEach((density, cell) => {
        expect(density).toBeGreaterThanOrEqual(0.2);
        const cap = corner(cell, rows) === 0 ? 0.28 : corner(cell, rows) === 1 && rows >= 5 ? 0.42 : 1;
        expect(density).toBeLessThanOrEqual(corner(cell, rows) === 2 && rows >= 7 ? 0.56 : cap);
      });
    }
  });

  it('gauss: two ridges that cross in the middle', () => {
    const { density } = game({ rows: 5, density: 'gauss' }).rules;
    const ridge = [0.1, 0.3, 0.5, 0.3, 0.1];
    density.forEach((line, row) => {
      line.forEach((value, column) => {
        const base = ridge[row] + ridge[column] - 0.08;
        expect(value).toBeGreaterThanOrEqual(Math.min(1, Math.max(0.1, base)));
        expect(value).toBeLessThanOrEqual(Math.min(1, base + 0.2));
      });
    });
  });

  it('depend on the seed alone', () => {
    expect(game({}).rules.density).toEqual(game({ seed: 66 }).rules.density);
    expect(game({ seed: 1 }).rules.density).not.toEqual(game({ seed: 66 }).rules.density);
  });
});

it.each<[object, string]>([
  [{ entry: 4 }, 'GreenSecurity-v0: entry: '],
  [{ density: [[0.5, 2]] }, 'GreenSecurity-v0: density[0][1]: '],
  [{ density: [[0.5, 1]] }, 'density: expected at least two rows and two columns, got 1 by 2.'],
  [{ density: [[0.5, 1], [1]] }, 'density[1]: expected 2 numbers as in the first row, got 1.'],
  [
    {
      density: [
        [0, 1],
        [1, 0],
      ],
      rows: 3,
    },
    'rows and columns: expected those of the density matrix, 2 by 2',
  ],
  [{ snares: 0 }, 'GreenSecurity-v0: snares: '],
  [{ rows: 1 }, 'GreenSecurity-v0: rows: '],
  [{ colums: 3 }, 'Did you mean "columns"?'],
])('refuses %p', (parameters, message) => {
  expect(() => game(parameters)).toThrow(message);
});

describe('pictures', () => {
  const played = (renderMode: string) => {
    const env = make('GreenSecurity-v0', { density: bare, entry: 0, horizon: 9 } as any, { renderMode });
    env.reset({ seed: 0 });
    env.step({ leader_0: left, follower_0: right + snare });
    env.step({ leader_0: up, follower_0: right });
    return env.render() as string;
  };

  it('ansi shows the grid, what lies there and the totals', () => {
    const lines = played('ansi').split('\n');
    expect(lines[0]).toBe('GreenSecurity-v0  step 2 of 9, poacher at large');
    expect(lines[2]).toBe('  | 0.00P    | 0.00     | 0.00 x   |');
    expect(lines.at(-3)).toBe('  snares carried 2, removed 1; animals killed 0');
    expect(lines.at(-2)).toBe('  total: patroller 2, poacher -2');
  });

  it('svg is well-formed, says the same and has one size over an episode', () => {
    const drawing = played('svg');
    expectWellFormed(drawing);
    expect(textsOf(drawing)).toEqual(
      expect.arrayContaining([
        'Patroller 2',
        'Poacher -2',
        'snares carried 2, removed 1',
        'animals killed 0',
      ]),
    );
    // An arrowhead a move: two of each player; one more each in the legend.
    expect(drawing.match(/<polygon [^>]*fill="#1f5fa8"/g)).toHaveLength(3);
    expect(drawing.match(/<polygon [^>]*fill="#c0392b"/g)).toHaveLength(3);
  });

  it('exist for every preset', () => {
    const { presets } = gameDefinitions().get('GreenSecurity-v0')!;
    for (const parameters of Object.values(presets)) {
      const env = make('GreenSecurity-v0', parameters as any, { renderMode: 'svg' });
      env.reset({ seed: 0 });
      expectWellFormed(env.render() as string);
    }
  });
});
