import type { Cell, CellResult, CurvePoint } from '../experiment.js';
import { isOptimal } from '../optimal.js';
import type { About } from '../result-schema.js';
import type { CellRuns, ExperimentRuns } from '../results.js';
import { type Interval, mean, median, studentInterval } from '../statistics.js';
import { canonicalJson, isPlainObject } from '../storage.js';
import { numberAt } from './paths.js';

/** One line of the table: a cell with all its seeds. */
export interface ReportRow {
  readonly experiment: string;
  readonly game: string;
  readonly leader: string;
  readonly oracle: string;
  /** Leader and oracle, with whatever else tells this line from the others of its game. */
  readonly series: string;
  readonly exact: number;
  /** Mean learned value with its 95 % interval over seeds. */
  readonly learned: Interval;
  readonly gap: number;
  /** Median over seeds; null if half the seeds or more never got there. */
  readonly stepsTo95: number | null;
  /** Smallest and largest over the seeds that got there. */
  readonly stepsRange: readonly [number, number] | null;
  /** Median leader steps until the greedy commitment was the optimum for good; null if half the seeds or more never got there. */
  readonly stepsToExact: number | null;
  /** Seeds that reached 95 % of the optimum. */
  readonly reached: number;
  /** Seeds whose learned value is the optimum itself, to 1e-6 of its size. */
  readonly optimal: number;
  readonly seeds: number;
  /** Medians over seeds. */
  readonly leaderSteps: number;
  readonly queries: number;
  readonly preTrainingSteps: number;
  /** Mean over seeds. */
  readonly wallTimeSeconds: number;
  /** What the experiment's further columns show, in their order; null where no seed has the number. */
  readonly extras: readonly (Interval | null)[];
}

/** An experiment as the report shows it. */
export interface Section extends About {
  readonly rows: readonly ReportRow[];
  readonly lines: readonly Line[];
  readonly unfinished: readonly string[];
  readonly seeds: number;
  readonly machines: readonly string[];
  readonly versions: readonly string[];
}

/** What one row is made of. */
export interface Line {
  readonly row: ReportRow;
  readonly runs: CellRuns;
  readonly curves: readonly (readonly CurvePoint[])[];
  /** Game, parameters and optimum, the same text for the same problem in every experiment. */
  readonly gameKey: string;
}

/** Summarises the results of one experiment. */
export function summarise(runs: ExperimentRuns): Section {
  const { cells, unfinished, ...about } = runs;
  const suffixes = distinctions(cells.map((cell) => cell.cell));
  const lines = cells
    .map((runs, i) => lineOf(runs, rowOf(about, runs, suffixes[i])))
    .sort((a, b) => compareText(a.row.game, b.row.game) || compareText(a.row.series, b.row.series));
  const configs = cells.flatMap((cell) => cell.seeds.map((seed) => seed.config));
  const machines = configs.map(
    ({ machine }) => `${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}`,
  );
  return {
    ...about,
    unfinished,
    lines,
    rows: lines.map((line) => line.row),
    seeds: Math.max(...cells.map((cell) => cell.seeds.length)),
    machines: [...new Set(machines)].sort(),
    versions: [...new Set(configs.map((config) => config.version))].sort(),
  };
}

function lineOf(runs: CellRuns, row: ReportRow): Line {
  const { game, gameName, parameters } = runs.cell;
  const optimum = Number(row.exact.toPrecision(6));
  return {
    ...{ row, runs },
    curves: runs.seeds.map((seed) => seed.curve),
    gameKey: canonicalJson([game, gameName, parameters, optimum]),
  };
}

