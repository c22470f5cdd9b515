// Writes envs/games.ts, the list of all game files, so that a new game touches no other file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../envs/', import.meta.url).pathname;
const families = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'core')
  .map((entry) => entry.name)
  .sort();
const games = families.flatMap((family) =>
  readdirSync(join(root, family))
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => {
      const name = /export const (\w+) = defineGame\(/.exec(
        readFileSync(join(root, family, file), 'utf8'),
      )?.[1];
      return name === undefined ? [] : [{ name, path: `./${family}/${file.replace(/\.ts$/, '.js')}` }];
    }),
);
const lines = [
  '// Written by scripts/index-games.mjs (npm run build): lists every game file. Do not edit.',
  ...[{ name: 'GameDefinition', path: './core/definition.js' }, ...games]
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map(({ name, path }) => `import ${name === 'GameDefinition' ? 'type ' : ''}{ ${name} } from '${path}';`),
  '',
  ...games.map(({ path }) => `export * from '${path}';`),
  '',
  'export const games: readonly GameDefinition[] = [',
  ...games.map(({ name }) => `  ${name},`),
  '];',
  '',
];
const path = join(root, 'games.ts');
const text = lines.join('\n').replace(/\[\n((?: {2}\w+,\n)+)\];/, (all, inner) => {
  const flat = `[${inner
    .trim()
    .replace(/,$/, '')
    .replace(/,\n\s*/g, ', ')}];`;
  return flat.length <= 64 ? flat : all;
});
let before = '';
try {
  before = readFileSync(path, 'utf8');
} catch {}
if (before !== text) writeFileSync(path, text);
