import { AecEnv } from './aec.js';
import { Env, Wrapper } from './core.js';
import { describe, InvalidArgument, UnsupportedMode, unknownName } from './error.js';
import { ParallelEnv, ParallelWrapper } from './parallel.js';
import { prefixError } from './prefix-error.js';
import { type EnvSpec, spec as findSpec, type Parameters } from './registry.js';
import { SyncVectorEnv } from './sync-vector-env.js';
import { type AutoresetMode, ParallelVectorEnv, VectorEnv } from './vector.js';
import { OrderEnforcing } from './wrappers/order-enforcing.js';
import { PassiveEnvChecker } from './wrappers/passive-env-checker.js';
import { TimeLimit } from './wrappers/time-limit.js';

export interface MakeOptions {
  /** Overrides the registered time limit; -1 for none. */
  readonly maxEpisodeSteps?: number | null;
  /** Overrides the registered switch of `PassiveEnvChecker`. */
  readonly disableEnvChecker?: boolean;
  /** One of the environment's `metadata.renderModes`, passed to its constructor as `renderMode`. */
  readonly renderMode?: string | null;
}

export type VectorizationMode = 'sync' | 'vectorEntryPoint';

export interface MakeVecOptions {
  /** Parameters of the environment's constructor. */
  readonly parameters?: Parameters;
  /** Default `NextStep`. */
  readonly autoresetMode?: AutoresetMode;
  /** Default: the registered vector entry point if there is one, else `sync`. */
  readonly vectorizationMode?: VectorizationMode;
  /** Applied to each sub-environment, first one innermost; not with a vector entry point. */
  readonly wrappers?: readonly ((env: Env) => Env)[];
}

const makeOptionNames = ['maxEpisodeSteps', 'disableEnvChecker', 'renderMode'];
const makeVecOptionNames = ['parameters', 'autoresetMode', 'vectorizationMode', 'wrappers'];
const vectorizationModes = ['sync', 'vectorEntryPoint'];

/**
 * Builds a registered environment. An Env comes wrapped, inside out, in PassiveEnvChecker, OrderEnforcing, TimeLimit and
 * the registered wrappers, as its spec says; a ParallelEnv comes as it is.
 *
 * @param id an id, or a spec (`make(env.spec)` builds the same environment again)
 * @param parameters go to the constructor, over the registered defaults
 * @throws what `spec` throws, and the constructor's errors with the id before their message.
 * @throws UnsupportedMode if the environment has no such render mode, or no entry point for `make`.
 * @throws InvalidArgument for malformed options, or options that need an Env where the entry point gives a ParallelEnv.
 * @example
 * const env = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const { observations } = env.reset({ seed: 42 });
 */
export function make<T extends Env | ParallelEnv = ParallelEnv>(
  id: string | EnvSpec,
  parameters: Parameters = {},
  options: MakeOptions = {},
): T {
  const found = resolve(id);
  const label = `make('${found.id}')`;
  checkOptions(label, options, makeOptionNames);
  const spec = withOverrides(label, found, parameters, options);
  const env = construct(label, 'entryPoint', spec.entryPoint, (entryPoint) => entryPoint({ ...spec.kwargs }));
  if (!(env instanceof Env || env instanceof ParallelEnv)) {
    throw new InvalidArgument(
      `${label}: expected the entry point to give an Env or a ParallelEnv, got ${describe(env)}.`,
    );
  }
  checkRenderMode(label, env, spec.kwargs.renderMode);
  setSpec(env, spec);
  if (env instanceof Env) return wrap(label, env, spec) as Env as T;
  checkUnwrapped(label, spec, options);
  return env as T;
}

/**
 * Builds the turn-based form of a registered environment.
 *
 * @throws UnsupportedMode if it has no `aecEntryPoint`; else as `make`.
 * @example
 * const env = makeAec('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * env.reset({ seed: 42 });
 * for (const agent of env.agentIter()) {
 *   const { terminated, truncated } = env.last();
 *   env.step(terminated || truncated ? null : env.actionSpace(agent).sample());
 * }
 */
