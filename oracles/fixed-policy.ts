import {
  type FollowerPolicy,
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  uncertified,
} from '../envs/core/stackelberg.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { AgentId } from '../gymnasium/types.js';

/**
 * A follower's action for an observation by rule, or a policy. One that remembers within an episode is given by how to
 * `create` it, so that episodes side by side do not share its memory.
 */
export type FixedFollower =
  | FollowerPolicy
  | { readonly create: () => FollowerPolicy }
  | ((observation: any, rng: import('../gymnasium/rng.js').Rng) => any);

/**
 * Followers that play given policies, whatever the leader does: no queries.
 *
 * @example
 * new FixedPolicy({ follower_0: (observation) => (observation === 0 ? 0 : 1) })
 */
export class FixedPolicy implements Oracle {
  readonly name = 'fixed-policy';

  constructor(private readonly followers: Readonly<Record<AgentId, FixedFollower>>) {}

  /** @throws InvalidArgument unless there is a policy for exactly the game's followers */
  start({ lane }: OracleContext): Responder {
    const policies: Record<AgentId, FollowerPolicy> = {};
    const expected = lane.game.followerIndices.map((k) => lane.game.agents[k].id);
    const given = Object.keys(this.followers);
    if (given.length !== expected.length || !expected.every((id) => given.includes(id))) {
      throw new InvalidArgument(
        `FixedPolicy: expected policies for ${expected.join(', ')}, got ${describe(given)}.`,
      );
    }
    for (const id of expected) {
      const follower = this.followers[id];
      if (typeof follower === 'function') policies[id] = { act: follower };
      else policies[id] = 'create' in follower ? follower.create() : follower;
    }
    return {
      // biome-ignore lint/correctness/useYield: no queries are needed
      *respond(): Response {
        return uncertified(policies);
      },
      reset() {},
    };
  }
}
