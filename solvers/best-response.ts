import type { GameModel } from '../envs/core/model.js';
import type { FollowerPolicy, ResponseMemory, TieBreaking } from '../envs/core/stackelberg.js';
import { InvalidArgument } from '../gymnasium/error.js';
import type { Rng } from '../gymnasium/rng.js';

/** A leader's commitment on a model: the probabilities of its actions for each of its observations, by number. */
export type CommitmentTable = readonly ArrayLike<number>[];

export interface BestResponse {
  readonly leaderValue: number;
  readonly followerValue: number;
  readonly policy: FollowerPolicy;
  /** The action for each follower observation, by number; only for a stationary response. */
  readonly actions?: readonly number[];
}

export interface BestResponseOptions {
  readonly memory: ResponseMemory;
  readonly ties: TieBreaking;
}

/** Values closer than this count as equal when ties are broken. */
const tolerance = 1e-9;
const maxStationaryPolicies = 2 ** 20;
const maxSteps = 100_000;

/**
 * The follower's exact best response to a commitment, with discounted expected values of both players.
 *
 * `stationary` enumerates the deterministic maps from the follower's present observation to its action. `time-aware`
 * is the best response with perfect recall: backward induction over beliefs (which are single states where the
 * follower sees everything). `myopic` is the same with the follower's choices made for the reward of the present
 * step; its value is still its whole return.
 *
 * @throws InvalidArgument unless the game has one leader and one follower, and an end
 */
export function bestResponse(
  model: GameModel,
  commitment: CommitmentTable,
  options: BestResponseOptions,
): BestResponse {
  const follower = onlyFollower(model);
  const leader = model.game.leaderIndex;
  return options.memory === 'stationary' && !isOneShot(model)
    ? stationaryResponse(model, leader, follower, commitment, options.ties)
    : new BeliefResponse(model, leader, follower, commitment, options).solve();
}

/** Whether every episode is over after one step. There all kinds of memory are the same. */
export function isOneShot(model: GameModel): boolean {
  return model.initial.every(({ state }) => model.outcomes(state, 0).every(({ next }) => model.isDone(next)));
}

/** @throws InvalidArgument unless the game has exactly one follower and two agents */
export function onlyFollower(model: GameModel): number {
  const followers = model.game.followerIndices;
  if (followers.length !== 1 || model.game.agents.length !== 2) {
    throw new InvalidArgument(
      `An exact best response needs one leader and one follower, got ${model.game.agents.length} agents of which ${followers.length} follow.`,
    );
  }
  return followers[0];
}

/** Whether (f, l) beats (bestF, bestL) for the follower, with ties broken as asked. */
function beats(f: number, l: number, bestF: number, bestL: number, ties: TieBreaking): boolean {
  const margin = tolerance * Math.max(1, Math.abs(bestF));
  if (f > bestF + margin) return true;
  if (f < bestF - margin || ties === 'lowest') return false;
  return ties === 'leader' ? l > bestL + margin : l < bestL - margin;
}

function stationaryResponse(
  model: GameModel,
  leader: number,
  follower: number,
  commitment: CommitmentTable,
  ties: TieBreaking,
): BestResponse {
  model.expandAll();
  const observations = model.observationCount(follower);
  const choices = model.actionCounts[follower];
  if (choices ** observations > maxStationaryPolicies) {
    throw new InvalidArgument(
      `A stationary best response enumerates at most ${maxStationaryPolicies} policies, but this follower has ${choices}^${observations}: respond by a time-aware one instead.`,
    );
  }
  const actions = new Int32Array(observations);
  let best: { l: number; f: number; actions: Int32Array } | null = null;
  do {
    const [l, f] = stationaryValues(model, leader, follower, commitment, actions);
    if (best === null || beats(f, l, best.f, best.l, ties)) best = { l, f, actions: actions.slice() };
  } while (increment(actions, choices));
  const chosen = best.actions;
  const policy: FollowerPolicy = {
    act: (observation) => model.actionValue(follower, chosen[model.numberOf(follower, observation)]),
  };
  return { leaderValue: best.l, followerValue: best.f, policy, actions: Array.from(chosen) };
}

