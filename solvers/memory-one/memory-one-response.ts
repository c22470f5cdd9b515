import { describe, InvalidArgument } from '../../gymnasium/error.js';
import {
  actionTables,
  type CommitmentValue,
  type FollowerKind,
  type IteratedGame,
  type MemoryOneModel,
  memoryOneModel,
  OBSERVATIONS,
  STATES,
  type Ties,
  totalWeight,
} from './memory-one-model.js';

/** Follower values closer than this share of the largest possible total are ties: what rounding may do to them. */
const TIE = 1e-13;

/** Follower policies that differ only in the first action: the action in each state, and the first actions. */
interface PolicyFamily {
  readonly actions: Uint8Array;
  readonly firstActions: readonly number[];
}

/** Evaluates commitments of one game against one kind of follower, without allocating much per call. */
export class MemoryOneEvaluator {
  readonly model: MemoryOneModel;
  private readonly tie: number;
  private readonly families: readonly PolicyFamily[];
  private readonly totals: Float64Array;
  /** Probability of the leader's action 0 in each state. */
  private readonly chance = new Float64Array(STATES);
  private followerLater = new Float64Array(STATES);
  private leaderLater = new Float64Array(STATES);
  private followerNow = new Float64Array(STATES);
  private leaderNow = new Float64Array(STATES);

  /** @throws InvalidArgument as `memoryOneModel`, or if the follower kind is unknown. */
  constructor(
    game: IteratedGame,
    readonly follower: FollowerKind,
  ) {
    if (follower !== 'time-aware' && follower !== 'stationary') {
      throw new InvalidArgument(
        `follower: expected "time-aware" or "stationary", got ${describe(follower)}.`,
      );
    }
    this.model = memoryOneModel(game);
    this.tie = TIE * totalWeight(this.model) * Math.max(...this.model.follower.map(Math.abs));
    this.families = follower === 'stationary' ? policyFamilies(this.model) : [];
    this.totals = new Float64Array(2 * this.families.length);
  }

  /**
   * What a commitment earns, `action0[o]` being the probability of action 0 at the leader's observation o. Values of
   * the follower that differ by rounding alone (1e-13 of the largest possible total) are ties.
   *
   * @throws InvalidArgument if `action0` is not one probability for each observation.
   */
  evaluate(action0: ArrayLike<number>, ties: Ties = 'leader'): CommitmentValue {
    checkCommitment(action0, this.model.observations);
    const { leader } = OBSERVATIONS[this.model.memory];
    for (let s = 0; s < STATES; s++) this.chance[s] = action0[leader[s]];
    const favour = ties === 'leader' ? 1 : -1;
    return this.follower === 'time-aware' ? this.timeAware(favour) : this.stationary(favour);
  }

  /** Backward induction over (step, state); the follower maximises its value, then `favour` x the leader's. */
  private timeAware(favour: number): CommitmentValue {
    this.followerLater.fill(0);
    this.leaderLater.fill(0);
    for (let t = this.model.horizon - 1; t > 0; t--) {
      for (let s = 1; s < STATES; s++) this.decide(s, favour);
      [this.followerNow, this.followerLater] = [this.followerLater, this.followerNow];
      [this.leaderNow, this.leaderLater] = [this.leaderLater, this.leaderNow];
    }
    this.decide(0, favour);
    return { value: this.leaderNow[0], followerValue: this.followerNow[0] };
  }

  private decide(s: number, favour: number): void {
    const { leader, follower } = this.model;
    const follower0 = this.backup(follower, this.followerLater, s, 0);
    const follower1 = this.backup(follower, this.followerLater, s, 1);
    const leader0 = this.backup(leader, this.leaderLater, s, 0);
    const leader1 = this.backup(leader, this.leaderLater, s, 1);
    const gain = follower1 - follower0;
    const second = gain > this.tie || (gain >= -this.tie && favour * (leader1 - leader0) > 0);
    this.followerNow[s] = second ? follower1 : follower0;
    this.leaderNow[s] = second ? leader1 : leader0;
  }

  /** Expected payoff, now and later, of follower action b in state s. */
  private backup(payoffs: Float64Array, later: Float64Array, s: number, b: number): number {
    const q = this.chance[s];
    const first = payoffs[2 * b] + this.model.discount * later[1 + 2 * b];
    const second = payoffs[1 + 2 * b] + this.model.discount * later[2 + 2 * b];
    return q * first + (1 - q) * second;
  }

