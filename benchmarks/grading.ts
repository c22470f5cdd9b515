import type { MarkovGame } from '../envs/core/markov-game.js';
import type { Oracle } from '../envs/core/stackelberg.js';
import { Rng } from '../gymnasium/rng.js';
import type { ActingPolicy } from '../solvers/commitment.js';
import { hasDiscreteLeader, leaderSpaces } from '../solvers/commitment.js';
import { evaluateCommitment } from '../solvers/evaluate.js';
import type { FollowerInput } from '../solvers/follower-model.js';
import { greedyCommitment } from '../wrappers/leader-commitment.js';
import type { StackelbergVectorEnv } from '../wrappers/stackelberg-vector.js';

/** Up to this many deterministic commitments are enumerated, else as many as this are drawn. */
const enumerated = 4096;
const drawn = 64;
/** The same where each is graded by responses of an oracle. */
const drawnForOracle = 8;
/** Responses of an oracle that grades by itself. */
const gradingResponses = 20;
/** Episodes that a leader without followers is graded over as it learns, and in the end. */
const gradingEpisodes = 1000;
const finalEpisodes = 40_000;

/**
 * Grades a leader that learns in an outer MDP, through `evaluateCommitment` alone. Values of deterministic commitments
 * are remembered.
 */
export class Grader {
  private readonly known = new Map<string, Promise<number>>();

  constructor(
    private readonly outer: StackelbergVectorEnv,
    private readonly optimum: number,
    private readonly follower: FollowerInput = 'stationary',
    /** Grades by responses of this oracle. */
    private readonly oracle?: Oracle,
    /** The game that values are of; default the one that the leader learns in, which may pay it otherwise. */
    private readonly game: MarkovGame = outer.game,
  ) {}

  /**
   * Value of the policy's likeliest actions, as exactly as it can be had: what a result reports. Of a leader without followers it
   * is a mean over episodes, and has a standard error.
   */
  async final(policy: ActingPolicy): Promise<{ readonly value: number; readonly standardError?: number }> {
    if (this.game.followerIndices.length > 0) return { value: await this.greedy(policy) };
    const options = { optimum: this.optimum, greedy: true, episodes: finalEpisodes };
    const commitment = greedyCommitment(this.outer, policy);
    const { value, standardError } = await evaluateCommitment(this.game, commitment, options);
    return { value, standardError };
  }

  /** Value of the commitment at the policy's likeliest actions. */
  async greedy(policy: ActingPolicy): Promise<number> {
    const commitment = greedyCommitment(this.outer, policy);
    const deterministic =
      Array.isArray(commitment) && commitment.every((action) => typeof action === 'number');
    return deterministic ? this.valueOf(commitment as number[]) : this.evaluate(commitment);
  }

  /**
   * Expected value of the policy as it is played: over the commitments that it draws (exactly, or over a sample of draws where
   * there are too many), or with `step` commitment of its distributions.
   */
  async played(policy: ActingPolicy): Promise<number> {
    const { commitment } = this.outer.options;
    const whole = policy.probabilities !== undefined || this.game.followerIndices.length === 0;
    if (commitment === 'step' && whole) return this.evaluate(policy, false);
    if (commitment !== 'episode' || !policy.probabilities) return this.sampled(policy);
    if (!hasDiscreteLeader(this.outer.game)) return this.sampled(policy);
    const { observations, actions } = leaderSpaces(this.outer.game);
    const count = actions.n ** observations.n;
    if (count > enumerated) return this.sampled(policy);
    const rows = Array.from({ length: observations.n }, (_, o) =>
      policy.probabilities!(observations.start + o),
    );
    let value = 0;
    for (let code = 0; code < count; code++) {
      let probability = 1;
      const choice = rows.map((row, o) => {
        const action = Math.floor(code / actions.n ** o) % actions.n;
        probability *= row[action];
        return actions.start + action;
      });
      if (probability > 1e-9) value += probability * (await this.valueOf(choice));
    }
    return value;
  }

  private async sampled(policy: ActingPolicy): Promise<number> {
    const rng = new Rng('grade');
    const draws = this.oracle === undefined ? drawn : drawnForOracle;
    let total = 0;
    for (let k = 0; k < draws; k++) {
      const once: ActingPolicy = { act: (observation) => policy.act(observation, rng) };
      total += await this.evaluate(greedyCommitment(this.outer, once));
    }
    return total / draws;
  }

  private valueOf(commitment: readonly number[]): Promise<number> {
    const key = commitment.join();
    const value = this.known.get(key) ?? this.evaluate(commitment);
    this.known.set(key, value);
    return value;
  }

  private async evaluate(
    commitment: Parameters<typeof evaluateCommitment>[1],
    greedy = true,
    episodes = this.oracle === undefined ? gradingEpisodes : gradingResponses,
  ): Promise<number> {
    const { optimum, follower, oracle } = this;
    const options = { optimum, greedy, follower, oracle, episodes };
    return (await evaluateCommitment(this.game, commitment, options)).value;
  }
}
