import type { EpisodeView } from './definition.js';
import { GameLane, type LaneSnapshot } from './game-lane.js';
import { actionBuffers, type MarkovGame, readRow, stepBuffers } from './markov-game.js';

type History = EpisodeView['history'];

interface RecordedSnapshot extends LaneSnapshot {
  readonly history: History;
}

/**
 * A lane of its own, of a twin of the game, that keeps its present episode for renderers, whoever plays in it: a view or an
 * oracle that simulates.
 */
export class RecordedLane extends GameLane {
  private history: History[number][] = [];
  private hasEpisode = false;
  private ended = false;

  constructor(game: MarkovGame) {
    super(game.twin(), 0, actionBuffers(game, 1), stepBuffers(game, 1));
  }

  /** Whether an episode was started in this lane since `forget`. */
  get started(): boolean {
    return this.hasEpisode;
  }

  /** Until the next `reset` or `restore` there is no episode to draw. */
  forget(): void {
    this.hasEpisode = false;
  }

  /** The present episode so far, as renderers take it. */
  view(title: string): EpisodeView {
    const { game, history, ended } = this;
    return {
      game,
      title,
      history,
      observations: game.agents.map((_, k) => this.observation(k)),
      done: ended,
    };
  }

  override reset(): void {
    super.reset();
    this.recordFrom([]);
  }

  override step(): boolean {
    this.ended = super.step();
    const { game, lane, actions } = this;
    this.history.push({
      actions: game.agents.map(({ actionSpace }, k) => readRow(actionSpace, actions[k], lane)),
      rewards: game.agents.map((_, k) => this.reward(k)),
    });
    return this.ended;
  }

  override save(): RecordedSnapshot {
    return { ...super.save(), history: [...this.history] };
  }

  override restore(snapshot: RecordedSnapshot): void {
    super.restore(snapshot);
    this.recordFrom(snapshot.history);
  }

  private recordFrom(history: History): void {
    this.history = [...history];
    this.hasEpisode = true;
    this.ended = false;
  }
}
