import type { GameModel } from '../envs/core/model.js';
import type { FollowerPolicy } from '../envs/core/stackelberg.js';
import { SecurityGame } from '../envs/security/security-game.js';
import { InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { type CommitmentTable, isOneShot, onlyFollower } from './best-response.js';
import type { QuantalFollower, SubjectiveQuantalFollower } from './follower-model.js';

export interface QuantalResponse {
  readonly leaderValue: number;
  readonly followerValue: number;
  readonly policy: FollowerPolicy;
}

/** What a follower that has seen something expects of each of its actions, weighted by the chance of seeing it. */
interface Sight {
  readonly leader: Float64Array;
  readonly follower: Float64Array;
  mass: number;
}

/**
 * A boundedly rational follower's response to a commitment in a one-shot game, and the exact expected returns: logit
 * quantal response (McKelvey & Palfrey 1995; QR in security games: Yang et al. 2011), or in security games also
 * subjective utility quantal response (Nguyen et al. 2013).
 *
 * @throws InvalidArgument unless the game is one-shot with one follower, and a security game for subjective utilities
 */
export function quantalResponse(
  model: GameModel,
  commitment: CommitmentTable,
  follower: QuantalFollower | SubjectiveQuantalFollower,
): QuantalResponse {
  if (!isOneShot(model)) {
    throw new InvalidArgument(
      `A ${follower.kind} follower needs a game of one step, got ${model.game.constructor.name}.`,
    );
  }
  const me = onlyFollower(model);
  const sights = seen(model, me, commitment);
  const known = new Map<number, Float64Array>();
  let [leaderValue, followerValue] = [0, 0];
  for (const [observation, sight] of sights) {
    const probabilities = softmax(exponents(model, me, observation, sight, follower));
    known.set(observation, probabilities);
    probabilities.forEach((p, b) => {
      leaderValue += p * sight.leader[b];
      followerValue += p * sight.follower[b];
    });
  }
  return { leaderValue, followerValue, policy: policyOf(model, me, known) };
}

/** Unnormalised expected payoffs for each follower observation: they add up to values over all of them. */
function seen(model: GameModel, me: number, commitment: CommitmentTable): Map<number, Sight> {
  const leader = model.game.leaderIndex;
  const n = model.actionCounts[me];
  const sights = new Map<number, Sight>();
  for (const { state, probability } of model.initial) {
    const row = commitment[model.observation(state, leader)];
    for (let a = 0; a < row.length; a++) {
      if (row[a] === 0) continue;
      const mass = probability * row[a];
      const observation = model.observationAfterCommit(state, me, leader, a);
      let sight = sights.get(observation);
      if (sight === undefined) {
        sight = { leader: new Float64Array(n), follower: new Float64Array(n), mass: 0 };
        sights.set(observation, sight);
      }
      sight.mass += mass;
      for (let b = 0; b < n; b++) {
        const joint = leader === 0 ? a + model.actionCounts[0] * b : b + model.actionCounts[0] * a;
        for (const outcome of model.outcomes(state, joint)) {
          sight.leader[b] += mass * outcome.probability * outcome.rewards[leader];
          sight.follower[b] += mass * outcome.probability * outcome.rewards[me];
        }
      }
    }
  }
  return sights;
}

function exponents(
  model: GameModel,
  me: number,
  observation: number,
  sight: Sight,
  follower: QuantalFollower | SubjectiveQuantalFollower,
): Float64Array {
  if (follower.kind === 'quantal') return sight.follower.map((u) => (follower.rationality * u) / sight.mass);
  if (!(model.game instanceof SecurityGame)) {
    throw new InvalidArgument(
      `A subjective-quantal follower needs a security game, got ${model.game.constructor.name}.`,
    );
  }
  const coverage: ArrayLike<number> = model.observationValue(me, observation);
  const [w1, w2, w3] = follower.weights;
  return Float64Array.from(
    model.game.targets,
    (t, i) => w1 * coverage[i] + w2 * t.attackerUncovered + w3 * t.attackerCovered,
  );
}

/** Probabilities proportional to exp(x), without overflow. */
export function softmax(x: Float64Array): Float64Array {
  const highest = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = x.map((value) => Math.exp(value - highest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** Draws from the response; uniformly where the commitment never leads. */
function policyOf(model: GameModel, me: number, known: ReadonlyMap<number, Float64Array>): FollowerPolicy {
  const n = model.actionCounts[me];
  const uniform = new Float64Array(n).fill(1 / n);
  const probabilities = (observation: any) => known.get(model.numberOf(me, observation)) ?? uniform;
  return {
    probabilities,
    act: (observation: any, rng: Rng) => model.actionValue(me, rng.categorical(probabilities(observation))),
  };
}
