import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, GymError, InvalidArgument } from '../gymnasium/error.js';
import { prefixError } from '../gymnasium/prefix-error.js';
import { spaceFromJSON } from '../gymnasium/spaces/from-json.js';
import type { Space } from '../gymnasium/spaces/space.js';
import { check, oneOf, type Rule } from './options.js';
import { type DifferentiablePolicy, MlpPolicy, type Policy, TabularSoftmax } from './policy.js';
import { TabularGaussian } from './tabular-gaussian.js';

const isObject: Rule = {
  expected: 'an object',
  holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
const isArray: Rule = { expected: 'an array', holds: Array.isArray };
const readers: Readonly<Record<string, (fields: Fields) => Promise<DifferentiablePolicy>>> = {
  'tabular-softmax': async ({ observationSpace, actionSpace, params }) => {
    const policy = new TabularSoftmax(observationSpace, actionSpace);
    policy.network.load({ params });
    return policy;
  },
  'tabular-gaussian': async ({ observationSpace, actionSpace, params, logStd }) => {
    const policy = new TabularGaussian(observationSpace, actionSpace, { logStd: logStd as number });
    policy.network.load({ params });
    return policy;
  },
  mlp: async ({ observationSpace, actionSpace, params, hidden, engine }) => {
    check('policy', 'hidden', hidden, isArray);
    check('policy', 'engine', engine, { expected: 'a string', holds: (value) => typeof value === 'string' });
    const options = { seed: 0, hidden: hidden as number[], engine: engine as string };
    const policy = await MlpPolicy.create(observationSpace, actionSpace, options);
    policy.network.load({ params });
    return policy;
  },
};

interface Fields {
  readonly observationSpace: Space<any>;
  readonly actionSpace: Space<any>;
  readonly params: readonly number[];
  readonly hidden: unknown;
  readonly engine: unknown;
  readonly logStd: unknown;
}

/**
 * The policy that `policy.save()` describes, also after a trip through text.
 *
 * @throws InvalidArgument that names the field which is missing, unknown or malformed.
 */
export async function policyFromJSON(json: unknown): Promise<DifferentiablePolicy> {
  check('policy', 'the file', json, isObject);
  const fields = json as Record<string, unknown>;
  check('policy', 'format', fields.format, oneOf('stackelberg-gym/policy'));
  check('policy', 'version', fields.version, { expected: '1', holds: (value) => value === 1 });
  check('policy', 'kind', fields.kind, oneOf(...Object.keys(readers)));
  check('policy', 'params', fields.params, isArray);
  return readers[fields.kind as string]({
    observationSpace: readSpace('observationSpace', fields),
    actionSpace: readSpace('actionSpace', fields),
    params: fields.params as number[],
    hidden: fields.hidden,
    engine: fields.engine,
    logStd: fields.logStd,
  });
}

/**
 * Writes a policy as JSON. The file appears whole or not at all: an old one at `path` stays until the new one is
 * complete.
 */
export function savePolicy(policy: Policy, path: string): void {
  writeJson('savePolicy', path, policy.save());
}

/**
 * Reads a policy that `savePolicy` wrote.
 *
 * @throws InvalidArgument if the file is missing, is no JSON or a field is malformed.
 */
export async function loadPolicy(path: string): Promise<DifferentiablePolicy> {
  const owner = `loadPolicy: ${path}`;
  const json = readJson(owner, path);
  try {
    return await policyFromJSON(json);
  } catch (error) {
    throw prefixError(owner, error);
  }
}

/** Writes JSON to a file that appears whole or not at all. @throws GymError if it cannot be written */
export function writeJson(owner: string, path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(value)}\n`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new GymError(`${owner}: cannot write ${describe(path)}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Reads a JSON file. @throws InvalidArgument if it is missing or is no JSON */
export function readJson(owner: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, ' ');
    throw new InvalidArgument(`${owner}: expected a readable JSON file, got: ${reason}.`, { cause: error });
  }
}

function readSpace(name: string, fields: Record<string, unknown>): Space<any> {
  try {
    return spaceFromJSON(fields[name]);
  } catch (error) {
    throw prefixError(`policy: ${name}`, error);
  }
}
