import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame, modelOf } from '../../../envs/index.js';
import { InvalidArgument } from '../../../gymnasium/error.js';
import { make } from '../../../gymnasium/make.js';
import { expectWellFormed, textsOf } from '../xml.js';

const gap = {
  leader: [
    [1, 0],
    [0.5, 0.5],
  ],
  follower: [
    [0.5, 0.3],
    [0.5, 0],
  ],
};

describe('BanditGame-v0', () => {
  it('is GAP(0.2) by default, and shows the follower the arm', () => {
    const env = new GameParallelEnv(makeGame('BanditGame-v0'));
    expect((env.game as any).means).toEqual(gap);
    expect(env.reset({ seed: 0 }).observations).toEqual({ leader_0: 0, follower_0: 0 });
    expect(env.commit!({ leader_0: 1 })).toEqual({ follower_0: 2 });
  });

  it('pays the means without noise', () => {
    const env = new GameParallelEnv(makeGame('BanditGame-v0', { ...gap, noise: 'none' }));
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 2; b++) {
        env.reset({ seed: 0 });
        const { rewards, terminations } = env.step({ leader_0: a, follower_0: b });
        expect(rewards).toEqual({ leader_0: gap.leader[a][b], follower_0: gap.follower[a][b] });
        expect(terminations).toEqual({ leader_0: true, follower_0: true });
      }
    }
  });

  it('pays 0 or 1 with these means under Bernoulli noise, each player on its own', () => {
    const model = modelOf(makeGame('BanditGame-v0'));
    const [{ state }] = model.initial;
    const pairs = [0, 1, 2, 3].map((joint) => model.outcomes(state, joint));
    pairs.forEach((outcomes, joint) => {
      const [a, b] = [joint % 2, Math.floor(joint / 2)];
      const mean = (k: number) => outcomes.reduce((sum, o) => sum + o.probability * o.rewards[k], 0);
      expect(outcomes.flatMap(({ rewards }) => rewards).every((r) => r === 0 || r === 1)).toBe(true);
      expect(mean(0)).toBeCloseTo(gap.leader[a][b], 12);
      expect(mean(1)).toBeCloseTo(gap.follower[a][b], 12);
    });
    const both = pairs[1].find(({ rewards }) => rewards[0] === 1 && rewards[1] === 1);
    expect(both!.probability).toBeCloseTo(0.25, 12);
  });

  it.each([
    [{ leader: [[1, 2]], follower: [[0, 0]] }, 'leader[0][1]: expected a number in [0, 1], got 2.'],
    [{ leader: [[1]] }, "follower: expected a matrix of means beside the other player's, got undefined."],
    [{ leader: [[1]], follower: [[1], [0]] }, 'follower: expected 1 rows as leader has, got 2.'],
    [
      { leader: [[1, 0]], follower: [[1]] },
      'follower[0]: expected 2 means as in the first row of leader, got 1.',
    ],
    [{ leader: [[1, 0], [0]], follower: [[1], [1]] }, 'leader[1]: expected 2 means'],
    [{ leader: [], follower: [] }, 'leader: expected at least one row, got [].'],
    [{ noise: 'normal' }, 'noise: expected one of'],
    [{ nois: 'none' }, 'Did you mean "noise"?'],
  ])('refuses %j', (parameters, message) => {
    expect(() => makeGame('BanditGame-v0', parameters)).toThrow(InvalidArgument);
    expect(() => makeGame('BanditGame-v0', parameters)).toThrow(message);
  });

  it('draws the means, and marks the pair that was pulled', () => {
    for (const renderMode of ['ansi', 'svg'] as const) {
      const env = make('BanditGame-v0', { ...gap, noise: 'none' }, { renderMode });
      env.reset({ seed: 0 });
      const before = env.render() as string;
      env.step({ leader_0: 0, follower_0: 1 });
      const after = env.render() as string;
      if (renderMode === 'ansi') {
        expect(before).toContain('no arm pulled yet');
        expect(after).toContain('[0, 0.3]');
        expect(after).toContain('arms 0, 1 pulled: leader 0, follower 0.3');
      } else {
        for (const frame of [before, after]) expectWellFormed(frame);
        expect(before).not.toContain('#ffe9a8');
        expect(after.split('#ffe9a8')).toHaveLength(2);
        expect(textsOf(after)).toEqual(expect.arrayContaining(['a = 1', 'b = 0', '0.3']));
      }
    }
  });
});
