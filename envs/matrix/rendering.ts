import type { EpisodeView, GameRenderer } from '../core/definition.js';
import type { MarkovGame } from '../core/markov-game.js';
import { element, followerColor, leaderColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import type { Bimatrix } from './classics.js';
import { bracketed, payoffCell } from './payoff-cell.js';

type MatrixView = EpisodeView<MarkovGame & { readonly payoffs: Bimatrix }>;

const cellWidth = 92;
const cellHeight = 44;
const left = 64;
const top = 84;

function totals(view: MatrixView): string {
  const sum = (k: number) => shortNumber(view.history.reduce((total, step) => total + step.rewards[k], 0));
  return `leader ${sum(0)}, follower ${sum(1)}`;
}

function ansi(view: MatrixView): string {
  const { leader, follower } = view.game.payoffs;
  const last = view.history.at(-1)?.actions;
  const cells = leader.map((row, i) =>
    row.map((payoff, j) => {
      const text = `${shortNumber(payoff)},${shortNumber(follower[i][j])}`;
      return bracketed(text, last?.[0] === i && last[1] === j);
    }),
  );
  const width = Math.max(...cells.flat().map((cell) => cell.length));
  const header = `      ${leader[0]
    .map((_, j) =>
      String(j)
        .padStart(Math.ceil(width / 2))
        .padEnd(width),
    )
    .join(' ')}`;
  const table = cells.map((row, i) => `  ${i} | ${row.map((cell) => cell.padEnd(width)).join(' ')}`);
  const strip = (k: number) => view.history.map((step) => step.actions[k]).join(' ') || '-';
  return [
    `${view.title}  step ${view.history.length}${view.done ? ' (ended)' : ''}  total: ${totals(view)}`,
    header.trimEnd(),
    ...table.map((row) => row.trimEnd()),
    `  leader   ${strip(0)}`,
    `  follower ${strip(1)}`,
    '',
  ].join('\n');
}

function cell({ game, history }: MatrixView, i: number, j: number): string {
  const { leader, follower } = game.payoffs;
  const last = history.at(-1)?.actions;
  const box = { x: left + j * cellWidth, y: top + i * cellHeight, width: cellWidth, height: cellHeight };
  return payoffCell(box, leader[i][j], follower[i][j], last?.[0] === i && last[1] === j);
}

/** The last twenty steps, a column each: the leader's action above the follower's. */
function historyStrip(view: MatrixView, y: number): string {
  const shown = view.history.slice(-20);
  const square = (x: number, at: number, action: number, color: string, actions: number) =>
    element('rect', {
      x,
      y: at,
      width: 18,
      height: 18,
      fill: color,
      'fill-opacity': 0.2 + (0.8 * action) / Math.max(1, actions - 1),
    }) + textElement(x + 9, at + 14, String(action), { 'font-size': 11, fill: '#111111' });
  const [rows, columns] = [view.game.payoffs.leader.length, view.game.payoffs.leader[0].length];
  return shown
    .map((step, t) => {
      const x = left + t * 20;
      return (
        square(x, y, step.actions[0], leaderColor, rows) +
        square(x, y + 20, step.actions[1], followerColor, columns)
      );
    })
    .join('');
}

function svg(view: MatrixView): string {
  const { leader } = view.game.payoffs;
  const tableBottom = top + leader.length * cellHeight;
  const width = Math.max(left + leader[0].length * cellWidth + 24, left + 20 * 20 + 24);
  const status = `step ${view.history.length}${view.done ? ' (ended)' : ''} · total: ${totals(view)}`;
  return svgDocument(
    width,
    tableBottom + 84,
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, status, { 'text-anchor': 'start', 'font-size': 12 }),
    textElement(left - 10, top - 10, 'leader', { 'text-anchor': 'end', 'font-size': 11, fill: leaderColor }),
    leader[0].map((_, j) =>
      textElement(left + (j + 0.5) * cellWidth, top - 10, String(j), { fill: followerColor }),
    ),
    leader.flatMap((row, i) => [
      textElement(left - 18, top + (i + 0.5) * cellHeight + 5, String(i), { fill: leaderColor }),
      ...row.map((_, j) => cell(view, i, j)),
    ]),
    textElement(left - 8, tableBottom + 38, 'leader', {
      'text-anchor': 'end',
      'font-size': 11,
      fill: leaderColor,
    }),
    textElement(left - 8, tableBottom + 58, 'follower', {
      'text-anchor': 'end',
      'font-size': 11,
      fill: followerColor,
    }),
    historyStrip(view, tableBottom + 24),
  );
}

/** Payoff table with the current cell marked, and the history below. */
export const matrixRenderer: GameRenderer = { ansi, svg };
