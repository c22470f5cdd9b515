// Finds Pythons and makes virtual environments with the package in them, for the scripts beside.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const venvs = join(root, 'python', '.venvs');
const windows = process.platform === 'win32';

/** What went wrong in a sentence for the user: it is shown without a stack. */
export class Trouble extends Error {}

/** Runs a script's body; trouble becomes a message and exit status 1. */
export async function orTrouble(body) {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return undefined;
  }
}

/** Where pip reads the requirements `python/requirements/<name>.txt`. */
export function requirements(name) {
  return join(root, 'python', 'requirements', `${name}.txt`);
}

/** The environment of child processes: nothing of it may stand in for the package under test. */
export function cleanEnvironment() {
  const hidden = [
    'PYTHONPATH',
    'PYTHONHOME',
    'VIRTUAL_ENV',
    'STACKELBERG_GYM_ENGINE',
    'STACKELBERG_GYM_SERVER',
  ];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !hidden.includes(name)));
}

/**
 * Pythons from 3.9 on that can make virtual environments, each version once, the preferred first: `STACKELBERG_GYM_PYTHON`, those
 * on the PATH, then pyenv's. @throws Trouble if there is none
 */
export function findPythons() {
  const named = process.env['STACKELBERG_GYM_PYTHON'];
  const names = ['python3', 'python', ...[9, 10, 11, 12, 13].map((minor) => `python3.${minor}`)];
  const found = [...(named ? [named] : []), ...names, ...pyenvPythons()].map(describePython);
  if (named && !found[0]?.usable) throw new Trouble(`STACKELBERG_GYM_PYTHON: ${complaint(named, found[0])}`);
  const usable = found.filter((python) => python?.usable);
  if (usable.length > 0)
    return usable.filter((one, k) => usable.findIndex(({ minor }) => minor === one.minor) === k);
  const closest = found.find((python) => python?.minor >= 9) ?? found.find(Boolean);
  throw new Trouble(
    `${complaint('python3', closest)} Install one, or set STACKELBERG_GYM_PYTHON to its path.`,
  );
}

function pyenvPythons() {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  return existsSync(versions)
    ? readdirSync(versions).map((name) => join(versions, name, 'bin', 'python'))
    : [];
}

/** Of those the one for the newest gymnasium. @throws Trouble if there is none */
export function preferredPython(pythons = findPythons()) {
  const preferred = pythons.find(({ minor }) => minor >= 10);
  if (preferred !== undefined) return preferred;
  throw new Trouble(
    `expected Python 3.10 or newer for the newest gymnasium, got ${pythons[0].version} alone.`,
  );
}

function describePython(command) {
  const probe = [
    'import sys',
    'print(sys.executable, *sys.version_info[:3], sep="\\n")',
    'try: import ensurepip, venv; print("venv")',
    'except ImportError: print("none")',
  ];
  const { status, stdout } = spawnSync(command, ['-c', probe.join('\n')], {
    encoding: 'utf8',
    env: cleanEnvironment(),
  });
  if (status !== 0) return null;
  const [path, ...rest] = stdout.trim().split(/\r?\n/);
  const [major, minor, patch] = rest.map(Number);
  const venv = rest[3] === 'venv';
  const version = `${major}.${minor}.${patch}`;
  return { path, version, minor, venv, usable: venv && major === 3 && minor >= 9 };
}

function complaint(command, python) {
  if (!python) return `expected Python 3.9 or newer, but ${command} does not run.`;
  if (python.minor < 9) return `expected Python 3.9 or newer, got ${python.version} at ${python.path}.`;
  return (
    `expected a Python that can make virtual environments, but that at ${python.path} lacks ensurepip ` +
    `(on Debian and Ubuntu it is in the package python3.${python.minor}-venv).`
  );
}

/** Builds the engine and the package's wheel into a folder, and returns the wheel's path. @throws Trouble if a build fails */
export function buildWheel(python, folder) {
  const npm = windows ? 'npm.cmd' : 'npm';
  run(npm, ['run', '--silent', 'build:python'], 'the engine could not be built', { shell: windows });
  const maker = makeEnvironment({ name: 'wheel', python, files: [] });
  const flags = ['--quiet', '--no-deps', '--wheel-dir', folder];
  pip(maker, ['wheel', ...flags, join(root, 'python')], 'the wheel could not be built');
  return join(
    folder,
    readdirSync(folder).find((file) => file.endsWith('.whl')),
  );
}

/**
 * The Python of a virtual environment with these requirements; one that was made before is used again unless `fresh`.
 * `files` are names of requirements, `specs` are further ones as pip takes them. @throws Trouble if pip fails
 */
export function makeEnvironment({ name, python, files, specs = [], wheel = null, fresh = false }) {
  const texts = files.map((file) => readFileSync(requirements(file), 'utf8'));
  const key = createHash('sha256').update(JSON.stringify([python.path, python.version, texts, specs]));
  const label = `${name}-3.${python.minor}-`;
  const folder = join(venvs, label + key.digest('hex').slice(0, 12));
  const own = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  const ready = join(folder, 'ready');
  if (fresh || !existsSync(ready)) {
    mkdirSync(venvs, { recursive: true });
    writeFileSync(join(venvs, '.gitignore'), '*\n');
    const outdated = readdirSync(venvs).filter((other) => other.startsWith(label));
    for (const other of outdated) rmSync(join(venvs, other), { recursive: true, force: true });
    run(python.path, ['-m', 'venv', folder], `the environment ${name} could not be made`);
    const wanted = [...files.flatMap((file) => ['-r', requirements(file)]), ...specs];
    if (wanted.length > 0)
      pip(own, ['install', '--quiet', ...wanted], `the packages of ${name} could not be installed`);
    writeFileSync(ready, '');
  }
  if (wheel !== null) installWheel(own, wheel, folder, name);
  return own;
}

/** The wheel alone, over the pinned packages, which have to satisfy what it depends on. */
function installWheel(python, wheel, folder, name) {
  pip(python, ['install', '--quiet', '--force-reinstall', '--no-deps', wheel], `${name}: no wheel installed`);
  pip(python, ['check'], `${name}: what the package depends on does not fit`);
  const show = 'import stackelberg_gym; print(stackelberg_gym.__file__)';
  const { stdout, stderr } = spawnSync(python, ['-c', show], { encoding: 'utf8', env: cleanEnvironment() });
  if (!stdout.includes(folder))
    throw new Trouble(`${name}: expected the package in ${folder}, got ${stdout.trim() || stderr}`);
}

function pip(python, args, trouble) {
  const flags = ['--disable-pip-version-check', '--no-input'];
  run(python, ['-m', 'pip', ...flags, ...args], trouble);
}

function run(command, args, trouble, options = {}) {
  const settings = { cwd: root, encoding: 'utf8', env: cleanEnvironment(), ...options };
  const { status, stdout, stderr, error } = spawnSync(command, args, settings);
  if (status !== 0) throw new Trouble(`${trouble}: ${(error?.message ?? stderr + stdout).trim()}`);
}
