import type { AecEnv } from '../aec.js';
import type { Env } from '../core.js';
import { describe } from '../error.js';
import { make, makeAec, makeVec } from '../make.js';
import type { ParallelEnv } from '../parallel.js';
import type { EnvSpec } from '../registry.js';
import type { ParallelVectorEnv, VectorEnv } from '../vector.js';
import type { Build } from './subject.js';

/**
 * What a checker is given: an environment, or a function that builds one. With a function, or an environment that came
 * unchanged from the registry, rules on new instances are checked too.
 */
export type Source<E> = E | Build<E>;

interface Made<E> {
  readonly env: E;
  readonly build: Build<E> | null;
  /** Whether the checker built `env` and has to close it. */
  readonly owned: boolean;
}

type Anything = { readonly spec?: EnvSpec | null };

/** The environment to check, and how to build another. `rebuild` builds one from a spec. */
export function resolveSource<E extends Anything>(
  source: Source<E>,
  rebuild: (spec: EnvSpec, env: E, renderMode?: string) => E,
): Made<E> {
  if (typeof source === 'function') {
    return { env: source(), build: source, owned: true };
  }
  const spec = source?.spec ?? null;
  if (spec === null) return { env: source, build: null, owned: false };
  const build = (renderMode?: string) => rebuild(spec, source, renderMode);
  return { env: source, build: isAsMade(source, build) ? build : null, owned: false };
}

/** An environment that was wrapped after it was made still has the spec, but the spec does not build it. */
function isAsMade<E extends Anything>(env: E, build: Build<E>): boolean {
  try {
    const made = build() as E & { close(): void };
    made.close();
    return layers(made) === layers(env);
  } catch {
    return false;
  }
}

function layers(env: unknown): string {
  const inner = (env as { env?: unknown } | null)?.env;
  const name = (env as object | null)?.constructor?.name ?? 'null';
  return typeof inner === 'object' && inner !== null ? `${name}<${layers(inner)}>` : name;
}

export function remake<E extends Env | ParallelEnv>(spec: EnvSpec, _env: E, renderMode?: string): E {
  return make<E>(spec, {}, { renderMode });
}

export function remakeAec(spec: EnvSpec, _env: AecEnv, renderMode?: string): AecEnv {
  return makeAec(spec, renderMode === undefined ? {} : { renderMode });
}

export function remakeVec<E extends VectorEnv | ParallelVectorEnv>(spec: EnvSpec, env: E): E {
  return makeVec<E>(spec, env.numEnvs, { autoresetMode: env.autoresetMode });
}

/** The name of an environment in messages. */
export function labelOf(env: unknown): string {
  if (typeof env !== 'object' || env === null) return describe(env);
  return (env as Anything).spec?.id ?? env.constructor?.name ?? 'Object';
}
