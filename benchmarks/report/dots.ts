import { canonicalJson } from '../storage.js';
import type { Comparison } from './comparison.js';
import { formatName } from './format.js';
import type { ReportRow, Section } from './rows.js';
import {
  assignColours,
  type Colours,
  colourScale,
  type Figure,
  INK,
  LITERAL_COLOUR,
  legendColumns,
  logTicks,
  SI_LABEL,
  type Spec,
  wrap,
} from './theme.js';

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** Learned against exact value, a row a game, a block an experiment. */
export function overviewFigure(sections: readonly Section[], colours: Colours): Figure {
  const spec = (narrow: boolean): Spec => ({
    $schema: SCHEMA,
    title: narrow
      ? undefined
      : {
          text: 'Learned against exact value',
          subtitle: wrap(
            'Mean over seeds with the 95 % interval (with few seeds it may pass the edge); the black bar is the exact optimum.',
            760,
          ),
        },
    vconcat: sections.map((section) => overviewBlock(section, sections.length > 1, colours, narrow)),
    spacing: 28,
    resolve: { scale: { color: 'independent', yOffset: 'independent' } },
  });
  return {
    name: 'overview',
    caption:
      'Learned against exact value: mean over seeds with the 95 % interval; the black bar is the exact optimum.',
    wide: spec(false),
    narrow: spec(true),
  };
}

function overviewBlock(section: Section, titled: boolean, colours: Colours, narrow: boolean): Spec {
  const values = section.rows.map((row) => ({
    game: formatName(row.game),
    series: row.series,
    colour: colours.get(row.series),
    exact: row.exact,
    mean: row.learned.mean,
    low: row.learned.low,
    high: row.learned.high,
  }));
  const apart = mixedSizes(section.rows);
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: 'leader value',
    scale: apart ? { zero: false, padding: 14 } : { domain: valueDomain(values), nice: false },
    axis: { tickCount: narrow ? 4 : 7 },
  });
  const series = new Set(values.map((row) => row.series));
  const offset = besides(series);
  const height = rowHeight(series.size);
  const games = values.map((row) => row.game);
  const layer = [
    {
      mark: { type: 'tick', thickness: 3, opacity: 1, color: INK, size: apart ? height + 6 : height * 0.8 },
      encoding: { x: x('exact') },
    },
    {
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'rule', strokeWidth: 2.4, clip: true },
      encoding: { x: x('low'), x2: { field: 'high' }, ...offset, stroke: LITERAL_COLOUR },
    },
    {
      mark: { type: 'point', filled: true, size: 80, opacity: 1 },
      encoding: { x: x('mean'), ...offset, color: colourOf(colours, series, narrow) },
    },
  ];
  return {
    ...(titled
      ? {
          title: { text: wrap(section.title, narrow ? 270 : 700, 16), fontSize: narrow ? 14 : 15, offset: 8 },
        }
      : {}),
    data: { values },
    ...(apart ? gamePanels(height, narrow, layer) : gameRows(games, height, narrow, layer)),
  };
}

