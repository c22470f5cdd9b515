import { GameLane } from '../envs/core/game-lane.js';
import { actionBuffers, type MarkovGame, stepBuffers } from '../envs/core/markov-game.js';
import type { RecordedLane } from '../envs/core/recorded-lane.js';
import { gameOf } from '../envs/core/views.js';
import { whyNot } from '../gymnasium/agent-arguments.js';
import type { CentralState } from '../gymnasium/core.js';
import { ClosedEnvironmentError, describe, InvalidAction, ResetNeeded } from '../gymnasium/error.js';
import type { ParallelEnv } from '../gymnasium/parallel.js';
import { Rng } from '../gymnasium/rng.js';
import { Box } from '../gymnasium/spaces/box.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { batchSpace, concatenate, createEmptyBatch, iterate } from '../gymnasium/spaces/utils.js';
import type { Info, Metadata, RenderFrame } from '../gymnasium/types.js';
import {
  type AutoresetMode,
  type Batch,
  VectorEnv,
  type VectorResetOptions,
  type VectorResetResult,
  type VectorStepResult,
} from '../gymnasium/vector.js';
import { checkAutoresetMode, checkResetMask, rowSeeds } from '../gymnasium/vector-arguments.js';
import { copyInfo, type OuterEpisode, openEpisode } from './outer-episode.js';
import { OuterPicture } from './outer-picture.js';
import type { StackelbergWrapperOptions } from './stackelberg.js';
import {
  checkStackelbergOptions,
  leaderOf,
  outerSpaces,
  type QueryPolicy,
  type StackelbergOptions,
} from './stackelberg-options.js';

/**
 * N outer episodes of `StackelbergWrapper` side by side in one thread, over one game with a lane each. Row i of a reset with
 * seed s plays what the wrapper plays after `reset({ seed: s + i })`.
 */
export class StackelbergVectorEnv extends VectorEnv implements CentralState {
  override readonly metadata: Metadata;
  readonly renderMode: 'ansi' | 'svg' | null;
  readonly numEnvs: number;
  readonly singleObservationSpace: Space<any>;
  readonly singleActionSpace: Space<any>;
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  readonly stateSpace: Box;
  readonly autoresetMode: AutoresetMode;
  /** Answers the queries that are hidden (`hideQueries`, `responsePhaseProbability`); set it before `reset`. */
  queryPolicy: QueryPolicy | null = null;
  readonly options: Required<StackelbergOptions>;
  /** The rules that the outer episodes are played by. */
  readonly game: MarkovGame;
  private readonly picture: OuterPicture;
  private readonly lanes: readonly GameLane[];
  /** The lanes again where they keep what `render` draws, else null. */
  private readonly recorded: readonly (RecordedLane | null)[];
  /** What the picture of a row draws from. */
  private readonly rngs: Rng[] = [];
  private readonly leader: number;
  private readonly episodes: (OuterEpisode | null)[];
  private readonly visible: any[];
  private readonly infos: Info[];
  private readonly finalInfos: (Info | null)[];
  private readonly result: VectorStepResult;
  private readonly states: Float64Array;

  /**
   * @throws InvalidArgument as `StackelbergWrapper`, or if numEnvs is not a positive integer
   * @throws UnsupportedMode for a render mode that the source does not offer
   */
  constructor(
    source: ParallelEnv | MarkovGame,
    numEnvs: number,
    options: StackelbergWrapperOptions & { readonly autoresetMode?: AutoresetMode },
  ) {
    super();
    const { leader, renderMode, autoresetMode = 'NextStep', ...rest } = options;
    this.options = checkStackelbergOptions('StackelbergVectorEnv', rest);
    this.autoresetMode = checkAutoresetMode('StackelbergVectorEnv', autoresetMode);
    const game = gameOf(source).twin();
    game.allocate(numEnvs);
    const [actions, out] = [actionBuffers(game, numEnvs), stepBuffers(game, numEnvs)];
    this.game = game;
    this.numEnvs = numEnvs;
    this.picture = new OuterPicture(source, renderMode);
    this.metadata = this.picture.metadata;
    this.renderMode = this.picture.mode;
    this.recorded = Array.from({ length: numEnvs }, () => this.picture.lane(game));
    this.lanes = this.recorded.map((lane, i) => lane ?? new GameLane(game, i, actions, out));
    this.leader = leaderOf(game, leader);
    const spaces = outerSpaces(this.lanes[0], this.leader, this.options);
    this.singleObservationSpace = spaces.observation;
    this.singleActionSpace = spaces.action;
    this.observationSpace = batchSpace(spaces.observation, numEnvs);
    this.actionSpace = batchSpace(spaces.action, numEnvs);
    this.episodes = new Array(numEnvs).fill(null);
    this.visible = new Array(numEnvs).fill(0);
    this.infos = new Array(numEnvs).fill({});
    this.finalInfos = new Array(numEnvs).fill(null);
    this.result = {
      observations: createEmptyBatch(spaces.observation, numEnvs),
      infos: this.infos,
      rewards: new Float64Array(numEnvs),
      terminations: new Uint8Array(numEnvs),
      truncations: new Uint8Array(numEnvs),
      finalMask: new Uint8Array(numEnvs),
      finalObservations: createEmptyBatch(spaces.observation, numEnvs),
      finalInfos: this.finalInfos,
    };
    const { stateSize } = openEpisode(this.lanes[0], this.leader, this.options, new Rng('check'), () => null);
    this.stateSpace = new Box(-Infinity, Infinity, { shape: [stateSize], dtype: 'float64' });
    this.states = new Float64Array(numEnvs * stateSize);
  }

