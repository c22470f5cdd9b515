import { EnumeratingRng } from '../envs/core/enumerating-rng.js';
import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame, TypeProfile } from '../envs/core/markov-game.js';
import type { FollowerPolicy, JointFollowerPolicy } from '../envs/core/stackelberg.js';
import { singleLane } from '../envs/core/views.js';
import { describe, InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';
import { Discrete } from '../gymnasium/spaces/discrete.js';
import type { AgentId } from '../gymnasium/types.js';
import type { LeaderAnswers } from './commitment.js';

/** A follower's mixed strategy: the probabilities of its actions, a row a type. */
export type TypeStrategy = readonly ArrayLike<number>[];

/** Every follower's mixed strategy, in the order of `InducedGame.followers`. */
export type StrategyProfile = readonly TypeStrategy[];

/** Steps after which an episode counts as endless. */
const maxSteps = 100_000;
const maxPayoffs = 2 ** 22;

/**
 * The game in strategic form that the followers play among themselves once the leader has committed: a Bayesian game
 * where they have private types. Payoffs are exact: every joint type and joint action is played out, and the draws of the game
 * and of a leader that mixes are enumerated.
 */
export class InducedGame {
  /** The followers, in the order of `game.followerIndices`. */
  readonly followers: readonly AgentId[];
  /** One profile with probability 1 where followers have no types. */
  readonly profiles: readonly TypeProfile[];
  readonly typeCounts: readonly number[];
  readonly actionCounts: readonly number[];
  /** Number of joint actions; joint action = a_0 + n_0 (a_1 + n_1 (a_2 + ...)). */
  readonly jointActions: number;
  /** Discounted returns by (profile, joint action, player): the leader's, then each follower's. */
  readonly payoffs: Float64Array;
  private readonly firstActions: readonly number[];
  /** Of each follower, the type that a first observation tells. */
  private readonly typeOf: readonly Map<string, number>[];
  /** Of each follower, a first observation that each type has. */
  private readonly sights: readonly any[][];

  /**
   * @throws InvalidArgument unless followers move once, have Discrete actions and first observations that tell their types and
   * nothing else, or if the game or its leader draws from a continuum
   */
  constructor(
    readonly game: MarkovGame,
    leader: Pick<LeaderAnswers, 'act'>,
  ) {
    checkInducible('InducedGame', game);
    const indices = game.followerIndices;
    this.followers = indices.map((k) => game.agents[k].id);
    this.profiles = game.typeProfiles ?? [{ probability: 1, types: indices.map(() => 0) }];
    this.typeCounts = indices.map((_, i) => 1 + Math.max(...this.profiles.map(({ types }) => types[i])));
    const spaces = indices.map((k) => game.agents[k].actionSpace as Discrete);
    this.actionCounts = spaces.map(({ n }) => n);
    this.firstActions = spaces.map(({ start }) => start);
    this.jointActions = this.actionCounts.reduce((product, n) => product * n, 1);
    this.typeOf = indices.map(() => new Map());
    this.sights = this.typeCounts.map((count) => new Array(count));
    const size = this.profiles.length * this.jointActions * (1 + indices.length);
    if (size > maxPayoffs) {
      throw new InvalidArgument(
        `InducedGame: expected at most ${maxPayoffs} payoffs, got ${this.profiles.length} joint types times ${this.jointActions} joint actions.`,
      );
    }
    this.payoffs = new Float64Array(size);
    this.fill(leader);
  }

  private fill(leader: Pick<LeaderAnswers, 'act'>): void {
    const lane = singleLane(this.game);
    const chance = new EnumeratingRng();
    lane.seed(chance);
    const players = 1 + this.followers.length;
    for (let profile = 0; profile < this.profiles.length; profile++) {
      if (this.game.typeProfiles !== null) lane.freezeTypes(profile);
      for (let joint = 0; joint < this.jointActions; joint++) {
        const at = (profile * this.jointActions + joint) * players;
        chance.enumerate((probability) => {
          const returns = this.play(lane, joint, leader, chance, profile);
          const p = probability();
          for (let player = 0; player < players; player++) this.payoffs[at + player] += p * returns[player];
        });
      }
    }
  }

  /** One episode with these follower actions: the discounted returns of the leader and of each follower. */
  private play(
    lane: GameLane,
    joint: number,
    leader: Pick<LeaderAnswers, 'act'>,
    chance: Rng,
    profile: number,
  ): number[] {
    const { game } = lane;
    const indices = game.followerIndices;
    const leaderIndex = game.leaderIndex;
    const returns = new Array(1 + indices.length).fill(0);
    lane.reset();
    this.noteTypes(lane, profile);
    this.actOut(lane, joint);
    let weight = 1;
    for (let step = 0, done = false; !done; step++, weight *= game.discount) {
      if (step === maxSteps) throw endless(game);
      if (lane.followersFirst) lane.commit();
      lane.act(leaderIndex, leader.act(lane.observation(leaderIndex), chance));
      done = lane.step();
      returns[0] += weight * lane.reward(leaderIndex);
      for (let i = 0; i < indices.length; i++) returns[i + 1] += weight * lane.reward(indices[i]);
    }
    return returns;
  }

  private actOut(lane: GameLane, joint: number): void {
    let rest = joint;
    lane.game.followerIndices.forEach((k, i) => {
      const n = this.actionCounts[i];
      lane.act(k, this.firstActions[i] + (rest % n));
      rest = Math.floor(rest / n);
    });
  }

  private noteTypes(lane: GameLane, profile: number): void {
    lane.game.followerIndices.forEach((k, i) => {
      const type = this.profiles[profile].types[i];
      const seen = lane.observation(k);
      const told = this.typeOf[i].get(String(seen)) ?? type;
      this.sights[i][type] ??= seen;
      if (told !== type || String(this.sights[i][type]) !== String(seen)) {
        throw new InvalidArgument(
          `InducedGame: expected the first observation of ${this.followers[i]} to tell its type and nothing else, got ${describe(seen)} for type ${type} in ${lane.game.constructor.name}.`,
        );
      }
      this.typeOf[i].set(String(seen), type);
    });
  }

  /**
   * What `policies` play here: the probabilities that they tell, else those of the integer and categorical draws that they
   * make. A type that no profile has plays its first action.
   *
   * @throws InvalidArgument for a policy that draws from a continuum and tells no probabilities
   */
  strategies(policies: JointFollowerPolicy): StrategyProfile {
    return this.followers.map((id, i) =>
      Array.from(this.sights[i], (seen) => {
        const policy = policies[id];
        if (seen === undefined) return Float64Array.of(1, ...new Array(this.actionCounts[i] - 1).fill(0));
        return policy.probabilities ? policy.probabilities(seen) : this.drawn(policy, i, seen);
      }),
    );
  }

  private drawn(policy: FollowerPolicy, i: number, seen: any): Float64Array {
    const row = new Float64Array(this.actionCounts[i]);
    const chance = new EnumeratingRng();
    chance.enumerate((probability) => {
      policy.reset?.();
      const action = policy.act(seen, chance);
      row[action - this.firstActions[i]] += probability();
    });
    return row;
  }

  /** The joint policy that plays these strategies. */
  policies(strategies: StrategyProfile): JointFollowerPolicy {
    const rowOf = (i: number) => (observation: any) =>
      strategies[i][this.typeOf[i].get(String(observation)) ?? 0];
    return Object.fromEntries(this.followers.map((id, i) => [id, rowPolicy(rowOf(i), this.firstActions[i])]));
  }

  /** Expected returns of the leader and of each follower. */
  values(strategies: StrategyProfile): Float64Array {
    const players = 1 + this.followers.length;
    const values = new Float64Array(players);
    this.profiles.forEach(({ probability, types }, profile) => {
      if (probability === 0) return;
      this.eachJoint(strategies, types, -1, (joint, p) => {
        const at = (profile * this.jointActions + joint) * players;
        for (let player = 0; player < players; player++) {
          values[player] += probability * p * this.payoffs[at + player];
        }
      });
    });
    return values;
  }

  /**
   * What each action of follower `i` of type `type` is worth against the others' strategies, as an expectation given
   * that type: to itself, or to another `player` (0 is the leader, then come the followers). Null for a type of probability 0.
   */
  actionValues(strategies: StrategyProfile, i: number, type: number, player = 1 + i): Float64Array | null {
    const players = 1 + this.followers.length;
    const values = new Float64Array(this.actionCounts[i]);
    const stride = this.actionCounts.slice(0, i).reduce((product, n) => product * n, 1);
    let mass = 0;
    this.profiles.forEach(({ probability, types }, profile) => {
      if (types[i] !== type || probability === 0) return;
      mass += probability;
      this.eachJoint(strategies, types, i, (joint, p) => {
        for (let action = 0; action < values.length; action++) {
          const at = (profile * this.jointActions + joint + action * stride) * players;
          values[action] += probability * p * this.payoffs[at + player];
        }
      });
    });
    return mass === 0 ? null : values.map((value) => value / mass);
  }

  /** Joint actions of positive probability, follower `except` held at its first action. */
  private eachJoint(
    strategies: StrategyProfile,
    types: readonly number[],
    except: number,
    visit: (joint: number, probability: number) => void,
  ): void {
    const go = (i: number, joint: number, stride: number, p: number): void => {
      if (i === this.followers.length) {
        visit(joint, p);
        return;
      }
      const n = this.actionCounts[i];
      if (i === except) {
        go(i + 1, joint, stride * n, p);
        return;
      }
      const row = strategies[i][types[i]];
      for (let a = 0; a < n; a++) if (row[a] > 0) go(i + 1, joint + a * stride, stride * n, p * row[a]);
    };
    go(0, 0, 1, 1);
  }
}

/** A follower that plays the probabilities in a row; where one is certain, without a draw. */
export function rowPolicy(
  rowOf: (observation: any) => ArrayLike<number>,
  firstAction: number,
): FollowerPolicy & Required<Pick<FollowerPolicy, 'probabilities'>> {
  return {
    probabilities: rowOf,
    act: (observation, rng) => {
      const row = rowOf(observation);
      const certain = Array.prototype.indexOf.call(row, 1);
      return firstAction + (certain >= 0 ? certain : rng.categorical(row));
    },
  };
}

function endless(game: MarkovGame): InvalidArgument {
  return new InvalidArgument(
    `InducedGame: expected a game that ends within ${maxSteps} steps, got ${game.constructor.name}.`,
  );
}

/** Whether the followers of a game move once, before or at once with the leader, so that it has an `InducedGame`. */
export function isInducible(game: MarkovGame): boolean {
  return whyNotInducible(game) === null;
}

/** @throws InvalidArgument saying what `InducedGame` needs */
export function checkInducible(owner: string, game: MarkovGame): void {
  const why = whyNotInducible(game);
  if (why !== null) throw new InvalidArgument(`${owner}: expected ${why}, got ${game.constructor.name}.`);
}

function whyNotInducible(game: MarkovGame): string | null {
  const followers = game.agents.filter(({ role }) => role === 'follower');
  if (!game.followersMoveOnce) return 'a game in which followers move once';
  if (game.commit && !game.followersFirst) return 'a game in which followers do not see what the leader does';
  if (followers.length === 0) return 'a game with followers';
  return followers.every(({ actionSpace }) => actionSpace instanceof Discrete)
    ? null
    : 'a game in which followers have Discrete actions';
}
