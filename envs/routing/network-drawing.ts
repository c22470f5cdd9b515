import { element, escapeXml, followerColor, leaderColor, shortNumber, textElement } from '../core/svg.js';
import { type Place, placeLabels } from './label-places.js';
import type { Network, NetworkEdge } from './network.js';
import {
  arrowLength,
  type Curve,
  direction,
  layOut,
  leftOf,
  moved,
  type Point,
  radius,
} from './network-layout.js';
import { parsePolynomial, polynomialText } from './polynomial.js';

/** Who is on each edge, what it costs them, and how much of it is known yet. */
export interface RoutingPlay {
  readonly leader: Float64Array;
  readonly followers: Float64Array;
  /** Whether the leader sets tolls, and routes nobody. */
  readonly tolled: boolean;
  /** By edge; null where the leader sets none, or has not yet. */
  readonly tolls: ArrayLike<number> | null;
  /** Of each edge under both flows. */
  readonly latencies: Float64Array;
  readonly moved: 'nobody' | 'leader' | 'all';
}

/** A line of a label: its letters, and what is drawn of them. */
interface Line {
  readonly letters: string;
  readonly markup: string;
  readonly italic?: boolean;
}

const widestFlow = 24;
const longestText = 26;
const fontSize = 11;
const lineHeight = 14;
const noteMargin = 16;
const letterWidth = 0.6 * fontSize;

/** The curve as a line of this width, pushed sideways. */
function stroke({ start, control, end, normal }: Curve, width: number, color: string, push = 0): string {
  const [a, c, b] = [start, control, end].map((point) => moved(point, normal, push));
  const place = ({ x, y }: Point) => `${shortNumber(x)} ${shortNumber(y)}`;
  return element('path', {
    d: `M ${place(a)} Q ${place(c)} ${place(b)}`,
    fill: 'none',
    stroke: color,
    'stroke-width': shortNumber(width),
  });
}

function arrowHead({ control, end }: Curve, width: number): string {
  const along = direction(control, end);
  const half = Math.max(5, width / 2 + 3);
  const base = moved(end, along, -4);
  const corners = [
    moved(end, along, arrowLength - 1),
    moved(base, leftOf(along), half),
    moved(base, leftOf(along), -half),
  ];
  const points = corners.map(({ x, y }) => `${shortNumber(x)},${shortNumber(y)}`).join(' ');
  return element('polygon', { points, fill: '#777777' });
}

/** The leader's and the followers' flow side by side over a thin line, with an arrow head. */
function drawRoad(curve: Curve, leader: number, followers: number): string {
  return [
    stroke(curve, 1.5, '#aaaaaa'),
    leader > 0 ? stroke(curve, leader, leaderColor, followers / 2) : '',
    followers > 0 ? stroke(curve, followers, followerColor, -leader / 2) : '',
    arrowHead(curve, leader + followers),
  ].join('');
}

function drawNode({ x, y }: Point, name: string): string {
  const short = name.length > 8 ? `${name.slice(0, 7)}.` : name;
  return (
    element('circle', { cx: x, cy: y, r: radius, fill: '#ffffff', stroke: '#333333', 'stroke-width': 1.5 }) +
    textElement(x, y + 4, short, { 'font-size': short.length > 5 ? 9 : 12 })
  );
}

function colored(text: string, fill?: string): Line {
  return { letters: text, markup: element('tspan', { fill }, escapeXml(text)) };
}

/** A latency as it is written or, where that is too long, multiplied out; cut if both are longer than `most`. */
export function shortLatency(text: string, most: number): string {
  if (text.length <= most) return text;
  const terms = parsePolynomial(text);
  const simple = terms === null ? text : polynomialText(terms);
  return simple.length <= most ? simple : `${text.slice(0, most - 3)}...`;
}

/** The latencies that labels cut, in full. */
function legend({ nodes, edges }: Network): string[] {
  const cut = ({ latency }: NetworkEdge) => shortLatency(latency.text, longestText).endsWith('...');
  return edges.filter(cut).map(({ from, to, latency }) => `${nodes[from]} -> ${nodes[to]}: ${latency.text}`);
}

/** Latency, flows and what they come to, and the toll. */
function linesOf(latency: string, e: number, play: RoutingPlay): Line[] {
  const lines: Line[] = [{ ...colored(shortLatency(latency, longestText)), italic: true }];
  if (play.moved !== 'nobody') {
    const parts = [
      ...(play.tolled ? [] : [colored(shortNumber(play.leader[e]), leaderColor), colored(' + ')]),
      colored(shortNumber(play.followers[e]), followerColor),
      colored(` take ${shortNumber(play.latencies[e])}`),
    ];
    lines.push({
      letters: parts.map(({ letters }) => letters).join(''),
      markup: parts.map(({ markup }) => markup).join(''),
    });
  }
  if (play.tolls !== null) lines.push(colored(`toll ${shortNumber(play.tolls[e])}`, leaderColor));
  return lines;
}

function sizeOf(lines: readonly Line[]): { readonly halfWidth: number; readonly halfHeight: number } {
  const longest = Math.max(...lines.map(({ letters }) => letters.length));
  return { halfWidth: (letterWidth * longest) / 2, halfHeight: (lineHeight * lines.length) / 2 };
}

function drawNote(note: string, y: number): string {
  return textElement(noteMargin, y, note, { 'text-anchor': 'start', 'font-size': fontSize });
}

function drawLabel(lines: readonly Line[], { centre, halfHeight }: Place): string {
  return lines
    .map(({ markup, italic }, k) =>
      element(
        'text',
        {
          x: shortNumber(centre.x),
          y: shortNumber(centre.y - halfHeight + k * lineHeight + fontSize),
          'text-anchor': 'middle',
          'font-size': fontSize,
          'font-style': italic ? 'italic' : undefined,
          fill: '#222222',
        },
        markup,
      ),
    )
    .join('');
}

/**
 * Draws a network with its flows, from this height on down: roads as wide as the flow on them, leader and followers side
 * by side, labelled with latencies and flows; below, in full, the latencies that labels cut. Returns the elements of an SVG
 * document and the size that they need, at least `least` wide.
 */
export function drawNetwork(
  network: Network,
  play: RoutingPlay,
  top: number,
  least: number,
): { readonly width: number; readonly height: number; readonly elements: readonly string[] } {
  const lines = network.edges.map(({ latency }, e) => linesOf(latency.text, e, play));
  const layout = layOut(network, top, lineHeight * Math.max(...lines.map(({ length }) => length)), least);
  const wide = (flow: number) => (flow / network.demand) * widestFlow;
  const widths = network.edges.map((_, e) => wide(play.leader[e] + play.followers[e]));
  const taken = placeLabels(layout, lines.map(sizeOf), widths);
  const elements = [
    ...layout.roads.map((road, e) => drawRoad(road, wide(play.leader[e]), wide(play.followers[e]))),
    ...layout.nodes.map((point, k) => drawNode(point, network.nodes[k])),
    ...lines.map((label, e) => drawLabel(label, taken[e])),
  ];
  const notes = legend(network);
  const widest = Math.max(0, ...notes.map(({ length }) => length)) * letterWidth;
  return {
    width: Math.max(layout.width, 2 * noteMargin + Math.ceil(widest)),
    height: layout.height + (notes.length > 0 ? notes.length * lineHeight + noteMargin : 0),
    elements: [...elements, ...notes.map((note, k) => drawNote(note, layout.height + (k + 1) * lineHeight))],
  };
}
