// Installs the Python package from its wheel into fresh environments, runs python/tests in each, and ends with a line
// `N passed, N failed`. Environments are kept in python/.venvs for the next run.
//   node scripts/test-python.mjs [--fresh] [--matrix] [arguments of pytest]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildWheel,
  cleanEnvironment,
  findPythons,
  makeEnvironment,
  preferredPython,
  root,
  Trouble,
} from './python-environments.mjs';

const own = ['--fresh', '--matrix'];
const [fresh, matrix] = own.map((flag) => process.argv.includes(flag));
const extra = process.argv.slice(2).filter((argument) => !own.includes(argument));

/** Releases of Gymnasium, with what fits beside them. */
const releases = [
  { gymnasium: '0.29.1', others: ['pettingzoo==1.24.3', 'numpy<2; python_version < "3.13"'] },
  { gymnasium: '1.0.0', others: ['pettingzoo>=1.25,<1.27', 'numpy<2.3'] },
  { gymnasium: '1.1.1', others: ['pettingzoo>=1.25,<1.27', 'numpy<2.3'] },
  { gymnasium: '1.2.3', others: ['pettingzoo>=1.25,<1.27', 'numpy<2.3'] },
  { gymnasium: '1.4.0', others: ['pettingzoo==1.27.0'] },
];
/** The only reasons to skip a test: another release than that of the environment, or another system. A missing package is none. */
const allowedSkip = new RegExp(
  [
    /^(?!could not import).*\b(gymnasium|pettingzoo|numpy|python)\b.* \d+\.\d+/,
    /^(needs (fork|Linux|a system)|listeners need Unix|its npm is a shell script)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

const folder = mkdtempSync(join(tmpdir(), 'stackelberg-gym-python-'));
const rows = [];
try {
  const pythons = findPythons();
  const wheel = buildWheel(pythons[0], folder);
  for (const wanted of matrix ? everyPair(pythons) : newAndOld(pythons)) rows.push(test(wanted, wheel));
} catch (error) {
  rows.push({ name: 'set-up', ...failure(error) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const row of rows) tell(row);
const total = (count) => rows.reduce((sum, row) => sum + row[count], 0);
const [passed, failed] = [total('passed'), total('failed')];
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** The newest releases with the preferred Python, the oldest ones with the oldest Python there is. */
function newAndOld(pythons) {
  const oldest = pythons.reduce((least, python) => (python.minor < least.minor ? python : least));
  return [
    { name: 'new', python: preferredPython(pythons), files: ['new', 'test'] },
    { name: 'old', python: oldest, files: ['old', 'test'] },
  ];
}

function everyPair(pythons) {
  const byVersion = pythons.toSorted((a, b) => a.minor - b.minor);
  return byVersion.flatMap((python) =>
    releases.map(({ gymnasium, others }) => ({
      name: `gymnasium-${gymnasium}`,
      python,
      files: ['test'],
      specs: [`gymnasium==${gymnasium}`, ...others],
      // Not every release exists for every Python.
      optional: true,
    })),
  );
}

/** Packages of an `optional` environment that cannot be installed are no failure; all else is. */
function test({ optional = false, ...wanted }, wheel) {
  const name = `${wanted.name}, Python ${wanted.python.version}`;
  console.log(`\n== ${name}`);
  try {
    makeEnvironment({ ...wanted, fresh });
  } catch (error) {
    const row = { name, ...failure(error) };
    return optional ? { ...row, failed: 0, trouble: row.trouble.split('\n').at(-1) } : row;
  }
  try {
    const python = makeEnvironment({ ...wanted, wheel });
    return { name, packages: packagesOf(python), ...runPytest(python) };
  } catch (error) {
    return { name, ...failure(error) };
  }
}

function failure(error) {
  if (!(error instanceof Trouble)) throw error;
  return { passed: 0, failed: 1, trouble: error.message };
}

function packagesOf(python) {
  const names = ['gymnasium', 'pettingzoo', 'numpy'];
  const show = `import importlib.metadata as m; print(*(f"{n} {m.version(n)}" for n in ${JSON.stringify(names)}), sep=", ")`;
  return spawnSync(python, ['-c', show], { encoding: 'utf8', env: cleanEnvironment() }).stdout.trim();
}

function runPytest(python) {
  const results = join(folder, 'results.xml');
  rmSync(results, { force: true });
  const flags = ['-p', 'no:cacheprovider', '-c', 'python/pyproject.toml', '--junitxml', results];
  const named = extra.some((argument) => !argument.startsWith('-') && existsSync(argument.split('::')[0]));
  const { status } = spawnSync(
    python,
    ['-m', 'pytest', ...flags, ...(named ? [] : ['python/tests']), ...extra],
    { cwd: root, stdio: 'inherit', env: cleanEnvironment() },
  );
  const counts = existsSync(results) ? count(readFileSync(results, 'utf8')) : { passed: 0, failed: 0 };
  // Ended early, or there was nothing to run.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** Counts of a JUnit file. A test that was skipped for a reason that is not allowed has failed. */
function count(xml) {
  const [tests, failures, errors, skipped] = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
    Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1]),
  );
  const reasons = new Map();
  for (const [, message] of xml.matchAll(/<skipped [^>]*message="([^"]*)"/g)) {
    const reason = plain(message);
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const refused = [...reasons].reduce((sum, [reason, n]) => sum + (allowedSkip.test(reason) ? 0 : n), 0);
  const failed = failures + errors;
  return { passed: tests - failed - skipped, failed: failed + refused, skipped, reasons };
}

/** The text that an attribute of XML stands for. */
function plain(attribute) {
  const entities = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return attribute.replace(/&(lt|gt|quot|amp);/g, (_, entity) => entities[entity]);
}

function tell({ name, packages, passed, failed, skipped = 0, reasons = new Map(), trouble }) {
  const told = trouble ?? `${passed} passed, ${failed} failed, ${skipped} skipped (${packages})`;
  console.log(`${name}: ${told}`);
  for (const [reason, n] of reasons)
    console.log(`  ${n} skipped: ${reason}${allowedSkip.test(reason) ? '' : ' (counts as failed)'}`);
}
