import type { ChartConfig } from '../result-schema.js';
import { median } from '../statistics.js';
import { canonicalJson } from '../storage.js';
import { chartName, missing, seedCounts, seedWords } from './chart-parts.js';
import { numberAt, valueAt } from './paths.js';
import { differences, type Line, type Section, settingsOf } from './rows.js';
import {
  assignColours,
  type Colours,
  type Figure,
  INK,
  LINEAR_LABEL,
  LITERAL_COLOUR,
  LOG_LABEL,
  least,
  legendColumns,
  logTicks,
  most,
  paddedDomain,
  SCHEMA,
  type Spec,
  scaleOver,
  wrap,
} from './theme.js';

type ScalingChart = ChartConfig & { kind: 'scaling' };

/** Instances of one kind are pooled, as seeds are, and values too long for a legend are no name of a line. */
const pooledKeys = ['seed', 'instance'];
const longestValue = 24;
/** Up to so many places on the x axis are all labelled. */
const mostPlaces = 10;

interface Point {
  readonly series: string;
  readonly colour: string | undefined;
  readonly x: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly results: number;
  /** Whether it is drawn broad, so that lines on top of it leave it visible. */
  readonly broad: boolean;
}

interface BoundPoint {
  readonly boundOf: string;
  readonly colour: string | undefined;
  readonly x: number;
  readonly bound: number;
}

interface Drawing {
  readonly points: readonly Point[];
  readonly bounds: readonly BoundPoint[];
  readonly log: { readonly x: boolean; readonly y: boolean };
}

/**
 * A number of the results over a number of their cells: the median and the range over seeds, a line for each leader and oracle, and
 * the bound dashed. Cells that differ in something else get lines of their own, but for instances (`seed` or `instance`), which are
 * pooled. An axis is logarithmic where asked for and all its numbers are positive. Nothing is drawn where the results have no number.
 */
export function scalingChart(chart: ScalingChart, section: Section, colours: Colours): Figure[] {
  requirePaths(chart, section);
  const points = pointsOf(chart, section, colours);
  if (points.length === 0) return [];
  const bounds = boundsOf(chart, section, colours);
  const heights = [
    ...points.flatMap((point) => [point.low, point.high]),
    ...bounds.map(({ bound }) => bound),
  ];
  const log = {
    x: chart.logX === true && points.every((point) => point.x > 0),
    y: chart.logY === true && heights.every((height) => height > 0),
  };
  const drawing = { points, bounds, log };
  return [
    {
      name: chartName(section, chart),
      caption: `${chart.title}: ${reading(chart, drawing, section)}`,
      wide: spec(chart, section, drawing, false),
      narrow: spec(chart, section, drawing, true),
    },
  ];
}

/** How the figure is to be read; a point of one result has no range. */
function reading(
  chart: ScalingChart,
  { points, bounds }: Drawing,
  { lines }: Section,
  seeds = 'seeds',
): string {
  const dashed = bounds.length > 0 ? `; the dashed line is the ${chart.boundLabel ?? 'bound'}` : '';
  const alone = seedCounts(lines)[1] === 1;
  if (alone && points.every(({ results }) => results === 1)) return `one seed${dashed}.`;
  const pooled = alone ? 'the instances of one seed' : seeds;
  return `median over ${pooled} with their range${dashed}.`;
}

function requirePaths(chart: ScalingChart, section: Section): void {
  const cells = section.lines.map((line) => line.runs.cell);
  const results = section.lines.flatMap((line) => line.runs.seeds.map((seed) => seed.result));
  const need = (field: 'x' | 'y' | 'bound', values: readonly unknown[], where: string) => {
    const path = chart[field];
    if (path !== undefined && values.every((value) => valueAt(value, path) === undefined))
      throw missing(section, chart, field, `a number at "${path}" of some ${where}`);
  };
  need('x', cells, 'cell');
  need('y', results, 'result');
  for (const { y } of chart.further ?? [])
    if (results.every((result) => valueAt(result, y) === undefined))
      throw missing(section, chart, 'further', `a number at "${y}" of some result`);
  need('bound', results, 'result');
}

