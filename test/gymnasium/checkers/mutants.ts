/** A way to break an environment, the rule that must find it, and what its message must say. */
export interface Mutant<E> {
  readonly rule: string;
  readonly says: RegExp;
  readonly build: (renderMode?: string) => E;
}

type Methods = Record<string, (...args: any[]) => any>;
type Change<E> = (env: E, original: Methods, renderMode?: string) => object;

/** Overrides members of one good environment. `original` has its methods as they were. */
export function mutate<E extends object>(build: (renderMode?: string) => E, change: Change<E>) {
  return (renderMode?: string): E => {
    const env = build(renderMode);
    const methods: Methods = {};
    for (const name of ['reset', 'step', 'observe', 'last', 'commit', 'render', 'close', 'state']) {
      const method = (env as any)[name];
      if (typeof method === 'function') methods[name] = method.bind(env);
    }
    const changes = change(env, methods, renderMode);
    return Object.defineProperties(env, Object.getOwnPropertyDescriptors(changes));
  };
}

interface Memory {
  calls: number;
  unseeded: number;
  seed: unknown;
  readonly instance: number;
}

let instances = 0;

/** Faults in what `reset` does with its argument, the same for every kind of environment. */
const resetFaults: [rule: string, says: RegExp, change: (options: any, memory: Memory) => any][] = [
  [
    'reset takes options with unknown keys',
    /got TypeError: unknown option/,
    (options) => {
      const known = ['resetMask'];
      if (Object.keys(options.options ?? {}).every((key) => known.includes(key))) return options;
      throw new TypeError('unknown option');
    },
  ],
  [
    'reset takes options with unknown keys',
    /Expected unknown options to be ignored, but they change/,
    (options) => (options.options?.no_such_option ? { ...options, seed: 'other' } : options),
  ],
  [
    'reset leaves its argument unchanged',
    /but it changed options/,
    (options) => {
      if (options.options?.other) delete options.options.other;
      return options;
    },
  ],
  [
    'a seeded reset repeats itself',
    /two resets with the same seed to give the same, but at the reset they differ in/,
    (options, memory) => (options.seed == null ? options : { ...options, seed: `call ${memory.calls}` }),
  ],
  [
    'a seeded reset forgets the episodes before it',
    /same after unseeded episodes, but at the reset they differ/,
    (options, memory) =>
      options.seed != null && memory.unseeded > 1
        ? { ...options, seed: `after ${memory.unseeded}` }
        : options,
  ],
  [
    'a reset without a seed goes on with the stream',
    /Expected the second episode after the same seed to be the same/,
    (options, memory) => (options.seed == null ? { ...options, seed: `call ${memory.calls}` } : options),
  ],
  [
    'a reset without a seed does not start the stream again',
    /got the same each time/,
    (options, memory) => (options.seed == null ? { ...options, seed: memory.seed } : options),
  ],
  [
    'different seeds give different episodes',
    /got the same each time/,
    (options) => (options.seed == null ? options : { ...options, seed: 0 }),
  ],
  [
    'another instance plays the same after the same seed',
    /two instances to give the same after the same seed, but at the reset/,
    (options, { instance }) =>
      options.seed == null ? options : { ...options, seed: `${options.seed} of ${instance}` },
  ],
];

/** The faults of `reset` in an environment of any kind, but for the rules named. */
export function resetMutants<E extends object>(
  build: (renderMode?: string) => E,
  except: readonly string[] = [],
): Mutant<E>[] {
  return resetFaults
    .filter(([rule]) => !except.includes(rule))
    .map(([rule, says, change]) => ({ rule, says, build: mutate(build, changeReset(change)) }));
}

function changeReset(change: (options: any, memory: Memory) => any) {
  return (_env: object, original: Methods) => {
    const memory: Memory = { calls: 0, unseeded: 0, seed: 'first', instance: instances++ };
    return {
      reset(options: any = {}) {
        memory.calls++;
        const changed = change(options, memory);
        memory.unseeded = options.seed == null ? memory.unseeded + 1 : 0;
        memory.seed = options.seed ?? memory.seed;
        return original.reset(changed);
      },
    };
  };
}

/** Faults that every kind with scalar rendering can have. */
export function lifeMutants<E extends object>(build: (renderMode?: string) => E): Mutant<E>[] {
  return [
    {
      rule: 'metadata says how the environment renders',
      says: /Expected metadata.renderModes to be an array of strings, got "ansi"/,
      build: mutate(build, () => ({ metadata: { renderModes: 'ansi' } })),
    },
    {
      rule: 'metadata says how the environment renders',
      says: /Expected metadata.renderFps to be a positive number, got 0/,
      build: mutate(build, () => ({ metadata: { renderModes: [], renderFps: 0 } })),
    },
    {
      rule: 'metadata says how the environment renders',
      says: /Expected renderMode to be null or one of ansi, got "svg"/,
      build: mutate(build, () => ({ renderMode: 'svg' })),
    },
    {
      rule: 'render gives text with a render mode and null without',
      says: /Expected render\(\) to give null with renderMode null, got "frame"/,
      build: mutate(build, () => ({ render: () => 'frame' })),
    },
    {
      rule: 'every declared render mode renders',
      says: /Expected a new environment to take renderMode "ansi", got null/,
      build: () => build(),
    },
    {
      rule: 'every declared render mode renders',
      says: /Expected render\(\) to give a non-empty string with renderMode "ansi", got ""/,
      build: mutate(build, (_env, { render }) => ({ render: () => (render() === null ? null : '') })),
    },
    {
      rule: 'close can come before the first reset and twice',
      says: /got Error: closed twice/,
      build: mutate(build, () => closingOnce()),
    },
  ];
}

export function closingOnce() {
  let closed = 0;
  return {
    close() {
      if (closed++ > 0) throw new Error('closed twice');
    },
  };
}
