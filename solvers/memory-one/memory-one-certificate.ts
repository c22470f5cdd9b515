import {
  type FollowerKind,
  type IteratedGame,
  type MemoryOneModel,
  memoryOneModel,
  totalWeight,
} from './memory-one-model.js';

/** A proof that no commitment earns the leader more than `upperBound`. */
export interface MemoryOneCertificate {
  readonly upperBound: number;
  /** Every outcome of a step satisfies `u * leader + w * follower <= c`. */
  readonly u: 1;
  readonly w: number;
  readonly c: number;
  /** The same at the last step, where a time-aware follower plays a best response to the stage; else equal to `c`. */
  readonly lastC: number;
  /** What the follower can secure over the whole horizon. */
  readonly followerSecurity: number;
}

/** A certificate beside a value that was found. */
export interface CertifiedGap extends MemoryOneCertificate {
  readonly gap: number;
  readonly tight: boolean;
}

/** A joint outcome of one step: what it pays the leader and the follower. */
interface Outcome {
  readonly leader: number;
  readonly follower: number;
}

/** A gap of at most this share of the leader's payoff range over the whole horizon counts as tight. */
const TIGHT = 1e-4;
const SAME = 1e-12;

/**
 * An upper bound on the leader's value in an iterated 2 x 2 game, over all memory-1 commitments, mixed ones included
 * (a Lagrangian of the folk-theorem polygon; for zero-determinant leaders compare Press & Dyson, PNAS 2012).
 *
 * Let D be the sum of the discount weights d_t, and L, F the totals of a commitment and a best response to it. For
 * any w >= 0 let c be the largest `leader + w * follower` over the four outcomes of a step. Then L + w F <= c D,
 * and F >= S, what the follower can secure, so L <= c D - w S. Two facts hold by kind of follower:
 *
 * - S. The follower knows the commitment. If it can tell which of its observations the leader acts on, it can
 *   best-respond to that action at every step, and so gets at least the mixed minmax of the stage (the leader
 *   mixing to hold it down) each time: S = D * minmax. With perfect recall (time-aware) it always can. A stationary
 *   follower can if both see the same (memory `full` or `none`): the step-wise best response is then a map from
 *   its observation to an action. With memory `small` the leader acts on the follower's last action, which a
 *   stationary follower does not see, and the minmax can be out of its reach (payoffs [[0, 2], [2, 1]], horizon 10:
 *   12.74 against 40 / 3); a constant action still secures its pure maximin: S = D * maximin.
 * - The last step. A time-aware follower has nothing left to lose there and best-responds to the stage whatever
 *   was played before, so that the last outcome lies in the hull of (mixed action, best response to it), and c may
 *   be replaced there by the maximum over that set (the Stackelberg value of the stage for leader + w * follower).
 *   A stationary follower gives no such promise.
 *
 * `w` minimises the bound. The bound need not be attained; memory-1 commitments may fall short of it.
 *
 * @throws InvalidArgument if the game is malformed (see `memoryOneModel`).
 */
export function boundCommitment(game: IteratedGame, follower: FollowerKind): MemoryOneCertificate {
  const model = memoryOneModel(game);
  const outcomes = stageOutcomes(model);
  const last = follower === 'time-aware' ? bestResponseOutcomes(model) : outcomes;
  const total = totalWeight(model);
  const lastWeight = model.discount ** (model.horizon - 1);
  const followerSecurity = total * stageSecurity(model, follower);
  const certificates = multipliers([outcomes, last]).map((w) => {
    const c = support(outcomes, w);
    const lastC = support(last, w);
    const upperBound = c * (total - lastWeight) + lastC * lastWeight - w * followerSecurity;
    return { upperBound, u: 1 as const, w, c, lastC, followerSecurity };
  });
  return certificates.reduce((best, one) => (one.upperBound < best.upperBound ? one : best));
}

/** `boundCommitment` compared with a value that some commitment earns. */
export function certifyCommitment(game: IteratedGame, follower: FollowerKind, value: number): CertifiedGap {
  const certificate = boundCommitment(game, follower);
  const model = memoryOneModel(game);
  const range = Math.max(...model.leader) - Math.min(...model.leader);
  const gap = certificate.upperBound - value;
  return { ...certificate, gap, tight: gap <= TIGHT * range * totalWeight(model) };
}

function stageOutcomes({ leader, follower }: MemoryOneModel): Outcome[] {
  return Array.from(leader, (payoff, i) => ({ leader: payoff, follower: follower[i] }));
}

/** The least the follower can be held to in a step, by what it knows. */
function stageSecurity(model: MemoryOneModel, kind: FollowerKind): number {
  const { follower } = model;
  if (kind === 'stationary' && model.memory === 'small') {
    return Math.max(Math.min(follower[0], follower[1]), Math.min(follower[2], follower[3]));
  }
  return Math.min(...criticalMixtures(follower).map((q) => Math.max(...responsePayoffs(follower, q))));
}

/** The follower's (or leader's) expected payoffs of follower actions 0 and 1 when the leader plays 0 with chance q. */
function responsePayoffs(payoffs: Float64Array, q: number): [number, number] {
  return [q * payoffs[0] + (1 - q) * payoffs[1], q * payoffs[2] + (1 - q) * payoffs[3]];
}

/** The leader mixtures between which the follower's best response is constant: 0, 1 and where it is indifferent. */
function criticalMixtures(follower: Float64Array): number[] {
  const gain0 = follower[0] - follower[2];
  const gain1 = follower[1] - follower[3];
  return gain0 * gain1 < 0 ? [0, 1, gain1 / (gain1 - gain0)] : [0, 1];
}

/** The extreme points of {(mixture, best response)} as outcomes. */
function bestResponseOutcomes({ leader, follower }: MemoryOneModel): Outcome[] {
  const scale = Math.max(...follower.map(Math.abs));
  return criticalMixtures(follower).flatMap((q) => {
    const payoffs = responsePayoffs(follower, q);
    const best = Math.max(...payoffs);
    const earned = responsePayoffs(leader, q);
    return payoffs.flatMap((payoff, b) =>
      payoff >= best - SAME * scale ? [{ leader: earned[b], follower: payoff }] : [],
    );
  });
}

/** The largest `leader + w * follower`. */
function support(outcomes: readonly Outcome[], w: number): number {
  return Math.max(...outcomes.map((outcome) => outcome.leader + w * outcome.follower));
}

/** The bound is convex and piecewise linear in w: it is least at 0 or where two outcomes of one set are level. */
function multipliers(sets: readonly (readonly Outcome[])[]): number[] {
  const found = [0];
  for (const outcomes of sets) {
    for (const a of outcomes) {
      for (const b of outcomes) {
        const w = (a.leader - b.leader) / (b.follower - a.follower);
        if (w > 0 && Number.isFinite(w)) found.push(w);
      }
    }
  }
  return found;
}
