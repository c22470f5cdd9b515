import { whyNot } from '../../gymnasium/agent-arguments.js';
import { describe, InvalidAction, ResetNeeded } from '../../gymnasium/error.js';
import { Rng } from '../../gymnasium/rng.js';
import { Box } from '../../gymnasium/spaces/box.js';
import { ConstrainedBox } from '../../gymnasium/spaces/constrained-box.js';
import { Discrete } from '../../gymnasium/spaces/discrete.js';
import { MultiDiscrete } from '../../gymnasium/spaces/multi-discrete.js';
import type { Space } from '../../gymnasium/spaces/space.js';
import { type AgentId, arrayTypes, type TypedArray } from '../../gymnasium/types.js';
import {
  type AutoresetMode,
  ParallelVectorEnv,
  type ParallelVectorStepResult,
  type VectorResetOptions,
} from '../../gymnasium/vector.js';
import { checkAutoresetMode, checkResetMask, rowSeeds } from '../../gymnasium/vector-arguments.js';
import {
  type AgentSpec,
  laneWidth,
  type MarkovGame,
  readRow,
  type StepBuffers,
  stepBuffers,
} from './markov-game.js';

/**
 * The vector view of a game: N lanes stepped together over flat buffers, in any of Gymnasium's three autoreset modes.
 * `step` allocates nothing; everything it returns is overwritten by the next call. Row i of a reset with seed s plays
 * exactly what the scalar view plays after `reset({ seed: s + i })`.
 */
export class GameVectorEnv extends ParallelVectorEnv {
  readonly numEnvs: number;
  readonly possibleAgents: readonly AgentId[];
  readonly autoresetMode: AutoresetMode;
  private readonly out: StepBuffers;
  private readonly final: readonly TypedArray[];
  private readonly result: ParallelVectorStepResult;
  private readonly actions: TypedArray[];
  private readonly limits: readonly ActionLimits[];
  private readonly words: readonly Int32Array[];
  private seeded = false;

  readonly game: MarkovGame;

  /** @throws InvalidArgument if numEnvs is not a positive integer or the mode is unknown. */
  constructor(game: MarkovGame, numEnvs: number, options: { autoresetMode?: AutoresetMode } = {}) {
    super();
    this.autoresetMode = checkAutoresetMode('GameVectorEnv', options.autoresetMode ?? 'NextStep');
    this.game = game.twin();
    this.game.allocate(numEnvs);
    this.numEnvs = numEnvs;
    this.possibleAgents = game.agents.map(({ id }) => id);
    const terminated = paddedFlags(numEnvs);
    const truncated = paddedFlags(numEnvs);
    this.words = [new Int32Array(terminated.buffer), new Int32Array(truncated.buffer)];
    this.out = { ...stepBuffers(game, numEnvs), terminated, truncated };
    this.final = stepBuffers(game, numEnvs).observations;
    this.actions = new Array(game.agents.length);
    this.limits = game.agents.map(actionLimits);
    this.result = {
      observations: this.keyed(this.out.observations),
      rewards: this.keyed(this.out.rewards),
      terminations: terminated,
      truncations: truncated,
      finalMask: new Uint8Array(numEnvs),
      finalObservations: this.keyed(this.final),
    };
  }

  override singleObservationSpace(agent: AgentId): Space<any> {
    return this.game.agents[this.game.agentIndex(agent)].observationSpace;
  }

  override singleActionSpace(agent: AgentId): Space<any> {
    return this.game.agents[this.game.agentIndex(agent)].actionSpace;
  }

  override reset(options: VectorResetOptions = {}): Pick<ParallelVectorStepResult, 'observations'> {
    const seeds = rowSeeds(options.seed ?? null, this.numEnvs);
    const { resetMask } = options.options ?? {};
    const mask = resetMask == null ? null : checkResetMask(resetMask, this.numEnvs);
    if (!this.seeded && mask !== null && mask.some((m) => !m)) {
      throw new ResetNeeded('resetMask: the first reset must reset every row.');
    }
    for (let lane = 0; lane < this.numEnvs; lane++) {
      if (mask !== null && !mask[lane]) continue;
      const seed = seeds[lane];
      if (seed != null) this.game.seedLane(lane, new Rng(seed).child('env'));
      else if (!this.seeded) this.game.seedLane(lane, Rng.fromEntropy());
      this.game.resetLane(lane, this.out);
      this.out.terminated[lane] = 0;
      this.out.truncated[lane] = 0;
    }
    this.seeded = true;
    return this.result;
  }

  override step(actions: Readonly<Record<AgentId, TypedArray>>): ParallelVectorStepResult {
    if (!this.seeded) throw new ResetNeeded('step: expected reset to be called first.');
    const { numEnvs, result } = this;
    if (this.autoresetMode === 'Disabled') this.requireLive();
    this.readActions(actions);
    result.finalMask.fill(0);
    if (this.autoresetMode === 'SameStep' || !this.anyDone()) this.play(0, numEnvs);
    else this.stepAroundDone();
    if (this.anyDone()) this.finish();
    return result;
  }

  /** Whether a flag is set, four lanes a look. */
  private anyDone(): boolean {
    const terminated = this.words[0];
    const truncated = this.words[1];
    for (let i = 0; i < terminated.length; i++) if ((terminated[i] | truncated[i]) !== 0) return true;
    return false;
  }

  private play(from: number, to: number): void {
    const { game, out } = this;
    out.terminated.fill(0, from, to);
    out.truncated.fill(0, from, to);
    game.step(from, to, this.actions, out);
  }

