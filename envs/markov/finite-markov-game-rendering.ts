import type { EpisodeView, GameRenderer } from '../core/definition.js';
import type { MarkovGame } from '../core/markov-game.js';
import {
  element,
  followerColor,
  leaderColor,
  markColor,
  shortNumber,
  svgDocument,
  textElement,
} from '../core/svg.js';
import { bracketed, payoffCell } from '../matrix/payoff-cell.js';
import type { MarkovRules, Stage } from './stages.js';

type MarkovView = EpisodeView<MarkovGame & { readonly rules: MarkovRules }>;

const nodeRadius = 26;
const graphWidth = 360;
const graphHeight = 240;
const top = 64;
const cellWidth = 160;
const cellHeight = 52;
/** Letters that a line of a cell holds. */
const cellText = 25;

function header(view: MarkovView): string {
  const sum = (k: number) => shortNumber(view.history.reduce((total, step) => total + step.rewards[k], 0));
  const { horizon } = view.game.rules;
  const step = `step ${view.history.length}${horizon === null ? '' : ` of ${horizon}`}`;
  return `${step}${view.done ? ' (ended)' : ''}  total: leader ${sum(0)}, follower ${sum(1)}`;
}

function currentState({ game, observations }: MarkovView): number {
  return observations[0] % game.rules.stages.length;
}

/** The joint action that ended the episode in the state shown, in that state's own numbers. */
function lastCell(view: MarkovView, { leader }: Stage): readonly [number, number] | null {
  const last = view.history.at(-1)?.actions;
  if (!view.done || last === undefined) return null;
  return [Math.min(last[0], leader.length - 1), Math.min(last[1], leader[0].length - 1)];
}

/** Such as `clean 0.9, dirty 0.1`, or the name alone of what is certain. */
function nextText({ stages }: MarkovRules, chances: readonly number[]): string {
  const names = [...stages.map(({ name }) => name), 'end'];
  const possible = [...names.keys()].filter((s) => chances[s] > 0);
  if (possible.length === 1) return names[possible[0]];
  return possible.map((s) => `${names[s]} ${shortNumber(chances[s])}`).join(', ');
}

