import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const read = (path: string) => readFileSync(path, 'utf8');
const architecture = read('docs/architecture.md');
const folders = [
  'gymnasium',
  'envs',
  'agents',
  'solvers',
  'oracles',
  'wrappers',
  'rendering',
  'benchmarks',
  'bridge',
  'cli',
];
const backquoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, inner]) => inner);

/** The rows of the table with this header, a list of cells each. */
function table(header: string): string[][] {
  const [, body] = architecture.split(`${header}\n`);
  const rows = body.split('\n').slice(1);
  return rows.slice(0, rows.indexOf('')).map((row) => row.split('|').slice(1, -1));
}

interface Import {
  readonly folder: string;
  readonly file: string;
  readonly target: string;
  /** Static and of values: loaded together with the file. */
  readonly eager: boolean;
}

const statement = /^(import|export)\s(?:(type)\s)?[^;]*?from '([^']+)';|^import '([^']+)';/gm;
const call = /\b(?:import|createRequire\([^)]*\))\('([^']+)'\)/g;

function importsOf(folder: string, file: string): Import[] {
  const text = read(file);
  const name = (specifier: string) =>
    specifier.startsWith('.') ? join(file, '..', specifier).split('/')[0] : specifier;
  const eager = [...text.matchAll(statement)].map(([, , type, from, bare]) => ({
    target: name(from ?? bare),
    eager: type === undefined,
  }));
  const later = [...text.matchAll(call)].map(([, from]) => ({ target: name(from), eager: false }));
  return [...eager, ...later].map((found) => ({ folder, file, ...found }));
}

const imports = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => importsOf(folder, join(folder, path))),
);
const own = imports.filter(({ folder, target }) => folders.includes(target) && target !== folder);
const packages = imports.filter(({ target }) => !folders.includes(target) && !target.startsWith('node:'));
const pairs = (list: readonly Import[]) => [...new Set(list.map((i) => `${i.folder} -> ${i.target}`))].sort();

describe('docs/architecture.md', () => {
  it('names the arrows between folders that the code has, and no others', () => {
    const rows = table('| folder | what lives there | imports |');
    const documented = rows.flatMap(([folder, , targets]) =>
      backquoted(targets).map((target) => `${backquoted(folder)[0]} -> ${target}`.replaceAll('/', '')),
    );
    expect(pairs(own)).toEqual(documented.sort());
  });

  it('lists folders so that each imports only from those above it', () => {
    const upward = own.filter(({ folder, target }) => folders.indexOf(target) > folders.indexOf(folder));
    expect(upward).toEqual([]);
    expect(table('| folder | what lives there | imports |').map(([folder]) => backquoted(folder)[0])).toEqual(
      folders.map((folder) => `${folder}/`),
    );
  });

  it('names the packages that each folder uses, and which of them are loaded lazily', () => {
    const rows = table('| package | used by | loaded |');
    const documented = rows.flatMap(([name, users]) =>
      backquoted(users).map((folder) => `${folder.replace('/', '')} -> ${backquoted(name)[0]}`),
    );
    expect(pairs(packages)).toEqual(documented.sort());
    const lazy = rows
      .filter(([, , loaded]) => loaded.includes('lazily'))
      .map(([name]) => backquoted(name)[0]);
    expect(packages.filter(({ target, eager }) => eager && lazy.includes(target))).toEqual([]);
  });

  it('has the dependencies of package.json, fonts apart', () => {
    const { dependencies, peerDependencies } = JSON.parse(read('package.json'));
    const named = table('| package | used by | loaded |').map(([name]) => backquoted(name)[0]);
    expect([...named, 'dejavu-fonts-ttf'].sort()).toEqual(Object.keys(dependencies).sort());
    expect(Object.keys(peerDependencies)).toEqual(['@tensorflow/tfjs-node']);
  });
});

describe.each(['docs/architecture.md', 'CONTRIBUTING.md'])('%s', (document) => {
  it('names only files and scripts that exist', () => {
    const text = read(document);
    const paths = backquoted(text).filter((code) => /^[\w.-]+\/[\w./-]*$/.test(code));
    const gone = paths.filter((path) => !path.startsWith('stackelberg-gym/') && !existsSync(path));
    const { scripts } = JSON.parse(read('package.json'));
    const unknown = [...text.matchAll(/npm run ([\w:]+)/g)].filter(([, script]) => !(script in scripts));
    expect({ gone, unknown }).toEqual({ gone: [], unknown: [] });
  });
});