/** Counts up in base `base`; false once it has wrapped around. */
function increment(digits: Int32Array, base: number): boolean {
  for (let i = 0; i < digits.length; i++) {
    if (++digits[i] < base) return true;
    digits[i] = 0;
  }
  return false;
}

/**
 * Expected discounted returns [leader, follower] of a commitment against a deterministic stationary follower.
 *
 * @param actions the follower's action number for each of its observations, by number
 */
export function stationaryValues(
  model: GameModel,
  leader: number,
  follower: number,
  commitment: CommitmentTable,
  actions: ArrayLike<number>,
): readonly [number, number] {
  let here = new Map<number, number>(model.initial.map(({ state, probability }) => [state, probability]));
  let [l, f, weight] = [0, 0, 1];
  for (let step = 0; here.size > 0; step++, weight *= model.game.discount) {
    if (weight * total(here) < 1e-14) break;
    if (step >= maxSteps) throw new InvalidArgument(`The game did not end within ${maxSteps} steps.`);
    const next = new Map<number, number>();
    for (const [state, mass] of here) {
      forEachLeaderAction(model, leader, commitment, state, (a, p) => {
        const b = actions[model.observationAfterCommit(state, follower, leader, a)];
        for (const outcome of model.outcomes(state, joint(model, leader, a, b))) {
          const weighted = mass * p * outcome.probability;
          l += weight * weighted * outcome.rewards[leader];
          f += weight * weighted * outcome.rewards[follower];
          if (!model.isDone(outcome.next)) next.set(outcome.next, (next.get(outcome.next) ?? 0) + weighted);
        }
      });
    }
    here = next;
  }
  return [l, f];
}

/** Probability that the game still goes on. */
function total(masses: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const mass of masses.values()) sum += mass;
  return sum;
}

function joint(model: GameModel, leader: number, a: number, b: number): number {
  return leader === 0 ? a + model.actionCounts[0] * b : b + model.actionCounts[0] * a;
}

function forEachLeaderAction(
  model: GameModel,
  leader: number,
  commitment: CommitmentTable,
  state: number,
  visit: (action: number, probability: number) => void,
): void {
  const row = commitment[model.observation(state, leader)];
  for (let a = 0; a < row.length; a++) if (row[a] > 0) visit(a, row[a]);
}

interface Branch {
  readonly state: number;
  readonly action: number;
  readonly weight: number;
}

/** A distribution over states before the follower looks. */
type Belief = ReadonlyMap<number, number>;

interface Decision {
  readonly l: number;
  readonly f: number;
  /** What the follower maximises. */
  readonly goal: number;
  readonly action: number;
}

/** Best response with perfect recall: the follower remembers what it saw and did. */
class BeliefResponse {
  private readonly decisions = new Map<string, Decision>();
  private readonly open = new Set<string>();

  constructor(
    private readonly model: GameModel,
    private readonly leader: number,
    private readonly follower: number,
    private readonly commitment: CommitmentTable,
    private readonly options: BestResponseOptions,
  ) {}

  solve(): BestResponse {
    const start: Belief = new Map(this.model.initial.map(({ state, probability }) => [state, probability]));
    const [leaderValue, followerValue] = this.value(start);
    return { leaderValue, followerValue, policy: this.policy(start) };
  }

  /** Expected returns from a belief, which need not sum to 1. */
  private value(belief: Belief): readonly [number, number] {
    let [l, f] = [0, 0];
    for (const branches of this.look(belief, false).values()) {
      const mass = branches.reduce((sum, branch) => sum + branch.weight, 0);
      const decision = this.decide(branches, mass);
      l += mass * decision.l;
      f += mass * decision.f;
    }
    return [l, f];
  }

