import type { MarkovGame } from '../envs/core/markov-game.js';
import { RecordedLane } from '../envs/core/recorded-lane.js';
import { checkRenderMode, type GameEnvOptions, type GameParallelEnv } from '../envs/core/views.js';
import { ResetNeeded } from '../gymnasium/error.js';
import { ParallelEnv } from '../gymnasium/parallel.js';
import type { Rng } from '../gymnasium/rng.js';
import type { Metadata, RenderFrame } from '../gymnasium/types.js';
import type { OuterEpisode } from './outer-episode.js';

/** Draws outer episodes with the renderer of the environment that they are played in. */
export class OuterPicture {
  readonly metadata: Metadata;
  readonly mode: 'ansi' | 'svg' | null;
  private readonly renderer: GameParallelEnv['renderer'];

  /**
   * @param source as `StackelbergWrapper` takes it
   * @throws UnsupportedMode for a mode that the source does not offer
   */
  constructor(source: ParallelEnv | MarkovGame, mode: GameEnvOptions['renderMode']) {
    const view = source instanceof ParallelEnv ? (source.unwrapped as GameParallelEnv) : null;
    this.metadata = view?.metadata ?? { renderModes: [] };
    this.renderer = view?.renderer;
    this.mode = checkRenderMode(mode, this.metadata.renderModes);
  }

  /** A lane that keeps what is to be drawn, or null where nothing is. */
  lane(game: MarkovGame): RecordedLane | null {
    return this.mode === null ? null : new RecordedLane(game);
  }

  /**
   * The episode of the game that is played in the lane at present, or where there is none the start of one that is drawn from
   * `rng`.
   *
   * @throws ResetNeeded without an outer episode
   */
  draw(lane: RecordedLane | null, episode: OuterEpisode | null, rng: Rng): RenderFrame {
    if (lane === null || this.mode === null || this.renderer === undefined) return null;
    if (episode === null) throw new ResetNeeded('render: expected reset to be called first.');
    const { phase, queries } = episode;
    const title = `${this.metadata.name}, ${phase}, ${queries} ${queries === 1 ? 'query' : 'queries'}`;
    return this.renderer[this.mode]((lane.started ? lane : startedLane(lane.game, rng)).view(title));
  }
}

function startedLane(game: MarkovGame, rng: Rng): RecordedLane {
  const lane = new RecordedLane(game);
  lane.seed(rng.child('picture'));
  lane.reset();
  return lane;
}