  private stationary(favour: number): CommitmentValue {
    const best = this.evaluateFamilies();
    const floor = best - this.tie;
    let chosen: CommitmentValue | undefined;
    for (let n = 0; n < this.families.length; n++) {
      if (this.totals[2 * n] < floor && this.totals[2 * n + 1] < floor) continue;
      this.continuation(this.families[n], this.model.leader, this.leaderLater);
      for (const b of this.families[n].firstActions) {
        if (this.totals[2 * n + b] < floor) continue;
        const value = this.backup(this.model.leader, this.leaderLater, 0, b);
        if (chosen && favour * (value - chosen.value) <= 0) continue;
        chosen = { value, followerValue: this.totals[2 * n + b] };
      }
    }
    return chosen as CommitmentValue;
  }

  /** Fills `totals[2 x family + first action]` with the follower's value and returns the greatest. */
  private evaluateFamilies(): number {
    let best = Number.NEGATIVE_INFINITY;
    this.totals.fill(best);
    for (let n = 0; n < this.families.length; n++) {
      this.continuation(this.families[n], this.model.follower, this.followerLater);
      for (const b of this.families[n].firstActions) {
        const total = this.backup(this.model.follower, this.followerLater, 0, b);
        this.totals[2 * n + b] = total;
        best = Math.max(best, total);
      }
    }
    return best;
  }

  /** Writes the payoff from the second step on, by state, when the follower plays the family's actions. */
  private continuation({ actions }: PolicyFamily, payoffs: Float64Array, out: Float64Array): void {
    const { horizon, discount } = this.model;
    const now = this.followerNow;
    for (let s = 1; s < STATES; s++) {
      const b = actions[s];
      now[s] = payoffs[1 + 2 * b] + this.chance[s] * (payoffs[2 * b] - payoffs[1 + 2 * b]);
    }
    const q = this.chance;
    const [q1, q2, q3, q4] = [q[1], q[2], q[3], q[4]];
    const [b1, b2, b3, b4] = [actions[1], actions[2], actions[3], actions[4]];
    let [v1, v2, v3, v4] = [0, 0, 0, 0];
    for (let t = horizon - 1; t > 0; t--) {
      const n1 = now[1] + discount * (b1 === 0 ? v2 + q1 * (v1 - v2) : v4 + q1 * (v3 - v4));
      const n2 = now[2] + discount * (b2 === 0 ? v2 + q2 * (v1 - v2) : v4 + q2 * (v3 - v4));
      const n3 = now[3] + discount * (b3 === 0 ? v2 + q3 * (v1 - v2) : v4 + q3 * (v3 - v4));
      const n4 = now[4] + discount * (b4 === 0 ? v2 + q4 * (v1 - v2) : v4 + q4 * (v3 - v4));
      v1 = n1;
      v2 = n2;
      v3 = n3;
      v4 = n4;
    }
    out[1] = v1;
    out[2] = v2;
    out[3] = v3;
    out[4] = v4;
  }
}

/** All deterministic maps from the follower's observation to an action. */
function policyFamilies({ memory }: MemoryOneModel): PolicyFamily[] {
  const { follower } = OBSERVATIONS[memory];
  if (memory === 'none') {
    return [0, 1].map((b) => ({ actions: new Uint8Array(STATES).fill(b), firstActions: [b] }));
  }
  const later = new Set(follower).size - 1;
  return actionTables(later).map((table) => ({
    actions: Uint8Array.from(follower, (o) => (o === 0 ? 0 : table[o - 1])),
    firstActions: [0, 1],
  }));
}

function checkCommitment(action0: ArrayLike<number>, observations: number): void {
  if (action0.length !== observations) {
    throw new InvalidArgument(
      `action0: expected ${observations} probabilities, one for each of the leader's observations, got ${action0.length}.`,
    );
  }
  for (let o = 0; o < observations; o++) {
    if (action0[o] >= 0 && action0[o] <= 1) continue;
    throw new InvalidArgument(`action0[${o}]: expected a probability, got ${describe(action0[o])}.`);
  }
}
