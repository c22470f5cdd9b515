import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle, OracleContext, Query, Responder, Response } from '../envs/core/stackelberg.js';
import { StackelbergRouting } from '../envs/routing/stackelberg-routing.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import { type WardropPlay, wardropPlay } from '../solvers/routing/response.js';

/**
 * The users of `StackelbergRouting-v0` in Wardrop equilibrium (Wardrop 1952), computed by path equilibration. The leader is asked
 * for its flow or tolls once, and the response certifies a Nash equilibrium of infinitely small users, with the measured gap: what one
 * of them would still gain by another path. In play they respond to what they see.
 */
export class WardropResponse implements Oracle {
  readonly name = 'wardrop-response';

  /** @throws InvalidArgument for a game of another class */
  start({ lane, leader }: OracleContext): Responder {
    const game = routingGame('WardropResponse', lane.game);
    let seen: Float64Array | undefined;
    let play: WardropPlay | undefined;
    const respondTo = (action: Float64Array): WardropPlay => {
      if (play === undefined || seen === undefined || !seen.every((value, k) => value === action[k])) {
        play = wardropPlay(game, action);
        seen = Float64Array.from(action);
      }
      return play;
    };
    const policy = { act: (action: Float64Array) => respondTo(action).weights.slice() };
    return {
      *respond(): Response {
        lane.reset();
        const query: Query = { observation: lane.observation(leader), answer: 'action' };
        const { gap } = respondTo(yield query).flow;
        return { mixture: [{ follower_0: policy }], notion: 'Nash', gap };
      },
      reset() {},
    };
  }
}

/** @throws InvalidArgument unless a game is one of routing */
export function routingGame(owner: string, game: MarkovGame): StackelbergRouting {
  if (game instanceof StackelbergRouting) return game;
  throw new InvalidArgument(
    `${owner}: expected a game StackelbergRouting, got ${describe(game.constructor.name)}.`,
  );
}