/** The cells that have the number that is drawn over, with that number and the name of their line. */
function placed(chart: ScalingChart, section: Section) {
  const cells = section.lines
    .map((line) => ({ line, x: numberAt(line.runs.cell, chart.x) }))
    .filter((cell): cell is { line: Line; x: number } => cell.x !== undefined);
  const suffixes = differences(
    cells.map(({ line: { row }, x }) => canonicalJson([row.leader, row.oracle, x])),
    cells.map(({ line }) => tellingSettings(line)),
  );
  return cells.map(({ line, x }, i) => ({
    ...{ line, x },
    series: `${line.row.leader} · ${line.row.oracle}${suffixes[i]}`,
  }));
}

function tellingSettings({ runs: { cell } }: Line): Map<string, string> {
  const settings = [...settingsOf(cell)].filter(
    ([key, value]) => !pooledKeys.includes(key) && value.length <= longestValue,
  );
  return new Map([['game', cell.game], ...settings]);
}

/** The numbers at a path of the results, gathered by line and x, in the order of x. */
function gather(chart: ScalingChart, section: Section, path: string, colours: Colours) {
  const groups = new Map<string, { series: string; colour?: string; x: number; values: number[] }>();
  for (const { line, x, series } of placed(chart, section)) {
    const values = line.runs.seeds
      .map((seed) => numberAt(seed.result, path))
      .filter((value) => value !== undefined);
    const key = canonicalJson([series, x]);
    const group = groups.get(key) ?? { series, colour: colours.get(line.row.series), x, values: [] };
    groups.set(key, { ...group, values: [...group.values, ...values] });
  }
  return [...groups.values()].filter(({ values }) => values.length > 0).sort((a, b) => a.x - b.x);
}

function pointsOf(chart: ScalingChart, section: Section, colours: Colours): Point[] {
  const paths = [{ y: chart.y, label: chart.label }, ...(chart.further ?? [])];
  const points = paths.map(({ y }) => pointsAt(y, chart, section, colours));
  if (paths.length > 1) points[0] = points[0].map((point) => ({ ...point, broad: true }));
  return named(paths.map(({ label }, i) => ({ label, points: points[i] })));
}

/** Lines under the chart's own names, with leader and oracle only where these differ, and in colours of their own. */
function named(paths: readonly { label: string | undefined; points: Point[] }[]): Point[] {
  if (paths.every(({ label }) => label === undefined)) return paths.flatMap(({ points }) => points);
  const several = new Set(paths.flatMap(({ points }) => points.map(({ series }) => series))).size > 1;
  const renamed = paths.flatMap(({ label, points }) =>
    points.map((point) => ({
      ...point,
      series: label === undefined ? point.series : several ? `${label}: ${point.series}` : label,
    })),
  );
  const own = assignColours(renamed.map(({ series }) => series));
  return renamed.map((point) => ({ ...point, colour: own.get(point.series) }));
}

function pointsAt(path: string, chart: ScalingChart, section: Section, colours: Colours): Point[] {
  const groups = gather(chart, section, path, colours);
  const first = new Map<string, string | undefined>();
  for (const { series, colour } of groups) if (!first.has(series)) first.set(series, colour);
  return groups.map(({ series, x, values }) => ({
    ...{ series, x, colour: first.get(series) },
    ...{ median: median(values), low: least(values), high: most(values), results: values.length },
    broad: false,
  }));
}

/** One line where the bounds of all series agree, otherwise one a series. */
function boundsOf(chart: ScalingChart, section: Section, colours: Colours): BoundPoint[] {
  if (chart.bound === undefined) return [];
  const groups = gather(chart, section, chart.bound, colours);
  const bounds = groups.map(({ series, colour, x, values }) => ({
    ...{ boundOf: series, colour, x, bound: median(values) },
  }));
  const at = new Map(bounds.map(({ x, bound }) => [x, bound]));
  if (bounds.some(({ x, bound }) => at.get(x) !== bound)) return bounds;
  return [...at].map(([x, bound]) => ({ boundOf: 'all', colour: INK, x, bound }));
}