  /** Splits a belief by what the follower then sees; `tremble` lets the leader play every action. */
  private look(belief: Belief, tremble: boolean): Map<number, Branch[]> {
    const groups = new Map<number, Branch[]>();
    for (const [state, mass] of belief) {
      const visit = (action: number, p: number) => {
        const seen = this.model.observationAfterCommit(state, this.follower, this.leader, action);
        const group = groups.get(seen);
        const branch = { state, action, weight: mass * p };
        if (group) group.push(branch);
        else groups.set(seen, [branch]);
      };
      if (tremble) {
        const n = this.model.actionCounts[this.leader];
        for (let a = 0; a < n; a++) visit(a, 1 / n);
      } else forEachLeaderAction(this.model, this.leader, this.commitment, state, visit);
    }
    return groups;
  }

  private decide(branches: readonly Branch[], mass: number): Decision {
    const key = branches.map((b) => `${b.state}:${b.action}:${(b.weight / mass).toPrecision(12)}`).join();
    const known = this.decisions.get(key);
    if (known) return known;
    if (this.open.has(key)) throw new InvalidArgument('A time-aware best response needs a game that ends.');
    this.open.add(key);
    const { memory, ties } = this.options;
    let best: Decision | null = null;
    for (let action = 0; action < this.model.actionCounts[this.follower]; action++) {
      const { l, f, next } = this.advance(branches, action, mass);
      const [nextL, nextF] = this.value(next);
      const gamma = this.model.game.discount;
      const [totalL, totalF] = [l + gamma * nextL, f + gamma * nextF];
      const goal = memory === 'myopic' ? f : totalF;
      if (best === null || beats(goal, totalL, best.goal, best.l, ties))
        best = { l: totalL, f: totalF, goal, action };
    }
    this.open.delete(key);
    this.decisions.set(key, best!);
    return best!;
  }

  /** Rewards of one follower action, and the belief after it; all normalised by `mass`. */
  private advance(
    branches: readonly Branch[],
    action: number,
    mass: number,
  ): { l: number; f: number; next: Belief } {
    const next = new Map<number, number>();
    let [l, f] = [0, 0];
    for (const branch of branches) {
      for (const outcome of this.model.outcomes(
        branch.state,
        joint(this.model, this.leader, branch.action, action),
      )) {
        const p = (branch.weight / mass) * outcome.probability;
        l += p * outcome.rewards[this.leader];
        f += p * outcome.rewards[this.follower];
        if (!this.model.isDone(outcome.next)) next.set(outcome.next, (next.get(outcome.next) ?? 0) + p);
      }
    }
    return { l, f, next };
  }

  /** Plays the decisions; where the leader does what it was not expected to, as if its hand had trembled. */
  private policy(start: Belief): FollowerPolicy {
    let belief = start;
    let trembled = start;
    return {
      reset: () => {
        belief = start;
        trembled = start;
      },
      act: (observation: any, _rng: Rng) => {
        const seen = this.model.numberOf(this.follower, observation);
        const branches = this.look(belief, false).get(seen) ?? this.look(trembled, true).get(seen);
        if (branches === undefined) return this.model.actionValue(this.follower, 0);
        const mass = branches.reduce((sum, branch) => sum + branch.weight, 0);
        const { action } = this.decide(branches, mass);
        belief = this.advance(branches, action, mass).next;
        trembled = this.advance(this.trembles(branches, seen), action, mass).next;
        return this.model.actionValue(this.follower, action);
      },
    };
  }

  /** Whatever else the leader may have played in these states, as far as the follower could not see it. */
  private trembles(branches: readonly Branch[], seen: number): Branch[] {
    const { model, leader, follower } = this;
    const actions = Array.from({ length: model.actionCounts[leader] }, (_, action) => action);
    return branches.flatMap(({ state, weight }) =>
      actions
        .filter((action) => model.observationAfterCommit(state, follower, leader, action) === seen)
        .map((action) => ({ state, action, weight })),
    );
  }
}