export function makeAec(id: string | EnvSpec, parameters: Parameters = {}): AecEnv {
  const found = resolve(id);
  const label = `makeAec('${found.id}')`;
  const spec = withOverrides(label, found, parameters, {});
  const env = construct(label, 'aecEntryPoint', spec.aecEntryPoint, (entryPoint) =>
    entryPoint({ ...spec.kwargs }),
  );
  if (!(env instanceof AecEnv)) {
    throw new InvalidArgument(`${label}: expected the entry point to give an AecEnv, got ${describe(env)}.`);
  }
  env.spec = spec;
  return env;
}

/**
 * Builds `numEnvs` copies of an environment that step together: of an id or spec, by its vector entry point or by
 * `SyncVectorEnv` over `make`; of a function that gives a new Env at each call, by `SyncVectorEnv`.
 *
 * @throws InvalidArgument for malformed arguments, and for wrappers with a vector entry point.
 * @throws UnsupportedMode if there is no entry point of the kind asked for, or it does not honour the autoreset mode.
 * @example
 * const row = () => {
 *   const game = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 *   return new SingleAgentView(game, 'leader_0', { follower_0: () => 1 });
 * };
 * const envs = makeVec(row, 8, { autoresetMode: 'SameStep' });
 * const { observations } = envs.reset({ seed: 0 });
 */
export function makeVec<T extends VectorEnv | ParallelVectorEnv = VectorEnv>(
  source: string | EnvSpec | (() => Env),
  numEnvs = 1,
  options: MakeVecOptions = {},
): T {
  const found = typeof source === 'function' ? null : resolve(source);
  const label = found === null ? 'makeVec' : `makeVec('${found.id}')`;
  checkVecArguments(label, numEnvs, options);
  const spec = found && withOverrides(label, found, options.parameters ?? {}, {});
  const mode = options.vectorizationMode ?? (spec?.vectorEntryPoint ? 'vectorEntryPoint' : 'sync');
  if (mode === 'vectorEntryPoint') return fromVectorEntryPoint(label, spec, numEnvs, options) as T;
  if (spec === null && options.parameters !== undefined) {
    throw new InvalidArgument(
      `${label}: expected no parameters with a function, got ${describe(options.parameters)}.`,
    );
  }
  const factory = (row: number) => (spec === null ? (source as () => Env)() : makeRow(label, spec, row));
  const wrapped = (row: number) =>
    (options.wrappers ?? []).reduce((env, wrapper) => wrapper(env), factory(row));
  const factories = Array.from({ length: numEnvs }, (_, row) => () => wrapped(row));
  return new SyncVectorEnv(factories, { autoresetMode: options.autoresetMode }) as VectorEnv as T;
}

/** The first row alone is checked: the others are the same. */
function makeRow(label: string, spec: EnvSpec, row: number): Env {
  const env = make<Env | ParallelEnv>(spec, {}, row === 0 ? {} : { disableEnvChecker: true });
  if (env instanceof Env) return env;
  throw new UnsupportedMode(
    `${label}: expected the entry point to give an Env for vectorizationMode 'sync', got a ParallelEnv.`,
  );
}

function fromVectorEntryPoint(label: string, spec: EnvSpec | null, numEnvs: number, options: MakeVecOptions) {
  if ((options.wrappers ?? []).length > 0 || (spec?.additionalWrappers ?? []).length > 0) {
    throw new InvalidArgument(
      `${label}: expected no wrappers with vectorizationMode 'vectorEntryPoint', got some. Use 'sync' for them.`,
    );
  }
  const autoresetMode = options.autoresetMode ?? 'NextStep';
  const env = construct(label, 'vectorEntryPoint', spec?.vectorEntryPoint ?? null, (entryPoint) =>
    entryPoint(numEnvs, { ...spec!.kwargs }, { autoresetMode, maxEpisodeSteps: spec!.maxEpisodeSteps }),
  );
  if (!(env instanceof VectorEnv || env instanceof ParallelVectorEnv) || env.numEnvs !== numEnvs) {
    throw new InvalidArgument(
      `${label}: expected the entry point to give a vector environment of ${numEnvs}, got ${describe(env)}.`,
    );
  }
  if (env.autoresetMode !== autoresetMode) {
    throw new UnsupportedMode(
      `${label}: expected autoresetMode ${describe(autoresetMode)}, got ${describe(env.autoresetMode)}.`,
    );
  }
  env.spec = spec;
  return env;
}

