/** A Vega-Lite specification; its own types are too large to be worth their time in the compiler. */
export type Spec = Record<string, unknown>;

/** The Vega-Lite version that the specifications are of. */
export const SCHEMA = 'https://vega.github.io/schema/vega-lite/v6.json';

/** One picture of the report, wide for paper and desktop, narrow for a phone. */
export interface Figure {
  readonly name: string;
  readonly caption: string;
  readonly wide: Spec;
  readonly narrow: Spec;
}

const FONT = 'DejaVu Sans';

/** Colours of series, the first eight apart from one another also for colour-blind readers; they repeat after twelve. */
const PALETTE = [
  ...['#1f6fb4', '#d9541a', '#1a8f5a', '#a2489e', '#b8860b', '#17889c', '#7a5230', '#5b5ea6'],
  ...['#c2317a', '#7d9a1e', '#4a5568', '#e08e79'],
];

export const INK = '#1d2430';
export const MUTED = '#5c6675';

/** Vega expression for tick labels such as `0`, `500`, `20k` and `1M`. */
export const SI_LABEL = "format(datum.value, '~s')";

/** Vega expression for the labels of logarithmic axes: `0.001`, `0.2`, `50`, `20k`. */
export const LOG_LABEL = "datum.value < 1000 ? format(datum.value, '~g') : format(datum.value, '~s')";

/** Vega expression for the labels of linear axes: the usual ones, but `7e-11` for tiny numbers and `0` beside them. */
export const LINEAR_LABEL =
  "datum.value === 0 ? '0' : abs(datum.value) < 0.0001 ? format(datum.value, '.3~e') : datum.label";

/** Colours a mark from its `colour` field, without a legend: a legend switched off would hide the other one of its scale. */
export const LITERAL_COLOUR = { field: 'colour', type: 'nominal', scale: null } as const;

/** Text sizes, axes and legend of every figure. */
export const CONFIG = {
  background: '#ffffff',
  font: FONT,
  padding: 14,
  view: { stroke: '#d4d9e0' },
  axis: {
    labelColor: MUTED,
    titleColor: INK,
    labelFontSize: 12,
    titleFontSize: 12.5,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelFlush: false,
    gridColor: '#edf0f3',
    domainColor: '#aab2bd',
    tickColor: '#aab2bd',
  },
  header: { labelColor: INK, labelFontSize: 13.5, labelFontWeight: 'bold', labelPadding: 7 },
  legend: {
    orient: 'bottom',
    direction: 'horizontal',
    labelFontSize: 13,
    labelColor: INK,
    labelLimit: 540,
    symbolSize: 220,
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    columnPadding: 26,
    offset: 14,
    title: null,
  },
  title: {
    anchor: 'start',
    color: INK,
    fontSize: 18,
    subtitleColor: MUTED,
    subtitleFontSize: 13,
    subtitlePadding: 6,
    subtitleLineHeight: 18,
    offset: 18,
  },
} as const;

/** A colour for each series, the same in every figure of a report. */
export type Colours = ReadonlyMap<string, string>;

/** Gives each series a colour, apart within every group as long as there are colours: a group is what shares a figure. */
export function assignColours(...groups: Iterable<string>[]): Colours {
  const members = groups.map((group) => new Set(group));
  const colours = new Map<string, string>();
  for (const name of new Set(members.flatMap((group) => [...group]))) {
    const together = members.filter((group) => group.has(name));
    const clash = (colour: string) => {
      const sharing = together.map(
        (group) => [...group].filter((other) => colours.get(other) === colour).length,
      );
      return sharing.reduce((sum, count, i) => sum + count / together[i].size, 0);
    };
    const clashes = PALETTE.map(clash);
    colours.set(name, PALETTE[clashes.indexOf(Math.min(...clashes))]);
  }
  return colours;
}

/** Colour scale over the given series. */
export function colourScale(colours: Colours, series: Iterable<string>): Spec {
  const domain = [...colours.keys()].filter((name) => new Set(series).has(name));
  return { domain, range: domain.map((name) => colours.get(name)) };
}

/** The extent of the values with a margin, by a factor on a logarithmic scale; values that are one up to rounding get room as well. */
export function paddedDomain(values: readonly number[], margin: number, log = false): [number, number] {
  const high = most(values);
  const low = high - least(values) > 1e-9 * Math.abs(high) ? least(values) : high;
  if (log) {
    const factor = low === high ? 2 : (high / low) ** margin;
    return [low / factor, high * factor];
  }
  const room = margin * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** The smallest of any number of values: spreading many into `Math.min` overflows the stack. */
export function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

/** The largest of any number of values. */
export function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

/** A scale over exactly this domain. */
export function scaleOver(domain: readonly [number, number], log: boolean): Spec {
  return log ? { type: 'log', domain, nice: false } : { type: 'linear', domain, nice: false, zero: false };
}

/** Keeps a band's edges within the axis: what draws pictures from SVG loses parts of bands that reach far beyond it. */
export function withinAxis(domain: readonly [number, number]): Spec[] {
  return [
    { calculate: `max(datum.low, ${domain[0]})`, as: 'low' },
    { calculate: `min(datum.high, ${domain[1]})`, as: 'high' },
  ];
}

/** Ticks at powers of ten within a domain, with 2 and 5 between where that leaves fewer than `least`. */
export function logTicks(low: number, high: number, least = 3): number[] {
  const decades: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    decades.push(10 ** power);
  const inside = (ticks: number[]) => ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  const plain = inside(decades);
  return plain.length >= least ? plain : inside(decades.flatMap((tick) => [tick, 2 * tick, 5 * tick]));
}

/** The title of a panel among small multiples. */
export function panelTitle(text: string): Spec {
  return { text, fontSize: 13.5, offset: 7, frame: 'group' };
}

/** Mean width of a character of DejaVu Sans in em, a little above the truth so that nothing overlaps. */
export function characterWidth(bold: boolean): number {
  return bold ? 0.7 : 0.62;
}

/** Breaks a text into lines of at most `width` pixels. */
export function wrap(
  text: string,
  width: number,
  fontSize: number = CONFIG.title.subtitleFontSize,
): string[] {
  const limit = Math.floor(width / (characterWidth(false) * fontSize));
  const lines = [''];
  for (const word of text.split(' '))
    if (lines.at(-1)!.length + word.length < limit) lines.push(`${lines.pop()} ${word}`.trim());
    else lines.push(word);
  return lines;
}

/** As many legend columns as fit into a width, at most `most`. */
export function legendColumns(labels: Iterable<string>, width: number, most: number): number {
  const longest = Math.max(...[...labels].map((label) => label.length));
  const column = longest * CONFIG.legend.labelFontSize * characterWidth(false) + 50;
  return Math.max(1, Math.min(most, Math.floor(width / column)));
}
