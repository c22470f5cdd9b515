// Packs the package, installs the tarball in an empty folder, and uses it there as a stranger would: types, examples and
// the command.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const temporary = mkdtempSync(join(tmpdir(), 'stackelberg-gym-package-'));
const consumer = join(temporary, 'consumer');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

try {
  const tarball = pack();
  install(tarball);
  checkTypesAndExamples();
  checkCommand();
  checkHelpTime();
  console.log('check-package: all is well');
} catch (error) {
  console.error(`check-package: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/** Runs a program to its end and returns its stdout. */
function run(program, args, cwd = consumer) {
  try {
    return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const shown = `${program} ${args.join(' ')}`;
    throw new Error(
      `${shown} ended with ${error.status ?? error.code}\n${error.stdout ?? ''}${error.stderr ?? ''}`,
    );
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

function pack() {
  run(process.execPath, [join(root, 'scripts', 'build.mjs')], root);
  const flags = ['--json', '--ignore-scripts', '--pack-destination', temporary];
  const [{ filename, files, size }] = JSON.parse(run(npm, ['pack', ...flags], root));
  const paths = files.map(({ path }) => path);
  const expected = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', manifest.bin['stackelberg-gym']];
  const missing = expected.filter((path) => !paths.includes(path));
  expect(
    missing.length === 0,
    `expected ${missing.join(', ')} in the tarball, got ${paths.length} other files`,
  );
  const strays = paths.filter(
    (path) => !expected.includes(path) && !/^dist\/(?!test\/).*\.(js|d\.ts)$/.test(path),
  );
  expect(
    strays.length === 0,
    `expected only modules and their types in the tarball, got ${strays.join(', ')}`,
  );
  console.log(`  tarball: ${paths.length} files, ${Math.round(size / 1024)} kB`);
  return join(temporary, filename);
}

function install(tarball) {
  cpSync(join(root, 'examples'), consumer, { recursive: true });
  writeJson('package.json', { private: true, type: 'module' });
  run(npm, ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball]);
  const installed = readdirSync(join(consumer, 'node_modules', '@tensorflow'));
  expect(!installed.includes('tfjs-node'), 'expected no @tensorflow/tfjs-node, which is an optional peer');
}

/** Compiles the examples and a use of every entry point against the installed types, then runs them. */
function checkTypesAndExamples() {
  const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
  const imports = entries.map((entry, k) => `import * as m${k} from '${manifest.name}${entry.slice(1)}';`);
  const counts = entries.map((_, k) => `Object.keys(m${k}).length`);
  writeFileSync(
    join(consumer, 'every-entry.ts'),
    `${imports.join('\n')}\nconst counts: number[] = [${counts}];\nif (counts.includes(0)) throw new Error(\`\${counts}\`);\n`,
  );
  const compilerOptions = {
    ...{ target: 'ES2023', module: 'nodenext', strict: true, verbatimModuleSyntax: true },
    ...{ lib: ['ES2023', 'DOM'], types: [], outDir: 'out', rootDir: '.' },
  };
  writeJson('tsconfig.json', { compilerOptions, include: ['*.ts'] });
  compile();
  for (const file of readdirSync(join(consumer, 'out')).filter((name) => name.endsWith('.js')))
    console.log(`  ${file}: ${run(process.execPath, [join('out', file)]).trim() || 'ok'}`);
}

/** Type errors in our modules or in their use count; those within the declarations of other packages are theirs. */
function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: consumer, encoding: 'utf8' });
  const own = stdout
    .split('\n')
    .filter((line) => /error TS/.test(line))
    .filter((line) => line.startsWith(`node_modules/${manifest.name}/`) || !line.includes('node_modules/'));
  expect(own.length === 0, `expected no type errors, got\n${own.join('\n')}`);
}

function checkCommand() {
  const gym = (...args) => run('npx', ['--no-install', 'stackelberg-gym', ...args]);
  expect(gym('list').includes('NormalForm-v0'), 'expected `list` to show NormalForm-v0');
  const params = '{"leader":[[2,4],[1,3]],"follower":[[1,0],[0,1]]}';
  const { value } = JSON.parse(gym('solve', 'NormalForm-v0', '--params', params, '--json'));
  expect(Math.abs(value - 3.5) < 1e-9, `expected the value 3.5, got ${value}`);
  console.log(`  solve: ${value}`);
  gym('bench', 'of-all-games-exact', '--seeds', '1', '--steps', '500', '--out', 'runs');
  const page = /^Report: (.*)$/m.exec(gym('report', 'runs'))?.[1];
  expect(page !== undefined && existsSync(join(consumer, page)), `expected a report page, got ${page}`);
  console.log(`  report: ${page}`);
}

/** `--help` is to answer in 0.3 s; a busy machine may take longer. */
function checkHelpTime() {
  const main = join('node_modules', manifest.name, manifest.bin['stackelberg-gym']);
  const times = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    run(process.execPath, [main, '--help']);
    return (performance.now() - begun) / 1000;
  });
  const seconds = times.sort((a, b) => a - b)[2];
  console.log(`  --help: ${seconds.toFixed(3)} s${seconds > 0.3 ? ', expected less than 0.3 s' : ''}`);
  expect(seconds < 1.5, `expected --help in less than 1.5 s, got ${seconds.toFixed(3)} s`);
}

function writeJson(name, value) {
  writeFileSync(join(consumer, name), JSON.stringify(value));
}
