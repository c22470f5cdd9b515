import { type Env, type ResetResult, type StepResult, Wrapper } from '../core.js';
import { describe, InvalidArgument } from '../error.js';
import type { ResetOptions } from '../types.js';

/**
 * Adds `{ r, l }`, the episode's return and length, to the info of its last step under `statsKey`, and keeps the last
 * `bufferLength` of them in `returnQueue` and `lengthQueue`. The seconds an episode took are in `timeQueue` alone: infos
 * are deterministic.
 *
 * @param options.bufferLength episodes kept (default 100)
 * @param options.statsKey key in the info (default `episode`)
 * @throws InvalidArgument for a malformed option; from `step` if the info already has the key.
 * @example
 * const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const view = new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * const env = new RecordEpisodeStatistics(view);
 * env.reset({ seed: 0 });
 * let result = env.step(0);
 * while (!result.terminated) result = env.step(0);
 * result.info.episode; // { r: ..., l: 10 }
 */
export class RecordEpisodeStatistics<O = any, A = any> extends Wrapper<O, A, O, A> {
  readonly bufferLength: number;
  readonly statsKey: string;
  readonly returnQueue: number[] = [];
  readonly lengthQueue: number[] = [];
  readonly timeQueue: number[] = [];
  /** Episodes ended so far. */
  episodeCount = 0;
  private episodeReturn = 0;
  private episodeLength = 0;
  private startedAt = 0;

  constructor(env: Env<O, A>, options: { bufferLength?: number; statsKey?: string } = {}) {
    super(env);
    this.bufferLength = options.bufferLength ?? 100;
    this.statsKey = options.statsKey ?? 'episode';
    if (!Number.isSafeInteger(this.bufferLength) || this.bufferLength <= 0) {
      throw new InvalidArgument(
        `RecordEpisodeStatistics: expected bufferLength to be a positive integer, got ${describe(this.bufferLength)}.`,
      );
    }
  }

  override reset(options?: ResetOptions): ResetResult<O> {
    const result = this.env.reset(options);
    this.episodeReturn = 0;
    this.episodeLength = 0;
    this.startedAt = performance.now();
    return result;
  }

  override step(action: A): StepResult<O> {
    const result = this.env.step(action);
    this.episodeReturn += result.reward;
    this.episodeLength++;
    if (!result.terminated && !result.truncated) return result;
    if (this.statsKey in result.info) {
      throw new InvalidArgument(
        `RecordEpisodeStatistics: expected info without ${describe(this.statsKey)}, got ${describe(result.info)}. Choose another statsKey.`,
      );
    }
    this.record();
    const statistics = { r: this.episodeReturn, l: this.episodeLength };
    return { ...result, info: { ...result.info, [this.statsKey]: statistics } };
  }

  private record(): void {
    this.episodeCount++;
    this.push(this.returnQueue, this.episodeReturn);
    this.push(this.lengthQueue, this.episodeLength);
    this.push(this.timeQueue, (performance.now() - this.startedAt) / 1000);
  }

  private push(queue: number[], value: number): void {
    queue.push(value);
    if (queue.length > this.bufferLength) queue.shift();
  }
}
