import type { GameModel } from '../envs/core/model.js';
import type { FollowerPolicy, TieBreaking } from '../envs/core/stackelberg.js';
import { bestResponse, type CommitmentTable } from './best-response.js';
import type { FollowerModel } from './follower-model.js';
import { quantalResponse } from './quantal-response.js';

/** The follower's exact response to a commitment under a model of it, with the expected returns of both. */
export function respond(
  model: GameModel,
  commitment: CommitmentTable,
  follower: FollowerModel,
  ties: TieBreaking,
): { readonly leaderValue: number; readonly followerValue: number; readonly policy: FollowerPolicy } {
  if (typeof follower !== 'string') return quantalResponse(model, commitment, follower);
  return bestResponse(model, commitment, { memory: follower, ties });
}
