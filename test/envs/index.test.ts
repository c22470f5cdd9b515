import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as envs from '../../envs/index.js';
import { GameParallelEnv, GameVectorEnv, games, playthrough } from '../../envs/index.js';
import { make, makeAec, makeVec } from '../../gymnasium/make.js';
import type { ParallelVectorEnv } from '../../gymnasium/vector.js';

const folder = fileURLToPath(new URL('../../envs/', import.meta.url));

describe('the list of games', () => {
  it('has every file that defines one (npm run build writes it)', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const defined = files
      .filter((file) => file.endsWith('.ts') && !file.startsWith('core'))
      .flatMap(
        (file) => /export const (\w+) = defineGame\(/.exec(readFileSync(folder + file, 'utf8'))?.[1] ?? [],
      );
    expect(defined.length).toBeGreaterThan(1);
    expect(games).toHaveLength(defined.length);
    for (const name of defined) expect(games).toContain((envs as any)[name]);
  });
});

describe.each(games.map((game) => [game.id, game] as const))('%s', (id, definition) => {
  it('is made by make, makeAec and makeVec, with presets and render modes', () => {
    for (const preset of [{}, ...Object.values(definition.presets)] as object[]) {
      const env = make(id, { ...preset });
      expect(env).toBeInstanceOf(GameParallelEnv);
      expect(env.metadata).toMatchObject({ name: id, renderModes: ['ansi', 'svg'] });
      expect(makeAec(id, { ...preset }).possibleAgents).toEqual(env.possibleAgents);
      const vector = makeVec<ParallelVectorEnv>(id, 2, {
        parameters: { ...preset },
        autoresetMode: 'SameStep',
      });
      expect(vector).toBeInstanceOf(GameVectorEnv);
      expect([vector.numEnvs, vector.autoresetMode]).toEqual([2, 'SameStep']);
    }
  });

  it('plays the same playthrough twice', () => {
    const [preset] = Object.keys(definition.presets);
    expect(playthrough(definition, preset)).toBe(playthrough(definition, preset));
  });
});
