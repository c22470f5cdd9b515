import type { EpisodeView, GameRenderer } from '../core/definition.js';
import type { MarkovGame } from '../core/markov-game.js';
import { element, followerColor, leaderColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import { bracketed, payoffCell } from '../matrix/payoff-cell.js';
import type { BayesianType } from './classics.js';

type BayesianView = EpisodeView<MarkovGame & { readonly types: readonly BayesianType[] }>;

const cellWidth = 84;
const cellHeight = 32;
const left = 56;
const top = 64;
/** Room above a table for its title and column numbers. */
const head = 52;

/** What happened: the drawn type, and the row and the column of its table once they were played. */
function played({ game, history, observations }: BayesianView) {
  const type: number = observations[1];
  const actions = history.at(-1)?.actions;
  const columns = game.types[type].leader[0].length;
  return { type, row: actions?.[0], column: actions && Math.min(actions[1], columns - 1) };
}

function status(view: BayesianView): string {
  const last = view.history.at(-1);
  if (last === undefined) return 'not played';
  const [l, f] = last.rewards.map(shortNumber);
  return `row ${last.actions[0]}, column ${last.actions[1]}: leader ${l}, follower ${f}`;
}

function typeTitle(view: BayesianView, t: number): string {
  const mark = played(view).type === t ? ' (drawn)' : '';
  return `type ${t}, probability ${shortNumber(view.game.types[t].probability)}${mark}`;
}

function isPlayed(view: BayesianView, t: number, i: number, j: number): boolean {
  const { type, row, column } = played(view);
  return type === t && row === i && column === j;
}

function ansiTable(view: BayesianView, t: number): string[] {
  const { leader, follower } = view.game.types[t];
  const cells = leader.map((row, i) =>
    row.map((payoff, j) => {
      const text = `${shortNumber(payoff)},${shortNumber(follower[i][j])}`;
      return bracketed(text, isPlayed(view, t, i, j));
    }),
  );
  const width = Math.max(...cells.flat().map((cell) => cell.length));
  const line = (label: string, entries: readonly string[]) =>
    `  ${label} | ${entries.map((entry) => entry.padEnd(width)).join(' ')}`.trimEnd();
  const header = line(
    ' ',
    leader[0].map((_, j) => ` ${j}`),
  );
  return [`${played(view).type === t ? '>' : ' '} ${typeTitle(view, t)}`, header].concat(
    cells.map((row, i) => line(String(i), row)),
  );
}

function ansi(view: BayesianView): string {
  const tables = view.game.types.flatMap((_, t) => ansiTable(view, t));
  return [`${view.title}  ${status(view)}`, ...tables, ''].join('\n');
}

function svgCell(view: BayesianView, t: number, i: number, j: number, y: number): string {
  const { leader, follower } = view.game.types[t];
  const box = { x: left + j * cellWidth, y, width: cellWidth, height: cellHeight };
  return payoffCell(box, leader[i][j], follower[i][j], isPlayed(view, t, i, j));
}

function svgTable(view: BayesianView, t: number, y: number): string {
  const { leader } = view.game.types[t];
  const drawn = played(view).type === t;
  const columns = leader[0].map((_, j) =>
    textElement(left + (j + 0.5) * cellWidth, y + head - 8, String(j), {
      'font-size': 11,
      fill: followerColor,
    }),
  );
  const rows = leader.map((row, i) => {
    const rowTop = y + head + i * cellHeight;
    const label = textElement(left - 16, rowTop + cellHeight / 2 + 5, String(i), { fill: leaderColor });
    return label + row.map((_, j) => svgCell(view, t, i, j, rowTop)).join('');
  });
  const title = textElement(left, y + 22, typeTitle(view, t), {
    'text-anchor': 'start',
    'font-size': 13,
    'font-weight': drawn ? 'bold' : undefined,
  });
  const frame = element('rect', {
    x: left - 3,
    y: y + head - 3,
    width: leader[0].length * cellWidth + 6,
    height: leader.length * cellHeight + 6,
    fill: drawn ? '#d9a400' : '#ffffff',
  });
  return [title, frame, ...columns, ...rows].join('');
}

function svg(view: BayesianView): string {
  const { types } = view.game;
  const columns = Math.max(...types.map(({ leader }) => leader[0].length));
  const height = head + types[0].leader.length * cellHeight;
  return svgDocument(
    Math.max(left + columns * cellWidth + 24, 460),
    top + types.length * height + 24,
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, status(view), { 'text-anchor': 'start', 'font-size': 12 }),
    types.map((_, t) => svgTable(view, t, top + t * height)),
  );
}

/** A payoff table for each type, with the drawn type and the played cell marked. */
export const bayesianRenderer: GameRenderer = { ansi, svg };
