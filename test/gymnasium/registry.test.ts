import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Env, Wrapper } from '../../gymnasium/core.js';
import {
  DeprecatedEnv,
  InvalidArgument,
  NameNotFound,
  NamespaceNotFound,
  RegistrationError,
  VersionNotFound,
} from '../../gymnasium/error.js';
import { logger } from '../../gymnasium/logger.js';
import { make } from '../../gymnasium/make.js';
import {
  type EnvSpec,
  formatEnvId,
  parseEnvId,
  register,
  registeredIds,
  registry,
  spec,
  withNamespace,
} from '../../gymnasium/registry.js';
import { specFromJSON, specToJSON } from '../../gymnasium/spec-json.js';
import { TestingEnv, thrownBy } from './testing-env.js';

const entryPoint = () => new TestingEnv();
const add = (...ids: string[]) => ids.map((id) => register({ id, entryPoint }));

let warnings: string[];
let saved: [string, EnvSpec][];
const warn = logger.warn;

beforeEach(() => {
  warnings = [];
  saved = [...registry];
  registry.clear();
  logger.warn = (message) => warnings.push(message);
});

afterEach(() => {
  logger.warn = warn;
  registry.clear();
  for (const [id, entry] of saved) registry.set(id, entry);
});

describe('environment ids', () => {
  it.each([
    ['Maze-v0', { namespace: null, name: 'Maze', version: 0 }],
    ['Maze', { namespace: null, name: 'Maze', version: null }],
    ['lab/Maze-v12', { namespace: 'lab', name: 'Maze', version: 12 }],
    ['lab/Maze-big.2-v1', { namespace: 'lab', name: 'Maze-big.2', version: 1 }],
  ])('%s splits into its parts and back', (id, parts) => {
    expect(parseEnvId(id)).toEqual(parts);
    expect(formatEnvId(parts)).toBe(id);
  });

  it.each(['', 'a b', 'lab/', '/Maze', 'a/b/c-v0', 'Maze-v0!', null, 5] as any[])(
    '%p is malformed, for register and make alike',
    (id) => {
      expect(() => parseEnvId(id)).toThrow(/Malformed environment id/);
      expect(() => register({ id, entryPoint })).toThrow(InvalidArgument);
      expect(() => make(id)).toThrow(InvalidArgument);
    },
  );
});

describe('register', () => {
  it('fills the spec in with the defaults', () => {
    const [entry] = add('lab/Maze-v2');
    expect(registry.get('lab/Maze-v2')).toBe(entry);
    expect(entry).toMatchObject({
      ...{ id: 'lab/Maze-v2', namespace: 'lab', name: 'Maze', version: 2, entryPoint },
      ...{ aecEntryPoint: null, vectorEntryPoint: null, rewardThreshold: null, nondeterministic: false },
      ...{ maxEpisodeSteps: null, orderEnforce: true, disableEnvChecker: false, kwargs: {} },
    });
    expect(Object.isFrozen(entry)).toBe(true);
  });

  it('needs an entry point of some kind', () => {
    expect(() => register({ id: 'Maze-v0' })).toThrow(/expected an entryPoint, .*got none/);
    expect(() => register({ id: 'Maze-v0', entryPoint: 'maze.ts' as any })).toThrow(/to be functions/);
    expect(() => register({ id: 'Maze-v0', vectorEntryPoint: () => null as any })).not.toThrow();
    expect(() => register(undefined as any)).toThrow(InvalidArgument);
  });

  it.each([0, -1, 1.5, '9'] as any[])('refuses maxEpisodeSteps %p', (maxEpisodeSteps) => {
    expect(() => register({ id: 'Maze-v0', entryPoint, maxEpisodeSteps })).toThrow(/positive integer/);
  });

  it('refuses an unversioned entry after a versioned one, and the reverse', () => {
    add('Maze-v0', 'Lake');
    expect(() => add('Maze')).toThrow(RegistrationError);
    expect(() => add('Maze')).toThrow(/the unversioned environment "Maze" when the versioned .*"Maze-v0"/);
    expect(() => add('Lake-v0')).toThrow(RegistrationError);
    expect(() => add('lab/Maze')).not.toThrow();
  });

  it('overwrites the same id with a warning', () => {
    add('Maze-v0');
    const [second] = add('Maze-v0');
    expect(registry.get('Maze-v0')).toBe(second);
    expect(warnings).toEqual([expect.stringContaining('"Maze-v0" already in the registry')]);
  });

  it('lists ids with versions in order of number', () => {
    add('Maze-v10', 'Maze-v9', 'lab/Lake-v0', 'Apple-v1');
    expect(registeredIds()).toEqual(['Apple-v1', 'lab/Lake-v0', 'Maze-v9', 'Maze-v10']);
  });
});

