import { singleLane } from '../../envs/core/views.js';
import type { MultiFollower } from '../../envs/multi-follower/multi-follower.js';
import { Rng } from '../../gymnasium/rng.js';
import type { LeaderAnswers } from '../commitment.js';
import type { OwnResponse } from '../own-responses.js';
import { bestResponseGap, dampedBestResponse, equilibriumOptions, followerSystem } from './equilibrium.js';

/**
 * How the followers of `MultiFollower-v0` respond to a design: the equilibrium that damped best response reaches, with the
 * most that one of them would still gain by its best response. Where it does not converge the gap says so.
 */
export function dampedOwnResponse(game: MultiFollower, leader: LeaderAnswers): OwnResponse {
  const lane = singleLane(game);
  lane.reset();
  const design = Float64Array.from(leader.act(lane.observation(0), new Rng('design')));
  const system = followerSystem(game);
  const { profile } = dampedBestResponse(system, design, equilibriumOptions('dampedOwnResponse', {}));
  lane.act(0, design);
  lane.commit();
  game.followerIndices.forEach((agent, i) => {
    lane.act(agent, game.setting.encode(i, profile));
  });
  lane.step();
  return {
    values: game.agents.map((_, agent) => lane.reward(agent)),
    equilibrium: { notion: 'Nash', gap: bestResponseGap(system, design, profile) },
    response: 'damped best response',
  };
}
