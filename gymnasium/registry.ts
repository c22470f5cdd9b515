import type { AecEnv } from './aec.js';
import type { Env, Wrapper } from './core.js';
import {
  closestMatch,
  DeprecatedEnv,
  describe,
  InvalidArgument,
  NameNotFound,
  NamespaceNotFound,
  RegistrationError,
  unknownName,
  VersionNotFound,
} from './error.js';
import { logger } from './logger.js';
import type { ParallelEnv } from './parallel.js';
import type { AutoresetMode, ParallelVectorEnv, VectorEnv } from './vector.js';

export type Parameters = Readonly<Record<string, unknown>>;
export type EntryPoint = (parameters: any) => Env | ParallelEnv;
export type AecEntryPoint = (parameters: any) => AecEnv;
export type VectorEntryPoint = (
  numEnvs: number,
  parameters: any,
  options: { autoresetMode?: AutoresetMode; maxEpisodeSteps?: number | null },
) => VectorEnv | ParallelVectorEnv;

/** What is known of a registered environment, after `gymnasium.envs.registration.EnvSpec`. */
export interface EnvSpec {
  readonly id: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: number | null;
  readonly entryPoint: EntryPoint | null;
  readonly aecEntryPoint: AecEntryPoint | null;
  readonly vectorEntryPoint: VectorEntryPoint | null;
  readonly rewardThreshold: number | null;
  readonly nondeterministic: boolean;
  readonly maxEpisodeSteps: number | null;
  readonly orderEnforce: boolean;
  readonly disableEnvChecker: boolean;
  readonly additionalWrappers: readonly ((env: Env) => Wrapper)[];
  readonly kwargs: Parameters;
}

/** What `register` takes: the fields of `EnvSpec` that the id does not give, all but the id optional. */
export interface Registration extends Partial<Omit<EnvSpec, 'namespace' | 'name' | 'version'>> {
  readonly id: string;
}

/** The parts of `[namespace/]Name[-vN]`. */
export interface EnvId {
  readonly namespace: string | null;
  readonly name: string;
  readonly version: number | null;
}

/** Every registered environment by its full id. */
export const registry = new Map<string, EnvSpec>();

const idPattern = /^(?:([\w:-]+)\/)?([\w:.-]+?)(?:-v(\d+))?$/;
let currentNamespace: string | null = null;

/**
 * Splits an id into its parts.
 *
 * @throws InvalidArgument if the id is not `[namespace/]Name[-vN]`.
 * @example
 * parseEnvId('lab/Maze-v2'); // { namespace: 'lab', name: 'Maze', version: 2 }
 */
export function parseEnvId(id: string): EnvId {
  const match = typeof id === 'string' ? idPattern.exec(id) : null;
  if (match === null) {
    throw new InvalidArgument(
      `Malformed environment id: expected [namespace/]Name[-vN] of letters, digits and "_:.-", got ${describe(id)}.`,
    );
  }
  const [, namespace = null, name, version] = match;
  return { namespace, name, version: version === undefined ? null : Number(version) };
}

/** The id that `parseEnvId` would split into these parts. */
export function formatEnvId({ namespace, name, version }: EnvId): string {
  return (namespace === null ? '' : `${namespace}/`) + name + (version === null ? '' : `-v${version}`);
}

/**
 * Adds an environment to the registry; the same id again replaces the entry with a warning.
 *
 * `entryPoint` builds an Env or a ParallelEnv, `aecEntryPoint` an AecEnv, `vectorEntryPoint` a vector environment; at
 * least one is needed. `maxEpisodeSteps`, `orderEnforce`, `disableEnvChecker` and `additionalWrappers` say how `make`
 * wraps an Env. `kwargs` are default parameters, overridden by those given to `make`.
 *
 * @throws InvalidArgument for a malformed id, no entry point, or a field of the wrong type.
 * @throws RegistrationError if one of the name's versions is numbered and another is not.
 * @example
 * const entryPoint = (parameters) => make('IteratedMatrixGame-v0', { game: 'chicken', ...parameters });
 * register({ id: 'lab/Chicken-v0', entryPoint });
 */
export function register(registration: Registration): EnvSpec {
  const parts = inCurrentNamespace(parseEnvId(registration?.id));
  const id = formatEnvId(parts);
  checkRegistration(id, registration);
  checkVersionStyle(id, parts);
  if (registry.has(id))
    logger.warn(`register: overriding environment ${describe(id)} already in the registry.`);
  const spec = makeSpec(id, parts, registration);
  registry.set(id, spec);
  return spec;
}

/**
 * Runs `fn` with `namespace` put before the ids that it registers.
 *
 * @throws InvalidArgument if the namespace is malformed or `fn` is asynchronous.
 * @example
 * const entryPoint = () => make('IteratedMatrixGame-v0', { game: 'chicken' });
 * withNamespace('lab', () => register({ id: 'Chicken-v1', entryPoint })); // lab/Chicken-v1
 */
export function withNamespace<T>(namespace: string, fn: () => T): T {
  if (typeof namespace !== 'string' || !/^[\w:-]+$/.test(namespace)) {
    throw new InvalidArgument(
      `withNamespace: expected a namespace of letters, digits and "_:-", got ${describe(namespace)}.`,
    );
  }
  const outer = currentNamespace;
  currentNamespace = namespace;
  try {
    const result = fn();
    if (result instanceof Promise) {
      throw new InvalidArgument(
        'withNamespace: expected a synchronous function, got one that returns a promise.',
      );
    }
    return result;
  } finally {
    currentNamespace = outer;
  }
}