function ansi(view: MarkovView): string {
  const { rules } = view.game;
  const now = currentState(view);
  const stage = rules.stages[now];
  const marked = lastCell(view, stage);
  const cells = stage.leader.map((row, a) =>
    row.map((payoff, b) => {
      const text = `${shortNumber(payoff)},${shortNumber(stage.follower[a][b])} -> ${nextText(rules, stage.next[a][b])}`;
      return bracketed(text, marked?.[0] === a && marked[1] === b);
    }),
  );
  const width = Math.max(...cells.flat().map((cell) => cell.length));
  const line = (texts: readonly string[]) => texts.map((text) => text.padEnd(width)).join(' ');
  const strip = (k: number) => view.history.map((step) => step.actions[k]).join(' ') || '-';
  return [
    `${view.title}  ${header(view)}`,
    `  states   ${rules.stages.map(({ name }, s) => (s === now ? `[${name}]` : name)).join(' ')}`,
    `      ${line(stage.leader[0].map((_, b) => ` ${b}`))}`.trimEnd(),
    ...cells.map((row, a) => `  ${a} | ${line(row)}`.trimEnd()),
    `  leader   ${strip(0)}`,
    `  follower ${strip(1)}`,
    '',
  ].join('\n');
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Places of the states and, last, of the end, around an ellipse. */
function places(count: number): (readonly [number, number])[] {
  return Array.from({ length: count + 1 }, (_, k) => {
    const angle = Math.PI + (2 * Math.PI * k) / (count + 1);
    const x = graphWidth / 2 + (graphWidth / 2 - 44) * Math.cos(angle);
    const y = top + graphHeight / 2 + (graphHeight / 2 - 34) * Math.sin(angle);
    return [Math.round(x), Math.round(y)] as const;
  });
}

function arrow([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): string {
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const round = (x: number) => Math.round(x * 10) / 10;
  // Moved aside, so that the arrows of both directions are seen.
  const at = (x: number, y: number, along: number) =>
    [round(x + along * dx - 5 * dy), round(y + along * dy + 5 * dx)] as const;
  const [ax, ay] = at(x1, y1, nodeRadius);
  const [bx, by] = at(x2, y2, -nodeRadius - 2);
  const wing = (side: number) =>
    `${round(bx - 8 * dx + side * 4 * dy)},${round(by - 8 * dy - side * 4 * dx)}`;
  return (
    element('line', { x1: ax, y1: ay, x2: bx, y2: by, stroke: '#777777' }) +
    element('polygon', { points: `${bx},${by} ${wing(1)} ${wing(-1)}`, fill: '#777777' })
  );
}

/** A ring on top of a state that can come again at once. */
function loop([x, y]: readonly [number, number]): string {
  return element('circle', { cx: x, cy: y - nodeRadius, r: 11, fill: 'none', stroke: '#777777' });
}

function graph(view: MarkovView): string[] {
  const { stages } = view.game.rules;
  const at = places(stages.length);
  const leads = (s: number, t: number) => stages[s].next.some((row) => row.some((p) => p[t] > 0));
  const edges = stages.flatMap((_, s) =>
    at.map((place, t) => (leads(s, t) ? (s === t ? loop(place) : arrow(at[s], place)) : '')),
  );
  const nodes = at.flatMap(([cx, cy], s) => {
    const current = s === (view.done ? stages.length : currentState(view));
    const fill = current ? markColor : '#ffffff';
    return [
      element('circle', {
        cx,
        cy,
        r: nodeRadius,
        fill,
        stroke: '#555555',
        'stroke-width': current ? 2.5 : 1,
      }),
      textElement(cx, cy + 4, stages[s]?.name ?? 'end', { 'font-size': 11 }),
    ];
  });
  return [...edges, ...nodes];
}

function stageTable(view: MarkovView): string[] {
  const { rules } = view.game;
  const stage = rules.stages[currentState(view)];
  const marked = lastCell(view, stage);
  const left = graphWidth + 40;
  const y0 = top + 40;
  const labels = [
    textElement(left, top + 8, `${view.done ? 'last state' : 'state'} ${stage.name}`, {
      'text-anchor': 'start',
      'font-weight': 'bold',
    }),
    ...stage.leader[0].map((_, b) =>
      textElement(left + (b + 0.5) * cellWidth, y0 - 8, String(b), { fill: followerColor }),
    ),
    ...stage.leader.map((_, a) =>
      textElement(left - 14, y0 + (a + 0.5) * cellHeight + 5, String(a), { fill: leaderColor }),
    ),
  ];
  const cells = stage.leader.flatMap((row, a) =>
    row.map((payoff, b) => {
      const box = { x: left + b * cellWidth, y: y0 + a * cellHeight, width: cellWidth, height: cellHeight };
      const next = `to ${nextText(rules, stage.next[a][b])}`;
      return [
        payoffCell(box, payoff, stage.follower[a][b], marked?.[0] === a && marked[1] === b, 21),
        textElement(box.x + cellWidth / 2, box.y + 41, shortened(next, cellText), {
          'font-size': 10,
          fill: '#555555',
        }),
      ].join('');
    }),
  );
  return [...labels, ...cells];
}

/** The last twenty steps: the players' actions with what each earned. */
function historyTable(view: MarkovView, y: number): string[] {
  const shown = view.history.slice(-20);
  const names = ['leader', 'follower'];
  return names.flatMap((name, k) => [
    textElement(70, y + 22 * k, name, {
      'text-anchor': 'end',
      'font-size': 11,
      fill: [leaderColor, followerColor][k],
    }),
    ...shown.map(({ actions, rewards }, t) =>
      textElement(100 + 46 * t, y + 22 * k, `${actions[k]}: ${shortNumber(rewards[k])}`, { 'font-size': 11 }),
    ),
  ]);
}

function svg(view: MarkovView): string {
  const { stages } = view.game.rules;
  const columns = Math.max(...stages.map(({ leader }) => leader[0].length));
  const rows = Math.max(...stages.map(({ leader }) => leader.length));
  const shown = Math.min(20, Math.max(view.history.length, 1));
  const width = Math.max(graphWidth + 40 + columns * cellWidth + 24, 100 + 46 * shown);
  const bottom = top + Math.max(graphHeight, 40 + rows * cellHeight) + 28;
  return svgDocument(
    width,
    bottom + 40,
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, header(view), { 'text-anchor': 'start', 'font-size': 12 }),
    graph(view),
    stageTable(view),
    historyTable(view, bottom),
  );
}

/** The states as a graph with the present one marked, its stage game, and the history. */
export const finiteMarkovRenderer: GameRenderer = { ansi, svg };
