import type { GameLane } from '../envs/core/game-lane.js';
import type { MarkovGame } from '../envs/core/markov-game.js';
import type { RecordedLane } from '../envs/core/recorded-lane.js';
import { type GameEnvOptions, gameOf, singleLane } from '../envs/core/views.js';
import { whyNot } from '../gymnasium/agent-arguments.js';
import { type CentralState, Env, type ResetResult, type StepResult } from '../gymnasium/core.js';
import { describe, InvalidAction, ResetNeeded } from '../gymnasium/error.js';
import type { ParallelEnv } from '../gymnasium/parallel.js';
import { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import type { Space } from '../gymnasium/spaces/space.js';
import type { AgentId, Metadata, RenderFrame, ResetOptions } from '../gymnasium/types.js';
import { copyInfo, type OuterEpisode, openEpisode } from './outer-episode.js';
import { OuterPicture } from './outer-picture.js';
import {
  checkStackelbergOptions,
  leaderOf,
  outerSpaces,
  type QueryPolicy,
  type StackelbergOptions,
} from './stackelberg-options.js';

/** What `StackelbergWrapper` takes beside the outer MDP's options. */
export interface StackelbergWrapperOptions extends StackelbergOptions, Pick<GameEnvOptions, 'renderMode'> {
  /** The id of the leader. Default: the game's only one. */
  readonly leader?: AgentId;
}

/**
 * The leader's side of a Stackelberg game as an ordinary single-agent environment (Gerstgrasser & Parkes 2023, Theorem
 * 1): an episode begins with the oracle's queries, each a step with reward 0, then the leader plays `rewardEpisodes`
 * episodes against the followers' response, each reward weighted by the game's discount^t, and is done. A policy that is optimal here is a Stackelberg leader policy.
 *
 * `info` holds `phase` (`query` or `play`), `queries` (so far), in play `response` (the equilibrium notion that the oracle certifies and
 * its gap), and with `commitment: 'episode'` an `actionMask` that
 * leaves only the committed action once an observation has been answered; other actions are then replaced by it.
 *
 * @example
 * const outer = new StackelbergWrapper(make('IteratedMatrixGame-v0'), { oracle: new TabularQ({ episodes: 80 }) });
 * let { observation } = outer.reset({ seed: 7 });
 * const { reward, terminated } = outer.step(outer.actionSpace.sample());
 */
export class StackelbergWrapper extends Env implements CentralState {
  override readonly metadata: Metadata;
  override readonly renderMode: 'ansi' | 'svg' | null;
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  readonly stateSpace: Box;
  /** The rules that the outer episodes are played by. */
  readonly game: MarkovGame;
  /** Answers the queries that are hidden (`hideQueries`, `responsePhaseProbability`); set it before `reset`. */
  queryPolicy: QueryPolicy | null = null;
  readonly options: Required<StackelbergOptions>;
  private readonly lane: GameLane;
  private readonly picture: OuterPicture;
  /** The lane again where it keeps what `render` draws, else null. */
  private readonly recorded: RecordedLane | null;
  private readonly leader: number;
  private episode: OuterEpisode | null = null;
  private running = false;

  /**
   * @param source an environment made from a MarkovGame, or the game itself, which cannot be drawn
   * @throws InvalidArgument for malformed options or a game that the oracle cannot answer
   * @throws UnsupportedMode for a render mode that the source does not offer
   */
  constructor(source: ParallelEnv | MarkovGame, options: StackelbergWrapperOptions) {
    super();
    const { leader, renderMode, ...rest } = options ?? {};
    this.options = checkStackelbergOptions('StackelbergWrapper', rest);
    const game = gameOf(source);
    this.picture = new OuterPicture(source, renderMode);
    this.metadata = this.picture.metadata;
    this.renderMode = this.picture.mode;
    this.recorded = this.picture.lane(game);
    this.lane = this.recorded ?? singleLane(game);
    this.game = this.lane.game;
    this.leader = leaderOf(this.game, leader);
    const spaces = outerSpaces(this.lane, this.leader, this.options);
    this.observationSpace = spaces.observation;
    this.actionSpace = spaces.action;
    const { stateSize } = this.open(new Rng('check'));
    this.stateSpace = new Box(-Infinity, Infinity, { shape: [stateSize], dtype: 'float64' });
  }

  private open(rng: Rng): OuterEpisode {
    return openEpisode(this.lane, this.leader, this.options, rng, () => this.queryPolicy);
  }

  override reset(options?: ResetOptions): ResetResult<any> {
    this.reseed(options);
    this.running = false;
    if (this.episode === null || options?.seed != null) this.episode = this.open(this.rng.child('outer'));
    this.recorded?.forget();
    this.episode.begin();
    this.running = true;
    return { observation: this.episode.observe(), info: copyInfo(this.episode.info) };
  }

  override step(action: any): StepResult<any> {
    if (this.episode === null || !this.running) {
      throw new ResetNeeded(`step: expected a running episode, got none. Call reset first.`);
    }
    if (!this.actionSpace.contains(action)) {
      throw new InvalidAction(
        `step: expected an action in ${this.actionSpace}, got ${describe(action)}${whyNot(this.actionSpace, action)}.`,
      );
    }
    this.episode.act(action);
    this.running = !this.episode.done;
    return {
      observation: this.episode.observe(),
      reward: this.episode.reward,
      terminated: this.episode.done,
      truncated: false,
      info: copyInfo(this.episode.info),
    };
  }

  /**
   * What a centralised critic may see and the leader may not: whether the next action is in play (0 or 1), the game's own
   * state, and what the followers have learned so far (weights or action values, scaled to [-1, 1]).
   */
  state(): Float64Array {
    const state = new Float64Array(this.stateSpace.size);
    this.episode?.writeState(state, 0);
    return state;
  }

  /**
   * Draws the game as it is played at present: in play the reward episode; before it what the oracle simulates while it asks, or
   * the start of an episode where it simulates nothing. The title says the phase and how many queries were asked so far.
   */
  override render(): RenderFrame {
    return this.picture.draw(this.recorded, this.episode, this.rng);
  }
}