function spec(chart: ScalingChart, section: Section, drawing: Drawing, narrow: boolean): Spec {
  const { points, bounds, log } = drawing;
  const width = narrow ? 255 : 560;
  const subtitle = `${section.title}. ${capital(reading(chart, drawing, section, seedWords(section.lines)))}`;
  const xDomain = paddedDomain(
    [...points, ...bounds].map((point) => point.x),
    0.05,
    log.x,
  );
  const heights = [...points.flatMap(({ low, high }) => [low, high]), ...bounds.map(({ bound }) => bound)];
  const x = axis('x', chart.xTitle, xDomain, log.x, ticksAt(points));
  const y = (field: string) => axis(field, chart.yTitle, paddedDomain(heights, 0.08, log.y), log.y);
  return {
    $schema: SCHEMA,
    title: narrow ? undefined : { text: chart.title, subtitle: wrap(subtitle, width + 60) },
    ...{ width, height: narrow ? 200 : 320, data: { values: [...points, ...bounds] } },
    layer: layers(x, y, points, colourOf(points, narrow ? 0 : width)),
  };
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** Each place that has a point, where these are few enough to be labelled one by one. */
function ticksAt(points: readonly Point[]): number[] | undefined {
  const places = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  return places.length <= mostPlaces ? places : undefined;
}

function axis(
  field: string,
  title: string,
  domain: readonly [number, number],
  log: boolean,
  values?: readonly number[],
): Spec {
  return {
    field,
    type: 'quantitative',
    title,
    scale: scaleOver(domain, log),
    axis: {
      labelExpr: log || values ? LOG_LABEL : LINEAR_LABEL,
      labelOverlap: 'greedy',
      ...(values || log ? { values: values ?? logTicks(domain[0], domain[1]) } : { tickCount: 6 }),
    },
  };
}

function boundLayer(x: Spec, y: Spec): Spec {
  return {
    transform: [{ filter: 'isValid(datum.bound)' }],
    mark: { type: 'line', strokeDash: [6, 4], strokeWidth: 1.6 },
    encoding: { x, y, stroke: LITERAL_COLOUR, detail: { field: 'boundOf' } },
  };
}

/** Broad series first, so that those on top leave them visible; a bound on top of all. */
function layers(x: Spec, y: (field: string) => Spec, points: readonly Point[], color: Spec): Spec[] {
  const broad = points.some((point) => point.broad) ? seriesLayers(x, y, color, true) : [];
  return [...broad, ...seriesLayers(x, y, color, false), boundLayer(x, y('bound'))];
}

function seriesLayers(x: Spec, y: (field: string) => Spec, color: Spec, broad: boolean): Spec[] {
  const transform = [{ filter: `isValid(datum.median) && datum.broad === ${broad}` }];
  return [
    {
      transform,
      mark: { type: 'rule', strokeWidth: 2, opacity: 0.5 },
      encoding: { x, y: y('low'), y2: { field: 'high' }, stroke: LITERAL_COLOUR },
    },
    { transform, mark: { type: 'line', strokeWidth: broad ? 7 : 2 }, encoding: { x, y: y('median'), color } },
    {
      transform,
      mark: { type: 'point', filled: true, size: broad ? 190 : 70, opacity: 1 },
      encoding: { x, y: y('median'), fill: LITERAL_COLOUR },
    },
  ];
}

function colourOf(points: readonly Point[], width: number): Spec {
  const colours = new Map(points.map(({ series, colour }) => [series, colour]));
  const legend = { symbolType: 'stroke', columns: legendColumns(colours.keys(), width, 4) };
  return {
    field: 'series',
    type: 'nominal',
    scale: { domain: [...colours.keys()], range: [...colours.values()] },
    legend: width === 0 ? { ...legend, orient: 'top' } : legend,
  };
}
