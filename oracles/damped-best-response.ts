import {
  type JointFollowerPolicy,
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  uncertified,
} from '../envs/core/stackelberg.js';
import type { TypedArray } from '../gymnasium/types.js';
import {
  dampedBestResponse,
  type EquilibriumOptions,
  equilibriumOptions,
  followerSystem,
} from '../solvers/multi-follower/equilibrium.js';

/**
 * The followers of `MultiFollower-v0` at the equilibrium that damped best response reaches (Wang et al. 2022). They
 * see the leader's design before they move and respond to what they see, so the leader is asked nothing, and nothing is
 * certified before there is a design: `evaluateCommitment` without an oracle measures the gap of the same response. Where
 * damped best response does not converge within `iterations` they play where it stands.
 */
export class DampedBestResponse implements Oracle {
  readonly name = 'damped-best-response';
  private readonly options: Required<EquilibriumOptions>;

  /** @throws InvalidArgument for malformed options */
  constructor(options: EquilibriumOptions = {}) {
    this.options = equilibriumOptions('DampedBestResponse', options);
  }

  /** @throws InvalidArgument for a game of another class */
  start({ lane: { game } }: OracleContext): Responder {
    const system = followerSystem(game);
    let seen: TypedArray | undefined;
    let profile = system.start();
    const equilibriumOf = (design: TypedArray) => {
      if (seen === undefined || !seen.every((value, k) => value === design[k])) {
        seen = design.slice();
        ({ profile } = dampedBestResponse(system, seen, this.options));
      }
      return profile;
    };
    const policies: JointFollowerPolicy = Object.fromEntries(
      game.followerIndices.map((agent, i) => [
        game.agents[agent].id,
        { act: (design: TypedArray) => system.setting.encode(i, equilibriumOf(design)) },
      ]),
    );
    return {
      // biome-ignore lint/correctness/useYield: no queries are needed
      *respond(): Response {
        return uncertified(policies);
      },
      reset() {},
    };
  }
}