describe('withNamespace', () => {
  it('puts the namespace before ids, nests, and returns what the function does', () => {
    const inner = withNamespace('lab', () => {
      withNamespace('attic', () => add('Maze-v0'));
      return add('Maze-v1')[0].id;
    });
    expect(inner).toBe('lab/Maze-v1');
    expect(registeredIds()).toEqual(['attic/Maze-v0', 'lab/Maze-v1']);
  });

  it('overrides another namespace with a warning and ends also when the function throws', () => {
    withNamespace('lab', () => add('home/Maze-v0'));
    expect(warnings).toEqual([expect.stringContaining('"home" is overridden')]);
    expect(() => withNamespace('lab', () => add('bad id'))).toThrow(InvalidArgument);
    expect(add('Lake-v0')[0].id).toBe('Lake-v0');
  });

  it('refuses a malformed namespace and an asynchronous function', () => {
    expect(() => withNamespace('a/b', () => 0)).toThrow(InvalidArgument);
    expect(() => withNamespace('lab', async () => 0)).toThrow(/synchronous/);
  });
});

describe('looking a version up', () => {
  beforeEach(() => {
    add('Maze-v1', 'Maze-v3', 'Lake', 'lab/Cave-v0');
  });

  it('finds the latest version without a warning', () => {
    expect(spec('Maze-v3').version).toBe(3);
    expect(spec('Lake').version).toBeNull();
    expect(warnings).toEqual([]);
  });

  it('makes an older existing version with a deprecation warning', () => {
    expect(make<Env>('Maze-v1').spec?.id).toBe('Maze-v1');
    expect(warnings).toEqual([expect.stringMatching(/"Maze-v1" is out of date.*"Maze-v3"/)]);
  });

  it('refuses an older version that is not registered, naming the latest', () => {
    expect(() => make('Maze-v2')).toThrow(DeprecatedEnv);
    expect(() => make('Maze-v2')).toThrow(/"Maze-v2" is deprecated. Use "Maze-v3" instead/);
    expect(() => make('Lake-v0')).toThrow(DeprecatedEnv);
  });

  it('refuses a later version, listing those there are', () => {
    expect(() => make('Maze-v4')).toThrow(VersionNotFound);
    expect(() => make('Maze-v4')).toThrow(/Known versions: Maze-v1, Maze-v3/);
  });

  it('makes the latest version of an id without one, with a warning', () => {
    expect(make<Env>('Maze').spec?.id).toBe('Maze-v3');
    expect(warnings).toEqual([expect.stringContaining('latest version "Maze-v3"')]);
  });

  it('names the closest namespace', () => {
    expect(() => make('labs/Cave-v0')).toThrow(NamespaceNotFound);
    expect(() => make('labs/Cave-v0')).toThrow(/namespace "labs". Did you mean "lab"\?/);
  });

  it('names the closest name, or the same name in another namespace', () => {
    expect(() => make('Maez-v1')).toThrow(NameNotFound);
    expect(() => make('Maez-v1')).toThrow(/No environment "Maez-v1" is registered. Did you mean "Maze-v3"\?/);
    expect(() => make('Cave-v0')).toThrow(/Did you mean "lab\/Cave-v0"\?/);
    expect(() => make('Zzzzzzzzzz-v0')).toThrow(/is registered.$/);
  });
});

