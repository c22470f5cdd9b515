import type { CurvePoint } from '../experiment.js';
import type { ChartConfig } from '../result-schema.js';
import { alignCurves, type BandPoint } from '../statistics.js';
import { alike, bandWords, chartName, missing, panelLayout, seedWords } from './chart-parts.js';
import { formatName } from './format.js';
import type { Line, Section } from './rows.js';
import {
  type Colours,
  colourScale,
  type Figure,
  LINEAR_LABEL,
  LITERAL_COLOUR,
  LOG_LABEL,
  least,
  legendColumns,
  logTicks,
  most,
  paddedDomain,
  panelTitle,
  SCHEMA,
  SI_LABEL,
  type Spec,
  scaleOver,
  withinAxis,
  wrap,
} from './theme.js';

type CurveChart = ChartConfig & { kind: 'curve' };

const PANELS = 12;

/** One cell's curve of the metric. */
interface Curve {
  readonly game: string;
  readonly series: string;
  readonly points: readonly BandPoint[];
}

interface Axes {
  readonly logX: boolean;
  readonly logY: boolean;
  readonly x: readonly [number, number];
  /** Undefined if each panel has an axis of its own. */
  readonly y: readonly [number, number] | undefined;
}

/**
 * A metric of the curve points over steps: a line a cell, a panel a game, twelve panels a figure. Cells without the metric are left
 * out; on a logarithmic axis so is what is not positive, and an axis without positive numbers is linear.
 */
export function curveChart(chart: CurveChart, section: Section, colours: Colours): Figure[] {
  const { all, logX, logY } = curvesOf(chart, section);
  const games = [...new Set(all.map((curve) => curve.game))];
  const pages = Math.ceil(games.length / PANELS);
  return Array.from({ length: pages }, (_, page) => {
    const shown = games.slice(page * PANELS, (page + 1) * PANELS);
    const curves = all.filter((curve) => shown.includes(curve.game));
    const axes = axesOf(curves, logX, logY);
    return {
      name: chartName(section, chart) + (pages > 1 ? `-${page + 1}` : ''),
      caption: `${chart.title}: ${bandWords(section.lines, 'seeds')}.`,
      wide: spec(chart, section, curves, axes, colours, false),
      narrow: spec(chart, section, curves, axes, colours, true),
    };
  });
}

function curvesOf(chart: CurveChart, section: Section) {
  const measured = section.lines
    .map((line) => ({ line, curves: metricOf(line, chart.x ?? 'steps', chart.y) }))
    .filter(({ curves }) => curves.length > 0);
  if (measured.length === 0) throw missing(section, chart, 'y', `a metric "${chart.y}" in some curve`);
  const points = measured.flatMap(({ curves }) => curves.flat());
  const logX = chart.logX === true && points.some((point) => point.steps > 0);
  const logY = chart.logY === true && points.some((point) => point.value > 0);
  const all = measured
    .map(({ line: { row }, curves }) => ({
      game: formatName(row.game),
      series: row.series,
      points: alignCurves(curves, { scale: logX ? 'log' : 'linear' }).filter(
        (point) => !logY || point.mean > 0,
      ),
    }))
    .filter((curve) => curve.points.length > 0);
  return { all, logX, logY };
}

/** The seeds' curves of one metric over another, as curves of values. */
function metricOf({ curves }: Line, over: string, metric: string): CurvePoint[][] {
  return curves
    .map((curve) =>
      curve
        .filter((point) => Object.hasOwn(point, metric) && Object.hasOwn(point, over))
        .map((point) => ({ steps: point[over], value: point[metric] })),
    )
    .filter((curve) => curve.length > 0);
}

function axesOf(curves: readonly Curve[], logX: boolean, logY: boolean): Axes {
  const steps = curves.flatMap((curve) => curve.points.map((point) => point.steps));
  return {
    logX,
    logY,
    x: [least(steps), most(steps)],
    y: alike(extents(curves, logY)) ? meanDomain(curves, logY) : undefined,
  };
}

/** The extent of the means in each game. */
function extents(curves: readonly Curve[], log: boolean): [number, number][] {
  return [...new Set(curves.map((curve) => curve.game))].map((game) => {
    const values = curves
      .filter((curve) => curve.game === game)
      .flatMap((curve) => curve.points.map(({ mean }) => (log ? Math.log(mean) : mean)));
    return [least(values), most(values)];
  });
}

/** Means with a margin: a band of few seeds may reach far beyond and is clipped. */
function meanDomain(curves: readonly Curve[], log: boolean): [number, number] {
  return paddedDomain(
    curves.flatMap((curve) => curve.points.map((point) => point.mean)),
    0.12,
    log,
  );
}

function spec(
  chart: CurveChart,
  section: Section,
  curves: readonly Curve[],
  axes: Axes,
  colours: Colours,
  narrow: boolean,
): Spec {
  const games = [...new Set(curves.map((curve) => curve.game))];
  const { columns, width, height, whole } = panelLayout(games.length, narrow);
  const colour = colourOf(curves, colours, narrow ? 0 : whole);
  const subtitle = `${section.title}: ${bandWords(section.lines, seedWords(section.lines))}.`;
  return {
    $schema: SCHEMA,
    title: narrow ? undefined : { text: chart.title, subtitle: wrap(subtitle, whole) },
    concat: games.map((game) => {
      const own = curves.filter((curve) => curve.game === game);
      return { title: panelTitle(game), width, height, ...panel(chart, own, axes, colours, colour) };
    }),
    columns,
    spacing: { row: 22, column: 26 },
  };
}

function colourOf(curves: readonly Curve[], colours: Colours, width: number): Spec {
  const series = new Set(curves.map((curve) => curve.series));
  const legend = { symbolType: 'stroke', columns: legendColumns(series, width, 4) };
  return {
    field: 'series',
    type: 'nominal',
    scale: colourScale(colours, series),
    legend: width === 0 ? { ...legend, orient: 'top' } : legend,
  };
}

function panel(
  chart: CurveChart,
  curves: readonly Curve[],
  axes: Axes,
  colours: Colours,
  colour: Spec,
): Spec {
  const yDomain = axes.y ?? meanDomain(curves, axes.logY);
  const values = curves.flatMap(({ series, points }) =>
    points.map(({ steps, mean, low, high }) => ({
      ...{ series, colour: colours.get(series), steps, mean, high },
      low: axes.logY && low !== null ? Math.max(low, yDomain[0]) : low,
    })),
  );
  const x = {
    field: 'steps',
    type: 'quantitative',
    title: chart.xTitle,
    scale: scaleOver(axes.x, axes.logX),
    axis: {
      labelExpr: SI_LABEL,
      grid: false,
      ...(axes.logX ? { values: logTicks(axes.x[0], axes.x[1]) } : { tickCount: 4 }),
    },
  };
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    title: chart.yTitle,
    scale: scaleOver(yDomain, axes.logY),
    axis: axes.logY
      ? { labelExpr: LOG_LABEL, values: logTicks(yDomain[0], yDomain[1]) }
      : { labelExpr: LINEAR_LABEL, tickCount: 4 },
  });
  return {
    data: { values },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.low)' }, ...withinAxis(yDomain)],
        mark: { type: 'area', opacity: 0.2, clip: true },
        encoding: {
          x,
          y: y('low'),
          y2: { field: 'high' },
          fill: LITERAL_COLOUR,
          detail: { field: 'series' },
        },
      },
      {
        mark: { type: 'line', strokeWidth: 2.2, clip: true },
        encoding: { x, y: y('mean'), color: colour },
      },
    ],
  };
}
