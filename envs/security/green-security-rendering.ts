import type { EpisodeView, GameRenderer } from '../core/definition.js';
import { element, svgDocument, textElement } from '../core/svg.js';
import type { GreenSecurity, GreenSecuritySituation } from './green-security.js';
import { columnSteps, rowSteps } from './grid-moves.js';

type View = EpisodeView<GreenSecurity>;

const patrollerColor = '#1f5fa8';
const poacherColor = '#c0392b';
const snareColor = '#3b2a1a';
const left = 20;
const top = 64;
const panelWidth = 236;

const short = (x: number) => String(Math.round(x * 100) / 100);
const total = (view: View, player: number) =>
  short(view.history.reduce((sum, step) => sum + step.rewards[player], 0));

function outcome(view: View, { status, time }: GreenSecuritySituation): string {
  const poacher = { active: 'poacher at large', caught: 'poacher caught', home: 'poacher got home' }[status];
  return `step ${time} of ${view.game.rules.horizon}${view.done ? ' (ended)' : ''}, ${poacher}`;
}

function ansi(view: View): string {
  const { game } = view;
  const now = game.situation();
  const cellText = (row: number, column: number) => {
    const cell = row * game.gridColumns + column;
    const who = `${cell === now.patroller ? 'P' : ' '}${cell === now.poacher ? whoseMark(now) : ' '}`;
    const snares = now.snares[cell] > 0 ? `${now.snares[cell]}#` : '  ';
    return `${game.rules.density[row][column].toFixed(2)}${who}${snares}`;
  };
  const rule = `  +${`${'-'.repeat(10)}+`.repeat(game.gridColumns)}`;
  const rows = game.rules.density.flatMap((line, row) => [
    `  | ${line.map((_, column) => cellText(row, column)).join(' | ')} |`,
    rule,
  ]);
  return [
    `${view.title}  ${outcome(view, now)}`,
    rule,
    ...rows,
    '  P patroller, x poacher at large, c caught, h home, n# snares; numbers are animal densities',
    `  snares carried ${now.carried}, removed ${now.removed}; animals killed ${now.killed}`,
    `  total: patroller ${total(view, 0)}, poacher ${total(view, 1)}`,
    '',
  ].join('\n');
}

function whoseMark({ status }: GreenSecuritySituation): string {
  return { active: 'x', caught: 'c', home: 'h' }[status];
}

/** From sand to forest. */
function densityColor(density: number): string {
  const mix = (from: number, to: number) => Math.round(from + (to - from) * density);
  return `rgb(${mix(246, 76)},${mix(241, 140)},${mix(220, 74)})`;
}

/** White badges in a disc of radius 1: a star, a snare, a cross. */
const star = element('polygon', {
  fill: '#ffffff',
  points: Array.from({ length: 10 }, (_, k) => {
    const [angle, radius] = [(k * Math.PI) / 5, k % 2 === 0 ? 0.7 : 0.29];
    return `${short(radius * Math.sin(angle))},${short(-radius * Math.cos(angle))}`;
  }).join(' '),
});
const whiteLine = { stroke: '#ffffff', 'stroke-width': 0.18, fill: 'none' };
const loop =
  element('circle', { cx: -0.12, cy: 0.14, r: 0.36, ...whiteLine }) +
  element('line', { x1: 0.14, y1: -0.12, x2: 0.52, y2: -0.5, ...whiteLine });
const cross = element('path', { d: 'M-0.4 -0.4 L0.4 0.4 M0.4 -0.4 L-0.4 0.4', ...whiteLine });

class Board {
  readonly side: number;
  readonly now: GreenSecuritySituation;

  constructor(readonly view: View) {
    this.side = Math.max(
      52,
      Math.min(96, Math.floor(420 / Math.max(view.game.gridRows, view.game.gridColumns))),
    );
    this.now = view.game.situation();
  }

  get width(): number {
    return this.view.game.gridColumns * this.side;
  }

  get height(): number {
    return this.view.game.gridRows * this.side;
  }

  x(cell: number, share = 0.5): number {
    return left + ((cell % this.view.game.gridColumns) + share) * this.side;
  }

  y(cell: number, share = 0.5): number {
    return top + (Math.floor(cell / this.view.game.gridColumns) + share) * this.side;
  }

  ground(cell: number): string {
    const { side } = this;
    const density = this.view.game.rules.density.flat()[cell];
    const box = { x: this.x(cell, 0), y: this.y(cell, 0), width: side, height: side };
    return (
      element('rect', { ...box, fill: densityColor(density), stroke: '#ffffff', 'stroke-width': 2 }) +
      textElement(this.x(cell, 0.06), this.y(cell, 0.94), density.toFixed(2), {
        'text-anchor': 'start',
        'font-size': side * 0.115,
        fill: '#24401f',
      })
    );
  }

  door(): string {
    const { entry } = this.now;
    return element('rect', {
      x: this.x(entry, 0.03),
      y: this.y(entry, 0.03),
      width: this.side * 0.94,
      height: this.side * 0.94,
      fill: 'none',
      stroke: poacherColor,
      'stroke-width': 2,
      'stroke-dasharray': '5 4',
    });
  }

  /** An arrowhead for every way that a player left this cell; the players keep to different sides of the middle. */
  footprints(cell: number, player: 0 | 1): string {
    const bits = this.now.tracks[player][cell] >> 4;
    const color = player === 0 ? patrollerColor : poacherColor;
    return [1, 2, 3, 4]
      .filter((move) => (bits >> (move - 1)) & 1)
      .map((move) => this.arrow(cell, move, player === 0 ? 0.13 : -0.13, color))
      .join('');
  }