  override reset(options: VectorResetOptions = {}): VectorResetResult {
    this.requireOpen('reset');
    const seeds = rowSeeds(options.seed ?? null, this.numEnvs);
    const { resetMask } = options.options ?? {};
    const mask = resetMask == null ? null : checkResetMask(resetMask, this.numEnvs);
    if (mask !== null && this.episodes.includes(null)) {
      throw new ResetNeeded('reset: expected a reset of all rows before one with resetMask, got none.');
    }
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask !== null && !mask[row]) continue;
      const seed = seeds[row];
      if (seed !== null || this.episodes[row] === null) {
        const rng = seed === null ? Rng.fromEntropy() : new Rng(seed);
        this.rngs[row] = rng;
        this.episodes[row] = openEpisode(
          this.lanes[row],
          this.leader,
          this.options,
          rng.child('outer'),
          () => this.queryPolicy,
        );
        this.infos[row] = this.episodes[row]!.info;
      }
      this.restart(row);
    }
    concatenate(this.singleObservationSpace, this.visible, this.result.observations);
    return this.result;
  }

  /** Queries that the leader has answered so far, over all rows and episodes since each row's last seeded reset. */
  get queries(): number {
    return this.episodes.reduce((sum, episode) => sum + (episode?.totalQueries ?? 0), 0);
  }

  /** The same with the leader's steps of play: every step of the leader's, also those that `repeats: 'skip'` spared it. */
  get leaderSteps(): number {
    return this.episodes.reduce((sum, episode) => sum + (episode?.totalSteps ?? 0), 0);
  }

  /** `StackelbergWrapper.state` of every row, one after the other; the next call overwrites it. */
  state(): Float64Array {
    const { size } = this.stateSpace;
    this.episodes.forEach((episode, row) => {
      episode?.writeState(this.states, row * size);
    });
    return this.states;
  }

  /** `StackelbergWrapper.render` of every row. @throws ResetNeeded before the first reset */
  override render(): readonly RenderFrame[] {
    return this.lanes.map((_, row) => this.renderRow(row));
  }

  /** The frame of one row. */
  renderRow(row: number): RenderFrame {
    return this.picture.draw(this.recorded[row], this.episodes[row], this.rngs[row]);
  }

  private restart(row: number): void {
    this.begin(row);
    this.result.terminations[row] = 0;
  }

  private begin(row: number): void {
    this.recorded[row]?.forget();
    this.episodes[row]!.begin();
    this.visible[row] = this.episodes[row]!.observe();
  }

  override step(actions: Batch): VectorStepResult {
    const { result, numEnvs } = this;
    this.requireOpen('step');
    if (this.episodes.includes(null)) throw new ResetNeeded('step: expected reset to be called first.');
    const moves = this.readActions(actions);
    result.finalMask.fill(0);
    this.finalInfos.fill(null);
    let anyEnded = false;
    for (let row = 0; row < numEnvs; row++) anyEnded = this.stepRow(row, moves[row]) || anyEnded;
    if (anyEnded) this.finish();
    concatenate(this.singleObservationSpace, this.visible, result.observations);
    return result;
  }

  private requireOpen(method: string): void {
    if (this.closed) {
      throw new ClosedEnvironmentError(`${method}: expected an open environment, but it was closed.`);
    }
  }

  /** Returns whether the row's episode ended with this step. */
  private stepRow(row: number, move: any): boolean {
    const episode = this.episodes[row]!;
    const { result } = this;
    if (result.terminations[row] === 1 && this.autoresetMode !== 'SameStep') {
      this.restart(row);
      result.rewards[row] = 0;
      return false;
    }
    episode.act(move);
    result.rewards[row] = episode.reward;
    result.terminations[row] = episode.done ? 1 : 0;
    this.visible[row] = episode.observe();
    return episode.done;
  }

  private finish(): void {
    const { result } = this;
    concatenate(this.singleObservationSpace, this.visible, result.finalObservations);
    for (let row = 0; row < this.numEnvs; row++) {
      if (result.terminations[row] === 0) continue;
      result.finalMask[row] = 1;
      this.finalInfos[row] = copyInfo(this.infos[row]);
      if (this.autoresetMode !== 'SameStep') continue;
      this.begin(row);
    }
  }

  private readActions(actions: Batch): any[] {
    const moves = [...iterate(this.singleActionSpace, actions)];
    if (moves.length !== this.numEnvs) {
      throw new InvalidAction(`step: expected ${this.numEnvs} actions, got ${moves.length}.`);
    }
    for (let row = 0; row < this.numEnvs; row++) {
      const ended = this.result.terminations[row] === 1 && this.autoresetMode !== 'SameStep';
      if (ended && this.autoresetMode === 'Disabled') {
        throw new ResetNeeded(
          `step: row ${row} has ended: reset it with options.resetMask before this step.`,
        );
      }
      if (ended || this.singleActionSpace.contains(moves[row])) continue;
      throw new InvalidAction(
        `row ${row}: expected an action in ${this.singleActionSpace}, got ${describe(moves[row])}${whyNot(this.singleActionSpace, moves[row])}.`,
      );
    }
    return moves;
  }
}
