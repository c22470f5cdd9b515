import { describe, expect, it } from '@jest/globals';
import { GameParallelEnv, makeGame, singleLane } from '../../../envs/index.js';
import { Rng } from '../../../gymnasium/rng.js';
import { ContinuousGame } from '../testing-games.js';

describe('GameLane', () => {
  it('plays what the scalar view plays', () => {
    const [lane, env] = [singleLane(new ContinuousGame()), new GameParallelEnv(new ContinuousGame())];
    lane.seed(new Rng(5).child('env'));
    for (let episode = 0; episode < 2; episode++) {
      lane.reset();
      let { observations } = env.reset(episode === 0 ? { seed: 5 } : {});
      for (let done = false; !done; ) {
        expect([lane.observation(0), lane.observation(1)]).toEqual(Object.values(observations));
        lane.act(0, [0.5, -0.25]);
        lane.act(1, [1, 2]);
        done = lane.step();
        const result = env.step({
          leader_0: Float32Array.of(0.5, -0.25),
          follower_0: Int32Array.of(1, 2),
        });
        ({ observations } = result);
        expect([lane.reward(0), lane.reward(1)]).toEqual(Object.values(result.rewards));
        expect(done).toBe(result.truncations.leader_0);
      }
    }
  });

  it('forgets the end of an episode at the next, also when stepped on', () => {
    const lane = singleLane(makeGame('IteratedMatrixGame-v0', { horizon: 2 }));
    lane.reset();
    expect([lane.done, lane.step(), lane.step(), lane.done]).toEqual([false, false, true, true]);
    lane.reset();
    expect([lane.done, lane.step()]).toEqual([false, false]);
  });

  it('commits without effect in a simultaneous game', () => {
    const lane = singleLane(makeGame('IteratedMatrixGame-v0'));
    lane.reset();
    lane.act(0, 1);
    lane.commit();
    expect(lane.observation(1)).toBe(0);
  });
});
