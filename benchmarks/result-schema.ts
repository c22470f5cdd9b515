import { z } from 'zod';
import { describe } from '../gymnasium/error.js';
import type { CellResult, CurvePoint } from './experiment.js';
import { isName } from './pictures.js';
import { hashOfText, ResultsError } from './storage.js';

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
    z.strictObject({ ...chartFields, kind: z.literal('curve'), x: z.string().optional() }),
    z.strictObject({
      ...chartFields,
      kind: z.literal('scaling'),
      x: z.string(),
      bound: z.string().optional(),
      boundLabel: z.string().optional(),
      label: z.string().optional(),
      further: z.array(z.strictObject({ y: z.string(), label: z.string() })).optional(),
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
  valueTitle: z.string().optional(),
  charts: z.array(chartSchema).optional(),
  extras: z.array(z.strictObject({ path: z.string(), title: z.string() })).optional(),
});

/** Of `config.json`. */
export const configSchema = z.strictObject({
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

/** Of what a result keeps of the curve beside it. */
export const curveSchema = z.strictObject({ points: z.int().nonnegative(), hash: z.string() });

/** Of `result.json`. */
export const resultFileSchema = resultSchema.extend({ curve: curveSchema });

const pointSchema = z.object({ steps: count, value: z.number() }).catchall(z.number());

/** What an experiment says of itself; kept with every result, and no part of what makes one outdated. */
export type About = z.infer<typeof aboutSchema>;

/** A chart as it is kept: see `Chart` in `experiment.ts`. */
export type ChartConfig = z.infer<typeof chartSchema>;

/** `config.json`: everything needed to say what a result is a result of. */
export type CellConfig = z.infer<typeof configSchema>;

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

/** A value that a schema describes. @throws ResultsError that names the first field that is not so */
export function check<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
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
