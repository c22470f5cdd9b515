import type { EpisodeView, GameRenderer } from '../core/definition.js';
import {
  element,
  followerColor,
  leaderColor,
  markColor,
  shortNumber,
  svgDocument,
  textElement,
} from '../core/svg.js';
import type { SequentialPriceMechanism } from './sequential-price-mechanism.js';

type View = EpisodeView<SequentialPriceMechanism>;
type Buyer = ReturnType<SequentialPriceMechanism['buyer']> & {
  readonly name: string;
  /** Which kinds it was offered: those that were left at its visit. */
  readonly offered: readonly boolean[];
};

/** More buyers than this are not drawn. */
const shown = 40;

/** The buyers in the order of their visits, then those still to come. */
function queue({ game }: View): Buyer[] {
  const { agents, units } = game.setting;
  const place = ({ visit }: { visit: number }) => (visit < 0 ? agents : visit);
  const unitsLeft = [...units];
  return Array.from({ length: agents }, (_, i) => ({ ...game.buyer(0, i), name: String(i) }))
    .sort((a, b) => place(a) - place(b))
    .map((buyer) => {
      const offered = unitsLeft.map((count) => buyer.visit >= 0 && count > 0);
      buyer.takes.forEach((taken, k) => {
        if (taken) unitsLeft[k]--;
      });
      return { ...buyer, offered };
    });
}

/** What the buyer took and paid, or that it took nothing. */
function outcome({ visit, takes, prices }: Buyer, kindNames: readonly string[]): string {
  if (visit < 0) return 'not visited';
  const bought = kindNames.flatMap((name, k) => (takes[k] ? [`${name} for ${shortNumber(prices[k])}`] : []));
  return bought.length > 0 ? `takes ${bought.join(' and ')}` : 'takes nothing';
}

function status({ setting, objective }: SequentialPriceMechanism, visits: number, done: boolean): string {
  const unit = setting.largestValue === 1 ? '' : `, in units of ${setting.largestValue}`;
  return `${setting.name}, judged by ${objective}${unit}: ${visits} of ${setting.agents} buyers visited${done ? ' (ended)' : ''}`;
}

function stock({ setting }: SequentialPriceMechanism, unitsLeft: readonly number[]): string {
  const { kindNames, units } = setting;
  return `left: ${kindNames.map((name, k) => `${name} ${unitsLeft[k]} of ${units[k]}`).join(', ')}`;
}

interface Sums {
  readonly welfare: number;
  readonly firstBest: number;
  readonly revenue: number;
  readonly least: number;
}

function totals({ objective }: SequentialPriceMechanism, sums: Sums): string {
  const { welfare, firstBest, revenue, least } = sums;
  const smallest = objective === 'max-min' ? `, smallest value ${shortNumber(least)}` : '';
  return `welfare ${shortNumber(welfare)} of ${shortNumber(firstBest)} (first best), revenue ${shortNumber(revenue)}${smallest}`;
}

/** What the view says of the whole: how far it came, what is left, and what was attained. */
function words({ game, history, done }: View): readonly [string, string, string] {
  const { unitsLeft, ...sums } = game.standing(0);
  return [
    status(game, history.length, done),
    stock(game, unitsLeft),
    totals(game, { ...sums, least: game.attained(0) }),
  ];
}

