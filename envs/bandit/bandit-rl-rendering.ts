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
import type { BanditRlGame } from './bandit-rl-game.js';
import type { TabularMdp } from './tabular-mdps.js';

type BanditRlView = EpisodeView<BanditRlGame>;

const left = 24;
const top = 76;
const rowHeight = 24;
const columns = [0, 70, 150, 240, 330];
const leastWidth = 620;

interface Row {
  readonly state: number;
  readonly action: number;
  readonly leader: string;
  readonly follower: string;
  readonly next: string;
}

/** The rules of one process, a row for each state and action. */
function rulesOf(mdp: TabularMdp): Row[] {
  return mdp.leader.flatMap((row, state) =>
    row.map((leader, action) => ({
      state,
      action,
      leader: shortNumber(leader),
      follower: shortNumber(mdp.follower[state][action]),
      next: mdp.transitions[state][action]
        .flatMap((p, s) => (p > 0 ? [`${s} (${shortNumber(p)})`] : []))
        .join(' '),
    })),
  );
}

function status(view: BanditRlView): string {
  const { arm, state, time } = view.game.situation(0);
  if (arm === null) return `step 0 of ${view.game.horizon}, no arm pulled yet`;
  const where = view.done ? 'ended' : `state ${state}`;
  const total = (k: number) => shortNumber(view.history.reduce((sum, { rewards }) => sum + rewards[k], 0));
  return `arm ${arm}, step ${time} of ${view.game.horizon}, ${where}; total: leader ${total(0)}, follower ${total(1)}`;
}

/** A line a step: the follower's action and what both got. */
function played({ history }: BanditRlView): string[] {
  return history.map(
    ({ actions, rewards }, t) =>
      `step ${t}: action ${actions[1]}, leader ${shortNumber(rewards[0])}, follower ${shortNumber(rewards[1])}`,
  );
}

const headings = ['state', 'action', 'leader', 'follower', 'next state (probability)'];

function ansi(view: BanditRlView): string {
  const { arm, state } = view.game.situation(0);
  const shown = arm === null ? view.game.mdps.map((_, k) => k) : [arm];
  const table = shown.flatMap((k) => [
    `  arm ${k}: ${headings.join('  ')}`,
    ...rulesOf(view.game.mdps[k]).map((row) => {
      const here = !view.done && row.state === state ? '>' : ' ';
      return `  ${here}${String(row.state).padStart(11)}${String(row.action).padStart(8)}${row.leader.padStart(8)}${row.follower.padStart(10)}  ${row.next}`;
    }),
  ]);
  const steps = played(view).map((line, t, { length }) => `${t === length - 1 ? '>' : ' '} ${line}`);
  return [`${view.title}  ${status(view)}`, ...table, ...steps, ''].join('\n');
}

function tableOf(view: BanditRlView, arm: number, y: number, width: number): string {
  const { state } = view.game.situation(0);
  const start = { 'text-anchor': 'start', 'font-size': 12 };
  const fills = ['#111111', '#111111', leaderColor, followerColor, '#111111'];
  const line = (at: number, texts: readonly (string | number)[]) =>
    texts
      .map((text, k) => textElement(left + columns[k], at, String(text), { ...start, fill: fills[k] }))
      .join('');
  const rows = rulesOf(view.game.mdps[arm]).map((row, k) => {
    const at = y + (k + 2) * rowHeight;
    const mark = {
      x: left - 8,
      y: at - 17,
      width: width - 2 * left + 16,
      height: rowHeight,
      fill: markColor,
    };
    const here = !view.done && row.state === state ? element('rect', mark) : '';
    return here + line(at, [row.state, row.action, row.leader, row.follower, row.next]);
  });
  const title = textElement(left, y, `arm ${arm}`, { 'text-anchor': 'start', 'font-weight': 'bold' });
  return [title, line(y + rowHeight, headings), ...rows].join('');
}

function svg(view: BanditRlView): string {
  const { game } = view;
  const { arm } = game.situation(0);
  const shown = arm === null ? game.mdps.map((_, k) => k) : [arm];
  const tableHeight = (game.states * game.actions + 3) * rowHeight;
  const bottom = top + shown.length * tableHeight;
  const start = { 'text-anchor': 'start' };
  const lines = played(view).slice(-20);
  const longest = Math.max(...shown.flatMap((k) => rulesOf(game.mdps[k]).map(({ next }) => next.length)));
  const width = Math.max(leastWidth, left + columns[4] + longest * 7 + 24);
  return svgDocument(
    width,
    bottom + lines.length * 20 + 16,
    textElement(16, 26, view.title, { ...start, 'font-weight': 'bold' }),
    textElement(16, 46, status(view), { ...start, 'font-size': 12 }),
    shown.map((k, at) => tableOf(view, k, top + at * tableHeight, width)),
    lines.map((line, t) => {
      const last = t === lines.length - 1;
      const weight = last ? 'bold' : 'normal';
      return textElement(left, bottom + t * 20, line, { ...start, 'font-size': 12, 'font-weight': weight });
    }),
  );
}

/**
 * The rules of the pulled arm's process (of all before), the present state marked, and the steps so far, the last one
 * marked.
 */
export const banditRlRenderer: GameRenderer<BanditRlGame> = { ansi, svg };
