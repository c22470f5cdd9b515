// Writes python/src/stackelberg_gym/catalogue.json, what the Python package knows without starting the engine, from dist/ or the
// folder that is named (or STACKELBERG_GYM_DIST). With --check: writes nothing, and ends with 1 where the file differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = resolve(root, 'python/src/stackelberg_gym/catalogue.json');
const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const dist = resolve(positionals[0] ?? process.env.STACKELBERG_GYM_DIST ?? resolve(root, 'dist'));
const load = (file) => import(pathToFileURL(resolve(dist, file)).href);

const text = `${JSON.stringify(await catalogue(), null, 2)}\n`;
if (!values.check) {
  writeFileSync(path, text);
} else if (current() !== text) {
  console.error(`${path} is not what the games say: run node scripts/python-catalogue.mjs.`);
  process.exitCode = 1;
}

function current() {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

async function catalogue() {
  const { gameDefinitions } = await load('envs/index.js');
  const { wrapperPresets } = await load('bridge/presets.js');
  const { FixedPolicy } = await load('oracles/fixed-policy.js');
  const { defaultOracle, oracles } = await load('oracles/names.js');
  const { catalogue: solvers } = await load('solvers/catalogue.js');
  const { checkStackelbergOptions } = await load('wrappers/stackelberg-options.js');
  const { oracle: _, ...wrapperOptions } = checkStackelbergOptions('catalogue', {
    oracle: new FixedPolicy({}),
  });
  return {
    version: JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')).version,
    games: [...gameDefinitions().values()].map(({ id, summary, renderer, parameters, presets }) => ({
      id,
      summary,
      renderModes: renderer === undefined ? [] : ['ansi', 'rgb_array'],
      oracle: defaultOracle(id),
      parameters: z.toJSONSchema(parameters, { io: 'input' }),
      presets,
    })),
    wrapperPresets,
    oracles: Object.entries(oracles).map(([name, { summary, options = {} }]) => ({ name, summary, options })),
    solvers: solvers.map(({ name, summary, options = {} }) => ({ name, summary, options })),
    wrapperOptions,
  };
}
