import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describe } from '../gymnasium/error.js';
import type { Cell, CellResult, CurvePoint } from './experiment.js';
import { isName, isSvgDocument } from './pictures.js';
import {
  canonicalJson,
  configurationHash,
  FILES,
  hashOfText,
  ResultsError,
  resultHash,
  subfolders,
} from './storage.js';

const count = z.number().nonnegative();
const data = z.record(z.string(), z.unknown());

const cellSchema = z.strictObject({
  game: z.string(),
  gameName: z.string(),
  parameters: data,
  leader: z.string(),
  oracle: z.string(),
  leaderOptions: data,
  oracleOptions: data,
  budget: data,
});

const chartFields = {
  name: z.string().refine(isName, { error: 'lower-case letters, digits and hyphens' }),
  title: z.string(),
  y: z.string(),
  xTitle: z.string(),
  yTitle: z.string(),
  logX: z.boolean().optional(),
  logY: z.boolean().optional(),
};

const chartSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ ...chartFields, kind: z.literal('curve') }),
    z.strictObject({
      ...chartFields,
      kind: z.literal('scaling'),
      x: z.string(),
      bound: z.string().optional(),
    }),
  ],
  { error: '"curve" or "scaling"' },
);

const aboutSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  figure: z.string().optional(),
  reference: z.string().optional(),
  charts: z.array(chartSchema).optional(),
});

const configSchema = z.strictObject({
  hash: z.string(),
  experiment: aboutSchema,
  cell: cellSchema,
  seed: z.int().nonnegative(),
  version: z.string(),
  machine: z.strictObject({ node: z.string(), platform: z.string(), cpu: z.string(), cores: z.int() }),
});

const resultSchema = z.strictObject({
  exact: z.number(),
  learned: z.number(),
  gap: z.number(),
  stepsTo95: count.nullable(),
  stepsToExact: count.nullable(),
  leaderSteps: count,
  queries: count,
  preTrainingSteps: count,
  wallTimeSeconds: count,
  extra: data.optional(),
});

const curveSchema = z.strictObject({ points: z.int().nonnegative(), hash: z.string() });

const resultFileSchema = resultSchema.extend({ curve: curveSchema });

const pointSchema = z.object({ steps: count, value: z.number() }).catchall(z.number());

/** What an experiment says of itself; kept with every result, and no part of what makes one outdated. */
export type About = z.infer<typeof aboutSchema>;

/** A chart as it is kept: see `Chart` in `experiment.ts`. */
export type ChartConfig = z.infer<typeof chartSchema>;

/** `config.json`: everything needed to say what a result is a result of. */
export type CellConfig = z.infer<typeof configSchema>;

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

/** Text of `result.json`: the result, and what tells whether the curve beside it is whole. */
export function resultText(result: CellResult, curve: string): string {
  const points = curve.split('\n').length - 1;
  return `${JSON.stringify({ ...result, curve: { points, hash: hashOfText(curve) } }, null, 2)}\n`;
}

/** Checks what an experiment says of itself. */
export function parseAbout(value: unknown, where: string): About {
  const about = check(aboutSchema, value, where);
  const names = (about.charts ?? []).map(({ name }) => name);
  const twin = names.find((name, i) => names.indexOf(name) !== i);
  if (twin !== undefined)
    throw new ResultsError(
      `Damaged ${where}: field charts: expected names that differ, got ${describe(twin)} twice.`,
    );
  return about;
}

/** Checks a result; `where` begins the error, as in `Damaged result file x: field gap: ...`. */
export function parseResult(value: unknown, where: string): CellResult {
  const result = check(resultSchema, value, where);
  const { exact, learned, gap } = result;
  if (Math.abs(exact - learned - gap) > 1e-6 * Math.max(1, Math.abs(exact))) {
    throw new ResultsError(
      `Damaged ${where}: field gap: expected exact - learned = ${exact - learned}, got ${gap}.`,
    );
  }
  return result;
}

/** Checks a point of a learning curve. */
export function parsePoint(value: unknown, where: string): CurvePoint {
  return check(pointSchema, value, where);
}

function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const keys = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  const got = keys.reduce<unknown>((inner, key) => (inner as never)?.[key], value);
  throw new ResultsError(
    `Damaged ${where}: field ${keys.join('.') || '(whole)'}: expected ${expectation(issue)}, got ${describe(got)}.`,
  );
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'no such field';
  if (issue.code === 'too_small') return `a number of at least ${issue.minimum}`;
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.expected === 'number' ? 'a finite number' : `${issue.expected}`;
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
