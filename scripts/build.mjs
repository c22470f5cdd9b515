// Builds dist/: lists the games, compiles, writes the catalogue of the Python package, and removes what is left of sources that are gone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

run(join(root, 'scripts', 'index-games.mjs'));
run(tsc, '-p', 'tsconfig.build.json');
run(join(root, 'scripts', 'python-catalogue.mjs'));
for (const path of readdirSync(dist, { recursive: true })) {
  const source = path.replace(/(\.d\.ts|\.js)$/, '.ts');
  if (path !== '.tsbuildinfo' && !existsSync(join(root, source))) {
    rmSync(join(dist, path), { recursive: true, force: true });
  }
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