  private requireLive(): void {
    if (!this.anyDone()) return;
    const lane = this.out.terminated.findIndex((_, i) => isDone(this.out, i));
    throw new ResetNeeded(`Row ${lane} has ended: reset it with options.resetMask before the next step.`);
  }

  /** Steps the live lanes, a run of neighbours at a time, and restarts those that ended in the step before. */
  private stepAroundDone(): void {
    const { numEnvs, out } = this;
    for (let lane = 0; lane < numEnvs; ) {
      const done = isDone(out, lane);
      let end = lane + 1;
      while (end < numEnvs && isDone(out, end) === done) end++;
      if (!done) this.play(lane, end);
      else for (let i = lane; i < end; i++) this.restart(i);
      lane = end;
    }
  }

  private restart(lane: number): void {
    this.game.resetLane(lane, this.out);
    this.out.terminated[lane] = 0;
    this.out.truncated[lane] = 0;
    for (let k = 0; k < this.final.length; k++) this.out.rewards[k][lane] = 0;
  }

  /** Records the last observations, and marks the lanes that just ended. */
  private finish(): void {
    const { game, numEnvs, out, final, result } = this;
    for (let k = 0; k < final.length; k++) final[k].set(out.observations[k]);
    const reset = this.autoresetMode === 'SameStep';
    for (let lane = 0; lane < numEnvs; lane++) {
      if (!isDone(out, lane)) continue;
      result.finalMask[lane] = 1;
      if (reset) game.resetLane(lane, out);
    }
  }

  private readActions(actions: Readonly<Record<AgentId, TypedArray>>): void {
    for (let k = 0; k < this.limits.length; k++) {
      const { id, space, type, width, low, high } = this.limits[k];
      const batch = actions[id];
      if (!(batch instanceof type) || batch.length !== this.numEnvs * width) {
        throw new InvalidAction(
          `${id}: expected actions as ${type.name} of length ${this.numEnvs * width}, got ${describe(batch)}.`,
        );
      }
      if (
        (width === 1 ? allWithin(batch, low[0], high[0]) : allRowsWithin(batch, low, high)) &&
        (!(space instanceof ConstrainedBox) || allRowsSatisfy(batch, space))
      ) {
        this.actions[k] = batch;
        continue;
      }
      this.refuseOutside(id, space, batch, width);
      this.actions[k] = batch;
    }
  }

  /** Throws for the first row outside its space, but for those that the step only restarts, whose action is ignored. */
  private refuseOutside(id: AgentId, space: Space<any>, batch: TypedArray, width: number): void {
    for (let lane = 0; lane < this.numEnvs; lane++) {
      if (this.autoresetMode === 'NextStep' && isDone(this.out, lane)) continue;
      const action =
        width === 1 && space.shape!.length === 0
          ? batch[lane]
          : batch.slice(lane * width, (lane + 1) * width);
      if (space.contains(action)) continue;
      throw new InvalidAction(
        `${id}, row ${lane}: expected an action in ${space}, got ${describe(action)}${whyNot(space, action)}.`,
      );
    }
  }

  private keyed<T>(values: readonly T[]): Record<AgentId, T> {
    return Object.fromEntries(this.possibleAgents.map((id, k) => [id, values[k]]));
  }
}

function isDone(out: StepBuffers, lane: number): boolean {
  return (out.terminated[lane] | out.truncated[lane]) !== 0;
}

function paddedFlags(lanes: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(Math.ceil(lanes / 4) * 4), 0, lanes);
}

/** What an agent's batch of actions must be, with the bounds of each number of a row. */
interface ActionLimits {
  readonly id: AgentId;
  readonly space: Space<any>;
  readonly type: (typeof arrayTypes)[keyof typeof arrayTypes];
  readonly width: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

function actionLimits({ id, actionSpace: space }: AgentSpec): ActionLimits {
  const width = laneWidth(space);
  const [low, high] = boundsOf(space, width);
  return { id, space, type: arrayTypes[space.dtype!], width, low, high };
}

function boundsOf(space: Space<any>, width: number): [Float64Array, Float64Array] {
  const constant = (value: number) => new Float64Array(width).fill(value);
  if (space instanceof Discrete) return [constant(space.start), constant(space.start + space.n - 1)];
  if (space instanceof Box) return [Float64Array.from(space.low), Float64Array.from(space.high)];
  if (space instanceof MultiDiscrete) {
    const start = Float64Array.from(space.start);
    return [start, start.map((first, j) => first + space.nvec[j] - 1)];
  }
  return [constant(0), constant(1)];
}

/** One pass without an early exit, since all is well in nearly every step. NaN is outside. */
function allWithin(batch: TypedArray, low: number, high: number): boolean {
  let outside = 0;
  for (let i = 0; i < batch.length; i++) outside |= batch[i] >= low && batch[i] <= high ? 0 : 1;
  return outside === 0;
}

function allRowsWithin(batch: TypedArray, low: Float64Array, high: Float64Array): boolean {
  const width = low.length;
  let outside = 0;
  for (let i = 0; i < batch.length; i += width) {
    for (let j = 0; j < width; j++) outside |= batch[i + j] >= low[j] && batch[i + j] <= high[j] ? 0 : 1;
  }
  return outside === 0;
}

function allRowsSatisfy(batch: TypedArray, space: ConstrainedBox): boolean {
  for (let at = 0; at < batch.length; at += space.size) if (!space.satisfies(batch, at)) return false;
  return true;
}

/** Row `i` of an agent's batch as a member of its space. */
export function rowOf(env: ParallelVectorEnv, agent: AgentId, batch: TypedArray, i: number): any {
  return readRow(env.singleObservationSpace(agent), batch, i);
}
