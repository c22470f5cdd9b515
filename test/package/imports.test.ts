import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build, startNode } from '../cli/command.js';

const trace = pathToFileURL(resolve('test/package/fixtures/trace.mjs')).href;

/** Names of the packages that are loaded when `code` runs, with `entry` imported as `it`. */
async function packagesOf(entry: string, code = ''): Promise<string[]> {
  const url = pathToFileURL(resolve(build, entry, 'index.js')).href;
  // What CommonJS packages require among themselves does not pass the hooks, but stays in its cache.
  const script = `import { createRequire } from 'node:module'; import { writeSync } from 'node:fs';
    const it = await import(${JSON.stringify(url)}); ${code};
    for (const path of Object.keys(createRequire(${JSON.stringify(url)}).cache)) writeSync(2, 'loads ' + path + '\\n');`;
  const { code: status, stderr } = await startNode([
    '--import',
    trace,
    '--input-type=module',
    '--eval',
    script,
  ]).ended;
  if (status !== 0) throw new Error(stderr);
  const names = [...stderr.matchAll(/^loads .*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
    ([, name]) => name,
  );
  return [...new Set(names)].sort();
}

describe('what an entry point loads', () => {
  it.each(['.', 'gymnasium', 'envs', 'wrappers', 'oracles', 'agents', 'solvers'])(
    '%s loads no heavy package',
    async (entry) => {
      const light = ['seedrandom', 'zod'];
      expect((await packagesOf(entry)).filter((name) => !light.includes(name))).toEqual([]);
    },
  );

  it('the trace sees what is loaded later: TensorFlow with a network of the engine tfjs', async () => {
    const spec = "{ sizes: [2, 3, 1], seed: 0, engine: 'tfjs' }";
    expect(await packagesOf('agents', `await it.createNetwork(${spec})`)).toContain('@tensorflow/tfjs');
  });

  it('the trace sees what is loaded later: HiGHS with a solution', async () => {
    const code = "await it.solve((await import(it_envs)).makeGame('NormalForm-v0'))";
    const envs = JSON.stringify(pathToFileURL(resolve(build, 'envs/index.js')).href);
    const loaded = await packagesOf('solvers', code.replace('it_envs', envs));
    expect(loaded).toContain('highs');
    expect(loaded).not.toContain('mathjs');
  });
});
