import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { describe } from '../gymnasium/error.js';
import type { Cell, CellResult, CurvePoint } from './experiment.js';
import { isSvgDocument } from './pictures.js';
import {
  type About,
  type CellConfig,
  check,
  configSchema,
  type curveSchema,
  parsePoint,
  parseResult,
  resultFileSchema,
} from './result-schema.js';
import {
  canonicalJson,
  configurationHash,
  FILES,
  hashOfText,
  ResultsError,
  resultHash,
  subfolders,
} from './storage.js';

export { parsePoint, parseResult } from './result-schema.js';

/** One finished (cell, seed). */
export interface SeedResult {
  readonly seed: number;
  readonly config: CellConfig;
  readonly result: CellResult;
  readonly curve: readonly CurvePoint[];
  /** Its pictures by name. */
  readonly pictures: readonly Picture[];
}

/** An SVG document that a cell left beside its result. */
export interface Picture {
  readonly name: string;
  readonly path: string;
}

/** All finished seeds of one cell. */
export interface CellRuns {
  readonly slug: string;
  readonly cell: Cell;
  readonly seeds: readonly SeedResult[];
}

/** All finished cells of one experiment, as its files describe it. */
export interface ExperimentRuns extends About {
  readonly cells: readonly CellRuns[];
  /** Folders of (cell, seed) pairs that were begun and not finished. */
  readonly unfinished: readonly string[];
}

/** Reads every experiment under `out`; a damaged file is an error that names it, never skipped. */
export function readResults(out: string): ExperimentRuns[] {
  const experiments = subfolders(out)
    .map((id) => readExperiment(out, id))
    .filter((runs) => runs !== undefined);
  if (experiments.length === 0)
    throw new ResultsError(
      `${describe(out)} must hold results as <experiment>/<cell>/seed-<n>/${FILES.result}, got none; run \`stackelberg-gym bench <experiment> --out ${out}\` first.`,
    );
  return experiments;
}

/** Reads one experiment under `out`; undefined if it has no finished cell. */
export function readExperiment(out: string, id: string): ExperimentRuns | undefined {
  const unfinished: string[] = [];
  const cells = subfolders(join(out, id))
    .map((slug) => readCell(join(out, id, slug), slug, unfinished))
    .filter((runs) => runs.seeds.length > 0);
  if (cells.length === 0) return undefined;
  return { ...commonAbout(cells), cells, unfinished };
}

/** What most results say of their experiment: cells that it no longer has may say otherwise. */
function commonAbout(cells: readonly CellRuns[]): About {
  const votes = new Map<string, { about: About; count: number }>();
  for (const { config } of cells.flatMap((cell) => cell.seeds)) {
    const key = canonicalJson(config.experiment);
    votes.set(key, { about: config.experiment, count: (votes.get(key)?.count ?? 0) + 1 });
  }
  return [...votes.values()].reduce((most, next) => (next.count > most.count ? next : most)).about;
}

function readCell(folder: string, slug: string, unfinished: string[]): CellRuns {
  const seeds: SeedResult[] = [];
  for (const name of subfolders(folder).filter((name) => /^seed-\d+$/.test(name))) {
    const path = join(folder, name);
    if (existsSync(join(path, FILES.result))) seeds.push(readSeed(path));
    else unfinished.push(path);
  }
  for (const { config, seed } of seeds) requireSameConfiguration(folder, seeds[0].config, config, seed);
  return { slug, cell: seeds[0]?.config.cell, seeds };
}

function requireSameConfiguration(folder: string, first: CellConfig, other: CellConfig, seed: number): void {
  const expected = configurationHash(first.experiment.id, first.cell, first.version);
  const got = configurationHash(other.experiment.id, other.cell, other.version);
  if (expected === got) return;
  throw new ResultsError(
    `${join(folder, `seed-${seed}`, FILES.config)} must be of the same configuration as seed-${first.seed} ` +
      `(${expected}, version ${first.version}), got ${got}, version ${other.version}; finish the run with --resume or remove the older seeds.`,
  );
}

/** Reads and checks the three files of one finished (cell, seed), and lists its pictures. */
export function readSeed(folder: string): SeedResult {
  const config = readConfig(folder);
  const path = join(folder, FILES.result);
  const { curve: expected, ...data } = check(resultFileSchema, readJson(path), `result file ${path}`);
  const result = parseResult(data, `result file ${path}`);
  return {
    seed: config.seed,
    config,
    result,
    curve: readCurve(folder, expected),
    pictures: pictures(folder),
  };
}

function pictures(folder: string): Picture[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.svg'))
    .sort()
    .map((name) => ({ name: name.slice(0, -'.svg'.length), path: join(folder, name) }));
}

/** The text of a picture. @throws ResultsError unless it is a whole SVG document */
export function readPicture({ path }: Picture): string {
  const text = readText(path);
  if (!isSvgDocument(text))
    throw new ResultsError(
      `Damaged result file ${path}: field (whole): expected a whole SVG document without script, got ${describe(text)}.`,
    );
  return text;
}

/** Reads and checks `config.json`, its hash included. */
export function readConfig(folder: string): CellConfig {
  const path = join(folder, FILES.config);
  const config = check(configSchema, readJson(path), `result file ${path}`);
  const { experiment, cell, seed, version } = config;
  const hash = resultHash(configurationHash(experiment.id, cell, version), seed);
  if (hash !== config.hash)
    throw new ResultsError(
      `Damaged result file ${path}: field hash: expected ${describe(hash)} for its contents, got ${describe(config.hash)}.`,
    );
  return config;
}

function readCurve(folder: string, expected: z.infer<typeof curveSchema>): CurvePoint[] {
  const path = join(folder, FILES.curve);
  const text = readText(path);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const points = lines.map((line, i) =>
    parsePoint(parseJson(line, `${path}:${i + 1}`), `result file ${path}:${i + 1}`),
  );
  if (points.length !== expected.points)
    throw new ResultsError(
      `Damaged result file ${path}: field (whole): expected the ${expected.points} points of the run, got ${points.length}.`,
    );
  if (hashOfText(text) !== expected.hash)
    throw new ResultsError(
      `Damaged result file ${path}: field (whole): expected the curve of the run, of hash ${expected.hash}, got ${hashOfText(text)}.`,
    );
  return points;
}

function readJson(path: string): unknown {
  return parseJson(readText(path), path);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ResultsError(
      `Damaged result file ${where}: field (whole): expected JSON, got ${describe(text)}.`,
    );
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsError(
      `Cannot read result file ${path}: expected a readable file, got ${(error as Error).message}.`,
    );
  }
}
