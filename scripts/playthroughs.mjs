// Writes test/playthroughs/<GameId>.<preset>.txt for every game and preset (npm run playthroughs). Review the difference.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gameDefinitions, playthrough } from '../dist/envs/index.js';

const folder = fileURLToPath(new URL('../test/playthroughs/', import.meta.url));
mkdirSync(folder, { recursive: true });
const files = new Map();
for (const definition of gameDefinitions().values()) {
  for (const preset of Object.keys(definition.presets)) {
    files.set(`${definition.id}.${preset}.txt`, playthrough(definition, preset));
  }
}
for (const file of readdirSync(folder)) {
  if (file.endsWith('.txt') && !files.has(file)) rmSync(join(folder, file));
}
for (const [file, text] of files) writeFileSync(join(folder, file), text);
console.log(`${files.size} playthroughs in test/playthroughs`);
