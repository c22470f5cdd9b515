import { describe, InvalidArgument } from './error.js';
import { type EnvSpec, type Parameters, registry } from './registry.js';

/** A spec's data as plain JSON. Its functions are those registered under the id. */
export interface SpecJSON {
  readonly id: string;
  readonly rewardThreshold: number | null;
  readonly nondeterministic: boolean;
  readonly maxEpisodeSteps: number | null;
  readonly orderEnforce: boolean;
  readonly disableEnvChecker: boolean;
  readonly kwargs: Parameters;
}

const functionFields = ['entryPoint', 'aecEntryPoint', 'vectorEntryPoint', 'additionalWrappers'] as const;
const fieldTypes: Readonly<Record<keyof SpecJSON, readonly string[]>> = {
  id: ['string'],
  rewardThreshold: ['number', 'null'],
  nondeterministic: ['boolean'],
  maxEpisodeSteps: ['number', 'null'],
  orderEnforce: ['boolean'],
  disableEnvChecker: ['boolean'],
  kwargs: ['object'],
};

/**
 * A spec as plain JSON, to store beside results or send to another process.
 *
 * @throws InvalidArgument if the spec's functions are not the registered ones, or a parameter is not plain JSON.
 * @example
 * const env = make('IteratedMatrixGame-v0', { game: 'prisoners_dilemma', horizon: 10 });
 * const text = JSON.stringify(specToJSON(env.spec));
 * const twin = make(specFromJSON(JSON.parse(text)));
 */
export function specToJSON(spec: EnvSpec): SpecJSON {
  const registered = registry.get(spec.id);
  const foreign = functionFields.find((field) => spec[field] !== registered?.[field]);
  if (foreign !== undefined) {
    throw new InvalidArgument(
      `specToJSON: expected ${foreign} of ${describe(spec.id)} to be the registered one, got another.`,
    );
  }
  return {
    id: spec.id,
    rewardThreshold: spec.rewardThreshold,
    nondeterministic: spec.nondeterministic,
    maxEpisodeSteps: spec.maxEpisodeSteps,
    orderEnforce: spec.orderEnforce,
    disableEnvChecker: spec.disableEnvChecker,
    kwargs: copyJSON(spec.kwargs, 'kwargs') as Parameters,
  };
}

/**
 * Reads a spec back, with the functions registered under its id.
 *
 * @throws InvalidArgument if a field is missing, unknown or of the wrong type, or the id is not registered.
 */
export function specFromJSON(json: SpecJSON): EnvSpec {
  checkFields(json);
  const registered = registry.get(json.id);
  if (registered === undefined) {
    throw new InvalidArgument(`specFromJSON: expected a registered id, got ${describe(json.id)}.`);
  }
  return Object.freeze({ ...registered, ...json, kwargs: Object.freeze({ ...json.kwargs }) });
}

function checkFields(json: unknown): void {
  if (typeof json !== 'object' || json === null) {
    throw new InvalidArgument(`specFromJSON: expected an object, got ${describe(json)}.`);
  }
  for (const key of new Set([...Object.keys(fieldTypes), ...Object.keys(json)])) {
    const types = fieldTypes[key as keyof SpecJSON];
    const value = (json as Record<string, unknown>)[key];
    if (types === undefined || !types.includes(value === null ? 'null' : typeof value)) {
      const expected = types === undefined ? 'no such field' : types.join(' or ');
      throw new InvalidArgument(`specFromJSON: expected ${key} to be ${expected}, got ${describe(value)}.`);
    }
  }
}

function copyJSON(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, i) => copyJSON(item, `${path}[${i}]`));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, copyJSON(item, `${path}.${key}`)]),
    );
  }
  throw new InvalidArgument(`specToJSON: expected ${path} to be plain JSON, got ${describe(value)}.`);
}