/**
 * The spec that `make` would use for this id: the entry itself, or the latest version if the id has none.
 *
 * Warns if the id has no version or there is a newer one.
 *
 * @throws InvalidArgument for a malformed id.
 * @throws NamespaceNotFound, NameNotFound or VersionNotFound if nothing such is registered, naming the closest match.
 * @throws DeprecatedEnv if the version is older than the latest and no longer registered.
 */
export function spec(id: string): EnvSpec {
  const parts = parseEnvId(id);
  const found = registry.get(formatEnvId(parts));
  const latest = latestVersion(parts);
  if (found === undefined) {
    if (parts.version !== null || latest === undefined) throw notFound(id, parts);
    logger.warn(
      `Using the latest version ${describe(latest.id)} of the unversioned environment ${describe(id)}.`,
    );
    return latest;
  }
  if (latest !== undefined && found.version !== null && found.version < latest.version!) {
    logger.warn(
      `The environment ${describe(id)} is out of date. Consider upgrading to ${describe(latest.id)}.`,
    );
  }
  return found;
}

/** All registered ids, in order of namespace and name, then version. */
export function registeredIds(): string[] {
  return [...registry.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function makeSpec(id: string, parts: EnvId, registration: Registration): EnvSpec {
  return Object.freeze({
    ...parts,
    id,
    entryPoint: registration.entryPoint ?? null,
    aecEntryPoint: registration.aecEntryPoint ?? null,
    vectorEntryPoint: registration.vectorEntryPoint ?? null,
    rewardThreshold: registration.rewardThreshold ?? null,
    nondeterministic: registration.nondeterministic ?? false,
    maxEpisodeSteps: registration.maxEpisodeSteps ?? null,
    orderEnforce: registration.orderEnforce ?? true,
    disableEnvChecker: registration.disableEnvChecker ?? false,
    additionalWrappers: Object.freeze([...(registration.additionalWrappers ?? [])]),
    kwargs: Object.freeze({ ...registration.kwargs }),
  });
}

function inCurrentNamespace(parts: EnvId): EnvId {
  if (currentNamespace === null) return parts;
  if (parts.namespace !== null && parts.namespace !== currentNamespace) {
    logger.warn(
      `register: the namespace ${describe(parts.namespace)} is overridden by withNamespace(${describe(currentNamespace)}).`,
    );
  }
  return { ...parts, namespace: currentNamespace };
}

function checkRegistration(id: string, registration: Registration): void {
  const points = [registration.entryPoint, registration.aecEntryPoint, registration.vectorEntryPoint];
  for (const point of points) {
    if (point != null && typeof point !== 'function') {
      throw new InvalidArgument(
        `register(${describe(id)}): expected entry points to be functions, got ${describe(point)}.`,
      );
    }
  }
  if (points.every((point) => point == null)) {
    throw new InvalidArgument(
      `register(${describe(id)}): expected an entryPoint, an aecEntryPoint or a vectorEntryPoint, got none.`,
    );
  }
  const steps = registration.maxEpisodeSteps;
  if (steps != null && !(Number.isSafeInteger(steps) && steps > 0)) {
    throw new InvalidArgument(
      `register(${describe(id)}): expected maxEpisodeSteps to be a positive integer, got ${describe(steps)}.`,
    );
  }
}

/** A name has numbered versions or one unnumbered entry, never both: `make(name)` could mean either. */
function checkVersionStyle(id: string, parts: EnvId): void {
  const clash = versionsOf(parts).find((other) => (other.version === null) !== (parts.version === null));
  if (clash === undefined) return;
  const kind = parts.version === null ? 'unversioned' : 'versioned';
  const other = parts.version === null ? 'versioned' : 'unversioned';
  throw new RegistrationError(
    `Cannot register the ${kind} environment ${describe(id)} when the ${other} environment ${describe(clash.id)} of the same name exists.`,
  );
}

function versionsOf({ namespace, name }: EnvId): EnvSpec[] {
  return [...registry.values()]
    .filter((other) => other.namespace === namespace && other.name === name)
    .sort((a, b) => (a.version ?? -1) - (b.version ?? -1));
}

function latestVersion(parts: EnvId): EnvSpec | undefined {
  return versionsOf(parts).findLast((other) => other.version !== null);
}

function notFound(id: string, parts: EnvId): Error {
  const specs = [...registry.values()];
  if (parts.namespace !== null && !specs.some((other) => other.namespace === parts.namespace)) {
    const namespaces = new Set(specs.flatMap((other) => other.namespace ?? []));
    return new NamespaceNotFound(unknownName('namespace', parts.namespace, namespaces));
  }
  const versions = versionsOf(parts);
  return versions.length === 0 ? nameNotFound(id, parts, specs) : versionNotFound(id, parts, versions);
}

function nameNotFound(id: string, parts: EnvId, specs: EnvSpec[]): NameNotFound {
  const siblings = specs.filter((other) => other.namespace === parts.namespace);
  const names = siblings.map((other) => other.name);
  const name = closestMatch(parts.name, names);
  const elsewhere = specs.findLast((other) => other.name === parts.name);
  const near = elsewhere ?? siblings.findLast((other) => other.name === name);
  const hint = near === undefined ? '' : ` Did you mean ${describe(near.id)}?`;
  return new NameNotFound(`No environment ${describe(id)} is registered.${hint}`);
}

function versionNotFound(id: string, parts: EnvId, versions: EnvSpec[]): Error {
  const latest = versions[versions.length - 1];
  const known = versions.map((other) => other.id).join(', ');
  if (latest.version !== null && parts.version! > latest.version) {
    return new VersionNotFound(`No environment ${describe(id)} is registered. Known versions: ${known}.`);
  }
  return new DeprecatedEnv(
    `The environment ${describe(id)} is deprecated. Use ${describe(latest.id)} instead.`,
  );
}
