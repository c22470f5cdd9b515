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
import { bracketed } from '../matrix/payoff-cell.js';
import type { BanditGame } from './bandit-game.js';

type BanditView = EpisodeView<BanditGame>;

const cellWidth = 132;
const cellHeight = 58;
const barWidth = 84;
const left = 70;
const top = 88;

/** The pair of arms that was pulled last, and what it paid. */
function lastPull({ history }: BanditView) {
  const last = history.at(-1);
  return last && { arm: last.actions[0], response: last.actions[1], rewards: last.rewards };
}

function status(view: BanditView): string {
  const last = lastPull(view);
  if (last === undefined) return `rewards ${view.game.noise}, no arm pulled yet`;
  const [leader, follower] = last.rewards.map(shortNumber);
  return `arms ${last.arm}, ${last.response} pulled: leader ${leader}, follower ${follower}`;
}

function ansi(view: BanditView): string {
  const { leader, follower } = view.game.means;
  const last = lastPull(view);
  const cells = leader.map((row, a) =>
    row.map((mean, b) => {
      const text = `${shortNumber(mean)}, ${shortNumber(follower[a][b])}`;
      return bracketed(text, last?.arm === a && last.response === b);
    }),
  );
  const width = Math.max(...cells.flat().map((cell) => cell.length));
  const header = leader[0].map((_, b) => ` b=${b}`.padEnd(width)).join(' ');
  return [
    `${view.title}  ${status(view)}`,
    `        ${header.trimEnd()}`,
    ...cells.map((row, a) => `  a=${a} | ${row.map((cell) => cell.padEnd(width)).join(' ')}`.trimEnd()),
    '  means: leader, follower',
    '',
  ].join('\n');
}

function bar(x: number, y: number, mean: number, fill: string): string {
  return [
    element('rect', { x, y, width: barWidth, height: 12, fill: '#eeeeee' }),
    element('rect', { x, y, width: barWidth * mean, height: 12, fill }),
    textElement(x + barWidth + 4, y + 11, shortNumber(mean), {
      'text-anchor': 'start',
      'font-size': 11,
      fill,
    }),
  ].join('');
}

function cell(view: BanditView, a: number, b: number): string {
  const last = lastPull(view);
  const [x, y] = [left + b * cellWidth, top + a * cellHeight];
  const fill = last?.arm === a && last.response === b ? markColor : '#ffffff';
  return [
    element('rect', { x, y, width: cellWidth, height: cellHeight, fill, stroke: '#888888' }),
    bar(x + 8, y + 12, view.game.means.leader[a][b], leaderColor),
    bar(x + 8, y + 34, view.game.means.follower[a][b], followerColor),
  ].join('');
}

function svg(view: BanditView): string {
  const { leader } = view.game.means;
  const start = { 'text-anchor': 'start' };
  return svgDocument(
    Math.max(left + leader[0].length * cellWidth + 24, 420),
    top + leader.length * cellHeight + 44,
    textElement(16, 26, view.title, { ...start, 'font-weight': 'bold' }),
    textElement(16, 46, status(view), { ...start, 'font-size': 12 }),
    leader[0].map((_, b) =>
      textElement(left + (b + 0.5) * cellWidth, top - 10, `b = ${b}`, { fill: followerColor }),
    ),
    leader.flatMap((row, a) => [
      textElement(left - 34, top + (a + 0.5) * cellHeight + 5, `a = ${a}`, { fill: leaderColor }),
      ...row.map((_, b) => cell(view, a, b)),
    ]),
    textElement(left, top + leader.length * cellHeight + 26, 'mean rewards: leader above, follower below', {
      ...start,
      'font-size': 12,
    }),
  );
}

/** The table of means, with the pair of arms that was pulled marked. */
export const banditRenderer: GameRenderer<BanditGame> = { ansi, svg };
