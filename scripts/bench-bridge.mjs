// Installs the Python package into an environment of its own and measures it: env-steps a second through the bridge and in
// Python alone. Further arguments go to python/benchmarks/throughput.py.
//   node scripts/bench-bridge.mjs [--fresh] [--seconds 0.25] [--rounds 7] [--only TEXT] [--out FILE] [--check]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildWheel,
  cleanEnvironment,
  makeEnvironment,
  orTrouble,
  preferredPython,
  root,
} from './python-environments.mjs';

const extra = process.argv.slice(2).filter((argument) => argument !== '--fresh');
const fresh = process.argv.includes('--fresh');
const folder = mkdtempSync(join(tmpdir(), 'stackelberg-gym-bridge-'));
try {
  orTrouble(() => {
    const python = preferredPython();
    const wheel = buildWheel(python, folder);
    const own = makeEnvironment({ name: 'bench', python, files: ['new'], wheel, fresh });
    const script = join(root, 'python', 'benchmarks', 'throughput.py');
    const { status } = spawnSync(own, [script, ...extra], { stdio: 'inherit', env: cleanEnvironment() });
    process.exitCode = status ?? 1;
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
