import { element, escapeXml, followerColor, leaderColor, shortNumber, textElement } from '../core/svg.js';
import type { Network } from './network.js';
import {
  arrowLength,
  type Curve,
  direction,
  layOut,
  leftOf,
  moved,
  type NetworkLayout,
  type Point,
  pointAt,
  radius,
} from './network-layout.js';

/** Who is on each edge, what it costs them, and how much of it is known yet. */
export interface RoutingPlay {
  readonly leader: Float64Array;
  readonly followers: Float64Array;
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

/** A rectangle around a centre. */
interface Place {
  readonly centre: Point;
  readonly halfWidth: number;
  readonly halfHeight: number;
}

const widestFlow = 24;
const longestText = 26;
const fontSize = 11;
const lineHeight = 14;
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

/** Latency, flows and what they come to, and the toll. */
function linesOf(latency: string, e: number, play: RoutingPlay): Line[] {
  const text = latency.length > longestText ? `${latency.slice(0, longestText - 3)}...` : latency;
  const lines: Line[] = [{ ...colored(text), italic: true }];
  if (play.moved !== 'nobody') {
    const parts = [
      ...(play.tolls === null ? [colored(shortNumber(play.leader[e]), leaderColor), colored(' + ')] : []),
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

/** Places beside a road, at either side and at several shares of its way, that just clear it where it is straight. */
function placesBeside(road: Curve, halfWidth: number, halfHeight: number, width: number): Place[] {
  return [0.5, 0.38, 0.62, 0.28, 0.72].flatMap((share) =>
    [1, -1].map((side) => {
      const ahead = pointAt(road, share + 0.01);
      const normal = leftOf(direction(pointAt(road, share - 0.01), ahead));
      const clear =
        Math.abs(normal.x) * (halfWidth + width / 2) + Math.abs(normal.y) * (halfHeight + width / 2) + 4;
      return { centre: moved(pointAt(road, share), normal, side * clear), halfWidth, halfHeight };
    }),
  );
}

function covers({ centre, halfWidth, halfHeight }: Place, { x, y }: Point, room: number): boolean {
  return Math.abs(x - centre.x) < halfWidth + room && Math.abs(y - centre.y) < halfHeight + room;
}

/** How much is in the way of a label: other labels and nodes count most, then points of roads. */
function clutter(place: Place, layout: NetworkLayout, taken: readonly Place[], widths: readonly number[]) {
  const labels = taken.filter(
    ({ centre, halfWidth, halfHeight }) =>
      Math.abs(centre.x - place.centre.x) < halfWidth + place.halfWidth + 4 &&
      Math.abs(centre.y - place.centre.y) < halfHeight + place.halfHeight + 2,
  );
  const nodes = layout.nodes.filter((node) => covers(place, node, radius));
  const outside = place.centre.x < place.halfWidth || place.centre.x > layout.width - place.halfWidth;
  const crossed = layout.roads.map(
    (road, e) =>
      Array.from({ length: 41 }, (_, k) => pointAt(road, k / 40)).filter((point) =>
        covers(place, point, widths[e] / 2),
      ).length,
  );
  return (
    100 * (labels.length + nodes.length + Number(outside)) + crossed.reduce((sum, count) => sum + count, 0)
  );
}

/** A place for each road's label: the least cluttered, each label in turn, and again with all others in place. */
function placeLabels(
  layout: NetworkLayout,
  lines: readonly (readonly Line[])[],
  widths: readonly number[],
): Place[] {
  const options = layout.roads.map((road, e) => {
    const halfWidth = (letterWidth * Math.max(...lines[e].map(({ letters }) => letters.length))) / 2;
    return placesBeside(road, halfWidth, (lines[e].length * lineHeight) / 2, widths[e]);
  });
  const taken: Place[] = [];
  for (let round = 0; round < 3; round++) {
    for (const [e, places] of options.entries()) {
      const others = taken.filter((_, k) => k !== e);
      const disorder = places.map((place) => clutter(place, layout, others, widths));
      taken[e] = places[disorder.indexOf(Math.min(...disorder))];
    }
  }
  return taken;
}

/**
 * Draws a network with its flows, from this height on down: roads as wide as the flow on them, leader and followers side
 * by side, labelled with latencies and flows. Returns the elements of an SVG document and the size that they need.
 */
export function drawNetwork(
  network: Network,
  play: RoutingPlay,
  top: number,
): { readonly width: number; readonly height: number; readonly elements: readonly string[] } {
  const lines = network.edges.map(({ latency }, e) => linesOf(latency.text, e, play));
  const layout = layOut(network, top, lineHeight * Math.max(...lines.map(({ length }) => length)));
  const wide = (flow: number) => (flow / network.demand) * widestFlow;
  const widths = network.edges.map((_, e) => wide(play.leader[e] + play.followers[e]));
  const taken = placeLabels(layout, lines, widths);
  const elements = [
    ...layout.roads.map((road, e) => drawRoad(road, wide(play.leader[e]), wide(play.followers[e]))),
    ...layout.nodes.map((point, k) => drawNode(point, network.nodes[k])),
    ...lines.map((label, e) => drawLabel(label, taken[e])),
  ];
  return { width: layout.width, height: layout.height, elements };
}
