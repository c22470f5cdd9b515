import type { BanditRlGame } from '../../envs/bandit/bandit-rl-game.js';
import { actionBuffers, stepBuffers } from '../../envs/core/markov-game.js';
import type { Rng } from '../../gymnasium/rng.js';
import type { FiniteHorizonMdp } from './finite-horizon.js';

/** Episodes played side by side; the exploring policy is planned afresh after each batch. */
const lanes = 8;

/** How the follower's actions are chosen to learn a process. */
export const explorations = ['coverage', 'uniform'] as const;
export type Exploration = (typeof explorations)[number];

/**
 * Reward-free exploration of the process of one arm (Bai et al. 2021), by steps of the game. `coverage` plans, in the
 * process as estimated so far, for the most of a bonus 1 / sqrt(visits), with what was never tried worth the most
 * there is; `uniform` draws actions. What it pays plays no part in what is explored.
 */
export class ArmExplorer {
  private readonly game: BanditRlGame;
  private readonly actions;
  private readonly out;
  /** Counts and sums by (h * states + s) * actions + b; moves also by next state. */
  private readonly visits: Float64Array;
  private readonly moves: Float64Array;
  private readonly leaderSums: Float64Array;
  private readonly followerSums: Float64Array;
  private readonly at = new Int32Array(lanes);

  constructor(
    game: BanditRlGame,
    arm: number,
    private readonly rng: Rng,
  ) {
    this.game = game.twin();
    this.game.allocate(lanes);
    this.actions = actionBuffers(game, lanes);
    this.out = stepBuffers(game, lanes);
    this.actions[0].fill(arm);
    for (let lane = 0; lane < lanes; lane++) this.game.seedLane(lane, rng.child('lane', lane));
    const cells = game.horizon * game.states * game.actions;
    this.visits = new Float64Array(cells);
    this.moves = new Float64Array(cells * game.states);
    this.leaderSums = new Float64Array(cells);
    this.followerSums = new Float64Array(cells);
  }

  /** Plays this many episodes more. */
  explore(episodes: number, exploration: Exploration): void {
    for (let left = episodes; left > 0; left -= lanes) {
      const worth = exploration === 'coverage' ? this.coverageWorth() : undefined;
      this.playBatch(Math.min(lanes, left), worth);
    }
  }

  private playBatch(count: number, worth: Float64Array | undefined): void {
    const { game, actions, out, at } = this;
    for (let lane = 0; lane < count; lane++) game.resetLane(lane, out);
    game.commit(0, count, actions, out);
    for (let h = 0; h < game.horizon; h++) {
      for (let lane = 0; lane < count; lane++) {
        const row = (h * game.states + game.stateOf(out.observations[1][lane])) * game.actions;
        at[lane] = row + (worth === undefined ? this.rng.integer(game.actions) : this.choose(worth, row));
        actions[1][lane] = at[lane] - row;
      }
      out.terminated.fill(0);
      game.step(0, count, actions, out);
      this.record(count, h + 1 === game.horizon);
    }
  }

  private record(count: number, last: boolean): void {
    const { game, out, at } = this;
    for (let lane = 0; lane < count; lane++) {
      this.visits[at[lane]]++;
      this.leaderSums[at[lane]] += out.rewards[0][lane];
      this.followerSums[at[lane]] += out.rewards[1][lane];
      if (!last) this.moves[at[lane] * game.states + game.stateOf(out.observations[1][lane])]++;
    }
  }

  /** One of the entries with the most worth in the row, drawn uniformly. */
  private choose(worth: Float64Array, row: number): number {
    let [best, equal] = [0, 1];
    for (let b = 1; b < this.game.actions; b++) {
      if (worth[row + b] > worth[row + best]) [best, equal] = [b, 1];
      else if (worth[row + b] === worth[row + best] && this.rng.integer(++equal) === 0) best = b;
    }
    return best;
  }

  /** Expected bonuses still to come, by step, state and action. */
  private coverageWorth(): Float64Array {
    const { horizon, states, actions } = this.game;
    const worth = new Float64Array(this.visits.length);
    const best = new Float64Array((horizon + 1) * states);
    for (let h = horizon - 1; h >= 0; h--) {
      for (let s = 0; s < states; s++) {
        for (let b = 0; b < actions; b++) {
          const cell = (h * states + s) * actions + b;
          const visits = this.visits[cell];
          worth[cell] = visits === 0 ? horizon - h : 1 / Math.sqrt(visits);
          for (let k = 0; k < states && visits > 0; k++) {
            worth[cell] += (this.moves[cell * states + k] / visits) * best[(h + 1) * states + k];
          }
          best[h * states + s] = Math.max(best[h * states + s], worth[cell]);
        }
      }
    }
    return worth;
  }

  /** The process as seen so far. What was never tried pays nothing and ends the episode. */
  estimate(): FiniteHorizonMdp {
    const { horizon, states, actions } = this.game;
    const table = <T>(entry: (cell: number, visits: number) => T) =>
      Array.from({ length: horizon }, (_, h) =>
        Array.from({ length: states }, (_, s) =>
          Array.from({ length: actions }, (_, b) => {
            const cell = (h * states + s) * actions + b;
            return entry(cell, Math.max(1, this.visits[cell]));
          }),
        ),
      );
    return {
      horizon,
      states,
      actions,
      transitions: table((cell, visits) =>
        this.moves.slice(cell * states, (cell + 1) * states).map((count) => count / visits),
      ),
      leader: table((cell, visits) => this.leaderSums[cell] / visits),
      follower: table((cell, visits) => this.followerSums[cell] / visits),
    };
  }

  /** How many actions were never tried at a step and state where an episode has been. */
  untried(): number {
    const { actions } = this.game;
    let count = 0;
    for (let row = 0; row < this.visits.length; row += actions) {
      const tried = this.visits.subarray(row, row + actions).filter((visits) => visits > 0).length;
      if (tried > 0) count += actions - tried;
    }
    return count;
  }
}
