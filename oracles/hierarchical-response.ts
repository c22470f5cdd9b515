import type { MarkovGame } from '../envs/core/markov-game.js';
import {
  type Oracle,
  type OracleContext,
  type Responder,
  type Response,
  uncertified,
} from '../envs/core/stackelberg.js';
import { ChainCosts } from '../envs/hierarchical/costs.js';
import { StructuredHierarchicalGame } from '../envs/hierarchical/structured-hierarchical-game.js';
import { checkOptionNames, GymError, InvalidArgument } from '../gymnasium/error.js';
import { chainResponse } from '../solvers/hierarchical/chain-exact.js';
import {
  type DescentOptions,
  descend,
  descentOptions,
} from '../solvers/hierarchical/differential-backward-induction.js';

/** How the lower levels descend, outside chains: see `DescentOptions`. */
export type HierarchicalResponseOptions = Omit<DescentOptions, 'method'>;

const mostKept = 4096;

/**
 * The followers of a structured hierarchical game as a tree: one query asks for the root's action, and the levels
 * below answer it. In a chain they play the subgame-perfect response, exactly; elsewhere they end where differential
 * backward induction of the lower levels ends, with the root's action held fixed (Li et al. 2022). Each follower
 * plays its part of the response to the root's action that it sees, or to the answer where it has seen none.
 *
 * @throws GymError while responding, where the descent does not settle
 */
export class HierarchicalResponse implements Oracle {
  readonly name = 'hierarchical-response';
  private readonly options: Required<DescentOptions>;

  constructor(options: HierarchicalResponseOptions = {}) {
    checkOptionNames('HierarchicalResponse', options, ['learningRate', 'start', 'iterations', 'tolerance']);
    this.options = descentOptions('HierarchicalResponse', { ...options });
  }

  /** @throws InvalidArgument for another kind of game */
  start({ lane: { game } }: OracleContext): Responder {
    if (!isHierarchy(game)) {
      throw new InvalidArgument(
        `HierarchicalResponse: expected a StructuredHierarchicalGame, got ${game.constructor.name}.`,
      );
    }
    const known = new Map<number, Float64Array>();
    const respondTo = (root: number): Float64Array => {
      const response = known.get(root) ?? this.joint(game, root);
      if (known.size < mostKept) known.set(root, response);
      return response;
    };
    return {
      *respond(): Response {
        const [answer] = yield { observation: 0, answer: 'action' };
        const policy = (follower: number) => ({
          act: ([moved, seen]: Float64Array) =>
            Float64Array.of(respondTo(moved === 1 ? seen : answer)[follower]),
        });
        return uncertified(
          Object.fromEntries(game.followerIndices.map((k) => [game.agents[k].id, policy(k)])),
        );
      },
      reset() {},
    };
  }

  private joint(game: StructuredHierarchicalGame, root: number): Float64Array {
    if (game.costs instanceof ChainCosts) return chainResponse(root);
    const { actions, converged, residual, iterations } = descend(game, this.options, root);
    if (converged) return actions;
    throw new GymError(
      `HierarchicalResponse: expected the lower levels to settle below ${root}, got a gradient of ${residual} after ${iterations} steps: lower learningRate or raise iterations.`,
    );
  }
}

function isHierarchy(game: MarkovGame): game is StructuredHierarchicalGame {
  return game instanceof StructuredHierarchicalGame;
}
