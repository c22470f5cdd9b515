import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, followerColor, leaderColor, shortNumber, svgDocument, textElement } from '../core/svg.js';
import type { SpatioTemporalSecurity } from './spatio-temporal-security.js';

type View = EpisodeView<SpatioTemporalSecurity>;

const targetColors = ['#b08900', '#2f8f5b', '#8a4fa3', '#5f6b76', '#c2567a', '#2b8c9e'];
const left = 72;
const top = 92;
const stepWidth = 84;
const cellHeight = 54;

/** A, B, ..., Z, A1, B1, ... */
const letter = (target: number) =>
  String.fromCharCode(65 + (target % 26)) + (target < 26 ? '' : String(Math.floor(target / 26)));

/** What has happened so far, and in a whole episode what was decided. */
interface Situation {
  /** The cell of each patroller at each time so far. */
  readonly patrol: readonly (readonly number[])[];
  /** Undefined before the first step. */
  readonly attack?: { readonly target: number; readonly time: number };
}

function situation({ game, history }: View): Situation {
  let place = 0;
  const patrol = history.map(({ actions }, time) => {
    place = game.arrive(time, place, actions[0]);
    return game.cellsOf(place);
  });
  if (history.length === 0) return { patrol };
  const [, action] = history[0].actions;
  const time = action % game.horizon;
  return { patrol, attack: { target: (action - time) / game.horizon, time } };
}

function attackText(view: View, { attack }: Situation): string {
  if (attack === undefined) return 'no attack is planned yet';
  const { target, time } = attack;
  const plan = `attack on ${letter(target)} at time ${time}, worth ${shortNumber(view.game.weights[target][time])}`;
  if (view.history.length <= time) return `${plan}: still to come`;
  return `${plan}: ${view.history[time].rewards[1] > 0 ? 'succeeded' : 'brought nothing'}`;
}

function status(view: View): string {
  const sum = (k: number) => shortNumber(view.history.reduce((total, step) => total + step.rewards[k], 0));
  return `step ${view.history.length} of ${view.game.horizon}${view.done ? ' (ended)' : ''}  total: leader ${sum(0)}, follower ${sum(1)}`;
}

function ansi(view: View): string {
  const { game } = view;
  const now = situation(view);
  const text = (cell: number, time: number) => {
    const targets = game.paths.flatMap((path, i) => (path[time] === cell ? [i] : []));
    const attacked = now.attack?.time === time && targets.includes(now.attack.target);
    const patrollers = now.patrol[time]?.filter((at) => at === cell).length ?? 0;
    return `${targets.map(letter).join('')}${'#'.repeat(patrollers)}${attacked ? '!' : ''}` || '.';
  };
  const times = Array.from({ length: game.horizon }, (_, time) => time);
  const rows = Array.from({ length: game.cells }, (_, cell) => [
    String(cell),
    ...times.map((time) => text(cell, time)),
  ]);
  const table = [['cell', ...times.map((time) => `t${time}`)], ...rows];
  const width = Math.max(...table.flat().map((entry) => entry.length));
  return [
    `${view.title}  ${status(view)}`,
    ...table.map((row) => `  ${row.map((entry) => entry.padEnd(width)).join('  ')}`.trimEnd()),
    '  # patroller, ! attack; letters are targets, worth at each time:',
    ...game.weights.map((weights, i) => `  ${letter(i)}  ${weights.map(shortNumber).join(' ')}`),
    `  ${attackText(view, now)}`,
    '',
  ].join('\n');
}

const x = (time: number) => left + (time + 0.5) * stepWidth;
const y = (cell: number) => top + (cell + 0.5) * cellHeight;
const points = (cells: readonly number[], aside: number) =>
  cells.map((cell, time) => `${shortNumber(x(time) + aside)},${shortNumber(y(cell) + aside)}`).join(' ');

