import type { Oracle, OracleContext, Responder } from '../envs/core/stackelberg.js';
import { SecurityGame } from '../envs/security/security-game.js';
import { InvalidArgument } from '../gymnasium/error.js';
import {
  followerModel,
  type QuantalFollower,
  type SubjectiveQuantalFollower,
} from '../solvers/follower-model.js';
import { quantalResponse } from '../solvers/quantal-response.js';
import { exactResponder } from './exact-best-response.js';

export interface QuantalResponseOptions {
  /** lambda >= 0: 0 is uniform play, the limit is a best response. Default 0.76. */
  readonly rationality?: number;
}

/**
 * A follower that draws each action with probability proportional to exp(rationality * its exact expected payoff),
 * given the leader's answers (logit quantal response; McKelvey & Palfrey 1995). For one-shot games.
 */
export class QuantalResponse implements Oracle {
  readonly name = 'quantal';
  readonly follower: QuantalFollower;

  constructor(options: QuantalResponseOptions = {}) {
    this.follower = followerModel('QuantalResponse', { ...options, kind: 'quantal' }) as QuantalFollower;
  }

  /**
   * @throws InvalidArgument for a leader that moves after its follower; responding does unless the game is one-shot with one
   * leader and one follower
   */
  start(context: OracleContext): Responder {
    return exactResponder(this, context, {}, (model, table) => quantalResponse(model, table, this.follower));
  }
}

export interface SubjectiveQuantalResponseOptions {
  /** Weights of coverage, reward and penalty. Default [-9.85, 0.37, 0.15]. */
  readonly weights?: readonly number[];
}

/** The attacker of a security game by subjective utility quantal response (SUQR; Nguyen et al. 2013). */
export class SubjectiveQuantalResponse implements Oracle {
  readonly name = 'subjective-quantal';
  readonly follower: SubjectiveQuantalFollower;

  constructor(options: SubjectiveQuantalResponseOptions = {}) {
    this.follower = followerModel('SubjectiveQuantalResponse', {
      ...options,
      kind: 'subjective-quantal',
    }) as SubjectiveQuantalFollower;
  }

  /** @throws InvalidArgument unless the game is a security game */
  start(context: OracleContext): Responder {
    const { game } = context.lane;
    if (!(game instanceof SecurityGame)) {
      throw new InvalidArgument(
        `SubjectiveQuantalResponse: expected a security game, got ${game.constructor.name}.`,
      );
    }
    return exactResponder(this, context, {}, (model, table) => quantalResponse(model, table, this.follower));
  }
}
