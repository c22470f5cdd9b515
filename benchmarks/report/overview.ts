import { median } from '../statistics.js';
import { besides, colourOf, gameRows, OFFSET, rowHeight } from './dots.js';
import { formatName } from './format.js';
import type { ReportRow, Section } from './rows.js';
import {
  type Colours,
  type Figure,
  INK,
  LINEAR_LABEL,
  LITERAL_COLOUR,
  least,
  most,
  paddedDomain,
  SCHEMA,
  type Spec,
  scaleOver,
  wrap,
} from './theme.js';

/** Rows of games that one figure may hold before the next begins. */
const ROWS = 48;

/**
 * Learned against exact or reference value: a block an experiment with its own units, a row a game. Games whose values differ much in size get an
 * axis each, and a new figure begins where one would hold too many rows to be looked at.
 */
export function overviewFigures(sections: readonly Section[], colours: Colours): Figure[] {
  const pages = paginate(sections);
  const titled = sections.length > 1 || sections[0].reference !== undefined;
  return pages.map((own, page) => ({
    name: page === 0 ? 'overview' : `overview-${page + 1}`,
    caption: `${headline(own)}${own.length < sections.length ? ` in ${own.map(({ id }) => id).join(', ')}` : ''}: ${spread(own)}; ${bar(own)}.`,
    wide: overviewSpec(own, titled, colours, false),
    narrow: overviewSpec(own, titled, colours, true),
  }));
}

function headline(sections: readonly Section[]): string {
  return `Learned against ${sections.some(({ reference }) => reference) ? 'reference' : 'exact'} value`;
}

/** What the black bar is, in words that hold for every block of a figure. */
function bar(sections: readonly Section[]): string {
  const references = sections.map(({ reference }) => reference);
  if (references.every((reference) => reference === undefined)) return 'the black bar is the exact optimum';
  if (references.every((reference) => reference === references[0]))
    return `the black bar is the reference, the ${references[0]}`;
  return 'the black bar is the reference: the exact optimum, unless the title of the block says otherwise';
}

/** What dot and rule are. */
function spread(sections: readonly Section[]): string {
  return sections.every(({ seeds }) => seeds === 1) ? 'one seed' : 'mean over seeds with the 95 % interval';
}

function paginate(sections: readonly Section[]): Section[][] {
  const pages: Section[][] = [];
  let room = 0;
  for (const section of sections) {
    const games = new Set(section.rows.map((row) => row.game)).size;
    const rows = mixedSizes(section.rows) ? 2 * games : games + 2;
    if (pages.length === 0 || rows > room) {
      pages.push([]);
      room = ROWS;
    }
    pages.at(-1)!.push(section);
    room -= rows;
  }
  return pages;
}

function overviewSpec(
  sections: readonly Section[],
  titled: boolean,
  colours: Colours,
  narrow: boolean,
): Spec {
  const edge = sections.every(({ seeds }) => seeds === 1) ? '' : ' (with few seeds it may pass the edge)';
  const subtitle = `The dot is the ${spread(sections).replace('one seed', 'value of one seed')}${edge}; ${bar(sections)}.`;
  return {
    $schema: SCHEMA,
    title: narrow ? undefined : { text: headline(sections), subtitle: wrap(subtitle, 760) },
    vconcat: sections.map((section) => overviewBlock(section, titled, colours, narrow)),
    spacing: 28,
    resolve: { scale: { color: 'independent', yOffset: 'independent' } },
  };
}

