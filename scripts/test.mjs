// Builds, runs jest (further arguments go to it), and ends with a line `N passed, N failed`. A suite that could not run
// counts as a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;

const folder = mkdtempSync(join(tmpdir(), 'stackelberg-gym-jest-'));
try {
  const built = node(join(root, 'scripts', 'build.mjs'));
  const status = built || runJest(process.argv.slice(2));
  const { passed, failed } = built ? { passed: 0, failed: 1 } : readCounts(status);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = status || (failed > 0 ? 1 : 0);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runJest(extra) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return node(...flags, jest, '--json', `--outputFile=${join(folder, 'results.json')}`, ...extra);
}

function readCounts(status) {
  try {
    const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
    const broken = results.numRuntimeErrorTestSuites;
    return { passed: results.numPassedTests, failed: results.numFailedTests + broken };
  } catch {
    return { passed: 0, failed: status === 0 ? 0 : 1 };
  }
}