/** Means and optima with a margin: an interval of few seeds may reach far beyond and is cut off at the edge. */
function valueDomain(values: readonly { readonly mean: number; readonly exact: number }[]): [number, number] {
  const all = values.flatMap(({ mean, exact }) => [mean, exact]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = 0.12 * (high - low || Math.max(1, Math.abs(high)));
  return [low - margin, high + margin];
}

/** Series of a game beside one another, where there are several. */
function besides(series: ReadonlySet<string>): Spec {
  const scale = { domain: [...series], paddingOuter: 0.5 };
  return series.size > 1 ? { yOffset: { field: 'series', type: 'nominal', scale } } : {};
}

function rowHeight(series: number): number {
  return Math.max(26, 13 * series + 8);
}

function colourOf(colours: Colours, series: Iterable<string>, narrow: boolean): Spec {
  return {
    field: 'series',
    type: 'nominal',
    scale: colourScale(colours, series),
    legend: legend(series, narrow),
  };
}

function legend(series: Iterable<string>, narrow: boolean): Spec {
  return { symbolType: 'circle', symbolSize: 110, columns: narrow ? 1 : legendColumns(series, 640, 4) };
}

function gameRows(games: readonly string[], height: number, narrow: boolean, layer: Spec[]): Spec {
  const axis = { grid: true, labelLimit: 240 };
  const y = { field: 'game', type: 'nominal', title: null, scale: { domain: [...new Set(games)] }, axis };
  return { width: plotWidth(narrow), height: { step: height, for: 'position' }, encoding: { y }, layer };
}

/** A row a game with an axis of its own, for games whose values differ much in size. */
function gamePanels(height: number, narrow: boolean, layer: Spec[]): Spec {
  const header = { labelAnchor: 'start' };
  return {
    facet: { field: 'game', type: 'nominal', title: null, header },
    columns: 1,
    spacing: 14,
    resolve: { scale: { x: 'independent' } },
    spec: { width: plotWidth(narrow), height: height + 6, layer },
  };
}

function plotWidth(narrow: boolean): number {
  return narrow ? 175 : 620;
}

function mixedSizes(rows: readonly ReportRow[]): boolean {
  const sizes = rows.map((row) => Math.max(Math.abs(row.exact), Math.abs(row.learned.mean)));
  return Math.max(...sizes) > 20 * Math.min(...sizes);
}

/** Steps to 95 % of the optimum by oracle on a logarithmic axis; undefined where there is only one oracle. */
export function stepsFigure(
  sections: readonly Section[],
  comparison: Comparison | undefined,
  colours: Colours,
): Figure | undefined {
  const rows = sections.flatMap((section) => section.rows);
  if (comparison === undefined && new Set(rows.map((row) => row.oracle)).size < 2) return undefined;
  if (rows.every((row) => row.stepsTo95 === null)) return undefined;
  return {
    name: 'steps',
    caption:
      'Leader steps to 95 % of the optimum, queries counted: median over seeds, with the range of the seeds that got there. A triangle stands at the budget of a leader that did not get there in half of its seeds.',
    ...stepsSpecs(rows, colours),
  };
}

function stepsSpecs(rows: readonly ReportRow[], colours: Colours): Pick<Figure, 'wide' | 'narrow'> {
  const places = rows.map((row) => canonicalJson([row.game, row.series]));
  if (new Set(places).size === places.length)
    return { wide: stepsSpec(rows, colours, false), narrow: stepsSpec(rows, colours, true) };
  const apart = rows.map((row) => ({ ...row, series: `${row.series} (${row.experiment})` }));
  return stepsSpecs(apart, assignColours(apart.map((row) => row.series)));
}

function stepsSpec(rows: readonly ReportRow[], colours: Colours, narrow: boolean): Spec {
  const values = rows.map((row) => ({
    game: formatName(row.game),
    series: row.series,
    colour: colours.get(row.series),
    steps: Math.max(1, row.stepsTo95 ?? row.leaderSteps),
    low: row.stepsRange && Math.max(1, row.stepsRange[0]),
    high: row.stepsRange && Math.max(1, row.stepsRange[1]),
    arrival: row.stepsTo95 === null ? 'not reached within the budget' : 'reached (median seed)',
  }));
  const all = values.flatMap((row) => [row.steps, row.low ?? row.steps, row.high ?? row.steps]);
  const domain = [Math.min(...all) / 1.3, Math.max(...all) * 1.3];
  const series = new Set(values.map((row) => row.series));
  const ticks = { labelExpr: SI_LABEL, values: logTicks(domain[0], domain[1], narrow ? 2 : 3) };
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: narrow ? 'leader steps to 95 %' : 'leader steps to 95 % of the optimum',
    scale: { type: 'log', domain, nice: false },
    axis: ticks,
  });
  const offset = besides(series);
  const shapes = {
    domain: ['reached (median seed)', 'not reached within the budget'],
    range: ['circle', 'triangle-right'],
  };
  return {
    $schema: SCHEMA,
    title: narrow
      ? undefined
      : {
          text: 'Leader steps to 95 % of the optimum',
          subtitle: wrap(
            'Queries counted, pre-training apart. Median over seeds and range of those that got there.',
            760,
          ),
        },
    data: { values },
    ...gameRows(
      values.map((row) => row.game),
      rowHeight(series.size),
      narrow,
      [
        {
          transform: [{ filter: 'isValid(datum.low)' }],
          mark: { type: 'rule', strokeWidth: 2, opacity: 0.55 },
          encoding: { x: x('low'), x2: { field: 'high' }, ...offset, stroke: LITERAL_COLOUR },
        },
        {
          mark: { type: 'point', filled: true, size: 85, opacity: 1 },
          encoding: {
            x: x('steps'),
            ...offset,
            color: colourOf(colours, series, narrow),
            shape: {
              field: 'arrival',
              type: 'nominal',
              scale: shapes,
              legend: narrow ? null : { orient: 'top', symbolSize: 110, columns: 2, offset: 6 },
            },
          },
        },
      ],
    ),
  };
}