interface Dot {
  readonly game: string;
  readonly series: string;
  readonly slot: number;
  readonly colour: string | undefined;
  readonly exact: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

function overviewBlock(section: Section, titled: boolean, colours: Colours, narrow: boolean): Spec {
  const dots = besides(section.rows).map(({ row, slot }) => ({
    game: formatName(row.game),
    series: row.series,
    slot,
    colour: colours.get(row.series),
    exact: row.exact,
    mean: row.learned.mean,
    low: row.learned.low,
    high: row.learned.high,
  }));
  const colour = colourOf(colours, new Set(dots.map((dot) => dot.series)), narrow);
  const title = section.valueTitle ?? 'leader value';
  return {
    ...(titled ? { title: blockTitle(section, narrow) } : {}),
    ...(mixedSizes(section.rows)
      ? gamePanels(section.rows, dots, colour, { title, narrow })
      : {
          data: { values: dots },
          ...gameRows(
            dots,
            rowHeight(section.rows),
            narrow,
            dotLayers(dots, rowHeight(section.rows), colour, { title, narrow }),
          ),
        }),
  };
}

function blockTitle({ title, reference }: Section, narrow: boolean): Spec {
  const text = wrap(reference ? `${title} (bar: ${reference})` : title, narrow ? 270 : 700, 16);
  return { text, fontSize: narrow ? 14 : 15, offset: 8, frame: 'group' };
}

/** The axis of values. */
interface Axis {
  readonly title: string;
  readonly narrow: boolean;
}

/** Bars of the optima, each as high as its series has room, then intervals and means. */
function dotLayers(
  dots: readonly Dot[],
  height: number,
  colour: Spec,
  { title, narrow }: Axis,
  place: Spec = OFFSET,
): Spec[] {
  const domain = valueDomain(dots);
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title,
    scale: scaleOver(domain, false),
    axis: { labelExpr: LINEAR_LABEL, tickCount: narrow ? 4 : 7 },
  });
  const bars = [...new Set(dots.map(({ game }) => game))].map((game) => {
    const count = new Set(dots.filter((dot) => dot.game === game).map(({ series }) => series)).size;
    return {
      transform: [{ filter: { field: 'game', equal: game } }],
      mark: { type: 'tick', thickness: 3, opacity: 1, color: INK, size: (0.9 * height) / count },
      encoding: { x: x('exact'), ...place },
    };
  });
  return [
    ...bars,
    {
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'rule', strokeWidth: 2.4, clip: true },
      encoding: { x: x('low'), x2: { field: 'high' }, ...place, stroke: LITERAL_COLOUR },
    },
    {
      mark: { type: 'point', filled: true, size: 80, opacity: 1 },
      encoding: { x: x('mean'), ...place, color: colour },
    },
  ];
}

/** Means, optima and intervals with a margin; an interval far wider than the others, as of few seeds, is cut off at the edge. */
function valueDomain(dots: readonly Dot[]): [number, number] {
  const centres = dots.flatMap(({ mean, exact }) => [mean, exact]);
  const known = dots.filter((dot) => dot.low !== null && dot.high !== null) as (Dot & {
    low: number;
    high: number;
  })[];
  const widths = known.map(({ low, high }) => high - low);
  const limit = 3 * Math.max(most(centres) - least(centres), widths.length > 0 ? median(widths) : 0);
  const shown = known.filter((_, i) => widths[i] <= limit).flatMap(({ low, high }) => [low, high]);
  return paddedDomain([...centres, ...shown], 0.08);
}

/** The same in a panel of one game. */
const IN_PANEL = {
  y: { field: 'slot', type: 'quantitative', scale: { domain: [0, 1], reverse: true }, axis: null },
} as const;

/** A panel a game with an axis of its own, for games whose values differ much in size; many stand in two columns. */
function gamePanels(
  rows: readonly ReportRow[],
  dots: readonly Dot[],
  colour: Spec,
  { title: axis, narrow }: Axis,
): Spec {
  const games = [...new Set(dots.map(({ game }) => game))];
  const columns = !narrow && games.length > 4 ? 2 : 1;
  const width = columns === 2 ? 340 : narrow ? 265 : 620;
  const panels = games.map((game) => {
    const height = rowHeight(rows.filter((row) => formatName(row.game) === game));
    const own = dots.filter((dot) => dot.game === game);
    const title = { text: game, fontSize: 13, offset: 5, frame: 'group' };
    return {
      title,
      data: { values: own },
      width,
      height,
      layer: dotLayers(own, height, colour, { title: axis, narrow: true }, IN_PANEL),
    };
  });
  return { concat: panels, columns, spacing: { row: 14, column: 30 } };
}

/** Whether the games' values differ so much in size that one axis would hide the smaller ones; zeros are seen on any. */
function mixedSizes(rows: readonly ReportRow[]): boolean {
  const sizes = new Map<string, number>();
  for (const { game, exact, learned } of rows)
    sizes.set(game, Math.max(sizes.get(game) ?? 0, Math.abs(exact), Math.abs(learned.mean)));
  const positive = [...sizes.values()].filter((size) => size > 1e-9);
  return most(positive) > 20 * least(positive);
}