function ansi(view: View): string {
  const { kindNames, agents } = view.game.setting;
  const buyers = queue(view).slice(0, shown);
  const [progress, remaining, sums] = words(view);
  const rows = buyers.map((buyer) => [
    buyer.visit < 0 ? '-' : String(buyer.visit + 1),
    buyer.name,
    ...kindNames.flatMap((_, k) => [
      shortNumber(buyer.values[k]),
      buyer.offered[k] ? shortNumber(buyer.prices[k]) : buyer.visit < 0 ? '' : 'gone',
    ]),
    outcome(buyer, kindNames),
  ]);
  const table = [['visit', 'buyer', ...kindNames.flatMap((name) => [`${name} value`, 'price']), ''], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return [
    `${view.title}  ${progress}`,
    ...table.map((row) =>
      `  ${row.map((entry, column) => entry.padEnd(widths[column])).join('  ')}`.trimEnd(),
    ),
    ...(agents > shown ? [`  ... and ${agents - shown} more buyers`] : []),
    `  ${remaining}; ${sums}`,
    '',
  ].join('\n');
}

const left = 112;
const top = 150;
const panel = 180;
/** Room for the word that a kind was gone. */
const gap = 52;
const rowHeight = 18;
const legend = [
  'value: dot, filled where it bought; price: bar',
  'yellow row: the last visit; gone: sold out before the visit',
];
/** Of a letter of the words above the table, and the margins on both sides of them. */
const [letterWidth, margins] = [7.5, 32];
/** As wide as sums are written. */
const widest: Sums = { welfare: 88.888, firstBest: 88.888, revenue: 88.888, least: 0.888 };

/** A buyer's value (dot, filled where it bought) and price (bar) of one kind on the axis from 0 to 1, or that it was gone. */
function offer({ visit, values, prices, takes, offered }: Buyer, kind: number, y: number): string {
  const x = left + kind * (panel + gap);
  const at = (value: number) => x + value * panel;
  const axis = element('line', { x1: x, x2: x + panel, y1: y, y2: y, stroke: '#dddddd' });
  const dot = element('circle', {
    cx: at(values[kind]),
    cy: y,
    r: 4.5,
    fill: takes[kind] ? followerColor : '#ffffff',
    stroke: followerColor,
  });
  const price = offered[kind]
    ? element('rect', { x: at(prices[kind]) - 1.5, y: y - 7, width: 3, height: 14, fill: leaderColor })
    : visit < 0
      ? ''
      : textElement(x + panel + 9, y + 4, 'gone', {
          'text-anchor': 'start',
          'font-size': 11,
          fill: leaderColor,
        });
  return axis + price + dot;
}

/** Where the words of the rows begin, and where the rows end: behind room for what a buyer took and paid. */
function rowEnds({ setting }: SequentialPriceMechanism): readonly [number, number] {
  const { kindNames, demand } = setting;
  const begin = left + kindNames.length * (panel + gap);
  return [begin, begin + 60 + 130 * (demand === 'unit' ? 1 : kindNames.length)];
}

/** The same for every view of a game, so that pictures can follow each other. */
function pictureWidth(game: SequentialPriceMechanism): number {
  const { agents, units } = game.setting;
  const lines = [status(game, agents, true), stock(game, units), totals(game, widest), ...legend];
  const longest = Math.max(...lines.map(({ length }) => length));
  return Math.ceil(Math.max(rowEnds(game)[1], margins + letterWidth * longest));
}

/** A kind's name and the ends of its axis. */
function kindHeading(name: string, kind: number): string {
  const x = left + kind * (panel + gap);
  const small = { 'font-size': 11, fill: '#555555' };
  return (
    textElement(x + panel / 2, top - 8, name) +
    textElement(x, top - 8, '0', small) +
    textElement(x + panel, top - 8, '1', small)
  );
}

function row(view: View, buyer: Buyer, line: number): string {
  const { kindNames } = view.game.setting;
  const y = top + (line + 0.5) * rowHeight;
  const last = buyer.visit >= 0 && buyer.visit === view.history.length - 1;
  const [words, end] = rowEnds(view.game);
  const ground = last
    ? element('rect', {
        x: 8,
        y: y - rowHeight / 2,
        width: end - 16,
        height: rowHeight,
        fill: markColor,
      })
    : '';
  const label = buyer.visit < 0 ? `buyer ${buyer.name}` : `${buyer.visit + 1}. buyer ${buyer.name}`;
  return (
    ground +
    textElement(left - 14, y + 4, label, { 'text-anchor': 'end', 'font-size': 12 }) +
    kindNames.map((_, k) => offer(buyer, k, y)).join('') +
    textElement(words, y + 4, outcome(buyer, kindNames), { 'text-anchor': 'start', 'font-size': 12 })
  );
}

function svg(view: View): string {
  const { kindNames, agents } = view.game.setting;
  const buyers = queue(view).slice(0, shown);
  const more = agents > shown ? [`... and ${agents - shown} more buyers`] : [];
  const text = { 'text-anchor': 'start', 'font-size': 12 };
  return svgDocument(
    pictureWidth(view.game),
    top + (buyers.length + (agents > shown ? 1 : 0)) * rowHeight + 16,
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    words(view).map((line, k) => textElement(16, 46 + 18 * k, line, text)),
    legend.map((line, k) => textElement(16, 100 + 18 * k, line, { ...text, fill: '#555555' })),
    kindNames.map(kindHeading),
    buyers.map((buyer, line) => row(view, buyer, line)),
    more.map((words) => textElement(16, top + (shown + 0.7) * rowHeight, words, text)),
  );
}

/** Buyers in the order of their visits, with what each was offered, took and paid; what is left; welfare against first best. */
export const sequentialPriceMechanismRenderer: GameRenderer<SequentialPriceMechanism> = { ansi, svg };
