import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, svgDocument, textElement } from '../core/svg.js';
import type { StaticPatrol } from './static-patrol.js';

type View = EpisodeView<StaticPatrol>;

const side = 84;
const left = 20;
const top = 64;
const patrollerColor = '#1f5fa8';
const snareColor = '#3b2a1a';

interface Story {
  /** The patroller's cells, the first before the first step. */
  readonly walk: readonly number[];
  readonly snare: number | null;
  readonly status: string;
}

function storyOf({ game, history }: View): Story {
  const walk = [game.start];
  for (const { actions } of history) walk.push(game.neighbours[walk.at(-1)! * 5 + actions[0]]);
  const reward = history.at(-1)?.rewards[0] ?? 0;
  const fate = reward > 0 ? 'snare removed' : reward < 0 ? 'animal killed' : 'snare hidden';
  return {
    walk,
    snare: history[0]?.actions[1] ?? null,
    status: `step ${history.length} of ${game.horizon}: ${history.length === 0 ? 'no snare yet' : fate}`,
  };
}

const total = (view: View) => view.history.reduce((sum, step) => sum + step.rewards[0], 0);

function ansi(view: View): string {
  const { game } = view;
  const { walk, snare, status } = storyOf(view);
  const cellText = (cell: number) =>
    `${game.densities[cell].toFixed(2)} ${cell === walk.at(-1) ? 'P' : walk.includes(cell) ? '.' : ' '}${cell === snare ? '#' : ' '}`;
  const rows = game.density.map(
    (line, row) => `  ${line.map((_, column) => cellText(row * game.columns + column)).join(' | ')}`,
  );
  return [
    `${view.title}  ${status}${view.done ? ' (ended)' : ''}`,
    ...rows,
    '  P patroller, . its walk, # the snare; numbers are animal densities',
    `  walk ${walk.join(' ')}; total: patroller ${total(view)}, poacher ${0 - total(view)}`,
    '',
  ].join('\n');
}

function svg(view: View): string {
  const { game } = view;
  const { walk, snare, status } = storyOf(view);
  const x = (cell: number) => left + ((cell % game.columns) + 0.5) * side;
  const y = (cell: number) => top + (Math.floor(cell / game.columns) + 0.5) * side;
  const ground = game.densities.map((density, cell) => {
    const mix = (from: number, to: number) => Math.round(from + (to - from) * density);
    const fill = `rgb(${mix(246, 76)},${mix(241, 140)},${mix(220, 74)})`;
    const box = { x: x(cell) - side / 2, y: y(cell) - side / 2, width: side, height: side };
    const label = { 'text-anchor': 'start', 'font-size': 11, fill: '#24401f' };
    return (
      element('rect', { ...box, fill, stroke: '#ffffff', 'stroke-width': 2 }) +
      textElement(box.x + 6, box.y + side - 7, String(Math.round(density * 100) / 100), label)
    );
  });
  const line = { stroke: snareColor, 'stroke-width': 3, fill: 'none' };
  const loop =
    snare === null
      ? ''
      : element('circle', { cx: x(snare) + 20, cy: y(snare) + 20, r: 9, ...line }) +
        element('line', {
          x1: x(snare) + 26,
          y1: y(snare) + 14,
          x2: x(snare) + 35,
          y2: y(snare) + 5,
          ...line,
        });
  const width = Math.max(left * 2 + game.columns * side, 300);
  return svgDocument(
    width,
    top + game.density.length * side + 44,
    textElement(left, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(left, 48, status, { 'text-anchor': 'start', 'font-size': 13 }),
    ground,
    loop,
    element('polyline', {
      points: walk.map((cell) => `${x(cell)},${y(cell)}`).join(' '),
      fill: 'none',
      stroke: patrollerColor,
      'stroke-width': 4,
      'stroke-opacity': 0.5,
      'stroke-linejoin': 'round',
    }),
    element('circle', {
      cx: x(walk.at(-1)!),
      cy: y(walk.at(-1)!),
      r: 16,
      fill: patrollerColor,
      stroke: '#ffffff',
      'stroke-width': 2,
    }),
    textElement(
      left,
      top + game.density.length * side + 26,
      `total: patroller ${total(view)}, poacher ${0 - total(view)}`,
      { 'text-anchor': 'start', 'font-size': 13 },
    ),
  );
}

/** The grid with the snare and the walk so far, both shown to the reader and hidden from the players. */
export const staticPatrolRenderer: GameRenderer<StaticPatrol> = { ansi, svg };
