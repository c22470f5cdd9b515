import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { gameDefinitions, playthrough } from '../../envs/index.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const update = 'The rules or the rendering changed. If that was meant: npm run playthroughs';
const stored = new Set(readdirSync(folder).filter((file) => file.endsWith('.txt')));
const cases = [...gameDefinitions().values()].flatMap((definition) =>
  Object.keys(definition.presets).map((preset) => ({
    file: `${definition.id}.${preset}.txt`,
    play: () => playthrough(definition, preset),
  })),
);

describe('golden playthroughs', () => {
  it.each(cases)('$file is what the game plays', ({ file, play }) => {
    const golden = stored.has(file) ? readFileSync(`${folder}/${file}`, 'utf8') : 'no file';
    const same = play() === golden;
    expect({ file, hint: same ? '' : update, text: play() }).toEqual({ file, hint: '', text: golden });
  });

  it('has no file of a game or preset that is gone', () => {
    for (const { file } of cases) stored.delete(file);
    expect({ hint: stored.size === 0 ? '' : update, files: [...stored] }).toEqual({ hint: '', files: [] });
  });
});