describe('constructor errors', () => {
  class OddError extends Error {
    constructor(readonly code: number) {
      super(`code ${code}`);
    }
  }
  const failing = (error: unknown) => {
    register({
      id: 'Bad-v0',
      entryPoint: () => {
        throw error;
      },
    });
    return thrownBy(() => make('Bad-v0'));
  };

  it('are re-thrown with the id before the message, in one line and of their class', () => {
    const cause = new InvalidArgument('expected horizon,\n  got none.');
    const error = failing(cause);
    expect(error).toBeInstanceOf(InvalidArgument);
    expect(error.message).toBe("make('Bad-v0'): expected horizon, got none.");
    expect(error.cause).toBe(cause);
    expect(cause.message).not.toContain('Bad-v0');
    expect(failing(new TypeError('no parameter "colour".'))).toBeInstanceOf(TypeError);
  });

  it('become a GymError where the class cannot be built from a message', () => {
    expect(failing(new OddError(3)).name).toBe('GymError');
    expect(failing(new OddError(3)).message).toBe("make('Bad-v0'): code 3");
    expect(failing('a string').message).toBe("make('Bad-v0'): a string");
  });

  it('include a result that is not an environment', () => {
    register({ id: 'Five-v0', entryPoint: () => 5 as any });
    expect(() => make('Five-v0')).toThrow("make('Five-v0'): expected the entry point to give an Env or");
    expect(() => make('Five-v0')).toThrow(InvalidArgument);
  });
});

describe('specToJSON and specFromJSON', () => {
  it('bring back the spec of a made environment, with the same result of make', () => {
    const seen: any[] = [];
    register({
      id: 'Maze-v0',
      entryPoint: (parameters) => {
        seen.push(parameters);
        return new TestingEnv();
      },
      kwargs: { size: 4 },
    });
    const env = make<Env>('Maze-v0', { walls: [1, { thick: true }] }, { maxEpisodeSteps: 9 });
    const back = specFromJSON(JSON.parse(JSON.stringify(specToJSON(env.spec!))));
    expect(back).toEqual(env.spec);
    expect(`${make(back)}`).toBe(`${env}`);
    expect(seen[1]).toEqual(seen[0]);
  });

  it('refuse what JSON cannot hold, naming the path', () => {
    register({ id: 'Maze-v0', entryPoint });
    const withKwargs = (kwargs: any) => () => specToJSON(make<Env>('Maze-v0', kwargs).spec!);
    expect(withKwargs({ f: [() => 0] })).toThrow(/kwargs.f\[0\] to be plain JSON, got a function/);
    expect(withKwargs({ x: { y: Infinity } })).toThrow(/kwargs.x.y/);
    expect(withKwargs({ weights: new Float32Array(2) })).toThrow(InvalidArgument);
    const foreign = { ...spec('Maze-v0'), additionalWrappers: [(env: Env) => env as Wrapper] };
    expect(() => specToJSON(foreign)).toThrow(/additionalWrappers/);
  });

  it('refuse unknown, missing and ill-typed fields, and ids that are not registered', () => {
    register({ id: 'Maze-v0', entryPoint });
    const json = specToJSON(spec('Maze-v0'));
    expect(() => specFromJSON({ ...json, colour: 1 } as any)).toThrow(/colour/);
    expect(() => specFromJSON({ ...json, orderEnforce: 1 } as any)).toThrow(
      /orderEnforce to be boolean, got 1/,
    );
    expect(() => specFromJSON({ id: 'Maze-v0' } as any)).toThrow(InvalidArgument);
    expect(() => specFromJSON({ ...json, id: 'Gone-v0' })).toThrow(/registered id/);
    expect(() => specFromJSON(null as any)).toThrow(/an object/);
  });
});
