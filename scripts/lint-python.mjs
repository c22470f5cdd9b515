// Checks python/ with ruff and mypy, in an environment of their own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  cleanEnvironment,
  makeEnvironment,
  orTrouble,
  preferredPython,
  root,
} from './python-environments.mjs';

/** What mypy checks; the examples need packages that are not installed here. */
const typed = ['src', 'benchmarks', 'tests'];

await orTrouble(() => {
  const fresh = process.argv.includes('--fresh');
  const python = makeEnvironment({
    name: 'lint',
    python: preferredPython(),
    files: ['new', 'test', 'lint'],
    fresh,
  });
  const checks = [
    ['ruff', 'check', '.'],
    ['ruff', 'format', '--check', '.'],
    ['mypy', ...typed],
  ];
  const env = { ...cleanEnvironment(), MYPYPATH: join(root, 'python', 'src') };
  const statuses = checks.map((check) => {
    console.log(`$ ${check.join(' ')}`);
    return spawnSync(python, ['-m', ...check], { cwd: join(root, 'python'), stdio: 'inherit', env }).status;
  });
  process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
});
