import { Env } from './core.js';
import { ClosedEnvironmentError, describe, InvalidAction, InvalidArgument, ResetNeeded } from './error.js';
import { prefixError } from './prefix-error.js';
import type { Seed } from './rng.js';
import { isTypedArray, type Space } from './spaces/space.js';
import { batchSpace, concatenate, createEmptyBatch, iterate } from './spaces/utils.js';
import type { Info, Metadata, RenderFrame } from './types.js';
import {
  type AutoresetMode,
  type Batch,
  VectorEnv,
  type VectorResetOptions,
  type VectorResetResult,
  type VectorStepResult,
} from './vector.js';
import { checkAutoresetMode, checkResetMask, rowSeeds } from './vector-arguments.js';

type RowState = 'new' | 'running' | 'ended';

/**
 * Steps N environments one after another in this thread, after `gymnasium.vector.SyncVectorEnv`.
 *
 * All buffers of a result are reused by the next call. Actions are checked for all rows before the first one moves; if
 * an environment throws in the middle of a step, rows have got out of step and need a reset.
 *
 * @param factories one function a row, each giving an environment of its own
 * @param options.autoresetMode default `NextStep`
 * @throws InvalidArgument for malformed arguments, rows that share an environment, or rows whose spaces differ.
 * @example
 * const row = () => {
 *   const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 *   return new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * };
 * const envs = new SyncVectorEnv([row, row], { autoresetMode: 'SameStep' });
 * const { observations } = envs.reset({ seed: 0 });
 * const { rewards, finalMask } = envs.step(Int32Array.of(0, 1));
 */
export class SyncVectorEnv extends VectorEnv {
  readonly envs: readonly Env[];
  readonly numEnvs: number;
  readonly autoresetMode: AutoresetMode;
  readonly singleObservationSpace: Space<any>;
  readonly singleActionSpace: Space<any>;
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  declare readonly metadata: Metadata;
  private readonly states: RowState[];
  private readonly current: unknown[];
  private readonly last: unknown[];
  private readonly infos: Info[];
  private readonly finalInfos: (Info | null)[];
  private readonly result: VectorStepResult;

  constructor(factories: readonly (() => Env)[], options: { autoresetMode?: AutoresetMode } = {}) {
    super();
    this.autoresetMode = checkAutoresetMode('SyncVectorEnv', options.autoresetMode ?? 'NextStep');
    this.envs = buildRows(factories);
    this.numEnvs = this.envs.length;
    this.singleObservationSpace = this.envs[0].observationSpace;
    this.singleActionSpace = this.envs[0].actionSpace;
    this.observationSpace = batchSpace(this.singleObservationSpace, this.numEnvs);
    this.actionSpace = batchSpace(this.singleActionSpace, this.numEnvs);
    this.metadata = this.envs[0].metadata;
    this.spec = this.envs[0].spec;
    this.states = new Array(this.numEnvs).fill('new');
    this.current = new Array(this.numEnvs).fill(undefined);
    this.last = new Array(this.numEnvs).fill(undefined);
    this.infos = Array.from({ length: this.numEnvs }, () => ({}));
    this.finalInfos = new Array(this.numEnvs).fill(null);
    this.result = this.allocate();
  }

  override reset(options: VectorResetOptions = {}): VectorResetResult {
    this.checkOpen('reset');
    const seeds = rowSeeds(options.seed ?? null, this.numEnvs);
    const { resetMask, ...rest } = options.options ?? {};
    const mask = resetMask == null ? null : checkResetMask(resetMask, this.numEnvs);
    if (mask !== null && this.current.includes(undefined)) {
      throw new ResetNeeded('reset: expected a reset of all rows before one with resetMask, got none.');
    }
    for (let row = 0; row < this.numEnvs; row++) {
      if (mask !== null && !mask[row]) continue;
      this.clearRow(row);
      this.resetRow(row, seeds[row], options.options == null ? null : rest);
    }
    concatenate(this.singleObservationSpace, this.current, this.result.observations);
    return this.result;
  }

  override step(actions: Batch): VectorStepResult {
    this.checkOpen('step');
    this.checkReady();
    const moves = this.readActions(actions);
    for (let row = 0; row < this.numEnvs; row++) this.stepRow(row, moves[row]);
    concatenate(this.singleObservationSpace, this.current, this.result.observations);
    if (this.result.finalMask.includes(1)) {
      const final = this.current.map((value, row) => (this.result.finalMask[row] ? this.last[row] : value));
      concatenate(this.singleObservationSpace, final, this.result.finalObservations);
    }
    return this.result;
  }

  override render(): readonly RenderFrame[] {
    this.checkOpen('render');
    return this.envs.map((env) => env.render());
  }

