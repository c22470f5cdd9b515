import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AecEnv } from '../../gymnasium/aec.js';
import * as gymnasium from '../../gymnasium/index.js';
import { logger } from '../../gymnasium/logger.js';
import * as making from '../../gymnasium/make.js';
import { ParallelEnv } from '../../gymnasium/parallel.js';
import { registry } from '../../gymnasium/registry.js';
import * as specs from '../../gymnasium/spec-json.js';
import * as vectors from '../../gymnasium/sync-vector-env.js';
import * as wrappers from '../../gymnasium/wrappers/index.js';

const folder = new URL('../../gymnasium/', import.meta.url);
const files = ['make.ts', 'registry.ts', 'spec-json.ts', 'sync-vector-env.ts', 'logger.ts'].concat(
  readdirSync(new URL('wrappers/', folder), 'utf8').map((file) => `wrappers/${file}`),
);
const scope = { ...gymnasium, ...making, ...specs, ...vectors, ...wrappers, logger };

/** Stands in for the game of the examples, which is not part of this folder. */
class ExampleGame extends ParallelEnv {
  readonly possibleAgents = ['leader_0', 'follower_0'];
  readonly agents = [...this.possibleAgents];
  private readonly spaces = [new gymnasium.Discrete(5), new gymnasium.Discrete(2)];
  private time = 0;
  observationSpace = () => this.spaces[0];
  actionSpace = () => this.spaces[1];

  override reset() {
    this.time = 0;
    return { observations: this.each(0), infos: this.each({}) };
  }

  override step() {
    const flags = this.each(++this.time === 10);
    const nothing = { truncations: this.each(false), infos: this.each({}) };
    return { observations: this.each(1), rewards: this.each(2), terminations: flags, ...nothing };
  }

  private each<T>(value: T): Record<string, T> {
    return Object.fromEntries(this.possibleAgents.map((id) => [id, value]));
  }
}

class ExampleAec extends AecEnv {
  readonly possibleAgents = ['leader_0'];
  private readonly space = new gymnasium.Discrete(2);
  observationSpace = () => this.space;
  actionSpace = () => this.space;
  observe = () => 0;

  override reset() {
    this.agents = ['leader_0'];
    this.agentSelection = 'leader_0';
  }

  override step() {
    this.agents = [];
  }
}

function examplesOf(file: string): string[] {
  const source = readFileSync(new URL(file, folder), 'utf8');
  const blocks = source.matchAll(/ \* @example\n((?: \* .*\n)+) \*\//g);
  return Array.from(blocks, ([, lines]) => lines.replace(/^ \* /gm, ''));
}

describe('examples in doc comments', () => {
  const saved = [...registry];
  const warn = logger.warn;

  beforeAll(() => {
    const entryPoint = () => new ExampleGame();
    registry.clear();
    gymnasium.register({ id: 'IteratedMatrixGame-v0', entryPoint, aecEntryPoint: () => new ExampleAec() });
  });

  afterAll(() => {
    logger.warn = warn;
    registry.clear();
    for (const [id, entry] of saved) registry.set(id, entry);
  });

  it.each(
    files.flatMap((file) => examplesOf(file).map((code, i) => [`${file}, example ${i + 1}`, code] as const)),
  )('%s', (_file, code) => {
    const script = code.replace(/: string\[\]/g, '');
    expect(() => new Function(...Object.keys(scope), script)(...Object.values(scope))).not.toThrow();
  });
});
