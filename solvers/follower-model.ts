import { type ResponseMemory, responseMemories } from '../envs/core/stackelberg.js';
import { checkRange } from '../gymnasium/checks.js';
import { checkOptionNames, describe, InvalidArgument } from '../gymnasium/error.js';

/** A follower that draws action b with probability proportional to exp(rationality * its expected payoff at b). */
export interface QuantalFollower {
  readonly kind: 'quantal';
  /** lambda from 0 to 1e9: 0 is uniform play, the limit is a best response. Default 0.76 (fitted by Yang et al. 2011). */
  readonly rationality: number;
}

/**
 * An attacker of a security game that draws target t with probability proportional to exp(w1 * coverage of t +
 * w2 * its reward at t + w3 * its penalty at t) (SUQR; Nguyen et al. 2013).
 */
export interface SubjectiveQuantalFollower {
  readonly kind: 'subjective-quantal';
  /** [w1, w2, w3], each from -1e9 to 1e9. Default [-9.85, 0.37, 0.15]. */
  readonly weights: readonly [number, number, number];
}

/** How a follower responds to a commitment: a best response, or one that is boundedly rational. */
export type FollowerModel = ResponseMemory | QuantalFollower | SubjectiveQuantalFollower;

/** A follower model as users write it: the words `quantal` and `subjective-quantal` stand for the defaults. */
export type FollowerInput =
  | ResponseMemory
  | 'quantal'
  | 'subjective-quantal'
  | { readonly kind: 'quantal'; readonly rationality?: number }
  | { readonly kind: 'subjective-quantal'; readonly weights?: readonly number[] };

export const followerKinds: readonly string[] = [...responseMemories, 'quantal', 'subjective-quantal'];

/** Exponents are products of these and payoffs, whose sums and squares have to stay finite. */
const greatest = 1e9;

/** @throws InvalidArgument naming the field that is malformed */
export function followerModel(owner: string, input: FollowerInput): FollowerModel {
  if (responseMemories.includes(input as ResponseMemory)) return input as ResponseMemory;
  const given = (typeof input === 'string' ? { kind: input } : input) as Record<string, unknown>;
  if (given?.['kind'] === 'quantal') return quantal(owner, given);
  if (given?.['kind'] === 'subjective-quantal') return subjective(owner, given);
  throw new InvalidArgument(
    `${owner}: follower: expected one of ${followerKinds.join(', ')}, got ${describe(input)}.`,
  );
}

function quantal(owner: string, given: Record<string, unknown>): QuantalFollower {
  checkOptionNames(`${owner}: follower`, given, ['kind', 'rationality']);
  const { rationality = 0.76 } = given;
  return {
    kind: 'quantal',
    rationality: checkRange(owner, 'follower.rationality', rationality, 0, greatest),
  };
}

function subjective(owner: string, given: Record<string, unknown>): SubjectiveQuantalFollower {
  checkOptionNames(`${owner}: follower`, given, ['kind', 'weights']);
  const { weights = [-9.85, 0.37, 0.15] } = given;
  const fits =
    Array.isArray(weights) && weights.length === 3 && weights.every((w) => Math.abs(w) <= greatest);
  if (!fits || !weights.every(Number.isFinite)) {
    throw new InvalidArgument(
      `${owner}: follower.weights: expected three finite numbers from -${greatest} to ${greatest}, got ${describe(weights)}.`,
    );
  }
  return { kind: 'subjective-quantal', weights: weights as unknown as [number, number, number] };
}

/** The model in a word, for reports. */
export function followerName(follower: FollowerModel): string {
  if (typeof follower === 'string') return follower;
  return follower.kind === 'quantal'
    ? `quantal (rationality ${follower.rationality})`
    : `subjective-quantal (weights ${follower.weights.join(', ')})`;
}
