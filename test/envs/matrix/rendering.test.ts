import { describe, expect, it } from '@jest/globals';
import { gameDefinitions, gameEnv } from '../../../envs/index.js';
import { make } from '../../../gymnasium/make.js';
import { Rng } from '../../../gymnasium/rng.js';
import { expectWellFormed, textsOf } from '../xml.js';

const wide = {
  leader: [
    [1, -2.5, 3],
    [4, 5, 6],
  ],
  follower: [
    [6, 5, 4],
    [3, 2, 1 / 3],
  ],
  horizon: 3,
};
const moves = [
  { leader_0: 0, follower_0: 2 },
  { leader_0: 1, follower_0: 0 },
  { leader_0: 1, follower_0: 2 },
];

function frames(renderMode: string, parameters: object = wide): string[] {
  const env = make('IteratedMatrixGame-v0', parameters as any, { renderMode });
  env.reset({ seed: 0 });
  const seen = [env.render()!];
  for (const actions of moves) {
    env.step(actions);
    seen.push(env.render()!);
  }
  return seen;
}

describe('ansi', () => {
  it('shows the table, the current cell, the totals and the history', () => {
    const [first, second, , last] = frames('ansi').map((frame) => frame.split('\n'));
    expect(first).toEqual([
      'IteratedMatrixGame-v0  step 0  total: leader 0, follower 0',
      expect.stringMatching(/^\s+0\s+1\s+2$/),
      expect.stringMatching(/^ {2}0 \|\s+1,6\s+-2\.5,5\s+3,4$/),
      expect.stringMatching(/^ {2}1 \|\s+4,3\s+5,2\s+6,0\.333$/),
      '  leader   -',
      '  follower -',
      '',
    ]);
    expect(second[0]).toMatch(/step 1 {2}total: leader 3, follower 4$/);
    expect(second[2]).toMatch(/\[3,4\]$/);
    expect(second.join('\n').match(/\[/g)).toHaveLength(1);
    expect(last[0]).toMatch(/step 3 \(ended\) {2}total: leader 13, follower 7\.333$/);
    expect(last[3]).toMatch(/\[6,0\.333\]$/);
    expect(last.slice(4, 6)).toEqual(['  leader   0 1 1', '  follower 2 0 2']);
  });

  it('begins a new history at reset', () => {
    const env = make('IteratedMatrixGame-v0', wide, { renderMode: 'ansi' });
    env.reset();
    env.step(moves[0]);
    env.reset();
    expect(env.render()).toMatch(/step 0 /);
  });
});

describe('svg', () => {
  it('is well-formed, shows every payoff and marks the current cell', () => {
    const [first, second, , last] = frames('svg');
    for (const frame of [first, second, last]) {
      expectWellFormed(frame);
      expect(frame).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      const texts = textsOf(frame);
      for (const payoff of ['1', '-2.5', '3', '4', '5', '6', '0.333']) expect(texts).toContain(payoff);
    }
    expect(first).not.toContain('#ffe9a8');
    expect(second.match(/#ffe9a8/g)).toHaveLength(1);
    expect(textsOf(last)).toContain('step 3 (ended) · total: leader 13, follower 7.333');
    expect(textsOf(last)).toContain('IteratedMatrixGame-v0');
  });

  it('shows a column a step in the strip, twenty at most', () => {
    const env = make('IteratedMatrixGame-v0', { horizon: 30 }, { renderMode: 'svg' });
    env.reset();
    const squares = () => env.render()!.match(/fill-opacity/g)?.length ?? 0;
    const counts = [squares()];
    for (let t = 1; t <= 25; t++) {
      env.step({ leader_0: 1, follower_0: 0 });
      if (t === 1 || t === 20 || t === 25) counts.push(squares());
    }
    expect(counts).toEqual([0, 2, 40, 40]);
  });
});

describe.each([...gameDefinitions().values()].map((definition) => [definition.id, definition] as const))(
  '%s',
  (_id, definition) => {
    it.each(Object.keys(definition.presets))('%s draws itself in both modes from start to end', (preset) => {
      for (const renderMode of ['ansi', 'svg'] as const) {
        const rng = new Rng(preset);
        const env = gameEnv(definition, { ...(definition.presets[preset] as object), renderMode });
        env.reset({ seed: 1 });
        for (let t = 0; t < 30 && env.agents.length > 0; t++) {
          const frame = env.render()!;
          expect(frame).not.toMatch(/undefined|NaN|\[object/);
          if (renderMode === 'svg') expectWellFormed(frame);
          const draw = (id: string) => {
            env.actionSpace(id).reseed(rng.child(id, t));
            return [id, env.actionSpace(id).sample()];
          };
          env.step(Object.fromEntries(env.agents.map(draw)));
        }
        expect(env.render()).not.toMatch(/undefined|NaN|\[object/);
      }
    });
  },
);
