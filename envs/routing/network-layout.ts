import type { Network } from './network.js';
import { distances } from './paths.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A road from border to border of its nodes: a quadratic curve. */
export interface Curve {
  readonly start: Point;
  readonly control: Point;
  readonly end: Point;
  /** Unit vector to the left of the way from start to end. */
  readonly normal: Point;
}

export interface NetworkLayout {
  readonly nodes: readonly Point[];
  /** By position in `edges`. */
  readonly roads: readonly Curve[];
  readonly width: number;
  readonly height: number;
}

/** Radius of a node, and length of an arrow head, in pixels. */
export const radius = 21;
export const arrowLength = 9;
/** At least; see `layOut`. */
const columnWidth = 240;
const rowHeight = 170;
const margin = 66;
const bend = 85;

export function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

export function moved(a: Point, by: Point, times: number): Point {
  return { x: a.x + by.x * times, y: a.y + by.y * times };
}

/** Unit vector from one point to another. */
export function direction(a: Point, b: Point): Point {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  return { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
}

/** The unit vector to the left of another, seen on a screen, where y points down. */
export function leftOf({ x, y }: Point): Point {
  return { x: y, y: 0 - x };
}

/** The point at this share of the way along a curve. */
export function pointAt({ start, control, end }: Curve, share: number): Point {
  return between(between(start, control, share), between(control, end, share), share);
}

/** A column for each node, by its distance from the origin; the destination stands alone in the last. */
function columnsOf({ nodes, edges, origin, destination }: Network): number[] {
  const columns = distances(edges, origin, nodes.length).map((far) => (Number.isFinite(far) ? far : 1));
  columns[destination] = 0;
  columns[destination] = Math.max(...columns) + 1;
  return columns;
}

function placeNodes(columns: readonly number[], apart: number): Point[] {
  return columns.map((_, node) => {
    const column = columns.flatMap((other, k) => (other === columns[node] ? [k] : []));
    const row = column.indexOf(node) - (column.length - 1) / 2;
    return { x: margin + columns[node] * apart, y: row * rowHeight };
  });
}

/**
 * How far the middle of each edge is pushed to its left: edges between the same nodes fan out, and those that pass a
 * column go round everything, in turn below and above.
 */
function pushes({ edges }: Network, nodes: readonly Point[], apart: number): number[] {
  const pair = edges.map(({ from, to }) => `${Math.min(from, to)} ${Math.max(from, to)}`);
  const lowest = Math.max(...nodes.map(({ y }) => y));
  let round = 0;
  return edges.map(({ from, to }, e) => {
    const way = nodes[to].x - nodes[from].x;
    if (Math.abs(way) > 1.5 * apart) {
      const level = Math.floor(round / 2) + 1;
      const below = round++ % 2 === 0 ? 1 : -1;
      const middle = (nodes[from].y + nodes[to].y) / 2;
      return (-below * (lowest + bend * level) + middle) * Math.sign(way);
    }
    const beside = pair.flatMap((ends, k) => (ends === pair[e] ? [k] : []));
    const place = beside.indexOf(e) - (beside.length - 1) / 2;
    return (from < to ? -1 : 1) * place * bend;
  });
}

function curveOf(a: Point, b: Point, push: number): Curve {
  const normal = leftOf(direction(a, b));
  const control = moved(between(a, b, 0.5), normal, 2 * push);
  return {
    start: moved(a, direction(a, control), radius),
    control,
    end: moved(b, direction(b, control), radius + arrowLength),
    normal,
  };
}

/**
 * Places for nodes and edges, from this height on down, with room for labels of this height outside. Columns are further
 * apart where the drawing would else be narrower than `least`.
 */
export function layOut(network: Network, top: number, labelHeight: number, least = 0): NetworkLayout {
  const columns = columnsOf(network);
  const apart = Math.max(columnWidth, (least - 2 * margin) / Math.max(...columns));
  const flat = placeNodes(columns, apart);
  const push = pushes(network, flat, apart);
  const roadsOf = (nodes: readonly Point[]) =>
    network.edges.map(({ from, to }, e) => curveOf(nodes[from], nodes[to], push[e]));
  const heights = [
    ...flat.flatMap(({ y }) => [y - radius, y + radius]),
    ...roadsOf(flat).map((road) => pointAt(road, 0.5).y),
  ];
  const room = labelHeight + 18;
  const shift = top + room - Math.min(...heights);
  const nodes = flat.map(({ x, y }) => ({ x, y: y + shift }));
  return {
    nodes,
    roads: roadsOf(nodes),
    width: Math.max(...nodes.map(({ x }) => x)) + margin,
    height: Math.max(...heights) + shift + room,
  };
}
