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

function status({ game, history, done }: View): string {
  const { setting, objective } = game;
  const unit = setting.largestValue === 1 ? '' : `, in units of ${setting.largestValue}`;
  return `${setting.name}, judged by ${objective}${unit}: ${history.length} of ${setting.agents} buyers visited${done ? ' (ended)' : ''}`;
}

function totals({ game }: View): string {
  const { welfare, revenue, firstBest, unitsLeft } = game.standing(0);
  const { kindNames, units } = game.setting;
  const left = kindNames.map((name, k) => `${name} ${unitsLeft[k]} of ${units[k]}`).join(', ');
  const least = game.objective === 'max-min' ? `, smallest value ${shortNumber(game.attained(0))}` : '';
  return `left: ${left}; welfare ${shortNumber(welfare)} of ${shortNumber(firstBest)} (first best), revenue ${shortNumber(revenue)}${least}`;
}

function ansi(view: View): string {
  const { kindNames, agents } = view.game.setting;
  const buyers = queue(view).slice(0, shown);
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
    `${view.title}  ${status(view)}`,
    ...table.map((row) =>
      `  ${row.map((entry, column) => entry.padEnd(widths[column])).join('  ')}`.trimEnd(),
    ),
    ...(agents > shown ? [`  ... and ${agents - shown} more buyers`] : []),
    `  ${totals(view)}`,
    '',
  ].join('\n');
}

const left = 112;
const top = 112;
const panel = 180;
const gap = 24;
const rowHeight = 18;
const narrowest = 840;
const legend = 'value: dot, filled where it bought; price: bar; axes from 0 to 1';

/** A buyer's value (dot, filled where it bought) and price (tick) of one kind, on the axis from 0 to 1. */
function offer({ values, prices, takes, offered }: Buyer, kind: number, y: number): string {
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
    : '';
  return axis + price + dot;
}

/** Room for what a buyer took and paid. */
function wordsWidth({ game }: View): number {
  const { kindNames, demand } = game.setting;
  return 60 + 130 * (demand === 'unit' ? 1 : kindNames.length);
}

function row(view: View, buyer: Buyer, line: number): string {
  const { kindNames } = view.game.setting;
  const y = top + (line + 0.5) * rowHeight;
  const last = buyer.visit >= 0 && buyer.visit === view.history.length - 1;
  const width = left + kindNames.length * (panel + gap);
  const ground = last
    ? element('rect', {
        x: 8,
        y: y - rowHeight / 2,
        width: width + wordsWidth(view) - 16,
        height: rowHeight,
        fill: markColor,
      })
    : '';
  const label = buyer.visit < 0 ? `buyer ${buyer.name}` : `${buyer.visit + 1}. buyer ${buyer.name}`;
  return (
    ground +
    textElement(left - 14, y + 4, label, { 'text-anchor': 'end', 'font-size': 12 }) +
    kindNames.map((_, k) => offer(buyer, k, y)).join('') +
    textElement(width, y + 4, outcome(buyer, kindNames), { 'text-anchor': 'start', 'font-size': 12 })
  );
}

function svg(view: View): string {
  const { kindNames, agents } = view.game.setting;
  const buyers = queue(view).slice(0, shown);
  const more = agents > shown ? [`... and ${agents - shown} more buyers`] : [];
  const text = { 'text-anchor': 'start', 'font-size': 12 };
  return svgDocument(
    Math.max(narrowest, left + kindNames.length * (panel + gap) + wordsWidth(view)),
    top + (buyers.length + (agents > shown ? 1 : 0)) * rowHeight + 16,
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, status(view), text),
    textElement(16, 64, totals(view), text),
    textElement(16, 82, legend, { ...text, fill: '#555555' }),
    ...kindNames.map((name, k) => textElement(left + k * (panel + gap) + panel / 2, 104, name)),
    ...buyers.map((buyer, line) => row(view, buyer, line)),
    ...more.map((words) => textElement(16, top + (shown + 0.7) * rowHeight, words, text)),
  );
}

/** Buyers in the order of their visits, with what each was offered, took and paid; what is left; welfare against first best. */
export const sequentialPriceMechanismRenderer: GameRenderer<SequentialPriceMechanism> = { ansi, svg };
