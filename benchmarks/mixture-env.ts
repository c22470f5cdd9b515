import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { FollowerPolicy } from '../envs/core/stackelberg.js';
import { singleLane } from '../envs/core/views.js';
import { Env } from '../gymnasium/core.js';
import type { Rng } from '../gymnasium/rng.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { ResetOptions } from '../gymnasium/types.js';
import type { Weighted } from '../solvers/double-oracle.js';

/** One player's way to play whole episodes. */
export interface Strategy {
  readonly name: string;
  /** A player with memory of its own, started afresh by its `reset`. */
  create(): FollowerPolicy;
}

/** Draws one of a mixture's strategies, ready for an episode. */
export class MixturePlayer {
  private readonly players: readonly FollowerPolicy[];
  private readonly weights: Float64Array;

  constructor(mixture: readonly Weighted<Strategy>[]) {
    this.players = mixture.map(({ strategy }) => strategy.create());
    this.weights = Float64Array.from(mixture, ({ probability }) => probability);
  }

  draw(rng: Rng): FollowerPolicy {
    const player = this.players[rng.categorical(this.weights)];
    player.reset?.();
    return player;
  }
}

/**
 * A game of two players as the single-agent environment of one of them: the other plays a mixture of strategies, one drawn
 * an episode. What a learner finds here is a best response to that mixture.
 */
export class MixtureEnv extends Env {
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  private readonly lane: GameLane;
  private readonly mixture: MixturePlayer;
  private opponent: FollowerPolicy | null = null;
  private decisionsLeft = 0;

  /**
   * @param side the learner's position in `game.agents`, 0 or 1
   * @param decisions how many of its actions matter: the rest of an episode is played at once with the last of them, and its
   * rewards are paid together
   */
  constructor(
    game: MarkovGame,
    private readonly side: number,
    against: readonly Weighted<Strategy>[],
    private readonly decisions = Infinity,
  ) {
    super();
    this.lane = singleLane(game);
    this.mixture = new MixturePlayer(against);
    this.observationSpace = game.agents[side].observationSpace;
    this.actionSpace = game.agents[side].actionSpace;
  }

  override reset(options?: ResetOptions) {
    this.reseed(options);
    if (options?.seed != null || this.opponent === null) this.lane.seed(this.rng.child('game'));
    this.opponent = this.mixture.draw(this.rng);
    this.decisionsLeft = this.decisions;
    this.lane.reset();
    return { observation: this.lane.observation(this.side), info: {} };
  }

  override step(action: any) {
    const { lane, side } = this;
    this.decisionsLeft--;
    let reward = 0;
    do {
      lane.act(side, action);
      lane.act(1 - side, this.opponent!.act(lane.observation(1 - side), this.rng));
      lane.step();
      reward += lane.reward(side);
    } while (!lane.done && this.decisionsLeft === 0);
    const terminated = lane.out.terminated[0] === 1;
    const truncated = lane.out.truncated[0] === 1;
    return { observation: lane.observation(side), reward, terminated, truncated, info: {} };
  }
}

/** A mean with its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** The leader's mean return over episodes between two mixtures, the strategies drawn anew each episode. */
export function simulate(
  game: MarkovGame,
  leaders: readonly Weighted<Strategy>[],
  followers: readonly Weighted<Strategy>[],
  episodes: number,
  rng: Rng,
): Estimate {
  const lane = singleLane(game);
  lane.seed(rng.child('game'));
  const mixtures = [new MixturePlayer(leaders), new MixturePlayer(followers)];
  let [sum, squares] = [0, 0];
  for (let episode = 0; episode < episodes; episode++) {
    const players = mixtures.map((mixture) => mixture.draw(rng));
    let total = 0;
    lane.reset();
    do {
      lane.act(0, players[0].act(lane.observation(0), rng));
      lane.act(1, players[1].act(lane.observation(1), rng));
      lane.step();
      total += lane.reward(0);
    } while (!lane.done);
    sum += total;
    squares += total * total;
  }
  const mean = sum / episodes;
  const variance = Math.max(0, squares / episodes - mean * mean);
  return { mean, standardError: Math.sqrt(variance / Math.max(1, episodes - 1)) };
}