  private arrow(cell: number, move: number, aside: number, fill: string): string {
    const [dx, dy] = [columnSteps[move], rowSteps[move]];
    const tip = this.point(cell, dx, dy, 0.48, aside);
    const [one, two] = [-0.06, 0.06].map((spread) => this.point(cell, dx, dy, 0.36, aside + spread));
    return element('polygon', { points: `${tip} ${one} ${two}`, fill, 'fill-opacity': 0.8 });
  }

  /** `along` cells from the middle in a direction, `aside` across it. */
  private point(cell: number, dx: number, dy: number, along: number, aside: number): string {
    const x = this.x(cell, 0.5 + along * dx + aside * Math.abs(dy));
    const y = this.y(cell, 0.5 + along * dy + aside * Math.abs(dx));
    return `${short(x)},${short(y)}`;
  }

  snares(cell: number): string {
    const count = this.now.snares[cell];
    if (count === 0) return '';
    const [x, y, size] = [this.x(cell, 0.84), this.y(cell, 0.84), this.side];
    return (
      snare(x, y, size * 0.09) +
      (count > 1
        ? textElement(x - size * 0.17, y + size * 0.05, `${count}×`, {
            'font-size': size * 0.16,
            fill: snareColor,
          })
        : '')
    );
  }

  players(): string {
    const { now, side } = this;
    const together = now.patroller === now.poacher;
    const radius = side * (together ? 0.17 : 0.2);
    const gone = now.status !== 'active';
    const figure = (cell: number, shift: number, fill: string, badge: string, opacity?: number) => {
      const place = `translate(${short(this.x(cell, 0.5 + shift))} ${short(this.y(cell))}) scale(${radius})`;
      const disc = element('circle', { r: 1, fill, stroke: '#ffffff', 'stroke-width': 0.12 });
      return element('g', { transform: place, opacity }, disc, badge);
    };
    return (
      figure(now.poacher, together ? 0.19 : 0, poacherColor, gone ? cross : loop, gone ? 0.6 : undefined) +
      figure(now.patroller, together ? -0.19 : 0, patrollerColor, star)
    );
  }
}

/** A wire loop with its tail. */
function snare(x: number, y: number, radius: number): string {
  const line = { stroke: snareColor, 'stroke-width': 2.5, fill: 'none' };
  return (
    element('circle', { cx: x, cy: y, r: radius, ...line }) +
    element('line', {
      x1: x + radius * 0.7,
      y1: y - radius * 0.7,
      x2: x + radius * 1.6,
      y2: y - radius * 1.6,
      ...line,
    })
  );
}

function panel(board: Board): string {
  const { view, now } = board;
  const x = left + board.width + 24;
  let y = top + 14;
  const line = (text: string, fill = '#333333', weight = 'normal') => {
    const at = y;
    y += 22;
    return textElement(x, at, text, { 'text-anchor': 'start', 'font-size': 13, fill, 'font-weight': weight });
  };
  const figures = [
    line(`Patroller ${total(view, 0)}`, patrollerColor, 'bold'),
    line(`Poacher ${total(view, 1)}`, poacherColor, 'bold'),
    line(`snares carried ${now.carried}, removed ${now.removed}`),
    line(`animals killed ${now.killed}`),
  ];
  const key = (mark: string, text: string) => {
    const at = y + 8;
    y += 20;
    return (
      element('g', { transform: `translate(${x + 8} ${at - 4})` }, mark) +
      textElement(x + 24, at, text, { 'text-anchor': 'start', 'font-size': 11, fill: '#555555' })
    );
  };
  const disc = (fill: string) => element('circle', { r: 6, fill });
  const arrow = (fill: string) => element('polygon', { points: '7,0 -5,-5 -5,5', fill });
  const door = element('rect', {
    x: -6,
    y: -6,
    width: 12,
    height: 12,
    fill: 'none',
    stroke: poacherColor,
    'stroke-dasharray': '3 2',
  });
  return [
    ...figures,
    key(disc(patrollerColor), 'patroller'),
    key(disc(poacherColor), 'poacher (×: caught or home)'),
    key(arrow(patrollerColor), "patroller's footprints"),
    key(arrow(poacherColor), "poacher's footprints"),
    key(snare(-1, 1, 5), 'snare'),
    key(door, 'entry; numbers: animal density'),
  ].join('');
}

function svg(view: View): string {
  const board = new Board(view);
  const cells = Array.from({ length: view.game.cells }, (_, cell) => cell);
  const height = Math.max(board.height, 236);
  return svgDocument(
    left + board.width + 24 + panelWidth,
    top + height + 20,
    textElement(left, 26, view.title, { 'text-anchor': 'start', 'font-weight': 'bold' }),
    textElement(left, 48, outcome(view, board.now), { 'text-anchor': 'start', 'font-size': 13 }),
    cells.map((cell) => board.ground(cell)),
    board.door(),
    cells.map((cell) => board.footprints(cell, 0) + board.footprints(cell, 1) + board.snares(cell)),
    board.players(),
    panel(board),
  );
}

/** The grid shaded by animal density, with the players, their footprints and the snares, and the rewards so far. */
export const greenSecurityRenderer: GameRenderer<GreenSecurity> = { ansi, svg };
