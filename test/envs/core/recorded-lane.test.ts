import { describe, expect, it } from '@jest/globals';
import { RecordedLane } from '../../../envs/core/recorded-lane.js';
import { makeGame } from '../../../envs/index.js';

describe('RecordedLane', () => {
  it('goes back to what was saved as often as asked', () => {
    const lane = new RecordedLane(makeGame('IteratedMatrixGame-v0', { horizon: 2 }));
    const play = (leader: number, follower: number) => {
      lane.act(0, leader);
      lane.act(1, follower);
      return lane.step();
    };
    lane.reset();
    play(1, 0);
    const saved = lane.save();
    const first = { actions: [1, 0], rewards: [4, 1] };
    for (let again = 0; again < 3; again++) {
      expect(lane.view('Dilemma')).toMatchObject({ title: 'Dilemma', history: [first], done: false });
      expect(lane.view('').observations).toEqual([2, 2]);
      expect(play(0, 0)).toBe(true);
      expect(lane.view('').history).toEqual([first, { actions: [0, 0], rewards: [3, 3] }]);
      expect(lane.view('').done).toBe(true);
      lane.restore(saved);
    }
  });
});