function grid({ game }: View): string {
  const line = { stroke: '#dddddd', 'stroke-dasharray': '2 4' };
  const rows = Array.from({ length: game.cells }, (_, cell) => [
    element('line', { x1: x(0) - 24, y1: y(cell), x2: x(game.horizon - 1) + 24, y2: y(cell), ...line }),
    textElement(left - 10, y(cell) + 5, `cell ${cell}`, { 'text-anchor': 'end', 'font-size': 12 }),
  ]);
  const columns = Array.from({ length: game.horizon }, (_, time) =>
    textElement(x(time), top - 10, `t = ${time}`, { 'font-size': 12 }),
  );
  return [...rows.flat(), ...columns].join('');
}

/** A target's path, with its letter and worth at each time; targets that share a cell stand side by side around the middle. */
function targetPath({ game }: View, target: number): string {
  const color = targetColors[target % targetColors.length];
  const badges = game.paths[target].map((cell, time) => {
    const together = game.paths.filter((path) => path[time] === cell).length;
    const before = game.paths.slice(0, target).filter((path) => path[time] === cell).length;
    const cx = x(time) + (Math.min(25, stepWidth / together - 2) * (2 * before - together + 1)) / 2;
    const label = `${letter(target)} ${shortNumber(game.weights[target][time])}`;
    return (
      element('circle', { cx, cy: y(cell), r: 12, fill: '#ffffff', stroke: color, 'stroke-width': 2 }) +
      textElement(cx, y(cell) + 4, label, { 'font-size': label.length > 4 ? 8 : 10, fill: color })
    );
  });
  const path = { points: points(game.paths[target], 0), fill: 'none', stroke: color, 'stroke-opacity': 0.5 };
  return element('polyline', { ...path, 'stroke-width': 2 }) + badges.join('');
}

/** A patroller's way so far, and the cells that it protects now. */
function patrolPath({ game }: View, { patrol }: Situation, patroller: number): string {
  const cells = patrol.map((at) => at[patroller]);
  const aside = 6 * (patroller - (game.patrollers - 1) / 2);
  const marks = cells.map((cell, time) =>
    element('rect', {
      x: x(time) - 18,
      y: y(Math.max(0, cell - game.radius)) - 18,
      width: 36,
      height:
        (Math.min(game.cells - 1, cell + game.radius) - Math.max(0, cell - game.radius)) * cellHeight + 36,
      rx: 6,
      fill: leaderColor,
      'fill-opacity': 0.12,
      stroke: leaderColor,
    }),
  );
  const line = { fill: 'none', stroke: leaderColor, 'stroke-width': 4, 'stroke-opacity': 0.7 };
  return marks.join('') + element('polyline', { points: points(cells, aside), ...line });
}

function attackMark({ game }: View, { attack }: Situation): string {
  if (attack === undefined) return '';
  const [cx, cy] = [x(attack.time), y(game.paths[attack.target][attack.time])];
  return element('path', {
    d: `M${cx - 20} ${cy - 20} L${cx + 20} ${cy + 20} M${cx + 20} ${cy - 20} L${cx - 20} ${cy + 20}`,
    stroke: followerColor,
    'stroke-width': 5,
    fill: 'none',
  });
}

function svg(view: View): string {
  const { game } = view;
  const now = situation(view);
  const plain = { 'text-anchor': 'start', 'font-size': 12 };
  return svgDocument(
    Math.max(left + game.horizon * stepWidth + 24, 520),
    top + game.cells * cellHeight + 16,
    textElement(16, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(16, 46, status(view), plain),
    textElement(16, 64, attackText(view, now), { ...plain, fill: followerColor }),
    grid(view),
    Array.from({ length: game.patrollers }, (_, k) => patrolPath(view, now, k)),
    attackMark(view, now),
    game.paths.map((_, target) => targetPath(view, target)),
  );
}

/** Space against time: targets' paths with their worth, the patrollers' ways so far, and the attack. */
export const spatioTemporalRenderer: GameRenderer<SpatioTemporalSecurity> = { ansi, svg };
