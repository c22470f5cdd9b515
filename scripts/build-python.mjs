// Bundles dist/ for the Python package: the engine as ES modules, beside it the few packages that bring files of their
// own, and the licences of all of them. What is written needs Node.js alone, and no other file of this repository.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'python/src/stackelberg_gym/_engine');
const modules = join(root, 'node_modules');

/** Packages that are copied, and of their files those that are used; package.json and licences come with them. */
const copied = {
  highs: ['build/highs.mjs', 'build/highs.wasm'],
  '@resvg/resvg-wasm': ['index.mjs', 'index_bg.wasm'],
  'dejavu-fonts-ttf': ['ttf/DejaVuSans.ttf', 'ttf/DejaVuSans-Bold.ttf'],
};
/** Bundled as a package of its own, since payoffs given as expressions load it by `require`. */
const required = 'mathjs';
/** Not shipped: the engine says so when it is asked for them. */
const absent = ['@tensorflow/*', 'vega', 'vega-lite'];

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

// setuptools keeps what it built before, and would pack files that are no longer made.
for (const old of [out, join(root, 'python/build')]) rmSync(old, { recursive: true, force: true });
const engine = await bundleEngine();
const library = await bundleRequired();
for (const [name, files] of Object.entries(copied)) copyPackage(name, files);
writeManifest();
const packages = new Set([...packagesIn(engine), ...packagesIn(library), ...Object.keys(copied)]);
writeFileSync(join(out, 'THIRD_PARTY_LICENSES.txt'), [...packages].sort().map(notice).join('\n'));

const sizes = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
console.log(`_engine: ${sizes.length} files, ${megabytes.toFixed(1)} MB, from ${packages.size} packages`);

async function bundleEngine() {
  const { metafile } = await build({
    ...shared,
    entryPoints: { engine: 'dist/bridge/engine.js' },
    outdir: out,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    external: [...Object.keys(copied), required, ...absent],
    // CommonJS packages within the bundle ask for modules of Node.js.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  return metafile;
}

async function bundleRequired() {
  const folder = join(out, 'node_modules', required);
  const { metafile } = await build({
    ...shared,
    entryPoints: [required],
    outfile: join(folder, 'index.js'),
    format: 'cjs',
  });
  const { name, version, license } = manifestOf(required);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, license, main: 'index.js' }));
  return metafile;
}

function copyPackage(name, files) {
  const from = join(modules, name);
  const to = join(out, 'node_modules', name);
  for (const file of ['package.json', ...files, ...licencesOf(name)]) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(from, file), join(to, file));
  }
}

/** By which the engine knows its name and version (`bridge/version.ts`). */
function writeManifest() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const exports = { './package.json': './package.json' };
  writeFileSync(join(out, 'package.json'), JSON.stringify({ name, version, type: 'module', exports }));
}

/** Folders of the packages whose files went into a bundle, as paths below node_modules. */
function packagesIn({ inputs }) {
  const folders = Object.keys(inputs).map((path) =>
    /node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(path),
  );
  return folders.filter(Boolean).map(([, folder]) => folder);
}

function manifestOf(folder) {
  return JSON.parse(read(folder, 'package.json'));
}

function licencesOf(folder) {
  return readdirSync(join(modules, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
}

/** What is told about a package: name, version, licence, source, and the text of the licence. */
function notice(folder) {
  const { name, version, license, repository } = manifestOf(folder);
  const source = repository?.url ?? repository ?? `npm package ${name}`;
  const texts = licencesOf(folder).map((file) => read(folder, file).trim());
  if (texts.length === 0) texts.push(licenceWithin(folder));
  return `${'='.repeat(80)}\n${name} ${version}\nLicence: ${license}\nSource: ${source}\n\n${texts.join('\n\n')}\n`;
}

/** A package without a file for its licence states it at the end of its README or in the first comment of its code. */
function licenceWithin(folder) {
  const readme = readdirSync(join(modules, folder)).find((file) => /^readme/i.test(file));
  const section = readme && /^#* *licen[cs]e\b.*$[\s\S]*/im.exec(read(folder, readme))?.[0];
  const text = section || /^\/\*([\s\S]*?)\*\//.exec(read(folder, manifestOf(folder).main))?.[1];
  if (!text) throw new Error(`build-python: found no licence in node_modules/${folder}.`);
  return text.trim();
}

function read(folder, file) {
  return readFileSync(join(modules, folder, file), 'utf8');
}