function rowOf({ id, extras = [] }: About, { cell, seeds }: CellRuns, suffix: string): ReportRow {
  const results = seeds.map((seed) => seed.result);
  const of = (field: 'exact' | 'learned' | 'gap' | 'leaderSteps' | 'queries' | 'preTrainingSteps') =>
    results.map((result) => result[field]);
  const arrivals = results.map((result) => result.stepsTo95).filter((steps) => steps !== null);
  const middle = median(results.map((result) => result.stepsTo95 ?? Infinity));
  const exactly = median(results.map((result) => result.stepsToExact ?? Infinity));
  return {
    experiment: id,
    game: cell.gameName,
    leader: cell.leader,
    oracle: cell.oracle,
    series: `${cell.leader} · ${cell.oracle}${suffix}`,
    exact: mean(of('exact')),
    learned: studentInterval(of('learned')),
    gap: mean(of('gap')),
    stepsTo95: Number.isFinite(middle) ? middle : null,
    stepsToExact: Number.isFinite(exactly) ? exactly : null,
    stepsRange: arrivals.length > 0 ? [Math.min(...arrivals), Math.max(...arrivals)] : null,
    reached: arrivals.length,
    optimal: results.filter(({ exact, learned }) => isOptimal(learned, exact)).length,
    seeds: seeds.length,
    leaderSteps: median(of('leaderSteps')),
    queries: median(of('queries')),
    preTrainingSteps: median(of('preTrainingSteps')),
    wallTimeSeconds: mean(results.map((result) => result.wallTimeSeconds)),
    extras: extras.map(({ path }) => extraOf(results, path)),
  };
}

function extraOf(results: readonly CellResult[], path: string): Interval | null {
  const values = results.map((result) => numberAt(result, path)).filter((value) => value !== undefined);
  return values.length > 0 ? studentInterval(values) : null;
}

/** What tells apart cells that share game, leader and oracle: ` · key=value`, for the keys that it takes. */
export function distinctions(cells: readonly Cell[]): string[] {
  const settings = cells.map(settingsOf);
  return differences(
    cells.map((cell) => canonicalJson([cell.gameName, cell.leader, cell.oracle])),
    settings,
  );
}

/** Every parameter, option and budget of a cell by its key, as text. */
export function settingsOf(cell: Cell): Map<string, string> {
  return flatten({ ...cell.parameters, ...cell.oracleOptions, ...cell.leaderOptions, ...cell.budget });
}

/** For each of several named settings ` · key=value` for the keys that it takes to tell those of one name apart. */
export function differences(
  names: readonly string[],
  settings: readonly ReadonlyMap<string, string>[],
): string[] {
  const groups = new Map<string, number[]>();
  names.forEach((name, i) => {
    groups.set(name, [...(groups.get(name) ?? []), i]);
  });
  const telling = new Set<string>();
  for (const members of groups.values())
    for (const key of new Set(members.flatMap((i) => [...settings[i].keys()])))
      if (kinds(members, settings, [...telling, key]) > kinds(members, settings, [...telling]))
        telling.add(key);
  return settings.map((own) =>
    [...telling]
      .filter((key) => own.has(key))
      .map((key) => ` · ${key}=${own.get(key)}`)
      .join(''),
  );
}

/** How many of these settings some keys tell apart. */
function kinds(
  members: readonly number[],
  settings: readonly ReadonlyMap<string, string>[],
  keys: readonly string[],
): number {
  return new Set(members.map((i) => canonicalJson(keys.map((key) => settings[i].get(key) ?? null)))).size;
}

function flatten(data: Record<string, unknown>, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(data))
    if (isPlainObject(value)) for (const entry of flatten(value, `${prefix}${key}.`)) flat.set(...entry);
    else flat.set(prefix + key, typeof value === 'string' ? value : canonicalJson(value));
  return flat;
}

/** Numbers in names by their size: `9 targets` before `10 targets`, `epsilon 0.05` before `epsilon 0.1`. */
export function compareText(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(/(\d+(?:\.\d+)?)/));
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    const difference = i % 2 === 1 ? Number(left[i]) - Number(right[i]) : 0;
    return difference || (left[i] < right[i] ? -1 : 1);
  }
  return left.length - right.length;
}