  /** Closes every row. Calling it again does nothing. */
  override close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const env of this.envs) env.close();
  }

  private allocate(): VectorStepResult {
    return {
      observations: createEmptyBatch(this.singleObservationSpace, this.numEnvs),
      infos: this.infos,
      rewards: new Float64Array(this.numEnvs),
      terminations: new Uint8Array(this.numEnvs),
      truncations: new Uint8Array(this.numEnvs),
      finalMask: new Uint8Array(this.numEnvs),
      finalObservations: createEmptyBatch(this.singleObservationSpace, this.numEnvs),
      finalInfos: this.finalInfos,
    };
  }

  private resetRow(
    row: number,
    seed: Seed | null = null,
    options: Record<string, unknown> | null = null,
  ): void {
    const { observation, info } = this.guard(row, () => this.envs[row].reset({ seed, options }));
    this.current[row] = observation;
    this.infos[row] = info;
    this.states[row] = 'running';
  }

  private clearRow(row: number): void {
    const { rewards, terminations, truncations, finalMask } = this.result;
    for (const column of [rewards, terminations, truncations, finalMask]) column[row] = 0;
    this.finalInfos[row] = null;
  }

  private stepRow(row: number, action: unknown): void {
    const ended = this.states[row] === 'ended';
    this.clearRow(row);
    if (ended) {
      this.resetRow(row);
      return;
    }
    const result = this.guard(row, () => this.envs[row].step(action));
    this.current[row] = result.observation;
    this.infos[row] = result.info;
    this.result.rewards[row] = result.reward;
    this.result.terminations[row] = Number(result.terminated);
    this.result.truncations[row] = Number(result.truncated);
    if (result.terminated || result.truncated) this.endRow(row);
  }

  private endRow(row: number): void {
    const resetsNow = this.autoresetMode === 'SameStep';
    this.result.finalMask[row] = 1;
    // The reset below may overwrite what the environment owns.
    this.last[row] = resetsNow ? copyValue(this.current[row]) : this.current[row];
    this.finalInfos[row] = resetsNow ? { ...this.infos[row] } : this.infos[row];
    this.states[row] = 'ended';
    if (resetsNow) this.resetRow(row);
  }

  private guard<T>(row: number, call: () => T): T {
    try {
      return call();
    } catch (error) {
      this.states.fill('new');
      throw prefixError(`row ${row}`, error);
    }
  }

  private readActions(actions: Batch): unknown[] {
    const moves = rowsOf(this.singleActionSpace, actions);
    if (moves.length !== this.numEnvs) {
      throw new InvalidAction(
        `step: expected a batch of ${this.numEnvs} actions in ${this.actionSpace}, got ${describe(actions)}.`,
      );
    }
    const ignored = (row: number) => this.states[row] === 'ended';
    const bad = moves.findIndex((move, row) => !ignored(row) && !this.singleActionSpace.contains(move));
    if (bad < 0) return moves;
    throw new InvalidAction(
      `row ${bad}: expected an action in ${this.singleActionSpace}, got ${describe(moves[bad])}.`,
    );
  }

  private checkReady(): void {
    const stuck = (state: RowState) =>
      state === 'new' || (state === 'ended' && this.autoresetMode === 'Disabled');
    if (!this.states.some(stuck)) return;
    const rows = this.states.flatMap((state, row) => (stuck(state) ? row : []));
    const how = this.states.includes('new') ? 'reset()' : 'reset({ options: { resetMask } })';
    throw new ResetNeeded(`step: expected ${how} before this step, got none for rows ${rows.join(', ')}.`);
  }

  private checkOpen(method: string): void {
    if (this.closed) {
      throw new ClosedEnvironmentError(`${method}: expected an open environment, but it was closed.`);
    }
  }
}

function buildRows(factories: readonly (() => Env)[]): readonly Env[] {
  if (!Array.isArray(factories) || factories.length === 0) {
    throw new InvalidArgument(
      `SyncVectorEnv: expected a non-empty array of functions, got ${describe(factories)}.`,
    );
  }
  const envs: Env[] = [];
  try {
    for (const factory of factories) envs.push(buildRow(factory, envs));
  } catch (error) {
    for (const env of envs) env.close();
    throw error;
  }
  return Object.freeze(envs);
}

function buildRow(factory: () => Env, envs: readonly Env[]): Env {
  const label = `SyncVectorEnv: row ${envs.length}`;
  if (typeof factory !== 'function') {
    throw new InvalidArgument(`${label}: expected a function that gives an Env, got ${describe(factory)}.`);
  }
  const env = factory();
  if (!(env instanceof Env)) throw new InvalidArgument(`${label}: expected an Env, got ${describe(env)}.`);
  const twin = envs.findIndex((other) => other.unwrapped === env.unwrapped);
  if (twin >= 0) {
    throw new InvalidArgument(`${label}: expected an environment of its own, got the one of row ${twin}.`);
  }
  for (const name of ['observationSpace', 'actionSpace'] as const) {
    const expected = (envs[0] ?? env)[name];
    if (!expected.equals(env[name])) {
      throw new InvalidArgument(`${label}: expected the ${name} ${expected} of row 0, got ${env[name]}.`);
    }
  }
  return env;
}

function rowsOf(space: Space<any>, batch: Batch): unknown[] {
  try {
    return [...iterate(space, batch)];
  } catch (error) {
    throw new InvalidAction(`step: expected a batch of actions in ${space}, got ${describe(batch)}.`, {
      cause: error,
    });
  }
}

function copyValue(value: unknown): unknown {
  if (isTypedArray(value)) return value.slice();
  return typeof value === 'object' ? structuredClone(value) : value;
}
