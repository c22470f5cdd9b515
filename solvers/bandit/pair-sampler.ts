import type { BanditGame, BanditMeans } from '../../envs/bandit/bandit-game.js';
import { actionBuffers, stepBuffers } from '../../envs/core/markov-game.js';
import type { Rng } from '../../gymnasium/rng.js';

/**
 * Pulls every pair of arms of a bandit game again and again, by steps of the game: a lane for each pair, with a
 * stream of its own. It sees rewards and nothing else.
 */
export class PairSampler {
  /** Pulls of each pair so far. */
  pullsPerPair = 0;
  private readonly game: BanditGame;
  private readonly arms: number;
  private readonly responses: number;
  private readonly pairs: number;
  private readonly actions;
  private readonly out;
  private readonly leaderSums: Float64Array;
  private readonly followerSums: Float64Array;

  constructor(game: BanditGame, rng: Rng) {
    this.arms = game.means.leader.length;
    this.responses = game.means.leader[0].length;
    this.pairs = this.arms * this.responses;
    this.game = game.twin();
    this.game.allocate(this.pairs);
    this.actions = actionBuffers(game, this.pairs);
    this.out = stepBuffers(game, this.pairs);
    this.leaderSums = new Float64Array(this.pairs);
    this.followerSums = new Float64Array(this.pairs);
    for (let pair = 0; pair < this.pairs; pair++) {
      this.game.seedLane(pair, rng.child('pair', pair));
      this.actions[0][pair] = Math.floor(pair / this.responses);
      this.actions[1][pair] = pair % this.responses;
    }
  }

  /** Pulls every pair `times` more times: as many episodes of one step each. */
  pull(times: number): void {
    const { game, pairs, actions, out, leaderSums, followerSums } = this;
    const [leader, follower] = out.rewards;
    for (let n = 0; n < times; n++) {
      for (let lane = 0; lane < pairs; lane++) game.resetLane(lane, out);
      out.terminated.fill(0);
      game.commit(0, pairs, actions, out);
      game.step(0, pairs, actions, out);
      for (let lane = 0; lane < pairs; lane++) {
        leaderSums[lane] += leader[lane];
        followerSums[lane] += follower[lane];
      }
    }
    this.pullsPerPair += times;
  }

  /** All pulls so far. */
  get pulls(): number {
    return this.pullsPerPair * this.pairs;
  }

  /** Mean rewards so far; there must be a pull. */
  means(): BanditMeans {
    const table = (sums: Float64Array) =>
      Array.from({ length: this.arms }, (_, a) =>
        Array.from({ length: this.responses }, (_, b) => sums[a * this.responses + b] / this.pullsPerPair),
      );
    return { leader: table(this.leaderSums), follower: table(this.followerSums) };
  }
}
