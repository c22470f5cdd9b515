import type { Rng } from '../../gymnasium/rng.js';
import type { TypedArray } from '../../gymnasium/types.js';
import { type MarkovGame, readRow, type StepBuffers, writeRow } from './markov-game.js';

/** What `GameLane.save` keeps. */
export interface LaneSnapshot {
  readonly state: Float64Array;
  readonly observations: readonly any[];
}

/**
 * One lane of a game, to be played agent by agent: the plain way to simulate an episode. Oracles get one; the scalar
 * views are built on it. Nothing is checked here: the views check.
 */
export class GameLane {
  constructor(
    readonly game: MarkovGame,
    readonly lane: number,
    readonly actions: readonly TypedArray[],
    readonly out: StepBuffers,
  ) {}

  seed(rng: Rng): void {
    this.game.seedLane(this.lane, rng);
  }

  /** Starts the coming episodes with these types (see `MarkovGame.freezeTypes`). */
  freezeTypes(profile: number | null): void {
    this.game.freezeTypes(this.lane, profile);
  }

  /** Starts an episode. */
  reset(): void {
    this.out.terminated[this.lane] = 0;
    this.out.truncated[this.lane] = 0;
    this.game.resetLane(this.lane, this.out);
  }

  /** What the agent at this position in `game.agents` now observes. */
  observation(agent: number): any {
    return readRow(this.game.agents[agent].observationSpace, this.out.observations[agent], this.lane);
  }

  act(agent: number, action: any): void {
    writeRow(this.game.agents[agent].actionSpace, this.actions[agent], this.lane, action);
  }

  /** The lane as it stands: its state and what everyone observes. */
  save(): LaneSnapshot {
    const observations = this.game.agents.map((_, agent) => this.observation(agent));
    return { state: this.game.readState(this.lane), observations };
  }

  /** Puts the lane back to where it was saved. The stream of random numbers goes on. */
  restore({ state, observations }: LaneSnapshot): void {
    this.game.writeState(this.lane, state);
    for (let agent = 0; agent < observations.length; agent++) {
      const { observationSpace } = this.game.agents[agent];
      writeRow(observationSpace, this.out.observations[agent], this.lane, observations[agent]);
    }
  }

  /** See `MarkovGame.followersFirst`. */
  get followersFirst(): boolean {
    return this.game.followersFirst;
  }

  /** Games with `commit`: shows those who move second what they may see of the first movers' actions set by `act`. */
  commit(): void {
    this.game.commit?.(this.lane, this.lane + 1, this.actions, this.out);
  }

  /** Steps with the actions set by `act`. Returns whether the episode ended. */
  step(): boolean {
    this.out.terminated[this.lane] = 0;
    this.out.truncated[this.lane] = 0;
    this.game.step(this.lane, this.lane + 1, this.actions, this.out);
    return this.done;
  }

  reward(agent: number): number {
    return this.out.rewards[agent][this.lane];
  }

  get done(): boolean {
    return (this.out.terminated[this.lane] | this.out.truncated[this.lane]) !== 0;
  }
}