function resolve(id: string | EnvSpec): EnvSpec {
  if (typeof id === 'string') return findSpec(id);
  if (typeof id?.id !== 'string' || !('entryPoint' in id)) {
    throw new InvalidArgument(`make: expected an environment id or an EnvSpec, got ${describe(id)}.`);
  }
  return id;
}

function withOverrides(label: string, spec: EnvSpec, parameters: Parameters, options: MakeOptions): EnvSpec {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) {
    throw new InvalidArgument(`${label}: expected parameters to be an object, got ${describe(parameters)}.`);
  }
  const steps = options.maxEpisodeSteps ?? spec.maxEpisodeSteps;
  if (steps !== null && steps !== -1 && !(Number.isSafeInteger(steps) && steps > 0)) {
    throw new InvalidArgument(
      `${label}: expected maxEpisodeSteps to be a positive integer or -1, got ${describe(steps)}.`,
    );
  }
  const rendering = options.renderMode == null ? {} : { renderMode: options.renderMode };
  return Object.freeze({
    ...spec,
    maxEpisodeSteps: steps === -1 ? null : steps,
    disableEnvChecker: options.disableEnvChecker ?? spec.disableEnvChecker,
    kwargs: Object.freeze({ ...spec.kwargs, ...parameters, ...rendering }),
  });
}

function construct<E, R>(label: string, kind: string, entryPoint: E | null, call: (entryPoint: E) => R): R {
  if (entryPoint === null) {
    throw new UnsupportedMode(`${label}: expected a registered ${kind}, but the environment has none.`);
  }
  try {
    return call(entryPoint);
  } catch (error) {
    throw prefixError(label, error);
  }
}

function wrap(label: string, env: Env, spec: EnvSpec): Env {
  let wrapped = env;
  if (!spec.disableEnvChecker) wrapped = new PassiveEnvChecker(wrapped);
  if (spec.orderEnforce) wrapped = new OrderEnforcing(wrapped);
  if (spec.maxEpisodeSteps !== null) wrapped = new TimeLimit(wrapped, spec.maxEpisodeSteps);
  for (const wrapper of spec.additionalWrappers) {
    wrapped = wrapper(wrapped);
    if (!(wrapped instanceof Env)) {
      throw new InvalidArgument(
        `${label}: expected additionalWrappers to give an Env, got ${describe(wrapped)}.`,
      );
    }
  }
  return wrapped;
}

function setSpec(env: Env | ParallelEnv, spec: EnvSpec): void {
  env.spec = spec;
  if (env instanceof Wrapper || env instanceof ParallelWrapper) setSpec(env.env, spec);
}

function checkUnwrapped(label: string, spec: EnvSpec, options: MakeOptions): void {
  if (spec.additionalWrappers.length === 0 && (options.maxEpisodeSteps ?? -1) === -1) return;
  const what = spec.additionalWrappers.length > 0 ? 'additionalWrappers' : 'maxEpisodeSteps';
  throw new InvalidArgument(`${label}: ${what} needs an Env, but the entry point gave a ParallelEnv.`);
}

function checkRenderMode(label: string, env: Env | ParallelEnv, mode: unknown): void {
  if (mode == null) return;
  const { renderModes } = env.metadata;
  if (!renderModes.includes(mode as string)) {
    throw new UnsupportedMode(`${label}: ${unknownName('render mode', String(mode), renderModes)}`);
  }
  if (env.renderMode !== mode) {
    throw new UnsupportedMode(
      `${label}: expected the constructor to set renderMode ${describe(mode)}, got ${describe(env.renderMode)}.`,
    );
  }
}

function checkVecArguments(label: string, numEnvs: number, options: MakeVecOptions): void {
  checkOptions(label, options, makeVecOptionNames);
  if (!Number.isSafeInteger(numEnvs) || numEnvs <= 0) {
    throw new InvalidArgument(
      `${label}: expected numEnvs to be a positive integer, got ${describe(numEnvs)}.`,
    );
  }
  const mode = options.vectorizationMode;
  if (mode !== undefined && !vectorizationModes.includes(mode)) {
    throw new InvalidArgument(`${label}: ${unknownName('vectorizationMode', mode, vectorizationModes)}`);
  }
}

function checkOptions(label: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options ?? {}).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new InvalidArgument(`${label}: ${unknownName('option', unknown, known)}`);
}
