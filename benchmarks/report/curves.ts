import { alignCurves, type BandPoint } from '../statistics.js';
import { alike, bandWords, panelLayout, seedWords } from './chart-parts.js';
import { formatName, formatValue } from './format.js';
import type { Line, Section } from './rows.js';
import {
  type Colours,
  colourScale,
  type Figure,
  INK,
  LINEAR_LABEL,
  LITERAL_COLOUR,
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

const PANELS = 12;

/** Learning curves of an experiment: small multiples, a panel a game, twelve panels a figure. */
export function curveFigures(section: Section, colours: Colours): Figure[] {
  const lines = section.lines.filter((line) => line.curves.some((curve) => curve.length > 0));
  const games = [...new Set(lines.map((line) => line.row.game))];
  const pages = Math.ceil(games.length / PANELS);
  return Array.from({ length: pages }, (_, page) => {
    const shown = new Set(games.slice(page * PANELS, (page + 1) * PANELS));
    const own = lines.filter((line) => shown.has(line.row.game));
    const number = pages > 1 ? `-${page + 1}` : '';
    return {
      name: `curves-${section.id}${number}`,
      caption: `Learning curves: ${bandWords(section.lines, 'seeds')}; the dashed line is the ${section.reference ?? 'exact optimum'}.`,
      wide: curveSpec(section, own, colours, false),
      narrow: curveSpec(section, own, colours, true),
    };
  });
}

/** Logarithmic where the steps of interest span more than a factor of ten. */
export function stepScale(lines: readonly Line[]): 'linear' | 'log' {
  const last = lines.flatMap((line) => line.curves.map((curve) => curve.at(-1)?.steps ?? 0));
  const early = lines.flatMap((line) => line.row.stepsTo95 ?? []).filter((steps) => steps > 0);
  const positive = [...last, ...early].filter((steps) => steps > 0);
  return positive.length > 0 && Math.max(...positive) >= 10 * Math.min(...positive) ? 'log' : 'linear';
}

interface CurveRow extends BandPoint {
  readonly kind: 'curve';
  readonly game: string;
  readonly series: string;
  readonly colour: string;
}

interface OptimumRow {
  readonly kind: 'optimum';
  readonly game: string;
  readonly exact: number;
  readonly label: string;
}

function curveRows(lines: readonly Line[], scale: 'linear' | 'log', colours: Colours): CurveRow[] {
  return lines.flatMap(({ row, curves }) =>
    alignCurves(
      curves.filter((curve) => curve.length > 0),
      { scale },
    ).map((point) => ({
      kind: 'curve' as const,
      game: formatName(row.game),
      series: row.series,
      colour: colours.get(row.series)!,
      ...point,
    })),
  );
}

/** A line for each optimum of a game; of those too near for labels of their own the lowest is labelled for all. */
function optimumRows(lines: readonly Line[], name: string): OptimumRow[] {
  const games = [...new Set(lines.map(({ row }) => row.game))];
  return games.flatMap((game) => {
    const own = lines.filter(({ row }) => row.game === game);
    const [[low, high]] = extents(own);
    const optima = [...new Set(own.map(({ row }) => row.exact))].sort((a, b) => a - b);
    const labels: { readonly at: number; readonly values: string[] }[] = [];
    for (const exact of optima) {
      const last = labels.at(-1);
      const value = formatValue(exact);
      if (last === undefined || exact - last.at > 0.12 * (high - low))
        labels.push({ at: exact, values: [value] });
      else if (!last.values.includes(value)) last.values.push(value);
    }
    return optima.map((exact) => {
      const values = labels.find(({ at }) => at === exact)?.values;
      const label = values === undefined ? '' : `${name} ${values.join(', ')}`;
      return { kind: 'optimum' as const, game: formatName(game), exact, label };
    });
  });
}

function curveSpec(section: Section, lines: readonly Line[], colours: Colours, narrow: boolean): Spec {
  const scale = stepScale(lines);
  const curves = curveRows(lines, scale, colours);
  const steps = curves.map((row) => row.steps);
  const domain = [least(steps), most(steps)];
  const shared = alike(extents(lines)) ? meanDomain(curves, lines) : undefined;
  const optima = optimumRows(lines, section.reference ?? 'optimum');
  const games = [...new Set(lines.map((line) => line.row.game))];
  const { columns, whole, ...size } = panelLayout(games.length, narrow);
  const colour = colourOf(curves, colours, narrow ? 0 : whole);
  const valueTitle = section.valueTitle ?? 'leader value';
  return {
    $schema: SCHEMA,
    title: narrow ? undefined : title(section, whole),
    concat: games.map((name) => {
      const game = formatName(name);
      const own = curves.filter((row) => row.game === game);
      const yDomain =
        shared ??
        meanDomain(
          own,
          lines.filter((line) => line.row.game === name),
        );
      return {
        title: panelTitle(game),
        data: { values: [...own, ...optima.filter((row) => row.game === game)] },
        ...size,
        ...panel({ domain, yDomain, scale, valueTitle }, colour),
      };
    }),
    columns,
    spacing: { row: 22, column: 26 },
  };
}

/** The extent of the values and the optima of each game. */
function extents(lines: readonly Line[]): [number, number][] {
  const ranges = new Map<string, [number, number]>();
  for (const { row, curves } of lines) {
    const [low, high] = ranges.get(row.game) ?? [row.exact, row.exact];
    const values = [row.exact, ...curves.flatMap((curve) => curve.map((point) => point.value))];
    ranges.set(row.game, [least([low, ...values]), most([high, ...values])]);
  }
  return [...ranges.values()];
}

/** Means and optima with a margin: a band of few seeds may reach far beyond and is clipped. */
function meanDomain(curves: readonly CurveRow[], lines: readonly Line[]): [number, number] {
  const values = [...curves.map(({ mean }) => mean), ...lines.map(({ row }) => row.exact)];
  const [low, high] = paddedDomain(values, 0.16);
  return [low, high + 0.05 * (high - low)];
}

function colourOf(curves: readonly CurveRow[], colours: Colours, width: number): Spec {
  const series = new Set(curves.map((row) => row.series));
  const legend = { symbolType: 'stroke', columns: legendColumns(series, width, 4) };
  return {
    field: 'series',
    type: 'nominal',
    scale: colourScale(colours, series),
    legend: width === 0 ? { ...legend, orient: 'top' } : legend,
  };
}

function title(section: Section, width: number): Spec {
  return {
    text: section.title,
    subtitle: wrap(
      `Leader value of the policy as it is played, graded apart from its training: ${bandWords(section.lines, seedWords(section.lines))}. Leader steps count queries; pre-training is in the table.`,
      width,
    ),
  };
}

interface Axes {
  /** Of the steps. */
  readonly domain: readonly number[];
  readonly yDomain: readonly [number, number];
  readonly scale: 'linear' | 'log';
  readonly valueTitle: string;
}

function panel({ domain, yDomain, scale, valueTitle }: Axes, colour: Spec): Spec {
  const axis = {
    labelExpr: SI_LABEL,
    grid: false,
    ...(scale === 'log' ? { values: logTicks(domain[0], domain[1]) } : { tickCount: 4 }),
  };
  const x = {
    field: 'steps',
    type: 'quantitative',
    title: 'leader steps',
    scale: { type: scale, domain, nice: false },
    axis,
  };
  const y = (field: string) => ({
    field,
    type: 'quantitative',
    title: valueTitle,
    scale: scaleOver(yDomain, false),
    axis: { labelExpr: LINEAR_LABEL, tickCount: 4 },
  });
  const only = (kind: string) => [{ filter: `datum.kind === '${kind}'` }];
  return {
    layer: [
      {
        transform: [...only('curve'), { filter: 'isValid(datum.low)' }, ...withinAxis(yDomain)],
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
        transform: only('optimum'),
        mark: { type: 'rule', strokeDash: [6, 4], strokeWidth: 1.4, color: INK },
        encoding: { y: y('exact') },
      },
      {
        transform: only('curve'),
        mark: { type: 'line', strokeWidth: 2.2 },
        encoding: {
          x,
          y: y('mean'),
          color: colour,
        },
      },
      {
        transform: only('optimum'),
        mark: { type: 'text', align: 'right', baseline: 'bottom', dy: -3, dx: -4, fontSize: 12, color: INK },
        encoding: { x: { value: 'width' }, y: y('exact'), text: { field: 'label' } },
      },
    ],
  };
}
